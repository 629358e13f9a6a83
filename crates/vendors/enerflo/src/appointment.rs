//! The appointment. It is sent whole or not at all: one that lacks something goes to the note, since a time, a zone or a
//! type that nobody gave would send somebody to the wrong place.

use std::borrow::Cow;

use leadsink_core::lead::Appointment;
use leadsink_core::value::{Moment, Text};
use leadsink_core::{Field, Findings, Lead, Warning};

use crate::config::{AppointmentTime, AppointmentTypeKey, EnerfloConfig};
use crate::options::{AppointmentOptions, EnerfloOptions};
use crate::person::user;
use crate::wire::{self, DateTime};

const FIELDS: [Field; 6] = [
    Field::AppointmentStart,
    Field::AppointmentMinutes,
    Field::AppointmentName,
    Field::AppointmentType,
    Field::AppointmentTimeZone,
    Field::AppointmentAssignee,
];

/// Maps the appointment of a lead, if there is one.
pub(crate) fn appointment<'a>(
    config: &'a EnerfloConfig,
    lead: &'a Lead,
    options: &'a EnerfloOptions,
    found: &mut Findings,
) -> Option<wire::Appointment<'a>> {
    const NONE: &AppointmentOptions = &AppointmentOptions {
        type_id: None,
        name: None,
        timezone: None,
    };
    let own = &lead.appointment;
    if *own == Appointment::default() && options.appointment.is_none() {
        return None;
    }
    let over = options.appointment.as_ref().unwrap_or(NONE);
    let own_type = own.kind.as_ref().and_then(|kind| kind.as_str().parse().ok());
    let kind = over.type_id.or(own_type).or(config.appointment_type_id);
    let own_name = own.name.as_ref().map(Text::as_str);
    let name = over.name.as_deref().or(own_name).or(config.appointment_name.as_deref());
    let own_zone = own.time_zone.as_ref().map(Text::as_str);
    let zone = over.timezone.as_deref().or(own_zone).or(config.timezone.as_deref());
    let is_local = matches!(own.start, Some(Moment::Local(_)));

    let (Some(start), Some(kind), Some(name), false) = (own.start, kind, name, is_local && zone.is_none()) else {
        let lacks = [
            (own.start.is_none(), Field::AppointmentStart, "a start"),
            (
                kind.is_none(),
                Field::AppointmentType,
                "a type that is a number (`appointment_type_id`)",
            ),
            (name.is_none(), Field::AppointmentName, "a title (`appointment_name`)"),
            (
                is_local && zone.is_none(),
                Field::AppointmentTimeZone,
                "the time zone of its local time (`timezone`)",
            ),
        ];
        let lacks: Vec<_> = lacks.into_iter().filter(|(lacks, ..)| *lacks).collect();
        let what: Vec<_> = lacks.iter().map(|(_, _, what)| *what).collect();
        let message = format!(
            "the appointment lacks {}; it stands in the note only",
            what.join(" and ")
        );
        not_sent(lead, lacks.first().map(|(_, field, _)| *field), message, found);
        return None;
    };
    if own.kind.is_some() && own_type != Some(kind) {
        if own_type.is_none() {
            let message = "Enerflo takes the number of an appointment type, and this is none; it stands in the note";
            found.warn(Warning::new("appointment_type", message).at(Field::AppointmentType));
        }
        found.left_over(Field::AppointmentType);
    }
    if own_name.is_some_and(|own| own != name) {
        found.left_over(Field::AppointmentName);
    }
    let (date_time, date_format, timezone) = match (start, config.appointment_time) {
        (Moment::Instant(instant), AppointmentTime::Unix) => (DateTime::Unix(instant.as_second()), Some("U"), None),
        (Moment::Instant(_), AppointmentTime::Utc) => (DateTime::Clock(start), None, Some("utc")),
        _ => (DateTime::Clock(start), None, zone),
    };
    // Beside a point in time the zone is only where it takes place.
    if own_zone.is_some() && own_zone != timezone {
        found.left_over(Field::AppointmentTimeZone);
    }
    let by_key = |key| (config.appointment_type_key == key).then_some(kind);
    Some(wire::Appointment {
        apt_type_id: by_key(AppointmentTypeKey::AptTypeId),
        appointment_type_id: by_key(AppointmentTypeKey::AppointmentTypeId),
        date_time,
        date_format,
        timezone,
        assigned_user: user(&own.assignee, Field::AppointmentAssignee, None, found),
        name,
        minutes: own.minutes,
    })
}

/// Puts what the lead has of an appointment into the note, with the reason.
pub(crate) fn not_sent(lead: &Lead, at: Option<Field>, why: impl Into<Cow<'static, str>>, found: &mut Findings) {
    for field in FIELDS.into_iter().filter(|field| field.has(lead)) {
        found.left_over(field);
    }
    found.warn(Warning::new("appointment_not_sent", why).at(at.unwrap_or(Field::AppointmentStart)));
}

#[cfg(test)]
mod tests {
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
}
