//! The report of `check` for people. It shows headers, codes and counts, and no value of a lead.

use std::collections::BTreeMap;

use leadsink::intake::{Column, Layout, Summary, Target};

use super::gather::{Findings, Reason, SinkFindings, Tally, by_count};
use crate::output::{Cell, Paint, Style, Table, clean, count, list, plural, wrap};

/// How many rows are named beside a reason.
const NAMED: usize = 3;

/// The page that is being written.
struct Page {
    text: String,
    style: Style,
    width: Option<usize>,
}

pub(super) fn render(
    findings: &Findings<'_>,
    layout: &Layout,
    summary: &Summary,
    style: Style,
    width: Option<usize>,
) -> String {
    let mut page = Page {
        text: String::new(),
        style,
        width,
    };
    page.head(findings, layout, summary);
    page.columns(layout);
    page.bad_rows(findings);
    page.duplicates(findings);
    if !findings.warnings.is_empty() {
        page.title("Worth knowing");
        page.reasons(&findings.warnings, "COLUMN");
    }
    for sink in &findings.sinks {
        page.sink(sink, findings.good);
    }
    if findings.sinks.is_empty() {
        page.text.push('\n');
        page.line(
            0,
            "No sink was asked: `--to NAME` asks one, a leadsink.toml all that stand in it.",
        );
    }
    page.text
}

impl Page {
    fn line(&mut self, indent: usize, text: &str) {
        let width = self.width.map_or(usize::MAX, |width| width.saturating_sub(indent));
        for line in wrap(text, width) {
            self.text.push_str(&" ".repeat(indent));
            self.text.push_str(&line);
            self.text.push('\n');
        }
    }

    fn title(&mut self, text: &str) {
        self.text.push('\n');
        self.text.push_str(&self.style.bold(text));
        self.text.push('\n');
    }

    fn table(&mut self, table: Table) {
        let table = table.indented(2).render(self.style, self.width);
        self.text.push_str(&table);
    }

    fn head(&mut self, findings: &Findings<'_>, layout: &Layout, summary: &Summary) {
        let name = if layout.name == "-" {
            "standard input"
        } else {
            &layout.name
        };
        self.text.push_str(&self.style.bold(&clean(name)));
        self.text.push('\n');
        let mut how = vec![layout.format.to_string().to_uppercase()];
        how.extend(layout.delimiter.map(|delimiter| format!("{delimiter}-separated")));
        how.push(layout.encoding.to_string());
        if layout.decimal == leadsink::intake::value::DecimalStyle::Comma {
            how.push("decimal comma".into());
        }
        if layout.gzip {
            how.push("packed with gzip".into());
        }
        self.line(2, &how.join(", "));
        let mut counts = vec![format!("{} good", count(findings.good))];
        for (n, what) in [
            (findings.bad, "bad"),
            (findings.duplicates, "repeated"),
            (summary.blank, "blank and left out"),
        ] {
            if n > 0 {
                counts.push(format!("{} {what}", count(n)));
            }
        }
        self.line(2, &format!("{}: {}", plural(findings.rows(), "row"), counts.join(", ")));
        if layout.skipped_lines > 0 {
            let skipped = plural(layout.skipped_lines as u64, "line");
            self.line(2, &format!("{skipped} above the header left out"));
        }
        for header in &layout.not_found {
            self.line(
                2,
                &format!("no column is called `{}`, which the options name", clean(header)),
            );
        }
    }

    fn columns(&mut self, layout: &Layout) {
        if layout.columns.is_empty() {
            return;
        }
        self.title("Columns");
        let mut table = Table::new(&["COLUMN", "FIELD", "WHY"]);
        for column in &layout.columns {
            let paint = match column.target {
                Target::Extra | Target::Ignore => Paint::Dim,
                _ => Paint::Green,
            };
            table.row([
                column.header.as_str().into(),
                Cell::new(column.target.as_str(), paint),
                why(column, layout).into(),
            ]);
        }
        self.table(table);
    }

