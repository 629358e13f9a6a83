//! Pages for people: how the workspace is built, and why.

#[doc = include_str!("../docs/architecture.md")]
pub mod architecture {}
