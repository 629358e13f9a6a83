//! Moments: a date, a time of day, and perhaps an offset from UTC.

use jiff::{Timestamp, civil};
use leadsink_core::value::Moment;

use super::{BadValue, zone};

const TEXT: BadValue = BadValue::new(
    "date_time_text",
    "it is no date with a time; write it as `2026-01-31T10:00:00-05:00`",
);
const NO_TIME: BadValue = BadValue::new(
    "date_time_no_time",
    "there is no time with the date; write it as `2026-01-31T10:00:00-05:00`",
);
const INVALID: BadValue = BadValue::new("date_time_invalid", "there is no such date or time");
/// Splits a text into its date and what stands behind it.
pub(super) fn split_off(text: &str) -> (&str, &str) {
    // In brackets is a zone, which has a colon too.
    let clock = text.split(['(', '[']).next().unwrap_or(text);
    let hour = if let Some(hour) = before_basic(clock) {
        hour
    } else if let Some(hour) = before_colon(clock).or_else(|| before_meridiem(clock)) {
        hour
    } else if let Some(hour) = before_colon(text) {
        hour
    } else {
        return (text, "");
    };
    let date = text[..hour].trim_end_matches([' ', ',', '-', '+', '@']);
    let iso = date
        .strip_suffix(['T', 't'])
        .filter(|date| date.ends_with(|c: char| c.is_ascii_digit()));
    let date = iso.or_else(|| date.strip_suffix(" at")).unwrap_or(date);
    (date.trim_end_matches([' ', ',']), &text[hour..])
}

fn before_colon(text: &str) -> Option<usize> {
    let before = &text[..text.find(':')?];
    Some(before.trim_end_matches(|c: char| c.is_ascii_digit()).len())
}

/// Where the hour of a time without colons begins: `20240131T100000Z`, `20240131100000`.
fn before_basic(text: &str) -> Option<usize> {
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    let hour = match digits(text) {
        14 => 8,
        _ => text.find(['T', 't'])? + 1,
    };
    let date_ends = text[..hour]
        .trim_end_matches(['T', 't'])
        .ends_with(|c: char| c.is_ascii_digit());
    (date_ends && matches!(digits(&text[hour..]), 4 | 6)).then_some(hour)
}

/// Where the hour of a time such as `8 PM` begins.
fn before_meridiem(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let at = ["am", "pm", "a.m", "p.m"]
        .iter()
        .find_map(|meridiem| lower.rfind(meridiem))?;
    let hour = lower[..at].trim_end();
    let start = hour.trim_end_matches(|c: char| c.is_ascii_digit()).len();
    (start < hour.len()).then_some(start)
}

pub(super) fn read(text: &str) -> Result<Moment, BadValue> {
    if text.bytes().all(|b| b.is_ascii_digit())
        && let Some(instant) = unix(text)
    {
        return Ok(Moment::Instant(instant));
    }
    let (date, rest) = split_off(text);
    if rest.is_empty() {
        return Err(if super::read(date, false).is_ok() {
            NO_TIME
        } else {
            TEXT
        });
    }
    let date = super::read(date, false).map_err(|bad| if bad == super::INVALID { INVALID } else { TEXT })?;
    let (Some(month), Some(day)) = (date.month(), date.day()) else {
        return Err(TEXT);
    };
    let (time, behind) = time_of_day(rest)?;
    let local = civil::Date::new(date.year(), month, day)
        .map_err(|_| INVALID)?
        .to_datetime(time);
    match zone::offset(behind)? {
        None => Ok(Moment::Local(local)),
        Some(offset) => offset.to_timestamp(local).map(Moment::Instant).map_err(|_| INVALID),
    }
}

/// Seconds or milliseconds since 1970, of this century.
fn unix(text: &str) -> Option<Timestamp> {
    let number = text.parse().ok()?;
    match text.len() {
        10 => Timestamp::from_second(number).ok(),
        13 => Timestamp::from_millisecond(number).ok(),
        _ => None,
    }
}

/// Reads `20:49`, `20:49:00.123`, `8:49 PM` or `8 p.m.`, and returns what stands behind it.
fn time_of_day(text: &str) -> Result<(civil::Time, &str), BadValue> {
    let end = text
        .find(|c: char| !matches!(c, '0'..='9' | ':' | '.' | ','))
        .unwrap_or(text.len());
    let (digits, rest) = text.split_at(end);
    let digits = digits.trim_end_matches(['.', ',']);
    let spread = basic(digits);
    let mut parts = spread.as_deref().unwrap_or(digits).splitn(3, ':');
    let number = |text: &str| text.parse::<i8>().ok().filter(|_| text.len() <= 2).ok_or(INVALID);
    let hour = number(parts.next().unwrap_or_default())?;
    let minute = parts.next().map_or(Ok(0), number)?;
    let seconds = parts.next().unwrap_or("0");
    let (second, fraction) = seconds.split_once(['.', ',']).unwrap_or((seconds, ""));
    let nanosecond = format!("{fraction:0<9}")
        .get(..9)
        .and_then(|nanos| nanos.parse().ok())
        .ok_or(INVALID)?;
    let (afternoon, rest) = meridiem(rest.trim_start());
    let hour = match (hour, afternoon) {
        (hour, None) => hour,
        (12, Some(afternoon)) => {
            if afternoon {
                12
            } else {
                0
            }
        }
        (1..=11, Some(afternoon)) => hour + if afternoon { 12 } else { 0 },
        _ => return Err(INVALID),
    };
    let time = civil::Time::new(hour, minute, number(second)?, nanosecond).map_err(|_| INVALID)?;
    Ok((time, rest.trim()))
}

