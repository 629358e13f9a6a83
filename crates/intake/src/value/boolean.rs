//! Yes and no, as check boxes, forms and databases write them.

use leadsink_core::value::Ownership;

use super::absent::is_absent;
use super::clean::{key, plain};
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

/// The words for yes and no. Two answers at once, as in the label `yes/no`, are none.
pub(super) fn yes_or_no(text: &str) -> Option<bool> {
    let text = plain(text);
    match &*text {
        "1" | "1.0" | "✓" | "✔" | "☑" | "✅" => return Some(true),
        "0" | "0.0" | "☐" | "□" | "✗" | "✘" | "❌" | "[ ]" | "( )" => return Some(false),
        coded if coded.starts_with(|c: char| c.is_numeric()) => return by_code_and_word(coded),
        signed if signed.starts_with(['-', '+']) => return None,
        _ => {}
    }
    by_words(&key(&text))
}

/// Reads `1 - Yes` and `0 - No`. The word counts, unless a zero contradicts it.
fn by_code_and_word(text: &str) -> Option<bool> {
    let (code, word) = text.split_at_checked(1)?;
    let word = word.strip_prefix(|c: char| matches!(c, ' ' | '-' | '.' | ':' | '=' | ')'))?;
    by_words(&key(word)).filter(|yes| code != "0" || !yes)
}

fn by_words(key: &str) -> Option<bool> {
    if is_yes_word(key) {
        return Some(true);
    }
    match key {
        "false" | "f" | "n" | "off" | "unchecked" | "disabled" | "inactive" | "declined" | "opt out" | "opted out"
        | "optout" | "disagree" | "unselected" | "deselected" | "never" | "falsch" | "faux" | "falso" => {
            return Some(false);
        }
        _ => {}
    }
    if key.strip_prefix("not ").is_some_and(is_yes_word) {
        return Some(false);
    }
    // `Yes, I am the homeowner`, `No thanks`.
    let mut words = key.split(' ');
    let answer = begins_with_answer(words.next()?)?;
    let second = words.next().unwrap_or_default();
    if key.contains(' ')
        && key
            .split(' ')
            .all(|word| is_joiner(word) || begins_with_answer(word).is_some())
    {
        let mut answers = key.split(' ').filter_map(begins_with_answer);
        let all_agree = answers.all(|other| other == answer);
        return all_agree.then_some(answer);
    }
    let says_nothing = matches!(
        (key.split(' ').next(), second),
        (
            Some("no"),
            "answer" | "response" | "idea" | "preference" | "opinion" | "info" | "information" | "selection"
        ) | (Some("non"), "applicable" | "renseigne" | "specifie" | "disponible")
    );
    (!says_nothing).then_some(answer)
}

fn is_yes_word(key: &str) -> bool {
    matches!(
        key,
        "true"
            | "t"
            | "y"
            | "on"
            | "checked"
            | "x"
            | "enabled"
            | "active"
            | "agree"
            | "agreed"
            | "accept"
            | "accepted"
            | "i agree"
            | "opt in"
            | "opted in"
            | "optin"
            | "selected"
            | "wahr"
            | "vrai"
            | "verdadero"
    )
}

fn is_joiner(word: &str) -> bool {
    matches!(word, "or" | "and" | "ou" | "oder")
}

fn begins_with_answer(word: &str) -> Option<bool> {
    match word {
        "yes" | "yep" | "yeah" | "yup" | "si" | "oui" | "ja" => Some(true),
        "no" | "nope" | "nah" | "non" | "nein" => Some(false),
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
    // What nearly every form writes.
    match text {
        "Yes" | "yes" | "YES" | "Own" | "own" => return Ok(Some(Ownership::Own)),
        "No" | "no" | "NO" | "Rent" | "rent" => return Ok(Some(Ownership::Rent)),
        _ => {}
    }
    let answer = |yes| if yes { Ownership::Own } else { Ownership::Rent };
    tenure(&key(text))
        .or_else(|| yes_or_no(text).map(answer))
        .map(Some)
        .ok_or(OWNERSHIP)
}

fn tenure(key: &str) -> Option<Ownership> {
    let (mut own, mut rent, mut other) = (false, false, false);
    let mut not = key.starts_with("no soy ");
    for word in key.split(' ') {
        match word {
            "own" | "owns" | "owned" | "owner" | "owners" | "owning" | "homeowner" | "homeowners" | "mortgage"
            | "mortgaged" | "propietario" | "propietaria" | "dueno" | "duena" | "proprietaire" | "proprietaires"
            | "eigentumer" | "eigentumerin" | "eigentuemer" | "hausbesitzer" => own = true,
            "rent" | "rents" | "rented" | "renter" | "renting" | "rental" | "tenant" | "lease" | "leased"
            | "leasing" | "lessee" | "inquilino" | "inquilina" | "alquilo" | "arrendatario" | "locataire"
            | "locataires" | "mieter" | "mieterin" => rent = true,
            "other" | "neither" | "family" | "parents" | "relatives" | "friends" => other = true,
            "not" | "dont" | "doesnt" | "non" | "isnt" | "pas" | "kein" | "keine" | "nicht" => not = true,
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
            ("yup", Ok(Some(true))),
            ("Oui", Ok(Some(true))),
            ("Ja", Ok(Some(true))),
            ("WAHR", Ok(Some(true))),
            ("VRAI", Ok(Some(true))),
            ("VERDADERO", Ok(Some(true))),
            ("si", Ok(Some(true))),
            ("selected", Ok(Some(true))),
            ("1 - Yes", Ok(Some(true))),
            ("[x]", Ok(Some(true))),
            ("yes yes", Ok(Some(true))),
            ("\"yes\"", Ok(Some(true))),
            ("nope", Ok(Some(false))),
            ("Non", Ok(Some(false))),
            ("nein", Ok(Some(false))),
            ("FALSCH", Ok(Some(false))),
            ("FAUX", Ok(Some(false))),
            ("FALSO", Ok(Some(false))),
            ("not selected", Ok(Some(false))),
            ("Not checked", Ok(Some(false))),
            ("unchecked", Ok(Some(false))),
            ("0 - No", Ok(Some(false))),
            ("2. No", Ok(Some(false))),
            ("[ ]", Ok(Some(false))),
            ("no, thank you", Ok(Some(false))),
            ("yes/no", Err("boolean_unknown")),
            ("yes no", Err("boolean_unknown")),
            ("yes or no", Err("boolean_unknown")),
            ("Yes / No", Err("boolean_unknown")),
            ("no/yes", Err("boolean_unknown")),
            ("yes and no", Err("boolean_unknown")),
            ("oui/non", Err("boolean_unknown")),
            ("non-owner", Ok(Some(false))),
            ("Y/N", Err("boolean_unknown")),
            ("0 - Yes", Err("boolean_unknown")),
            ("no answer", Err("boolean_unknown")),
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
            ("Propietario", Ok(Some(Ownership::Own))),
            ("propriétaire", Ok(Some(Ownership::Own))),
            ("Eigentümer", Ok(Some(Ownership::Own))),
            ("inquilino", Ok(Some(Ownership::Rent))),
            ("Locataire", Ok(Some(Ownership::Rent))),
            ("Mieter", Ok(Some(Ownership::Rent))),
            ("No soy propietario", Ok(Some(Ownership::Rent))),
            ("yes/no", Err("ownership_unknown")),
            ("own or rent", Err("ownership_unknown")),
            ("-1", Err("ownership_unknown")),
            ("maybe", Err("ownership_unknown")),
        ] {
            assert_eq!(ownership(input).map_err(|bad| bad.code), wanted, "{input}");
        }
    }
}
