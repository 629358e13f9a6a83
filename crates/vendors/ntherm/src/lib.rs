#![doc = include_str!("../README.md")]

mod address;
mod answer;
mod auth;
mod callback;
mod config;
mod consent;
mod descriptor;
mod extra;
mod mapping;
mod options;
mod person;
mod reasons;
mod response;
mod sink;
mod strict;
mod wire;

pub use callback::{Callback, CallbackRequest, CallbackTemplate, Verdict, parse_callback};
pub use config::NthermConfig;
pub use descriptor::DESCRIPTOR;
pub use options::NthermOptions;
pub use sink::Ntherm;
