//! Finds the delimiter of a file by trying each on its beginning.

use super::Delimiter;
use super::columns::is_known;
use super::sample::{Sample, titles};

/// The delimiter under which most headers are known and the rows are as long as the header; the comma where no
/// delimiter makes columns.
pub(super) fn detect(sample: &Sample) -> Delimiter {
    let mut best = (0.0, Delimiter::Comma);
    for delimiter in Delimiter::ALL {
        let rows = sample.rows(*delimiter);
        let rows = &rows[titles(&rows)..];
        let Some((header, rest)) = rows.split_first().filter(|(header, _)| header.len() > 1) else {
            continue;
        };
        let known = header.iter().filter(|cell| is_known(cell)).count();
        let even = rest.iter().filter(|row| row.len() == header.len()).count();
        let even = if rest.is_empty() {
            1.0
        } else {
            as_float(even) / as_float(rest.len())
        };
        let score = as_float(known) * 10.0 + even * 5.0 + as_float(header.len()).ln();
        if score > best.0 {
            best = (score, *delimiter);
        }
    }
    best.1
}

/// Counts here are far below where a float rounds.
#[expect(
    clippy::cast_precision_loss,
    reason = "the counts of a sample of 64 KiB are exact in a float"
)]
const fn as_float(count: usize) -> f64 {
    count as f64
}

/// The delimiter of Excel's first line `sep=;`, and the length of that line.
pub(super) fn declared(text: &str) -> Option<(Delimiter, usize)> {
    let line = text.lines().next()?;
    let mark = line.trim_matches('"').strip_prefix("sep=")?;
    let delimiter = Delimiter::ALL
        .iter()
        .find(|delimiter| mark.as_bytes() == [delimiter.byte()])?;
    Some((*delimiter, line.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn detected(text: &str) -> Delimiter {
        detect(&Sample::new(text.to_owned(), true))
    }

    #[test]
    fn delimiters_are_told_apart_whatever_the_values_hold() {
        for (text, wanted) in [
            ("id\tname\tad_name\n1\tJane, Doe\tSolar | Video\n", Delimiter::Tab),
            ("Name;Email;Bill\nJane;j@example.com;1.234,56\n", Delimiter::Semicolon),
            ("Name|Email\nDoe, Jane|j@example.com\n", Delimiter::Pipe),
            ("Name,Comments\nJane,\"a;b;c;d\"\n", Delimiter::Comma),
            ("email\nj@example.com\n", Delimiter::Comma),
            ("Our leads\nName;Email;Phone\na;b;c\n", Delimiter::Semicolon),
            ("foo;bar;baz, qux\n1;2;3\n4;5;6\n", Delimiter::Semicolon),
        ] {
            assert_eq!(detected(text), wanted, "{text}");
        }
    }

    #[test]
    fn a_declared_delimiter_is_read() {
        assert_eq!(declared("sep=;\r\na;b"), Some((Delimiter::Semicolon, 5)));
        assert_eq!(declared("a;b"), None);
    }
}
