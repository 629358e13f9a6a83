//! What a failure of reqwest means: how far the request got.

use std::error::Error as _;

use leadsink_core::{Sent, TransportError, TransportErrorKind};

/// Classifies a failure. Asks for the connection first: a time-out while connecting is also a time-out.
pub(crate) fn classify(error: &reqwest::Error, has_roots: bool) -> TransportError {
    use TransportErrorKind::{Connect, Interrupted, Request, Timeout};
    if error.is_builder() {
        return TransportError::new(Request, Sent::Nothing, "the request cannot be formed");
    }
    if error.is_connect() {
        let why = if !has_roots && is_certificate(error) {
            "this machine has no certificates to check `https` against; install the package `ca-certificates`"
                .to_owned()
        } else {
            cause(error)
        };
        return TransportError::new(Connect, Sent::Nothing, format!("the vendor cannot be reached: {why}"));
    }
    if error.is_timeout() {
        return TransportError::new(Timeout, Sent::Maybe, "no answer came within the time-out");
    }
    let why = cause(error);
    TransportError::new(
        Interrupted,
        Sent::Maybe,
        format!("the connection broke before the answer was complete: {why}"),
    )
}

fn is_certificate(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(current) = source {
        if current.to_string().contains("certificate") {
            return true;
        }
        source = current.source();
    }
    false
}

/// The innermost cause in one line. It comes from the network stack and names no address of ours.
fn cause(error: &reqwest::Error) -> String {
    let mut innermost = error.source();
    while let Some(next) = innermost.and_then(std::error::Error::source) {
        innermost = Some(next);
    }
    innermost.map_or_else(
        || "no cause is known".to_owned(),
        |cause| cause.to_string().replace('\n', " "),
    )
}
