//! Damaged files: each is refused with what to do, or costs the rows that are damaged and no others.

use std::io::{self, Cursor, Read, Write};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use leadsink_intake::{Encoding, ReadOptions, RowOutcome, open, read};

use crate::support::{lead, refusal, rows, rows_with, verdicts};

const GOOD: &str = "A B,a@example.com,x\n";
const HEADER: &str = "Name,Email,Note\n";

#[test]
fn files_that_hold_no_leads_are_refused_with_what_to_do() {
    for (bytes, wanted) in [
        (&b""[..], "cannot read `test`: it is empty; export it again"),
        (b"\n \r\n", "cannot read `test`: it is empty; export it again"),
        (b"\xef\xbb\xbf", "cannot read `test`: it is empty; export it again"),
        (b"[]", "cannot read `test`: it is empty; export it again"),
        (
            b"Name,Email\r\n",
            "cannot read `test`: it has a header and no rows; export it again with the leads",
        ),
        (
            b"Jane,Doe,jane@example.com\nJohn,Roe,john@example.com\n",
            "cannot read `test`: it has no header row; write the names of the columns, such as `email`, into the first line",
        ),
        (
            b"PK\x03\x04..xl/workbook.xml",
            "cannot read `test`: it is an Excel workbook (.xlsx); open it in Excel and save it as CSV",
        ),
    ] {
        assert_eq!(refusal(bytes), wanted);
    }
    let options = ReadOptions::new().with_id_column("Key");
    let error = read(Cursor::new(b"Name,Id\na,b\n"), "test", &options).unwrap_err();
    assert_eq!(
        error.to_string(),
        "cannot read `test`: no column is called `Key`; available: `Name`, `Id`"
    );
    assert!(
        open(Path::new("/"), &ReadOptions::new())
            .unwrap_err()
            .to_string()
            .contains("directory")
    );
}

#[test]
fn three_hundred_columns_are_read() {
    let header: Vec<String> = (0..299).map(|n| format!("c{n}")).collect();
    let row: Vec<String> = (0..299).map(|n| n.to_string()).collect();
    let (reader, rows) = rows(format!("Name,{}\nA B,{}\n", header.join(","), row.join(",")));
    assert_eq!((reader.header().len(), lead(&rows[0]).extra.len()), (300, 299));
}

#[test]
fn miscounted_rows_are_named_with_their_counts() {
    let (_, rows) = rows(format!("{HEADER}{GOOD}a,b\n\n,,\na,b,c,d\n{GOOD}"));
    assert_eq!(
        verdicts(&rows),
        ["lead", "too_few_fields", "too_many_fields", "duplicate of 1"]
    );
    let RowOutcome::Bad { problems, .. } = &rows[1].outcome else {
        panic!("it has too few fields");
    };
    assert!(
        problems[0]
            .message
            .starts_with("the row has 2 fields and the header has 3; ")
    );
    // The row of delimiters alone counts as a row and is left out.
    assert_eq!((rows[2].number, rows[2].line), (4, 6));
    assert_eq!(rows[2].record.cells().collect::<Vec<_>>(), ["a", "b", "c", "d"]);
}

#[test]
fn a_field_beyond_the_limit_costs_its_row_only() {
    let large = "x".repeat(1024 * 1024 + 1);
    let lines = "y\n".repeat(600 * 1024);
    for field in [
        large.clone(),
        format!("\"{large}\""),
        format!("\"{large}{large}\"\"\""),
        format!("\"{lines}\""),
    ] {
        let (_, rows) = rows(format!("{HEADER}C D,c@example.com,{field}\n{GOOD}"));
        assert_eq!(verdicts(&rows), ["field_too_large", "lead"]);
        assert_eq!(rows[0].record.cells().map(str::len).collect::<Vec<_>>(), [3, 13, 0]);
    }
    let (_, rows) = rows(format!("{{\"name\":\"{large}\"}}\n{{\"name\":\"A B\"}}\n"));
    assert_eq!(verdicts(&rows), ["field_too_large", "lead"]);
}

