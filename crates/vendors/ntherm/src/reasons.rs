//! From NTherm's texts to reasons with the lead's field. The texts carry no codes: they name a field in words, or quote
//! the value that was sent, or neither.

use leadsink_core::{Field, Reason};
use serde_json::{Map, Value};

/// The wire fields, the lead's field that each is first of all, and the words by which a text names it. Longer words
/// stand before those that they hold.
const WORDS: &[(&str, Option<Field>, &[&str])] = &[
    ("mailing_state", Some(Field::MailingState), &["mailing state"]),
    (
        "mailing_zip",
        Some(Field::MailingPostalCode),
        &["mailing zip", "mailing postal code"],
    ),
    ("mailing_city", Some(Field::MailingCity), &["mailing city"]),
    (
        "mailing_street",
        Some(Field::MailingStreet),
        &["mailing street", "mailing address"],
    ),
    ("call_back_url", None, &["call back", "callback"]),
    ("certificate_url", Some(Field::CertificateUrl), &["certificate"]),
    ("phone_number", Some(Field::Phone1), &["phone"]),
    ("email", Some(Field::Email), &["email", "e mail"]),
    ("dm_name", Some(Field::DecisionMaker), &["dm name", "decision maker"]),
    ("vendor_campaign_name", Some(Field::Campaign), &["campaign"]),
    ("utility", Some(Field::ElectricProvider), &["utility"]),
    ("zip", Some(Field::PostalCode), &["zip", "postal code"]),
    ("state", Some(Field::State), &["state"]),
    ("city", Some(Field::City), &["city"]),
    (
        "street",
        Some(Field::Street),
        &["street", "customer address", "address"],
    ),
    ("customer_name", Some(Field::FullName), &["name"]),
];

/// What was sent, as far as a text may quote it.
pub(crate) struct Sent {
    body: Map<String, Value>,
    campaign_is_the_leads: bool,
}

impl Sent {
    /// Reads the body that was sent. A campaign that is the account's is no field of the lead.
    pub(crate) fn new(body: &[u8], account_campaign: Option<&str>) -> Self {
        let body: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
        let campaign = body.get("vendor_campaign_name").and_then(Value::as_str);
        Self {
            campaign_is_the_leads: campaign.is_some() && campaign != account_campaign,
            body,
        }
    }

    /// A reason for each text, with the lead's field where the text or the value in it names one.
    pub(crate) fn reasons(&self, code: &'static str, texts: Vec<String>) -> Vec<Reason> {
        texts
            .into_iter()
            .map(|text| {
                let field = self.field_of(&text);
                let reason = Reason::new(code, text);
                field.map_or(reason.clone(), |field| reason.at(field))
            })
            .collect()
    }

    fn field_of(&self, text: &str) -> Option<Field> {
        let (label, tail) = self.without_quote(text);
        let label = words_of(label);
        let tail_names_a_field = ["missing", "required", "field"].iter().any(|word| has(&label, word));
        let named = named_in(&label).or_else(|| named_in(&words_of(tail)).filter(|_| tail_names_a_field));
        match named {
            Some(field) => field.filter(|field| *field != Field::Campaign || self.campaign_is_the_leads),
            None => self.quoted_in(text, tail),
        }
    }

    /// The text before and behind its colon, without a value that was sent at either end: an address may hold the word
    /// `state`.
    fn without_quote<'t>(&self, text: &'t str) -> (&'t str, &'t str) {
        let mut label = text;
        for (_, value) in self.values().filter(|(_, value)| value.len() > 3) {
            label = label
                .strip_suffix(value)
                .or_else(|| label.strip_prefix(value))
                .unwrap_or(label);
        }
        let tail = text.split_once(':').map_or("", |(_, tail)| tail.trim());
        (label.split_once(':').map_or(label, |(label, _)| label), tail)
    }

    /// The one field whose value stands in the text.
    fn quoted_in(&self, text: &str, tail: &str) -> Option<Field> {
        let digits: String = tail.chars().filter(char::is_ascii_digit).collect();
        let quoted = |name: &str, value: &str| {
            tail == value
                || (value.len() > 3 && (text.ends_with(value) || text.starts_with(value)))
                || (name == "phone_number" && digits.contains(value))
        };
        let candidates: Vec<_> = self.values().filter(|(name, value)| quoted(name, value)).collect();
        let longest = candidates.iter().map(|(_, value)| value.len()).max()?;
        let mut names = candidates
            .iter()
            .filter(|(_, value)| value.len() == longest)
            .map(|(name, _)| *name);
        let name = names.next()?;
        // The sample's name for the street carries the same value; any other second field leaves it open.
        if names.any(|other| other != "customer_address" && other != name) {
            return None;
        }
        let (_, field, _) = WORDS.iter().find(|(wire, ..)| *wire == name)?;
        field.filter(|field| *field != Field::Campaign || self.campaign_is_the_leads)
    }

    /// The texts that were sent, in the order of the table; `customer_address` is the street over again.
    fn values(&self) -> impl Iterator<Item = (&'static str, &str)> {
        WORDS
            .iter()
            .filter_map(|(name, ..)| Some((*name, self.body.get(*name)?.as_str()?)))
            .filter(|(_, value)| !value.is_empty())
    }
}

