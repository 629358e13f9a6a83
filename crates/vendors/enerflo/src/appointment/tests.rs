//! Tests of the appointment.

use super::*;
use leadsink_core::LeadBuilder;

fn account() -> EnerfloConfig {
    EnerfloConfig::new("k")
        .with_appointment_type_id(101)
        .with_appointment_name("Solar Consultation")
}

/// The JSON that is sent, and the fields in the note.
fn mapped(config: &EnerfloConfig, lead: LeadBuilder, options: &EnerfloOptions) -> (String, Vec<Field>) {
    let lead = lead.id("1").build().unwrap();
    let mut found = Findings::default();
    let appointment = appointment(config, &lead, options, &mut found);
    let sent = appointment.map(|appointment| serde_json::to_string(&appointment).unwrap());
    let note = found.note(&lead, lead.fields()).iter().collect();
    (sent.unwrap_or_default(), note)
}

/// What is found for a lead whose options ask for an appointment.
fn found(config: &EnerfloConfig, lead: LeadBuilder, asked: &AppointmentOptions) -> Findings {
    let lead = lead.id("1").build().unwrap();
    let options = EnerfloOptions {
        appointment: Some(asked.clone()),
        ..EnerfloOptions::default()
    };
    let mut found = Findings::default();
    appointment(config, &lead, &options, &mut found);
    found
}

fn at(start: &str) -> LeadBuilder {
    Lead::builder().appointment_start(start)
}

