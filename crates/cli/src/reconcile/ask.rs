//! The questions themselves: one after another at a sink, the sinks side by side.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::future::join_all;
use leadsink::{DeliveryId, ErrorKind, PrepareContext, Receipt, Reconciliation, SendError, Sender, Timestamp};

use super::doubts::Doubt;
use super::inputs::{Input, Inputs};
use crate::send::RunInfo;
use crate::send::line::{LOOK_UP_FAILED, ROW_CHANGED, UNDECIDED};
use crate::test_mark;

/// So long may a vendor go on with a request after its answer was given up: what is not there before that may still come.
const SETTLED: Duration = Duration::from_secs(60);

/// What became of the leads in doubt at one sink.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) name: String,
    pub(super) vendor: &'static str,
    /// The vendor's name for people.
    pub(super) vendor_name: &'static str,
    pub(super) doubts: Vec<Doubt>,
    /// Whether the vendor, or this account, can tell at all.
    pub(super) can_tell: bool,
    /// Why no more was asked.
    pub(super) stopped: Option<String>,
}

/// What a vendor said.
enum Told {
    Found(Receipt),
    NotFound,
    /// A code and why.
    Nothing(&'static str, String),
    Unable,
    Stopped(String),
}

/// Asks every sink about its leads.
pub(super) async fn all(senders: Vec<Sender>, doubts: Vec<Doubt>, runs: &[RunInfo], inputs: &Inputs) -> Vec<Asked> {
    let mut by_sink: HashMap<_, Vec<_>> = HashMap::new();
    for doubt in doubts {
        by_sink.entry(doubt.line.sink.to_string()).or_default().push(doubt);
    }
    let asking = senders.into_iter().map(|sender| {
        let doubts = by_sink.remove(sender.name()).unwrap_or_default();
        one(sender, doubts, runs, inputs)
    });
    join_all(asking).await
}

async fn one(sender: Sender, doubts: Vec<Doubt>, runs: &[RunInfo], inputs: &Inputs) -> Asked {
    let facts = sender.sink().descriptor();
    let mut asked = Asked {
        name: sender.name().to_owned(),
        vendor: facts.id,
        vendor_name: facts.name,
        doubts: Vec::with_capacity(doubts.len()),
        can_tell: true,
        stopped: None,
    };
    for mut doubt in doubts {
        if asked.can_tell && asked.stopped.is_none() {
            match look(&sender, &mut doubt, runs, inputs).await {
                Told::Found(receipt) => {
                    if let Some(input) = inputs.of(&doubt) {
                        doubt.line.was_found(receipt, &input.columns);
                        doubt.is_told = true;
                    }
                }
                Told::NotFound => {
                    doubt.line.was_not_found();
                    doubt.is_told = true;
                }
                Told::Nothing(code, why) => {
                    doubt.line.stays_in_doubt(code, &why);
                    doubt.is_told = true;
                }
                Told::Unable => asked.can_tell = false,
                Told::Stopped(why) => asked.stopped = Some(why),
            }
        }
        asked.doubts.push(doubt);
    }
    asked
}

async fn look(sender: &Sender, doubt: &mut Doubt, runs: &[RunInfo], inputs: &Inputs) -> Told {
    let run = doubt.run.and_then(|index| runs.get(index));
    let (Some(run), Some(input)) = (run, inputs.of(doubt)) else {
        let why = "no line above this one in the report says what file the lead came from, and when";
        return Told::Nothing(UNDECIDED, why.to_owned());
    };
    let line = &mut doubt.line;
    let Some(lead) = input.lead(line.row, line.lead.as_ref()) else {
        return Told::Nothing(ROW_CHANGED, not_the_lead(input, line.row));
    };
    line.is_about(&lead.id);
    let mut lead = lead.clone();
    if run.test {
        test_mark::mark(&mut lead, sender.sink().descriptor());
    }
    let mut cx = PrepareContext::new(DeliveryId::new(&lead.id, sender.name()), run.accepted_at);
    if let Some(token) = &line.callback_token {
        cx = cx.with_callback_token(token.clone());
    }
    // Of what was under way when a run died nobody knows when it began, not before its run, and when it ended: its line has
    // the time at which the report was read.
    let began = line.began.unwrap_or(run.accepted_at);
    match sender.reconcile(&lead, &cx, began..line.at).await {
        Ok(Reconciliation::Found(receipt)) => Told::Found(receipt),
        Ok(Reconciliation::NotFound) if is_fresh(line.at) => {
            let why = "the vendor does not have it yet; ask again in a minute, about the report that is written now";
            Told::Nothing(UNDECIDED, why.to_owned())
        }
        Ok(Reconciliation::NotFound) => Told::NotFound,
        // Its line was made when the report was read, and says so anew at each reading.
        Ok(Reconciliation::Undecided(why)) if line.began.is_none() && is_fresh(line.at) => {
            let why =
                format!("{why}; its run died and left no end: ask in a minute, about the report that is written now");
            Told::Nothing(UNDECIDED, why)
        }
        Ok(Reconciliation::Undecided(why)) => Told::Nothing(UNDECIDED, why),
        Ok(Reconciliation::Unsupported) => Told::Unable,
        Ok(_) => Told::Nothing(UNDECIDED, "the vendor's answer does not tell".to_owned()),
        Err(SendError::Failed(error)) if error.stops_sink() || error.kind() == ErrorKind::Stopped => {
            Told::Stopped(error.to_string())
        }
        Err(error) => Told::Nothing(LOOK_UP_FAILED, error.to_string()),
    }
}

/// Whether the attempt ended so short a time ago that its lead may still arrive.
fn is_fresh(ended: Timestamp) -> bool {
    Timestamp::now().duration_since(ended).as_secs_f64() < SETTLED.as_secs_f64()
}

fn not_the_lead(input: &Input, row: u64) -> String {
    format!(
        "row {row} of `{}` is not the lead that was sent, or cannot be read any more",
        input.path.display()
    )
}
