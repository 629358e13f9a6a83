//! Whether somebody consents: boxes, answers, and the words by which mailing lists and call centres record a refusal.
//! Apart from plain yes and no because a consent may also be the text that was agreed to.

use leadsink_core::value::Text;

use super::absent::is_absent;
use super::boolean::yes_or_no;
use super::clean::key;
use super::{BadValue, Parsed, text};

/// What a value about consent says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Consent {
    /// The person agreed: a checked box, `yes`, `opted in`.
    Given,
    /// The person did not agree or took the consent back. Such a lead must not be contacted.
    Refused,
    /// The words that were agreed to, or anything else that is no answer.
    Text(Text),
}

/// Reads an answer: `yes`, `checked`, `opted in`; `no`, `unsubscribed`, `I do not agree`. Anything longer is text.
///
/// # Errors
/// When it is both answers at once, such as `yes/no`, or holds a NUL.
pub fn parse(text: &str) -> Parsed<Consent> {
    if is_absent(text) {
        return Ok(None);
    }
    let key = key(text);
    let words: Vec<&str> = key.split(' ').collect();
    if is_label(&words) {
        return Err(BadValue::new(
            "consent_unclear",
            "it is both yes and no; give the answer of the person",
        ));
    }
    if words.len() <= MOST_WORDS_OF_REFUSAL && is_refusal(&key, &words) {
        return Ok(Some(Consent::Refused));
    }
    if words.len() <= MOST_WORDS_OF_CONSENT && (is_one_of(GIVEN, &key) || yes_or_no(text) == Some(true)) {
        return Ok(Some(Consent::Given));
    }
    // `no`, `0 - No`; a sentence that only begins with `no` is text.
    if (words.len() == 1 || words[0] == "0") && yes_or_no(text) == Some(false) {
        return Ok(Some(Consent::Refused));
    }
    Ok(text::parse(text)?.map(Consent::Text))
}

/// A longer sentence is the text of a consent, which tells of refusals too: `you may opt out at any time`.
const MOST_WORDS_OF_REFUSAL: usize = 9;
/// A longer sentence is kept as the words agreed to.
const MOST_WORDS_OF_CONSENT: usize = 4;

/// Answers, apart by `|`.
const GIVEN: &str = "accepte|acepto|aceptado|agree to terms|allow|allowed|approved|confirmed|consent|consent given|consented|\
    consents|de acuerdo|double opt in|einverstanden|given|granted|i accept|i consent|jaccepte|ok|okay|\
    permission granted|permitted|signed|single opt in|subscribe|subscribed|zugestimmt";

const REFUSED: &str = "abgelehnt|baja|blocked|bounced|cancelled|cleaned|complained|consent withdrawn|decline|declined|denied|\
    deny|disagree|disagreed|disagrees|disallowed|dnc|dnd|do not disturb|i decline|i disagree|i refuse|\
    non subscribed|nonsubscribed|opt out|opted out|optedout|optout|please remove me|rechazado|refuse|\
    refused|rejected|remove|remove me|revoked|spam|stop|suppressed|unsubscribe|unsubscribe me|unsubscribed|\
    withdrawn|withheld";

/// What a person who refuses does not do, or does not want.
const DENIED: &str = "accept|accepted|acepto|agree|agreed|agreement|allow|allowed|authorised|authorize|authorized|call|called|\
    calls|checked|confirmed|consent|consented|consenting|contact|contacted|disturb|email|emails|give|given|\
    granted|interested|mail|marketing|message|messages|opt|opted|permission|permitted|selected|sell|share|\
    sms|solicit|subscribe|subscribed|text|texts|want|wish";

fn is_one_of(words: &str, text: &str) -> bool {
    words.split('|').any(|word| word == text)
}

fn is_refusal(key: &str, words: &[&str]) -> bool {
    if is_one_of(REFUSED, key) {
        return true;
    }
    let mut words = words.iter().copied().peekable();
    // `No, I do not want to be contacted`; but `No purchase is necessary` is no answer.
    let no = words
        .next_if(|word| matches!(*word, "no" | "non" | "nein" | "nope"))
        .is_some();
    if no
        && words.peek().is_none_or(|next| {
            matches!(
                *next,
                "i" | "thanks" | "thank" | "please" | "do" | "danke" | "merci" | "gracias"
            )
        })
    {
        return true;
    }
    let mut denies = no;
    for word in words {
        match word {
            "not" | "dont" | "didnt" | "doesnt" | "never" | "without" | "cannot" | "no" | "havent" | "hasnt" => {
                denies = true;
            }
            // What may stand between: `has not yet been given`, `do not ever call`.
            "yet" | "been" | "ever" | "have" | "to" | "longer" | "my" | "explicitly" => {}
            word if denies && is_one_of(DENIED, word) => {
                // `not opted out` is a refusal of nothing.
                return !key.ends_with(" out");
            }
            _ => denies = false,
        }
    }
    false
}

/// Whether the text is the label of a choice and no choice: `yes/no`, `Y / N`, `true or false`.
fn is_label(words: &[&str]) -> bool {
    let answers: Vec<_> = words
        .iter()
        .filter(|word| **word != "or")
        .map(|word| yes_or_no(word))
        .collect();
    answers.contains(&Some(true)) && answers.contains(&Some(false)) && answers.iter().all(Option::is_some)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(input: &str) -> String {
        match parse(input) {
            Ok(Some(Consent::Given)) => "given".to_owned(),
            Ok(Some(Consent::Refused)) => "refused".to_owned(),
            Ok(Some(Consent::Text(text))) => text.as_str().to_owned(),
            Ok(None) => "absent".to_owned(),
            Err(bad) => bad.code.to_owned(),
        }
    }

    #[test]
    fn answers_are_consent_or_refusal() {
        for yes in "yes|TRUE|1|on|checked|x|✓|agree|I agree|Yes, I agree|accepted|opted in|Opt-In|subscribed|double opt-in|consent given|Sí|oui|1 - Yes|\"yes\"".split('|') {
            assert_eq!(read(yes), "given", "{yes}");
        }
        for no in "no|FALSE|0|off|n|declined|refused|unsubscribed|Opted out|opt-out|not agreed|Not opted in|do not contact|Do Not Call|DNC|unchecked|not checked|[ ]|No thanks|No, I do not agree to be contacted|I do not consent to receive calls|I don't want to be called|no consent|consent not given|without consent|non-subscribed|consent withdrawn|never|0 - No|stop|has not yet consented|no longer interested".split('|') {
            assert_eq!(read(no), "refused", "{no}");
        }
    }

    #[test]
    fn anything_else_is_text() {
        for text in [
            "By clicking, I agree to be called; I do not have to agree in order to buy anything.",
            "Consent is not a condition of purchase.",
            "No purchase necessary",
            "You may opt out at any time",
            "Yes, I agree to be contacted by phone and text message",
            "2026-01-31T10:00:00Z",
            "Legitimate interest",
            "pending",
            "own",
            "not opted out",
        ] {
            assert_eq!(read(text), text);
        }
    }

    #[test]
    fn nothing_and_both_are_no_answer() {
        for (input, wanted) in [
            ("", "absent"),
            ("n/a", "absent"),
            ("[not provided]", "absent"),
            ("yes/no", "consent_unclear"),
            ("Y / N", "consent_unclear"),
            ("true or false", "consent_unclear"),
            ("a\0b", "control_character"),
        ] {
            assert_eq!(read(input), wanted, "{input}");
        }
    }
}
