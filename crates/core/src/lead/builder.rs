//! Builds a lead from canonical text and reports everything that is not canonical at once.

use super::{Field, Lead, LeadId, LeadOptions};
use crate::value::{Answer, Attachment, NotCanonical, Text};

/// Builds a [`Lead`]: one setter a field, each taking canonical text or a value type of this crate.
///
/// A consumer whose data is clean needs nothing else; messy data is read by `leadsink-intake`.
#[derive(Clone, Debug)]
#[must_use]
pub struct LeadBuilder {
    id: Option<Result<LeadId, NotCanonical>>,
    lead: Lead,
    errors: Vec<(Box<str>, NotCanonical)>,
}

/// Why a lead could not be built: every field that is not canonical, or the missing id. Holds no values.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the lead cannot be built: {}", list(.errors))]
#[non_exhaustive]
pub struct BuildError {
    /// The name of each field at fault and what is wrong with it.
    pub errors: Vec<(Box<str>, NotCanonical)>,
}

fn list(errors: &[(Box<str>, NotCanonical)]) -> String {
    errors
        .iter()
        .map(|(name, error)| format!("`{name}` is {error}"))
        .collect::<Vec<_>>()
        .join("; ")
}

impl LeadBuilder {
    pub(super) fn new() -> Self {
        // The place-holder never leaves the builder: `build` refuses a lead without an id of its own.
        let lead = Lead::new(LeadId::new("-").unwrap_or_else(|_| unreachable!("`-` is a lead id")));
        Self {
            id: None,
            lead,
            errors: Vec::new(),
        }
    }

    /// The caller's stable id, the idempotency key. Required.
    pub fn id(mut self, id: impl AsRef<str>) -> Self {
        self.id = Some(LeadId::new(id.as_ref()));
        self
    }

    /// Sets any field by its canonical text.
    pub fn with(mut self, field: Field, value: impl AsRef<str>) -> Self {
        if let Err(error) = field.set(&mut self.lead, value.as_ref()) {
            self.errors.push((field.name().into(), error));
        }
        self
    }

    /// Adds a question of the form and its answer.
    pub fn answer(mut self, question: impl AsRef<str>, answer: impl AsRef<str>) -> Self {
        match (Text::new(question.as_ref()), Text::new(answer.as_ref())) {
            (Ok(question), Ok(answer)) => self.lead.consent.answers.push(Answer { question, answer }),
            (Err(error), _) | (_, Err(error)) => self.errors.push((Field::Answers.name().into(), error)),
        }
        self
    }

    /// Adds a file.
    pub fn attachment(mut self, attachment: Attachment) -> Self {
        self.lead.attachments.push(attachment);
        self
    }

    /// Adds what no field names.
    pub fn extra(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.lead.extra.insert(name.into(), value.into());
        self
    }

    /// Sets the options of one vendor.
    pub fn extension(mut self, vendor: impl Into<String>, options: serde_json::Value) -> Self {
        self.lead.extensions.insert(vendor.into(), options);
        self
    }

    /// Sets the typed options of one vendor.
    pub fn options<T: LeadOptions>(mut self, options: &T) -> Self {
        match serde_json::to_value(options) {
            Ok(value) => return self.extension(T::VENDOR, value),
            Err(_) => self.errors.push((
                T::VENDOR.into(),
                NotCanonical::new("vendor option", "it cannot be written as JSON"),
            )),
        }
        self
    }

    /// Finishes the lead.
    ///
    /// # Errors
    /// When the id is missing, a value was not canonical, or country, state and postal code of an address disagree; all of
    /// it at once.
    pub fn build(mut self) -> Result<Lead, BuildError> {
        match self.id.take() {
            Some(Ok(id)) => self.lead.id = id,
            Some(Err(error)) => self.errors.push(("id".into(), error)),
            None => self
                .errors
                .push(("id".into(), NotCanonical::new("lead id", "it is missing"))),
        }
        for (name, address) in [("country", &self.lead.site), ("mailing_country", &self.lead.mailing)] {
            if !address.is_consistent() {
                let error = NotCanonical::new("country", "state, postal code and country are not of one country");
                self.errors.push((name.into(), error));
            }
        }
        if self.errors.is_empty() {
            Ok(self.lead)
        } else {
            Err(BuildError { errors: self.errors })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_is_wrong_is_reported_at_once_without_values() {
        let error = Lead::builder()
            .email("Jane@Example.com")
            .phone_1("2175550123")
            .build()
            .unwrap_err();
        assert_eq!(error.errors.len(), 3);
        assert_eq!(
            error.to_string(),
            "the lead cannot be built: `email` is not a canonical e-mail: it is not in lower case; `phone_1` is not a canonical phone number: \
             it does not begin with `+` and the country code; `id` is not a canonical lead id: it is missing"
        );
    }

    #[test]
    fn an_address_of_two_countries_is_refused() {
        assert!(
            Lead::builder()
                .id("1")
                .state("CA-ON")
                .postal_code("78704")
                .build()
                .is_err()
        );
        let lead = Lead::builder()
            .id("1")
            .state("CA-ON")
            .postal_code("CA-K1A 0B1")
            .build()
            .unwrap();
        assert_eq!(lead.site.country().as_str(), "CA");
    }

    #[test]
    fn a_lead_reads_back_from_its_json_and_keeps_values_out_of_debug() {
        let lead = Lead::builder()
            .id("1")
            .full_name("Jane Doe")
            .answer("Own?", "yes")
            .extra("k", "v")
            .state("TX")
            .build()
            .unwrap();
        let json = serde_json::to_string(&lead).unwrap();
        assert_eq!(serde_json::from_str::<Lead>(&json).unwrap(), lead);
        let two_countries = r#"{"id":"1","site":{"state":"CA-ON","postal_code":"78704"}}"#;
        assert!(serde_json::from_str::<Lead>(two_countries).is_err());
        assert_eq!(
            format!("{lead:?}"),
            r#"Lead { id: LeadId(1), fields: {"full_name", "state", "answers", "extra"}, .. }"#
        );
    }
}
