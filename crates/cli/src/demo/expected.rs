//! What should become of each row of the sample at each vendor: a table of its own, with a column a vendor.

use std::collections::HashMap;

use leadsink_sandbox::Fault;
use serde::{Deserialize, Serialize};

use super::fault;
use crate::exit::CliError;
use crate::output::{Cell, Paint, Table};
use crate::send::{Fate, is_run_line};

const TABLE: &str = include_str!("expected.csv");

/// The expectations, a row each.
#[derive(Debug)]
pub(super) struct Expected {
    vendors: Vec<String>,
    rows: Vec<ExpectedRow>,
}

#[derive(Debug)]
struct ExpectedRow {
    number: u64,
    fates: Vec<Fate>,
    about: String,
}

/// A row that came to something else.
#[derive(Debug, PartialEq, Eq, Serialize)]
pub(super) struct Difference {
    pub(super) row: u64,
    pub(super) vendor: String,
    pub(super) expected: Fate,
    pub(super) was: Option<Fate>,
}

/// What is read of a line of the report.
#[derive(Deserialize)]
struct Reported {
    row: u64,
    sink: String,
    outcome: Fate,
}

impl Expected {
    /// Reads the table.
    pub(super) fn load() -> Result<Self, CliError> {
        Self::parse(TABLE).ok_or_else(|| CliError::new("the table of expected outcomes is damaged"))
    }

    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let mut vendors: Vec<_> = lines.next()?.split(',').skip(1).map(str::to_owned).collect();
        vendors.pop()?;
        let rows = lines
            .map(|line| {
                let mut cells = line.splitn(vendors.len() + 2, ',');
                let number = cells.next()?.parse().ok()?;
                let fates = vendors.iter().map(|_| word(cells.next()?)).collect::<Option<_>>()?;
                let about = cells.next()?.trim_matches('"').to_owned();
                Some(ExpectedRow { number, fates, about })
            })
            .collect::<Option<_>>()?;
        Some(Self { vendors, rows })
    }

    /// How many rows the sample has.
    pub(super) fn rows(&self) -> u64 {
        self.rows.len() as u64
    }

    fn column(&self, vendor: &str) -> Result<usize, CliError> {
        self.vendors.iter().position(|known| known == vendor).ok_or_else(|| {
            CliError::new(format!(
                "nothing is expected of `{vendor}`; add a column to expected.csv"
            ))
        })
    }

    /// What the sandbox does to the requests of a vendor, one after another.
    pub(super) fn faults(&self, vendor: &str) -> Result<Vec<Fault>, CliError> {
        let column = self.column(vendor)?;
        let fates = self.rows.iter().map(|row| row.fates[column]);
        Ok(fates
            .filter(|fate| !matches!(fate, Fate::BadRow | Fate::DuplicateRow))
            .map(fault)
            .collect())
    }

    /// Compares a report with the table.
    pub(super) fn compare(&self, report: &str, vendors: &[&str]) -> Result<Vec<Difference>, CliError> {
        let mut was = HashMap::new();
        for line in report.lines().filter(|line| !is_run_line(line.as_bytes())) {
            let line: Reported = serde_json::from_str(line)
                .map_err(|error| CliError::new(format!("the report cannot be read back: {error}")))?;
            was.insert((line.row, line.sink), line.outcome);
        }
        let mut differences = Vec::new();
        for vendor in vendors {
            let column = self.column(vendor)?;
            for row in &self.rows {
                let was = was.remove(&(row.number, (*vendor).to_owned()));
                if was != Some(row.fates[column]) {
                    differences.push(Difference {
                        row: row.number,
                        vendor: (*vendor).to_owned(),
                        expected: row.fates[column],
                        was,
                    });
                }
            }
        }
        Ok(differences)
    }

    /// The table, as it is shown: what is special about each row, and what should come of it, a column a vendor.
    pub(super) fn table(&self, vendors: &[&'static str]) -> Table {
        let headers = ["ROW", "WHAT IS IN IT"].into_iter().chain(vendors.iter().copied());
        let mut table = Table::new(&headers.collect::<Vec<_>>()).right(0);
        let columns: Vec<_> = vendors.iter().filter_map(|vendor| self.column(vendor).ok()).collect();
        for row in &self.rows {
            let fates = columns.iter().map(|column| row.fates[*column].as_str());
            let cells = [Cell::from(row.number.to_string()), Cell::from(&row.about)];
            table.row(cells.into_iter().chain(fates.map(|fate| Cell::new(fate, Paint::Dim))));
        }
        table
    }
}

fn word(text: &str) -> Option<Fate> {
    Fate::ALL.into_iter().find(|fate| fate.as_str() == text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn something_is_expected_of_every_vendor_that_is_compiled_in() {
        let expected = Expected::load().unwrap();
        for entry in leadsink::registry().entries() {
            expected.column(entry.descriptor.id).unwrap();
        }
    }

    #[test]
    fn a_row_that_comes_to_something_else_is_a_difference() {
        let expected = Expected::parse("row,a,about\n1,pending,plain\n2,failed,\"x, y\"").unwrap();
        let report = "{\"run\":{}}\n\
            {\"row\":1,\"sink\":\"a\",\"outcome\":\"pending\"}\n{\"row\":2,\"sink\":\"a\",\"outcome\":\"accepted\"}";
        let difference = Difference {
            row: 2,
            vendor: "a".into(),
            expected: Fate::Failed,
            was: Some(Fate::Accepted),
        };
        assert_eq!(expected.compare(report, &["a"]).unwrap(), [difference]);
        assert_eq!(expected.rows[1].about, "x, y");
    }
}
