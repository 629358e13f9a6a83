//! The JSON document of `check --json`. Its keys are stable.

use leadsink::intake::value::DecimalStyle;
use leadsink::intake::{Layout, Summary};
use serde::Serialize;

use super::gather::{BadRow, DuplicateRow, Findings, Reason, SinkFindings, Tally, by_count};
use crate::exit::CliError;

#[derive(Serialize)]
pub(super) struct Document<'a> {
    file: &'a str,
    format: &'static str,
    gzip: bool,
    encoding: &'static str,
    delimiter: Option<&'static str>,
    decimal: &'static str,
    rows: u64,
    good: u64,
    bad: u64,
    duplicates: u64,
    blank: u64,
    columns: Vec<ColumnJson<'a>>,
    not_found: &'a [String],
    skipped_lines: u64,
    bad_rows: &'a [BadRow],
    duplicate_rows: &'a [DuplicateRow],
    warnings: Vec<Counted<'a>>,
    sinks: Vec<SinkJson<'a>>,
    /// Why reading ended before the end of the file.
    error: Option<&'a str>,
}

#[derive(Serialize)]
struct ColumnJson<'a> {
    index: usize,
    header: &'a str,
    target: &'static str,
    why: &'static str,
    second_of: Option<usize>,
}

#[derive(Serialize)]
struct SinkJson<'a> {
    name: &'a str,
    vendor: &'static str,
    would_take: u64,
    unfit: u64,
    reasons: Vec<Counted<'a>>,
    warnings: Vec<Counted<'a>>,
    unmapped: Vec<UnmappedJson>,
    /// The wire field into which the unmapped fields go.
    note: Option<&'static str>,
}

#[derive(Serialize)]
struct Counted<'a> {
    #[serde(flatten)]
    reason: &'a Reason,
    #[serde(flatten)]
    tally: &'a Tally,
}

#[derive(Serialize)]
struct UnmappedJson {
    field: String,
    leads: u64,
}

impl<'a> Document<'a> {
    pub(super) fn of(
        findings: &'a Findings<'_>,
        layout: &'a Layout,
        summary: &'a Summary,
        failure: Option<&'a CliError>,
    ) -> Self {
        let column = |column: &'a leadsink::intake::Column| ColumnJson {
            index: column.index,
            header: &column.header,
            target: column.target.as_str(),
            why: column.why,
            second_of: column.second_of,
        };
        Self {
            file: &layout.name,
            format: layout.format.as_str(),
            gzip: layout.gzip,
            encoding: layout.encoding.as_str(),
            delimiter: layout.delimiter.map(|delimiter| delimiter.as_str()),
            decimal: match layout.decimal {
                DecimalStyle::Point => "point",
                DecimalStyle::Comma => "comma",
            },
            rows: findings.rows(),
            good: findings.good,
            bad: findings.bad,
            duplicates: findings.duplicates,
            blank: summary.blank,
            columns: layout.columns.iter().map(column).collect(),
            not_found: &layout.not_found,
            skipped_lines: layout.skipped_lines as u64,
            bad_rows: &findings.bad_rows,
            duplicate_rows: &findings.duplicate_rows,
            warnings: counted(&findings.warnings),
            sinks: findings.sinks.iter().map(SinkJson::of).collect(),
            error: failure.map(|error| &*error.message),
        }
    }
}

impl<'a> SinkJson<'a> {
    fn of(findings: &'a SinkFindings<'_>) -> Self {
        let unmapped = findings.unmapped.iter().map(|(field, leads)| UnmappedJson {
            field: field.to_string(),
            leads: *leads,
        });
        Self {
            name: &findings.sink.name,
            vendor: findings.sink.vendor,
            would_take: findings.takes,
            unfit: findings.unfit,
            reasons: counted(&findings.reasons),
            warnings: counted(&findings.warnings),
            unmapped: unmapped.collect(),
            note: findings.sink.sink.descriptor().note,
        }
    }
}

fn counted(reasons: &std::collections::BTreeMap<Reason, Tally>) -> Vec<Counted<'_>> {
    by_count(reasons)
        .into_iter()
        .map(|(reason, tally)| Counted { reason, tally })
        .collect()
}
