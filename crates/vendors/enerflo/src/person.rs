//! Who the lead is, how to reach them, and who works on it.

use std::borrow::Cow;

use leadsink_core::value::{PhoneType, Text};
use leadsink_core::{Field, FieldSet, Findings, Lead, Warning};

/// The names as Enerflo takes them: both parts, or one name that it splits itself.
#[derive(Default)]
pub(crate) struct Names<'a> {
    pub(crate) first: Option<&'a str>,
    pub(crate) last: Option<&'a str>,
    pub(crate) full: Option<Cow<'a, str>>,
}

/// Maps the names. Nothing stands in for a missing one; what they do not hold goes to the note.
pub(crate) fn names<'a>(lead: &'a Lead, found: &mut Findings) -> Names<'a> {
    let contact = &lead.contact;
    let given = contact.full_name.as_ref().map(Text::as_str);
    let (first, last) = (text(&contact.first_name), text(&contact.last_name));
    let names = match (first, last) {
        (Some(first), Some(last)) => {
            // The parts say all of it, or it is worth a line of its own.
            if given.is_some_and(|given| !given.split_whitespace().eq(words(first).chain(words(last)))) {
                found.carry_too(Field::FullName);
            }
            Names {
                first: Some(first),
                last: Some(last),
                full: None,
            }
        }
        _ if given.or(first).or(last).is_none() => Names::default(),
        _ => Names {
            full: lead.full_name(),
            ..Names::default()
        },
    };
    // Whether sent or carried, the full name tells the parts that it holds.
    let told = names.full.as_deref().or(given).unwrap_or_default();
    let apart = match names.first {
        Some(_) => FieldSet::EMPTY.with(Field::FirstName).with(Field::LastName),
        None => FieldSet::EMPTY,
    };
    found.name_parts(lead, told, apart);
    names
}

fn text(text: &Option<Text>) -> Option<&str> {
    text.as_ref().map(Text::as_str)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split_whitespace()
}

/// The number for `mobile`: the first of the North American plan that is a mobile one, else the first. Every other number
/// goes to the note, with a warning where it has another country code.
pub(crate) fn mobile<'a>(lead: &'a Lead, found: &mut Findings) -> Option<&'a str> {
    const FIELDS: [[Field; 2]; 3] = [
        [Field::Phone1, Field::Phone1Type],
        [Field::Phone2, Field::Phone2Type],
        [Field::Phone3, Field::Phone3Type],
    ];
    let phones = &lead.contact.phones;
    let national = |index: usize| phones[index].number.as_ref()?.nanp();
    let is_mobile = |index: &usize| phones[*index].kind == Some(PhoneType::Mobile) && national(*index).is_some();
    let chosen = (0..phones.len())
        .find(is_mobile)
        .or_else(|| (0..phones.len()).find(|index| national(*index).is_some()));
    for (index, [number, kind]) in FIELDS.into_iter().enumerate() {
        let entry = &phones[index];
        if entry.number.is_some() && Some(index) != chosen {
            found.left_over(number);
            if national(index).is_none() {
                let message = "`mobile` takes the ten digits of a `+1` number only; this number stands in the note";
                found.warn(Warning::new("phone_country", message).at(number));
            }
        }
        // That the number sent is a mobile one says the name of its wire field.
        let is_told = Some(index) == chosen && entry.kind == Some(PhoneType::Mobile);
        if entry.kind.is_some() && !is_told {
            found.left_over(kind);
        }
    }
    chosen.and_then(national)
}

/// A user of Enerflo by e-mail address: the lead's own, else the account's. One that is no address goes to the note, since
/// Enerflo would leave the assignment empty.
pub(crate) fn user<'a>(
    own: &'a Option<Text>,
    field: Field,
    default: Option<&'a String>,
    found: &mut Findings,
) -> Option<&'a str> {
    match own.as_ref().map(Text::as_str) {
        Some(own) if is_email(own) => return Some(own),
        Some(_) => {
            let message = "Enerflo finds its users by e-mail address, and this is none; it stands in the note";
            found.warn(Warning::new("user_email", message).at(field));
            found.left_over(field);
        }
        None => {}
    }
    default.map(String::as_str)
}

