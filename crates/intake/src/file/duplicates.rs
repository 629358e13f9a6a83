//! Finds rows that repeat an earlier good row. Of each row it keeps two hashes and its number, in 40 bytes at most: the
//! rows of a file may be many, and a table that doubles would hold three times what it needs while it grows.

use std::hash::{BuildHasher as _, RandomState};

use leadsink_core::Lead;
use siphasher::sip128::SipHasher13;

/// The code of such a row.
pub(super) const CODE: &str = "duplicate_row";

/// The rows that were good so far.
pub(super) struct Seen {
    /// Of this run, so that nobody can make two leads collide.
    key: SipHasher13,
    shards: Vec<Shard>,
    /// Room for a telephone and an e-mail address.
    reach: String,
}

/// How many tables there are. Each grows by itself, so that no row waits for all of them.
const SHARDS: usize = 64;

impl Default for Seen {
    fn default() -> Self {
        let [high, low] = [RandomState::new(), RandomState::new()].map(|state| state.hash_one(0));
        Self {
            key: SipHasher13::new_with_keys(high, low),
            shards: vec![Shard::default(); SHARDS],
            reach: String::new(),
        }
    }
}

impl Seen {
    /// The first row with the same lead id, or the same telephone and e-mail; if there is none, this row becomes it.
    pub(super) fn first(&mut self, lead: &Lead, row: u64) -> Option<u64> {
        let id = Some(self.hash(lead.id.as_str()));
        let reach = match (&lead.contact.phones[0].number, &lead.contact.email) {
            (Some(phone), Some(email)) => {
                self.reach.clear();
                // No id holds a line break, so none is taken for this.
                self.reach.extend([phone.as_str(), "\n", email.as_str()]);
                Some(self.hash(&self.reach))
            }
            _ => None,
        };
        let keys = [id, reach];
        let known = keys
            .into_iter()
            .flatten()
            .filter_map(|key| self.shards[shard(key)].row(key))
            .min();
        if known.is_none() {
            for key in keys.into_iter().flatten() {
                self.shards[shard(key)].insert(key, row);
            }
        }
        known
    }

    fn hash(&self, text: &str) -> u128 {
        self.key.hash(text.as_bytes()).as_u128()
    }

    /// The bytes that the tables take.
    #[cfg(test)]
    fn bytes(&self) -> usize {
        self.shards.iter().map(Shard::bytes).sum()
    }
}

/// The table that a hash belongs to, by its lowest bits.
const fn shard(hash: u128) -> usize {
    (hash % SHARDS as u128) as usize
}

/// A sorted array with gaps: an entry stands at the place that its hash points to or, where others stand there, as little
/// behind it as their order allows. So it can be nine tenths full and grow by a small part.
///
/// An entry is the upper 92 bits of the hash and the number of the row; 0 is a gap, since rows count from 1. With the bits that
/// choose the table 98 count, so that among ten million rows one lead is taken for another with a chance below 1 in 10^15, where
/// 64 bits, at 1 in 100,000, would lose one now and then without a word.
///
/// The array stands in chunks of one size, which never move: arrays that move to larger places leave holes behind them that no
/// other fits into.
#[derive(Clone, Default)]
#[expect(clippy::vec_box, reason = "a chunk stays where it is when their list grows")]
struct Shard {
    chunks: Vec<Box<[u128; CHUNK]>>,
    used: usize,
}

const CHUNK: usize = 128;
const ROW_BITS: u32 = 36;
const ROW_MASK: u128 = (1 << ROW_BITS) - 1;

impl Shard {
    /// The row of a hash.
    fn row(&self, hash: u128) -> Option<u64> {
        let entry = self.entry(self.place(hash))?;
        let is_same = entry != 0 && entry >> ROW_BITS == hash >> ROW_BITS;
        is_same.then(|| u64::try_from(entry & ROW_MASK).ok())?
    }

    /// Adds a hash that is not there.
    fn insert(&mut self, hash: u128, row: u64) {
        // 92 of 100 places.
        if (self.used + 1) * 25 > self.places() * 23 {
            self.grow();
        }
        self.used += 1;
        let mut entry = hash & !ROW_MASK | u128::from(row) & ROW_MASK;
        loop {
            // Each takes the place of the next one, up to the first gap.
            let place = self.place(entry);
            let mut begin = place % CHUNK;
            for chunk in self.chunks.iter_mut().skip(place / CHUNK) {
                for next in &mut chunk[begin..] {
                    std::mem::swap(next, &mut entry);
                    if entry == 0 {
                        return;
                    }
                }
                begin = 0;
            }
            self.grow();
        }
    }

