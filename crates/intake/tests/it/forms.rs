//! What the options change, and what the reader promises about ids, duplicates and what it does not know.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;
use leadsink_core::Field;
use leadsink_intake::{Delimiter, Duplicates, Encoding, ReadOptions, Target, open};

use crate::support::{lead, rows, rows_with, texts, verdicts, warnings};

const TWO: &str = "Name,Phone,Email\nJané Doe,512-555-0100,jane@example.com\nJohn Roe,512-555-0101,john@example.com\n";

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn every_encoding_gives_the_same_leads() {
    let utf16 = |bytes: fn(u16) -> [u8; 2], mark: bool| -> Vec<u8> {
        let text = if mark { format!("\u{feff}{TWO}") } else { TWO.to_owned() };
        text.encode_utf16().flat_map(bytes).collect()
    };
    let cases = [
        (TWO.as_bytes().to_vec(), Encoding::Utf8),
        (format!("\u{feff}{TWO}").into_bytes(), Encoding::Utf8),
        (utf16(u16::to_le_bytes, true), Encoding::Utf16Le),
        (utf16(u16::to_be_bytes, true), Encoding::Utf16Be),
        (utf16(u16::to_le_bytes, false), Encoding::Utf16Le),
        (utf16(u16::to_be_bytes, false), Encoding::Utf16Be),
        (
            TWO.replace('é', "~")
                .bytes()
                .map(|b| if b == b'~' { 0xe9 } else { b })
                .collect(),
            Encoding::Windows1252,
        ),
    ];
    for (bytes, encoding) in cases {
        for bytes in [gzip(&bytes), bytes] {
            let (reader, rows) = rows(bytes);
            assert_eq!(reader.layout().encoding, encoding);
            assert_eq!(reader.header(), ["Name", "Phone", "Email"]);
            assert_eq!(
                texts(lead(&rows[0]), &[Field::FullName, Field::Phone1]),
                "Jané Doe | +15125550100"
            );
        }
    }
}

#[test]
fn every_delimiter_is_detected_and_can_be_set() {
    for delimiter in Delimiter::ALL {
        let text = TWO.replace(',', &char::from(delimiter.byte()).to_string());
        let (reader, rows) = rows(text);
        assert_eq!((reader.layout().delimiter, rows.len()), (Some(*delimiter), 2));
    }
    let mut options = ReadOptions::new();
    options.delimiter = Some(Delimiter::Pipe);
    let (reader, _) = rows_with("Name,Full Name|Email\na|b\n", &options);
    assert_eq!(reader.header(), ["Name,Full Name", "Email"]);
    let (reader, _) = rows("sep=;\r\nName;x,y,z\r\na;b\r\n");
    assert_eq!(reader.header(), ["Name", "x,y,z"]);
}

#[test]
fn the_id_is_that_of_the_file_or_a_hash_that_stays() {
    let id = |text: &str, index: usize| lead(&rows(text).1[index]).id.to_string();
    let hash = id(TWO, 1);
    assert_eq!(hash.len(), 36);
    let other_order = "Email,Comments,Phone,Name\njohn@example.com,new,(512) 555-0101,J. Roe\n";
    assert_eq!(id(other_order, 0), hash);
    assert_eq!(id("id,Name\nl:77,Jane Doe\n", 0), "77");
    assert_eq!(id("id,Name\n,Jane Doe\n", 0).len(), 36);
    let options = ReadOptions::new().with_id_column("ticket");
    let (_, rows) = rows_with("Name,Ticket,id\nJane Doe,T-1,9\n", &options);
    assert_eq!(
        (lead(&rows[0]).id.as_str(), lead(&rows[0]).extra["id"].as_str()),
        ("T-1", "9")
    );
}

#[test]
fn later_duplicates_are_not_sent_unless_they_shall() {
    let text = "id,Name,Phone,Email\n1,A B,512-555-0100,a@example.com\n2,A B,(512) 555-0100,A@example.com\n\
                1,C D,512-555-0102,c@example.com\n3,E F,512-555-0100,e@example.com\n";
    let (reader, rows) = rows(text);
    assert_eq!(verdicts(&rows), ["lead", "duplicate of 1", "duplicate of 1", "lead"]);
    assert_eq!(
        (reader.summary().duplicates, reader.summary().codes["duplicate_row"]),
        (2, 2)
    );
    let mut options = ReadOptions::new();
    options.duplicates = Duplicates::Send;
    let (_, rows) = rows_with(text, &options);
    assert_eq!(verdicts(&rows), ["lead"; 4]);
    assert_eq!(warnings(&rows[1]), ["duplicate_row"]);
}

#[test]
fn a_bad_row_does_not_make_its_correction_a_duplicate() {
    let (_, rows) = rows("id,Name,Phone\n1,A B,call me\n1,A B,512-555-0100\n");
    assert_eq!(verdicts(&rows), ["phone_letters", "lead"]);
}

#[test]
fn of_two_columns_for_a_field_the_first_that_is_not_empty_counts() {
    let text = "Name,Phone,Phone Number\nA B,,512-555-0100\nC D,512-555-0101,512-555-0102\n";
    let (reader, rows) = rows(text);
    assert_eq!(texts(lead(&rows[0]), &[Field::Phone1]), "+15125550100");
    assert_eq!(texts(lead(&rows[1]), &[Field::Phone1]), "+15125550101");
    assert_eq!(lead(&rows[1]).extra["Phone Number"], "512-555-0102");
    let shared = vec![(Field::Phone1, vec!["Phone".to_owned(), "Phone Number".to_owned()])];
    assert_eq!(reader.summary().shared, shared);
    assert_eq!(reader.layout().columns[2].second_of, Some(1));
}

