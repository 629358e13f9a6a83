//! The summary that people read at the end of a run.

use super::ending::{Ending, SinkEnding};
use super::fate::Fate;
use super::remarks::{doubts, kept, remarks};
use super::tally::{Tally, Why};
use crate::exit::CliError;
use crate::output::{Cell, Out, Paint, Style, Table, count, plural};
use crate::summary::{Outcomes, Said, beneath, copied, paint, paragraph};

/// More reasons than this are left to the report.
const MOST_REASONS: usize = 8;

/// Prints the summary.
pub(crate) fn print(ending: &Ending, out: &mut Out, style: Style, width: Option<usize>) -> Result<(), CliError> {
    if ending.sinks.is_empty() {
        out.line("Nothing is due.")?;
    } else {
        out.bytes(outcomes(ending).render(style, width))?;
    }
    let mut told = ending
        .sinks
        .iter()
        .filter(|sink| ending.ledger.is_none() || sink.tally.rows() > 0)
        .peekable();
    if told.peek().is_some() {
        out.line("")?;
    }
    for sink in told {
        paragraph(out, &speed(sink, ending.ledger.is_some()), width)?;
    }
    beneath(reasons(ending).as_ref(), &remarks(ending), out, style, width)?;
    let texts = match &ending.ledger {
        Some(ledger) => {
            let sum = |of: fn(&SinkEnding) -> u64| ending.sinks.iter().map(of).sum::<u64>();
            let unknown = sum(|sink| sink.unknown);
            kept(unknown, sum(|sink| sink.in_doubt) - unknown, ledger)
        }
        None => doubts(ending.sum(Tally::in_doubt), ending.sum(Tally::still_in_doubt)),
    };
    for text in texts {
        out.line("")?;
        paragraph(out, &text, width)?;
    }
    for (index, (title, text)) in files(ending).into_iter().enumerate() {
        if index == 0 {
            out.line("")?;
        }
        copied(out, title, &text, style)?;
    }
    Ok(())
}

fn outcomes(ending: &Ending) -> Outcomes {
    let mut table = Outcomes::of(if ending.ledger.is_some() { "LEADS" } else { "ROWS" });
    let before = match &ending.ledger {
        Some(_) => "known to the outbox; filed before and not again",
        None => "done before, says the report that was resumed",
    };
    for SinkEnding { name, tally, due, .. } in &ending.sinks {
        let fates = Fate::ALL.into_iter().map(|fate| (fate.into(), tally.of(fate)));
        let left = Said::new("due", "still to be delivered; `leadsink work` goes on");
        let before = Said::new("skipped", before);
        let elsewhere = Said::new("skipped", "for other sinks, says the column leadsink_sink");
        let skipped = [(before, tally.done_before()), (elsewhere, tally.skipped_elsewhere)];
        table.sink(name, fates.chain([(left, *due)]).chain(skipped));
        if tally.rows() + tally.skipped + due == 0 {
            let nothing = if ending.ledger.is_some() {
                "nothing was due"
            } else {
                "no row was taken"
            };
            table.row(name, Said::new("", nothing), 0);
        }
    }
    table
}

fn speed(sink: &SinkEnding, is_kept: bool) -> String {
    let tally = &sink.tally;
    let rows = tally.rows();
    let mut text = format!(
        "{}: {} of {} delivered",
        sink.name,
        count(tally.delivered()),
        plural(rows, if is_kept { "lead" } else { "row" })
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
            None => format!("{}; the vendor's words are in {}", why.code, ending.whole_story()),
        };
        table.row([
            Cell::from(count(*rows)),
            Cell::new(why.outcome.as_str(), paint(why.outcome)),
            Cell::from(place),
            Cell::from(text),
        ]);
    }
    if all.len() > MOST_REASONS {
        let more = format!("{} more; all are in {}", all.len() - MOST_REASONS, ending.whole_story());
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
