//! What the headers of real exports are taken for.

use leadsink_core::Field;

use super::super::layout::{NOT_RECOGNISED, QUESTION, RECOGNISED};
use super::*;

fn resolved(headers: &[&str], options: &ReadOptions) -> Vec<String> {
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    let columns = resolve(&headers, options, Signs::default()).columns;
    columns.iter().map(|column| column.target.to_string()).collect()
}

fn targets(headers: &[&str]) -> String {
    resolved(headers, &ReadOptions::default()).join(" ")
}

#[test]
fn facebook_questions_are_answers_and_fill_what_they_ask_for() {
    let headers = [
        "id",
        "ad_id",
        "form_name",
        "platform",
        "do_you_own_your_home?",
        "do_you_have_pets?",
        "full_name",
        "mystery",
    ];
    let headers: Vec<String> = headers.iter().map(|header| (*header).to_owned()).collect();
    let columns = resolve(&headers, &ReadOptions::default(), Signs::default()).columns;
    let found: Vec<_> = columns
        .iter()
        .map(|column| (column.target.as_str(), column.why))
        .collect();
    let wanted = [
        ("id", RECOGNISED),
        ("extra", RECOGNISED),
        ("extra", RECOGNISED),
        ("source", RECOGNISED),
        ("ownership", QUESTION),
        ("answer", QUESTION),
        ("full_name", RECOGNISED),
        ("extra", NOT_RECOGNISED),
    ];
    assert_eq!(found, wanted);
}

#[test]
fn an_address_is_a_street_beside_its_city() {
    assert_eq!(targets(&["Address", "City", "Zip"]), "street city postal_code");
    assert_eq!(targets(&["Address", "Phone"]), "address phone_1");
    assert_eq!(targets(&["Mailing Street", "Mailing City"]), "street city");
    assert_eq!(
        targets(&["City", "Mailing Address", "Mailing City"]),
        "city mailing_street mailing_city"
    );
}

#[test]
fn a_name_is_a_first_name_beside_a_last_name() {
    assert_eq!(targets(&["Name", "Surname"]), "first_name last_name");
    assert_eq!(targets(&["Name", "Email"]), "full_name email");
}

#[test]
fn telephones_of_a_kind_take_the_next_free_place() {
    assert_eq!(
        targets(&["Mobile Phone Number", "Phone Number", "Home Phone"]),
        "phone_2 phone_1 phone_3"
    );
    assert_eq!(targets(&["MobilePhone", "Work Email"]), "phone_1 email");
}

#[test]
fn the_surest_id_is_taken_and_others_are_kept() {
    assert_eq!(targets(&["Reference", "Lead ID", "Record ID"]), "extra id extra");
    assert_eq!(targets(&["universal_leadid", "reference"]), "jornaya_id id");
}

#[test]
fn overrides_come_first_and_shared_fields_are_marked() {
    let options = ReadOptions::default()
        .with_column("best cell", Target::Field(Field::Phone1))
        .with_column("No such", Target::Ignore)
        .with_id_column("Ref");
    let headers = [
        "Phone".to_owned(),
        "Best Cell".to_owned(),
        "Ref".to_owned(),
        "id".to_owned(),
    ];
    let found = resolve(&headers, &options, Signs::default());
    assert_eq!(found.columns[0].second_of, Some(1));
    assert_eq!((found.columns[1].second_of, found.columns[1].why), (None, OVERRIDE));
    assert_eq!(
        (found.columns[2].target, found.columns[3].target),
        (Target::LeadId, Target::Extra)
    );
    assert_eq!(found.not_found, ["No such"]);
}

#[test]
fn repeated_and_empty_headers_are_told_apart() {
    let mut names = Vec::new();
    for header in ["Comments", "", "Comments ", "Comments"] {
        let name = unique(header, names.len(), &names);
        names.push(name);
    }
    assert_eq!(names, ["Comments", "column 2", "Comments (2)", "Comments (3)"]);
}
