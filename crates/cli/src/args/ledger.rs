//! The commands that look at an outbox and steer it.

use clap::{Args, Subcommand};
use leadsink::LeadId;
use leadsink::outbox::Release;

use crate::ledger::{Wanted, When};
use crate::outbox::OutboxPlace;

pub(super) const OUTBOX: &str = "Outbox";

/// The outbox where none is named.
const DEFAULT_OUTBOX: &str = "leadsink.db";

#[derive(Args, Clone, Debug)]
pub(crate) struct OutboxArgs {
    /// The outbox: a file, or a server as `postgres://USER:PASSWORD@HOST/DATABASE`; the environment's LEADSINK_OUTBOX unless told.
    /// An address without a password takes the environment's PGPASSWORD; neither is shown in the list of processes
    #[arg(long, value_name = "PLACE", default_value = DEFAULT_OUTBOX, help_heading = OUTBOX)]
    pub(crate) outbox: OutboxPlace,
}

pub(super) const STATUS_HELP: &str = "\
The outbox is only read, also while `send` or `work` has it. Of one lead the reasons are shown in the vendor's words, which \
may quote the lead.

Exit codes:
  2  the command line or the outbox cannot be used, or it has no such lead
  0  it was told, whatever it is";

#[derive(Args, Debug)]
pub(crate) struct StatusArgs {
    /// The id of a lead, to see every attempt to deliver it
    #[arg(value_name = "LEAD", value_parser = lead_id)]
    pub(crate) lead: Option<LeadId>,
    #[command(flatten)]
    pub(crate) outbox: OutboxArgs,
    /// Prints a JSON document instead of tables
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) const LIST_HELP: &str = "\
States: due, in-flight, awaiting (the vendor's last word is to come), delivered, refused, unknown (nobody knows whether the \
vendor has it), dead (not tried any more; the vendor does not have it), cancelled; also the words of the JSON: leased, \
awaiting_callback, held, done, accepted, updated, duplicate, rejected, released, superseded

Times: a date (2026-11-22, in UTC), a time stamp (2026-11-22T10:00:00Z), or an age (2h, 3d).

Exit codes:
  2  the command line or the outbox cannot be used
  0  it was listed, also where there is nothing";