#[test]
fn times_go_in_utc_as_seconds_or_as_they_stand_with_their_zone() {
    use AppointmentTime::{Unix, Utc};
    let instant = || at("2020-03-12T21:59:14Z");
    let local = || at("2020-03-12T14:59:14");
    let zoned = |zone: &str| account().with_timezone(zone);
    let table = [
        (
            account(),
            instant(),
            r#""date_time":"2020-03-12 21:59:14","timezone":"utc""#,
        ),
        (
            account().with_appointment_time(Unix),
            instant(),
            r#""date_time":"1584050354","date_format":"U""#,
        ),
        (
            zoned("America/Denver"),
            local(),
            r#""date_time":"2020-03-12 14:59:14","timezone":"America/Denver""#,
        ),
        (
            zoned("America/Denver").with_appointment_time(Unix),
            local().appointment_time_zone("America/Chicago"),
            r#""date_time":"2020-03-12 14:59:14","timezone":"America/Chicago""#,
        ),
        (
            zoned("America/Denver").with_appointment_time(Utc),
            instant(),
            r#""date_time":"2020-03-12 21:59:14","timezone":"utc""#,
        ),
    ];
    for (config, lead, when) in table {
        let (sent, note) = mapped(&config, lead, &EnerfloOptions::default());
        let expected = format!(r#"{{"apt_type_id":101,{when},"name":"Solar Consultation"}}"#);
        assert_eq!((sent, note), (expected, Vec::new()));
    }
}

#[test]
fn the_leads_own_goes_before_the_account_and_options_before_both() {
    let lead = || {
        at("2020-03-12T21:59:14Z")
            .appointment_type("202")
            .appointment_name("Roof survey")
            .appointment_minutes("45")
            .appointment_assignee("rep@installer.example")
    };
    let config = account().with_appointment_type_key(AppointmentTypeKey::AppointmentTypeId);
    let rest = r#""date_time":"2020-03-12 21:59:14","timezone":"utc","assigned_user":"rep@installer.example""#;
    let (sent, note) = mapped(&config, lead(), &EnerfloOptions::default());
    assert_eq!(
        sent,
        format!(r#"{{"appointment_type_id":202,{rest},"name":"Roof survey","minutes":45}}"#)
    );
    assert!(note.is_empty());
    let over = AppointmentOptions {
        type_id: Some(303),
        name: Some("Closing".into()),
        timezone: None,
    };
    let options = EnerfloOptions {
        appointment: Some(over),
        ..EnerfloOptions::default()
    };
    let (sent, note) = mapped(&config, lead(), &options);
    assert_eq!(
        sent,
        format!(r#"{{"appointment_type_id":303,{rest},"name":"Closing","minutes":45}}"#)
    );
    assert_eq!(note, [Field::AppointmentName, Field::AppointmentType]);
}

#[test]
fn what_lacks_something_goes_to_the_note_whole() {
    use Field::{AppointmentAssignee, AppointmentMinutes, AppointmentStart, AppointmentTimeZone, AppointmentType};
    let bare = EnerfloConfig::new("k");
    let table: [(&EnerfloConfig, LeadBuilder, &[Field]); 4] = [
        (
            &account(),
            Lead::builder().appointment_minutes("45"),
            &[AppointmentMinutes],
        ),
        (&account(), at("2020-03-12T14:59:14"), &[AppointmentStart]),
        (
            &bare,
            at("2020-03-12T21:59:14Z")
                .appointment_type("survey")
                .appointment_time_zone("America/Denver"),
            &[AppointmentStart, AppointmentType, AppointmentTimeZone],
        ),
        (
            &bare,
            at("2020-03-12T21:59:14Z").appointment_assignee("rep@installer.example"),
            &[AppointmentStart, AppointmentAssignee],
        ),
    ];
    for (config, lead, note) in table {
        let found = mapped(config, lead, &EnerfloOptions::default());
        assert_eq!(found, (String::new(), note.to_vec()));
    }
    assert_eq!(
        mapped(&bare, Lead::builder(), &EnerfloOptions::default()),
        (String::new(), Vec::new())
    );
}

#[test]
fn a_type_or_assignee_that_enerflo_cannot_know_stands_in_the_note() {
    let lead = at("2020-03-12T21:59:14Z")
        .appointment_type("survey")
        .appointment_assignee("Jane");
    let (sent, note) = mapped(&account(), lead, &EnerfloOptions::default());
    assert!(
        sent.starts_with(r#"{"apt_type_id":101,"#) && !sent.contains("assigned_user"),
        "{sent}"
    );
    assert_eq!(note, [Field::AppointmentType, Field::AppointmentAssignee]);
}

#[test]
fn one_that_the_options_ask_for_is_whole_or_a_problem() {
    let asked = AppointmentOptions {
        type_id: Some(303),
        name: Some("Closing".into()),
        timezone: None,
    };
    let local = || at("2020-03-12T14:59:14");
    let zone_only = AppointmentOptions {
        timezone: Some("America/Denver".into()),
        ..AppointmentOptions::default()
    };
    let bare = EnerfloConfig::new("k");
    let table = [
        (Lead::builder(), &asked, Field::AppointmentStart, "a start"),
        (
            local(),
            &asked,
            Field::AppointmentTimeZone,
            "the time zone of its local time (`timezone`)",
        ),
        (
            local(),
            &zone_only,
            Field::AppointmentType,
            "a type that is a number (`appointment_type_id`) and a title (`appointment_name`)",
        ),
    ];
    for (lead, asked, field, lacks) in table {
        let found = found(&bare, lead, asked);
        let [problem] = found.problems() else {
            panic!("{lacks}: {found:?}");
        };
        assert_eq!(problem.code, "appointment_incomplete");
        assert_eq!(problem.field, Some(field.into()));
        assert_eq!(
            problem.message,
            format!("`extensions.enerflo` asks for an appointment, and it lacks {lacks}")
        );
        assert!(found.warnings().is_empty(), "{lacks}");
    }
    // Options in which nothing stands ask for nothing.
    let found = found(&bare, Lead::builder(), &AppointmentOptions::default());
    assert!(found.problems().is_empty() && found.warnings().is_empty(), "{found:?}");
}

#[test]
fn a_zone_of_the_options_that_is_not_sent_is_told() {
    let instant = || at("2020-03-12T21:59:14Z");
    let unix = || account().with_appointment_time(AppointmentTime::Unix);
    let zoned = |lead: LeadBuilder| lead.appointment_time_zone("America/Denver");
    let table = [
        (account(), instant(), "America/Denver", true),
        (unix(), instant(), "America/Denver", true),
        (account(), zoned(instant()), "America/Chicago", true),
        // It is sent, it says no more than what is sent, or the note has it.
        (account(), at("2020-03-12T14:59:14"), "America/Denver", false),
        (account(), instant(), "UTC", false),
        (unix(), instant(), "utc", false),
        (account(), zoned(instant()), "America/Denver", false),
    ];
    for (row, (config, lead, zone, is_told)) in table.into_iter().enumerate() {
        let asked = AppointmentOptions {
            timezone: Some(zone.into()),
            ..AppointmentOptions::default()
        };
        let found = found(&config, lead, &asked);
        let codes: Vec<_> = found.warnings().iter().map(|warning| &*warning.code).collect();
        let expected: &[&str] = if is_told { &["appointment_time_zone"] } else { &[] };
        assert_eq!((codes.as_slice(), found.problems()), (expected, &[][..]), "row {row}");
    }
}
