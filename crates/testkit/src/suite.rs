//! The vendor under test, and the macro that makes one test of each check.

use std::path::{Path, PathBuf};

use leadsink_core::{ConfigError, Descriptor, Entry, Lead, Registry, SharedSink, Vendor};
use serde::Deserialize as _;
use serde_json::{Map, Value};

/// A further configuration: its name, and what it sets anew.
type Further = (&'static str, fn() -> Value);

/// A vendor under test: how to make its sink, the least lead that it takes, and where its crate lies.
#[derive(Clone, Debug)]
pub struct Suite {
    entry: Entry,
    read: fn(Value) -> Result<(), String>,
    config: fn() -> Value,
    minimal: fn() -> Lead,
    configs: Vec<Further>,
    crate_dir: PathBuf,
    contract: PathBuf,
    snapshots: bool,
    prefix: &'static str,
}

impl Suite {
    /// A vendor whose crate lies in `crate_dir` and whose scenarios lie in the folder `contract` below it.
    ///
    /// `config` has [`SECRET_SENTINEL`](crate::SECRET_SENTINEL) in every credential; `minimal` makes a lead that has what
    /// the vendor requires and nothing else.
    #[must_use]
    pub fn new<V: Vendor>(
        crate_dir: impl Into<PathBuf>,
        contract: impl AsRef<Path>,
        config: fn() -> Value,
        minimal: fn() -> Lead,
    ) -> Self {
        let mut registry = Registry::new();
        registry.add::<V>();
        let entry = *registry
            .entries()
            .first()
            .unwrap_or_else(|| unreachable!("a vendor was just added"));
        let crate_dir = crate_dir.into();
        let contract = crate_dir.join(contract);
        let read = |config| {
            V::Config::deserialize(config)
                .map(drop)
                .map_err(|error: serde_json::Error| error.to_string())
        };
        Self {
            entry,
            read,
            config,
            minimal,
            configs: Vec::new(),
            crate_dir,
            contract,
            snapshots: true,
            prefix: "",
        }
    }

    /// Adds configurations, merged over the first, under which rows of the mapping table show that need a setting. Each has
    /// the name by which its snapshot goes.
    #[must_use]
    pub fn with_configs(mut self, configs: impl IntoIterator<Item = Further>) -> Self {
        self.configs.extend(configs);
        self
    }

    /// Leaves the snapshots out, as tests of the suite itself do: a faulty vendor rightly changes them.
    #[must_use]
    pub const fn without_snapshots(mut self) -> Self {
        self.snapshots = false;
        self
    }

    /// Puts a word before the names of the snapshots, for a second set beside the first: `direct_request_all`.
    #[must_use]
    pub const fn with_snapshot_prefix(mut self, prefix: &'static str) -> Self {
        self.prefix = prefix;
        self
    }

    /// What stands before the names of the snapshots.
    pub(crate) const fn snapshot_prefix(&self) -> &'static str {
        self.prefix
    }

    /// Whether the requests and answers are compared with their snapshots.
    pub(crate) const fn has_snapshots(&self) -> bool {
        self.snapshots
    }

    /// The published facts of the vendor.
    #[must_use]
    pub const fn descriptor(&self) -> &'static Descriptor {
        self.entry.descriptor
    }

    /// The least lead that the vendor takes.
    #[must_use]
    pub fn minimal(&self) -> Lead {
        (self.minimal)()
    }

    /// The configuration, its credentials being the sentinel.
    #[must_use]
    pub fn config(&self) -> Value {
        (self.config)()
    }

    /// Every configuration to test the mapping under: the plain one first, then the further ones merged over it.
    #[must_use]
    pub fn configs(&self) -> Vec<Value> {
        self.settings().iter().map(|settings| self.merged(settings)).collect()
    }

    /// What the configurations set anew, in the order of [`configs`](Self::configs): nothing at first.
    #[must_use]
    pub fn settings(&self) -> Vec<Value> {
        let further = self.configs.iter().map(|(_, settings)| settings());
        std::iter::once(Value::Object(Map::new())).chain(further).collect()
    }

    /// The further configurations: the name of each, and what it sets anew.
    pub(crate) fn further(&self) -> impl Iterator<Item = (&'static str, Value)> {
        self.configs.iter().map(|(name, settings)| (*name, settings()))
    }

    /// The configuration with some keys set anew; `null` takes a key away.
    #[must_use]
    pub fn merged(&self, overrides: &Value) -> Value {
        self.merged_over(self.config(), overrides)
    }

    /// A configuration with some keys set anew; `null` takes a key away.
    pub(crate) fn merged_over(&self, mut config: Value, overrides: &Value) -> Value {
        let (Some(config_keys), Some(overrides)) = (config.as_object_mut(), overrides.as_object()) else {
            panic!(
                "the configuration of `{}` is no JSON object; open tests/conformance.rs",
                self.descriptor().id
            );
        };
        for (key, value) in overrides {
            if value.is_null() {
                config_keys.remove(key);
            } else {
                config_keys.insert(key.clone(), value.clone());
            }
        }
        config
    }

    /// Makes a sink from the plain configuration.
    #[must_use]
    pub fn sink(&self) -> SharedSink {
        self.sink_with(self.config())
    }

    /// Makes a sink from a whole configuration.
    #[must_use]
    pub fn sink_with(&self, config: Value) -> SharedSink {
        self.build(config).unwrap_or_else(|error| {
            panic!(
                "`{}` cannot be made from the configuration of the suite: {error}; open tests/conformance.rs (`config`, `configs`), contract/*.json (`config`) or src/config.rs",
                self.descriptor().id
            )
        })
    }

    /// Makes a sink as the command line does: unknown keys are refused before the vendor reads the rest.
    ///
    /// # Errors
    /// When the configuration cannot be used.
    pub fn build(&self, config: Value) -> Result<SharedSink, ConfigError> {
        self.entry.build(config)
    }

    /// Reads a configuration with the vendor's own deserialiser and nothing before it.
    ///
    /// # Errors
    /// The words of the deserialiser.
    pub fn read_config(&self, config: Value) -> Result<(), String> {
        (self.read)(config)
    }

    /// Where the vendor crate lies.
    #[must_use]
    pub fn crate_dir(&self) -> &Path {
        &self.crate_dir
    }

    /// The file of a scenario, from the folder of the vendor crate.
    pub(crate) fn scenario_file(&self, name: &str) -> String {
        let folder = self.contract.strip_prefix(&self.crate_dir).unwrap_or(&self.contract);
        format!("{}/{name}.json", folder.display())
    }

    /// Where its scenarios lie.
    #[must_use]
    pub fn contract(&self) -> &Path {
        &self.contract
    }
}

