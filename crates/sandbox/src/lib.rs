#![doc = include_str!("../README.md")]

mod background;
mod builder;
mod callback;
mod checksum;
mod control;
mod error;
mod exchange;
mod fault;
mod handle;
mod limit;
mod plan;
mod record;
mod reply;
mod sandbox;
mod server;
mod settings;
mod socket;
mod vendors;

pub use background::Background;
pub use builder::Builder;
pub use callback::{CallbackOutcome, CallbackRecord, CallbackStyle};
pub use checksum::Checksum;
pub use error::SandboxError;
pub use fault::{FAULT_HEADER, Fault, ParseFaultError};
pub use handle::Handle;
pub use plan::FaultPlan;
pub use record::{Counts, Keep, Received};
pub use sandbox::Sandbox;
pub use settings::{
    Credentials, Mode, TEST_CLASSIC_SOURCE, TEST_FLOW, TEST_GUARDED_SOURCE, TEST_PASSWORD, TEST_SOURCE, TEST_TOKEN,
    TEST_USERNAME, TEST_VERBOSE_SOURCE,
};
pub use vendors::vendor_ids;
