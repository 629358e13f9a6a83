//! Offsets from UTC, as they stand behind a time of day.

use jiff::tz::Offset;

use super::BadValue;

const ZONE: BadValue = BadValue::new(
    "date_time_zone",
    "the time zone is not known; write the offset, such as `-05:00`, or `Z`",
);

/// Reads the offset: `Z`, `-05:00`, `+0000`, `(UTC-06:00)`, `GMT-0500 (Central Daylight Time)`, or the letters of a US
/// zone that say whether it is summer time. `ET` does not, and is refused.
pub(super) fn offset(zone: &str) -> Result<Option<Offset>, BadValue> {
    let bracketed = zone
        .strip_prefix('(')
        .map(|inside| inside.split(')').next().unwrap_or(inside));
    let zone = bracketed
        .unwrap_or_else(|| zone.split(['(', '[']).next().unwrap_or(zone))
        .trim();
    if zone.is_empty() {
        return Ok(None);
    }
    let upper = in_letters(&zone.to_ascii_uppercase());
    let hours = match upper.as_str() {
        "Z" | "UTC" | "GMT" => 0,
        "EDT" => -4,
        "EST" | "CDT" => -5,
        "CST" | "MDT" => -6,
        "MST" | "PDT" => -7,
        "PST" | "AKDT" => -8,
        "AKST" => -9,
        "HST" => -10,
        _ => return numeric_offset(&upper).map(Some),
    };
    Offset::from_hours(hours).map(Some).map_err(|_| ZONE)
}

/// The letters of `EASTERN DAYLIGHT TIME`.
fn in_letters(zone: &str) -> String {
    let initials = zone.split(' ').filter_map(|word| word.chars().next());
    if zone.ends_with(" TIME") {
        initials.collect()
    } else {
        zone.to_owned()
    }
}

fn numeric_offset(zone: &str) -> Result<Offset, BadValue> {
    let signed = zone
        .strip_prefix("UTC")
        .or_else(|| zone.strip_prefix("GMT"))
        .unwrap_or(zone);
    let sign = match signed.as_bytes().first() {
        Some(b'+') => 1,
        Some(b'-') => -1,
        _ => return Err(ZONE),
    };
    let digits: String = signed[1..].chars().filter(|c| *c != ':').collect();
    let (hours, minutes) = match digits.len() {
        1 | 2 => (digits.as_str(), "0"),
        3 => digits.split_at(1),
        4 => digits.split_at(2),
        _ => return Err(ZONE),
    };
    let number = |text: &str| text.parse::<i32>().map_err(|_| ZONE);
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    if hours > 14 || minutes > 59 {
        return Err(ZONE);
    }
    Offset::from_seconds(sign * (hours * 3600 + minutes * 60)).map_err(|_| ZONE)
}
