//! Tests of the standard fields.

use super::*;
use crate::ids::STANDARD;
use leadsink_core::LeadBuilder;
use leadsink_testkit::fixtures::full_lead;

/// What is sent, and what is left over.
fn mapped(lead: LeadBuilder) -> (Vec<(String, String)>, Vec<Field>) {
    let lead = lead.id("1").build().unwrap();
    let (mut fields, mut found) = (Fields::new(), Findings::default());
    push(&lead, FieldSet::EMPTY, &mut fields, &mut found);
    let all = leadsink_core::Lead::builder().id("2").build().unwrap();
    let left = found.note(&all, all.fields()).iter().collect();
    let sent = fields.iter().map(|(id, text)| (id.to_owned(), text.to_owned()));
    (sent.collect(), left)
}

fn text(lead: LeadBuilder, id: &str) -> Option<String> {
    mapped(lead)
        .0
        .into_iter()
        .find(|(sent, _)| sent == id)
        .map(|(_, text)| text)
}

fn lead() -> LeadBuilder {
    Lead::builder()
}

#[test]
fn only_published_ids_are_sent() {
    let lead = full_lead();
    let (mut fields, mut found) = (Fields::new(), Findings::default());
    push(&lead, FieldSet::EMPTY, &mut fields, &mut found);
    for (id, _) in fields.iter() {
        assert!(STANDARD.iter().any(|(known, _)| *known == id), "{id}");
    }
    assert_eq!(
        fields.iter().count(),
        STANDARD.len() - 3,
        "all but reference, comments, is_test"
    );
}

#[test]
fn a_number_of_the_american_plan_has_ten_digits() {
    assert_eq!(
        text(lead().phone_1("+12175550123"), "phone_1").as_deref(),
        Some("2175550123")
    );
    assert_eq!(
        text(lead().phone_2("+442079460000"), "phone_2").as_deref(),
        Some("+442079460000")
    );
}

#[test]
fn a_bill_is_a_range_as_leadconduit_reads_it() {
    let table = [
        ("150", Some("150")),
        ("99.5", Some("99.5")),
        ("100-150", Some("100-150")),
        ("..100", Some("0-100")),
        ("200..", Some("200+")),
        ("jan=100 feb=90", None),
    ];
    for (bill, range) in table {
        let (sent, left) = mapped(lead().electric_bill(bill));
        let sent = sent.first().map(|(id, text)| (id.as_str(), text.as_str()));
        assert_eq!(
            sent,
            range.map(|range| ("utility.electric.monthly_amount", range)),
            "{bill}"
        );
        assert_eq!(left.is_empty(), range.is_some(), "{bill}");
    }
}

#[test]
fn what_a_type_cannot_hold_is_left_over() {
    let table = [
        (lead().date_of_birth("1979-04"), Field::DateOfBirth),
        (lead().gender("other"), Field::Gender),
        (lead().ownership("other"), Field::Ownership),
        (lead().appointment_start("2026-02-05T09:30:00"), Field::AppointmentStart),
        (
            lead().certificate_url("https://cert.example.com/1"),
            Field::CertificateUrl,
        ),
        (
            lead().certificate_url("https://cert.trustedform.com.evil.example/1"),
            Field::CertificateUrl,
        ),
        (
            lead().certificate_url("http://cert.trustedform.com/1"),
            Field::CertificateUrl,
        ),
        (lead().full_name("Jane Doe").last_name("Doe"), Field::FullName),
    ];
    for (lead, field) in table {
        assert_eq!(mapped(lead).1, [field]);
    }
}

#[test]
fn a_full_name_that_its_parts_tell_is_not_told_twice() {
    let lead = lead().full_name("Dr. Mary Ann Doe").salutation("Dr.");
    assert_eq!(mapped(lead.first_name("Mary Ann").last_name("Doe")).1, []);
}

#[test]
fn a_country_is_told_where_it_is_given_or_another() {
    let table = [
        (lead().state("TX"), None),
        (lead().state("TX").country("US"), Some("US")),
        (lead().state("CA-ON"), Some("CA")),
        (lead().postal_code("AU-2000"), Some("AU")),
        (lead().country("DE"), Some("DE")),
    ];
    for (lead, country) in table {
        assert_eq!(text(lead, "country").as_deref(), country);
    }
    assert_eq!(text(lead().state("CA-ON"), "state").as_deref(), Some("ON"));
    assert_eq!(
        text(lead().postal_code("78704-6789"), "postal_code").as_deref(),
        Some("78704-6789")
    );
}

#[test]
fn what_the_caller_sends_itself_is_left_to_it() {
    let lead = lead()
        .id("1")
        .electric_provider("SCE")
        .electric_bill("jan=1")
        .build()
        .unwrap();
    let own = [Field::ElectricProvider, Field::ElectricBill].into_iter().collect();
    let (mut fields, mut found) = (Fields::new(), Findings::default());
    push(&lead, own, &mut fields, &mut found);
    assert_eq!(fields.iter().count(), 0);
    assert!(found.note(&lead, lead.fields()).is_empty());
}