/// Makes one `#[test]` of each check, in a module `conformance`: the only content of a vendor crate's `tests/conformance.rs`
/// beside the functions that it names. See the crate documentation.
#[macro_export]
macro_rules! conformance {
    (
        vendor: $vendor:ty,
        config: $config:expr,
        minimal: $minimal:expr,
        contract: $contract:expr
        $(, configs: [$($further:ident),* $(,)?])?
        $(,)?
    ) => {
        mod conformance {
            use super::*;

            fn suite() -> $crate::Suite {
                let suite = $crate::Suite::new::<$vendor>(env!("CARGO_MANIFEST_DIR"), $contract, $config, $minimal);
                $(let suite = suite.with_configs([$((stringify!($further), $further as fn() -> $crate::Value)),*]);)?
                suite
            }

            $crate::tests_of_checks!(suite);
        }
    };
}

/// One test a check. Kept beside `checks` so that a check without a test is seen in review.
#[doc(hidden)]
#[macro_export]
macro_rules! tests_of_checks {
    ($suite:ident) => {
        $crate::tests_of_checks! { $suite:
            descriptor_is_well_formed
            config_is_strict
            insecure_addresses_are_refused
            secrets_stay_secret
            personal_data_stays_out_of_logs
            credentials_are_marked_sensitive
            prepare_is_deterministic
            required_fields_are_enforced
            optional_fields_are_optional
            mapping_table_is_true
            nothing_is_dropped_in_silence
            unicode_survives
            requests_look_like_their_snapshots
            every_answer_has_a_disposition
            doubt_is_sticky
            requests_carry_purpose_and_limits
            contract_is_kept
            nothing_is_left_unwritten
        }
    };
    ($suite:ident: $($check:ident)+) => {
        $(#[test]
        fn $check() {
            $crate::checks::$check(&$suite());
        })+
    };
}
