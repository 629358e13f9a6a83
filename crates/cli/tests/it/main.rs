//! The binary as a script meets it: arguments, streams, files, exit codes.

#[cfg(test)]
mod check;
#[cfg(test)]
mod config;
#[cfg(test)]
mod demo;
#[cfg(test)]
#[cfg(unix)]
mod died;
#[cfg(test)]
mod durable;
#[cfg(test)]
mod init;
#[cfg(test)]
mod inspect;
#[cfg(test)]
mod ledger;
#[cfg(test)]
mod map;
#[cfg(test)]
mod postgres;
#[cfg(test)]
mod probe;
#[cfg(test)]
mod reconcile;
#[cfg(test)]
mod sandbox;
#[cfg(test)]
mod send;
#[cfg(test)]
mod streams;
#[cfg(test)]
mod support;
#[cfg(test)]
mod vendors;
