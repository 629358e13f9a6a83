//! Whether the configuration is strict: what is misspelt, missing or insecure is refused, and says where.

use std::collections::BTreeSet;

use leadsink_core::{ConfigKey, Lead, Need, Sent, SharedSink, TransportErrorKind};
use serde_json::{Value, json};

use super::{file, prepare, report};
use crate::report::Report;
use crate::{Answer, SECRET_SENTINEL, ScriptedTransport, Suite, block_on};

/// A key that no vendor has.
const NO_KEY: &str = "no_such_key_anywhere";

/// Proves that unknown keys are refused, that the deserialiser and the descriptor know the same keys, that their examples
/// can be read and that required keys are required.
///
/// # Panics
/// With everything that is wrong.
pub fn config_is_strict(suite: &Suite) {
    let mut report = report(suite, "the configuration is not strict");
    if let Err(error) = suite.build(suite.config()) {
        report.add(
            format!("`config()` is refused: {error}"),
            file::CONFORMANCE,
            "return a configuration that works",
        );
        return report.finish();
    }
    known_keys(&mut report, suite);
    for key in suite.descriptor().config {
        example(&mut report, suite, key);
        need(&mut report, suite, key);
        let wrong_type = suite.merged(&json!({ key.key: [[]] }));
        if let Err(error) = suite.build(wrong_type) {
            let named = error.key().starts_with(key.key);
            let wrong = format!("a wrong type of `{}` is refused without its name: {error}", key.key);
            report.expect(
                named,
                wrong,
                file::CONFIG,
                "let serde read the value, or name the key in `ConfigError::invalid`",
            );
        }
    }
    report.finish();
}

fn known_keys(report: &mut Report, suite: &Suite) {
    let Err(message) = suite.read_config(suite.merged(&json!({ NO_KEY: 1 }))) else {
        let cure = "write `#[serde(deny_unknown_fields)]` on the configuration";
        return report.add("the deserialiser takes a key that does not exist", file::CONFIG, cure);
    };
    let Err(error) = suite.build(suite.merged(&json!({ NO_KEY: 1 }))) else {
        return report.add(
            "a key that does not exist is taken",
            file::DESCRIPTOR,
            "list the keys in `with_config`",
        );
    };
    report.expect(
        error.key() == NO_KEY,
        format!("an unknown key is not named: {error}"),
        file::CONFIG,
        "let serde refuse it",
    );
    // serde says: unknown field `x`, expected one of `a`, `b`.
    let read: BTreeSet<&str> = message
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| *word != NO_KEY)
        .collect();
    let listed: BTreeSet<&str> = suite.descriptor().config.iter().map(|key| key.key).collect();
    for key in listed.difference(&read) {
        let wrong = format!("the descriptor lists `{key}`, which the configuration does not have");
        report.add(
            wrong,
            file::CONFIG,
            "add the field, or take the key out of src/descriptor.rs",
        );
    }
    for key in read.difference(&listed) {
        let wrong = format!("the configuration has `{key}`, which the descriptor does not list");
        report.add(
            wrong,
            file::DESCRIPTOR,
            format!("add `ConfigKey::optional(\"{key}\", …)`"),
        );
    }
}

fn example(report: &mut Report, suite: &Suite, key: &ConfigKey) {
    let toml = format!("{} = {}", key.key, key.example);
    let read = toml::from_str::<toml::Table>(&toml)
        .ok()
        .and_then(|table| serde_json::to_value(table).ok());
    let Some(example) = read.and_then(|table| table.get(key.key).cloned()) else {
        let wrong = format!("the example of `{}` is no TOML: {}", key.key, key.example);
        return report.add(
            wrong,
            file::DESCRIPTOR,
            "write it as it stands behind `=`, a text in quotes",
        );
    };
    let example = resolved(example);
    if let Err(error) = suite.read_config(suite.merged(&json!({ key.key: example }))) {
        let wrong = format!("the example of `{}` is refused: {error}", key.key);
        report.add(wrong, file::DESCRIPTOR, "write an example that works");
    }
}

/// An example with a text in place of each `{ env = … }` and `{ file = … }`.
fn resolved(example: Value) -> Value {
    match example {
        Value::Object(table) if table.contains_key("env") || table.contains_key("file") => SECRET_SENTINEL.into(),
        Value::Object(table) => table.into_iter().map(|(key, value)| (key, resolved(value))).collect(),
        other => other,
    }
}

fn need(report: &mut Report, suite: &Suite, key: &ConfigKey) {
    let name = key.key;
    let without = suite.build(suite.merged(&json!({ name: Value::Null })));
    let (missed, cure) = match (key.need, without) {
        (Need::Optional, Ok(_)) => return,
        (Need::Optional, Err(error)) => (
            format!("`{name}` is optional, and without it: {error}"),
            "give it `#[serde(default)]`, or declare it as required in src/descriptor.rs",
        ),
        (_, Err(error)) if error.to_string().contains(name) => return unless(report, suite, key),
        (_, Err(error)) => (
            format!("without `{name}` another fault is named: {error}"),
            "name the key",
        ),
        (_, Ok(sink)) => match attempt(&sink, &suite.minimal()) {
            Err(why) if why.contains(name) => return unless(report, suite, key),
            Err(why) => (
                format!("without `{name}` nothing is sent, and the reason does not name it: {why}"),
                "name the key",
            ),
            Ok(()) => (
                format!("`{name}` is required, and nobody misses it"),
                "return `ConfigError::Missing` or a problem that names it, or declare it as optional in src/descriptor.rs",
            ),
        },
    };
    report.add(missed, file::CONFIG, cure);
}

/// Whether a sink sends anything for a lead; else why not.
fn attempt(sink: &SharedSink, lead: &Lead) -> Result<(), String> {
    let prepared = prepare(sink, lead).map_err(|unfit| unfit.to_string())?;
    let transport = ScriptedTransport::new([]).then_always(Answer::error(TransportErrorKind::Connect, Sent::Nothing));
    match block_on(sink.deliver(&prepared, &transport.context())) {
        Err(error) if transport.seen().is_empty() => Err(error.to_string()),
        _ => Ok(()),
    }
}

fn unless(report: &mut Report, suite: &Suite, key: &ConfigKey) {
    let Need::Unless(other) = key.need else { return };
    let mut keys = suite.descriptor().config.iter();
    let is_switch = keys.any(|known| known.key == other && matches!(known.example, "true" | "false"));
    if !is_switch {
        let mut settings = suite.settings().into_iter();
        let is_shown =
            settings.any(|settings| settings.get(key.key) == Some(&Value::Null) && settings.get(other).is_some());
        let wrong = format!(
            "no configuration of `configs` shows `{other}` in place of `{}`",
            key.key
        );
        let cure = format!("add one that takes `{}` away (`null`) and has `{other}`", key.key);
        return report.expect(is_shown, wrong, file::CONFORMANCE, cure);
    }
    if let Err(error) = suite.build(suite.merged(&json!({ key.key: Value::Null, other: true }))) {
        let wrong = format!(
            "`{}` is not needed when `{other} = true`, and without it: {error}",
            key.key
        );
        report.add(
            wrong,
            file::CONFIG,
            format!("ask for it only where `{other}` is not `true`"),
        );
    }
}
