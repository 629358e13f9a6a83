//! The examples on the workspace's pages compile. They stand here since a published package cannot name a file outside it.

#[cfg(doctest)]
#[doc = include_str!("../README.md")]
pub struct Readme;
