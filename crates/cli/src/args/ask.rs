//! The commands that ask a vendor something and send no lead.

use std::path::PathBuf;

use clap::Args;

use super::sink::{ConfigArgs, SINKS};

pub(super) const RECONCILE_HELP: &str = "\
The input is read again as it was read, and each lead in doubt is prepared as it was sent. A lead that the vendor has is \
`accepted` in the new report; one that it does not have is `failed`, and `leadsink send --resume` sends it again. The \
report itself stays as it is.

Exit codes, the first that applies; they speak of the whole new report:
  2  the command line, the configuration or a file cannot be used
  3  of some leads nobody knows still whether they arrived
  4  there were good rows and none was delivered
  1  some rows are bad, or some leads were refused or failed
  0  all is well";

#[derive(Args, Debug)]
pub(crate) struct ReconcileArgs {
    /// The report with the leads in doubt
    #[arg(long, value_name = "FILE")]
    pub(crate) report: PathBuf,
    /// The file that was sent, where it is not where the report says, or came from standard input
    #[arg(long, value_name = "FILE")]
    pub(crate) input: Option<PathBuf>,
    /// Writes the new report to this file; beside the old one unless told
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
    /// Asks these sinks only; several with commas or repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = SINKS)]
    pub(crate) to: Vec<String>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// Prints the summary as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) const PROBE_HELP: &str = "\
Nothing is created at the vendor. A vendor without a harmless question says nothing about its credentials.

Exit codes, the first that applies:
  2  the command line or the configuration cannot be used
  4  no sink works
  1  some sink does not work
  0  every sink works, or has no way to ask";

#[derive(Args, Debug)]
pub(crate) struct ProbeArgs {
    /// The names of `[sinks.NAME]`, or ids of vendors; with blanks or commas between them
    #[arg(value_name = "SINK", required = true, value_delimiter = ',')]
    pub(crate) sinks: Vec<String>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    /// Prints a JSON document instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}
