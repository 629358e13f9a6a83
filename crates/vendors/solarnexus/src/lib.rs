#![doc = include_str!("../README.md")]

mod appended;
mod auth;
mod config;
mod descriptor;
mod direct;
mod kinds;
mod mapping;
mod names;
mod options;
mod participant;
mod project;
mod response;
mod sink;
mod table;
mod utility;
mod wire;

pub use config::{DirectConfig, SolarNexusConfig};
pub use descriptor::DESCRIPTOR;
pub use kinds::{BusinessTaxEntity, Energy, Id, Monthly, OwnerType, Period, TaxEntity};
pub use options::{ApplicationReference, SolarNexusOptions, UtilityService};
pub use sink::SolarNexus;
