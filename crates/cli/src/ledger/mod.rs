//! The commands that look at an outbox and steer it. All of them work while a worker has the file.

mod attempts;
mod counts;
mod json;
mod lead;
mod list;
mod of;
mod open;
mod overview;
mod revision;
mod said;
mod sinks;
mod source;
mod status;
mod steer;
mod step;
mod tally;
mod time;
mod word;

pub(crate) use list::run as list;
pub(crate) use source::{FILES, TESTS};
pub(crate) use status::run as status;
pub(crate) use steer::{cancel, pause, purge, release, resume, retry};
pub(crate) use time::When;
pub(crate) use word::Wanted;
