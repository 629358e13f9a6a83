#![doc = include_str!("../README.md")]

mod client;
mod failure;
mod transport;

pub use client::BuildError;
pub use transport::ReqwestTransport;