/// Whether a text looks like an e-mail address, in capitals or not.
pub(crate) fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        let dotted = domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
        !local.is_empty() && dotted && !domain.contains('@') && !text.contains(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::LeadBuilder;

    fn noted(lead: &Lead, found: &Findings) -> Vec<Field> {
        found.note(lead, lead.fields()).iter().collect()
    }

    #[test]
    fn both_parts_go_apart_and_anything_else_as_one_name() {
        use Field::{FirstName, FullName, MiddleName, NameSuffix};
        type Row = (
            &'static [(Field, &'static str)],
            [Option<&'static str>; 3],
            &'static [Field],
        );
        const JOHN: (Field, &str) = (FirstName, "John");
        const DOE: (Field, &str) = (Field::LastName, "Doe");
        let table: [Row; 10] = [
            (&[], [None, None, None], &[]),
            (&[JOHN, DOE], [Some("John"), Some("Doe"), None], &[]),
            (
                &[JOHN, DOE, (FullName, "John Doe")],
                [Some("John"), Some("Doe"), None],
                &[],
            ),
            (
                &[JOHN, DOE, (FullName, "John Q Doe")],
                [Some("John"), Some("Doe"), None],
                &[FullName],
            ),
            (
                &[
                    JOHN,
                    DOE,
                    (MiddleName, "Q"),
                    (NameSuffix, "Jr."),
                    (FullName, "John Q Doe"),
                ],
                [Some("John"), Some("Doe"), None],
                &[NameSuffix, FullName],
            ),
            (
                &[JOHN, DOE, (MiddleName, "Q")],
                [Some("John"), Some("Doe"), None],
                &[MiddleName],
            ),
            (&[JOHN], [None, None, Some("John")], &[]),
            (&[JOHN, (MiddleName, "Q")], [None, None, Some("John Q")], &[]),
            (
                &[JOHN, (FullName, "Johnny Doe")],
                [None, None, Some("Johnny Doe")],
                &[FirstName],
            ),
            (
                &[(NameSuffix, "Jr."), (Field::Organization, "Acme")],
                [None, None, None],
                &[NameSuffix],
            ),
        ];
        for (fields, expected, note) in table {
            let builder = fields
                .iter()
                .fold(Lead::builder().id("1"), |lead, (field, text)| lead.with(*field, text));
            let lead = builder.build().unwrap();
            let mut found = Findings::default();
            let names = names(&lead, &mut found);
            assert_eq!([names.first, names.last, names.full.as_deref()], expected, "{fields:?}");
            assert_eq!(noted(&lead, &found), note, "{fields:?}");
        }
    }

    #[test]
    fn a_mobile_number_of_the_plan_goes_first_and_none_is_lost() {
        use Field::{Phone1, Phone1Type, Phone2};
        type Row = (
            fn(LeadBuilder) -> LeadBuilder,
            Option<&'static str>,
            &'static [Field],
            usize,
        );
        let table: [Row; 5] = [
            (|lead| lead.phone_1("+12175550101"), Some("2175550101"), &[], 0),
            (
                |lead| {
                    lead.phone_1("+12175550101")
                        .phone_1_type("home")
                        .phone_2("+12175550102")
                        .phone_2_type("mobile")
                },
                Some("2175550102"),
                &[Phone1, Phone1Type],
                0,
            ),
            (|lead| lead.phone_1("+442079460000"), None, &[Phone1], 1),
            (
                |lead| {
                    lead.phone_1("+442079460000")
                        .phone_1_type("mobile")
                        .phone_2("+12175550102")
                },
                Some("2175550102"),
                &[Phone1, Phone1Type],
                1,
            ),
            (
                |lead| {
                    lead.phone_1("+12175550101")
                        .phone_1_type("mobile")
                        .phone_2("+12175550102")
                },
                Some("2175550101"),
                &[Phone2],
                0,
            ),
        ];
        for (row, (build, expected, note, warnings)) in table.into_iter().enumerate() {
            let lead = build(Lead::builder().id("1")).build().unwrap();
            let mut found = Findings::default();
            assert_eq!(mobile(&lead, &mut found), expected, "{row}");
            assert_eq!(noted(&lead, &found), note, "{row}");
            assert_eq!(format!("{found:?}").matches("phone_country").count(), warnings, "{row}");
        }
    }

    #[test]
    fn a_user_is_an_address_and_a_name_is_not_lost() {
        let account = "api@installer.example".to_owned();
        let text = |text: &str| Some(Text::new(text).unwrap());
        for (own, expected, is_noted) in [
            (None, "api@installer.example", false),
            (text("Rep@Installer.example"), "Rep@Installer.example", false),
            (text("Jane Doe"), "api@installer.example", true),
        ] {
            let mut found = Findings::default();
            assert_eq!(user(&own, Field::Owner, Some(&account), &mut found), Some(expected));
            let lead = Lead::builder().id("1").build().unwrap();
            assert_eq!(found.note(&lead, FieldSet::EMPTY).contains(Field::Owner), is_noted);
        }
        for bad in ["", "@", "a@b", "a@b.", "a b@c.de", "a@b@c.de", "@b.de"] {
            assert!(!is_email(bad), "{bad}");
        }
    }
}
