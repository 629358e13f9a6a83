#![doc = include_str!("../README.md")]

pub mod lead;
mod suggest;
pub mod value;

pub use lead::{
    Address, BuildError, Field, FieldRef, FieldSet, Lead, LeadBuilder, LeadId, LeadOptions, OptionsError, UnknownField,
};
pub use suggest::suggest;
