//! Whether the account of a lane is known to work. Until then one attempt is made at a time, so that wrong credentials, or a
//! login page in the way, cost one lead and not as many as there are slots.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};

use leadsink_core::Error;

/// So many attempts without an answer that proves the account are enough to wait for one.
const ENOUGH: u32 = 3;

/// What the answers to one dispatcher have shown.
#[derive(Debug, Default)]
pub(super) struct Proof {
    is_given: AtomicBool,
    /// The attempts that were made before it was given, and showed nothing.
    tried: AtomicU32,
}

impl Proof {
    /// How many of so many slots may be used.
    pub(super) fn allows(&self, slots: u32) -> u32 {
        if self.is_given.load(Ordering::SeqCst) || ENOUGH <= self.tried.load(Ordering::SeqCst) {
            slots
        } else {
            1
        }
    }

    /// Takes what came of a request. A time-out, a refused connection or a server that fails shows nothing.
    pub(super) fn take<T>(&self, result: &Result<T, Error>) {
        match result {
            Err(error) if error.stops_sink() => {}
            Err(error) if error.status().is_none_or(|status| status.is_server_error()) => {
                self.took_nothing();
            }
            Ok(_) | Err(_) => self.is_given.store(true, Ordering::SeqCst),
        }
    }

    /// A request was made, or might have been, and showed nothing.
    pub(super) fn took_nothing(&self) {
        self.tried.fetch_add(1, Ordering::SeqCst);
    }
}

#[cfg(test)]
mod tests {
    use http::StatusCode;
    use leadsink_core::{HttpResponse, Repeat, Sent, TransportError, TransportErrorKind};

    use super::*;

    fn slots_after(errors: impl IntoIterator<Item = Error>) -> u32 {
        let proof = Proof::default();
        errors.into_iter().for_each(|error| proof.take::<()>(&Err(error)));
        proof.allows(32)
    }

    fn status(status: u16) -> Error {
        Error::from_status(
            &HttpResponse::new(StatusCode::from_u16(status).unwrap(), ""),
            Repeat::Safe,
        )
    }

    #[test]
    fn any_answer_but_one_about_the_account_is_a_proof() {
        assert_eq!(slots_after([]), 1);
        assert_eq!(slots_after([status(422)]), 32);
        assert_eq!(slots_after((0..9).map(|_| status(401))), 1);
        let proof = Proof::default();
        proof.take(&Ok(()));
        assert_eq!(proof.allows(32), 32);
    }

    #[test]
    fn three_attempts_that_show_nothing_are_enough() {
        let late = || {
            let error = TransportError::new(TransportErrorKind::Timeout, Sent::Maybe, "no answer in time");
            Error::unsent_or_unseen(error)
        };
        assert_eq!(slots_after([late(), status(503)]), 1);
        assert_eq!(slots_after([late(), status(503), late()]), 32);
    }
}
