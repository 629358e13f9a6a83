//! What becomes of a lead whose e-mail address another contact has already: the contact is looked up, seen with own eyes, and
//! the project is sent once more with it.

use leadsink_core::{
    DeliverContext, Disposition, Field, Outcome, Prepared, Reason, Rejection, RejectionClass, Result, Warning,
};
use serde_json::{Map, Value};

use crate::api::{Contact, Gender, Matches};
use crate::delivery::{encoded, send, with_warnings};
use crate::reasons::Fault;
use crate::response::{self, Created};
use crate::sink::OpenSolar;

/// Recovers from an e-mail address that is taken. The refusal has made nothing, so that another request is no second one.
pub(crate) async fn recover(
    sink: &OpenSolar,
    prepared: &Prepared,
    sent: Value,
    faults: Vec<Fault>,
    cx: &DeliverContext,
) -> Result<Outcome> {
    let refused = |why: &str| {
        let text = faults
            .iter()
            .map(|fault| fault.text.as_str())
            .collect::<Vec<_>>()
            .join("; ");
        let reason = Reason::new("email_exists", format!("{text} ({why})")).at(Field::Email);
        Ok(Outcome::Rejected(Rejection::new(RejectionClass::Invalid, vec![reason])))
    };
    let Some(email) = sent.pointer("/contacts_new/0/email").and_then(Value::as_str) else {
        return refused("the lead has no e-mail address of its own");
    };
    let contact = match sink.client().contacts_with_email(cx, email).await {
        Ok(Matches::One(contact)) => contact,
        Ok(Matches::None) => return refused("no contact with it can be found"),
        Ok(Matches::Several(ids)) => return refused(&format!("it is that of contacts {}", listed(&ids))),
        Ok(Matches::Incomplete(ids)) if ids.is_empty() => {
            return refused("there are more contacts than are looked through");
        }
        Ok(Matches::Incomplete(ids)) => {
            let why = format!(
                "it is that of {}, and there are more contacts than are looked through",
                listed(&ids)
            );
            return refused(&why);
        }
        // The question was refused for good, not the lead: what is known of it is the first answer.
        Err(error) if error.disposition() == Disposition::Permanent => {
            return refused("the contacts cannot be looked through");
        }
        Err(error) => return Err(error),
    };
    let Some(id) = contact.id() else {
        return refused("the contact with it has no id");
    };
    let Value::Object(mut project) = sent else {
        return refused("the project cannot be sent again");
    };
    let new = project.remove("contacts_new");
    let new = new
        .as_ref()
        .and_then(|contacts| contacts.get(0))
        .and_then(Value::as_object);
    let number_is_left = add_to_notes(&mut project, &contact, new);
    let projects = prepared.request.url.as_str();
    let contacts = projects.trim_end_matches("projects/");
    project.insert("contacts".to_owned(), vec![format!("{contacts}contacts/{id}/")].into());
    let mut amended = prepared.clone();
    amended.request.body = encoded(&project);
    let response = send(sink, &amended, cx).await?;
    let sent = Value::Object(project);
    match response::created(&response, &sent, &amended, cx.attempt) {
        Ok(Created::End(outcome)) => {
            let text = format!(
                "the e-mail address is that of contact {id}, which the project got; what the lead says otherwise stands in the notes"
            );
            let mut warnings = vec![Warning::new("contact_linked", text)];
            if number_is_left {
                let text = format!(
                    "contact {id} has another passport or licence number than the lead, or none; they are not put into notes, so enter it there"
                );
                warnings.push(Warning::new("contact_number_not_sent", text));
            }
            Ok(with_warnings(outcome, warnings))
        }
        Ok(Created::EmailTaken(_)) => refused("also with the contact that has it"),
        Err(error) if error.disposition() == Disposition::Permanent => {
            let status = response.status.as_u16();
            refused(&format!(
                "with the contact that has it OpenSolar refused the project: {status}"
            ))
        }
        Err(error) => Err(error),
    }
}

