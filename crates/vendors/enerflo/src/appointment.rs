//! The appointment. It is sent whole or not at all, since a time, a zone or a type that nobody gave would send somebody to
//! the wrong place. One that lacks something goes to the note; one that the options of the lead ask for is a problem then,
//! since the note is written from the lead and could not hold it.

use std::borrow::Cow;

use leadsink_core::lead::Appointment;
use leadsink_core::value::{Moment, Text};
use leadsink_core::{Field, Findings, Lead, Problem, Warning};

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
    let asked = options.appointment();
    if *own == Appointment::default() && asked.is_none() {
        return None;
    }
    let over = asked.unwrap_or(NONE);
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
        let at = lacks.first().map_or(Field::AppointmentStart, |(_, field, _)| *field);
        let lacks = what.join(" and ");
        if asked.is_some() {
            let message = format!("`extensions.enerflo` asks for an appointment, and it lacks {lacks}");
            found.problem(Problem::new("appointment_incomplete", message).at(at));
        } else {
            let message = format!("the appointment lacks {lacks}; it stands in the note only");
            not_sent(lead, at, message, found);
        }
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
    // The note is written from the lead, so a zone of the options stands nowhere but here.
    let over_zone = over
        .timezone
        .as_deref()
        .filter(|zone| !zone.eq_ignore_ascii_case("utc"));
    if over_zone.is_some_and(|zone| timezone != Some(zone) && own_zone != Some(zone)) {
        let message = "the appointment begins at a point in time, which is sent without the `timezone` of \
                       `extensions.enerflo`; that one is for local times";
        found.warn(Warning::new("appointment_time_zone", message).at(Field::AppointmentTimeZone));
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
pub(crate) fn not_sent(lead: &Lead, at: Field, why: impl Into<Cow<'static, str>>, found: &mut Findings) {
    for field in FIELDS.into_iter().filter(|field| field.has(lead)) {
        found.left_over(field);
    }
    found.warn(Warning::new("appointment_not_sent", why).at(at));
}

#[cfg(test)]
mod tests;
