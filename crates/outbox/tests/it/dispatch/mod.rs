//! The dispatcher over the embedded store, in paused time, against a vendor that answers by a script.

mod account;
mod clock;
mod doubt;
mod drain;
mod faults;
mod fence;
mod lab;
mod names;
mod outage;
mod poison;
mod question;
mod stop;
mod store;
mod unwritable;
mod vendor;
