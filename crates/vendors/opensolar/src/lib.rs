#![doc = include_str!("../README.md")]

mod address;
pub mod api;
mod auth;
mod change;
mod config;
mod delivery;
mod descriptor;
mod mapping;
mod options;
mod person;
mod reasons;
mod reconcile;
mod recovery;
mod response;
mod role;
mod roof;
mod sink;
mod team;
mod usage;
mod wire;

pub use config::OpenSolarConfig;
pub use descriptor::DESCRIPTOR;
pub use options::{ContactOptions, OpenSolarOptions};
pub use sink::OpenSolar;
