//! The digest of a record as it was read: whether a lead that is known has changed.

use leadsink::intake::Record;
use leadsink::outbox::RawHash;
use siphasher::sip128::{Hasher128 as _, SipHasher13};

use crate::address::SINK;
use crate::send::{CODE, MESSAGE};

/// Digests what a record holds, whatever the order of its columns: a sum of a digest for each cell with its header. Blank cells
/// and the columns that this program adds itself do not count, so that a row of a rejects file is the row it was made from.
pub(super) fn digest(header: &[String], record: &Record) -> RawHash {
    let mut sum = 0_u128;
    for (index, cell) in record.cells().enumerate() {
        let name = header.get(index).map_or("", String::as_str);
        if cell.trim().is_empty() || [CODE, MESSAGE, SINK].contains(&name) {
            continue;
        }
        sum = sum.wrapping_add(cell_digest(name, cell));
    }
    let mut digest = [0; 32];
    digest[..16].copy_from_slice(&sum.to_be_bytes());
    RawHash(digest)
}

fn cell_digest(name: &str, cell: &str) -> u128 {
    use std::hash::Hasher as _;
    let mut hasher = SipHasher13::new();
    hasher.write(name.as_bytes());
    // No header holds it.
    hasher.write(&[0]);
    hasher.write(cell.as_bytes());
    hasher.finish128().as_u128()
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use leadsink::intake::{self, ReadOptions};

    use super::*;

    fn of(text: &str) -> RawHash {
        let input = Cursor::new(text.to_owned().into_bytes());
        let mut reader = intake::read(input, "test.csv", &ReadOptions::new()).unwrap();
        let row = reader.next().unwrap().unwrap();
        digest(reader.header(), &row.record)
    }

    #[test]
    fn what_counts_is_what_the_cells_say() {
        let one = of("id,email,city\n7,a@example.com,Austin\n");
        for alike in [
            "email,id,city\na@example.com,7,Austin\n",
            "id,email,city,state\n7,a@example.com,Austin, \n",
            "id,email,city,leadsink_code,leadsink_message,leadsink_sink\n7,a@example.com,Austin,required,missing,main\n",
        ] {
            assert_eq!(of(alike), one, "{alike}");
        }
        for other in [
            "id,email,city\n7,a@example.com,Dallas\n",
            "id,email,city\n7,Austin,a@example.com\n",
            "id,email,city,state\n7,a@example.com,Austin,TX\n",
        ] {
            assert_ne!(of(other), one, "{other}");
        }
    }

    #[test]
    fn digests_that_are_stored_stay_what_they_are() {
        let digest = of("id,email,city\n7,a@example.com,Austin\n").0;
        let sum = u128::from_be_bytes(digest[..16].try_into().unwrap());
        assert_eq!(format!("{sum:032x}"), "4f5eccb54d414b0f480e65d345e02024");
    }
}
