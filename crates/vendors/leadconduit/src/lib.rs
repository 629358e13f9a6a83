#![doc = include_str!("../README.md")]

mod answer;
mod auth;
mod client;
mod config;
mod descriptor;
mod events;
mod ids;
mod mapping;
mod options;
mod ping;
mod reasons;
mod response;
mod sink;
mod standard;
mod wire;

pub use answer::{Answer, Verdict};
pub use client::Client;
pub use config::{Format, LeadConduitConfig};
pub use descriptor::DESCRIPTOR;
pub use events::{Event, EventQuery};
pub use ids::FieldId;
pub use mapping::Mapping;
pub use options::LeadConduitOptions;
pub use ping::Bid;
pub use sink::LeadConduit;
pub use wire::Fields;
