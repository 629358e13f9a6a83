//! Lines that are not what the header promises: titles above it, blank cells behind it.

use leadsink_core::Field;
use leadsink_intake::Delimiter;

use crate::support::{lead, rows, texts, verdicts};

#[test]
fn blank_cells_behind_the_header_are_no_fault() {
    let (_, found) = rows("Name,Email\nA B,a@example.com,,\nC D,c@example.com, \nE F,e@example.com,x\nG H\n");
    assert_eq!(verdicts(&found), ["lead", "lead", "too_many_fields", "too_few_fields"]);
    let (_, found) = rows("Name,Email,,\nA B,a@example.com\nC D,c@example.com,x\nE F\n");
    assert_eq!(verdicts(&found), ["lead", "lead", "too_few_fields"]);
    assert_eq!(lead(&found[1]).extra["column 3"], "x");
}

#[test]
fn titles_above_the_header_are_left_out_and_counted() {
    for (text, skipped) in [
        ("Solar leads\nName,Email,Phone\nA B,a@example.com,512-555-0100\n", 1),
        (
            "Solar leads,,\nMarch,,\n,,\nName,Email,Phone\nA B,a@example.com,512-555-0100\n",
            3,
        ),
        (
            "Report: leads\n\nExported 2026-03-01\nName;Email;Phone\nA B;a@example.com;512-555-0100\n",
            2,
        ),
        ("Name,Email,Phone\nA B,a@example.com,512-555-0100\n", 0),
    ] {
        let (reader, rows) = rows(text);
        assert_eq!(reader.layout().skipped_lines, skipped, "{text}");
        assert_eq!(reader.header(), ["Name", "Email", "Phone"]);
        assert_eq!((rows.len(), rows[0].number), (1, 1));
        assert_eq!(texts(lead(&rows[0]), &[Field::Email]), "a@example.com");
    }
    let (reader, rows) = rows("sep=;\nSolar leads\nName;Email;Phone\nA B;a@example.com;512-555-0100\n");
    assert_eq!((reader.layout().skipped_lines, rows.len()), (1, 1));
    assert_eq!(reader.layout().delimiter, Some(Delimiter::Semicolon));
    assert_eq!(rows[0].line, 4);
}

#[test]
fn a_narrow_header_is_no_title() {
    let (reader, rows) = rows("Email\na@example.com\nb@example.com\n");
    assert_eq!((reader.layout().skipped_lines, rows.len()), (0, 2));
}
