//! The dispatcher over the embedded store, in paused time, against a vendor that answers by a script.

mod account;
mod doubt;
mod faults;
mod lab;
mod names;
mod outage;
mod stop;
mod store;
mod vendor;
