//! One request, sent once, its answer read to the end.

use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use leadsink_core::{HttpRequest, HttpResponse, Sent, Transport, TransportError, TransportErrorKind};

use crate::client::{self, BuildError};
use crate::failure::classify;

/// No lead vendor answers with more; what does is a page or a mistake.
const BODY_CAP: usize = 1024 * 1024;

/// Sends requests over one shared reqwest client. Cheap to clone; build it once a run.
#[derive(Clone, Debug)]
pub struct ReqwestTransport {
    client: reqwest::Client,
    has_roots: bool,
}

impl ReqwestTransport {
    /// Builds the client.
    ///
    /// # Errors
    /// When TLS cannot be set up at all.
    pub fn new() -> Result<Self, BuildError> {
        Self::with_connect_timeout(client::CONNECT_TIMEOUT)
    }

    /// Builds the client with a limit for connecting of its own. Keep it well below the time-out of requests: a request
    /// whose time runs out while it connects cannot be told from one that was sent, and is in doubt.
    ///
    /// # Errors
    /// When TLS cannot be set up at all.
    pub fn with_connect_timeout(limit: Duration) -> Result<Self, BuildError> {
        let (client, has_roots) = client::build(limit)?;
        Ok(Self { client, has_roots })
    }
}

#[async_trait::async_trait]
impl Transport for ReqwestTransport {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        let timeout = within(request.timeout, request.deadline)?;
        let mut outgoing = reqwest::Request::new(request.method, request.url);
        *outgoing.headers_mut() = request.headers;
        *outgoing.body_mut() = Some(request.body.into());
        *outgoing.timeout_mut() = Some(timeout);
        let failed = |error: reqwest::Error| classify(&error.without_url(), self.has_roots);
        let mut response = self.client.execute(outgoing).await.map_err(failed)?;
        let status = response.status();
        let headers = std::mem::take(response.headers_mut());
        let body = read(&mut response)
            .await
            .map_err(|error| error.classified(self.has_roots))?;
        let mut answer = HttpResponse::new(status, body);
        answer.headers = headers;
        Ok(answer)
    }
}

/// The time that is left for the exchange.
fn within(timeout: Duration, deadline: Option<Instant>) -> Result<Duration, TransportError> {
    let Some(deadline) = deadline else { return Ok(timeout) };
    // tokio's clock, so that paused time works.
    let left = deadline.saturating_duration_since(tokio::time::Instant::now().into_std());
    if left.is_zero() {
        let message = "the time for this delivery ran out before the request was sent";
        return Err(TransportError::new(
            TransportErrorKind::Deadline,
            Sent::Nothing,
            message,
        ));
    }
    Ok(timeout.min(left))
}

enum ReadFailure {
    Broken(reqwest::Error),
    TooLarge,
}

impl ReadFailure {
    fn classified(self, has_roots: bool) -> TransportError {
        match self {
            Self::Broken(error) => classify(&error.without_url(), has_roots),
            Self::TooLarge => TransportError::new(
                TransportErrorKind::TooLarge,
                Sent::Maybe,
                "the answer is larger than 1 MiB; it was not read to its end",
            ),
        }
    }
}

/// Reads the body to its end, so that the connection can be used again. Most answers are one chunk and are not copied.
async fn read(response: &mut reqwest::Response) -> Result<Bytes, ReadFailure> {
    let Some(first) = response.chunk().await.map_err(ReadFailure::Broken)? else {
        return Ok(Bytes::new());
    };
    let Some(second) = response.chunk().await.map_err(ReadFailure::Broken)? else {
        return if first.len() > BODY_CAP {
            Err(ReadFailure::TooLarge)
        } else {
            Ok(first)
        };
    };
    let mut body = BytesMut::from(first);
    body.extend_from_slice(&second);
    while let Some(chunk) = response.chunk().await.map_err(ReadFailure::Broken)? {
        if body.len() + chunk.len() > BODY_CAP {
            return Err(ReadFailure::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    if body.len() > BODY_CAP {
        Err(ReadFailure::TooLarge)
    } else {
        Ok(body.freeze())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_request_past_its_deadline_is_not_sent() {
        let now = tokio::time::Instant::now().into_std();
        let error = within(Duration::from_secs(30), Some(now)).unwrap_err();
        assert_eq!((error.kind, error.sent), (TransportErrorKind::Deadline, Sent::Nothing));
        assert_eq!(
            within(Duration::from_secs(30), Some(now + Duration::from_secs(3))).unwrap(),
            Duration::from_secs(3)
        );
    }
}
