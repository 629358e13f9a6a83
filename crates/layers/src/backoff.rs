//! How long to wait between two attempts, and the randomness for it: seeded, so that tests are exact.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// Exponential backoff with full jitter: before the n-th repetition it waits a random time between nothing and
/// `base * 2^(n - 1)`, at most `cap`. The default is 500 ms and 30 s.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Backoff {
    base: Duration,
    cap: Duration,
}

impl Default for Backoff {
    fn default() -> Self {
        Self::new(Duration::from_millis(500), Duration::from_secs(30))
    }
}

impl Backoff {
    /// A backoff that grows from `base` to `cap`.
    #[must_use]
    pub const fn new(base: Duration, cap: Duration) -> Self {
        Self { base, cap }
    }

    /// The wait after this many failures, for a random number of 64 bits.
    #[must_use]
    pub fn wait(self, failures: u32, random: u64) -> Duration {
        let doublings = failures.saturating_sub(1).min(31);
        let longest = self.base.saturating_mul(1 << doublings).min(self.cap);
        let nanos = u64::try_from(longest.as_nanos()).unwrap_or(u64::MAX);
        // The upper half of the product: the random number as a share of one.
        let share = (u128::from(nanos) * u128::from(random)) >> 64;
        Duration::from_nanos(u64::try_from(share).unwrap_or(nanos))
    }
}

/// A source of random numbers (SplitMix64), good enough to spread waits and nothing else.
#[derive(Debug)]
pub struct Randomness(AtomicU64);

/// The odd number that SplitMix64 steps by: 2^64 divided by the golden ratio.
const STEP: u64 = 0x9E37_79B9_7F4A_7C15;

impl Randomness {
    /// A source that gives the same numbers for the same seed, and others for each process without one.
    #[must_use]
    pub fn new(seed: Option<u64>) -> Self {
        Self(AtomicU64::new(
            seed.unwrap_or_else(|| RandomState::new().build_hasher().finish()),
        ))
    }

    /// The next number.
    pub fn next(&self) -> u64 {
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_up_to_the_cap_and_is_spread_over_all_of_it() {
        let backoff = Backoff::default();
        let longest: Vec<_> = (1..=8)
            .map(|n| (backoff.wait(n, u64::MAX) + Duration::from_nanos(1)).as_millis())
            .collect();
        assert_eq!(longest, [500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
        assert_eq!(backoff.wait(5, 0), Duration::ZERO);
        assert_eq!(backoff.wait(5, 1 << 63), Duration::from_secs(4));
        assert!(backoff.wait(u32::MAX, u64::MAX) <= Duration::from_secs(30));
    }

    #[test]
    fn a_seed_gives_the_same_numbers_again() {
        let numbers = |seed| {
            let source = Randomness::new(seed);
            [source.next(), source.next(), source.next()]
        };
        assert_eq!(numbers(Some(7)), numbers(Some(7)));
        assert_ne!(numbers(Some(7)), numbers(Some(8)));
        assert_ne!(numbers(None), numbers(None));
        // The reference implementation's first numbers for the seed 0.
        assert_eq!(numbers(Some(0))[..2], [0xE220_A839_7B1D_CDAF, 0x6E78_9E6A_A1B9_65F4]);
    }
}