fn listed(ids: &[u64]) -> String {
    ids.iter().map(u64::to_string).collect::<Vec<_>>().join(", ")
}

/// Adds to the notes what the lead says of the person other than the contact does: the contact is not changed for it. The
/// numbers of passport and licence are left out, since notes are read by many and go on to other systems; tells whether one
/// was.
fn add_to_notes(project: &mut Map<String, Value>, contact: &Contact, new: Option<&Map<String, Value>>) -> bool {
    let gender = match &contact.gender {
        Some(Gender::Female) => Some("1"),
        Some(Gender::Male) => Some("2"),
        _ => None,
    };
    let (mut lines, mut number_is_left) = (Vec::new(), false);
    for (member, value) in new.into_iter().flatten() {
        let Some(value) = value.as_str() else { continue };
        let (name, known) = match member.as_str() {
            "first_name" => ("First name", contact.first_name.as_deref()),
            "family_name" => ("Family name", contact.family_name.as_deref()),
            "phone" => ("Phone", contact.phone.as_deref()),
            "date_of_birth" => ("Date of birth", contact.date_of_birth.as_deref()),
            "gender" => ("Gender", gender),
            "custom_contact_info_1" => ("Contact info 1", contact.custom_contact_info_1.as_deref()),
            "custom_contact_info_2" => ("Contact info 2", contact.custom_contact_info_2.as_deref()),
            "passport_number" => {
                number_is_left |= contact.passport_number.as_deref() != Some(value);
                continue;
            }
            "licence_number" => {
                number_is_left |= contact.licence_number.as_deref() != Some(value);
                continue;
            }
            _ => continue,
        };
        let is_same = match member.as_str() {
            "phone" => known.is_some_and(|known| digits(known) == digits(value)),
            _ => known == Some(value),
        };
        if !is_same {
            let value = match (member.as_str(), value) {
                ("gender", "1") => "female",
                ("gender", "2") => "male",
                _ => value,
            };
            lines.push(format!("{name}: {value}"));
        }
    }
    if !lines.is_empty() {
        let before = project.get("notes").and_then(Value::as_str);
        let before = before.map(|notes| format!("{notes}\n\n")).unwrap_or_default();
        project.insert("notes".to_owned(), format!("{before}{}", lines.join("\n")).into());
    }
    number_is_left
}

fn digits(phone: &str) -> String {
    phone.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_testkit::json;

    #[test]
    fn what_the_lead_says_otherwise_goes_to_the_notes() {
        let contact: Contact = serde_json::from_value(json!({
            "id": 60, "first_name": "George", "family_name": "Costanza", "phone": "+61 400 000 000", "gender": 2,
            "passport_number": "P1", "custom_contact_info_1": "x",
        }))
        .unwrap();
        let notes = |project: Value, new: Value| {
            let Value::Object(mut project) = project else {
                unreachable!()
            };
            let number_is_left = add_to_notes(&mut project, &contact, new.as_object());
            (project.get("notes").cloned(), number_is_left)
        };
        let same = json!({
            "first_name": "George", "email": "g@example.com", "phone": "+61400000000", "gender": "2", "passport_number": "P1",
            "custom_contact_info_1": "x",
        });
        assert_eq!(notes(json!({}), same), (None, false));
        let other =
            json!({ "first_name": "Art", "phone": "+61400000001", "gender": "1", "custom_contact_info_1": "y" });
        let text = "Has a pool.\n\nContact info 1: y\nFirst name: Art\nGender: female\nPhone: +61400000001";
        assert_eq!(
            notes(json!({ "notes": "Has a pool." }), other),
            (Some(text.into()), false)
        );
        let numbers = json!({ "passport_number": "P2", "licence_number": "L1" });
        assert_eq!(notes(json!({}), numbers), (None, true));
    }
}
