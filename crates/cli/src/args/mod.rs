//! The command line: every command and its options, with the help that `--help` prints.

mod ask;
mod input;
mod ledger;
mod parse;
mod reading;
mod sink;

pub(crate) use ask::{ProbeArgs, ReconcileArgs};
pub(crate) use input::InputArgs;
pub(crate) use ledger::{
    CancelArgs, LaneArgs, ListArgs, MoveArgs, OutboxArgs, OutboxCommand, PurgeArgs, ReleaseArgs, RetryArgs,
    SelectionArgs, StatusArgs, WhichArgs,
};
pub(crate) use parse::RateLimit;
pub(crate) use reading::ReadingArgs;
pub(crate) use sink::{ConfigArgs, SinkArgs};

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use leadsink::intake::value::inspect::Kind;
use leadsink::value::{Country, State};
use leadsink_sandbox::{FaultPlan, Mode};

/// How many deliveries are under way for each sink unless told.
pub(crate) const CONCURRENCY: usize = 32;

const EXIT_CODES: &str = "\
Exit codes, the first that applies:
  2  the command line, the configuration or a file cannot be used
  3  of some leads nobody knows whether they arrived
  4  there were good rows and none was delivered
  1  some rows are bad, or some leads were refused or failed
  0  all is well; an answer still to come counts as delivered";

/// Delivers residential-solar leads to the systems that installers and lead buyers run.
#[derive(Debug, Parser)]
#[command(
    name = "leadsink",
    version,
    arg_required_else_help = true,
    disable_help_subcommand = true,
    max_term_width = 110,
    after_help = EXIT_CODES
)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Lists the vendors that leads can be delivered to
    Vendors(VendorsArgs),
    /// Shows what becomes of each field of a lead at a vendor
    Fields(FieldsArgs),
    /// Reads single values as a file's would be read, and prints what was understood as NDJSON
    #[command(after_help = INSPECT_HELP)]
    Inspect(InspectArgs),
    /// Says how a file is understood, which rows are bad and why, and how many leads each sink would take
    #[command(after_help = CHECK_HELP)]
    Check(CheckArgs),
    /// Prints the requests that `send` would make as NDJSON, one a row and sink, without sending anything
    Map(MapArgs),
    /// Delivers the leads of a file
    #[command(after_help = EXIT_CODES)]
    Send(SendArgs),
    /// Goes on with what is due in an outbox
    #[command(after_help = EXIT_CODES)]
    Work(WorkArgs),
    /// Asks the vendors about the leads of a report that are in doubt, and writes a report with what they say
    #[command(after_help = ask::RECONCILE_HELP)]
    Reconcile(ReconcileArgs),
    /// Shows how the deliveries of an outbox stand, or every attempt to deliver one lead
    #[command(after_help = ledger::STATUS_HELP)]
    Status(StatusArgs),
    /// Lists deliveries of an outbox
    #[command(after_help = ledger::LIST_HELP)]
    List(ListArgs),
    /// Makes dead letters, and what waits for its time, due at once
    #[command(after_help = ledger::RETRY_HELP)]
    Retry(RetryArgs),
    /// Ends deliveries that are due, unknown or dead
    #[command(after_help = ledger::CANCEL_HELP)]
    Cancel(CancelArgs),
    /// Settles what is unknown: says whether the vendor has a lead
    #[command(after_help = ledger::RELEASE_HELP)]
    Release(ReleaseArgs),
    /// Holds the deliveries to a sink back until it is resumed
    #[command(after_help = ledger::LANE_HELP)]
    Pause(LaneArgs),
    /// Lets the deliveries to a sink go on, after a pause or a hold
    #[command(after_help = ledger::LANE_HELP)]
    Resume(LaneArgs),
    /// Deletes what is known of leads that are over
    #[command(after_help = ledger::PURGE_HELP)]
    Purge(PurgeArgs),
    /// Moves an outbox to another place
    #[command(subcommand)]
    Outbox(OutboxCommand),
    /// Asks whether the credentials of a sink work; creates nothing
    #[command(after_help = ask::PROBE_HELP)]
    Probe(ProbeArgs),
    /// Writes a commented leadsink.toml to begin with
    Init(InitArgs),
    /// Plays the vendors on 127.0.0.1 until Ctrl-C, to try things on
    Sandbox(SandboxArgs),
    /// Shows a delivery from end to end against the sandbox; needs no account and no network
    Demo(DemoArgs),
}

