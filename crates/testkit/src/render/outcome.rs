//! Prints how a delivery ended: all of it for snapshots of single answers, one line for tables.

use std::fmt::Write as _;

use leadsink_core::{Disposition, Error, Outcome, Receipt, Rejection, Result};

/// Prints all that an outcome or error says, but for the excerpt of the answer. Vendors' texts may quote the lead: for
/// snapshots of made-up leads only.
#[must_use]
pub fn render_outcome(result: &Result<Outcome>) -> String {
    let mut out = String::new();
    match result {
        Ok(outcome) => {
            let _ = writeln!(out, "{}", outcome.as_str());
            if let Some(receipt) = outcome.receipt() {
                render_receipt(&mut out, receipt);
            }
            if let Outcome::Rejected(rejection) = outcome {
                render_rejection(&mut out, rejection);
            }
        }
        Err(error) => render_error(&mut out, error),
    }
    out
}

fn render_receipt(out: &mut String, receipt: &Receipt) {
    if let Some(vendor_ref) = &receipt.vendor_ref {
        let _ = writeln!(out, "vendor_ref: {vendor_ref}");
    }
    if let Some(url) = &receipt.url {
        let _ = writeln!(out, "url: {url}");
    }
    if let Some(price) = &receipt.price {
        let _ = writeln!(out, "price: {price}");
    }
    if let Some(message) = &receipt.message {
        let _ = writeln!(out, "message: {message}");
    }
    for warning in &receipt.warnings {
        let field = warning
            .field
            .as_ref()
            .map(|field| format!(" at {field}"))
            .unwrap_or_default();
        let _ = writeln!(out, "warning {}{field}: {}", warning.code, warning.message);
    }
}

fn render_rejection(out: &mut String, rejection: &Rejection) {
    let _ = writeln!(out, "class: {}", rejection.class.as_str());
    for reason in &rejection.reasons {
        let field = reason
            .field
            .as_ref()
            .map(|field| format!(" at {field}"))
            .unwrap_or_default();
        let _ = writeln!(out, "reason {}{field}: {}", reason.code, reason.text);
    }
}

fn render_error(out: &mut String, error: &Error) {
    let _ = writeln!(out, "error: {error}");
    let _ = writeln!(out, "kind: {}", error.kind().as_str());
    let _ = writeln!(out, "disposition: {}", disposition(error.disposition()));
    if let Some(status) = error.status() {
        let _ = writeln!(out, "status: {}", status.as_u16());
    }
    if let Some(wait) = error.retry_after() {
        let _ = writeln!(out, "retry_after: {} s", wait.as_secs());
    }
}

/// How a delivery ended, in one line without the vendor's texts.
pub(crate) fn summary(result: &Result<Outcome>) -> String {
    match result {
        Ok(Outcome::Rejected(rejection)) => {
            let reasons = rejection.reasons.iter().map(|reason| match &reason.field {
                Some(field) => format!("{} at {field}", reason.code),
                None => reason.code.to_string(),
            });
            format!(
                "rejected, {}: {}",
                rejection.class.as_str(),
                reasons.collect::<Vec<_>>().join(", ")
            )
        }
        Ok(outcome) => {
            let warnings = outcome.receipt().map(|receipt| &receipt.warnings).into_iter().flatten();
            warnings.fold(outcome.as_str().to_owned(), |text, warning| {
                format!("{text}, warning {}", warning.code)
            })
        }
        Err(error) => {
            let wait = error
                .retry_after()
                .map(|wait| format!(", retry after {} s", wait.as_secs()))
                .unwrap_or_default();
            format!(
                "error {}, {}{wait}",
                error.kind().as_str(),
                disposition(error.disposition())
            )
        }
    }
}

/// The word for a disposition.
pub(crate) const fn disposition(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::Permanent => "permanent",
        Disposition::Transient => "transient",
        Disposition::Ambiguous => "ambiguous",
        Disposition::Account => "account",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use http::StatusCode;
    use leadsink_core::{Field, HttpResponse, Reason, RejectionClass, Repeat};

    #[test]
    fn a_refusal_shows_class_and_reasons() {
        let reasons = vec![
            Reason::new("state_code", "Invalid State Code: C").at(Field::State),
            Reason::new("other", "no"),
        ];
        let result = Ok(Outcome::Rejected(Rejection::new(RejectionClass::Invalid, reasons)));
        assert_eq!(
            render_outcome(&result),
            "rejected\nclass: invalid\nreason state_code at state: Invalid State Code: C\nreason other: no\n"
        );
        assert_eq!(summary(&result), "rejected, invalid: state_code at state, other");
    }

    #[test]
    fn an_error_shows_everything_but_the_answer() {
        let mut response = HttpResponse::new(StatusCode::TOO_MANY_REQUESTS, "Jane");
        response.headers.insert("retry-after", "7".parse().unwrap());
        let result = Err(Error::from_status(&response, Repeat::Safe));
        let expected = "error: the vendor takes no more requests for now (429)\nkind: rate_limited\ndisposition: transient\n\
                        status: 429\nretry_after: 7 s\n";
        assert_eq!(render_outcome(&result), expected);
        assert_eq!(summary(&result), "error rate_limited, transient, retry after 7 s");
    }

    #[test]
    fn a_receipt_shows_what_it_holds() {
        let receipt = Receipt::new().with_vendor_ref("42").with_message("Lead Created");
        assert_eq!(
            render_outcome(&Ok(Outcome::Accepted(receipt))),
            "accepted\nvendor_ref: 42\nmessage: Lead Created\n"
        );
    }
}
