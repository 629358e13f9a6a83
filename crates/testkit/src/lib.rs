#![doc = include_str!("../README.md")]

pub mod checks;
pub mod contract;
pub mod fixtures;
mod render;
mod report;
mod run;
mod secret;
mod snapshot;
mod suite;
mod transport;
mod wire;

pub use contract::{Scenario, scenarios};
pub use render::{render, render_outcome};
pub use run::block_on;
pub use secret::SECRET_SENTINEL;
pub use serde_json::{Value, json};
pub use suite::Suite;
pub use transport::{Answer, ScriptedTransport, Seen};