    const fn places(&self) -> usize {
        self.chunks.len() * CHUNK
    }

    fn entry(&self, place: usize) -> Option<u128> {
        Some(self.chunks.get(place / CHUNK)?[place % CHUNK])
    }

    /// Where a hash stands, or belongs: at the first gap or entry that is not below it.
    fn place(&self, hash: u128) -> usize {
        let hash = hash & !ROW_MASK;
        let mut place = home(hash, self.places());
        while self.entry(place).is_some_and(|entry| entry != 0 && entry < hash) {
            place += 1;
        }
        place
    }

    /// Adds a twelfth of the places, one chunk at least, and spreads the entries over all of them.
    fn grow(&mut self) {
        loop {
            let more = (self.chunks.len() / 12).max(1);
            self.chunks.reserve_exact(more);
            self.chunks.extend((0..more).map(|_| Box::new([0; CHUNK])));
            if self.spread() {
                return;
            }
        }
    }

    /// Moves each entry to its place; false where the last ones have no room there.
    fn spread(&mut self) -> bool {
        let places = self.places();
        // First all go to the end, in their order, so that each is read before its place is written.
        let mut begin = places;
        for read in (0..places).rev() {
            let entry = std::mem::take(self.at(read));
            if entry != 0 {
                begin -= 1;
                *self.at(begin) = entry;
            }
        }
        let mut next = 0;
        let mut have_room = true;
        for read in begin..places {
            let entry = std::mem::take(self.at(read));
            let wanted = home(entry, places).max(next);
            have_room &= wanted <= read;
            let place = wanted.min(read);
            *self.at(place) = entry;
            next = place + 1;
        }
        have_room
    }

    fn at(&mut self, place: usize) -> &mut u128 {
        &mut self.chunks[place / CHUNK][place % CHUNK]
    }

    #[cfg(test)]
    fn bytes(&self) -> usize {
        self.places() * size_of::<u128>() + self.chunks.capacity() * size_of::<usize>() + size_of::<Self>()
    }
}

/// The place that a hash points to among so many; the last ones are left to those that find theirs taken.
const fn home(hash: u128, places: usize) -> usize {
    let places = places.saturating_sub(places / 32 + 4);
    (((hash >> 64) * places as u128) >> 64) as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_id_or_the_same_phone_and_email_repeat_a_row() {
        let lead = |id: &str, phone: &str| {
            let lead = Lead::builder().id(id).phone_1(phone).email("jane@example.com");
            lead.build().unwrap()
        };
        let mut seen = Seen::default();
        assert_eq!(seen.first(&lead("a", "+15125550100"), 1), None);
        assert_eq!(seen.first(&lead("b", "+15125550101"), 2), None);
        assert_eq!(seen.first(&lead("c", "+15125550101"), 3), Some(2));
        assert_eq!(seen.first(&lead("a", "+15125550102"), 4), Some(1));
    }

    #[test]
    fn every_row_is_found_again_and_costs_forty_bytes_at_most() {
        const ROWS: u64 = 60_000;
        let keys = |seen: &Seen, row: u64| [row.to_string(), format!("{row}@example.com")].map(|key| seen.hash(&key));
        let mut seen = Seen::default();
        for row in 1..=ROWS {
            for key in keys(&seen, row) {
                assert_eq!(seen.shards[shard(key)].row(key), None);
                seen.shards[shard(key)].insert(key, row);
            }
            assert!(
                row < 30_000 || row % 97 > 0 || seen.bytes() <= 40 * row as usize,
                "{row}"
            );
        }
        for row in 1..=ROWS {
            for key in keys(&seen, row) {
                assert_eq!(seen.shards[shard(key)].row(key), Some(row));
            }
        }
    }

    #[test]
    fn hashes_that_point_to_one_place_are_told_apart() {
        let mut table = Shard::default();
        for row in 1..=500 {
            let hash = u128::MAX - (u128::from(row) << ROW_BITS);
            assert_eq!(table.row(hash), None);
            table.insert(hash, row);
        }
        assert!((1..=500).all(|row| table.row(u128::MAX - (u128::from(row) << ROW_BITS)) == Some(row)));
    }
}