#[derive(Args, Debug)]
pub(crate) struct ListArgs {
    /// Lists what is in this state; several with commas or repeated
    #[arg(long, value_name = "STATE", value_delimiter = ',', value_parser = Wanted::parse)]
    pub(crate) state: Vec<Wanted>,
    /// Lists what goes to this sink
    #[arg(long, value_name = "NAME")]
    pub(crate) sink: Option<String>,
    /// Lists what was filed at or after this time
    #[arg(long, value_name = "TIME", value_parser = When::parse)]
    pub(crate) since: Option<When>,
    /// Lists so many at most, the longest filed first; 50 unless told, and all with --json
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub(crate) limit: Option<u64>,
    #[command(flatten)]
    pub(crate) outbox: OutboxArgs,
    /// Prints a line of JSON for each delivery instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

/// Of what `retry` and `cancel` take; an accident must not mean everything.
#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
pub(crate) struct SelectionArgs {
    /// The id of a lead: all its deliveries
    #[arg(value_name = "LEAD", value_parser = lead_id)]
    pub(crate) lead: Option<LeadId>,
    /// Those to this sink
    #[arg(long, value_name = "NAME")]
    pub(crate) sink: Option<String>,
    /// Everything in the outbox
    #[arg(long, conflicts_with_all = ["lead", "sink", "test"])]
    pub(crate) all: bool,
}

/// Which lead, where a file and a test have one with the same id.
#[derive(Args, Debug)]
pub(crate) struct WhichArgs {
    /// Takes the lead that was sent as a test; otherwise it is the one of your files
    #[arg(long, requires = "lead")]
    pub(crate) test: bool,
}

pub(super) const RETRY_HELP: &str = "\
Dead letters are due again with all their attempts, and what waits for its time is due at once. What is unknown stays: see \
`release`. A lead that was purged, or followed by a newer revision, stays dead.

Exit codes:
  2  the command line or the outbox cannot be used, or it has no such lead
  1  there was nothing to retry
  0  something is due now";

#[derive(Args, Debug)]
pub(crate) struct RetryArgs {
    #[command(flatten)]
    pub(crate) of: SelectionArgs,
    #[command(flatten)]
    pub(crate) which: WhichArgs,
    #[command(flatten)]
    pub(crate) outbox: OutboxArgs,
    /// Prints a JSON document instead of a sentence
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) const CANCEL_HELP: &str = "\
What is due, unknown or dead is over and is not sent again. What is in flight goes on. At the vendor nothing changes.

Exit codes:
  2  the command line or the outbox cannot be used, or it has no such lead
  1  there was nothing to cancel
  0  something was cancelled";

#[derive(Args, Debug)]
pub(crate) struct CancelArgs {
    #[command(flatten)]
    pub(crate) of: SelectionArgs,
    #[command(flatten)]
    pub(crate) which: WhichArgs,
    #[command(flatten)]
    pub(crate) outbox: OutboxArgs,
    /// Prints a JSON document instead of a sentence
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) const RELEASE_HELP: &str = "\
For a lead of which nobody knows whether the vendor has it. Look there first: what is released as not delivered is sent \
again. Where several sinks of the lead are in doubt, each is settled on its own, with --sink.

Exit codes:
  2  the command line or the outbox cannot be used, it has no such lead, or several sinks are in doubt and none is named
  1  nothing of the lead is in doubt
  0  it is settled";

#[derive(Args, Debug)]
pub(crate) struct ReleaseArgs {
    /// The id of the lead
    #[arg(value_name = "LEAD", value_parser = lead_id)]
    pub(crate) lead: LeadId,
    /// What you found at the vendor: `delivered` or `not-delivered`
    #[arg(long = "as", value_name = "WHAT", value_parser = release)]
    pub(crate) to: Release,
    #[command(flatten)]
    pub(crate) which: WhichArgs,
    /// For this sink alone
    #[arg(long, value_name = "NAME")]
    pub(crate) sink: Option<String>,
    #[command(flatten)]
    pub(crate) outbox: OutboxArgs,
    /// Prints a JSON document instead of a sentence
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) const LANE_HELP: &str = "\
Exit codes:
  2  the command line or the outbox cannot be used
  0  it is so, also where it was so before";

#[derive(Args, Debug)]
pub(crate) struct LaneArgs {
    /// The name of the sink
    #[arg(value_name = "SINK")]
    pub(crate) sink: String,
    #[command(flatten)]
    pub(crate) outbox: OutboxArgs,
    /// Prints a JSON document instead of a sentence
    #[arg(long)]
    pub(crate) json: bool,
}

pub(super) const PURGE_HELP: &str = "\
Deleted are the lead, the requests and the answers where every delivery of the lead is over, delivered, refused, cancelled or \
dead, since before that time. Its id and how it ended stay, so that it is never taken for new. There is no way back.

Times: a date (2026-11-22, in UTC), a time stamp (2026-11-22T10:00:00Z), or an age (12h, 90d).

Exit codes:
  2  the command line or the outbox cannot be used
  0  it is so, also where there was nothing to purge";

#[derive(Args, Debug)]
pub(crate) struct PurgeArgs {
    /// Purges leads that were over before this time
    #[arg(long, value_name = "TIME", value_parser = When::parse)]
    pub(crate) before: When,
    #[command(flatten)]
    pub(crate) outbox: OutboxArgs,
    /// Prints a JSON document instead of a sentence
    #[arg(long)]
    pub(crate) json: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum OutboxCommand {
    /// Moves an outbox from a file to a server, or back, with everything in it
    #[command(after_help = MOVE_HELP)]
    Move(MoveArgs),
}

const MOVE_HELP: &str = "\
Every lead, delivery, attempt, late answer, pause, hold and quota goes along, and what was copied is compared with what was \
there. No worker may be at either outbox. Afterwards the old one can be read, and nothing can be filed in it or delivered from \
it. Wherever the command breaks off, one of the two at most can be worked on, and the same command again goes on.

A password on the command line is shown in the list of processes: leave it out, as `postgres://USER@HOST/DATABASE`, and set the \
environment's PGPASSWORD, which every server without one takes.

Exit codes:
  2  the command line or an outbox cannot be used, a worker is at it, the new one is not empty, or it broke off: see \
`leadsink status` of FROM; repeat the command
  0  it is there, also where it was moved before";

#[derive(Args, Debug)]
pub(crate) struct MoveArgs {
    /// The outbox to move: a file, or a server as `postgres://USER:PASSWORD@HOST/DATABASE`
    pub(crate) from: OutboxPlace,
    /// Where to: a file or a server that holds no outbox yet, or an empty one
    pub(crate) to: OutboxPlace,
    /// Prints a JSON document instead of a sentence
    #[arg(long)]
    pub(crate) json: bool,
}

fn lead_id(text: &str) -> Result<LeadId, String> {
    LeadId::new(text).map_err(|error| error.to_string())
}

fn release(text: &str) -> Result<Release, String> {
    match text {
        "delivered" => Ok(Release::Delivered),
        "not-delivered" => Ok(Release::NotDelivered),
        _ => Err("available: `delivered`, `not-delivered`".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_release_is_one_of_two_words() {
        assert_eq!(release("delivered"), Ok(Release::Delivered));
        assert_eq!(release("not-delivered"), Ok(Release::NotDelivered));
        for bad in ["", "undelivered", "Delivered"] {
            assert!(release(bad).is_err(), "{bad}");
        }
    }
}
