//! `--set key=value`: which sinks it is for, and what kind of value it is.

use leadsink::{ConfigKey, Descriptor, suggest};
use toml::{Table, Value};

use super::reference::is_reference;
use crate::exit::CliError;

/// One `--set`, split at its first equals sign.
#[derive(Clone, Copy, Debug)]
pub(super) struct Setting<'a> {
    /// The left side: `key`, or `sink.key`.
    pub(super) left: &'a str,
    value: &'a str,
}

impl<'a> Setting<'a> {
    pub(super) fn parse(text: &'a str) -> Result<Self, CliError> {
        text.split_once('=')
            .map(|(left, value)| Self {
                left: left.trim(),
                value: value.trim(),
            })
            .filter(|setting| !setting.left.is_empty())
            // The text may be a password, so it is not quoted.
            .ok_or_else(|| CliError::new("a `--set` is not written as `key=value` or `sink.key=value`"))
    }

    /// The key within the sink's configuration, if the setting is for that sink alone.
    pub(super) fn only_for(&self, sink: &str) -> Option<&'a str> {
        self.left.strip_prefix(sink)?.strip_prefix('.')
    }

    /// Puts the value into the configuration of a sink.
    pub(super) fn apply(&self, key: &str, vendor: &Descriptor, config: &mut Table) -> Result<(), CliError> {
        let mut names = key.split('.').map(str::trim);
        let first = names.next().unwrap_or_default();
        let known = vendor.config.iter().find(|known| known.key == first).ok_or_else(|| {
            let near = suggest(first, vendor.config.iter().map(|known| known.key));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            CliError::new(format!(
                "`--set {}=…` cannot be used: `{first}` is no key of {}{near}",
                self.left, vendor.name
            ))
        })?;
        let mut path: Vec<_> = std::iter::once(first).chain(names).collect();
        let last = path.pop().unwrap_or_default();
        let mut table = config;
        for name in path {
            let inner = table.entry(name).or_insert_with(|| Table::new().into());
            table = inner.as_table_mut().ok_or_else(|| {
                CliError::new(format!(
                    "`--set {}=…` cannot be used: `{name}` is not a table",
                    self.left
                ))
            })?;
        }
        table.insert(last.to_owned(), self.read(known));
        Ok(())
    }

    /// A reference stays one; text stays text where the key takes text; else TOML says what it is.
    fn read(&self, key: &ConfigKey) -> Value {
        let text = || Value::String(self.value.to_owned());
        match self.toml() {
            Some(value) if is_reference(&value) => from_here(value),
            Some(_) if key.credential => text(),
            Some(Value::String(quoted)) => Value::String(quoted),
            Some(Value::Table(_) | Value::Array(_)) | None => text(),
            Some(_) if key.example.starts_with(['"', '\'']) => text(),
            Some(scalar) => scalar,
        }
    }

    fn toml(&self) -> Option<Value> {
        // A line feed could smuggle in a second key.
        if self.value.contains('\n') {
            return None;
        }
        let mut table: Table = toml::from_str(&format!("v = {}", self.value)).ok()?;
        table.remove("v")
    }
}

/// A path on the command line begins where the command runs, not beside the configuration.
fn from_here(mut reference: Value) -> Value {
    if let Some(Value::String(path)) = reference.get_mut("file")
        && let Ok(absolute) = std::path::absolute(&*path)
    {
        *path = absolute.display().to_string();
    }
    reference
}

#[cfg(test)]
mod tests {
    use super::*;

    const VENDOR: &Descriptor = &Descriptor::new("acme", "Acme", "").with_config(&[
        ConfigKey::required("campaign", "\"SOLAR\"", "."),
        ConfigKey::credential("password", "\"\"", "."),
        ConfigKey::optional("strict", "false", "."),
        ConfigKey::optional("nested", "{}", "."),
    ]);

    fn apply(text: &str) -> Result<Table, CliError> {
        let mut config = Table::new();
        let setting = Setting::parse(text)?;
        setting.apply(setting.left, VENDOR, &mut config)?;
        Ok(config)
    }

    #[test]
    fn the_key_says_what_kind_of_value_it_is() {
        for (text, toml) in [
            ("strict=true", "strict = true"),
            ("campaign=2024", "campaign = \"2024\""),
            ("campaign=\"a b\"", "campaign = \"a b\""),
            ("campaign=a=b", "campaign = \"a=b\""),
            ("password=12.50", "password = \"12.50\""),
            ("password=\"q\"", "password = \"\\\"q\\\"\""),
            ("password={ env = \"P\" }", "password = { env = \"P\" }"),
            ("nested.deep=7", "nested.deep = 7"),
        ] {
            assert_eq!(apply(text).unwrap(), toml::from_str(toml).unwrap(), "{text}");
        }
    }

    #[test]
    fn a_mistake_is_named_without_the_value() {
        assert_eq!(
            apply("pasword=hunter2").unwrap_err().message,
            "`--set pasword=…` cannot be used: `pasword` is no key of Acme; did you mean `password`?"
        );
        assert!(!apply("hunter2").unwrap_err().message.contains("hunter2"));
    }

    #[test]
    fn a_setting_may_be_for_one_sink() {
        let setting = Setting::parse("main.campaign=x").unwrap();
        assert_eq!(setting.only_for("main"), Some("campaign"));
        assert_eq!(setting.only_for("mai"), None);
    }
}
