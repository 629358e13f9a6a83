//! Reads the values of single options. Each error is a fragment that clap puts behind the name of the option.

use std::fmt::Display;
use std::ops::RangeInclusive;
use std::str::FromStr;
use std::time::Duration;

use leadsink::intake::Target;
use leadsink::intake::value::{self, DecimalStyle, Hints, inspect::Kind};
use leadsink::value::{Country, State};
use leadsink_sandbox::{FaultPlan, Mode};

use crate::config::limit;
use crate::exit::CliError;

const MOST_CONCURRENT: usize = 1024;
const MIN_TIMEOUT: Duration = Duration::from_millis(100);
const MIN_LEASE: Duration = Duration::from_secs(1);
const MAX_TIMEOUT: Duration = Duration::from_secs(3600);

/// Reads whatever has a name of its own.
pub(super) fn named<T: FromStr<Err: Display>>(text: &str) -> Result<T, String> {
    text.parse().map_err(|error: T::Err| error.to_string())
}

pub(super) fn kind(text: &str) -> Result<Kind, String> {
    named(text)
}

pub(super) fn faults(text: &str) -> Result<FaultPlan, String> {
    named(text)
}

pub(super) fn mode(text: &str) -> Result<Mode, String> {
    match text {
        "documented" => Ok(Mode::Documented),
        "strict" => Ok(Mode::Strict),
        _ => Err("available: `documented`, `strict`".into()),
    }
}

/// So many requests of a vendor in so long a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RateLimit {
    pub(crate) vendor: String,
    pub(crate) requests: u32,
    pub(crate) per: Duration,
}

/// Reads `enerflo=300/60s`. Whether there is such a vendor is for the sandbox to say.
pub(super) fn rate_limit(text: &str) -> Result<RateLimit, String> {
    let read = || {
        let (vendor, rate) = text.split_once('=')?;
        let (requests, per) = limit(rate)?;
        Some(RateLimit {
            vendor: vendor.trim().to_owned(),
            requests,
            per,
        })
    };
    read().ok_or_else(|| "write it as `enerflo=300/60s`".into())
}

/// A time in milliseconds, an hour at most.
pub(super) fn milliseconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .map(Duration::from_millis)
        .filter(|time| *time <= MAX_TIMEOUT)
        .ok_or_else(|| "write a number of milliseconds, such as `50`".into())
}

pub(super) fn decimal(text: &str) -> Result<DecimalStyle, String> {
    match text {
        "point" | "." => Ok(DecimalStyle::Point),
        "comma" | "," => Ok(DecimalStyle::Comma),
        _ => Err("available: `point`, `comma`".into()),
    }
}

pub(super) fn country(text: &str) -> Result<Country, String> {
    match value::country::parse(text) {
        Ok(Some(country)) => Ok(country),
        Ok(None) => Err("it is blank".into()),
        Err(bad) => Err(bad.to_string()),
    }
}

pub(super) fn state(text: &str, country: Option<Country>) -> Result<State, CliError> {
    let problem = match value::state::parse(text, &Hints::default().with_country(country)) {
        Ok(Some(state)) => return Ok(state),
        Ok(None) => "it is blank".to_owned(),
        Err(bad) => bad.to_string(),
    };
    Err(CliError::new(format!("`--state {text}` cannot be used: {problem}")))
}

/// Reads `Header=field`; the header may hold `=`, the field cannot.
pub(super) fn column(text: &str) -> Result<(String, Target), String> {
    let (header, target) = text
        .rsplit_once('=')
        .filter(|(header, _)| !header.trim().is_empty())
        .ok_or("write it as \"Header=field\"")?;
    Ok((header.trim().to_owned(), named(target.trim())?))
}

