//! What headers are taken for, by the names of the fields they become.

use leadsink_intake::{LeadReader, ReadOptions, read};

use crate::support::rows;

fn reader(headers: &[&str], cells: &[&str]) -> LeadReader {
    let quoted = |line: &[&str]| {
        line.iter()
            .map(|cell| format!("\"{cell}\""))
            .collect::<Vec<_>>()
            .join("|")
    };
    let mut cells = cells.to_vec();
    cells.resize(headers.len(), "x");
    let text = format!("{}\n{}\n", quoted(headers), quoted(&cells));
    let mut options = ReadOptions::new();
    options.delimiter = Some(leadsink_intake::Delimiter::Pipe);
    read(std::io::Cursor::new(text.into_bytes()), "test", &options).unwrap()
}

fn targets(headers: &[&str]) -> String {
    let reader = reader(headers, &[]);
    let columns = &reader.layout().columns;
    columns
        .iter()
        .map(|column| column.target.as_str())
        .collect::<Vec<_>>()
        .join(" ")
}

#[track_caller]
fn check(table: &[(&[&str], &str)]) {
    let wrong: Vec<String> = table
        .iter()
        .map(|(headers, wanted)| (headers, targets(headers), wanted))
        .filter(|(_, found, wanted)| found != *wanted)
        .map(|(headers, found, wanted)| format!("{headers:?}: {found}, wanted {wanted}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Headers beside two that make a file the export of an ad platform.
fn in_ad_export(header: &str) -> String {
    targets(&["ad_id", "form_id", header])
        .split(' ')
        .next_back()
        .unwrap()
        .to_owned()
}

#[test]
fn data_about_an_ad_is_no_answer() {
    for header in [
        "Google Click ID",
        "Lead source detail",
        "last_contacted_date",
        "Lead score number",
        "first_page_seen_url",
        "Number of page views",
        "Lead form type",
        "Has Opted Out Of Email",
        "do_not_call",
        "is_test_lead",
    ] {
        assert_eq!(in_ad_export(header), "extra", "{header}");
    }
    for header in [
        "what_is_your_job_type",
        "your_best_date?",
        "Do you have a roof number",
        "¿cuál es tu nombre de fiesta",
        "wann_ist_das_date",
        "quel_est_votre_type",
        "how soon do you want solar",
        "solar panel colour",
    ] {
        assert_eq!(in_ad_export(header), "answer", "{header}");
    }
}

#[test]
fn an_ad_export_that_was_cut_is_known_by_its_values() {
    let headers = ["id", "full_name", "phone", "platform", "do you like solar panels"];
    let target = |cells: &[&str]| reader(&headers, cells).layout().columns[4].target.to_string();
    assert_eq!(target(&["l:1000000000000001", "A B"]), "answer");
    assert_eq!(target(&["1", "A B", "p:+15125550100"]), "answer");
    assert_eq!(target(&["1", "A B", "5125550100", "fb"]), "answer");
    assert_eq!(target(&["1", "A B", "5125550100", "web"]), "extra");
    assert_eq!(target(&["l:ength"]), "extra");
}

#[test]
fn parts_in_parentheses_are_what_the_header_means() {
    check(&[
        (
            &[
                "Name (First)",
                "Name (Middle)",
                "Name (Last)",
                "Address (Street Address)",
                "Address (Address Line 2)",
                "Address (City)",
                "Address (State / Province)",
                "Address (ZIP / Postal Code)",
                "Address (Country)",
            ],
            "first_name middle_name last_name street unit city state postal_code country",
        ),
        (
            &[
                "Street",
                "City",
                "Billing Address (City)",
                "Billing Address (State / Province)",
            ],
            "street city mailing_city mailing_state",
        ),
        (&["Email (required)", "Phone (optional) *"], "email phone_1"),
        (
            &["Electric Bill ($)", "Home size (sq ft)", "Usage (kWh)"],
            "electric_bill square_feet electric_usage",
        ),
        (
            &["Email (we never share it)", "Phone (verified)", "Name (Nonsense)"],
            "email extra extra",
        ),
        (&["Email (Enter Email)", "Consent (Description)"], "email consent_text"),
        (&["Phone (Mobile)", "Phone - Home"], "phone_1 phone_2"),
    ]);
}

#[test]
fn the_owner_of_a_home_is_a_person_or_a_yes() {
    check(&[
        (
            &[
                "Home Owner First Name",
                "Home Owner Last Name",
                "Home Owner Phone",
                "Home Owner Email",
            ],
            "first_name last_name phone_1 email",
        ),
        (&["Property Owner Name", "Property Owner Phone"], "full_name phone_1"),
        (&["Homeowner Name", "Home Owner"], "full_name ownership"),
        (&["Owner?"], "ownership"),
        (&["Owner"], "owner"),
        (&["Owns Home"], "ownership"),
        (&["owns_home"], "ownership"),
        (&["Rent/Own"], "ownership"),
        (&["is_owner"], "ownership"),
        (&["Home Owner ID", "Do you own your home?"], "extra ownership"),
    ]);
}

#[test]
fn only_a_monthly_amount_is_a_bill() {
    for header in [
        "Annual electric bill",
        "Yearly Electricity Cost",
        "Electric bill (annual)",
        "Quarterly power bill",
        "kWh usage per year",
        "Electricity usage per year",
        "What do you pay for electricity per year?",
        "Electric bill account number",
        "Utility bill upload",
        "Is the electric bill in your name?",
        "Electric bill due date",
        "Please upload your electric bill",
        "Electric Bill Image",
    ] {
        assert_eq!(targets(&[header]), "extra", "{header}");
    }
    check(&[
        (&["What is your electric bill?"], "electric_bill"),
        (&["Average electric bill per month"], "electric_bill"),
        (&["Year Built"], "year_built"),
    ]);
}

#[test]
fn headers_of_facebook_in_other_languages_are_known() {
    check(&[
        (
            &[
                "vollständiger_name",
                "e-mail-adresse",
                "telefonnummer",
                "straße_und_hausnummer",
                "stadt",
                "bundesland",
                "postleitzahl",
            ],
            "full_name email phone_1 street city state postal_code",
        ),
        (&["vorname", "nachname"], "first_name last_name"),
        (
            &[
                "nombre_completo",
                "correo_electrónico",
                "número_de_teléfono",
                "dirección",
                "ciudad",
                "estado",
                "código_postal",
            ],
            "full_name email phone_1 street city state postal_code",
        ),
        (&["calle", "ciudad"], "street city"),
        (
            &[
                "nom_complet",
                "e-mail",
                "numéro_de_téléphone",
                "adresse_postale",
                "ville",
                "code_postal",
            ],
            "full_name email phone_1 street city postal_code",
        ),
        (&["prénom", "nom", "téléphone_portable"], "first_name last_name phone_1"),
        (&["nom", "ville"], "full_name city"),
        (&["nombre", "apellidos"], "first_name last_name"),
        (&["nombre"], "full_name"),
    ]);
}

#[test]
fn headers_of_forms_and_of_other_systems_are_known() {
    check(&[
        (&["State/Region/Province"], "state"),
        (&["Town/City"], "city"),
        (&["Province/Territory"], "state"),
        (&["Prov"], "state"),
        (&["State/Territory"], "state"),
        (&["Which state do you live in?"], "state"),
        (&["What's your address?"], "address"),
        (&["Phone - Mobile"], "phone_1"),
        (
            &[
                "Billing First Name",
                "Billing Last Name",
                "Billing Email",
                "Billing Phone",
            ],
            "first_name last_name email phone_1",
        ),
        (&["Company / Account"], "organization"),
        (&["Last Name, First Name"], "full_name"),
        (&["E-mail Address", "E-mail 2 Address"], "email email_2"),
        (&["Best Email"], "email"),
        (&["Ph"], "phone_1"),
        (&["tcpa_optin"], "consent_text"),
        (&["Marketing Opt In (SMS)"], "consent_text"),
        (&["tcpa_consent_id"], "extra"),
        (&["Lead #"], "id"),
        (&["Phone #", "Apt #"], "phone_1 unit"),
        (
            &["TrustedForm_Cert_URL__c", "Electric_Bill__c"],
            "certificate_url electric_bill",
        ),
    ]);
}

#[test]
fn the_id_of_jornaya_is_told_from_that_of_the_lead() {
    check(&[
        (&["Lead ID", "LeadiD"], "id jornaya_id"),
        (&["LeadiD"], "jornaya_id"),
        (&["leadid", "Name"], "id full_name"),
    ]);
    let target = |headers: &[&str], cells: &[&str]| {
        let reader = reader(headers, cells);
        reader.layout().columns[0].target.to_string()
    };
    let uuid = "A1B2C3D4-0000-4000-8000-000000000001";
    assert_eq!(target(&["leadid", "id"], &[uuid, "7"]), "jornaya_id");
    assert_eq!(target(&["leadid", "id"], &["8", "7"]), "id");
    assert_eq!(target(&["leadid"], &[uuid]), "id");
}

#[test]
fn late_keys_of_an_ad_export_are_questions_too() {
    let (reader, _) = rows(r#"[{"id":"l:1000001","name":"A B"},{"name":"C D","do you like solar panels":"no"}]"#);
    assert_eq!(reader.layout().columns[2].target.as_str(), "answer");
}
