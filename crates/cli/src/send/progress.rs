//! How far the run is: a bar on a terminal, now and then a line elsewhere; always on standard error.

use std::io::{self, IsTerminal};
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use leadsink::intake::{Encoding, Layout, Record};

use super::fate::Fate;
use super::tally::Tally;
use crate::args::InputArgs;
use crate::output::{self, clock};

/// How long it stays quiet where there is no terminal.
const QUIET: Duration = Duration::from_secs(5);

/// The resolution of the bar.
const FULL: u64 = 1000;

/// The progress of a run.
#[derive(Debug)]
pub(crate) struct Progress {
    bar: Option<ProgressBar>,
    begin: Instant,
    noted: Instant,
    sinks: u64,
    expected: Expected,
    is_interrupted: bool,
    is_silent: bool,
}

/// How many rows there will be: unknown while a file is read once, so it is judged by the size of the rows so far.
#[derive(Debug, Default)]
struct Expected {
    /// The size of the file, in the bytes that its rows are measured in.
    bytes: Option<u64>,
    seen: u64,
    rows: u64,
    /// The number of the last row.
    last: u64,
    wanted: Option<RangeInclusive<u64>>,
    limit: Option<u64>,
    is_exact: bool,
}

impl Expected {
    fn new(input: &InputArgs, layout: &Layout) -> Self {
        let size = input.file.metadata().ok().filter(|file| file.is_file() && !layout.gzip);
        let width = match layout.encoding {
            Encoding::Utf16Le | Encoding::Utf16Be => 2,
            _ => 1,
        };
        Self {
            bytes: size.map(|file| file.len() / width),
            wanted: input.rows.clone(),
            limit: input.limit,
            ..Self::default()
        }
    }

    fn total(&self) -> Option<u64> {
        if self.is_exact {
            return Some(self.rows);
        }
        let in_file = self
            .bytes
            .filter(|_| self.seen > 0)
            .map(|bytes| bytes.saturating_mul(self.rows) / self.seen);
        let last = match &self.wanted {
            Some(wanted) => in_file.map_or(*wanted.end(), |rows| rows.min(*wanted.end())),
            None => in_file.unwrap_or(u64::MAX),
        };
        let before = self
            .wanted
            .as_ref()
            .map_or(0, |wanted| wanted.start().saturating_sub(1));
        let total = last.saturating_sub(before).min(self.limit.unwrap_or(u64::MAX));
        (total != u64::MAX && !(in_file.is_none() && self.limit.is_none())).then(|| total.max(self.rows))
    }
}

impl Progress {
    /// Progress that nobody sees.
    #[cfg(test)]
    pub(crate) fn silent(sinks: usize) -> Self {
        Self {
            is_silent: true,
            ..Self::unseen(sinks)
        }
    }

    fn unseen(sinks: usize) -> Self {
        let now = Instant::now();
        Self {
            bar: None,
            begin: now,
            noted: now,
            sinks: sinks as u64,
            expected: Expected::default(),
            is_interrupted: false,
            is_silent: false,
        }
    }

