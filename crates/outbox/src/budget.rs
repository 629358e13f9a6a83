//! How many requests a lane may still make: arithmetic on a list of times, the same for every store, which keeps it as JSON in
//! the lane's row. So a quota holds across restarts, and for all workers together.

use std::collections::BTreeMap;
use std::time::Duration;

use leadsink_core::Timestamp;
use serde::{Deserialize, Serialize};

/// Requests are counted in so many parts of a quota's time: they are forgotten a part late at most.
const PARTS: i64 = 60;

/// A quota: so many requests in any time of this length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QuotaRule {
    /// What it is known by, such as `leads`.
    pub name: String,
    /// How many.
    pub requests: u32,
    /// In what time.
    pub per: Duration,
}

impl QuotaRule {
    /// For how long a request counts: 2 % longer than the quota says, since requests take different times on their way and the
    /// vendor counts arrivals.
    fn window(&self) -> i64 {
        let per = i64::try_from(self.per.as_micros()).unwrap_or(i64::MAX / 4).max(PARTS);
        per.saturating_add(per / 50)
    }

    fn part(&self) -> i64 {
        (self.window() / PARTS).max(1)
    }
}

/// What may be sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// So many requests now.
    pub granted: u32,
    /// How many more there may be at once.
    pub left: u32,
    /// When there may be one more, where none is left.
    pub next_at: Option<Timestamp>,
}

/// The requests that still count, by the name of their quota.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Budget {
    used: BTreeMap<String, Vec<Used>>,
}

/// So many requests before this time, in microseconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Used(i64, u32);

impl Budget {
    /// How many requests may be sent now, and when there may be one more than that.
    #[must_use]
    pub fn free(&self, rules: &[QuotaRule], now: Timestamp) -> Grant {
        let now = now.as_microsecond();
        let mut grant = Grant {
            granted: u32::MAX,
            left: 0,
            next_at: None,
        };
        for rule in rules {
            let used = self.used.get(&rule.name).map_or(&[][..], Vec::as_slice);
            // A clock that was set back must not lock the lane until it has caught up.
            let latest = now.saturating_add(rule.part());
            let counting = used
                .iter()
                .map(|used| Used(used.0.min(latest), used.1))
                .filter(|used| now < used.0.saturating_add(rule.window()));
            let total: u64 = counting.clone().map(|used| u64::from(used.1)).sum();
            let free = u64::from(rule.requests).saturating_sub(total);
            grant.granted = grant.granted.min(u32::try_from(free).unwrap_or(u32::MAX));
            // As many have to be forgotten as there are too many, and one more.
            let mut surplus = (total + 1).saturating_sub(u64::from(rule.requests));
            if surplus > 0 {
                for used in counting {
                    surplus = surplus.saturating_sub(used.1.into());
                    if surplus == 0 {
                        let at = used.0.saturating_add(rule.window());
                        let at = Timestamp::from_microsecond(at).unwrap_or(Timestamp::MAX);
                        grant.next_at = grant.next_at.max(Some(at));
                        break;
                    }
                }
            }
        }
        grant
    }

    /// Takes as many requests as may be sent now, so many at most.
    pub fn take(&mut self, rules: &[QuotaRule], want: u32, now: Timestamp) -> Grant {
        let free = self.free(rules, now);
        let granted = free.granted.min(want);
        let now = now.as_microsecond();
        for rule in rules {
            let (part, window) = (rule.part(), rule.window());
            let used = self.used.entry(rule.name.clone()).or_default();
            let end = now.saturating_add(part).div_euclid(part).saturating_mul(part);
            for used in used.iter_mut() {
                used.0 = used.0.min(end);
            }
            used.retain(|used| now < used.0.saturating_add(window));
            match used.last_mut() {
                Some(last) if last.0 == end => last.1 = last.1.saturating_add(granted),
                _ if granted > 0 => used.push(Used(end, granted)),
                _ => {}
            }
        }
        let left = free.granted - granted;
        Grant {
            granted,
            left,
            next_at: if left == 0 { self.free_at(rules, now) } else { None },
        }
    }

    fn free_at(&self, rules: &[QuotaRule], now: i64) -> Option<Timestamp> {
        self.free(rules, Timestamp::from_microsecond(now).ok()?).next_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(millis: i64) -> Timestamp {
        Timestamp::from_millisecond(1_700_000_000_000 + millis).unwrap()
    }

    fn ten_a_minute() -> Vec<QuotaRule> {
        vec![QuotaRule {
            name: "leads".to_owned(),
            requests: 10,
            per: Duration::from_secs(60),
        }]
    }

    #[test]
    fn never_more_than_the_quota_in_any_time_of_its_length() {
        let rules = ten_a_minute();
        let mut budget = Budget::default();
        let mut sent = Vec::new();
        for step in 0..3000 {
            let now = step * 100;
            let grant = budget.take(&rules, 1 + u32::try_from(step % 3).unwrap(), at(now));
            sent.extend(std::iter::repeat_n(now, grant.granted as usize));
        }
        for from in &sent {
            let within = sent.iter().filter(|then| (*from..*from + 60_000).contains(*then));
            assert!(within.count() <= 10);
        }
        // Five minutes: little is lost to the counting in parts.
        assert!(sent.len() >= 45, "{}", sent.len());
    }

    #[test]
    fn it_says_when_there_is_more() {
        let rules = ten_a_minute();
        let mut budget = Budget::default();
        assert_eq!(budget.take(&rules, 4, at(0)).granted, 4);
        let grant = budget.take(&rules, 9, at(30_000));
        assert_eq!(grant.granted, 6);
        let next = grant.next_at.unwrap();
        assert!(at(60_000) < next && next < at(63_000), "{next}");
        assert_eq!(budget.take(&rules, 9, next).granted, 4);
    }

    #[test]
    fn the_strictest_of_several_rules_counts() {
        let mut rules = ten_a_minute();
        rules.push(QuotaRule {
            name: "day".to_owned(),
            requests: 12,
            per: Duration::from_secs(86_400),
        });
        let mut budget = Budget::default();
        assert_eq!(budget.take(&rules, 20, at(0)).granted, 10);
        assert_eq!(budget.take(&rules, 20, at(70_000)).granted, 2);
        let next = budget.take(&rules, 1, at(140_000)).next_at.unwrap();
        assert!(at(86_400_000) < next, "{next}");
    }

    #[test]
    fn a_clock_that_was_set_back_does_not_lock_the_lane() {
        let rules = ten_a_minute();
        let mut budget = Budget::default();
        assert_eq!(budget.take(&rules, 10, at(3_600_000)).granted, 10);
        let next = budget.take(&rules, 1, at(0)).next_at.unwrap();
        assert!(next < at(70_000), "{next}");
    }

    #[test]
    fn it_reads_back() {
        let rules = ten_a_minute();
        let mut budget = Budget::default();
        budget.take(&rules, 3, at(0));
        let text = serde_json::to_string(&budget).unwrap();
        assert_eq!(serde_json::from_str::<Budget>(&text).unwrap(), budget);
    }
}
