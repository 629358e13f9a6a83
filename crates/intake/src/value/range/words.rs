//! What the words around an amount mean.

use rust_decimal::Decimal;

/// What a word says about the amounts beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The amount is the high end.
    Under,
    /// The amount is the low end.
    Over,
    /// The next bound is meant the other way round.
    Not,
    /// `and up`, or the beginning of `up to`.
    Up,
    /// Stands between both ends.
    To,
    /// Stands between both ends, or before a bound.
    And,
    /// Another period than the month.
    OtherPeriod,
    /// A unit, a currency, or chatter.
    Nothing,
}

/// The meaning of a word in lower case.
pub(super) fn meaning(word: &str) -> Meaning {
    match word {
        "under" | "below" | "less" | "fewer" | "lower" | "smaller" | "max" | "maximum" | "most" | "upto" => {
            Meaning::Under
        }
        "over" | "above" | "more" | "greater" | "higher" | "bigger" | "plus" | "min" | "minimum" | "least"
        | "exceeds" | "exceeding" => Meaning::Over,
        "no" | "not" => Meaning::Not,
        "up" => Meaning::Up,
        "to" | "through" | "thru" | "until" => Meaning::To,
        "and" => Meaning::And,
        "year" | "years" | "yearly" | "yr" | "annual" | "annually" | "annum" | "pa" | "week" | "weekly" | "wk"
        | "day" | "daily" | "quarter" | "quarterly" | "bimonthly" | "months" => Meaning::OtherPeriod,
        _ => Meaning::Nothing,
    }
}

/// By how much the letters right behind a number multiply it, and what stands behind them: `1.5k` is 1500, `1 MWh` is
/// 1000 kWh.
pub(super) fn scale(behind: &str) -> (Decimal, &str) {
    let spaced = behind.trim_start_matches(' ');
    let end = spaced.find(|c: char| !c.is_alphabetic()).unwrap_or(spaced.len());
    match &spaced[..end] {
        "k" | "thousand" | "mwh" => (Decimal::ONE_THOUSAND, &spaced[end..]),
        _ => (Decimal::ONE, behind),
    }
}