/// Reads `7`, `7-12`, `7-` or `-12`; rows count from 1.
pub(super) fn rows(text: &str) -> Result<RangeInclusive<u64>, String> {
    let number = |text: &str, open: u64| match text.trim() {
        "" => Ok(open),
        digits => digits.parse::<u64>().ok().filter(|row| *row > 0).ok_or(()),
    };
    let read = || match text.split_once('-') {
        Some((first, last)) if !(first.trim().is_empty() && last.trim().is_empty()) => {
            Ok(number(first, 1)?..=number(last, u64::MAX)?)
        }
        None if !text.trim().is_empty() => {
            let row = number(text, 1)?;
            Ok(row..=row)
        }
        _ => Err(()),
    };
    let rows = read().map_err(|()| "write it as `7`, `7-12`, `7-` or `-12`; the first row is 1")?;
    if rows.is_empty() {
        return Err("the first row stands behind the last".into());
    }
    Ok(rows)
}

pub(super) fn concurrency(text: &str) -> Result<usize, String> {
    text.parse()
        .ok()
        .filter(|n| (1..=MOST_CONCURRENT).contains(n))
        .ok_or_else(|| format!("write a number from 1 to {MOST_CONCURRENT}"))
}

/// A limit for one request, in seconds.
pub(super) fn timeout(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .filter(|limit| (MIN_TIMEOUT..=MAX_TIMEOUT).contains(limit))
        .ok_or_else(|| "write a number of seconds from 0.1 to 3600".into())
}

/// How long a claim waits for its worker, in seconds.
pub(super) fn lease(text: &str) -> Result<Duration, String> {
    timeout(text)
        .ok()
        .filter(|lease| *lease >= MIN_LEASE)
        .ok_or_else(|| "write a number of seconds from 1 to 3600".into())
}

#[cfg(test)]
mod tests {
    use leadsink::Field;

    use super::*;

    #[test]
    fn rows_are_one_row_or_a_range() {
        assert_eq!(rows("7"), Ok(7..=7));
        assert_eq!(rows("7-12"), Ok(7..=12));
        assert_eq!(rows("7-"), Ok(7..=u64::MAX));
        assert_eq!(rows("-12"), Ok(1..=12));
        for bad in ["", "-", "0", "0-3", "9-3", "a", "1-b", "1-2-3"] {
            assert!(rows(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_column_is_split_at_the_last_equals_sign() {
        let (header, target) = column("Is a=b? = phone_1").unwrap();
        assert_eq!((&*header, target), ("Is a=b?", Target::Field(Field::Phone1)));
        assert_eq!(column("phone"), Err("write it as \"Header=field\"".into()));
        assert!(column("Ref=emial").unwrap_err().contains("did you mean `email`?"));
    }

    #[test]
    fn a_time_limit_has_bounds() {
        assert_eq!(timeout("1.5"), Ok(Duration::from_millis(1500)));
        for bad in ["0", "-1", "3601", "NaN", "1s", ""] {
            assert!(timeout(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_rate_limit_is_a_vendor_and_so_many_in_a_time() {
        let wanted = |per| {
            Ok(RateLimit {
                vendor: "enerflo".into(),
                requests: 300,
                per,
            })
        };
        assert_eq!(rate_limit("enerflo=300/60s"), wanted(Duration::from_secs(60)));
        assert_eq!(rate_limit("enerflo = 300/500ms"), wanted(Duration::from_millis(500)));
        for bad in [
            "enerflo",
            "300/60s",
            "enerflo=300",
            "enerflo=0/60s",
            "enerflo=300/60",
            "enerflo=300/60s/2",
        ] {
            assert!(rate_limit(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_delay_is_whole_milliseconds() {
        assert_eq!(milliseconds("50"), Ok(Duration::from_millis(50)));
        for bad in ["", "-1", "1.5", "50ms", "3600001"] {
            assert!(milliseconds(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn concurrency_has_bounds() {
        assert_eq!(concurrency("1024"), Ok(1024));
        assert!(concurrency("0").is_err() && concurrency("1025").is_err() && concurrency("many").is_err());
    }
}
