//! What a vendor crate provides: facts, configuration, construction, the sink itself.

mod config;
mod descriptor;
mod findings;
mod json_post;
mod note;
mod registry;
mod secret;
mod sink;
mod stub;

pub use config::{BaseUrl, ConfigError};
pub use descriptor::{ConfigKey, Descriptor, FieldMapping, Need, Quota, Rule};
pub use findings::Findings;
pub use json_post::JsonPost;
pub use note::Note;
pub use registry::{Entry, Registry, UnknownVendor, Vendor};
pub use secret::Secret;
pub use sink::{Before, HttpVendor, LeadSink, Probe, SharedSink};
pub use stub::StubSink;
