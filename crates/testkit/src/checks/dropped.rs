//! Whether every value of a lead is sent or reported.

use leadsink_core::{Field, Lead, Prepared, SharedSink};

use super::effects::is_visible;
use super::mapping::notes;
use super::{complain_unfit, file, prepare, report, with};
use crate::Suite;
use crate::fixtures::{full_lead, sample};
use crate::report::Report;
use crate::wire::Wire;

/// Proves that a field which changes nothing in the request is reported as unmapped or by a warning, or that its text stands
/// in another value all the same; and that what is unmapped stands in the note, where the vendor has one.
///
/// # Panics
/// With every field that is dropped.
pub fn nothing_is_dropped_in_silence(suite: &Suite) {
    let mut report = report(suite, "a value of the lead is dropped in silence");
    for config in suite.configs() {
        let sink = suite.sink_with(config);
        let full = full_lead();
        match prepare(&sink, &full) {
            Ok(prepared) => Field::ALL
                .iter()
                .for_each(|field| dropped(&mut report, suite, &sink, &full, &prepared, *field)),
            Err(unfit) => {
                let cure = "leave out what the vendor cannot carry and report it";
                complain_unfit(&mut report, "the full lead", &unfit, file::MAPPING, cure);
            }
        }
        for field in Field::ALL.iter().copied() {
            let lead = with(&suite.minimal(), field, &sample(field));
            if let Ok(prepared) = prepare(&sink, &lead) {
                dropped(&mut report, suite, &sink, &lead, &prepared, field);
            }
        }
    }
    report.finish();
}

fn dropped(report: &mut Report, suite: &Suite, sink: &SharedSink, lead: &Lead, prepared: &Prepared, field: Field) {
    let facts = suite.descriptor();
    let wire = Wire::of(prepared);
    let unmapped = prepared.unmapped.iter().any(|reference| reference.field == field);
    if facts.mapped().contains(field) {
        let warned = || {
            prepared
                .warnings
                .iter()
                .any(|warning| warning.field.as_ref().is_some_and(|at| at.field == field))
        };
        let carried = unmapped || stands_in(&wire.values(), lead, field) || warned() || is_visible(sink, field, lead);
        let cure = format!(
            "send it, or push `Field::{field:?}` to `prepared.unmapped` (and into the note, where there is one), or add a warning at it"
        );
        report.expect(
            carried,
            format!("`{field}` is in the mapping table and has no effect here"),
            file::MAPPING,
            cure,
        );
    } else {
        let cure = format!("push `Field::{field:?}` to `prepared.unmapped`; core does it for an `HttpVendor`");
        report.expect(
            unmapped,
            format!("`{field}` has no row and is not reported as unmapped"),
            file::SINK,
            cure,
        );
    }
    if let (true, Some(note)) = (unmapped, facts.note) {
        let texts: Vec<_> = notes(facts).flat_map(|note| wire.texts_below(note)).collect();
        let noted = stands_in(&texts, lead, field);
        let wrong = format!("`{field}` is unmapped, and its text is not in the note `{note}`");
        report.expect(
            noted,
            wrong,
            file::MAPPING,
            "write name and value of every unmapped field into the note",
        );
    }
}

/// Whether the text of a field stands in one of the values, whatever the punctuation.
fn stands_in(values: &[&str], lead: &Lead, field: Field) -> bool {
    let values: Vec<_> = values.iter().map(|value| letters(value)).collect();
    let found = |piece: &String| values.iter().any(|value| value.contains(piece.as_str()));
    pieces(lead, field)
        .iter()
        .map(|piece| letters(piece))
        .all(|piece| found(&piece))
}

/// The texts that a reader must find again: questions and answers, names of files, keys and values; else the one text, a
/// telephone without its country code.
fn pieces(lead: &Lead, field: Field) -> Vec<String> {
    match field {
        Field::Answers => {
            let answers = lead.consent.answers.iter();
            answers
                .flat_map(|answer| [&answer.question, &answer.answer])
                .map(|text| text.as_str().to_owned())
                .collect()
        }
        Field::Attachments => lead
            .attachments
            .iter()
            .map(|attachment| attachment.name.as_str().to_owned())
            .collect(),
        Field::Extra => lead
            .extra
            .iter()
            .flat_map(|(name, value)| [name.clone(), value.clone()])
            .collect(),
        _ => field
            .get(lead)
            .iter()
            .map(|text| text.strip_prefix("+1").unwrap_or(text).to_owned())
            .collect(),
    }
}

fn letters(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric())
        .flat_map(char::to_lowercase)
        .collect()
}
