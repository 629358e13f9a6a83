//! Whether the published facts of a vendor make sense by themselves.

use std::collections::BTreeSet;
use std::time::Duration;

use leadsink_core::{ConfigKey, Descriptor, Need, Rule};
use serde_json::Value;

use super::{file, report};
use crate::Suite;
use crate::report::Report;
use crate::secret::shows_secret;

/// The longest time-out that a vendor documents (SolarNexus: six minutes) leaves room below this.
const LONGEST_TIMEOUT: Duration = Duration::from_secs(600);

/// Proves that the descriptor makes sense and that credentials, and only they, are marked.
///
/// # Panics
/// With everything that is wrong.
pub fn descriptor_is_well_formed(suite: &Suite) {
    let mut report = report(suite, "the descriptor is not well formed");
    let facts = suite.descriptor();
    names(&mut report, facts);
    rows(&mut report, facts);
    for (index, key) in facts.config.iter().enumerate() {
        config_key(&mut report, facts, key);
        let again = facts.config[..index].iter().any(|earlier| earlier.key == key.key);
        report.expect(
            !again,
            format!("the configuration key `{}` stands there twice", key.key),
            file::DESCRIPTOR,
            "remove one",
        );
    }
    credentials(&mut report, suite);
    limits(&mut report, facts);
    let own = format!("{:?}", suite.sink().descriptor());
    let cure = "return the constant `Vendor::DESCRIPTOR` from the sink";
    report.expect(
        own == format!("{facts:?}"),
        "the sink has another descriptor than its vendor",
        file::SINK,
        cure,
    );
    report.finish();
}

fn names(report: &mut Report, facts: &Descriptor) {
    let id = facts.id;
    let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let kebab = id.starts_with(|c: char| c.is_ascii_lowercase()) && !id.ends_with('-') && id.chars().all(word);
    report.expect(
        kebab,
        format!("the id `{id}` is not kebab-case"),
        file::DESCRIPTOR,
        "write lower-case letters, digits and `-`",
    );
    let named = !facts.name.is_empty() && facts.name.trim() == facts.name;
    report.expect(
        named,
        "the name is empty or not trimmed",
        file::DESCRIPTOR,
        "write the name as the vendor does",
    );
    let documented = url::Url::parse(facts.docs).is_ok_and(|url| url.scheme() == "https");
    let cure = "write the address of the vendor's documents, beginning with `https://`";
    report.expect(
        documented,
        format!("`{}` is no address of documents", facts.docs),
        file::DESCRIPTOR,
        cure,
    );
}

fn rows(report: &mut Report, facts: &Descriptor) {
    let mut seen = BTreeSet::new();
    for row in facts.mapping {
        let name = format!("the row `{}` -> `{}`", row.field, row.wire);
        report.expect(
            seen.insert((row.field, row.wire)),
            format!("{name} stands there twice"),
            file::DESCRIPTOR,
            "remove one",
        );
        let path = !row.wire.is_empty() && row.wire.trim() == row.wire;
        let cure = "write one wire path a row, such as `lead.city`, `?city`, `x-city:`";
        report.expect(path, format!("{name} names no wire path"), file::DESCRIPTOR, cure);
    }
    let mut ruled = BTreeSet::new();
    for rule in facts.rules {
        let fields = match rule {
            Rule::Required(field) => std::slice::from_ref(field),
            Rule::AnyOf(fields) => {
                report.expect(
                    fields.len() > 1,
                    "`AnyOf` has fewer than two fields",
                    file::DESCRIPTOR,
                    "use `Required`",
                );
                fields
            }
            _ => panic!("leadsink-testkit does not know the rule {rule:?} yet; open src/checks of leadsink-testkit"),
        };
        for field in fields {
            let once = ruled.insert((*field, matches!(rule, Rule::Required(_))));
            report.expect(
                once || fields.len() > 1,
                format!("`{field}` is required twice"),
                file::DESCRIPTOR,
                "remove one rule",
            );
            let cure = format!("add `FieldMapping::new(Field::{field:?}, …)`, or take the field out of the rule");
            let mapped = facts.mapped().contains(*field);
            report.expect(
                mapped,
                format!("`{field}` stands in a rule and not in the mapping"),
                file::DESCRIPTOR,
                cure,
            );
        }
    }
}

fn config_key(report: &mut Report, facts: &Descriptor, key: &ConfigKey) {
    let name = key.key;
    let snake = !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    report.expect(
        snake,
        format!("the configuration key `{name}` is not snake_case"),
        file::DESCRIPTOR,
        "rename it",
    );
    let documented = !key.doc.trim().is_empty() && !key.doc.contains('\n');
    report.expect(
        documented,
        format!("`{name}` is not documented in one line"),
        file::DESCRIPTOR,
        "say what it is in `doc`",
    );
    if let Need::Unless(other) = key.need {
        let known = other != name && facts.config.iter().any(|key| key.key == other);
        report.expect(
            known,
            format!("`{name}` depends on `{other}`, which is no other key"),
            file::DESCRIPTOR,
            "name a key",
        );
    }
}

fn credentials(report: &mut Report, suite: &Suite) {
    if !suite.config().is_object() {
        report.add(
            "`config()` is no JSON object",
            file::CONFORMANCE,
            "return `json!({ … })`",
        );
        return;
    }
    let configs = suite.configs();
    for (key, value) in configs.iter().filter_map(Value::as_object).flatten() {
        if !holds_sentinel(value) {
            continue;
        }
        let marked = suite
            .descriptor()
            .config
            .iter()
            .any(|known| known.key == key && known.credential);
        let cure = format!("declare it with `ConfigKey::credential(\"{key}\", …)`");
        report.expect(
            marked,
            format!("`{key}` holds a secret and is not marked as a credential"),
            file::DESCRIPTOR,
            cure,
        );
    }
    for key in suite.descriptor().config.iter().filter(|key| key.credential) {
        // One that stands in for another stands in a further configuration.
        let held = configs
            .iter()
            .any(|config| config.get(key.key).is_some_and(holds_sentinel));
        let cure = "put `leadsink_testkit::SECRET_SENTINEL` into its value";
        report.expect(
            held,
            format!(
                "the credential `{}` has no sentinel in `config()` or `configs`",
                key.key
            ),
            file::CONFORMANCE,
            cure,
        );
    }
}

fn holds_sentinel(value: &Value) -> bool {
    match value {
        Value::String(text) => shows_secret(text),
        Value::Array(values) => values.iter().any(holds_sentinel),
        Value::Object(values) => values.values().any(holds_sentinel),
        _ => false,
    }
}

fn limits(report: &mut Report, facts: &Descriptor) {
    let sensible = !facts.timeout.is_zero() && facts.timeout <= LONGEST_TIMEOUT;
    let wrong = format!(
        "a time-out of {:?} is not between 0 and {LONGEST_TIMEOUT:?}",
        facts.timeout
    );
    report.expect(sensible, wrong, file::DESCRIPTOR, "set it with `with_timeout`");
    for quota in facts.quotas {
        let sensible = !quota.class.is_empty() && quota.requests > 0 && !quota.per.is_zero();
        report.expect(
            sensible,
            format!("the quota {quota:?} lets nothing through"),
            file::DESCRIPTOR,
            "mend `with_quotas`",
        );
    }
}
