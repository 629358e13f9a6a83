//! Makes one sink: resolves its values, fills or demands what is missing, builds, and explains what went wrong.

use leadsink::{ConfigError, SharedSink};
use serde_json::{Map, Value as Json};

use super::Purpose;
use super::file::key_path;
use super::named::Named;
use super::open::Opening;
use super::reference::{PLACEHOLDER, Resolver, hidden};
use crate::exit::CliError;

/// What keeps a sink from being made.
pub(super) struct Trouble {
    lines: Vec<String>,
    /// What to do where something has to be added, rather than mended.
    hint: Option<String>,
}

impl Trouble {
    /// All that keeps the sinks from being made, as one error.
    pub(super) fn all(troubles: &[Self]) -> CliError {
        let lines: Vec<_> = troubles
            .iter()
            .flat_map(|trouble| &trouble.lines)
            .map(String::as_str)
            .collect();
        let error = match &*lines {
            [line] => CliError::new(*line),
            lines => {
                let lines = lines.join("\n").replace('\n', "\n  ");
                CliError::new(format!("the configuration cannot be used\n  {lines}"))
            }
        };
        match troubles.iter().find_map(|trouble| trouble.hint.as_ref()) {
            Some(hint) => error.with_hint(hint),
            None => error,
        }
    }
}

impl Opening<'_> {
    pub(super) fn build(&self, sink: &Named<'_>) -> Result<SharedSink, Trouble> {
        let secrets = matches!(self.purpose, Purpose::Send | Purpose::Ask);
        let (mut config, mut lines) = self.resolve(sink, secrets);
        let mut missing = sink.entry.missing(&config);
        if secrets && !missing.is_empty() {
            lines.push(sink.lacks(&missing));
        }
        if !lines.is_empty() {
            return Err(Trouble {
                lines,
                hint: Some(self.way_out(sink)),
            });
        }
        for key in missing.extract_if(.., |key| key.credential) {
            config[key.key] = PLACEHOLDER.into();
        }
        // What else is missing may still be good enough to look at requests; the vendor says.
        sink.entry.build(config).map_err(|error| {
            if matches!(&error, ConfigError::Missing { .. }) && !missing.is_empty() {
                Trouble {
                    lines: vec![sink.lacks(&missing)],
                    hint: Some(self.way_out(sink)),
                }
            } else {
                Trouble {
                    lines: vec![self.explain(sink, &error)],
                    hint: None,
                }
            }
        })
    }

    /// The values as the vendor reads them, and the problems with those that stand elsewhere.
    fn resolve(&self, sink: &Named<'_>, secrets: bool) -> (Json, Vec<String>) {
        let resolver = Resolver {
            dir: self.file.dir(),
            env: self.env,
        };
        let credential = |key: &str| {
            let mut keys = sink.entry.descriptor.config.iter();
            keys.any(|known| known.key == key && known.credential)
        };
        let mut config = Map::new();
        let mut lines = Vec::new();
        for (key, value) in &sink.config {
            let hidden = (credential(key) && !secrets).then(|| hidden(value));
            let value = hidden.as_ref().unwrap_or(value);
            let value = resolver.resolve(&sink.path(key), value).unwrap_or_else(|more| {
                lines.extend(more);
                // It is there, if out of reach: not also missing.
                PLACEHOLDER.into()
            });
            config.insert(key.clone(), value);
        }
        (Json::Object(config), lines)
    }

    /// What to do where something is missing.
    fn way_out(&self, sink: &Named<'_>) -> String {
        let vendor = sink.entry.descriptor;
        let mut others = self.file.sinks.iter().filter(|other| other.vendor == vendor.id);
        match others.next() {
            Some(other) if !sink.in_file => {
                format!(
                    "{} configures {} as `{}`; {} takes that",
                    self.file.name(),
                    vendor.name,
                    other.name,
                    self.named_by(&other.name)
                )
            }
            _ => "`leadsink init` writes a commented file; `--set key=value` sets a single key".into(),
        }
    }

    /// A vendor's complaint, with the whole path of the key.
    fn explain(&self, sink: &Named<'_>, error: &ConfigError) -> String {
        let whole = key_path(&sink.path(""));
        let whole = whole.trim_end_matches(".\"\"");
        let path = match error.key() {
            "" | "." => whole.to_owned(),
            key => format!("{whole}.{key}"),
        };
        let what = match error {
            ConfigError::UnknownKey { suggestion, .. } => {
                let near = suggestion
                    .map(|near| format!("; did you mean `{near}`?"))
                    .unwrap_or_default();
                format!("is no key of {}{near}", sink.entry.descriptor.name)
            }
            ConfigError::Missing { doc, .. } => format!("is missing: {doc}"),
            ConfigError::Invalid { message, .. } => format!("cannot be used: {message}"),
            other => format!("cannot be used: {other}"),
        };
        let set = sink.set.iter().find(|key| error.key().split('.').next() == Some(key));
        if let Some(key) = set {
            format!("`--set {key}=…`: `{path}` {what}")
        } else if sink.in_file {
            format!("{}: `{path}` {what}", self.file.name())
        } else {
            format!("`{path}` {what}")
        }
    }
}