#[test]
fn a_row_beyond_the_limit_is_skipped() {
    let wide = format!("{},", "x".repeat(900 * 1024)).repeat(20);
    let (_, rows) = rows(format!("{HEADER}{wide}\n{GOOD}"));
    assert_eq!(verdicts(&rows), ["row_too_large", "lead"]);
}

#[test]
fn nul_bytes_and_damaged_text_cost_their_row_only() {
    let mut bytes = format!("{HEADER}Zoë B,z@example.com,ok\n").into_bytes();
    bytes.extend(b"C D,c@example.com,a\0b\nE F,e\xff@example.com,x\n");
    bytes.extend(GOOD.as_bytes());
    let (reader, rows) = rows(bytes.clone());
    assert_eq!(verdicts(&rows), ["lead", "nul_byte", "invalid_utf8", "lead"]);
    assert_eq!(reader.layout().encoding, Encoding::Utf8);
    let RowOutcome::Bad { problems, .. } = &rows[2].outcome else {
        panic!("it is damaged");
    };
    let byte = bytes.iter().position(|byte| *byte == 0xff).unwrap();
    assert_eq!(problems[0].column.as_deref(), Some("Email"));
    assert_eq!(
        problems[0].message,
        format!("byte {byte} of the file is not UTF-8; export the file as UTF-8, or try `--encoding windows-1252`")
    );
    let mut options = ReadOptions::new();
    options.encoding = Some(Encoding::Windows1252);
    let (_, rows) = rows_with(bytes, &options);
    assert_eq!(verdicts(&rows)[3], "lead");
}

#[test]
fn the_encoding_may_show_late() {
    let mut bytes = HEADER.as_bytes().to_vec();
    for n in 0..5000 {
        bytes.extend(format!("A B,a{n}@example.com,plain text\n").as_bytes());
    }
    bytes.extend(b"Jos\xe9 Pe\xf1a,jose@example.com,x\n");
    let (reader, rows) = rows(bytes);
    assert_eq!(reader.layout().encoding, Encoding::Windows1252);
    assert_eq!(
        lead(&rows[5000]).contact.full_name.as_ref().unwrap().as_str(),
        "José Peña"
    );
}

#[test]
fn a_quote_that_nobody_closes_costs_its_line_only() {
    let stray = "C D,c@example.com,\"5 ft\n";
    let quoted = "E F,e@example.com,\"call,\nplease\"\n";
    let (_, rows) = rows(format!("{HEADER}{stray}{GOOD}{quoted}"));
    assert_eq!(verdicts(&rows), ["unclosed_quote", "lead", "lead"]);
    assert_eq!(lead(&rows[2]).notes.as_ref().unwrap().as_str(), "call,\nplease");
    // Nothing closes it up to the end of the file, or within what a field may hold.
    for (count, note) in [(3_u32, "y".to_owned()), (1100, "y".repeat(1000))] {
        let many: String = (0..count).map(|n| format!("A B,a{n}@example.com,{note}\n")).collect();
        let (reader, rows) = crate::support::rows(format!("{HEADER}{stray}{many}"));
        assert_eq!(
            (rows.len(), reader.summary().good),
            (count as usize + 1, u64::from(count))
        );
        assert_eq!(verdicts(&rows[..2]), ["unclosed_quote", "lead"]);
    }
}

#[test]
fn unescaped_quotes_on_one_line_are_taken_as_they_are() {
    let (_, rows) = rows(format!(
        "{HEADER}\"A \"B\" C\",a@example.com,6\" pipe\nA B, \"c@example.com\" ,\"say \"\"hi\"\"\"\n"
    ));
    assert_eq!(verdicts(&rows), ["lead", "lead"]);
    assert_eq!(rows[0].record.cells().last(), Some("6\" pipe"));
    assert_eq!(
        rows[1].record.cells().skip(1).collect::<Vec<_>>(),
        ["c@example.com", "say \"hi\""]
    );
}

#[test]
fn every_line_ending_ends_a_row() {
    for ending in ["\n", "\r\n", "\r"] {
        let (_, rows) = rows(format!("{HEADER}{GOOD}C D,c@example.com,\"x,\"").replace('\n', ending));
        assert_eq!(verdicts(&rows), ["lead", "lead"]);
    }
}

