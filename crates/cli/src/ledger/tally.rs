//! How many deliveries stand where.

use leadsink::outbox::{Count, LeadView};

use super::word::Standing;
use crate::output::{count, list};

/// How many deliveries stand where.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tally([u64; Standing::ALL.len()]);

impl Tally {
    /// Of a sink, or of all.
    pub(super) fn of_counts(counts: &[Count], sink: Option<&str>) -> Self {
        let mut tally = Self::default();
        for count in counts
            .iter()
            .filter(|count| sink.is_none_or(|sink| *count.sink == *sink))
        {
            tally.add(Standing::of(count.state, count.conclusion), count.deliveries);
        }
        tally
    }

    /// Of a lead, to one sink or all.
    pub(super) fn of_lead(views: &[LeadView], sink: Option<&str>) -> Self {
        let mut tally = Self::default();
        let deliveries = views.iter().flat_map(|view| &view.deliveries);
        for (delivery, _) in deliveries.filter(|(delivery, _)| sink.is_none_or(|sink| *delivery.sink == *sink)) {
            tally.add(Standing::of(delivery.state, delivery.conclusion), 1);
        }
        tally
    }

    pub(super) fn add(&mut self, standing: Standing, deliveries: u64) {
        self.0[standing as usize] += deliveries;
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (mine, other) in self.0.iter_mut().zip(other.0) {
            *mine += other;
        }
    }

    pub(super) const fn get(&self, standing: Standing) -> u64 {
        self.0[standing as usize]
    }

    pub(super) fn total(&self) -> u64 {
        self.0.iter().sum()
    }

    /// In a few words: `2 delivered and 1 unknown`.
    pub(super) fn words(&self) -> String {
        let there = Standing::ALL.into_iter().filter(|standing| self.get(*standing) > 0);
        let words = there.map(|standing| format!("{} {}", count(self.get(standing)), standing.as_str()));
        list(&words.collect::<Vec<_>>())
    }
}

/// A number of deliveries: `1 delivery`, `1,204 deliveries`.
pub(super) fn deliveries(n: u64) -> String {
    let noun = if n == 1 { "delivery" } else { "deliveries" };
    format!("{} {noun}", count(n))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tally_adds_up_and_is_told_in_words() {
        let mut tally = Tally::default();
        assert_eq!(tally.words(), "");
        for (standing, deliveries) in Standing::ALL.into_iter().zip(1..) {
            tally.add(standing, deliveries);
        }
        assert_eq!((tally.get(Standing::Cancelled), tally.total()), (8, 36));
        let mut few = Tally::default();
        few.add(Standing::Unknown, 1);
        few.add(Standing::Delivered, 1200);
        assert_eq!(few.words(), "1,200 delivered and 1 unknown");
        tally.merge(&few);
        assert_eq!(tally.total(), 1237);
    }
}
