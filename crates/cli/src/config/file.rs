//! The file `leadsink.toml`: its syntax and its tables. What a vendor's own keys mean is not known here.

use std::fs;
use std::path::{Path, PathBuf};

use leadsink::suggest;
use toml::{Table, Value};

use crate::exit::CliError;

/// The configuration as it stands in a file, or nothing where there is none.
#[derive(Debug, Default)]
pub(super) struct ConfigFile {
    path: Option<PathBuf>,
    /// The tables `[sinks.NAME]`, by name.
    pub(super) sinks: Vec<SinkTable>,
}

/// A table `[sinks.NAME]`.
#[derive(Debug)]
pub(super) struct SinkTable {
    pub(super) name: String,
    /// The vendor's id: as told, else the name.
    pub(super) vendor: String,
    pub(super) config: Table,
    /// `[sinks.NAME.retry]`.
    pub(super) retry: Table,
    /// `[sinks.NAME.quotas]`.
    pub(super) quotas: Table,
}

/// The keys of a table `[sinks.NAME]`.
const KEYS: [&str; 4] = ["vendor", "config", "retry", "quotas"];

impl ConfigFile {
    pub(super) fn load(path: &Path) -> Result<Self, CliError> {
        let text = fs::read_to_string(path).map_err(|error| CliError::io("read", path, &error))?;
        Self::parse(&text, Some(path))
    }

    pub(super) fn parse(text: &str, path: Option<&Path>) -> Result<Self, CliError> {
        let mut file = Self {
            path: path.map(Path::to_owned),
            sinks: Vec::new(),
        };
        // The error's own text quotes the line, in which a password may stand.
        let table: Table = toml::from_str(text).map_err(|error| {
            let place = error.span().map(|span| place(text, span.start)).unwrap_or_default();
            let message = error.message().lines().next().unwrap_or_default();
            CliError::new(format!("{}{place}: {message}", file.name()))
        })?;
        for (key, value) in table {
            match (&*key, value) {
                ("sinks", Value::Table(sinks)) => {
                    for (name, value) in sinks {
                        let sink = file.sink(name, value)?;
                        file.sinks.push(sink);
                    }
                }
                ("sinks", _) => return Err(file.no_table("sinks")),
                _ => return Err(file.unknown(&key_path(&[&key]), suggest(&key, ["sinks"]))),
            }
        }
        Ok(file)
    }

    fn sink(&self, name: String, value: Value) -> Result<SinkTable, CliError> {
        let path = |key: &str| key_path(&["sinks", &name, key]);
        let Value::Table(table) = value else {
            return Err(self.no_table(&key_path(&["sinks", &name])));
        };
        let mut vendor = None;
        let (mut config, mut retry, mut quotas) = (Table::new(), Table::new(), Table::new());
        for (key, value) in table {
            match (&*key, value) {
                ("vendor", Value::String(id)) => vendor = Some(id),
                ("vendor", _) => {
                    let message = format!(
                        "{}: `{}` is not a text such as `\"ntherm\"`",
                        self.name(),
                        path("vendor")
                    );
                    return Err(CliError::new(message));
                }
                ("config", Value::Table(keys)) => config = keys,
                ("retry", Value::Table(keys)) => retry = keys,
                ("quotas", Value::Table(keys)) => quotas = keys,
                ("config" | "retry" | "quotas", _) => return Err(self.no_table(&path(&key))),
                _ => {
                    let error = self.unknown(&path(&key), suggest(&key, KEYS));
                    return Err(error.or_hint(format!("the vendor's own keys stand beneath `[{}]`", path("config"))));
                }
            }
        }
        Ok(SinkTable {
            vendor: vendor.unwrap_or_else(|| name.clone()),
            name,
            config,
            retry,
            quotas,
        })
    }

    fn unknown(&self, path: &str, suggestion: Option<&str>) -> CliError {
        let near = suggestion
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        CliError::new(format!(
            "{}: `{path}` is no key of the configuration{near}",
            self.name()
        ))
    }

    fn no_table(&self, path: &str) -> CliError {
        CliError::new(format!("{}: `{path}` is not a table `[{path}]`", self.name()))
    }

    /// The file, for messages.
    pub(super) fn name(&self) -> String {
        self.path.as_deref().map_or_else(
            || "the configuration".to_owned(),
            |path| format!("`{}`", path.display()),
        )
    }

    /// Where paths in it begin.
    pub(super) fn dir(&self) -> PathBuf {
        let dir = self.path.as_deref().and_then(Path::parent);
        dir.map_or_else(PathBuf::new, Path::to_owned)
    }
}

/// A path of keys as TOML writes it.
pub(super) fn key_path(keys: &[&str]) -> String {
    let bare = |key: &str| {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'_' || b == b'-';
        !key.is_empty() && key.bytes().all(plain)
    };
    let keys: Vec<_> = keys
        .iter()
        .map(|key| {
            if bare(key) {
                (*key).to_owned()
            } else {
                format!("{key:?}")
            }
        })
        .collect();
    keys.join(".")
}

fn place(text: &str, at: usize) -> String {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
    format!(" line {line}, column {column}")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn error(text: &str) -> String {
        ConfigFile::parse(text, Some(Path::new("l.toml"))).unwrap_err().message
    }

    #[test]
    fn a_sink_is_its_vendor_unless_told() {
        let file = ConfigFile::parse("[sinks.ntherm]\n[sinks.main]\nvendor = \"ntherm\"\nconfig.a = 1", None).unwrap();
        let sinks: Vec<_> = file.sinks.iter().map(|sink| (&*sink.name, &*sink.vendor)).collect();
        assert_eq!(sinks, [("main", "ntherm"), ("ntherm", "ntherm")]);
    }

    #[test]
    fn a_mistake_is_named_with_its_place() {
        assert_eq!(
            error("[sink.main]"),
            "`l.toml`: `sink` is no key of the configuration; did you mean `sinks`?"
        );
        assert_eq!(
            error("[sinks.\"a b\"]\nvendr = 1"),
            "`l.toml`: `sinks.\"a b\".vendr` is no key of the configuration; did you mean `vendor`?"
        );
        assert_eq!(error("sinks = 1"), "`l.toml`: `sinks` is not a table `[sinks]`");
        assert_eq!(
            error("[sinks.a]\nconfig = 1"),
            "`l.toml`: `sinks.a.config` is not a table `[sinks.a.config]`"
        );
    }

    #[test]
    fn a_syntax_error_has_line_and_column_and_quotes_nothing() {
        let message = error("[sinks.a.config]\npassword = \"hunter2\nx = 1");
        assert!(message.starts_with("`l.toml` line 2, column "), "{message}");
        assert!(!message.contains("hunter2"), "{message}");
    }
}