#[test]
fn what_is_not_recognised_is_kept_and_named() {
    let text = "Name,Shoe Size,Comments,,Comments\nA B,43,first,x,second\n";
    let (reader, rows) = rows(text);
    let lead = lead(&rows[0]);
    assert_eq!(
        (lead.extra["Shoe Size"].as_str(), lead.extra["column 4"].as_str()),
        ("43", "x")
    );
    assert_eq!(lead.notes.as_ref().unwrap().as_str(), "first");
    assert_eq!(lead.extra["Comments (2)"], "second");
    assert_eq!(reader.summary().not_recognised, ["Shoe Size", "column 4"]);
}

#[test]
fn overrides_decide_what_a_column_is() {
    let options = ReadOptions::new()
        .with_column("Shoe Size", Target::Field(Field::Notes))
        .with_column("name", Target::Field(Field::Organization))
        .with_column("Secret", Target::Ignore)
        .with_column("Pets?", Target::Answer);
    let (reader, rows) = rows_with("Name,Shoe Size,Secret,Pets?\nAcme,43,x,two\n", &options);
    let lead = lead(&rows[0]);
    assert_eq!(texts(lead, &[Field::Organization, Field::Notes]), "Acme | 43");
    assert!(lead.extra.is_empty());
    assert_eq!(lead.consent.answers[0].question.as_str(), "Pets?");
    assert!(reader.layout().columns.iter().all(|column| column.why == "override"));
}

#[test]
fn all_problems_of_a_row_are_named_and_lenient_sends_without_the_values() {
    let text = "Name,Phone,Email,State,Bill\n,call me,steven@,ZZ,lots\n";
    let (_, strict) = rows(text);
    assert_eq!(
        verdicts(&strict),
        ["phone_letters email_no_domain state_unknown no_name".to_owned()].map(sorted)
    );
    let mut options = ReadOptions::new();
    options.lenient = true;
    let (_, rows) = rows_with(text, &options);
    let lead = lead(&rows[0]);
    assert_eq!(warnings(&rows[0]).len(), 5);
    assert_eq!(
        (lead.extra["Phone"].as_str(), lead.extra["Bill"].as_str()),
        ("call me", "lots")
    );
    assert!(lead.contact.email.is_none());
}

/// States are read first, since postal codes hang on them; then fields as in the lead.
fn sorted(codes: String) -> String {
    let mut codes: Vec<&str> = codes.split(' ').collect();
    codes.sort_by_key(|code| {
        ["state_unknown", "email_no_domain", "phone_letters", "no_name"]
            .iter()
            .position(|c| c == code)
    });
    codes.join(" ")
}

#[test]
fn consent_columns_hold_a_text_or_a_tick() {
    let (_, rows) = rows("Name,TCPA Consent\nA B,I agree to be called about solar.\nC D,yes\n");
    assert_eq!(
        texts(lead(&rows[0]), &[Field::ConsentText]),
        "I agree to be called about solar."
    );
    assert_eq!(lead(&rows[1]).consent.answers[0].question.as_str(), "TCPA Consent");
}

#[test]
fn json_keys_may_turn_up_late() {
    let (reader, rows) = rows(r#"[{"name":"A B"},{"name":"C D","contact":{"email":"c@example.com"},"n":1}]"#);
    assert_eq!(verdicts(&rows), ["lead", "lead"]);
    assert_eq!(texts(lead(&rows[1]), &[Field::Email]), "c@example.com");
    assert_eq!(reader.header(), ["name", "contact.email", "n"]);
    assert_eq!(reader.layout().columns[2].why, "not recognised");
}

#[test]
fn overrides_and_mailing_addresses_hold_for_late_keys_too() {
    let options = ReadOptions::new().with_column("Late", Target::Field(Field::Notes));
    let text = r#"[{"name":"A B"},{"name":"C D","mailing_street":"1 Main St"},{"name":"E F","mailing_city":"Austin","late":"x"}]"#;
    let padding = r#"{"name":"Pad"},"#.repeat(600);
    let (reader, rows) = rows_with(text.replacen('[', &format!("[{padding}"), 1), &options);
    let targets: Vec<_> = reader
        .layout()
        .columns
        .iter()
        .map(|column| column.target.as_str())
        .collect();
    assert_eq!(targets, ["full_name", "street", "city", "notes"]);
    assert!(reader.layout().not_found.is_empty() && reader.summary().not_found.is_empty());
    assert_eq!(rows.len(), 603);
}

#[test]
fn files_are_opened_by_path() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("leads.csv.gz");
    std::fs::write(&path, gzip(TWO.as_bytes())).unwrap();
    let mut reader = open(&path, &ReadOptions::new()).unwrap();
    assert!(reader.layout().gzip);
    assert_eq!(reader.by_ref().filter(Result::is_ok).count(), 2);
}

#[test]
fn nothing_personal_is_shown_by_debug() {
    let (reader, rows) = rows(TWO);
    let shown = format!("{reader:?} {rows:?}");
    assert!(!shown.contains("jane") && !shown.contains("512-555"), "{shown}");
}
