//! The options that say where leads go, and how that is configured.

use std::path::PathBuf;

use clap::Args;

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct SinkArgs {
    /// Where the leads go: the name of a `[sinks.NAME]` or the id of a vendor; several with commas or repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = SINKS)]
    pub(crate) to: Vec<String>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
}

#[derive(Args, Clone, Debug, Default)]
pub(crate) struct ConfigArgs {
    /// The configuration; ./leadsink.toml unless told, where there is one
    #[arg(long, value_name = "FILE", help_heading = SINKS)]
    pub(crate) config: Option<PathBuf>,
    /// Sets a key of every sink's configuration, or of one: `sink.key=value`; wins over the file
    #[arg(long, value_name = "KEY=VALUE", help_heading = SINKS)]
    pub(crate) set: Vec<String>,
}

pub(super) const SINKS: &str = "Sinks";
