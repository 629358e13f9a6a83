//! Moments in the form that programs write, which needs no search for its parts.

use jiff::civil;
use jiff::tz::Offset;
use leadsink_core::value::Moment;

/// Reads the usual forms, as programs write them, straight away: `2026-09-25T20:49:00`, with `Z` or an offset or without,
/// and with a space for the `T`. Nothing where it is in another form, or there is no such moment.
pub(super) fn iso(text: &str) -> Option<Moment> {
    let (clock, zone) = text.as_bytes().split_first_chunk::<19>()?;
    if !matches!(
        clock,
        [
            _,
            _,
            _,
            _,
            b'-',
            _,
            _,
            b'-',
            _,
            _,
            b'T' | b' ',
            _,
            _,
            b':',
            _,
            _,
            b':',
            _,
            _
        ]
    ) {
        return None;
    }
    let two = |at: usize| pair(clock[at], clock[at + 1]);
    let year = i16::from(two(0)?) * 100 + i16::from(two(2)?);
    let is_year = super::YEARS.contains(&year);
    let date = civil::Date::new(year, two(5)?, two(8)?).ok().filter(|_| is_year)?;
    let local = date.to_datetime(civil::Time::new(two(11)?, two(14)?, two(17)?, 0).ok()?);
    let (sign, hours, minutes) = match *zone {
        [] => return Some(Moment::Local(local)),
        [b'Z'] => (1, 0, 0),
        [sign @ (b'+' | b'-'), a, b, c, d] | [sign @ (b'+' | b'-'), a, b, b':', c, d] => {
            (if sign == b'+' { 1 } else { -1 }, pair(a, b)?, pair(c, d)?)
        }
        _ => return None,
    };
    if hours > 14 || minutes > 59 {
        return None;
    }
    let offset = Offset::from_seconds(sign * (i32::from(hours) * 3600 + i32::from(minutes) * 60)).ok()?;
    offset.to_timestamp(local).ok().map(Moment::Instant)
}

/// The number of two digits.
fn pair(tens: u8, ones: u8) -> Option<i8> {
    let is_number = tens.is_ascii_digit() && ones.is_ascii_digit();
    is_number.then(|| i8::try_from((tens - b'0') * 10 + (ones - b'0')).ok())?
}

#[cfg(test)]
mod tests {
    use super::super::time;
    use super::*;

    #[test]
    fn the_usual_forms_are_read_alike_by_both_ways() {
        for text in [
            "2026-09-25T20:49:00Z",
            "2026-09-25T20:49:07",
            "2026-09-25 20:49:07",
            "2026-09-25T20:49:00-05:00",
            "2026-09-25T20:49:00+0530",
            "1600-01-01T00:00:00Z",
            "2024-02-29T23:59:59Z",
        ] {
            assert_eq!(iso(text), Some(time::read(text).unwrap()), "{text}");
        }
        for text in [
            "1599-12-31T00:00:00Z",
            "2200-01-01T00:00:00Z",
            "2023-02-29T00:00:00Z",
            "2026-09-25T24:00:00Z",
            "2026-09-25T20:49:60Z",
            "2026-09-25T20:49:00+15:00",
            "2026-09-25T20:49:00 Z",
            "2026-09-25T20:49:0xZ",
        ] {
            assert_eq!(iso(text), None, "{text}");
        }
    }
}
