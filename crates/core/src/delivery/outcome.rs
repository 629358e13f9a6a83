//! What the vendor said.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use super::Warning;
use super::error::clip;
use crate::FieldRef;
use crate::value::Decimal;

/// The vendor answered, and this is what it said. A refusal is an outcome, not an error: it is not retried and says
/// nothing about the health of the vendor.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Outcome {
    /// The vendor has the lead; this is final.
    Accepted(Receipt),
    /// The vendor took the lead for now; the final word comes later and may be a refusal.
    Pending(Receipt),
    /// The vendor had the lead already and merged this one into it.
    Updated(Receipt),
    /// The vendor had the lead already and did not take this one.
    Duplicate(Receipt),
    /// The vendor refused the lead, with reasons where it gave some.
    Rejected(Rejection),
}

impl Outcome {
    /// The stable word for reports: `accepted`, `pending`, `updated`, `duplicate` or `rejected`.
    #[must_use]
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Accepted(_) => "accepted",
            Self::Pending(_) => "pending",
            Self::Updated(_) => "updated",
            Self::Duplicate(_) => "duplicate",
            Self::Rejected(_) => "rejected",
        }
    }

    /// Whether the vendor has the lead now, for all that is known: accepted, pending, updated, or there before.
    #[must_use]
    pub const fn is_delivered(&self) -> bool {
        !matches!(self, Self::Rejected(_))
    }

    /// What the vendor gave in return, where it has the lead.
    #[must_use]
    pub fn into_receipt(self) -> Option<Receipt> {
        match self {
            Self::Accepted(receipt) | Self::Pending(receipt) | Self::Updated(receipt) | Self::Duplicate(receipt) => {
                Some(receipt)
            }
            Self::Rejected(_) => None,
        }
    }

    /// The receipt, where the vendor has the lead.
    #[must_use]
    pub const fn receipt(&self) -> Option<&Receipt> {
        match self {
            Self::Accepted(receipt) | Self::Pending(receipt) | Self::Updated(receipt) | Self::Duplicate(receipt) => {
                Some(receipt)
            }
            Self::Rejected(_) => None,
        }
    }
}

/// What the vendor gave in return for a lead.
#[derive(Clone, Default, PartialEq)]
#[non_exhaustive]
pub struct Receipt {
    /// The vendor's own id of the lead.
    pub vendor_ref: Option<String>,
    /// Where the lead can be seen.
    pub url: Option<Url>,
    /// What the vendor pays or asks for the lead, in the account's currency, where it says so.
    pub price: Option<Decimal>,
    /// The vendor's text; it may quote the lead.
    pub message: Option<String>,
    /// What came out other than asked for, such as an owner that the vendor did not know.
    pub warnings: Vec<Warning>,
}

impl Receipt {
    /// A receipt that says nothing more than that the lead arrived.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the vendor's own id.
    #[must_use]
    pub fn with_vendor_ref(mut self, vendor_ref: impl Into<String>) -> Self {
        self.vendor_ref = Some(vendor_ref.into());
        self
    }

    /// Sets where the lead can be seen.
    #[must_use]
    pub fn with_url(mut self, url: Url) -> Self {
        self.url = Some(url);
        self
    }

    /// Sets the price.
    #[must_use]
    pub const fn with_price(mut self, price: Decimal) -> Self {
        self.price = Some(price);
        self
    }

    /// Sets the vendor's text.
    #[must_use]
    pub fn with_message(mut self, message: impl Into<String>) -> Self {
        self.message = Some(clip(&message.into()).to_owned());
        self
    }

    /// Adds a warning.
    #[must_use]
    pub fn with_warning(mut self, warning: Warning) -> Self {
        self.warnings.push(warning);
        self
    }
}

impl fmt::Debug for Receipt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receipt")
            .field("vendor_ref", &self.vendor_ref)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

/// A business no.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Rejection {
    /// What kind of no it is.
    pub class: RejectionClass,
    /// One entry for each thing that the vendor named.
    pub reasons: Vec<Reason>,
}

impl Rejection {
    /// A refusal with its reasons.
    #[must_use]
    pub const fn new(class: RejectionClass, reasons: Vec<Reason>) -> Self {
        Self { class, reasons }
    }
}

/// What kind of no it is, as far as the vendor tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum RejectionClass {
    /// A value is missing or has the wrong form; mend the lead and send it again.
    Invalid,
    /// The person or phone is not wanted: do-not-call, litigator or known already, without telling which.
    Screened,
    /// A rule of the buyer: area, hours, cap, no bid.
    Rule,
    /// The vendor gave no usable reason.
    Unspecified,
}

impl RejectionClass {
    /// The stable word for reports.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "invalid",
            Self::Screened => "screened",
            Self::Rule => "rule",
            Self::Unspecified => "unspecified",
        }
    }
}

/// One reason of a refusal.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Reason {
    /// The lead's field at fault, where it is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<FieldRef>,
    /// A stable code.
    pub code: Cow<'static, str>,
    /// The vendor's text. It may quote the lead: reports and ledgers only, never logs.
    pub text: String,
}

impl Reason {
    /// A reason in the vendor's words.
    #[must_use]
    pub fn new(code: &'static str, text: impl Into<String>) -> Self {
        Self {
            field: None,
            code: Cow::Borrowed(code),
            text: clip(&text.into()).to_owned(),
        }
    }

    /// Names the lead's field at fault.
    #[must_use]
    pub fn at(mut self, field: impl Into<FieldRef>) -> Self {
        self.field = Some(field.into());
        self
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reason")
            .field("field", &self.field)
            .field("code", &self.code)
            .finish_non_exhaustive()
    }
}

/// What a look at the vendor told about a delivery in doubt.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Reconciliation {
    /// The vendor has the lead.
    Found(Receipt),
    /// The vendor certainly does not have it; it may be sent again.
    NotFound,
    /// The vendor's answer does not tell; the text says why.
    Undecided(String),
    /// The vendor has no way to ask.
    Unsupported,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn debug_of_a_refusal_holds_no_vendor_text() {
        let rejection = Rejection::new(
            RejectionClass::Invalid,
            vec![Reason::new("invalid_value", "Invalid Characters: 7271234567x")],
        );
        assert_eq!(
            format!("{:?}", Outcome::Rejected(rejection)),
            r#"Rejected(Rejection { class: Invalid, reasons: [Reason { field: None, code: "invalid_value", .. }] })"#
        );
    }
}
