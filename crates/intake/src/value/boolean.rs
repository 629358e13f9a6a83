//! Yes and no, as check boxes, forms and databases write them.

use leadsink_core::value::Ownership;

use super::clean::{is_absent, key, plain};
use super::{BadValue, Parsed};

const BOOLEAN: BadValue = BadValue::new("boolean_unknown", "it is neither yes nor no; write `true` or `false`");
const OWNERSHIP: BadValue = BadValue::new(
    "ownership_unknown",
    "it does not say whether the home is owned; write `own`, `rent` or `other`",
);

/// Reads a yes or no: `true`, `Y`, `1`, `on`, `checked` and their opposites. Where a box asks about the home, `own` is a
/// yes and `rent` a no.
///
/// # Errors
/// When the text is neither.
pub fn parse(text: &str) -> Parsed<bool> {
    if is_absent(text) {
        return Ok(None);
    }
    yes_or_no(text).or_else(|| by_tenure(text)).map(Some).ok_or(BOOLEAN)
}

fn yes_or_no(text: &str) -> Option<bool> {
    let text = plain(text);
    match &*text {
        "1" | "1.0" | "✓" | "✔" | "☑" | "✅" => return Some(true),
        "0" | "0.0" | "☐" | "✗" | "✘" | "❌" => return Some(false),
        number if number.starts_with(|c: char| c.is_numeric() || c == '-' || c == '+') => return None,
        _ => {}
    }
    let key = key(&text);
    match key.as_str() {
        "true" | "t" | "y" | "on" | "checked" | "x" | "enabled" | "active" | "agree" | "agreed" | "accept"
        | "accepted" | "i agree" | "opt in" | "opted in" | "optin" | "selected" => return Some(true),
        "false" | "f" | "n" | "off" | "unchecked" | "disabled" | "inactive" | "declined" | "opt out" | "opted out"
        | "optout" | "disagree" | "unselected" | "never" => return Some(false),
        _ => {}
    }
    // `Yes, I am the homeowner`, `No thanks`.
    match key.split(' ').next() {
        Some("yes" | "yep" | "yeah" | "si") => Some(true),
        Some("no" | "nope") => Some(false),
        _ => None,
    }
}

fn by_tenure(text: &str) -> Option<bool> {
    match tenure(&key(text))? {
        Ownership::Own => Some(true),
        Ownership::Rent => Some(false),
        _ => None,
    }
}

/// Reads whether the person owns the home: `own`, `Renter`, `I live with my parents`, or a yes or no to "do you own
/// your home?".
///
/// # Errors
/// When the text is none of them.
pub fn ownership(text: &str) -> Parsed<Ownership> {
    if is_absent(text) {
        return Ok(None);
    }
    let answer = |yes| if yes { Ownership::Own } else { Ownership::Rent };
    tenure(&key(text))
        .or_else(|| yes_or_no(text).map(answer))
        .map(Some)
        .ok_or(OWNERSHIP)
}

fn tenure(key: &str) -> Option<Ownership> {
    let (mut own, mut rent, mut other, mut not) = (false, false, false, false);
    for word in key.split(' ') {
        match word {
            "own" | "owns" | "owned" | "owner" | "owners" | "owning" | "homeowner" | "homeowners" | "mortgage"
            | "mortgaged" => own = true,
            "rent" | "rents" | "rented" | "renter" | "renting" | "rental" | "tenant" | "lease" | "leased"
            | "leasing" | "lessee" => rent = true,
            "other" | "neither" | "family" | "parents" | "relatives" | "friends" => other = true,
            "not" | "dont" | "doesnt" | "non" | "isnt" => not = true,
            _ => {}
        }
    }
    match (own, rent, other, not) {
        (true, false, false, false) => Some(Ownership::Own),
        (true, false, false, true) | (false, true, _, false) => Some(Ownership::Rent),
        (false, false, true, _) => Some(Ownership::Other),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn yes_and_no_are_read_in_many_forms() {
        for (input, wanted) in [
            ("true", Ok(Some(true))),
            (" TRUE ", Ok(Some(true))),
            ("Yes", Ok(Some(true))),
            ("Y", Ok(Some(true))),
            ("1", Ok(Some(true))),
            ("1.0", Ok(Some(true))),
            ("on", Ok(Some(true))),
            ("checked", Ok(Some(true))),
            ("x", Ok(Some(true))),
            ("✔️", Ok(Some(true))),
            ("Sí", Ok(Some(true))),
            ("yes, I am the homeowner", Ok(Some(true))),
            ("own", Ok(Some(true))),
            ("Homeowner", Ok(Some(true))),
            ("false", Ok(Some(false))),
            ("no", Ok(Some(false))),
            ("N", Ok(Some(false))),
            ("0", Ok(Some(false))),
            ("off", Ok(Some(false))),
            ("rent", Ok(Some(false))),
            ("", Ok(None)),
            ("n/a", Ok(None)),
            ("null", Ok(None)),
            ("-1", Err("boolean_unknown")),
            ("2", Err("boolean_unknown")),
            ("10", Err("boolean_unknown")),
            ("maybe", Err("boolean_unknown")),
            ("not sure", Err("boolean_unknown")),
        ] {
            assert_eq!(parse(input).map_err(|bad| bad.code), wanted, "{input}");
        }
    }

    #[test]
    fn ownership_is_read_from_words_and_from_yes_and_no() {
        for (input, wanted) in [
            ("own", Ok(Some(Ownership::Own))),
            ("Owned", Ok(Some(Ownership::Own))),
            ("Home Owner", Ok(Some(Ownership::Own))),
            ("I_own_my_home", Ok(Some(Ownership::Own))),
            ("Y", Ok(Some(Ownership::Own))),
            ("yes", Ok(Some(Ownership::Own))),
            ("Yes, I own it", Ok(Some(Ownership::Own))),
            ("rent", Ok(Some(Ownership::Rent))),
            ("Renter", Ok(Some(Ownership::Rent))),
            ("No, I rent", Ok(Some(Ownership::Rent))),
            ("no", Ok(Some(Ownership::Rent))),
            ("I don't own", Ok(Some(Ownership::Rent))),
            ("non-owner", Ok(Some(Ownership::Rent))),
            ("I live with my parents", Ok(Some(Ownership::Other))),
            ("other", Ok(Some(Ownership::Other))),
            ("n/a", Ok(None)),
            ("own or rent", Err("ownership_unknown")),
            ("-1", Err("ownership_unknown")),
            ("maybe", Err("ownership_unknown")),
        ] {
            assert_eq!(ownership(input).map_err(|bad| bad.code), wanted, "{input}");
        }
    }
}
