//! Two exports of 120 rows against what is known of each row.

use leadsink_core::value::PostalCode;
use leadsink_core::{Field, Lead};
use leadsink_intake::{Delimiter, Encoding, LeadReader, RowOutcome};
use serde_json::Value;

use crate::support::{fixture, open_fixture};

fn compare(name: &str) -> LeadReader {
    let expected = std::fs::read_to_string(fixture(&format!("{name}.expected.json"))).unwrap();
    let expected: Vec<Value> = serde_json::from_str(&expected).unwrap();
    let mut reader = open_fixture(name);
    let rows: Vec<_> = reader.by_ref().map(Result::unwrap).collect();
    assert_eq!(rows.len(), expected.len());
    for (row, expected) in rows.iter().zip(&expected) {
        assert_eq!(row.number, expected["row"].as_u64().unwrap() + 1);
        match (&row.outcome, expected["why"].as_str()) {
            (RowOutcome::Lead { lead, .. }, None) => {
                assert_eq!(of_interest(lead), wanted(expected), "row {}", row.number)
            }
            (RowOutcome::Bad { problems, .. }, Some(why)) => {
                let codes: Vec<_> = problems.iter().map(|note| note.code).collect();
                assert_eq!(codes, [why], "row {}", row.number);
            }
            (other, why) => panic!("row {}: {other:?}, expected {why:?}", row.number),
        }
    }
    reader
}

const KEYS: [&str; 7] = ["phone", "email", "state", "zip", "first", "last", "street"];

fn wanted(expected: &Value) -> Vec<String> {
    KEYS.iter()
        .chain(&["city"])
        .map(|key| expected[key].as_str().unwrap_or("-").to_owned())
        .collect()
}

fn of_interest(lead: &Lead) -> Vec<String> {
    let text = |field: Field| {
        field
            .get(lead)
            .map_or_else(|| "-".to_owned(), std::borrow::Cow::into_owned)
    };
    let zip = lead.site.postal_code.as_ref().and_then(PostalCode::zip5).unwrap_or("-");
    vec![
        text(Field::Phone1),
        text(Field::Email),
        text(Field::State),
        zip.to_owned(),
        text(Field::FirstName),
        text(Field::LastName),
        text(Field::Street),
        text(Field::City),
    ]
}

#[test]
fn the_facebook_export_is_read_as_expected() {
    let reader = compare("facebook-lead-ads.csv");
    let layout = reader.layout();
    assert_eq!(
        (layout.encoding, layout.delimiter),
        (Encoding::Utf16Le, Some(Delimiter::Tab))
    );
    let summary = reader.summary();
    assert_eq!(
        (summary.rows, summary.good, summary.bad, summary.duplicates),
        (120, 104, 16, 0)
    );
    assert!(summary.not_recognised.is_empty());
}

#[test]
fn the_web_form_is_read_as_expected() {
    let reader = compare("web-form.csv");
    let layout = reader.layout();
    assert_eq!(
        (layout.encoding, layout.delimiter),
        (Encoding::Utf8, Some(Delimiter::Comma))
    );
    assert!(reader.summary().not_recognised.is_empty());
}

#[test]
fn facebook_rows_keep_questions_origin_and_ids() {
    let row = open_fixture("facebook-lead-ads.csv").next().unwrap().unwrap();
    let lead = crate::support::lead(&row);
    assert_eq!(lead.id.as_str(), "1000000000000000");
    let fields = [
        Field::Source,
        Field::Campaign,
        Field::SubmittedAt,
        Field::Ownership,
        Field::ElectricBill,
        Field::Status,
    ];
    assert_eq!(
        crate::support::texts(lead, &fields),
        "instagram | CA_GENERAL_RESIDENTIAL | 2026-09-26T01:49:00Z | rent | 200-300 | created"
    );
    let answers = &lead.consent.answers;
    assert_eq!(
        (answers.len(), answers[0].question.as_str()),
        (2, "do you own your home?")
    );
    assert_eq!(answers[1].answer.as_str(), "$200-$300");
    assert_eq!(lead.extra["ad_id"], "1737087885261");
    assert_eq!(lead.extra["ad_name"], "Solar | Video 3");
    assert_eq!(lead.raw[&Field::PostalCode].as_ref(), "z:32413-1234");
}
