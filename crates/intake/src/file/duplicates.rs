//! Finds rows that repeat an earlier good row. Of each row it keeps two hashes and its number, in 40 bytes at most: the
//! rows of a file may be many, and a table that doubles would hold three times what it needs while it grows.

use std::hash::{BuildHasher as _, Hasher as _, RandomState};

use leadsink_core::Lead;

/// The code of such a row.
pub(super) const CODE: &str = "duplicate_row";

/// The rows that were good so far.
pub(super) struct Seen {
    hashers: [RandomState; 2],
    shards: Vec<Shard>,
    /// Room for a telephone and an e-mail address.
    reach: String,
}

/// How many tables there are. Each grows by itself, so the room for growing is that of one.
const SHARDS: usize = 64;

impl Default for Seen {
    fn default() -> Self {
        Self {
            hashers: [RandomState::new(), RandomState::new()],
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

    /// 128 bits under keys of this run, so that nobody can make two leads collide.
    fn hash(&self, key: &str) -> u128 {
        let [high, low] = self.hashers.each_ref().map(|hasher| {
            let mut hasher = hasher.build_hasher();
            hasher.write(key.as_bytes());
            u128::from(hasher.finish())
        });
        high << 64 | low
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
/// behind it as their order allows. So it can be nine tenths full and grow in place by a small part.
///
/// An entry is the upper 92 bits of the hash and the number of the row. With the bits that choose the table 98 count, so
/// that among ten million rows one lead is taken for another with a chance below 1 in 10^15, where 64 bits, at 1 in
/// 100,000, would lose one now and then without a word.
#[derive(Clone, Default)]
struct Shard {
    /// 0 is a gap: rows count from 1.
    entries: Vec<u128>,
    used: usize,
}

const ROW_BITS: u32 = 36;
const ROW_MASK: u128 = (1 << ROW_BITS) - 1;

impl Shard {
    /// The row of a hash.
    fn row(&self, hash: u128) -> Option<u64> {
        let entry = *self.entries.get(self.place(hash))?;
        let is_same = entry != 0 && entry >> ROW_BITS == hash >> ROW_BITS;
        is_same.then(|| u64::try_from(entry & ROW_MASK).ok())?
    }

    /// Adds a hash that is not there.
    fn insert(&mut self, hash: u128, row: u64) {
        // 92 of 100 places.
        if (self.used + 1) * 25 > self.entries.len() * 23 {
            self.grow();
        }
        let entry = hash & !ROW_MASK | u128::from(row) & ROW_MASK;
        loop {
            let place = self.place(hash);
            let behind = self.entries.get(place..).unwrap_or_default();
            if let Some(gap) = behind.iter().position(|entry| *entry == 0) {
                self.entries.copy_within(place..place + gap, place + 1);
                self.entries[place] = entry;
                self.used += 1;
                return;
            }
            self.grow();
        }
    }

    /// Where a hash stands, or belongs: at the first gap or entry that is not below it.
    fn place(&self, hash: u128) -> usize {
        let hash = hash & !ROW_MASK;
        let home = home(hash, self.entries.len());
        let behind = self.entries.get(home..).unwrap_or_default();
        let ends = behind.iter().position(|entry| *entry == 0 || *entry >= hash);
        home + ends.unwrap_or(behind.len())
    }

    /// Adds a twelfth of the places, some at least, and spreads the entries over all of them.
    fn grow(&mut self) {
        loop {
            let old = self.entries.len();
            let new = old + (old / 12).max(64);
            self.entries.reserve_exact(new - old);
            self.entries.resize(new, 0);
            if self.spread() {
                return;
            }
        }
    }

    /// Moves each entry to its place; false where the last ones have no room there.
    fn spread(&mut self) -> bool {
        let places = self.entries.len();
        // First all go to the end, in their order, so that each is read before its place is written.
        let mut begin = places;
        for read in (0..places).rev() {
            let entry = std::mem::take(&mut self.entries[read]);
            if entry != 0 {
                begin -= 1;
                self.entries[begin] = entry;
            }
        }
        let mut next = 0;
        let mut have_room = true;
        for read in begin..places {
            let entry = std::mem::take(&mut self.entries[read]);
            let wanted = home(entry, places).max(next);
            have_room &= wanted <= read;
            let place = wanted.min(read);
            self.entries[place] = entry;
            next = place + 1;
        }
        have_room
    }

    #[cfg(test)]
    fn bytes(&self) -> usize {
        self.entries.capacity() * size_of::<u128>() + size_of::<Self>()
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
            // While one table is moved to a larger place, it is there twice.
            let moving = seen.shards.iter().map(Shard::bytes).max().unwrap_or_default();
            assert!(
                row < 30_000 || row % 97 > 0 || seen.bytes() + moving <= 40 * row as usize,
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
