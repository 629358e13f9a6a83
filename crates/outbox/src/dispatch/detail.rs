//! What the ledger keeps of a vendor's answer beside its word.

use leadsink_core::{Error, Outcome, Receipt, Reconciliation, Unfit};
use serde_json::{Map, Value, json};

use crate::attempt::{Answer, Failure};
use crate::word::Verdict;

/// The answer of an outcome.
pub(super) fn answer(outcome: &Outcome) -> Answer {
    let mut answer = Answer::new(Verdict::from(outcome));
    match outcome {
        Outcome::Rejected(rejection) => {
            let detail = json!({ "class": rejection.class, "reasons": rejection.reasons });
            answer.detail = Some(detail.to_string());
        }
        other => {
            if let Some(receipt) = other.receipt() {
                keep(&mut answer, receipt);
            }
        }
    }
    answer
}

/// The answer of a vendor that was asked later and has the lead.
pub(super) fn found(receipt: &Receipt) -> Answer {
    let mut answer = Answer::new(Verdict::Accepted);
    keep(&mut answer, receipt);
    answer
}

fn keep(answer: &mut Answer, receipt: &Receipt) {
    answer.vendor_ref.clone_from(&receipt.vendor_ref);
    let mut detail = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            detail.insert(key.to_owned(), value);
        }
    };
    put("url", receipt.url.as_ref().map(|url| url.as_str().into()));
    put("price", receipt.price.as_ref().map(|price| price.to_string().into()));
    put("message", receipt.message.as_deref().map(Value::from));
    put(
        "warnings",
        (!receipt.warnings.is_empty()).then(|| json!(receipt.warnings)),
    );
    if !detail.is_empty() {
        answer.detail = Some(Value::from(detail).to_string());
    }
}

/// Why there is no answer, with the beginning of what came instead.
pub(super) fn failure(error: &Error) -> Failure {
    Failure {
        detail: error.excerpt().map(|excerpt| json!({ "excerpt": excerpt }).to_string()),
        ..Failure::from(error)
    }
}

/// Why the vendor cannot take the lead as it is.
pub(super) fn unfit(unfit: &Unfit) -> Failure {
    Failure {
        detail: Some(json!({ "problems": unfit.problems }).to_string()),
        ..Failure::new("unfit", unfit.to_string())
    }
}

/// Why a look at the vendor settled nothing; none where it did.
pub(super) fn undecided(told: &Reconciliation) -> Option<Failure> {
    match told {
        Reconciliation::Found(_) | Reconciliation::NotFound => None,
        Reconciliation::Unsupported => Some(Failure::new(
            "cannot_ask",
            "nobody saw the answer and the vendor cannot be asked; look there and release the lead",
        )),
        Reconciliation::Undecided(why) => Some(Failure {
            detail: Some(json!({ "why": why }).to_string()),
            ..Failure::new(
                "undecided",
                "the vendor was asked, and its answer does not tell whether it has the lead",
            )
        }),
        _ => Some(Failure::new(
            "undecided",
            "the vendor was asked, and its answer is not understood",
        )),
    }
}

#[cfg(test)]
mod tests {
    use leadsink_core::{Reason, Rejection, RejectionClass};

    use super::*;

    #[test]
    fn the_ledger_keeps_what_the_vendor_said() {
        let receipt = Receipt::new()
            .with_vendor_ref("p-7")
            .with_url("https://example.com/p/7".parse().unwrap());
        let accepted = answer(&Outcome::Accepted(receipt));
        assert_eq!(accepted.vendor_ref.as_deref(), Some("p-7"));
        assert_eq!(accepted.detail.as_deref(), Some(r#"{"url":"https://example.com/p/7"}"#));
        let reasons = vec![Reason::new("area", "not in our area")];
        let rejected = answer(&Outcome::Rejected(Rejection::new(RejectionClass::Rule, reasons)));
        assert_eq!(
            rejected.detail.as_deref(),
            Some(r#"{"class":"rule","reasons":[{"code":"area","text":"not in our area"}]}"#)
        );
        assert_eq!(answer(&Outcome::Pending(Receipt::new())), Answer::new(Verdict::Pending));
    }
}
