//! What the summaries of `send` and `reconcile` have alike: the table of outcomes, paragraphs, and what is copied from them.

use crate::exit::CliError;
use crate::output::{Cell, Out, Paint, Style, Table, count, wrap};
use crate::send::Fate;

/// The table of outcomes, a block of rows for each sink.
#[derive(Debug)]
pub(crate) struct Outcomes(Table);

impl Outcomes {
    /// An empty table that counts these.
    pub(crate) fn of(counted: &'static str) -> Self {
        Self(Table::new(&["SINK", "OUTCOME", counted, "MEANING"]).right(2))
    }

    /// Adds the rows of a sink, its name before the first one. An outcome that nothing came to has no row.
    pub(crate) fn sink<'a>(&mut self, name: &str, rows: impl IntoIterator<Item = (Said<'a>, u64)>) {
        let rows = rows.into_iter().filter(|(_, n)| *n > 0);
        for (index, (said, n)) in rows.enumerate() {
            let name = if index == 0 { name } else { "" };
            self.row(name, said, n);
        }
    }

    /// Adds a row, whatever it counts.
    pub(crate) fn row(&mut self, name: &str, said: Said<'_>, n: u64) {
        self.0.row([
            Cell::new(name, Paint::Bold),
            Cell::new(said.outcome, said.paint),
            Cell::from(count(n)),
            Cell::new(said.meaning, Paint::Dim),
        ]);
    }

    pub(crate) fn render(&self, style: Style, width: Option<usize>) -> String {
        self.0.render(style, width)
    }
}

/// An outcome in words.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Said<'a> {
    outcome: &'a str,
    paint: Paint,
    meaning: &'a str,
}

impl<'a> Said<'a> {
    /// One that is none of a delivery.
    pub(crate) const fn new(outcome: &'a str, meaning: &'a str) -> Self {
        Self::painted(outcome, Paint::Plain, meaning)
    }

    /// One that looks so.
    pub(crate) const fn painted(outcome: &'a str, paint: Paint, meaning: &'a str) -> Self {
        Self {
            outcome,
            paint,
            meaning,
        }
    }
}

impl From<Fate> for Said<'_> {
    fn from(fate: Fate) -> Self {
        Self {
            outcome: fate.as_str(),
            paint: paint(fate),
            meaning: meaning(fate),
        }
    }
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
const fn meaning(fate: Fate) -> &'static str {
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

/// Prints the reasons and the remarks beneath the outcomes, each behind an empty line.
pub(crate) fn beneath(
    reasons: Option<&Table>,
    remarks: &[String],
    out: &mut Out,
    style: Style,
    width: Option<usize>,
) -> Result<(), CliError> {
    if let Some(table) = reasons {
        out.line("")?;
        out.bytes(table.render(style, width))?;
    }
    if !remarks.is_empty() {
        out.line("")?;
    }
    remarks.iter().try_for_each(|remark| paragraph(out, remark, width))
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

/// Prints a path or a command with its title. It is copied, so it is not broken.
pub(crate) fn copied(out: &mut Out, title: &str, text: &str, style: Style) -> Result<(), CliError> {
    out.line(style.bold(title))?;
    out.line(format!("  {text}"))
}
