//! Whether the published mapping table says what the code does.

use std::collections::BTreeSet;

use leadsink_core::{Descriptor, Field};

use super::effects::{Effects, effects, is_seen_beside_others};
use super::{file, report};
use crate::Suite;
use crate::wire::covers;

/// Proves that each field changes those wire fields that the table names and no other, and that each row is seen at work
/// under at least one configuration of the suite.
///
/// # Panics
/// With every row that is missing or without effect.
pub fn mapping_table_is_true(suite: &Suite) {
    let mut report = report(suite, "the mapping table is not what `prepare` does");
    let facts = suite.descriptor();
    report.expect(
        !facts.mapping.is_empty(),
        "the table has no row",
        file::DESCRIPTOR,
        format!("write a `FieldMapping` for each field that {} sends", file::MAPPING),
    );
    let sinks: Vec<_> = suite
        .configs()
        .into_iter()
        .map(|config| suite.sink_with(config))
        .collect();
    let mut at_work = BTreeSet::new();
    let mut told = BTreeSet::new();
    for (index, sink) in sinks.iter().enumerate() {
        let all = Field::ALL.iter().map(|field| (*field, effects(suite, sink, *field)));
        let all: Vec<_> = all.collect();
        for (field, effects) in &all {
            let field = *field;
            at_work.extend(rows_at_work(facts, field, effects));
            // What comes along with a field belongs to the field that decides it, if there is one.
            let is_anothers = |path: &String| {
                all.iter()
                    .any(|(other, effects)| *other != field && effects.changed.contains_key(path))
            };
            let along = effects.along.iter().filter(|(path, _)| !is_anothers(path));
            for (path, lead) in effects.changed.iter().chain(along) {
                let exempt = notes(facts).any(|note| covers(note, path));
                if exempt || is_named(facts, field, path) || !told.insert((field, path.clone())) {
                    continue;
                }
                let under = if index == 0 {
                    String::new()
                } else {
                    format!(", configuration {index} of `configs`")
                };
                let wrong = format!("`{field}` changes `{path}`, and no row says so ({lead}{under})");
                let cure = format!(
                    "add `FieldMapping::new(Field::{field:?}, \"{path}\")`, or stop that in {}",
                    file::MAPPING
                );
                report.add(wrong, file::DESCRIPTOR, cure);
            }
        }
    }
    for row in facts
        .mapping
        .iter()
        .filter(|row| !at_work.contains(&(row.field, row.wire)))
    {
        if sinks
            .iter()
            .any(|sink| is_seen_beside_others(suite, sink, row.field, row.wire))
        {
            continue;
        }
        let wrong = format!("`{}` never changes `{}`, and a row says so", row.field, row.wire);
        let cure = format!(
            "map the field, or remove the row from {}; where it takes a setting, add that to `configs` in {}",
            file::DESCRIPTOR,
            file::CONFORMANCE
        );
        report.add(wrong, file::MAPPING, cure);
    }
    report.finish();
}

/// The fields for what has none of its own.
pub(super) fn notes(facts: &Descriptor) -> impl Iterator<Item = &'static str> {
    [facts.note, facts.note_elsewhere].into_iter().flatten()
}

fn is_named(facts: &Descriptor, field: Field, path: &str) -> bool {
    facts
        .mapping
        .iter()
        .any(|row| row.field == field && covers(row.wire, path))
}

fn rows_at_work(facts: &Descriptor, field: Field, effects: &Effects) -> Vec<(Field, &'static str)> {
    let rows = facts.mapping.iter().filter(|row| row.field == field);
    rows.filter(|row| effects.paths().any(|path| covers(row.wire, path)))
        .map(|row| (row.field, row.wire))
        .collect()
}