#[test]
fn a_header_without_known_names_keeps_everything_and_says_so() {
    let (reader, rows) = rows("foo,bar\nx,y\n");
    assert_eq!(verdicts(&rows), ["no_name"]);
    assert_eq!(reader.summary().not_recognised, ["foo", "bar"]);
    let RowOutcome::Bad { problems, .. } = &rows[0].outcome else {
        panic!("it has no name");
    };
    assert_eq!(
        problems[0].message,
        "no column is known as a name; name it, as in `--column \"Header=full_name\"`"
    );
}

/// A file that is taken away while it is read.
struct Vanishing(Cursor<Vec<u8>>);

impl Read for Vanishing {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match self.0.read(buffer)? {
            0 => Err(io::Error::other("stale file handle")),
            read => Ok(read),
        }
    }
}

#[test]
fn rows_before_a_failure_stay_good() {
    let text = format!("{HEADER}{GOOD}C D,c@example.com,y\nE F,e@exa");
    let reader = read(Vanishing(Cursor::new(text.into_bytes())), "test", &ReadOptions::new()).unwrap();
    let found: Vec<_> = reader.collect();
    assert_eq!(found.len(), 3);
    assert!(found[..2].iter().all(Result::is_ok));
    assert_eq!(
        found[2].as_ref().unwrap_err().to_string(),
        "cannot read `test` behind row 2: reading failed: stale file handle; check that the file is still there and may be read"
    );
}

#[test]
fn damaged_gzip_ends_the_reading_with_what_to_do() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::none());
    let many: String = (0..5000).map(|n| format!("A B,a{n}@example.com,x\n")).collect();
    encoder.write_all(format!("{HEADER}{many}").as_bytes()).unwrap();
    let mut bytes = encoder.finish().unwrap();
    bytes.truncate(bytes.len() / 2);
    let reader = read(Cursor::new(bytes), "test", &ReadOptions::new()).unwrap();
    let found: Vec<_> = reader.collect();
    let error = found.last().unwrap().as_ref().unwrap_err();
    assert!(found.len() > 1000 && error.row().unwrap() == found.len() as u64 - 1);
    assert!(
        error
            .to_string()
            .ends_with("its gzip data is damaged or cut off; download or pack it again")
    );
}

#[test]
fn a_json_array_that_is_cut_off_keeps_its_rows() {
    let reader = read(
        Cursor::new(b"[{\"name\":\"A B\"},{\"name\":\"C"),
        "test",
        &ReadOptions::new(),
    )
    .unwrap();
    let found: Vec<_> = reader.collect();
    assert_eq!(found.len(), 2);
    let error = found[1].as_ref().unwrap_err().to_string();
    assert!(
        error.starts_with("cannot read `test` behind row 1: its JSON ends in the middle"),
        "{error}"
    );
}

#[test]
fn noise_never_panics() {
    let mut state = 11_u32;
    let mut next = move |below: usize| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 16) as usize % below
    };
    let pieces: [&[u8]; 20] = [
        b"Name",
        b",",
        b"\n",
        b"\"",
        b"email",
        b"{\"a\":",
        b"[",
        b"]",
        b"}",
        b"\xff",
        b"\0",
        b"\xc3\xa9",
        b";",
        b"a@example.com",
        b"\r\n",
        b"l:1",
        b"\t",
        b"5125550100",
        b"address",
        b"?",
    ];
    for _ in 0..2000 {
        let mut bytes = if next(2) == 0 {
            HEADER.as_bytes().to_vec()
        } else {
            Vec::new()
        };
        for _ in 0..next(40) {
            bytes.extend(pieces[next(pieces.len())]);
        }
        if let Ok(mut reader) = read(Cursor::new(bytes), "noise", &ReadOptions::new()) {
            let (rows, failures): (Vec<_>, Vec<_>) = reader.by_ref().partition(Result::is_ok);
            assert_eq!(rows.len() as u64, reader.summary().rows);
            assert!(failures.len() <= 1);
        }
    }
}
