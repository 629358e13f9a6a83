//! How the commands that steer say what they did: a sentence, or the same as JSON.

use serde::Serialize;

use crate::exit::{Exit, Outcome};
use crate::output::{Out, clean, width};
use crate::summary::paragraph;

/// What a command did.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) exit: Exit,
    /// How many deliveries, sinks or leads it changed.
    pub(super) changed: u64,
    /// A sentence about it.
    pub(super) message: String,
}

#[derive(Serialize)]
struct Document<'a> {
    exit: u8,
    changed: u64,
    message: &'a str,
}

impl Said {
    /// It is as it was wished, whether something had to be changed for that or not.
    pub(super) fn well(changed: u64, message: impl Into<String>) -> Self {
        Self {
            exit: Exit::Well,
            changed,
            message: message.into(),
        }
    }

    /// There was nothing to change.
    pub(super) fn nothing(message: impl Into<String>) -> Self {
        Self {
            exit: Exit::SomeBad,
            changed: 0,
            message: message.into(),
        }
    }

    /// Prints it, and ends the command.
    pub(super) fn print(&self, json: bool) -> Outcome {
        let mut out = Out::new();
        if json {
            out.json(&Document {
                exit: self.exit as u8,
                changed: self.changed,
                message: &self.message,
            })?;
        } else {
            paragraph(&mut out, &clean(&self.message), width())?;
        }
        out.done(self.exit)
    }
}
