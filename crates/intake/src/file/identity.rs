//! The lead id: that of the file, else a hash of what tells leads apart. Never the row number, the time or chance, so
//! the same lead has the same id in tomorrow's export.

use std::borrow::Cow;

use leadsink_core::{Field, Lead, LeadId};
use uuid::Uuid;

use super::fields::without_prefix;
use super::row::Record;
use crate::value::BadValue;
use crate::value::clean::is_tidy;

/// The name space of hashed lead ids. It must never change: ids of leads that were sent hang on it.
const NAMESPACE: Uuid = Uuid::from_u128(0x6c65_6164_7369_4e6b_a11d_0f1e_5017_ead5);

/// Reads the id of the file; nothing where the cell is blank.
pub(super) fn given(cell: &str) -> Result<Option<LeadId>, BadValue> {
    let id = without_prefix(None, cell);
    if id.is_empty() {
        return Ok(None);
    }
    if is_rounded(id) {
        return Err(BadValue::new(
            "id_rounded",
            "a spreadsheet rounded the lead id, so it is not unique; export the file again, or ignore the column",
        ));
    }
    let invalid = BadValue::new(
        "id_invalid",
        "the lead id is longer than 200 characters or holds a control character",
    );
    LeadId::new(id).map(Some).map_err(|_| invalid)
}

/// Whether an id is a number as a spreadsheet shows a long one: `1.23457E+15`.
fn is_rounded(id: &str) -> bool {
    let Some((number, exponent)) = id.split_once('+') else {
        return false;
    };
    let Some(number) = number.strip_suffix('E') else {
        return false;
    };
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    digits(exponent)
        && number
            .split_once('.')
            .is_some_and(|(whole, rest)| digits(whole) && digits(rest))
}

/// Hashes source, telephone, e-mail and address; the name where there is none of the last three, and the whole record
/// where there is no name either. `unread` are the texts of fields that could not be read.
pub(super) fn hashed(lead: &Lead, unread: &[(Field, String)], record: &Record) -> Uuid {
    use Field::{
        City, Country, Email, FirstName, FullName, LastName, Organization, Phone1, PostalCode, State, Street, Unit,
    };
    // Appends what is known of some fields, apart by spaces; true where it is anything.
    let write = |out: &mut String, fields: &[Field]| {
        let begin = out.len();
        let mut separate = false;
        for field in fields {
            let raw = || unread.iter().find(|(other, _)| other == field);
            let Some(text) = field
                .get(lead)
                .or_else(|| raw().map(|(_, text)| Cow::Borrowed(text.as_str())))
            else {
                continue;
            };
            if separate {
                out.push(' ');
            }
            separate = true;
            fold(&text, out);
        }
        out.len() > begin
    };
    let mut out = String::with_capacity(160);
    write(&mut out, &[Field::Source]);
    let source = out.len();
    let mut reached = false;
    for fields in [
        &[Phone1][..],
        &[Email],
        &[Street, Unit, City, State, PostalCode, Country, Field::UnparsedAddress],
    ] {
        out.push('\n');
        reached |= write(&mut out, fields);
    }
    if !reached {
        out.truncate(source);
        out.push('\n');
        if !write(&mut out, &[FullName, FirstName, LastName, Organization]) {
            out.truncate(source);
            for cell in record.cells() {
                out.push('\n');
                out.push_str(cell);
            }
        }
    }
    Uuid::new_v5(&NAMESPACE, out.as_bytes())
}

/// Appends a text without case and without spaces beyond one between words: they make no other lead.
fn fold(text: &str, out: &mut String) {
    let begin = out.len();
    if is_tidy(text) {
        out.push_str(text);
        out[begin..].make_ascii_lowercase();
        return;
    }
    if !text.is_ascii() {
        let lower = text.to_lowercase();
        for (index, word) in lower.split_whitespace().enumerate() {
            out.push_str(if index > 0 { " " } else { "" });
            out.push_str(word);
        }
        return;
    }
    let mut spaced = false;
    for byte in text.bytes() {
        // What ASCII has of white space, the vertical tab among it.
        if matches!(byte, b' ' | b'\t'..=b'\r') {
            spaced = out.len() > begin;
        } else {
            if std::mem::take(&mut spaced) {
                out.push(' ');
            }
            out.push(char::from(byte.to_ascii_lowercase()));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lead(phone: &str, street: &str) -> Lead {
        Lead::builder().id("-").phone_1(phone).street(street).build().unwrap()
    }

    #[test]
    fn prefixes_are_stripped_and_rounded_ids_refused() {
        assert_eq!(given("l:1000").unwrap().unwrap().as_str(), "1000");
        assert_eq!(given("  "), Ok(None));
        assert_eq!(given("1.23457E+15").unwrap_err().code, "id_rounded");
        assert_eq!(given(&"x".repeat(201)).unwrap_err().code, "id_invalid");
        assert!(given("E+1").is_ok() && given("1.2.3E+4").is_ok());
    }

    #[test]
    fn case_and_spaces_are_folded() {
        for (text, wanted) in [
            ("1 Main  St", "1 main st"),
            (" \u{b}A\t\nB ", "a b"),
            ("ÉCOLE \u{2003} Rd", "école rd"),
            ("\u{1f}x", "\u{1f}x"),
            ("", ""),
        ] {
            let mut out = "-".to_owned();
            fold(text, &mut out);
            assert_eq!(out, format!("-{wanted}"), "{text}");
        }
    }

    #[test]
    fn the_hash_hangs_on_what_tells_leads_apart() {
        let record = Record::default();
        let hash = |lead: &Lead| hashed(lead, &[], &record).to_string();
        let one = hash(&lead("+15125550100", "1 Main  St"));
        assert_eq!(one, "27df1b91-6a26-58a1-9763-985163aaedf7");
        assert_eq!(one, hash(&lead("+15125550100", "1 main st")));
        assert_ne!(one, hash(&lead("+15125550101", "1 Main St")));
    }
}
