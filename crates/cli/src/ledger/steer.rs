//! The commands that change something: `retry`, `cancel`, `release`, `pause`, `resume`, `purge`.

use leadsink::Timestamp;
use leadsink::outbox::{Control, Gate, Lane, Release};

use super::of::{Of, are};
use super::open::Ledger;
use super::said::Said;
use super::sinks::{obstacles, warn_of_unknown};
use super::time::show;
use crate::args::{CancelArgs, LaneArgs, PurgeArgs, ReleaseArgs, RetryArgs};
use crate::exit::{CliError, Outcome};
use crate::output::plural;

/// Makes deliveries due now.
pub(crate) fn retry(args: &RetryArgs) -> Outcome {
    let of = Of::selected(&args.outbox, &args.of, &args.which)?;
    let changed = of.control(Control::Retry(of.selection()))?;
    let said = match changed {
        0 => of.nothing("retry")?,
        n => of.also_unknown(Said::well(n, format!("{} due now.", are(n))))?,
    };
    said.print(args.json)
}

/// Ends deliveries.
pub(crate) fn cancel(args: &CancelArgs) -> Outcome {
    let of = Of::selected(&args.outbox, &args.of, &args.which)?;
    let changed = of.control(Control::Cancel(of.selection()))?;
    let said = match changed {
        0 => of.nothing("cancel")?,
        n => of.also_in_flight(Said::well(n, format!("{} cancelled.", are(n))))?,
    };
    said.print(args.json)
}

/// Settles a doubt.
pub(crate) fn release(args: &ReleaseArgs) -> Outcome {
    let mut of = Of::open(&args.outbox, Some(&args.lead), args.which.test, args.sink.as_deref())?;
    let to = args.to;
    let changed = if of.at_one_sink()? {
        let of_sink = of.selection();
        of.control(Control::Release { of: of_sink, to })?
    } else {
        0
    };
    let said = match (changed, to) {
        (0, _) => of.nothing("release")?,
        (n, Release::Delivered) => Said::well(n, format!("{} delivered, as you say.", are(n))),
        (n, Release::NotDelivered) => Said::well(n, format!("{} due again.", are(n))),
    };
    said.print(args.json)
}

/// Holds a sink's deliveries back.
pub(crate) fn pause(args: &LaneArgs) -> Outcome {
    let ledger = Ledger::steer(&args.outbox)?;
    warn_of_unknown(&ledger, Some(&args.sink))?;
    let changed = ledger.control(Control::Pause((&*args.sink).into()), Timestamp::now())?;
    let sink = &args.sink;
    let message = match changed {
        0 => format!("`{sink}` was paused already."),
        _ => format!("`{sink}` is paused. What is in flight there ends, and nothing more goes out."),
    };
    Said::well(changed, message).print(args.json)
}

/// Lets a sink's deliveries go on.
pub(crate) fn resume(args: &LaneArgs) -> Outcome {
    let ledger = Ledger::steer(&args.outbox)?;
    warn_of_unknown(&ledger, Some(&args.sink))?;
    let now = Timestamp::now();
    let changed = ledger.control(Control::Resume((&*args.sink).into()), now)?;
    let lanes = ledger.ask(ledger.store.lanes())?;
    let lane = lanes.into_iter().find(|lane| *lane.sink == *args.sink);
    let message = resumed(&args.sink, changed, lane.as_ref(), now, &ledger);
    Said::well(changed, message).print(args.json)
}

fn resumed(sink: &str, changed: u64, lane: Option<&Lane>, now: Timestamp, ledger: &Ledger) -> String {
    let mut message = match changed {
        0 => format!("`{sink}` was neither paused nor held."),
        _ => format!("`{sink}` goes on."),
    };
    if let Some(lane) = lane.filter(|lane| lane.gate(now) != Gate::Open) {
        for obstacle in obstacles(lane, now, &ledger.place) {
            message += &format!(" But {obstacle}.");
        }
    }
    message
}

/// Deletes what is known of leads that are over.
pub(crate) fn purge(args: &PurgeArgs) -> Outcome {
    let now = Timestamp::now();
    let before = args.before.resolve(now);
    // Of a slip of the pen, such as a wrong year, there would be no way back.
    if now < before {
        let message = format!(
            "cannot purge what is over before {}: that is still to come",
            show(before)
        );
        return Err(CliError::new(message).with_hint("name a time that is past, or an age such as `--before 90d`"));
    }
    let ledger = Ledger::steer(&args.outbox)?;
    let purged = ledger.control(Control::Purge { before }, now)?;
    let message = match purged {
        0 => format!("Nothing was over before {}.", show(before)),
        n => format!(
            "{} purged that {} over before {}; only the id and how it ended stay.",
            match n {
                1 => "1 lead is".to_owned(),
                n => format!("{} are", plural(n, "lead")),
            },
            if n == 1 { "was" } else { "were" },
            show(before)
        ),
    };
    Said::well(purged, message).print(args.json)
}

impl Ledger {
    pub(super) fn control(&self, command: Control, now: Timestamp) -> Result<u64, CliError> {
        self.ask(self.store.control(command, now))
    }
}
