//! What names a lead, a delivery, a claim and a worker in a store. All randomness and time come from the caller.

use leadsink_core::Timestamp;
use uuid::Uuid;

/// A UUIDv7 from a time and 80 random bits.
fn uuid7(at: Timestamp, random: [u8; 10]) -> Uuid {
    let millis = u64::try_from(at.as_millisecond()).unwrap_or(0);
    uuid::Builder::from_unix_timestamp_millis(millis, &random).into_uuid()
}

macro_rules! uuid_newtype {
    ($(#[$meta:meta])* $name:ident) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Uuid);

        impl $name {
            /// A new one, from the time and 80 random bits.
            #[must_use]
            pub fn new(at: Timestamp, random: [u8; 10]) -> Self {
                Self(uuid7(at, random))
            }

            /// One that was stored.
            #[must_use]
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// As a UUID.
            #[must_use]
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }
    };
}

uuid_newtype! {
    /// One revision of a lead in a store: a UUIDv7, minted by whoever accepts it.
    LeadUid
}

uuid_newtype! {
    /// One worker, from the start of its process to its end. A lease of any other worker of an embedded store is an orphan.
    WorkerId
}

/// The number of a delivery in its store.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DeliveryNo(pub i64);

/// One claim of one delivery. Whatever a worker says about a delivery it says with the fence of its claim, so that one whose
/// lease was given to another is recognised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fence {
    /// The delivery.
    pub delivery: DeliveryNo,
    /// How often it has been claimed, this time included. Claims that spend no attempt count too.
    pub claim: u32,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_sorts_by_its_time() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let early = LeadUid::new(at(1_700_000_000), [0xff; 10]);
        let late = LeadUid::new(at(1_700_000_001), [0; 10]);
        assert!(early < late);
        assert_eq!(early.as_uuid().get_version_num(), 7);
    }
}
