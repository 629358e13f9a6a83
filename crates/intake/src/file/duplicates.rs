//! Finds rows that repeat an earlier good row. Keeps 128-bit hashes only: about 100 bytes a lead, whatever its size.

use std::collections::HashMap;

use leadsink_core::Lead;
use uuid::Uuid;

/// The code of such a row.
pub(super) const CODE: &str = "duplicate_row";

/// The rows that were good so far.
#[derive(Default)]
pub(super) struct Seen {
    rows: HashMap<Uuid, u64>,
}

impl Seen {
    /// The first row with the same lead id, or the same telephone and e-mail; if there is none, this row becomes it.
    pub(super) fn first(&mut self, lead: &Lead, row: u64) -> Option<u64> {
        let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, lead.id.as_str().as_bytes());
        let reach = match (&lead.contact.phones[0].number, &lead.contact.email) {
            (Some(phone), Some(email)) => {
                let text = format!("{}\n{}", phone.as_str(), email.as_str());
                Some(Uuid::new_v5(&Uuid::NAMESPACE_URL, text.as_bytes()))
            }
            _ => None,
        };
        let keys = [Some(id), reach];
        let known = keys
            .iter()
            .flatten()
            .filter_map(|key| self.rows.get(key))
            .min()
            .copied();
        if known.is_none() {
            self.rows.extend(keys.into_iter().flatten().map(|key| (key, row)));
        }
        known
    }
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
}
