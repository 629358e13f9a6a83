//! The command `vendors`: which there are, what they need, where they are documented.

use leadsink::{ConfigKey, Descriptor, Field, Need, Repeat, Rule};
use serde::Serialize;

use crate::args::VendorsArgs;
use crate::exit::{Exit, Outcome};
use crate::output::{Cell, Out, Paint, Style, Table, count, width};

pub(crate) fn run(args: &VendorsArgs) -> Outcome {
    let registry = leadsink::registry();
    let vendors = || registry.entries().iter().map(|entry| entry.descriptor);
    let mut out = Out::new();
    if args.json {
        out.json(&vendors().map(VendorJson::of).collect::<Vec<_>>())?;
    } else {
        out.bytes(table(vendors()).render(Style::stdout(), width()))?;
        let absent = |id: &&&str| vendors().all(|vendor| vendor.id != **id);
        for id in registry.known().iter().filter(absent) {
            out.line(format!("{id} is not compiled in; switch on the feature `{id}`"))?;
        }
    }
    out.done(Exit::Well)
}

fn table<'a>(vendors: impl Iterator<Item = &'a Descriptor>) -> Table {
    let mut table = Table::new(&["ID", "NAME", "FIELDS", "CONFIG KEYS", "DOCUMENTS"]).right(2);
    for vendor in vendors {
        table.row([
            Cell::new(vendor.id, Paint::Bold),
            vendor.name.into(),
            count(vendor.mapped().iter().count() as u64).into(),
            keys(vendor.config).into(),
            vendor.docs.into(),
        ]);
    }
    table
}

/// The keys that must be there by name, the others by number.
fn keys(keys: &[ConfigKey]) -> String {
    let (optional, needed): (Vec<&ConfigKey>, Vec<_>) = keys.iter().partition(|key| key.need == Need::Optional);
    let mut words: Vec<_> = needed.iter().map(|key| key.key.to_owned()).collect();
    if !optional.is_empty() {
        words.push(format!("{} optional", optional.len()));
    }
    words.join(", ")
}

#[derive(Serialize)]
struct VendorJson {
    id: &'static str,
    name: &'static str,
    docs: &'static str,
    /// Each list is a rule: one of its fields must be there.
    required: Vec<Vec<&'static str>>,
    fields: Vec<&'static str>,
    note: Option<&'static str>,
    config: Vec<KeyJson>,
    repeat: &'static str,
    timeout_seconds: f64,
    /// The option of a lead that `send --test` sets.
    test_mark: Option<&'static str>,
}

#[derive(Serialize)]
struct KeyJson {
    key: &'static str,
    doc: &'static str,
    required: bool,
    /// The key that makes this one needless where it is `true`, or given.
    unless: Option<&'static str>,
    credential: bool,
    example: &'static str,
}

impl VendorJson {
    fn of(vendor: &Descriptor) -> Self {
        Self {
            id: vendor.id,
            name: vendor.name,
            docs: vendor.docs,
            required: vendor.rules.iter().map(rule_fields).collect(),
            fields: vendor.mapped().iter().map(Field::name).collect(),
            note: vendor.note,
            config: vendor.config.iter().map(KeyJson::of).collect(),
            repeat: match vendor.repeat {
                Repeat::Safe => "safe",
                Repeat::NeverBlindly => "never_blindly",
            },
            timeout_seconds: vendor.timeout.as_secs_f64(),
            test_mark: vendor.test_mark,
        }
    }
}

impl KeyJson {
    fn of(key: &ConfigKey) -> Self {
        Self {
            key: key.key,
            doc: key.doc,
            required: key.need != Need::Optional,
            unless: match key.need {
                Need::Unless(other) => Some(other),
                _ => None,
            },
            credential: key.credential,
            example: key.example,
        }
    }
}

/// The fields of which a rule demands one.
pub(crate) fn rule_fields(rule: &Rule) -> Vec<&'static str> {
    match rule {
        Rule::Required(field) => vec![field.name()],
        Rule::AnyOf(fields) => fields.iter().map(|field| field.name()).collect(),
        _ => Vec::new(),
    }
}
