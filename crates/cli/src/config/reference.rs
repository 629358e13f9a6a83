//! `{ env = "NAME" }` and `{ file = "path" }`: values that stand elsewhere, put in place before the vendor sees them.

use std::ffi::OsString;
use std::fs;
use std::path::PathBuf;

use serde_json::Value as Json;
use toml::Value;

use super::file::key_path;
use crate::exit::reason;

/// What stands in place of a credential that is not needed.
pub(super) const PLACEHOLDER: &str = "***";

/// Turns values of the file into those that a vendor reads.
pub(super) struct Resolver<'a> {
    /// Where the paths of `{ file = … }` begin.
    pub(super) dir: PathBuf,
    pub(super) env: &'a dyn Fn(&str) -> Option<OsString>,
}

impl Resolver<'_> {
    /// The value at a path, with every reference resolved. Each problem is one line, without a value.
    pub(super) fn resolve(&self, path: &[&str], value: &Value) -> Result<Json, Vec<String>> {
        match value {
            Value::Table(table) => {
                if let Some(reference) = Reference::of(value) {
                    let text = reference.and_then(|reference| self.look_up(&reference));
                    return text
                        .map(Json::String)
                        .map_err(|problem| vec![format!("`{}`: {problem}", key_path(path))]);
                }
                let mut problems = Vec::new();
                let mut object = serde_json::Map::new();
                for (key, value) in table {
                    match self.resolve(&[path, &[key]].concat(), value) {
                        Ok(value) => drop(object.insert(key.clone(), value)),
                        Err(more) => problems.extend(more),
                    }
                }
                if problems.is_empty() {
                    Ok(object.into())
                } else {
                    Err(problems)
                }
            }
            Value::Array(items) => {
                let items = items.iter().map(|item| self.resolve(path, item));
                items.collect::<Result<Vec<_>, _>>().map(Json::Array)
            }
            Value::String(text) => Ok(text.as_str().into()),
            Value::Integer(number) => Ok((*number).into()),
            Value::Boolean(bit) => Ok((*bit).into()),
            Value::Datetime(moment) => Ok(moment.to_string().into()),
            Value::Float(number) => serde_json::Number::from_f64(*number)
                .map(Json::Number)
                .ok_or_else(|| vec![format!("`{}` is not a finite number", key_path(path))]),
        }
    }

    fn look_up(&self, reference: &Reference<'_>) -> Result<String, String> {
        let (text, what) = match reference {
            Reference::Env(name) => {
                let what = format!("the environment variable `{name}`");
                let text = (self.env)(name).ok_or_else(|| format!("{what} is not set"))?;
                (text.into_string().map_err(|_| format!("{what} is not UTF-8"))?, what)
            }
            Reference::File(name) => {
                let path = self.dir.join(name);
                let what = format!("the file `{}`", path.display());
                let text =
                    fs::read_to_string(&path).map_err(|error| format!("{what} cannot be read: {}", reason(&error)))?;
                let end = text
                    .strip_suffix('\n')
                    .map_or(&*text, |text| text.strip_suffix('\r').unwrap_or(text));
                (end.to_owned(), what)
            }
        };
        if text.is_empty() {
            Err(format!("{what} is empty"))
        } else {
            Ok(text)
        }
    }
}

/// Where a value stands.
enum Reference<'a> {
    Env(&'a str),
    File(&'a str),
}

impl<'a> Reference<'a> {
    /// The reference that a value is, if it is one; the error says how one is written.
    fn of(value: &'a Value) -> Option<Result<Self, String>> {
        let table = value.as_table()?;
        let (env, file) = (table.get("env"), table.get("file"));
        let reference = match (env, file, table.len()) {
            (None, None, _) => return None,
            (Some(Value::String(name)), None, 1) => Ok(Self::Env(name)),
            (None, Some(Value::String(path)), 1) => Ok(Self::File(path)),
            _ => Err("a value that stands elsewhere is written `{ env = \"NAME\" }` or `{ file = \"path\" }`".into()),
        };
        Some(reference)
    }
}

/// A credential, or a table of them, with a mark in place of all that stands elsewhere.
pub(super) fn hidden(value: &Value) -> Value {
    match value {
        reference if is_reference(reference) => PLACEHOLDER.into(),
        Value::Table(table) => {
            let inner = table.iter().map(|(key, value)| (key.clone(), hidden(value)));
            Value::Table(inner.collect())
        }
        Value::Array(items) => Value::Array(items.iter().map(hidden).collect()),
        plain => plain.clone(),
    }
}

/// Whether a value stands elsewhere.
pub(super) fn is_reference(value: &Value) -> bool {
    Reference::of(value).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolve(toml: &str, dir: PathBuf) -> Result<Json, Vec<String>> {
        let env = |name: &str| match name {
            "SET" => Some("s3cret".into()),
            "EMPTY" => Some("".into()),
            _ => None,
        };
        let table: toml::Table = toml::from_str(toml).unwrap();
        Resolver { dir, env: &env }.resolve(&["sinks", "a", "config"], &table.into())
    }

    #[test]
    fn references_are_resolved_at_any_depth() {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("key"), "k3y \r\n").unwrap();
        let json = resolve(
            "a = { env = \"SET\" }\nb.c = { file = \"key\" }\nd = [1, true]",
            dir.path().into(),
        );
        assert_eq!(
            json.unwrap(),
            serde_json::json!({"a": "s3cret", "b": {"c": "k3y "}, "d": [1, true]})
        );
    }

    #[test]
    fn a_credential_that_is_not_needed_is_not_looked_for_at_any_depth() {
        let toml = |text: &str| Value::Table(toml::from_str(text).unwrap());
        let given = "a.b = { env = \"UNSET\" }\na.c = \"plain\"\nd = [{ file = \"none\" }, 1]";
        assert_eq!(
            hidden(&toml(given)),
            toml("a.b = \"***\"\na.c = \"plain\"\nd = [\"***\", 1]")
        );
    }

    #[test]
    fn every_reference_that_leads_nowhere_is_named() {
        let problems = resolve(
            "a = { env = \"UNSET\" }\nb = { file = \"none\" }\nc = { env = 1 }\nd = { env = \"EMPTY\" }\ne = nan",
            PathBuf::from("/nowhere"),
        );
        assert_eq!(
            problems.unwrap_err(),
            [
                "`sinks.a.config.a`: the environment variable `UNSET` is not set",
                "`sinks.a.config.b`: the file `/nowhere/none` cannot be read: no such file or directory",
                "`sinks.a.config.c`: a value that stands elsewhere is written `{ env = \"NAME\" }` or `{ file = \"path\" }`",
                "`sinks.a.config.d`: the environment variable `EMPTY` is empty",
                "`sinks.a.config.e` is not a finite number",
            ]
        );
    }
}
