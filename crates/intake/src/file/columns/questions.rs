//! Understands the questions of forms: which header is one, and which of them asks for a field.

use leadsink_core::Field;

use super::fold::words;

/// Whether a header of an ad platform's form is a question of that form.
pub(super) fn is_question(header: &str) -> bool {
    header.contains(['?', '¿']) || words(header).len() >= 3
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
    let amount = has(&["bill", "bills", "spend", "pay", "cost"]);
    let gas = has(&["gas"]);
    Some(match () {
        () if aside => return None,
        () if home && has(&["own", "owner", "homeowner", "owned"]) => Field::Ownership,
        () if has(&["own"]) && has(&["rent"]) => Field::Ownership,
        () if gas && !electric && amount => Field::GasBill,
        () if electric && has(&["provider", "company", "supplier"]) && !has(&["bill"]) => Field::ElectricProvider,
        () if has(&["who"]) && electric => Field::ElectricProvider,
        () if electric && amount && !gas => Field::ElectricBill,
        () if has(&["kwh", "usage"]) && !gas => Field::ElectricUsage,
        () if has(&["roof"]) && has(&["type", "kind", "material", "made", "style"]) => Field::RoofType,
        () if has(&["roof"]) && has(&["sun", "sunlight", "shade", "shaded", "shading"]) => Field::SunExposure,
        () if has(&["sun", "shade"]) && home => Field::SunExposure,
        () if has(&["year"]) && has(&["built"]) => Field::YearBuilt,
        () if has(&["square"]) && has(&["feet", "footage"]) => Field::SquareFeet,
        () if has(&["stories", "storeys"]) => Field::Storeys,
        () if has(&["time", "when"]) && has(&["call", "contact", "reach"]) => Field::TimeToContact,
        () if has(&["language"]) => Field::Language,
        () if has(&["zip", "zipcode", "postcode"]) => Field::PostalCode,
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
        ] {
            assert_eq!(field(question), wanted, "{question}");
        }
    }

    #[test]
    fn a_question_mark_or_three_words_make_a_question() {
        assert!(is_question("own?") && is_question("what_is_your_credit_score"));
        assert!(!is_question("inbox_url") && !is_question("mystery"));
    }
}
