//! What happens to one lead at one sink: the prepared request, the attempt, the outcome, the error.

mod context;
mod error;
mod ids;
mod outcome;
mod prepared;
mod transport;

pub use context::{Attempt, DeliverContext, PrepareContext};
pub use error::{Disposition, Error, ErrorKind, Result, may_repeat};
pub use ids::{ByDelivery, CallbackToken, DeliveryId, DigestHasher};
pub use outcome::{Outcome, Reason, Receipt, Reconciliation, Rejection, RejectionClass};
pub use prepared::{Draft, Prepared, Problem, Repeat, Step, Unfit, Warning};
pub use transport::{
    CountsFor, HttpRequest, HttpResponse, Purpose, Sent, Transport, TransportError, TransportErrorKind,
};

pub use transport::is_secure;
