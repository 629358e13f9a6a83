#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod locks;
pub mod pages;
mod sender;
mod vendors;

pub use leadsink_core::*;
/// Messy values and lead files into leads.
#[cfg(feature = "intake")]
#[doc(inline)]
pub use leadsink_intake as intake;
/// Deadline, further attempts and rate limit, in their fixed order.
#[cfg(feature = "layers")]
#[doc(inline)]
pub use leadsink_layers as layers;
/// Durable delivery: what was accepted is delivered, refused or visibly undecided.
#[cfg(feature = "outbox")]
#[doc(inline)]
pub use leadsink_outbox as outbox;
#[cfg(feature = "transport-reqwest")]
pub use leadsink_transport_reqwest::{BuildError as TransportBuildError, ReqwestTransport};
pub use sender::{SendError, Sender, Submission};
#[cfg(feature = "transport-reqwest")]
pub use sender::{connect, reqwest_transport};
pub use vendors::*;
