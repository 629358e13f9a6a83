//! A transport that sends nothing.

use leadsink_core::{HttpRequest, HttpResponse, Sent, Transport, TransportError, TransportErrorKind};

/// Sends nothing and says so: to find out whether a sink would send something.
#[derive(Debug)]
pub(super) struct Silent;

#[async_trait::async_trait]
impl Transport for Silent {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        let message = "nothing is sent here";
        Err(TransportError::new(TransportErrorKind::Stopped, Sent::Nothing, message))
    }
}
