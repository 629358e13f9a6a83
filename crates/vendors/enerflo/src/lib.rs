#![doc = include_str!("../README.md")]

mod address;
mod answer;
mod appointment;
mod auth;
mod config;
mod descriptor;
mod mapping;
mod options;
mod person;
mod reasons;
mod redirect;
mod response;
mod sink;
mod survey;
mod tail;
mod wire;

pub use config::{AppointmentTime, AppointmentTypeKey, EnerfloConfig};
pub use descriptor::DESCRIPTOR;
pub use options::{AppointmentOptions, EnerfloOptions, SurveyData, SurveyFile};
pub use redirect::{BrowserUrl, Calendar, Redirect};
pub use sink::Enerflo;
