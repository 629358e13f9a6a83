//! The summary that people read at the end of a run.

use super::ending::{Ending, SinkEnding};
use super::fate::Fate;
use super::remarks::{doubts, remarks};
use super::tally::{Tally, Why};
use crate::exit::CliError;
use crate::output::{Cell, Out, Paint, Style, Table, count, plural, wrap};

/// More reasons than this are left to the report.
const MOST_REASONS: usize = 8;

/// Prints the summary.
pub(crate) fn print(ending: &Ending, out: &mut Out, style: Style, width: Option<usize>) -> Result<(), CliError> {
    out.bytes(outcomes(ending).render(style, width))?;
    out.line("")?;
    for sink in &ending.sinks {
        paragraph(out, &speed(sink), width)?;
    }
    if let Some(table) = reasons(ending) {
        out.line("")?;
        out.bytes(table.render(style, width))?;
    }
    let remarks = remarks(ending);
    if !remarks.is_empty() {
        out.line("")?;
    }
    for remark in remarks {
        paragraph(out, &remark, width)?;
    }
    for text in doubts(ending.sum(Tally::in_doubt), ending.sum(Tally::still_in_doubt)) {
        out.line("")?;
        paragraph(out, &text, width)?;
    }
    for (index, (title, text)) in files(ending).into_iter().enumerate() {
        if index == 0 {
            out.line("")?;
        }
        out.line(style.bold(title))?;
        // A command or a path is copied, so it is not broken.
        out.line(format!("  {text}"))?;
    }
    Ok(())
}

/// Prints text that is broken where the terminal ends.
pub(crate) fn paragraph(out: &mut Out, text: &str, width: Option<usize>) -> Result<(), CliError> {
    let Some(width) = width else {
        return out.line(text);
    };
    let mut lines = wrap(text, width.saturating_sub(2)).into_iter();
    out.line(lines.next().unwrap_or_default())?;
    lines.try_for_each(|line| out.line(format!("  {line}")))
}

fn outcomes(ending: &Ending) -> Table {
    let mut table = Table::new(&["SINK", "OUTCOME", "ROWS", "MEANING"]).right(2);
    for sink in &ending.sinks {
        let mut name = &*sink.name;
        let mut row = |outcome: &str, paint, rows: u64, meaning: &str| {
            table.row([
                Cell::new(name, Paint::Bold),
                Cell::new(outcome, paint),
                Cell::new(count(rows), Paint::Plain),
                Cell::new(meaning, Paint::Dim),
            ]);
            name = "";
        };
        for fate in Fate::ALL {
            let rows = sink.tally.of(fate);
            if rows > 0 {
                row(fate.as_str(), paint(fate), rows, meaning(fate));
            }
        }
        for (rows, meaning) in [
            (
                sink.tally.done_before(),
                "done before, says the report that was resumed",
            ),
            (
                sink.tally.skipped_elsewhere,
                "for other sinks, says the column leadsink_sink",
            ),
        ] {
            if rows > 0 {
                row("skipped", Paint::Plain, rows, meaning);
            }
        }
        if sink.tally.rows() + sink.tally.skipped == 0 {
            row("", Paint::Plain, 0, "no row was taken");
        }
    }
    table
}

/// How an outcome looks.
pub(crate) const fn paint(fate: Fate) -> Paint {
    match fate {
        Fate::Accepted | Fate::Pending | Fate::Updated | Fate::Duplicate => Paint::Green,
        Fate::Rejected | Fate::Failed | Fate::BadRow => Paint::Red,
        Fate::Ambiguous | Fate::NotAttempted => Paint::Yellow,
        Fate::DuplicateRow => Paint::Plain,
    }
}

/// What an outcome means, in a few words.
pub(crate) const fn meaning(fate: Fate) -> &'static str {
    match fate {
        Fate::Accepted => "the vendor has the lead",
        Fate::Pending => "taken for now; the vendor's last word comes later",
        Fate::Updated => "merged into a lead that the vendor had",
        Fate::Duplicate => "the vendor had the lead already",
        Fate::Rejected => "the vendor refused the lead",
        Fate::Ambiguous => "the vendor may have the lead or not; not sent again",
        Fate::Failed => "the vendor does not have the lead; it can be sent again",
        Fate::BadRow => "not sent: the row must be mended",
        Fate::DuplicateRow => "not sent: the row repeats an earlier one",
        Fate::NotAttempted => {
            "not sent: the sink or the run was stopped, its turn came too late, or the lead is in doubt"
        }
    }
}

