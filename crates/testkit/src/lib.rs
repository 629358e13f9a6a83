#![doc = include_str!("../README.md")]

mod answer;
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

pub use answer::Answer;
pub use contract::{Scenario, scenarios};
pub use render::{render, render_outcome};
pub use run::block_on;
pub use secret::{SECRET_HEX_SENTINEL, SECRET_SENTINEL};
pub use serde_json::{Value, json};
pub use suite::Suite;
pub use transport::{ScriptedTransport, Seen};