#[derive(Args, Debug)]
pub(crate) struct VendorsArgs {
    /// Prints a JSON array instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct FieldsArgs {
    /// The vendor's id, such as `ntherm`
    pub(crate) vendor: String,
    /// Prints a JSON document instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

const INSPECT_HELP: &str = "\
Kinds: phone, email, state, postal-code, name, street, boolean, range, date, date-time, url, trustedform-url, ip, country

A value that cannot be read is a finding, not a failure: it has `\"valid\":false` and a code, and the exit code stays 0.
On standard input each line is one JSON string, or null for an absent value; another line makes the exit code 2.";

#[derive(Args, Debug)]
pub(crate) struct InspectArgs {
    /// The kind of value
    #[arg(value_parser = parse::kind, hide_possible_values = true)]
    pub(crate) kind: Kind,
    /// The values, those that begin with `-` behind `--`; without any, JSON strings are read from standard input
    #[arg(value_name = "VALUE", allow_negative_numbers = true)]
    pub(crate) values: Vec<String>,
    /// The state that the lead is in, for what depends on it
    #[arg(long, value_name = "STATE")]
    pub(crate) state: Option<String>,
    /// The country that the lead is in, by code or name
    #[arg(long, value_name = "COUNTRY", value_parser = parse::country)]
    pub(crate) country: Option<Country>,
}

impl InspectArgs {
    /// The state, read in the light of the country.
    pub(crate) fn known_state(&self) -> Result<Option<State>, crate::exit::CliError> {
        self.state
            .as_deref()
            .map(|text| parse::state(text, self.country))
            .transpose()
    }
}

const CHECK_HELP: &str = "\
Without `--to`, every sink of the configuration is asked. Nothing is sent and no credential is looked at.

Exit codes, the first that applies:
  2  the command line, the configuration or the file cannot be used
  4  there are good rows and no sink would take one
  1  some rows are bad, or some sink would not take some lead
  0  all is well";

#[derive(Args, Debug)]
pub(crate) struct CheckArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) sinks: SinkArgs,
    /// Lists every bad row, however many there are
    #[arg(long)]
    pub(crate) all: bool,
    /// Prints a JSON document instead of tables
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct MapArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) sinks: SinkArgs,
    /// Shows the requests as `send --test` would make them; refused where a vendor knows no mark of a test
    #[arg(long)]
    pub(crate) test: bool,
}

#[derive(Args, Debug)]
pub(crate) struct SendArgs {
    #[command(flatten)]
    pub(crate) input: InputArgs,
    #[command(flatten)]
    pub(crate) sinks: SinkArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) outbox: OutboxArgs,
    /// Sends without an outbox: what becomes of the leads stands in the report alone
    #[arg(long, conflicts_with_all = ["outbox", "update", "lease"], help_heading = ledger::OUTBOX)]
    pub(crate) no_outbox: bool,
    /// Sends the change of a lead that is known with another record, where the vendor updates
    #[arg(long, help_heading = ledger::OUTBOX)]
    pub(crate) update: bool,
    /// Does everything but send
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Marks every lead as a test; refused where a vendor knows no such mark
    #[arg(long)]
    pub(crate) test: bool,
    /// Writes what became of each row to this file, as NDJSON; at the end, or as it happens without an outbox
    #[arg(long, value_name = "FILE")]
    pub(crate) report: Option<PathBuf>,
    /// Writes the rows to mend to this file, with the reasons: those that are bad, do not fit or were refused
    #[arg(long, value_name = "FILE")]
    pub(crate) rejects: Option<PathBuf>,
    /// Leaves out what this report of an earlier run without an outbox says was settled
    #[arg(long, value_name = "REPORT", conflicts_with_all = ["outbox", "update"])]
    pub(crate) resume: Option<PathBuf>,
    /// Prints the summary as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// How leads are delivered, by `send` and `work` alike.