    /// Progress through a file.
    pub(crate) fn new(input: &InputArgs, layout: Option<&Layout>, sinks: usize) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(Some(FULL), ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("[{bar:20}]  {msg}") {
                bar.set_style(style.progress_chars("=> "));
            }
            bar
        });
        Self {
            bar,
            expected: layout.map(|layout| Expected::new(input, layout)).unwrap_or_default(),
            ..Self::unseen(sinks)
        }
    }

    /// A row was taken. What the sinks behind the first one take has been counted.
    pub(crate) fn row(&mut self, number: u64, record: &Record) {
        if number <= self.expected.last {
            return;
        }
        self.expected.last = number;
        let size = |text: &str| text.len() as u64 + 1;
        self.expected.rows += 1;
        self.expected.seen += match record.json() {
            Some(json) => size(json),
            None => record.cells().map(size).sum(),
        };
    }

    /// The number of rows is known now.
    pub(crate) const fn end_of_file(&mut self) {
        self.expected.is_exact = true;
    }

    /// Shows where things stand.
    ///
    /// `held` are the sinks whose vendor wants no requests for a time, and how much of it is left.
    pub(crate) fn show<'a>(
        &mut self,
        under_way: usize,
        tallies: &[Tally],
        held: impl Iterator<Item = (&'a str, Duration)>,
    ) {
        let elapsed = self.begin.elapsed();
        let is_due = self.bar.is_some() || (!self.is_silent && self.noted.elapsed() >= QUIET);
        if !is_due {
            return;
        }
        let total = self.expected.total().map(|rows| rows * self.sinks);
        let mut text = describe(
            tallies,
            under_way,
            total,
            self.expected.is_exact,
            elapsed,
            self.is_interrupted,
        );
        for (sink, left) in held {
            // Rounded up: what is held is not held for nothing.
            let left = Duration::from_secs(left.as_secs() + 1);
            text += &format!("  {sink} is held for {}", clock(left));
        }
        match &self.bar {
            Some(bar) => {
                let done = done(tallies);
                bar.set_position(total.filter(|total| *total > 0).map_or(0, |total| done * FULL / total));
                bar.set_message(text);
            }
            None => {
                self.noted = Instant::now();
                output::note(&text);
            }
        }
    }

    /// Says that no new rows are taken.
    pub(crate) fn interrupted(&mut self, under_way: usize) {
        self.is_interrupted = true;
        let text = match under_way {
            0 => "stopping; nothing is under way".to_owned(),
            n => format!(
                "stopping; {} under way may still end. Once more, in a second or later, stops at once and leaves what is under way in doubt",
                output::plural(n as u64, "lead")
            ),
        };
        self.say(output::note, &text);
    }

    /// Says that nothing more is waited for.
    pub(crate) fn abandoned(&self, under_way: usize) {
        let leads = output::plural(under_way as u64, "lead");
        self.warn(&format!("stopped at once; {leads} may or may not have arrived"));
    }

    /// Prints a warning above the bar.
    pub(crate) fn warn(&self, text: &str) {
        self.say(output::warn, text);
    }

    /// Takes the bar away.
    pub(crate) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }

    fn say(&self, print: fn(&str), text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| print(text)),
            None if self.is_silent => {}
            None => print(text),
        }
    }
}

fn done(tallies: &[Tally]) -> u64 {
    tallies.iter().map(|tally| tally.rows() + tally.skipped).sum()
}

fn describe(
    tallies: &[Tally],
    under_way: usize,
    total: Option<u64>,
    is_exact: bool,
    elapsed: Duration,
    is_interrupted: bool,
) -> String {
    let done = done(tallies);
    let sum = |fate| tallies.iter().map(|tally| tally.of(fate)).sum::<u64>();
    let rate = done as f64 / elapsed.as_secs_f64().max(0.001);
    let mut parts = vec![match total {
        Some(total) => {
            let about = if is_exact { "" } else { "about " };
            format!("{} of {about}{}", output::count(done), output::count(total))
        }
        None => output::count(done),
    }];
    parts.push(format!("{}/s", output::count(rate.round() as u64)));
    if is_interrupted {
        parts.push(format!("waiting for {under_way}"));
    } else if let Some(total) = total.filter(|_| done > 0) {
        let left = Duration::from_secs_f64(total.saturating_sub(done) as f64 / rate.max(0.001));
        parts.push(format!("{} left", clock(left)));
    }
    let trouble = sum(Fate::Rejected) + sum(Fate::Failed) + sum(Fate::Ambiguous) + sum(Fate::BadRow);
    if trouble > 0 {
        parts.push(format!("{} not delivered", output::count(trouble)));
    }
    parts.join("  ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::send::line::Line;

    #[test]
    fn the_line_says_how_far_how_fast_and_how_long() {
        let mut tally = Tally::default();
        for fate in [Fate::Accepted, Fate::Rejected] {
            tally.add(&Line::unsent(1, None, &"main".into(), fate, Vec::new()));
        }
        let text = |total, interrupted| {
            describe(
                std::slice::from_ref(&tally),
                3,
                total,
                false,
                Duration::from_secs(1),
                interrupted,
            )
        };
        assert_eq!(
            text(Some(240), false),
            "2 of about 240  2/s  1:59 left  1 not delivered"
        );
        assert_eq!(text(None, true), "2  2/s  waiting for 3  1 not delivered");
        assert_eq!(clock(Duration::from_secs(3905)), "1:05:05");
    }

    #[test]
    fn the_total_is_judged_by_size_and_bounded_by_what_was_asked_for() {
        let mut expected = Expected {
            bytes: Some(1000),
            seen: 100,
            rows: 5,
            ..Expected::default()
        };
        assert_eq!(expected.total(), Some(50));
        expected.wanted = Some(11..=20);
        assert_eq!(expected.total(), Some(10));
        expected.limit = Some(7);
        assert_eq!(expected.total(), Some(7));
        expected.is_exact = true;
        assert_eq!(expected.total(), Some(5));
        assert_eq!(Expected::default().total(), None);
    }
}
