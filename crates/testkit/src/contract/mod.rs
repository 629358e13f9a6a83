//! Contract scenarios: what a vendor's documents say about one delivery, as JSON that tests of the vendor crate and of the
//! sandbox replay. The format is described in the crate documentation.

mod expected;
mod folder;
mod replay;
mod scenario;

pub use expected::{Expected, ExpectedError, ExpectedReason, ExpectedReceipt, ExpectedRejection};
pub use folder::scenarios;
pub(crate) use folder::scenarios_of;
pub use replay::{Difference, replay};
pub use scenario::{Exchange, ExpectedRequest, Fault, Reply, Scenario, ScenarioAttempt};
