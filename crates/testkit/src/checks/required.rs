//! Whether the rules of the descriptor are what the vendor really asks for.

use leadsink_core::{Field, Lead, Rule};

use super::{complain_unfit, file, prepare, problems, report, with, without};
use crate::Suite;
use crate::fixtures::{full_lead, sample};
use crate::report::Report;

/// Proves that each rule is enforced by name, that each alternative of an `AnyOf` suffices (a latitude with its longitude),
/// and that the minimal lead has nothing but what the rules ask for.
///
/// # Panics
/// With everything that is wrong.
pub fn required_fields_are_enforced(suite: &Suite) {
    let mut report = report(suite, "the rules are not what `prepare` asks for");
    let (sink, minimal) = (suite.sink(), suite.minimal());
    for rule in suite.descriptor().rules {
        let fields = match rule {
            Rule::Required(field) => std::slice::from_ref(field),
            Rule::AnyOf(fields) => fields,
            _ => continue,
        };
        let there = fields.iter().any(|field| field.has(&minimal));
        report.expect(
            there,
            format!("`minimal` has nothing for the rule {rule:?}"),
            file::CONFORMANCE,
            "add a field",
        );
        for lead in [&minimal, &full_lead()] {
            missing(
                &mut report,
                fields,
                &prepare(
                    &sink,
                    &fields.iter().fold(lead.clone(), |lead, field| without(&lead, *field)),
                ),
            );
        }
        if let Rule::AnyOf(fields) = rule {
            let none = fields
                .iter()
                .fold(minimal.clone(), |lead, field| without(&lead, *field));
            for field in *fields {
                // One coordinate is no place without the other.
                let none = match field {
                    Field::Latitude => with(&none, Field::Longitude, &sample(Field::Longitude)),
                    _ => none.clone(),
                };
                if let Err(unfit) = prepare(&sink, &with(&none, *field, &sample(*field))) {
                    let wrong = format!("`{field}` alone does not satisfy {rule:?}: {}", problems(&unfit));
                    report.add(
                        wrong,
                        file::MAPPING,
                        "take it as an alternative, or take it out of the rule",
                    );
                }
            }
        }
    }
    nothing_needless(&mut report, suite, &minimal);
    report.finish();
}

fn missing(report: &mut Report, fields: &[Field], prepared: &Result<leadsink_core::Prepared, leadsink_core::Unfit>) {
    let names: Vec<_> = fields.iter().map(|field| format!("`{field}`")).collect();
    let names = names.join(", ");
    let cure = "leave the rule to core (`HttpVendor`), or check `descriptor.unmet(lead)` in `prepare`";
    match prepared {
        Ok(_) => report.add(
            format!("a lead without {names} fits, against the rule"),
            file::SINK,
            cure,
        ),
        Err(unfit) => {
            let mut at = unfit.problems.iter().filter_map(|problem| problem.field.as_ref());
            let named = at.any(|problem| fields.contains(&problem.field));
            report.expect(
                named,
                format!("without {names} the problem names another field: {}", problems(unfit)),
                file::SINK,
                cure,
            );
        }
    }
}

/// Every field of the minimal lead must be asked for by a rule, or the rules are incomplete.
fn nothing_needless(report: &mut Report, suite: &Suite, minimal: &Lead) {
    let sink = suite.sink();
    for field in minimal.fields().iter() {
        let ruled = suite.descriptor().rules.iter().any(|rule| match rule {
            Rule::Required(required) => *required == field,
            Rule::AnyOf(fields) => fields.contains(&field),
            _ => false,
        });
        match (prepare(&sink, &without(minimal, field)), ruled) {
            (Ok(_), _) => {
                let wrong = format!("`minimal` has `{field}`, and the vendor takes it without");
                report.add(wrong, file::CONFORMANCE, "take the field out of it");
            }
            (Err(_), true) => {}
            (Err(unfit), false) => {
                let wrong = format!(
                    "the vendor takes no lead without `{field}` ({}), and no rule says so",
                    problems(&unfit)
                );
                report.add(
                    wrong,
                    file::DESCRIPTOR,
                    format!("add `Rule::Required(Field::{field:?})` or an `AnyOf` with it"),
                );
            }
        }
    }
}

/// Proves that the minimal and the full lead fit, and the full lead without any one optional field.
///
/// # Panics
/// With everything that is wrong.
pub fn optional_fields_are_optional(suite: &Suite) {
    let mut report = report(suite, "a field is required that no rule names");
    let (sink, full) = (suite.sink(), full_lead());
    if let Err(unfit) = prepare(&sink, &suite.minimal()) {
        let cure = "add what is missing, and a rule for it in src/descriptor.rs";
        complain_unfit(&mut report, "the minimal lead", &unfit, file::CONFORMANCE, cure);
    }
    if let Err(unfit) = prepare(&sink, &full) {
        let cure = "leave out what the vendor cannot carry and report it as unmapped or by a warning";
        complain_unfit(&mut report, "the full lead", &unfit, file::MAPPING, cure);
        return report.finish();
    }
    for field in Field::ALL.iter().copied() {
        if suite.descriptor().rules.contains(&Rule::Required(field)) {
            continue;
        }
        if let Err(unfit) = prepare(&sink, &without(&full, field)) {
            let wrong = format!("the full lead without `{field}` does not fit: {}", problems(&unfit));
            report.add(
                wrong,
                file::MAPPING,
                "do without it, or add a rule for it in src/descriptor.rs",
            );
        }
    }
    report.finish();
}
