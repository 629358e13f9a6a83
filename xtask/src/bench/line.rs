//! A line of the result: what was measured, what it is compared with, what the goal is. And how lines are printed.
#![expect(clippy::print_stdout, reason = "a command speaks on stdout")]

use std::num::NonZero;
use std::thread;

use serde_json::{Value, json};

/// What must hold of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Goal {
    AtMost(f64),
    RatioAtMost(f64),
    RatioAtLeast(f64),
}

/// One measured value.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Line {
    figure: &'static str,
    what: String,
    unit: &'static str,
    /// Nothing where it could not be measured.
    measured: Option<f64>,
    /// What it is compared with: the peer's value, or that of a smaller run.
    beside: Option<f64>,
    goal: Option<Goal>,
}

impl Line {
    pub(super) fn new(figure: &'static str, what: impl Into<String>, unit: &'static str, measured: f64) -> Self {
        Self {
            figure,
            what: what.into(),
            unit,
            measured: Some(measured),
            beside: None,
            goal: None,
        }
    }

    /// A figure that this machine cannot measure, and why.
    pub(super) fn left_out(figure: &'static str, why: &str) -> Self {
        Self {
            measured: None,
            ..Self::new(figure, format!("left out: {why}"), "", 0.0)
        }
    }

    /// Puts another value beside it, to which it has a ratio.
    pub(super) fn beside(self, other: f64) -> Self {
        Self {
            beside: Some(other),
            ..self
        }
    }

    pub(super) fn at_most(self, limit: f64) -> Self {
        self.with(Goal::AtMost(limit))
    }

    pub(super) fn ratio_at_most(self, limit: f64) -> Self {
        self.with(Goal::RatioAtMost(limit))
    }

    pub(super) fn ratio_at_least(self, limit: f64) -> Self {
        self.with(Goal::RatioAtLeast(limit))
    }

    fn with(self, goal: Goal) -> Self {
        Self {
            goal: Some(goal),
            ..self
        }
    }

    fn ratio(&self) -> Option<f64> {
        Some(self.measured? / self.beside?)
    }

    /// Whether the goal is met; nothing where there is none, or nothing was measured.
    pub(super) fn is_met(&self) -> Option<bool> {
        Some(match self.goal? {
            Goal::AtMost(limit) => self.measured? <= limit,
            Goal::RatioAtMost(limit) => self.ratio()? <= limit,
            Goal::RatioAtLeast(limit) => self.ratio()? >= limit,
        })
    }

    fn cells(&self) -> [String; 7] {
        let optional = |value: Option<f64>| value.map(number).unwrap_or_default();
        [
            self.figure.to_owned(),
            self.what.clone(),
            self.measured
                .map(|value| format!("{} {}", number(value), self.unit).trim_end().to_owned())
                .unwrap_or_default(),
            optional(self.beside),
            self.ratio().map(|ratio| format!("{ratio:.3}")).unwrap_or_default(),
            match self.goal {
                None => String::new(),
                Some(Goal::AtMost(limit)) => format!("<= {}", number(limit)),
                Some(Goal::RatioAtMost(limit)) => format!("ratio <= {limit:.2}"),
                Some(Goal::RatioAtLeast(limit)) => format!("ratio >= {limit:.2}"),
            },
            match self.is_met() {
                None => "",
                Some(true) => "ok",
                Some(false) => "MISS",
            }
            .to_owned(),
        ]
    }

    fn json(&self) -> Value {
        let [.., goal, _] = self.cells();
        json!({
            "figure": self.figure,
            "what": self.what,
            "unit": self.unit,
            "measured": self.measured,
            "beside": self.beside,
            "ratio": self.ratio(),
            "goal": self.goal.map(|_| goal),
            "met": self.is_met(),
        })
    }
}

const HEADER: [&str; 7] = ["figure", "what", "measured", "beside", "ratio", "goal", ""];

/// The columns that hold numbers, and stand to the right.
const NUMBERS: [bool; 7] = [false, false, true, true, true, false, false];

pub(super) fn print_table(lines: &[Line]) {
    for row in table(lines) {
        println!("{row}");
    }
}

fn table(lines: &[Line]) -> Vec<String> {
    let rows: Vec<_> = std::iter::once(HEADER.map(str::to_owned))
        .chain(lines.iter().map(Line::cells))
        .collect();
    let widths: [usize; 7] =
        std::array::from_fn(|column| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0));
    let padded = |row: &[String; 7]| {
        let cells: Vec<_> = (0..7)
            .map(|column| {
                let (cell, width) = (&row[column], widths[column]);
                if NUMBERS[column] {
                    format!("{cell:>width$}")
                } else {
                    format!("{cell:<width$}")
                }
            })
            .collect();
        cells.join("  ").trim_end().to_owned()
    };
    rows.iter().map(padded).collect()
}

pub(super) fn print_json(lines: &[Line], rows: u64, rounds: u32) {
    let lines: Vec<_> = lines.iter().map(Line::json).collect();
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    println!(
        "{}",
        json!({ "cores": cores, "rows": rows, "rounds": rounds, "lines": lines })
    );
}

/// A number as people read it: `95,000`, `24.3`, `0.87`.
fn number(value: f64) -> String {
    if value.abs() < 100.0 && value.fract() != 0.0 {
        let places = if value.abs() < 10.0 { 2 } else { 1 };
        return format!("{value:.places$}");
    }
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index) % 3 == 0 && !text.ends_with('-') {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line() -> Line {
        Line::new("map", "CPU a row", "us", 7.5)
    }

    #[test]
    fn a_goal_is_met_at_its_limit_and_missed_beyond_it() {
        for (line, met) in [
            (line(), None),
            (line().at_most(7.5), Some(true)),
            (line().at_most(7.4), Some(false)),
            (line().beside(7.5).ratio_at_least(1.0), Some(true)),
            (line().beside(7.6).ratio_at_least(1.0), Some(false)),
            (line().beside(7.6).ratio_at_most(1.0), Some(true)),
            (line().beside(7.4).ratio_at_most(1.0), Some(false)),
            (Line::left_out("map", "no tool").at_most(1.0), None),
        ] {
            assert_eq!(line.is_met(), met, "{line:?}");
        }
    }

    #[test]
    fn the_table_is_aligned() {
        let lines = [
            line().at_most(8.0),
            Line::new("loopback", "leads", "/s", 21_345.4)
                .beside(20_000.0)
                .ratio_at_least(1.1),
            Line::left_out("instructions", "no valgrind"),
        ];
        assert_eq!(
            table(&lines),
            [
                "figure        what                    measured  beside  ratio  goal",
                "map           CPU a row                7.50 us                 <= 8           ok",
                "loopback      leads                  21,345 /s  20,000  1.067  ratio >= 1.10  MISS",
                "instructions  left out: no valgrind",
            ]
        );
    }

    #[test]
    fn numbers_are_short_and_grouped() {
        let numbers = [0.873, 12.34, 15.0, 999.6, 95_000.0, 1_234_567.8, -1_000.0];
        assert_eq!(
            numbers.map(number),
            ["0.87", "12.3", "15", "1,000", "95,000", "1,234,568", "-1,000"]
        );
    }
}
