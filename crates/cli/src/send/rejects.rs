//! The rows to mend, in the source's own columns and with the reasons, to be sent again.

use std::fmt;
use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use leadsink::intake::{Format, Record};
use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use super::line::Reason;
use super::report::create_new;
use crate::address::SINK;
use crate::exit::CliError;

/// The columns that are added. They are left out when the file is read again.
pub(crate) const CODE: &str = "leadsink_code";
/// What is wrong, for people.
pub(crate) const MESSAGE: &str = "leadsink_message";

/// What a record of a JSON file that cannot be read is kept under.
const RECORD: &str = "leadsink_record";

/// Where a row was refused, and why.
#[derive(Debug)]
pub(crate) struct Refusal {
    /// Nothing where it is about every sink.
    pub(crate) sink: Option<String>,
    pub(crate) reasons: Vec<Reason>,
}

/// A file of rows to mend: CSV for files of columns, NDJSON for JSON.
#[derive(Debug)]
pub(crate) struct Rejects {
    path: PathBuf,
    file: File,
    /// The positions of the columns to keep; nothing for JSON.
    columns: Option<Vec<usize>>,
    with_sink: bool,
    rows: u64,
}

impl Rejects {
    /// Creates the file, readable by its owner alone, with the header of the source. The column of the sinks is there where
    /// the run has several, or the source has it.
    pub(crate) fn create(path: &Path, format: Format, header: &[&str], several: bool) -> Result<Self, CliError> {
        let with_sink = several || header.contains(&SINK);
        let mut file = create_new(path)?;
        let columns = (format == Format::Csv).then(|| own_columns(header));
        if let Some(columns) = &columns {
            let mut cells: Vec<_> = columns.iter().map(|column| header[*column]).collect();
            cells.extend([CODE, MESSAGE]);
            cells.extend(with_sink.then_some(SINK));
            file.write_all(&csv_line(&cells))
                .map_err(|error| CliError::io("write", path, &error))?;
        }
        Ok(Self {
            path: path.to_owned(),
            file,
            columns,
            with_sink,
            rows: 0,
        })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a row: one line, however many sinks refused it.
    pub(crate) fn write(&mut self, record: &Record, refusals: &[Refusal]) -> io::Result<()> {
        let mut codes: Vec<&str> = Vec::new();
        for reason in refusals.iter().flat_map(|refusal| &refusal.reasons) {
            if !codes.contains(&&*reason.code) {
                codes.push(&reason.code);
            }
        }
        let code = codes.join("; ");
        let messages: Vec<_> = refusals
            .iter()
            .flat_map(|refusal| refusal.messages(refusals.len() > 1))
            .collect();
        let message = messages.join("; ");
        let sinks: Vec<_> = refusals.iter().filter_map(|refusal| refusal.sink.as_deref()).collect();
        let sinks = sinks.join(",");
        let line = match &self.columns {
            Some(columns) => {
                let all: Vec<_> = record.cells().collect();
                let mut cells: Vec<_> = columns
                    .iter()
                    .map(|column| all.get(*column).copied().unwrap_or_default())
                    .collect();
                cells.extend([&*code, &*message]);
                cells.extend(self.with_sink.then_some(&*sinks));
                csv_line(&cells)
            }
            None => json_line(record.json().unwrap_or("{}"), &code, &message, &sinks, self.with_sink)?,
        };
        self.rows += 1;
        self.file.write_all(&line)
    }

    /// Takes the file away where no row is in it.
    pub(crate) fn finish(self) -> Option<(PathBuf, u64)> {
        if self.rows == 0 && self.path.is_file() {
            // An empty file that stays does no harm.
            let _ = std::fs::remove_file(&self.path);
            return None;
        }
        Some((self.path, self.rows))
    }
}

impl Refusal {
    fn messages(&self, with_sink: bool) -> impl Iterator<Item = String> {
        let sink = self.sink.as_ref().filter(|_| with_sink);
        self.reasons.iter().map(move |reason| {
            let place = reason.column.as_ref().or(reason.field.as_ref());
            let parts = [sink, place, Some(&reason.text)];
            let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
            parts.join(": ")
        })
    }
}

/// The columns that this program did not add itself.
fn own_columns(header: &[&str]) -> Vec<usize> {
    let ours = |name: &str| [CODE, MESSAGE, SINK].contains(&name);
    (0..header.len()).filter(|index| !ours(header[*index])).collect()
}

/// One line of CSV. A line of one empty cell would be a blank line, hence its quotes.
fn csv_line(cells: &[&str]) -> Vec<u8> {
    let mut line = String::new();
    for (index, cell) in cells.iter().enumerate() {
        if index > 0 {
            line.push(',');
        }
        let plain =
            !cell.contains([',', '"', '\n', '\r']) && cell.trim() == *cell && !(cells.len() == 1 && cell.is_empty());
        if plain {
            line.push_str(cell);
        } else {
            line.push('"');
            line.push_str(&cell.replace('"', "\"\""));
            line.push('"');
        }
    }
    line.push_str("\r\n");
    line.into_bytes()
}

/// The object as it was, on one line, with the reasons added.
fn json_line(record: &str, code: &str, message: &str, sinks: &str, with_sink: bool) -> io::Result<Vec<u8>> {
    let mut line = b"{".to_vec();
    let raw = serde_json::to_string(record)?;
    let members = match serde_json::Deserializer::from_str(record).deserialize_map(Members) {
        Ok(members) => members,
        // A record that is no object is kept as text.
        Err(_) => vec![(RECORD.to_owned(), serde_json::from_str(&raw)?)],
    };
    // A row that said where it goes must go on to say so.
    let with_sink = with_sink || members.iter().any(|(key, _)| key == SINK);
    for (key, value) in members {
        if [CODE, MESSAGE, SINK].contains(&&*key) {
            continue;
        }
        serde_json::to_writer(&mut line, &key)?;
        line.push(b':');
        // Within JSON a line feed stands between tokens only.
        line.extend(
            value
                .get()
                .bytes()
                .map(|byte| if matches!(byte, b'\n' | b'\r') { b' ' } else { byte }),
        );
        line.push(b',');
    }
    let added = [(CODE, code), (MESSAGE, message), (SINK, sinks)];
    for (key, text) in &added[..if with_sink { 3 } else { 2 }] {
        serde_json::to_writer(&mut line, key)?;
        line.push(b':');
        serde_json::to_writer(&mut line, text)?;
        line.push(b',');
    }
    line.pop();
    line.extend(b"}\n");
    Ok(line)
}

/// Reads the members of an object in their order, the values as they stand.
struct Members;

impl<'de> Visitor<'de> for Members {
    type Value = Vec<(String, &'de RawValue)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(members)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_quoted_where_they_must() {
        let line = csv_line(&["a", "b, c", "say \"x\"", " d", "", "two\nlines"]);
        assert_eq!(
            String::from_utf8(line).unwrap(),
            "a,\"b, c\",\"say \"\"x\"\"\",\" d\",,\"two\nlines\"\r\n"
        );
        assert_eq!(csv_line(&[""]), b"\"\"\r\n");
    }

