//! Dates, which may be partial, and moments, with or without an offset.

mod iso;
#[cfg(test)]
mod tests;
mod time;
mod words;
mod zone;

use leadsink_core::value::{Country, Moment, PartialDate};

use super::absent::is_absent;
use super::clean::plain;
use super::{BadValue, Hints, Parsed};
use words::Piece::{self, Month, Number};

const TEXT: BadValue = BadValue::new("date_text", "it is no date; write it as `1999-12-24`");
const INVALID: BadValue = BadValue::new("date_invalid", "there is no such date; check month and day");
const NO_YEAR: BadValue = BadValue::new("date_no_year", "the date has no year; write it as `1999-12-24`");
const SERIAL: BadValue = BadValue::new(
    "date_serial",
    "it is a spreadsheet's number of a day; format the column as a date and export again",
);

/// The years that a date may be of; other numbers are no years.
const YEARS: std::ops::Range<i16> = 1600..2200;

/// Reads a date. What is missing stays missing. Of numbers apart by `/` or `-` the month is first in the US, the day
/// elsewhere, unless only one order makes a date; apart by `.` the day is first. A time behind the date is left out.
///
/// Of two-digit years, 00 to 29 are of this century and others of the last, as in spreadsheets.
///
/// # Errors
/// When there is no such date, or the text is none.
pub fn parse(text: &str, hints: &Hints) -> Parsed<PartialDate> {
    if is_absent(text) {
        return Ok(None);
    }
    let text = plain(text);
    let (date, _) = time::split_off(&text);
    if matches!(date, "0000-00-00" | "00/00/0000") {
        return Ok(None);
    }
    let day_first = hints
        .country
        .is_some_and(|country| super::state::postal_country(country) != Country::US);
    read(date, day_first).map(Some)
}

/// Reads a moment: RFC 3339 and looser, `9/25/2026 8:49 PM EST`, Unix seconds or milliseconds. An offset is honoured;
/// without one the moment stays local.
///
/// # Errors
/// When there is no such moment, or the text is none; a date alone has no time, and none is invented.
pub fn date_time(text: &str) -> Parsed<Moment> {
    if is_absent(text) {
        return Ok(None);
    }
    if let Some(moment) = iso::iso(text) {
        return Ok(Some(moment));
    }
    time::read(&plain(text)).map(Some)
}

fn read(text: &str, day_first: bool) -> Result<PartialDate, BadValue> {
    if text.bytes().all(|b| b.is_ascii_digit()) {
        return unseparated(text, day_first);
    }
    if text.starts_with('-') {
        return Err(TEXT);
    }
    // XML writes a date with its zone: `2024-01-31Z`.
    let text = text
        .strip_suffix(['Z', 'z'])
        .filter(|date| date.ends_with(|c: char| c.is_ascii_digit()))
        .unwrap_or(text);
    let mut pieces: [Option<Piece<'_>>; 3] = [None; 3];
    let mut count = 0;
    for word in text.split(['/', '-', '.', ',', ' ']).filter(|word| !word.is_empty()) {
        let Some(piece) = words::piece(word)? else {
            continue;
        };
        *pieces.get_mut(count).ok_or(TEXT)? = Some(piece);
        count += 1;
    }
    match pieces {
        [Some(Number(year)), None, None] => PartialDate::new(four_digits(year)?, None, None).map_err(|_| INVALID),
        [Some(Number(year)), Some(Number(month)), None] if year.len() == 4 => date(year, small(month)?, None),
        [Some(Number(month)), Some(Number(year)), None] if year.len() == 4 => date(year, small(month)?, None),
        [Some(Month(month)), Some(Number(year)), None] | [Some(Number(year)), Some(Month(month)), None]
            if year.len() == 4 =>
        {
            date(year, month, None)
        }
        [Some(_), Some(_), None] => Err(NO_YEAR),
        [Some(Month(month)), Some(Number(day)), Some(Number(year))]
        | [Some(Number(year)), Some(Month(month)), Some(Number(day))]
            if year.len() == 4 || !matches!(pieces[0], Some(Number(_))) =>
        {
            date(year, month, Some(small(day)?))
        }
        [Some(Number(day)), Some(Month(month)), Some(Number(year))] => date(year, month, Some(small(day)?)),
        [Some(Number(year)), Some(Number(month)), Some(Number(day))] if year.len() == 4 => {
            date(year, small(month)?, Some(small(day)?))
        }
        [Some(Number(first)), Some(Number(second)), Some(Number(year))] => {
            let (first, second) = (small(first)?, small(second)?);
            let day_first = match (first > 12, second > 12) {
                (true, false) => true,
                (false, true) => false,
                _ => day_first || text.contains('.'),
            };
            let (month, day) = if day_first { (second, first) } else { (first, second) };
            date(year, month, Some(day))
        }
        _ => Err(TEXT),
    }
}

/// `1999`, `19991224` or, in the US, `12241999`. Five digits are a spreadsheet's count of days.
fn unseparated(text: &str, day_first: bool) -> Result<PartialDate, BadValue> {
    match text.len() {
        4 => PartialDate::new(four_digits(text)?, None, None).map_err(|_| INVALID),
        8 => {
            if let Ok(date) = date(&text[..4], small(&text[4..6])?, Some(small(&text[6..])?)) {
                return Ok(date);
            }
            let (first, second) = (small(&text[..2])?, small(&text[2..4])?);
            let (month, day) = if day_first { (second, first) } else { (first, second) };
            date(&text[4..], month, Some(day))
        }
        5 => Err(SERIAL),
        _ => Err(TEXT),
    }
}

fn small(text: &str) -> Result<i8, BadValue> {
    text.parse().ok().filter(|_| text.len() <= 2).ok_or(INVALID)
}

/// A year in which somebody living may have been born, a house been built, or an appointment be.
fn four_digits(text: &str) -> Result<i16, BadValue> {
    let year = text.parse().ok().filter(|year| text.len() == 4 && YEARS.contains(year));
    year.ok_or(if text.len() == 5 { SERIAL } else { INVALID })
}

fn date(year: &str, month: i8, day: Option<i8>) -> Result<PartialDate, BadValue> {
    let year = match (year.len(), day) {
        (2, Some(_)) => {
            let short: i16 = year.parse().map_err(|_| TEXT)?;
            if short < 30 { 2000 + short } else { 1900 + short }
        }
        _ => four_digits(year)?,
    };
    PartialDate::new(year, Some(month), day).map_err(|_| INVALID)
}
