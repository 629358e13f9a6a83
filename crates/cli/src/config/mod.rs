//! From `--to`, `--config` and `--set` to sinks: which there are, what their configuration says, what it lacks.

mod build;
mod delivery;
mod file;
mod named;
mod open;
mod reference;
mod setting;
#[cfg(test)]
mod tests;

use std::env;
use std::path::Path;

use leadsink::SharedSink;
use leadsink::layers::Stack;

#[cfg(test)]
pub(crate) use delivery::limits;
pub(crate) use delivery::{Retry, duration, limit};

use crate::args::{ConfigArgs, SinkArgs};
use crate::exit::CliError;
use file::ConfigFile;
use open::Opening;

/// The configuration that is read where none is named.
pub(crate) const DEFAULT_FILE: &str = "leadsink.toml";

/// What the sinks are opened for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Purpose {
    /// To show requests; credentials are not looked at.
    Map,
    /// To see which leads a sink would take; credentials are not looked at, and without `--to` it is every sink.
    Check,
    /// To deliver; the configuration must be complete.
    Send,
    /// To ask the vendor something; the configuration must be complete too.
    Ask,
}

/// A sink under the name that it goes by in reports and delivery ids.
#[derive(Clone, Debug)]
pub(crate) struct OpenSink {
    /// The NAME of its `[sinks.NAME]`, or the id of the vendor.
    pub(crate) name: String,
    /// The id of the vendor.
    pub(crate) vendor: &'static str,
    pub(crate) sink: SharedSink,
    /// How often and how long a lead is tried, where the configuration says so.
    pub(crate) retry: Retry,
    /// How leads are delivered to it without an outbox.
    pub(crate) stack: Stack,
}

/// Opens the sinks that the options name.
pub(crate) fn open_sinks(args: &SinkArgs, purpose: Purpose) -> Result<Vec<OpenSink>, CliError> {
    open_named(&args.to, &args.config, purpose)
}

/// Opens the sinks with these names.
pub(crate) fn open_named(names: &[String], args: &ConfigArgs, purpose: Purpose) -> Result<Vec<OpenSink>, CliError> {
    let file = match &args.config {
        Some(path) => ConfigFile::load(path)
            .map_err(|error| error.or_hint("`leadsink init` writes a commented file to begin with"))?,
        None if Path::new(DEFAULT_FILE).exists() => ConfigFile::load(Path::new(DEFAULT_FILE))?,
        None => ConfigFile::default(),
    };
    open_from(&file, names, &args.set, purpose)
}

/// Opens sinks from the text of a configuration, such as that of the sandbox.
pub(crate) fn open_sinks_from(toml_text: &str, to: &[String], purpose: Purpose) -> Result<Vec<OpenSink>, CliError> {
    open_from(&ConfigFile::parse(toml_text, None)?, to, &[], purpose)
}

fn open_from(file: &ConfigFile, to: &[String], set: &[String], purpose: Purpose) -> Result<Vec<OpenSink>, CliError> {
    let registry = leadsink::registry();
    let opening = Opening {
        registry: &registry,
        file,
        purpose,
        env: &|name| env::var_os(name),
    };
    opening.open(to, set)
}
