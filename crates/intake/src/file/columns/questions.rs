//! Understands the questions of forms: which header is one, and which of them asks for a field.

use leadsink_core::Field;

use super::fold::words;
use super::words::{CONSENT, METADATA, PERIODS, QUESTION_WORDS, YES_OR_NO, is_in};

/// Whether a word ends the name of data.
pub(super) fn is_metadata(word: &str) -> bool {
    is_in(word, METADATA)
}

/// Whether a header is as long as questions are.
pub(super) fn is_long(header: &str) -> bool {
    header.contains(['?', '¿']) || words(header).len() >= 3
}

/// Whether a header of an ad platform's form is a question of that form.
pub(super) fn is_question(header: &str) -> bool {
    let words = words(header);
    let begins = words.first().is_some_and(|word| is_in(word, QUESTION_WORDS));
    let data = words.last().is_some_and(|word| is_metadata(word));
    header.contains(['?', '¿']) || (words.len() >= 3 && (begins || !data))
}

/// Whether a header asks for consent, so that a no to it is none.
pub(in crate::file) fn asks_consent(header: &str) -> bool {
    let words = words(header);
    words.iter().any(|word| is_in(word, CONSENT))
        || words
            .iter()
            .zip(words.iter().skip(1))
            .any(|(a, b)| a == "opt" && b == "in")
}

/// Whether a header is the name of a consent, such as `tcpa_optin`, and not of its date or id.
pub(super) fn is_consent(header: &str) -> bool {
    let words = words(header);
    let named = words
        .iter()
        .any(|word| matches!(word.as_str(), "consent" | "tcpa" | "optin"));
    let pair = words
        .iter()
        .zip(words.iter().skip(1))
        .any(|(a, b)| (a == "opt" || a == "opted") && b == "in");
    let has = |wanted: &[&str]| words.iter().any(|word| wanted.contains(&word.as_str()));
    let agreed =
        has(&["agree", "agreed"]) && has(&["contact", "contacted", "call", "called", "calls", "text", "texts"]);
    // A sentence may end in any word, such as `phone`.
    let is_sentence = words.len() > 4;
    (named || pair || agreed) && (is_sentence || !words.last().is_some_and(|word| is_metadata(word)))
}

/// Whether a field holds an amount a month.
pub(super) const fn is_monthly_amount(field: Field) -> bool {
    use Field::*;
    matches!(
        field,
        ElectricBill | ElectricUsage | GasBill | GasUsage | OilBill | OilUsage | PropaneBill | PropaneUsage
    )
}

/// Whether a header names a time other than a month.
pub(super) fn names_other_period(header: &str) -> bool {
    words(header).iter().any(|word| is_in(word, PERIODS))
}

/// Whether a field is one that ad forms ask for in a question of their own.
pub(super) fn is_asked(field: Field) -> bool {
    use Field::*;
    let energy = [
        ElectricProvider,
        ElectricBill,
        ElectricUsage,
        GasProvider,
        GasBill,
        GasUsage,
    ];
    let property = [
        Sector,
        ConstructionType,
        Ownership,
        RoofType,
        Storeys,
        Phases,
        YearBuilt,
        SquareFeet,
        SunExposure,
    ];
    let person = [TimeToContact, Language, DecisionMaker, Notes];
    energy.contains(&field) || property.contains(&field) || person.contains(&field)
}

