//! A sink that was named, and where its keys stand.

use leadsink::{ConfigKey, Entry};
use toml::Table;

use super::setting::Setting;
use crate::exit::CliError;

/// A sink that was named, before it is made.
pub(super) struct Named<'a> {
    pub(super) name: String,
    pub(super) entry: &'a Entry,
    pub(super) config: Table,
    /// How often a lead is tried, and for how long.
    pub(super) retry: Table,
    /// Limits other than those that the vendor documents.
    pub(super) quotas: Table,
    /// Whether it has a table `[sinks.NAME]`.
    pub(super) in_file: bool,
    /// The keys that a `--set` set.
    pub(super) set: Vec<String>,
}

impl Named<'_> {
    /// Puts a setting in.
    pub(super) fn set(&mut self, setting: Setting<'_>, key: &str) -> Result<(), CliError> {
        setting.apply(key, self.entry.descriptor, &mut self.config)?;
        self.set.extend(key.split('.').next().map(str::to_owned));
        Ok(())
    }

    /// Where a key stands; a sink that is in no file has the path that `--set` takes.
    pub(super) fn path<'a>(&'a self, key: &'a str) -> Vec<&'a str> {
        if self.in_file {
            vec!["sinks", &self.name, "config", key]
        } else {
            vec![&self.name, key]
        }
    }

    /// That keys are missing, and what they are.
    pub(super) fn lacks(&self, missing: &[&ConfigKey]) -> String {
        let width = missing.iter().map(|key| key.key.len()).max().unwrap_or_default();
        let lines: Vec<_> = missing
            .iter()
            .map(|key| format!("\n  {:width$}  {}", key.key, key.doc))
            .collect();
        let what = if missing.len() == 1 { "a key" } else { "keys" };
        format!(
            "the configuration of sink `{}` lacks {what} that {} needs{}",
            self.name,
            self.entry.descriptor.name,
            lines.concat()
        )
    }
}
