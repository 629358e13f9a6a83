#![doc = include_str!("../README.md")]

pub mod delivery;
pub mod json;
pub mod lead;
mod suggest;
pub mod value;
pub mod vendor;

pub use delivery::{
    Attempt, ByDelivery, CallbackToken, CountsFor, DeliverContext, DeliveryId, Disposition, Draft, Error, ErrorKind,
    HttpRequest, HttpResponse, Outcome, PrepareContext, Prepared, Problem, Purpose, Reason, Receipt, Reconciliation,
    Rejection, RejectionClass, Repeat, Result, Sent, Step, Transport, TransportError, TransportErrorKind, Unfit,
    Warning, may_repeat,
};
pub use jiff::Timestamp;
pub use lead::{
    Address, BuildError, Field, FieldRef, FieldSet, Lead, LeadBuilder, LeadId, LeadOptions, OptionsError, UnknownField,
};
pub use suggest::suggest;
pub use vendor::{
    BaseUrl, Before, ConfigError, ConfigKey, Descriptor, Entry, FieldMapping, Findings, HttpVendor, JsonPost, LeadSink,
    Need, Note, Probe, Quota, Registry, Rule, Secret, SharedSink, StubSink, UnknownVendor, Vendor,
};