/// Puts the colons into `2049` and `204900.123`.
fn basic(digits: &str) -> Option<String> {
    let count = digits.bytes().take_while(u8::is_ascii_digit).count();
    let (clock, fraction) = digits.split_at(count);
    match count {
        _ if fraction.contains(':') => None,
        4 => Some(format!("{}:{}", &clock[..2], &clock[2..])),
        6 => Some(format!("{}:{}:{}{fraction}", &clock[..2], &clock[2..4], &clock[4..])),
        _ => None,
    }
}

fn meridiem(text: &str) -> (Option<bool>, &str) {
    const WORDS: [(&str, bool); 4] = [("am", false), ("a.m.", false), ("pm", true), ("p.m.", true)];
    for (word, afternoon) in WORDS {
        if text
            .get(..word.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(word))
        {
            return (Some(afternoon), &text[word.len()..]);
        }
    }
    (None, text)
}

#[cfg(test)]
mod tests {
    use leadsink_core::value::Leaf as _;

    use crate::value::date::date_time;

    #[test]
    fn moments_keep_whether_their_zone_is_known() {
        for (input, wanted) in [
            ("2026-09-25T20:49:00-05:00", "2026-09-26T01:49:00Z"),
            ("2026-09-25T20:49:00Z", "2026-09-25T20:49:00Z"),
            ("2026-09-25T20:49:00+0000", "2026-09-25T20:49:00Z"),
            ("2026-09-25 20:49:00 +0530", "2026-09-25T15:19:00Z"),
            ("2026-09-25T20:49:00.123Z", "2026-09-25T20:49:00.123Z"),
            ("2026-09-25 20:49:00 UTC", "2026-09-25T20:49:00Z"),
            ("09/25/2026 20:49 EST", "2026-09-26T01:49:00Z"),
            ("9/25/2026 8:49 PM PDT", "2026-09-26T03:49:00Z"),
            (
                "Fri Sep 25 2026 20:49:00 GMT-0500 (Central Daylight Time)",
                "2026-09-26T01:49:00Z",
            ),
            ("Fri, 25 Sep 2026 20:49:00 -0500", "2026-09-26T01:49:00Z"),
            ("2026-09-25T20:49:00-05:00[America/Chicago]", "2026-09-26T01:49:00Z"),
            ("1790369340", "2026-09-25T20:49:00Z"),
            ("1790369340000", "2026-09-25T20:49:00Z"),
            ("2024-01-31 10:00:00 (UTC)", "2024-01-31T10:00:00Z"),
            ("1/31/2024 10:00 AM (UTC-06:00)", "2024-01-31T16:00:00Z"),
            ("1/31/2024 10 AM (UTC-06:00)", "2024-01-31T16:00:00Z"),
            ("2024-01-31 10:00:00(UTC+0)", "2024-01-31T10:00:00Z"),
            ("2024-01-31 10:00 (Central Standard Time)", "2024-01-31T16:00:00Z"),
            ("2024-01-31 10:00 (CST)", "2024-01-31T16:00:00Z"),
            ("20240131T100000Z", "2024-01-31T10:00:00Z"),
            ("20240131T100000-0600", "2024-01-31T16:00:00Z"),
            ("20240131T1000", "2024-01-31T10:00:00"),
            ("20240131100000", "2024-01-31T10:00:00"),
            ("2024-01-31 10:00:00 UTC-6:00", "2024-01-31T16:00:00Z"),
            ("2024-01-31 10:00:00 UTC (approx)", "2024-01-31T10:00:00Z"),
            ("\"2024-01-31 10:00\"", "2024-01-31T10:00:00"),
            ("2026-09-25T20:49:00", "2026-09-25T20:49:00"),
            ("2026-09-25 20:49", "2026-09-25T20:49:00"),
            ("9/25/2026 8:49 PM", "2026-09-25T20:49:00"),
            ("9/25/2026 8:49PM", "2026-09-25T20:49:00"),
            ("9/25/2026 12:05 a.m.", "2026-09-25T00:05:00"),
            ("9/25/2026 8 PM", "2026-09-25T20:00:00"),
            ("Sep 25, 2026 at 8:49 PM", "2026-09-25T20:49:00"),
            ("Sep 25, 2026, 8:49:07 PM", "2026-09-25T20:49:07"),
        ] {
            assert_eq!(date_time(input).unwrap().unwrap().text(), wanted, "{input}");
        }
        assert_eq!(date_time("n/a"), Ok(None));
    }

    #[test]
    fn what_is_no_moment_says_why() {
        for (input, code) in [
            ("2026-09-25", "date_time_no_time"),
            ("9/25/2026", "date_time_no_time"),
            ("tomorrow", "date_time_text"),
            ("tomorrow 8 PM", "date_time_text"),
            ("20:49", "date_time_text"),
            ("2026-09 20:49", "date_time_text"),
            ("2026-13-25T20:49:00Z", "date_time_invalid"),
            ("2026-09-25T25:49:00Z", "date_time_invalid"),
            ("2026-09-25T20:61:00Z", "date_time_invalid"),
            ("2026-09-25 13:49 PM", "date_time_invalid"),
            ("2026-09-25T20:49:00+99:00", "date_time_zone"),
            ("9/25/2026 8:49 PM (ET)", "date_time_zone"),
            ("9/25/2026 8:49 PM (Eastern Time)", "date_time_zone"),
            ("20240131T256000Z", "date_time_invalid"),
            ("2024-01-31Z", "date_time_no_time"),
            ("9/25/2026 8:49 PM ET", "date_time_zone"),
        ] {
            assert_eq!(date_time(input).unwrap_err().code, code, "{input}");
        }
    }
}
