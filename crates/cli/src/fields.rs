//! The command `fields`: a vendor's published mapping table.

use leadsink::{Descriptor, FieldMapping, Rule};
use serde::Serialize;

use crate::args::FieldsArgs;
use crate::exit::{Exit, Outcome};
use crate::output::{Cell, Out, Paint, Style, Table, list, width, wrap};
use crate::vendors::rule_fields;

pub(crate) fn run(args: &FieldsArgs) -> Outcome {
    let registry = leadsink::registry();
    let vendor = registry.get(&args.vendor)?.descriptor;
    let mut out = Out::new();
    if args.json {
        out.json(&FieldsJson::of(vendor))?;
        return out.done(Exit::Well);
    }
    let style = Style::stdout();
    out.line(format_args!(
        "{}  {}\n",
        style.bold(vendor.name),
        style.dim(vendor.docs)
    ))?;
    out.bytes(table(vendor).render(style, width()))?;
    out.line("")?;
    for sentence in rest(vendor) {
        for line in wrap(&sentence, width().unwrap_or(usize::MAX)) {
            out.line(line)?;
        }
    }
    out.done(Exit::Well)
}

fn table(vendor: &Descriptor) -> Table {
    let mut table = Table::new(&["LEAD FIELD", "WIRE FIELD", "REQUIRED", "NOTE"]);
    for mapping in vendor.mapping {
        let need = Need::of(mapping, vendor);
        let paint = if need == Need::No { Paint::Dim } else { Paint::Yellow };
        table.row([
            Cell::new(mapping.field.name(), Paint::Bold),
            mapping.wire.into(),
            Cell::new(need.word(), paint),
            mapping.note.into(),
        ]);
    }
    table
}

/// What the table does not say.
fn rest(vendor: &Descriptor) -> Vec<String> {
    let mut sentences = Vec::new();
    for rule in vendor.rules {
        if let Rule::AnyOf(fields) = rule {
            let names: Vec<_> = fields.iter().map(|field| field.name()).collect();
            sentences.push(format!("One of {} is required.", list(&names)));
        }
    }
    sentences.push(match vendor.note {
        Some(note) => format!("Every other field is put, readable, into `{note}`; `map` and `check` name it."),
        None => "Every other field is left out; `map` and `check` name it.".into(),
    });
    sentences
}

/// Whether a vendor demands a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Need {
    Yes,
    OneOf,
    No,
}

impl Need {
    /// What the vendor demands of the field in its first place; where else it goes is by the way.
    fn of(mapping: &FieldMapping, vendor: &Descriptor) -> Self {
        let field = mapping.field;
        let first = vendor.mapping.iter().find(|other| other.field == field);
        if first.is_some_and(|first| first.wire != mapping.wire) {
            return Self::No;
        }
        let with = |wanted: fn(&Rule) -> bool| {
            let mut rules = vendor.rules.iter().filter(|rule| wanted(rule));
            rules.any(|rule| rule_fields(rule).contains(&field.name()))
        };
        if with(|rule| matches!(rule, Rule::Required(_))) {
            Self::Yes
        } else if with(|rule| matches!(rule, Rule::AnyOf(_))) {
            Self::OneOf
        } else {
            Self::No
        }
    }

    const fn word(self) -> &'static str {
        match self {
            Self::Yes => "yes",
            Self::OneOf => "one of",
            Self::No => "no",
        }
    }
}

#[derive(Serialize)]
struct FieldsJson {
    vendor: &'static str,
    name: &'static str,
    docs: &'static str,
    /// The wire field for every field that is not listed.
    note: Option<&'static str>,
    /// Each list is a rule: one of its fields must be there.
    required: Vec<Vec<&'static str>>,
    fields: Vec<FieldJson>,
}

#[derive(Serialize)]
struct FieldJson {
    field: &'static str,
    kind: &'static str,
    description: &'static str,
    wire: &'static str,
    required: Need,
    note: &'static str,
}

impl FieldsJson {
    fn of(vendor: &Descriptor) -> Self {
        let field = |mapping: &FieldMapping| FieldJson {
            field: mapping.field.name(),
            kind: mapping.field.kind(),
            description: mapping.field.description(),
            wire: mapping.wire,
            required: Need::of(mapping, vendor),
            note: mapping.note,
        };
        Self {
            vendor: vendor.id,
            name: vendor.name,
            docs: vendor.docs,
            note: vendor.note,
            required: vendor.rules.iter().map(rule_fields).collect(),
            fields: vendor.mapping.iter().map(field).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use leadsink::Field;

    use super::*;

    const VENDOR: Descriptor = Descriptor::new("acme", "Acme", "")
        .with_rules(&[Rule::Required(Field::City), Rule::AnyOf(&[Field::Email, Field::Phone1])])
        .with_mapping(&[
            FieldMapping::new(Field::City, "town"),
            FieldMapping::new(Field::Email, "mail").with_note("in lower case"),
            FieldMapping::new(Field::State, "region"),
            FieldMapping::new(Field::City, "post_town"),
        ]);

    #[test]
    fn the_table_says_what_is_required() {
        assert_eq!(
            table(&VENDOR).render(Style::PLAIN, None),
            "LEAD FIELD  WIRE FIELD  REQUIRED  NOTE\n\
             city        town        yes\n\
             email       mail        one of    in lower case\n\
             state       region      no\n\
             city        post_town   no\n"
        );
    }

    #[test]
    fn the_rest_is_told_below() {
        assert_eq!(
            rest(&VENDOR),
            [
                "One of email and phone_1 is required.",
                "Every other field is left out; `map` and `check` name it."
            ]
        );
        assert!(rest(&VENDOR.with_note("remarks"))[1].contains("`remarks`"));
    }
}
