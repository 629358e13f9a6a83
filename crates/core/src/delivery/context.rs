//! What a preparation or delivery needs beside the lead: time, tokens, the transport, the history.

use std::sync::Arc;
use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::error::{Disposition, Error, ErrorKind, Result};
use super::ids::{CallbackToken, DeliveryId};
use super::transport::{HttpRequest, HttpResponse, Transport, is_secure};

/// All that a preparation needs and the lead does not hold; filed with the delivery, so that every preparation gives the
/// same bytes.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct PrepareContext {
    /// The id of the delivery.
    pub delivery: DeliveryId,
    /// The token for a late answer, where one can come.
    pub callback_token: Option<CallbackToken>,
    /// When the lead was accepted for delivery.
    pub accepted_at: Timestamp,
}

impl PrepareContext {
    /// A context without a call-back token.
    #[must_use]
    pub const fn new(delivery: DeliveryId, accepted_at: Timestamp) -> Self {
        Self {
            delivery,
            callback_token: None,
            accepted_at,
        }
    }

    /// Sets the token for a late answer.
    #[must_use]
    pub fn with_callback_token(mut self, token: CallbackToken) -> Self {
        self.callback_token = Some(token);
        self
    }
}

/// Which attempt this is, and whether an earlier one is in doubt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// 1 for the first attempt.
    pub n: u32,
    /// Whether the vendor may have acted on an earlier attempt.
    pub earlier_ambiguous: bool,
}

impl Attempt {
    /// The first attempt.
    pub const FIRST: Self = Self {
        n: 1,
        earlier_ambiguous: false,
    };

    /// The attempt after this one, given how this one ended.
    #[must_use]
    pub fn after(self, error: &Error) -> Self {
        let doubt = self.earlier_ambiguous || error.disposition() == Disposition::Ambiguous;
        Self {
            n: self.n + 1,
            earlier_ambiguous: doubt,
        }
    }
}

/// What one attempt needs: the way out, its limits, its history.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct DeliverContext {
    /// The way out.
    pub transport: Arc<dyn Transport>,
    /// Which attempt this is.
    pub attempt: Attempt,
    /// The limit for each request; the descriptor's unless set.
    pub timeout: Option<Duration>,
    /// When the whole delivery must be over.
    pub deadline: Option<Instant>,
}

impl DeliverContext {
    /// A first attempt with the vendor's own time-out and no deadline.
    #[must_use]
    pub const fn new(transport: Arc<dyn Transport>) -> Self {
        Self {
            transport,
            attempt: Attempt::FIRST,
            timeout: None,
            deadline: None,
        }
    }

    /// Sets which attempt it is.
    #[must_use]
    pub const fn with_attempt(mut self, attempt: Attempt) -> Self {
        self.attempt = attempt;
        self
    }

    /// Sets the limit for each request.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// Asks a question that creates nothing. An unseen answer is transient.
    ///
    /// # Errors
    /// When there is no answer, or the address is not secure.
    pub async fn ask(&self, request: HttpRequest) -> Result<HttpResponse> {
        self.send(request).await.map_err(Error::without_effect)
    }

    /// Sends the request that creates something. An unseen answer is ambiguous.
    ///
    /// # Errors
    /// When there is no answer, or the address is not secure.
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse> {
        if !is_secure(&request.url) {
            return Err(Error::new(
                ErrorKind::Insecure,
                Disposition::Account,
                "credentials go to `https` only (plain `http` to this machine excepted); mend `base_url`",
            ));
        }
        self.transport.send(request).await.map_err(Error::unsent_or_unseen)
    }
}
