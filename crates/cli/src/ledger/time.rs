//! Points in time: as they are typed, and as people read them.

use std::time::Duration;

use leadsink::Timestamp;

use crate::config::duration;

/// A point in time as it was typed; an age becomes one with the time of the command.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum When {
    At(Timestamp),
    Ago(Duration),
}

impl When {
    /// Reads a date in UTC, a time stamp, or an age.
    pub(crate) fn parse(text: &str) -> Result<Self, String> {
        let text = text.trim();
        let date = || format!("{text}T00:00:00Z").parse().ok();
        text.parse()
            .ok()
            .or_else(date)
            .map(Self::At)
            .or_else(|| duration(text).map(Self::Ago))
            .ok_or_else(|| {
                "write a date such as `2026-11-22`, a time such as `2026-11-22T10:00:00Z`, or an age such as `3d`"
                    .into()
            })
    }

    /// The time that is meant, the first there is where it would lie before that.
    pub(super) fn resolve(self, now: Timestamp) -> Timestamp {
        match self {
            Self::At(at) => at,
            Self::Ago(age) => now.checked_sub(age).unwrap_or(Timestamp::MIN),
        }
    }
}

/// A time to the second, as `--since` reads it.
pub(super) fn show(at: Timestamp) -> String {
    format!("{at:.0}")
}

/// How far a time is from now: `in 5 min`, `3 h ago`.
pub(super) fn distance(at: Timestamp, now: Timestamp) -> String {
    let far = at.duration_since(now);
    let text = rough(far.unsigned_abs());
    match far.as_millis() {
        -999..=999 => "now".to_owned(),
        1000.. => format!("in {text}"),
        _ => format!("{text} ago"),
    }
}

/// In the largest unit that fits twice: `90 s`, `90 min`, `40 h`, `3 d`.
fn rough(time: Duration) -> String {
    match time.as_secs() {
        s @ 0..120 => format!("{s} s"),
        s @ 120..7200 => format!("{} min", s / 60),
        s @ 7200..172_800 => format!("{} h", s / 3600),
        s => format!("{} d", s / 86_400),
    }
}

/// How long something took.
pub(super) fn took(from: Timestamp, to: Timestamp) -> String {
    // A clock that was set back in between tells nothing.
    let time = Duration::try_from(to.duration_since(from)).unwrap_or_default();
    match time.as_millis() {
        ms @ 0..1000 => format!("{ms} ms"),
        _ if time.as_secs() < 120 => format!("{:.1} s", time.as_secs_f64()),
        _ => rough(time),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().unwrap()
    }

    #[test]
    fn a_time_is_a_date_a_time_stamp_or_an_age() {
        assert_eq!(When::parse("2026-11-22"), Ok(When::At(at("2026-11-22T00:00:00Z"))));
        assert_eq!(
            When::parse("2026-11-22T10:00:00-05:00"),
            Ok(When::At(at("2026-11-22T15:00:00Z")))
        );
        assert_eq!(When::parse(" 3d "), Ok(When::Ago(Duration::from_secs(3 * 86_400))));
        for bad in ["", "yesterday", "2026-13-01", "2026-11-22T10:00", "3", "-3d", "0d"] {
            assert!(When::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_age_counts_back_from_now() {
        let now = at("2026-11-22T10:00:00Z");
        assert_eq!(When::parse("2h").unwrap().resolve(now), at("2026-11-22T08:00:00Z"));
        assert_eq!(When::Ago(Duration::MAX).resolve(now), Timestamp::MIN);
    }

    #[test]
    fn times_are_shown_as_they_can_be_typed() {
        let precise = at("2026-11-22T10:00:00.123456Z");
        assert_eq!(show(precise), "2026-11-22T10:00:00Z");
        assert!(When::parse(&show(precise)).is_ok());
    }

    #[test]
    fn distances_have_one_unit() {
        let now = at("2026-11-22T10:00:00Z");
        for (seconds, wanted) in [
            (0, "now"),
            (1, "in 1 s"),
            (-119, "119 s ago"),
            (120, "in 2 min"),
            (-7200, "2 h ago"),
            (200_000, "in 2 d"),
        ] {
            let then = now + Duration::from_secs(seconds.max(0) as u64) - Duration::from_secs((-seconds).max(0) as u64);
            assert_eq!(distance(then, now), wanted);
        }
        assert_eq!(took(now, now + Duration::from_millis(250)), "250 ms");
        assert_eq!(took(now, now + Duration::from_secs(30)), "30.0 s");
        assert_eq!(took(now, now - Duration::from_secs(30)), "0 ms");
    }
}
