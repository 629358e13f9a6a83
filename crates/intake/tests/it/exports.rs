//! Exports of the platforms that leads come from.

use leadsink_core::Field;
use leadsink_intake::{Delimiter, Encoding, Format, RowOutcome, Target};

use crate::support::{lead, open_fixture, texts, verdicts, warnings};

fn read(name: &str) -> (leadsink_intake::LeadReader, Vec<leadsink_intake::Row>) {
    let mut reader = open_fixture(name);
    let rows = reader.by_ref().map(Result::unwrap).collect();
    (reader, rows)
}

#[test]
fn google_ads_lead_forms_are_read() {
    let (reader, rows) = read("google-ads-lead-form.csv");
    assert_eq!(verdicts(&rows), ["lead", "lead", "phone_letters"]);
    let fields = [
        Field::FirstName,
        Field::Email,
        Field::Phone1,
        Field::State,
        Field::Ownership,
        Field::Campaign,
        Field::SubmittedAt,
    ];
    assert_eq!(
        texts(lead(&rows[0]), &fields),
        "Maria | maria.lopez@example.com | +15125550111 | TX | own | Solar Search TX | 2026-03-01T15:04:05Z"
    );
    let questions: Vec<_> = lead(&rows[0])
        .consent
        .answers
        .iter()
        .map(|answer| answer.question.as_str())
        .collect();
    assert_eq!(questions, ["Do you own your home?", "How soon do you want solar?"]);
    assert_eq!(
        texts(lead(&rows[1]), &[Field::Street, Field::Unit]),
        "77 Rainey St | Apt 12"
    );
    assert!(reader.summary().not_recognised.is_empty());
}

#[test]
fn hubspot_contacts_are_read() {
    let (reader, rows) = read("hubspot-contacts.csv");
    assert_eq!(verdicts(&rows), ["lead", "lead", "no_name"]);
    assert_eq!(lead(&rows[0]).id.as_str(), "151");
    let fields = [
        Field::LastName,
        Field::Phone1,
        Field::State,
        Field::Country,
        Field::Owner,
        Field::Source,
    ];
    assert_eq!(
        texts(lead(&rows[0]), &fields),
        "O'Brien | +13035550121 | CO | US | Sam Rep | Paid Social"
    );
    // A telephone of the second column moves up where the first is empty, and knows that it is mobile.
    let fields = [Field::Phone1, Field::Phone1Type, Field::Phone2];
    assert_eq!(texts(lead(&rows[1]), &fields), "+17205550122 | mobile | -");
    assert_eq!(warnings(&rows[0]), ["no_time_zone"]);
    assert_eq!(lead(&rows[0]).extra["Create Date"], "2026-04-02 10:02");
    assert_eq!(reader.summary().not_recognised, ["Lifecycle Stage"]);
    let RowOutcome::Bad { problems, .. } = &rows[2].outcome else {
        panic!("it has no name");
    };
    assert_eq!(problems[0].column.as_deref(), Some("First Name, Last Name"));
}

#[test]
fn salesforce_leads_are_read() {
    let (_, rows) = read("salesforce-leads.csv");
    assert_eq!(verdicts(&rows), ["lead", "lead"]);
    let fields = [
        Field::Salutation,
        Field::FirstName,
        Field::Phone2,
        Field::Unit,
        Field::PostalCode,
        Field::SubmittedAt,
    ];
    assert_eq!(
        texts(lead(&rows[0]), &fields),
        "Ms. | Dana | +16025550132 | Unit 4 | 85004 | 2026-05-06T07:08:09Z"
    );
    let notes = lead(&rows[0]).notes.as_ref().unwrap();
    assert_eq!(notes.as_str(), "Asked about batteries,\nand about \"net metering\"");
    assert_eq!((rows[1].number, rows[1].line), (2, 5));
}

#[test]
fn leadconduit_submissions_are_read_line_by_line() {
    let (reader, rows) = read("leadconduit.ndjson");
    assert_eq!(reader.layout().format, Format::Ndjson);
    assert_eq!(verdicts(&rows), ["lead", "state_unknown", "json_invalid", "lead"]);
    let first = lead(&rows[0]);
    assert_eq!(first.id.as_str(), "LC-1");
    let fields = [
        Field::Phone2,
        Field::Street,
        Field::Unit,
        Field::PostalCode,
        Field::ElectricProvider,
        Field::ElectricBill,
        Field::RoofType,
        Field::YearBuilt,
        Field::ConsentIp,
    ];
    assert_eq!(
        texts(first, &fields),
        "+12075550142 | 3 Harbor Rd | Apt 2 | 04101 | CMP | 100-150 | Asphalt shingle | 1987 | 203.0.113.9"
    );
    assert_eq!(first.extra["credit_rating"], "good");
    assert_eq!(
        first.consent.jornaya_id.as_ref().unwrap().as_str(),
        "A1B2C3D4-0000-4000-8000-000000000001"
    );
    // A certificate of another host is kept apart from the proofs.
    let last = lead(&rows[3]);
    assert!(last.consent.certificate_url.is_none() && last.extra.contains_key("xxTrustedFormCertUrl"));
    assert_eq!(last.consent.answers[0].answer.as_str(), "true");
    assert_eq!(last.contact.phones[0].number.as_ref().unwrap().as_str(), "+12075550144");
    assert!(rows[0].record.json().unwrap().starts_with("{\"reference\":\"LC-1\""));
}

#[test]
fn the_graph_api_answer_is_read() {
    let (reader, rows) = read("facebook-graph-api.json");
    assert_eq!(reader.layout().format, Format::Json);
    assert_eq!(verdicts(&rows), ["lead", "phone_letters"]);
    let fields = [
        Field::FullName,
        Field::Source,
        Field::PostalCode,
        Field::ElectricBill,
        Field::SubmittedAt,
    ];
    assert_eq!(
        texts(lead(&rows[0]), &fields),
        "Rosa Núñez | instagram | 94103 | 300.. | 2026-07-01T10:00:00Z"
    );
    let answers = &lead(&rows[0]).consent.answers;
    assert_eq!(answers[0].question.as_str(), "what is your average electric bill?");
    assert_eq!(answers[1].answer.as_str(), "monday, friday");
}

#[test]
fn a_western_file_with_semicolons_and_decimal_commas_is_detected() {
    let (reader, rows) = read("web-form-windows-1252.csv");
    let layout = reader.layout();
    assert_eq!(
        (layout.encoding, layout.delimiter),
        (Encoding::Windows1252, Some(Delimiter::Semicolon))
    );
    let targets: Vec<_> = layout.columns.iter().map(|column| column.target).collect();
    assert!(!targets.contains(&Target::Extra), "{targets:?}");
    let fields = [
        Field::FullName,
        Field::Street,
        Field::City,
        Field::ElectricBill,
        Field::Notes,
    ];
    assert_eq!(
        texts(lead(&rows[0]), &fields),
        "José Müller | 12 Castro St | San Francisco | 1234.5 | Bitte anrufen – danke"
    );
    assert_eq!(
        texts(lead(&rows[1]), &[Field::LastName, Field::ElectricBill]),
        "Peña | 123.5"
    );
}
