//! The way to the vendors: the pool of connections, and what delivers to a sink and asks it.

use std::sync::Arc;
use std::time::Duration;

use leadsink::layers::Halt;
use leadsink::{ReqwestTransport, Sender, Transport};
use tokio::runtime::{Builder, Runtime};

use crate::config::OpenSink;
use crate::exit::CliError;

/// The runtime of a run: one thread, so that connections are found again before new ones are opened.
pub(crate) fn runtime() -> Result<Runtime, CliError> {
    Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::new(format!("cannot start: {error}")))
}

/// What a vendor that is not reached must cost at most, by the transport's own measure.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);

/// The pool of connections. Connecting ends well before a request's time does: what runs out of time while it connects
/// could not be told from a lead that was sent.
pub(crate) fn transport(timeout: Option<Duration>) -> Result<Arc<dyn Transport>, CliError> {
    let transport = match timeout {
        Some(timeout) => ReqwestTransport::with_connect_timeout(connect_timeout(timeout)),
        None => ReqwestTransport::new(),
    };
    match transport {
        Ok(transport) => Ok(Arc::new(transport)),
        Err(error) => Err(CliError::new(error.to_string())),
    }
}

fn connect_timeout(timeout: Duration) -> Duration {
    CONNECT_TIMEOUT.min(timeout / 2)
}

/// What delivers to a sink and asks it, behind the layers that its configuration sets.
pub(crate) fn sender(open: OpenSink, transport: &Arc<dyn Transport>, halt: &Halt) -> Sender {
    let stack = open.stack.with_halt(halt.clone());
    Sender::stacked(open.sink, Arc::clone(transport), &stack).with_name(&open.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn connecting_ends_well_before_the_request() {
        let limit = |ms| connect_timeout(Duration::from_millis(ms)).as_millis();
        assert_eq!([limit(1000), limit(8000), limit(60_000)], [500, 4000, 5000]);
    }
}
