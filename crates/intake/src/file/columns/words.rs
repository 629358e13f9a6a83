//! The words by which questions and the names of data are told apart, each list apart by spaces.

/// Whether a word is in a list.
pub(super) fn is_in(word: &str, list: &str) -> bool {
    list.split(' ').any(|known| known == word)
}

/// Words that questions begin with, in English, Spanish, German and French.
pub(super) const QUESTION_WORDS: &str = "\
    do does did are is was what whats which when how have has would will can could should who why where cual \
    cuales que cuando como cuanto cuanta cuantos cuantas donde quien tiene tienes eres usted desea haben hast sind \
    bist ist wann wie wer warum welche welcher welches besitzen wohnen mochten wo avez etes est quel quelle quels \
    quelles quand comment combien qui pourquoi ou souhaitez possedez voulez";

/// Words that a question begins with whose answer is yes or no.
pub(super) const YES_OR_NO: &str = "is are has have do does did can could will would should";

/// Words that the names of data end with: a header that does is no question.
pub(super) const METADATA: &str = "\
    id ids date time timestamp detail details status source name url link number type code count score views \
    visits clicks key token version medium campaign channel stage owner by at verified valid confirmed validated \
    carrier country ip email phone address upload file flag";

/// Words of headers that ask for consent.
pub(super) const CONSENT: &str = "\
    consent agree accept authorize permission tcpa optin acepto autorizo acepta consentimiento zustimmung \
    einwilligung accepte jaccepte acceptez consentement";

/// Times other than a month.
pub(super) const PERIODS: &str = "\
    annual annually annum yearly year years yr quarter quarterly week weekly day daily bimonthly jahr ano anual \
    annuel annuelle";

/// The words, one behind the other, of headers that say whom not to contact.
pub(super) const OPT_OUT: &[&[&str]] = &[
    &["unsubscribe unsubscribed optout dnc donotcall donotcontact"],
    &["opt opted", "out"],
    &["do", "not", "call contact email text mail sms"],
];