fn speed(sink: &SinkEnding) -> String {
    let tally = &sink.tally;
    let rows = tally.rows();
    let mut text = format!(
        "{}: {} of {} delivered",
        sink.name,
        count(tally.delivered()),
        plural(rows, "row")
    );
    if let Some(rate) = tally.rate() {
        let seconds = tally.time.as_secs_f64();
        text += &format!(" in {}, {} a second", duration(seconds), decimal(rate));
    }
    text
}

fn duration(seconds: f64) -> String {
    match seconds {
        s if s < 1.0 => format!("{:.0} ms", s * 1000.0),
        s if s < 60.0 => format!("{s:.1} s"),
        s => format!("{:.0} min {:.0} s", (s / 60.0).floor(), s % 60.0),
    }
}

fn decimal(rate: f64) -> String {
    if rate < 10.0 {
        format!("{rate:.1}")
    } else {
        format!("{rate:.0}")
    }
}

/// The commonest reasons first.
fn reasons(ending: &Ending) -> Option<Table> {
    let several = ending.sinks.len() > 1;
    // A row that is bad in the file is bad for every sink: told once, without their names.
    let is_of_file = |why: &Why, rows: u64| {
        let is_alike = |sink: &SinkEnding| sink.tally.reasons.get(why) == Some(&rows);
        several && why.outcome == Fate::BadRow && ending.sinks.iter().all(is_alike)
    };
    let mut all: Vec<_> = ending
        .sinks
        .iter()
        .enumerate()
        .flat_map(|(index, sink)| {
            sink.tally
                .reasons
                .iter()
                .map(move |(why, rows)| (index, sink, why, *rows))
        })
        .filter(|(_, _, why, _)| why.outcome != Fate::DuplicateRow)
        .filter(|(index, _, why, rows)| *index == 0 || !is_of_file(why, *rows))
        .map(|(_, sink, why, rows)| (sink, why, rows))
        .collect();
    all.sort_by_key(|(_, _, rows)| std::cmp::Reverse(*rows));
    if all.is_empty() {
        return None;
    }
    let mut table = Table::new(&["ROWS", "OUTCOME", "WHERE", "WHY"]).right(0);
    for (sink, why, rows) in all.iter().take(MOST_REASONS) {
        let place = match (&why.place, several && !is_of_file(why, *rows)) {
            (Some(place), true) => format!("{}: {place}", sink.name),
            (Some(place), false) => place.clone(),
            (None, true) => sink.name.clone(),
            (None, false) => String::new(),
        };
        let text = match &why.text {
            Some(text) => text.clone(),
            None => format!("{}; the vendor's words are in the report", why.code),
        };
        table.row([
            Cell::from(count(*rows)),
            Cell::new(why.outcome.as_str(), paint(why.outcome)),
            Cell::from(place),
            Cell::from(text),
        ]);
    }
    if all.len() > MOST_REASONS {
        let more = format!("{} more; all are in the report", all.len() - MOST_REASONS);
        table.row([
            Cell::from(""),
            Cell::from(""),
            Cell::from(""),
            Cell::new(more, Paint::Dim),
        ]);
    }
    Some(table)
}

fn files(ending: &Ending) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    if let Some(report) = &ending.report {
        lines.push(("Report", report.display().to_string()));
    }
    if let Some((path, rows)) = &ending.rejects {
        lines.push((
            "Rows to mend and send again",
            format!("{} ({})", path.display(), plural(*rows, "row")),
        ));
    }
    if let Some(command) = &ending.go_on {
        let title = if ending.interrupted {
            "Go on with"
        } else {
            "Send what was not delivered with"
        };
        lines.push((title, command.clone()));
    }
    lines
}