#[derive(Args, Clone, Copy, Debug)]
pub(crate) struct PaceArgs {
    /// How many deliveries may be under way at once, for each sink
    #[arg(long, value_name = "N", default_value_t = CONCURRENCY, value_parser = parse::concurrency)]
    pub(crate) concurrency: usize,
    /// How long one request may take; the vendor's own limit unless told
    #[arg(long, value_name = "SECONDS", value_parser = parse::timeout)]
    pub(crate) timeout: Option<Duration>,
    /// How often a lead is tried at most, where trying again is safe; what the configuration says, else 25, or 3 without an
    /// outbox, unless told
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    pub(crate) attempts: Option<u32>,
    /// How long what a worker took waits for it when nothing is heard of it, before another worker takes it over; 30 unless told
    #[arg(long, value_name = "SECONDS", value_parser = parse::lease, help_heading = ledger::OUTBOX)]
    pub(crate) lease: Option<Duration>,
}

#[derive(Args, Debug)]
pub(crate) struct WorkArgs {
    /// The sinks to deliver to; every one that has something due unless told; several with commas or repeated
    #[arg(long, value_name = "NAME", value_delimiter = ',', help_heading = sink::SINKS)]
    pub(crate) to: Vec<String>,
    #[command(flatten)]
    pub(crate) config: ConfigArgs,
    #[command(flatten)]
    pub(crate) pace: PaceArgs,
    #[command(flatten)]
    pub(crate) outbox: OutboxArgs,
    /// Goes on until Ctrl-C, with what others file meanwhile; needs `--to`
    #[arg(long, requires = "to")]
    pub(crate) watch: bool,
    /// Prints the summary as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Args, Debug)]
pub(crate) struct InitArgs {
    /// The file to write; it must not exist yet
    #[arg(default_value = "leadsink.toml")]
    pub(crate) path: PathBuf,
    /// The vendors to write it for; all that are compiled in unless told
    #[arg(long, value_name = "ID", value_delimiter = ',')]
    pub(crate) vendor: Vec<String>,
}

#[derive(Args, Debug)]
pub(crate) struct SandboxArgs {
    /// The port on 127.0.0.1; a free one unless told
    #[arg(long, value_name = "N", default_value = "0", hide_default_value = true)]
    pub(crate) port: u16,
    /// Spoils requests: `503=0.1,latency=250ms`; a fault without a rate strikes every request
    #[arg(long, value_name = "FAULTS", value_parser = parse::faults)]
    pub(crate) fault: Option<FaultPlan>,
    /// Holds every answer of a vendor back for so many milliseconds
    #[arg(long, value_name = "MS", default_value = "0", hide_default_value = true, value_parser = parse::milliseconds)]
    pub(crate) delay: Duration,
    /// Answers 429 to what is over so many requests in a time: `enerflo=300/60s`; may be repeated, for each vendor
    #[arg(long, value_name = "VENDOR=REQUESTS/TIME", value_parser = parse::rate_limit)]
    pub(crate) rate_limit: Vec<RateLimit>,
    /// How the documents are read where they can be read two ways: `documented` or `strict`
    #[arg(long, value_name = "MODE", default_value = "documented", value_parser = parse::mode)]
    pub(crate) mode: Mode,
    /// Appends every request received to this file, as NDJSON
    #[arg(long, value_name = "FILE")]
    pub(crate) log: Option<PathBuf>,
    /// Keeps counts and no requests in memory, for long runs
    #[arg(long)]
    pub(crate) counts_only: bool,
}

#[derive(Args, Debug)]
pub(crate) struct DemoArgs {
    /// Prints the outcome as JSON
    #[arg(long)]
    pub(crate) json: bool,
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn every_argument_has_a_help_text() {
        for command in Cli::command().get_subcommands() {
            assert!(command.get_about().is_some(), "{}", command.get_name());
            for arg in command.get_arguments() {
                assert!(arg.get_help().is_some(), "{} {}", command.get_name(), arg.get_id());
            }
        }
    }
}
