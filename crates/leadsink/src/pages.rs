//! Pages for people: how the workspace is built and why, and what a new version asks of you.

#[doc = include_str!("../docs/architecture.md")]
pub mod architecture {}

#[doc = include_str!("../docs/upgrading.md")]
pub mod upgrading {}
