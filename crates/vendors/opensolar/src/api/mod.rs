//! A client of OpenSolar's REST API, a file a resource: what the delivery of leads needs, and no more yet.
//!
//! Every request goes through [`DeliverContext`](leadsink_core::DeliverContext), so time-out, deadline, rate limit and
//! transport are the caller's. A token that was refused is renewed once, by one log-in however many requests wait for it. The
//! token goes to the configured address only, and never along a redirect.

mod client;
mod contacts;
mod lenient;
mod pages;
mod projects;
mod roles;
mod session;
mod users;
mod window;

pub use client::Client;
pub use contacts::{Contact, Gender};
pub use projects::{Link, Phases, Project, RoofType};
pub use roles::Role;

pub use users::Account;

pub(crate) use client::{UNKNOWN, unanswered};
pub(crate) use contacts::Matches;
pub(crate) use roles::same;
pub(crate) use session::Session;
pub(crate) use window::Window;
