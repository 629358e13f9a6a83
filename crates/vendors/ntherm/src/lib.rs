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
mod reasons;
mod response;
mod sink;
mod strict;
mod template;
mod wire;
mod words;

pub use callback::{Callback, CallbackRequest, Verdict, parse_callback};
pub use config::{NthermConfig, NthermOptions};
pub use descriptor::DESCRIPTOR;
pub use sink::Ntherm;
pub use template::CallbackTemplate;
