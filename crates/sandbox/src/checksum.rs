//! What is known of all bodies together, in three numbers: enough to prove that a million leads arrived as they were
//! sent, in whatever order, and nothing that would have to be kept per lead.

use serde::{Serialize, Serializer};

/// Counts bodies and sums their hashes, so that the order of arrival does not show.
///
/// A client that [adds](Self::add) each body it sends to a checksum of its own must end with an equal one. The hash of a
/// body is FNV-1a of 64 bits, put through the last steps of splitmix64; `sum` is their sum modulo 2^64. In JSON
/// it is 16 hexadecimal digits, since many readers of JSON round numbers of that size.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Checksum {
    /// Requests that were read to their end, refused ones and those without a body included.
    pub requests: u64,
    /// The bytes of their bodies.
    pub bytes: u64,
    /// The sum of the hashes of their bodies.
    #[serde(serialize_with = "hexadecimal")]
    pub sum: u64,
}

impl Checksum {
    /// Takes one more body into account.
    pub fn add(&mut self, body: &[u8]) {
        self.requests += 1;
        self.bytes += body.len() as u64;
        self.sum = self.sum.wrapping_add(hash(body));
    }
}

fn hexadecimal<S: Serializer>(sum: &u64, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&format_args!("{sum:016x}"))
}

/// Hashes bytes. Without the mixing, a difference in the last bytes would reach few bits, and two such differences
/// could cancel out in a sum.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    let fnv = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
    mix(bytes.iter().fold(0xcbf2_9ce4_8422_2325, fnv))
}

/// Spreads every bit over all others: the last steps of splitmix64.
pub(crate) const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(bodies: &[&str]) -> Checksum {
        let mut checksum = Checksum::default();
        bodies.iter().for_each(|body| checksum.add(body.as_bytes()));
        checksum
    }

    #[test]
    fn order_does_not_show_and_everything_else_does() {
        let all = of(&[r#"{"a":"1"}"#, r#"{"b":"2"}"#]);
        assert_eq!(all, of(&[r#"{"b":"2"}"#, r#"{"a":"1"}"#]));
        assert_eq!((all.requests, all.bytes), (2, 18));
        for other in [
            of(&[r#"{"a":"2"}"#, r#"{"b":"1"}"#]),
            of(&[r#"{"a":"1"}"#, r#"{"a":"1"}"#]),
            of(&[r#"{"a":"1"}"#, r#"{"b":"3"}"#]),
        ] {
            assert_ne!(all.sum, other.sum);
        }
        assert_ne!(all, of(&[r#"{"a":"1"}"#, r#"{"b":"2"}"#, ""]));
    }

    #[test]
    fn hash_is_the_published_one() {
        // FNV-1a's own test vector for "foobar" is 0x85944171f73967e8.
        assert_eq!(hash(b"foobar"), mix(0x8594_4171_f739_67e8));
        // The first draw of splitmix64 with the seed 0.
        assert_eq!(mix(0x9e37_79b9_7f4a_7c15), 0xe220_a839_7b1d_cdaf);
    }

    #[test]
    fn json_has_the_sum_in_hexadecimal() {
        let checksum = Checksum {
            requests: 1,
            bytes: 2,
            sum: 0xabc,
        };
        assert_eq!(
            serde_json::to_string(&checksum).unwrap(),
            r#"{"requests":1,"bytes":2,"sum":"0000000000000abc"}"#
        );
    }
}
