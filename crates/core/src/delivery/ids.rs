//! The id of a delivery, and the token by which a late answer finds its way back.

use std::fmt::{self, Write as _};
use std::hash::{BuildHasherDefault, Hash, Hasher};

use uuid::Uuid;

use crate::LeadId;
use crate::value::NotCanonical;

/// The name space of delivery ids. Fixed for ever: changing it would make every lead look new.
const DELIVERIES: Uuid = Uuid::from_u128(0x6b1f_2d0c_93a4_4e57_8c1d_5f0e_7a92_b346);

/// The id of the delivery of one lead to one sink: the UUIDv5 of both, so that every process computes the same one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct DeliveryId(Uuid);

impl DeliveryId {
    /// The id for a lead and the configured name of a sink.
    #[must_use]
    pub fn new(lead: &LeadId, sink: &str) -> Self {
        // The length keeps apart pairs that would join to the same text.
        let lead = lead.as_str();
        let mut name = String::with_capacity(sink.len() + lead.len() + 8);
        if let Some(digit) = u32::try_from(sink.len())
            .ok()
            .and_then(|length| char::from_digit(length, 10))
        {
            name.push(digit);
        } else {
            // Nothing fails on the way into a string.
            let _ = write!(name, "{}", sink.len());
        }
        name.push(':');
        name.push_str(sink);
        name.push_str(lead);
        Self(Uuid::new_v5(&DELIVERIES, name.as_bytes()))
    }

    /// The id as a UUID.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl Hash for DeliveryId {
    /// Half of it is enough: it is a digest already.
    fn hash<H: Hasher>(&self, state: &mut H) {
        state.write_u64(self.0.as_u64_pair().1);
    }
}

/// Hashes [`DeliveryId`]s, which are digests already and need no second one: by their last half alone.
///
/// ```
/// use std::collections::HashMap;
/// use leadsink_core::{ByDelivery, DeliveryId, LeadId};
///
/// let mut rows = HashMap::<DeliveryId, u64, ByDelivery>::default();
/// rows.insert(DeliveryId::new(&LeadId::new("crm-42")?, "main"), 7);
/// # Ok::<(), leadsink_core::value::NotCanonical>(())
/// ```
pub type ByDelivery = BuildHasherDefault<DigestHasher>;

/// What [`ByDelivery`] makes.
#[derive(Clone, Copy, Default, Debug)]
pub struct DigestHasher(u64);

impl Hasher for DigestHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64((*byte).into());
        }
    }

    fn write_u64(&mut self, half: u64) {
        self.0 = self.0.rotate_left(8) ^ half;
    }
}

impl fmt::Display for DeliveryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl serde::Serialize for DeliveryId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.0.hyphenated().encode_lower(&mut Uuid::encode_buffer()))
    }
}

/// An unguessable token that stands in a call-back address and says whose late answer it is.
///
/// Whoever files a delivery mints it once, from 128 random bits, and keeps it with the delivery. `Debug` is redacted:
/// who knows the token can forge the answer.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct CallbackToken(Box<str>);

impl CallbackToken {
    /// The token from 128 random bits, as 32 hexadecimal digits.
    #[must_use]
    pub fn from_bits(bits: u128) -> Self {
        Self(format!("{bits:032x}").into())
    }

    /// The place-holder that stands where nothing will be sent.
    #[must_use]
    pub fn dry_run() -> Self {
        Self("dry-run".into())
    }

    /// Reads a token that was stored or came back.
    ///
    /// # Errors
    /// When it is not 32 hexadecimal digits in lower case.
    pub fn parse(text: &str) -> Result<Self, NotCanonical> {
        let hex = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
        if text.len() == 32 && text.bytes().all(hex) {
            Ok(Self(text.into()))
        } else {
            Err(NotCanonical::new(
                "call-back token",
                "it is not 32 hexadecimal digits in lower case",
            ))
        }
    }

    /// The token as it stands in the address.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for CallbackToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CallbackToken(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_delivery_id_depends_on_lead_and_sink_alone() {
        let id = |lead: &str, sink: &str| DeliveryId::new(&LeadId::new(lead).unwrap(), sink);
        assert_eq!(id("1", "ntherm"), id("1", "ntherm"));
        assert_ne!(id("1", "ntherm"), id("1", "enerflo"));
        assert_ne!(id("bc", "a"), id("c", "ab"));
        // Kept for ever: stored deliveries are found by it.
        assert_eq!(
            id("crm-42", "ntherm").to_string(),
            "38f71a3b-c7ea-5dec-a0ec-82859e783af2"
        );
    }

    #[test]
    fn a_token_reads_back_and_stays_out_of_debug() {
        let token = CallbackToken::from_bits(0xfeed);
        assert_eq!(CallbackToken::parse(token.as_str()), Ok(token.clone()));
        assert!(CallbackToken::parse("dry-run").is_err());
        assert_eq!(format!("{token:?}"), "CallbackToken(***)");
    }
}