/// The field that a question asks for.
pub(super) fn field(header: &str) -> Option<Field> {
    let words = words(header);
    let has = |any: &[&str]| words.iter().any(|word| any.contains(&word.as_str()));
    let begins = |start: &[&str]| {
        words
            .iter()
            .map(String::as_str)
            .zip(start)
            .filter(|(a, b)| a == *b)
            .count()
            == start.len()
    };
    if words.len() < 2 {
        return None;
    }
    // The answer to these is a time or a reason, never the thing itself.
    let aside = begins(&["how", "long"])
        || begins(&["how", "old"])
        || has(&[
            "why",
            "interested",
            "switch",
            "reduce",
            "lower",
            "save",
            "replace",
            "replaced",
        ]);
    let home = has(&["home", "house", "property", "residence", "homeowner", "place"]);
    let electric = has(&[
        "electric",
        "electrical",
        "electricity",
        "power",
        "energy",
        "utility",
        "utilities",
        "edison",
    ]);
    // The owner's name is no ownership, nor is the number of the bill an amount.
    let last = words.last().map_or("", String::as_str);
    let owner = has(&["owner", "homeowner", "owners"])
        && matches!(last, "name" | "phone" | "email" | "address" | "id" | "number" | "date");
    // The answer to these is a yes or a no, or a document.
    let yes_or_no = words.first().is_some_and(|word| is_in(word, YES_OR_NO));
    let paper = has(&[
        "account", "number", "upload", "file", "copy", "photo", "picture", "attach", "image", "scan", "document",
        "url", "link", "due", "date", "name",
    ]);
    let amount = has(&["bill", "bills", "spend", "pay", "cost"]) && !yes_or_no && !paper && !names_other_period(header);
    let gas = has(&["gas"]);
    let provider = has(&["provider", "company", "supplier"]) && !has(&["bill", "account", "number"]);
    Some(match () {
        () if aside || owner => return None,
        () if home && has(&["own", "owner", "homeowner", "owned"]) => Field::Ownership,
        () if has(&["own"]) && has(&["rent"]) => Field::Ownership,
        () if gas && !electric && amount => Field::GasBill,
        () if electric && provider && !yes_or_no => Field::ElectricProvider,
        () if has(&["who"]) && electric => Field::ElectricProvider,
        () if electric && amount && !gas => Field::ElectricBill,
        () if has(&["kwh", "usage"]) && !gas && !yes_or_no && !names_other_period(header) => Field::ElectricUsage,
        () if has(&["roof"]) && has(&["type", "kind", "material", "made", "style"]) => Field::RoofType,
        () if has(&["roof"]) && has(&["sun", "sunlight", "shade", "shaded", "shading"]) => Field::SunExposure,
        () if has(&["sun", "shade"]) && home => Field::SunExposure,
        () if has(&["year"]) && has(&["built"]) => Field::YearBuilt,
        () if has(&["square"]) && has(&["feet", "footage"]) => Field::SquareFeet,
        () if has(&["stories", "storeys"]) => Field::Storeys,
        () if has(&["time", "when"]) && has(&["call", "contact", "reach"]) => Field::TimeToContact,
        () if has(&["language"]) => Field::Language,
        () if has(&["zip", "zipcode", "postcode"]) && !has(&["city", "state"]) => Field::PostalCode,
        () if has(&["state"]) && has(&["which", "what"]) && has(&["live", "located", "reside"]) => Field::State,
        () => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn questions_that_ask_for_a_field_are_understood() {
        for (question, wanted) in [
            ("do_you_own_your_home?", Some(Field::Ownership)),
            ("Are you the homeowner?", Some(Field::Ownership)),
            ("Do you own or rent?", Some(Field::Ownership)),
            ("what_is_your_average_electric_bill?", Some(Field::ElectricBill)),
            ("How much do you spend on electricity?", Some(Field::ElectricBill)),
            ("Who is your utility provider?", Some(Field::ElectricProvider)),
            ("what_type_of_roof_do_you_have?", Some(Field::RoofType)),
            ("how_much_sun_does_your_roof_get?", Some(Field::SunExposure)),
            ("When is the best time to call you?", Some(Field::TimeToContact)),
            ("How long have you owned your home?", None),
            ("how_old_is_your_roof?", None),
            ("Do you own an electric car?", None),
            ("Are you interested in lowering your electric bill?", None),
            ("credit_score", None),
            ("Is the electric bill in your name?", None),
            ("What is your annual electric bill?", None),
            ("Home Owner Name", None),
            ("Electric Company Name", Some(Field::ElectricProvider)),
        ] {
            assert_eq!(field(question), wanted, "{question}");
        }
    }

    #[test]
    fn a_question_mark_or_three_words_make_a_question_but_names_of_data_do_not() {
        assert!(is_question("own?") && is_question("what_is_your_credit_score") && is_question("solar panel colour"));
        assert!(!is_question("inbox_url") && !is_question("mystery") && !is_question("last_contacted_date"));
    }

    #[test]
    fn questions_for_consent_are_told_apart() {
        assert!(
            asks_consent("Do you consent to be called?") && asks_consent("SMS Opt-In") && asks_consent("J'accepte")
        );
        assert!(!asks_consent("Do you own your home?"));
    }
}