/// The field that the words name; the inner option is empty for one that is not the lead's.
fn named_in(words: &str) -> Option<Option<Field>> {
    let named = WORDS
        .iter()
        .find(|(_, _, phrases)| phrases.iter().any(|phrase| has(words, phrase)));
    named.map(|(_, field, _)| *field)
}

fn has(words: &str, phrase: &str) -> bool {
    words.contains(&format!(" {phrase} "))
}

/// The words of a text in lower case, each between single blanks.
fn words_of(text: &str) -> String {
    let mut words = String::from(" ");
    for word in text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        words.push_str(&word.to_lowercase());
        words.push(' ');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    const SENT: &str = r#"{"phone_number":"7271234567","customer_name":"John Doe","state":"CA","city":"Los Angeles","zip":"90001",
        "street":"123 State St","customer_address":"123 State St","dm_name":"Jane Doe","utility":"City Power",
        "call_back_url":"https://example.com/cb","mailing_street":"456 Secondary St","mailing_city":"Los Angeles",
        "mailing_zip":"94101","mailing_state":"CA","vendor_campaign_name":"OHIO","email":"john.doe@example.com",
        "extra_data":[{"source":"web"}]}"#;

    #[test]
    fn the_text_or_the_value_names_the_field() {
        let table = [
            // The document's own.
            ("Invalid Characters: 7271234567x", Some(Field::Phone1)),
            ("Invalid State Code (2 characters): C", Some(Field::State)),
            (
                "Certificate URL exceeds 500 characters, or not a valid URL ://example.com/certificate.pdf",
                Some(Field::CertificateUrl),
            ),
            ("Invalid Mailing State Code: CA3", Some(Field::MailingState)),
            // In its style.
            ("Invalid Characters: 123 State St", Some(Field::Street)),
            ("123 State St is not valid", Some(Field::Street)),
            ("Invalid Characters: 90001", Some(Field::PostalCode)),
            ("Invalid Characters: John Doe", Some(Field::FullName)),
            ("Invalid Characters: Los Angeles", None),
            ("Invalid Characters: CA", None),
            ("Invalid Characters: City Power", Some(Field::ElectricProvider)),
            ("Invalid Email: john.doe@example.com", Some(Field::Email)),
            ("Invalid E-mail Address", Some(Field::Email)),
            ("Missing Required Field: mailing_zip", Some(Field::MailingPostalCode)),
            ("Missing Required Field: dm_name", Some(Field::DecisionMaker)),
            ("customer_name is required", Some(Field::FullName)),
            ("Invalid Call Back URL: https://example.com/cb", None),
            ("Invalid vendor_campaign_name: OHIO", None),
            ("Invalid JSON", None),
            ("", None),
        ];
        let sent = Sent::new(SENT.as_bytes(), Some("OHIO"));
        for (text, field) in table {
            assert_eq!(sent.field_of(text), field, "{text}");
        }
    }

    #[test]
    fn a_campaign_is_the_leads_unless_it_is_the_accounts() {
        let text = "Unknown campaign: OHIO";
        assert_eq!(Sent::new(SENT.as_bytes(), Some("OHIO")).field_of(text), None);
        assert_eq!(
            Sent::new(SENT.as_bytes(), Some("TEXAS")).field_of(text),
            Some(Field::Campaign)
        );
        assert_eq!(Sent::new(SENT.as_bytes(), None).field_of(text), Some(Field::Campaign));
    }

    #[test]
    fn every_text_becomes_a_reason_even_if_nothing_is_known_of_the_request() {
        let texts = vec!["Invalid State Code (2 characters): C".to_owned(), "Nope".to_owned()];
        let reasons = Sent::new(b"", None).reasons("invalid_value", texts);
        assert_eq!(reasons.len(), 2);
        assert_eq!(reasons[0].field, Some(Field::State.into()));
        assert_eq!((reasons[1].field.as_ref(), reasons[1].text.as_str()), (None, "Nope"));
    }
}
