//! Finds the name that somebody probably meant.

/// The candidate that is nearest to a misspelt name, if any is near enough to be worth naming.
#[must_use]
pub fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let name = name.to_lowercase();
    let scored = candidates
        .into_iter()
        .map(|candidate| (strsim::damerau_levenshtein(&name, &candidate.to_lowercase()), candidate));
    let (distance, candidate) = scored.min_by_key(|(distance, _)| *distance)?;
    (distance <= 2.max(name.chars().count() / 3)).then_some(candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_names_are_suggested_and_far_ones_are_not() {
        assert_eq!(suggest("campain", ["password", "campaign"]), Some("campaign"));
        assert_eq!(suggest("xyz", ["password", "campaign"]), None);
    }
}
