//! The two-letter codes that pass for a state: the states, the district, the territories, the freely associated states
//! and the military.

const STATES: [&str; 62] = [
    "AA", "AE", "AK", "AL", "AP", "AR", "AS", "AZ", "CA", "CO", "CT", "DC", "DE", "FL", "FM", "GA", "GU", "HI", "IA",
    "ID", "IL", "IN", "KS", "KY", "LA", "MA", "MD", "ME", "MH", "MI", "MN", "MO", "MP", "MS", "MT", "NC", "ND", "NE",
    "NH", "NJ", "NM", "NV", "NY", "OH", "OK", "OR", "PA", "PR", "PW", "RI", "SC", "SD", "TN", "TX", "UT", "VA", "VI",
    "VT", "WA", "WI", "WV", "WY",
];

/// Tells whether the text is such a code, in capitals.
pub(super) fn is_state(text: &str) -> bool {
    STATES.binary_search(&text).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_and_complete() {
        assert!(STATES.is_sorted());
        // 50 states, the district, 5 territories, 3 freely associated states, 3 military codes.
        assert_eq!(STATES.len(), 50 + 1 + 5 + 3 + 3);
    }

    #[test]
    fn only_codes_in_capitals_pass() {
        assert!(is_state("OH") && is_state("DC") && is_state("PR") && is_state("AE"));
        assert!(!is_state("ca") && !is_state("C") && !is_state("CA3") && !is_state("ZZ") && !is_state(""));
    }
}
