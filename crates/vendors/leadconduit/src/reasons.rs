//! What a reason means. There are no codes: a flow's author writes them, so they are known by their words, and the text is
//! kept whatever they mean.

use leadsink_core::{Field, Reason, RejectionClass};

use crate::descriptor::DESCRIPTOR;

/// What kind of no a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Somebody has the lead already.
    Duplicate,
    /// A cap is reached.
    Cap,
    /// It is outside of the hours.
    Hours,
    /// No buyer bids.
    NoBid,
    /// A rule on values, of this field where it names one.
    Rule(Option<Field>),
    /// Words that nobody knows.
    Other,
}

impl Kind {
    /// Reads a text.
    pub(crate) fn of(text: &str) -> Self {
        let text = text.to_lowercase();
        let has = |words: &[&str]| words.iter().any(|words| text.contains(words));
        if has(&["duplicate"]) {
            Self::Duplicate
        } else if has(&["cap reached", "cap has been reached", "cap exceeded", "cap met"]) {
            Self::Cap
        } else if has(&[
            "hours of operation",
            "business hours",
            "operating hours",
            "outside of hours",
        ]) {
            Self::Hours
        } else if has(&["no bid"]) {
            Self::NoBid
        } else if has(&[" must "]) {
            Self::Rule(field_of(&text))
        } else {
            Self::Other
        }
    }

    pub(crate) const fn code(self) -> &'static str {
        match self {
            Self::Duplicate => "duplicate",
            Self::Cap => "cap_reached",
            Self::Hours => "out_of_hours",
            Self::NoBid => "no_bid",
            Self::Rule(_) => "rule",
            Self::Other => "refused",
        }
    }

    pub(crate) const fn class(self) -> RejectionClass {
        match self {
            Self::Cap | Self::Hours | Self::NoBid | Self::Rule(_) => RejectionClass::Rule,
            Self::Duplicate | Self::Other => RejectionClass::Unspecified,
        }
    }

    pub(crate) fn reason(self, text: &str) -> Reason {
        let reason = Reason::new(self.code(), text);
        match self {
            Self::Rule(Some(field)) => reason.at(field),
            _ => reason,
        }
    }
}

/// How a text goes on that compares the field with what stands in the rule, and with nothing else.
const COMPARED: &[&str] = &["equal to ", "blank", "greater than ", "less than "];

/// What a comparison names that looks at other leads instead of a value.
const OF_OTHERS: &[&str] = &["that of", "submitted", "earlier", "list"];

/// Fields that rules compare with the time of day, or with the leads before.
const CHANGING: &[Field] = &[
    Field::Email,
    Field::Phone1,
    Field::Phone2,
    Field::Phone3,
    Field::DateOfBirth,
    Field::SubmittedAt,
    Field::AppointmentStart,
    Field::CertificateUrl,
    Field::JornayaId,
    Field::ConsentIp,
    Field::Street,
    Field::PostalCode,
];

/// Whether the same bytes were refused the same way before, by this text: a field of the lead was compared with a value.
/// Time changes what other rules say, and so does an earlier attempt that was taken: `must be unique`, `must not be on the
/// list of submitted leads`.
pub(crate) fn is_constant(text: &str) -> bool {
    let Kind::Rule(Some(field)) = Kind::of(text) else {
        return false;
    };
    let text = text.to_lowercase();
    let rule = text.split_once(" must ").map_or("", |(_, rule)| rule.trim_start());
    let rule = rule.strip_prefix("not ").unwrap_or(rule).trim_start();
    let rule = rule.strip_prefix("be ").unwrap_or(rule).trim_start();
    let is_compared = COMPARED.iter().any(|words| rule.starts_with(words));
    is_compared && !CHANGING.contains(&field) && !OF_OTHERS.iter().any(|words| rule.contains(words))
}

/// The lead's field that a text in lower case begins with, such as `lead.state must not be equal to fl`.
fn field_of(text: &str) -> Option<Field> {
    let id = text.trim().strip_prefix("lead.")?.split_whitespace().next()?;
    let row = DESCRIPTOR.mapping.iter().find(|row| row.wire == id)?;
    // What stands in the comments is no one field.
    (Some(row.wire) != DESCRIPTOR.note).then_some(row.field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_known_by_their_words() {
        let table = [
            ("duplicate", Kind::Duplicate),
            ("Duplicate lead (90 days)", Kind::Duplicate),
            ("Cap reached", Kind::Cap),
            ("Daily cap reached for this source", Kind::Cap),
            ("Submission Timestamp must be within hours of operation", Kind::Hours),
            ("no bid", Kind::NoBid),
            ("No Bid", Kind::NoBid),
            ("lead.state must not be equal to FL", Kind::Rule(Some(Field::State))),
            (
                "lead.utility.electric.monthly_amount must be greater than 100",
                Kind::Rule(Some(Field::ElectricBill)),
            ),
            ("lead.custom must not be blank", Kind::Rule(None)),
            ("lead.comments must not be blank", Kind::Rule(None)),
            ("Phone must be valid", Kind::Rule(None)),
            ("handicap", Kind::Other),
            ("mustard", Kind::Other),
            ("bad data", Kind::Other),
            ("", Kind::Other),
        ];
        for (text, kind) in table {
            assert_eq!(Kind::of(text), kind, "{text}");
        }
    }

    #[test]
    fn only_a_comparison_with_a_value_refuses_the_same_bytes_again() {
        for constant in [
            "lead.state must not be equal to FL",
            "lead.state must be equal to TX",
            "lead.city must not be blank",
            "lead.utility.electric.monthly_amount must be greater than 100",
            "lead.property.year_built must be less than 2000",
        ] {
            assert!(is_constant(constant), "{constant}");
        }
        for other in [
            "Cap reached",
            "no bid",
            "duplicate",
            "bad data",
            "Phone must be valid",
            "lead.custom must not be blank",
            "lead.email must be unique",
            "lead.email must not be equal to that of a submitted lead",
            "lead.leadid_id must not be equal to that of a submitted lead",
            "lead.leadid_id must not be equal to 01",
            "lead.trustedform_cert_url must not be equal to one of today",
            "lead.address_1 must not be equal to one of today",
            "lead.ip_address must not be equal to one of today",
            "lead.postal_code must not be equal to one of today",
            "lead.city must not be equal to that of the last lead",
            "lead.state must not be equal to an earlier one",
            "lead.state must not be equal to one of the submitted",
            "lead.city must not be equal to the list of cities",
            "lead.phone_1 must not be on the list of submitted leads",
            "lead.city must not be in the leads of today",
            "lead.source_timestamp must be within the last 5 minutes",
            "lead.source_timestamp must be greater than 5 minutes ago",
            "lead.appointment must be in the future",
            "lead.appointment must be greater than now",
            "lead.reference must not be equal to an earlier one",
        ] {
            assert!(!is_constant(other), "{other}");
        }
    }

    #[test]
    fn the_text_is_kept_as_it_is() {
        let reason = Kind::of("Cap reached (Acme)").reason("Cap reached (Acme)");
        assert_eq!(
            (&*reason.code, reason.text.as_str()),
            ("cap_reached", "Cap reached (Acme)")
        );
    }
}