    #[test]
    fn columns_added_before_are_not_added_twice() {
        assert_eq!(own_columns(&["email", CODE, "phone", MESSAGE, SINK]), [0, 2]);
    }

    #[test]
    fn an_object_keeps_its_members_and_their_order() {
        let record = "{\"z\": 1,\n \"a\": {\"b\": [1.50]}, \"leadsink_code\": \"old\"}";
        let line = json_line(record, "required", "email: it is missing", "main", true).unwrap();
        assert_eq!(
            String::from_utf8(line).unwrap(),
            "{\"z\":1,\"a\":{\"b\": [1.50]},\"leadsink_code\":\"required\",\"leadsink_message\":\"email: it is missing\",\"leadsink_sink\":\"main\"}\n"
        );
    }

    #[test]
    fn a_row_that_several_sinks_refused_stands_once() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("mend.csv");
        let refusal = |sink: &str, code: &'static str, column: Option<&str>| Refusal {
            sink: Some(sink.to_owned()),
            reasons: vec![Reason {
                column: column.map(str::to_owned),
                field: None,
                code: code.into(),
                text: "it is wrong".to_owned(),
            }],
        };
        let mut rejects = Rejects::create(&path, Format::Csv, &["email"], true).unwrap();
        let refusals = [refusal("a", "required", Some("email")), refusal("b", "required", None)];
        rejects.write(&Record::default(), &refusals).unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        assert_eq!(
            text.lines().nth(1).unwrap(),
            ",required,a: email: it is wrong; b: it is wrong,\"a,b\""
        );
    }

    #[test]
    fn a_source_with_the_column_of_the_sinks_keeps_it() {
        let folder = tempfile::tempdir().unwrap();
        let rejects = |name: &str, header: &[&str]| {
            let path = folder.path().join(name);
            Rejects::create(&path, Format::Csv, header, false).unwrap().with_sink
        };
        assert!(rejects("1", &["email", SINK]) && !rejects("2", &["email"]));
        let line = json_line("{\"leadsink_sink\": \"a\"}", "c", "m", "a", false).unwrap();
        assert!(line.ends_with(b"\"leadsink_sink\":\"a\"}\n"));
    }
}
