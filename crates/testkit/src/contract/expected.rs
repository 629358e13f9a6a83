//! How a scenario says that an attempt ends, and the same for how it really ended.

use leadsink_core::{Error, FieldRef, Outcome, Receipt, RejectionClass, Result, Unfit};
use serde::{Deserialize, Serialize};

use crate::render::disposition;

/// How an attempt ends. Texts of the vendor are compared only where they are written.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
#[non_exhaustive]
pub enum Expected {
    /// The vendor has the lead.
    Accepted(ExpectedReceipt),
    /// The vendor took it for now.
    Pending(ExpectedReceipt),
    /// The vendor merged it.
    Updated(ExpectedReceipt),
    /// The vendor had it.
    Duplicate(ExpectedReceipt),
    /// The vendor refused it.
    Rejected(ExpectedRejection),
    /// There is no outcome.
    Error(ExpectedError),
    /// The lead does not fit, so nothing is sent: every problem in order.
    Unfit(Vec<ExpectedReason>),
}

/// A receipt.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct ExpectedReceipt {
    /// The vendor's own id.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor_ref: Option<String>,
    /// Where the lead can be seen.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// The price.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<String>,
    /// The vendor's text.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The codes of the warnings, in order.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<String>,
}

/// A refusal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedRejection {
    /// What kind of no it is.
    pub class: RejectionClass,
    /// The reasons in order.
    #[serde(default)]
    pub reasons: Vec<ExpectedReason>,
}

/// A reason or problem.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedReason {
    /// The lead's field at fault.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<FieldRef>,
    /// The stable code.
    pub code: String,
    /// The text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

/// An error.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpectedError {
    /// The word for its kind.
    pub kind: String,
    /// The word for its disposition.
    pub disposition: String,
    /// How many seconds to wait, where the vendor says so.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u64>,
}

impl Expected {
    /// How an attempt really ended.
    #[must_use]
    pub fn of(result: &Result<Outcome>) -> Self {
        match result {
            Ok(Outcome::Accepted(receipt)) => Self::Accepted(receipt.into()),
            Ok(Outcome::Pending(receipt)) => Self::Pending(receipt.into()),
            Ok(Outcome::Updated(receipt)) => Self::Updated(receipt.into()),
            Ok(Outcome::Duplicate(receipt)) => Self::Duplicate(receipt.into()),
            Ok(Outcome::Rejected(rejection)) => {
                let reasons = rejection.reasons.iter().map(|reason| ExpectedReason {
                    field: reason.field.clone(),
                    code: reason.code.to_string(),
                    text: Some(reason.text.clone()),
                });
                Self::Rejected(ExpectedRejection {
                    class: rejection.class,
                    reasons: reasons.collect(),
                })
            }
            Ok(other) => panic!(
                "leadsink-testkit does not know the outcome `{}` yet; open src/contract/expected.rs",
                other.as_str()
            ),
            Err(error) => Self::Error(error.into()),
        }
    }

    /// What makes a lead unfit.
    #[must_use]
    pub fn of_unfit(unfit: &Unfit) -> Self {
        let problems = unfit.problems.iter().map(|problem| ExpectedReason {
            field: problem.field.clone(),
            code: problem.code.to_string(),
            text: Some(problem.message.to_string()),
        });
        Self::Unfit(problems.collect())
    }

    /// Whether the vendor has the lead after it.
    #[must_use]
    pub const fn is_delivered(&self) -> bool {
        matches!(
            self,
            Self::Accepted(_) | Self::Pending(_) | Self::Updated(_) | Self::Duplicate(_)
        )
    }

    /// Whether an attempt ended as this says. A text that is not written is not compared.
    #[must_use]
    pub fn is_met_by(&self, actual: &Self) -> bool {
        let mut actual = actual.clone();
        match (self, &mut actual) {
            (Self::Accepted(expected), Self::Accepted(actual))
            | (Self::Pending(expected), Self::Pending(actual))
            | (Self::Updated(expected), Self::Updated(actual))
            | (Self::Duplicate(expected), Self::Duplicate(actual))
                if expected.message.is_none() =>
            {
                actual.message = None;
            }
            (
                Self::Rejected(ExpectedRejection { reasons: expected, .. }),
                Self::Rejected(ExpectedRejection { reasons: actual, .. }),
            )
            | (Self::Unfit(expected), Self::Unfit(actual)) => {
                for (expected, actual) in expected.iter().zip(actual) {
                    if expected.text.is_none() {
                        actual.text = None;
                    }
                }
            }
            _ => {}
        }
        *self == actual
    }
}

impl From<&Receipt> for ExpectedReceipt {
    fn from(receipt: &Receipt) -> Self {
        Self {
            vendor_ref: receipt.vendor_ref.clone(),
            url: receipt.url.as_ref().map(ToString::to_string),
            price: receipt.price.as_ref().map(ToString::to_string),
            message: receipt.message.clone(),
            warnings: receipt
                .warnings
                .iter()
                .map(|warning| warning.code.to_string())
                .collect(),
        }
    }
}

impl From<&Error> for ExpectedError {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind().as_str().to_owned(),
            disposition: disposition(error.disposition()).to_owned(),
            retry_after: error.retry_after().map(|wait| wait.as_secs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::{Problem, Reason, Rejection};

    fn expected(text: &str) -> Expected {
        serde_json::from_str(text).unwrap()
    }

    #[test]
    fn what_is_written_is_compared_and_what_is_left_out_must_not_be_there() {
        let receipt = Receipt::new().with_vendor_ref("7").with_message("Lead Created");
        let actual = Expected::of(&Ok(Outcome::Accepted(receipt)));
        assert!(expected(r#"{"accepted":{"vendor_ref":"7"}}"#).is_met_by(&actual));
        assert!(expected(r#"{"accepted":{"vendor_ref":"7","message":"Lead Created"}}"#).is_met_by(&actual));
        let priced = Receipt::new().with_price("12.50".parse().unwrap());
        let priced = Expected::of(&Ok(Outcome::Accepted(priced)));
        assert!(expected(r#"{"accepted":{"price":"12.50"}}"#).is_met_by(&priced));
        assert!(!expected(r#"{"accepted":{}}"#).is_met_by(&priced));
        for other in [
            r#"{"accepted":{}}"#,
            r#"{"accepted":{"vendor_ref":"7","message":"Lead Updated"}}"#,
            r#"{"accepted":{"vendor_ref":"7","warnings":["owner"]}}"#,
            r#"{"pending":{"vendor_ref":"7"}}"#,
        ] {
            assert!(!expected(other).is_met_by(&actual), "{other}");
        }
    }

    #[test]
    fn reasons_are_compared_by_field_and_code() {
        let reasons = vec![Reason::new("bad", "Invalid Characters: x").at(leadsink_core::Field::Phone1)];
        let actual = Expected::of(&Ok(Outcome::Rejected(Rejection::new(RejectionClass::Invalid, reasons))));
        let says = |reason: &str| expected(&format!(r#"{{"rejected":{{"class":"invalid","reasons":[{reason}]}}}}"#));
        assert!(says(r#"{"field":"phone_1","code":"bad"}"#).is_met_by(&actual));
        assert!(!says(r#"{"code":"bad"}"#).is_met_by(&actual));
        assert!(!says(r#"{"field":"phone_1","code":"bad","text":"other"}"#).is_met_by(&actual));
        assert!(!says("").is_met_by(&actual));
        let unfit = Expected::of_unfit(&Problem::new("required", "it is missing").into());
        assert!(expected(r#"{"unfit":[{"code":"required"}]}"#).is_met_by(&unfit));
    }
}
