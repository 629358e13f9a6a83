//! The workspace end to end: the binary against the sandbox, the README's example, the features together.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod apart;
mod attempts;
mod bad_input;
mod binary;
mod connections;
mod contract;
mod fakes;
mod faults;
mod killed;
mod library;
mod log_in;
mod outbox;
mod quota;
mod quota_classes;
mod resume;
mod run;
mod sinks;
mod stop;
mod two_sinks;
mod whole_lead;