    fn bad_rows(&mut self, findings: &Findings<'_>) {
        if findings.bad == 0 {
            return;
        }
        self.title("Bad rows");
        let mut table = Table::new(&["ROW", "COLUMN", "CODE", "WHY"]).right(0);
        for bad in &findings.bad_rows {
            for (index, problem) in bad.problems.iter().enumerate() {
                let row = if index == 0 { bad.row.to_string() } else { String::new() };
                table.row([
                    row.into(),
                    problem.column.as_deref().or(problem.field).unwrap_or_default().into(),
                    Cell::new(problem.code, Paint::Red),
                    problem.message.as_str().into(),
                ]);
            }
        }
        self.table(table);
        let more = findings.bad - findings.bad_rows.len() as u64;
        if more > 0 {
            self.line(2, &format!("… and {} more; `--all` shows them", count(more)));
        }
    }

    fn duplicates(&mut self, findings: &Findings<'_>) {
        if findings.duplicates == 0 {
            return;
        }
        self.title("Repeated rows, not sent");
        let mut rows: Vec<_> = findings
            .duplicate_rows
            .iter()
            .map(|row| format!("row {} repeats {}", row.row, row.first_row))
            .collect();
        let more = findings.duplicates - findings.duplicate_rows.len() as u64;
        if more > 0 {
            rows.push(format!("… and {} more", count(more)));
        }
        self.line(2, &rows.join(", "));
    }

    fn sink(&mut self, sink: &SinkFindings<'_>, good: u64) {
        let vendor = sink.sink.sink.descriptor();
        let name = &sink.sink.name;
        let who = if *name == vendor.id {
            vendor.name.to_owned()
        } else {
            format!("{name} ({})", vendor.name)
        };
        let verdict = format!("would take {} of {}", count(sink.takes), plural(good, "lead"));
        let paint = match (sink.takes, sink.unfit) {
            (_, 0) => Paint::Green,
            (0, _) => Paint::Red,
            _ => Paint::Yellow,
        };
        let title = format!(
            "{} {}",
            self.style.bold(&clean(&who)),
            self.style.paint(paint, &verdict)
        );
        self.text.push('\n');
        self.text.push_str(&title);
        self.text.push('\n');
        if !sink.reasons.is_empty() {
            self.line(2, "not taken, because");
            self.reasons(&sink.reasons, "FIELD");
        }
        if !sink.warnings.is_empty() {
            self.line(2, "taken, but");
            self.reasons(&sink.warnings, "FIELD");
        }
        if !sink.unmapped.is_empty() {
            let fields: Vec<_> = sink
                .unmapped
                .iter()
                .map(|(field, leads)| format!("{} ({})", clean(&field.to_string()), count(*leads)))
                .collect();
            let text = match vendor.note {
                Some(note) => format!("put into `{note}`: {}", fields.join(", ")),
                None => format!("left out: {}", list(&fields)),
            };
            self.line(2, &text);
        }
    }

    fn reasons(&mut self, reasons: &BTreeMap<Reason, Tally>, whose: &'static str) {
        let mut table = Table::new(&["LEADS", whose, "CODE", "WHY", "ROWS"]).right(0).solid(4);
        for (reason, tally) in by_count(reasons) {
            let mut rows: Vec<_> = tally.rows.iter().take(NAMED).map(u64::to_string).collect();
            if tally.leads > rows.len() as u64 {
                rows.push("…".into());
            }
            table.row([
                count(tally.leads).into(),
                reason.field.as_deref().unwrap_or_default().into(),
                Cell::new(&reason.code, Paint::Yellow),
                reason.message.as_str().into(),
                Cell::new(rows.join(", "), Paint::Dim),
            ]);
        }
        self.table(table);
    }
}

fn why(column: &Column, layout: &Layout) -> String {
    let first = column.second_of.and_then(|first| layout.columns.get(first));
    match first {
        Some(first) => format!("{}; stands in where `{}` is blank", column.why, first.header),
        None => column.why.to_owned(),
    }
}
