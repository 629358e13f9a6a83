//! The standard fields, as far as the vendor has published them.

use std::collections::HashSet;
use std::sync::LazyLock;

/// 551 ids, separated by blanks and line breaks.
static FIELDS: LazyLock<HashSet<&str>> =
    LazyLock::new(|| include_str!("fields.txt").split_ascii_whitespace().collect());

/// Tells whether the id is a standard field, or a parameter of the endpoint.
pub(super) fn is_standard(name: &str) -> bool {
    name == "trustedform_ping_url" || FIELDS.contains(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_known_by_their_whole_id() {
        for name in [
            "first_name",
            "utility.electric.monthly_amount",
            "trustedform_cert_url",
            "leadid_id",
        ] {
            assert!(is_standard(name), "{name}");
        }
        for name in ["", "first", "utility.electric", "project.name"] {
            assert!(!is_standard(name), "{name}");
        }
        assert_eq!(FIELDS.len(), 551);
    }
}
