//! The contact of a project: who the lead is and how to reach them.

use leadsink_core::value::{Gender, Leaf as _, Text};
use leadsink_core::{Field, Findings, Lead};

use crate::options::{OpenSolarOptions, said};
use crate::wire::ContactBody;

/// Maps the contact; none where nothing of it is known. What it has no place for goes to the note.
pub(crate) fn contact<'a>(
    lead: &'a Lead,
    options: &'a OpenSolarOptions,
    found: &mut Findings,
) -> Option<ContactBody<'a>> {
    let contact = &lead.contact;
    let (first_name, family_name) = names(lead, found);
    let more = options.contact.as_ref();
    let body = ContactBody {
        first_name,
        family_name,
        email: contact.email.as_ref().map(|email| email.as_str()),
        phone: contact.phones[0].number.as_ref().map(|phone| phone.as_str()),
        date_of_birth: contact.date_of_birth.as_ref().and_then(|date| {
            if date.day().is_none() {
                found.left_over(Field::DateOfBirth);
            }
            date.day().map(|_| date.text())
        }),
        gender: match contact.gender {
            None => None,
            Some(Gender::Female) => Some("1"),
            Some(Gender::Male) => Some("2"),
            // 0 is "unset", which says less.
            Some(_) => {
                found.left_over(Field::Gender);
                None
            }
        },
        passport_number: more.and_then(|more| said(&more.passport_number)),
        licence_number: more.and_then(|more| said(&more.licence_number)),
        custom_contact_info_1: more.and_then(|more| said(&more.custom_contact_info_1)),
        custom_contact_info_2: more.and_then(|more| said(&more.custom_contact_info_2)),
    };
    (body != ContactBody::default()).then_some(body)
}

/// First and family name. There is no place for a whole name: where nothing else is known it stands, not taken apart, as the
/// first one, and reads the same there.
fn names<'a>(lead: &'a Lead, found: &mut Findings) -> (Option<&'a str>, Option<&'a str>) {
    let contact = &lead.contact;
    let text = |text: &'a Option<Text>| text.as_ref().map(Text::as_str);
    let (first, last, full) = (
        text(&contact.first_name),
        text(&contact.last_name),
        text(&contact.full_name),
    );
    if first.is_none() && last.is_none() {
        return (full, None);
    }
    let parts = [first, last].into_iter().flatten().flat_map(str::split_whitespace);
    if full.is_some_and(|full| !full.split_whitespace().eq(parts)) {
        found.carry_too(Field::FullName);
    }
    (first, last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::DESCRIPTOR;
    use leadsink_core::LeadBuilder;

    /// The contact as JSON, and the fields in the note.
    fn mapped(build: fn(LeadBuilder) -> LeadBuilder) -> (String, Vec<Field>) {
        let lead = build(Lead::builder().id("1")).build().unwrap();
        let mut found = Findings::default();
        let options = OpenSolarOptions::default();
        let contact = contact(&lead, &options, &mut found);
        let json = serde_json::to_string(&contact).unwrap();
        let note = found.note(&lead, DESCRIPTOR.mapped()).iter().collect();
        (json, note)
    }

    #[test]
    fn the_contact_has_what_is_known() {
        use Field::{DateOfBirth, FullName, MiddleName, NameSuffix};
        type Row = (fn(LeadBuilder) -> LeadBuilder, &'static str, &'static [Field]);
        let table: [Row; 9] = [
            (|lead| lead, "null", &[]),
            (
                |lead| lead.first_name("George").last_name("Costanza").email("g@example.com"),
                r#"{"first_name":"George","family_name":"Costanza","email":"g@example.com"}"#,
                &[],
            ),
            (
                |lead| lead.phone_1("+61400000000").gender("male").date_of_birth("1990-01-01"),
                r#"{"phone":"+61400000000","date_of_birth":"1990-01-01","gender":"2"}"#,
                &[],
            ),
            (|lead| lead.gender("female"), r#"{"gender":"1"}"#, &[]),
            (|lead| lead.gender("other"), "null", &[Field::Gender]),
            (|lead| lead.date_of_birth("1990-01"), "null", &[DateOfBirth]),
            (
                |lead| lead.full_name("Maria de la Cruz"),
                r#"{"first_name":"Maria de la Cruz"}"#,
                &[],
            ),
            (
                |lead| {
                    lead.first_name("Jo")
                        .last_name("Doe")
                        .full_name("Jo Q Doe")
                        .middle_name("Q")
                },
                r#"{"first_name":"Jo","family_name":"Doe"}"#,
                &[MiddleName, FullName],
            ),
            (
                |lead| lead.last_name("Doe").middle_name("Q").name_suffix("Jr."),
                r#"{"family_name":"Doe"}"#,
                &[MiddleName, NameSuffix],
            ),
        ];
        for (row, (build, json, note)) in table.into_iter().enumerate() {
            assert_eq!(mapped(build), (json.to_owned(), note.to_vec()), "{row}");
        }
    }

    #[test]
    fn options_complete_the_contact_and_blank_ones_do_not() {
        let options: OpenSolarOptions =
            serde_json::from_str(r#"{"contact":{"licence_number":"L1","passport_number":" "}}"#).unwrap();
        let lead = Lead::builder().id("1").build().unwrap();
        let contact = contact(&lead, &options, &mut Findings::default());
        assert_eq!(serde_json::to_string(&contact).unwrap(), r#"{"licence_number":"L1"}"#);
    }
}
