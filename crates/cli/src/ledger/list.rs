//! The command `list`: deliveries page by page, so that a long list is never held in memory.

use leadsink::Timestamp;
use leadsink::outbox::{Conclusion, DeliveryView, Page, Query, State};

use super::json;
use super::open::Ledger;
use super::revision::waits_for;
use super::sinks::warn_of_unknown;
use super::source::TESTS;
use super::time::distance;
use super::word::{Standing, Wanted};
use crate::args::ListArgs;
use crate::exit::{CliError, Exit, Outcome};
use crate::output::{Cell, Out, Paint, Style, Table, count, width};

/// How many are listed for people unless told.
const LISTED: u64 = 50;

/// How many are read at once; a table has as many rows at most.
const PAGE: u64 = 1000;

/// Runs the command.
pub(crate) fn run(args: &ListArgs) -> Outcome {
    let ledger = Ledger::look(&args.outbox)?;
    let now = Timestamp::now();
    warn_of_unknown(&ledger, args.sink.as_deref())?;
    let wanted = Wanted::any(&args.state);
    let mut query = Query {
        states: wanted.states.clone(),
        conclusions: wanted.conclusions.clone(),
        sink: args.sink.as_deref().map(Into::into),
        since: args.since.map(|since| since.resolve(now)),
        after: None,
        limit: 0,
    };
    let limit = args.limit.unwrap_or(if args.json { u64::MAX } else { LISTED });
    let mut out = Out::new();
    let mut listed = 0;
    loop {
        query.limit = u32::try_from((limit - listed).min(PAGE)).unwrap_or(u32::MAX);
        let Page { deliveries, next } = ledger.ask(ledger.store.list(query.clone()))?;
        if args.json {
            for delivery in &deliveries {
                out.json_line(&json::Delivery::of(delivery))?;
            }
        } else if !deliveries.is_empty() {
            out.bytes(table(&deliveries, &ledger, now)?.render(Style::stdout(), width()))?;
        }
        // Whoever reads on need not wait for the next page.
        out.flush()?;
        listed += deliveries.len() as u64;
        query.after = next;
        if next.is_none() || listed == limit {
            break;
        }
    }
    if !args.json {
        match rest(&ledger, &query, &wanted, listed)? {
            None if listed == 0 => out.line("Nothing of this kind is in the outbox.")?,
            None => {}
            Some(more) => out.line(format!("\n{more}; `--limit N` lists more of them, `--json` all."))?,
        }
    }
    out.done(Exit::Well)
}

/// What was not listed. How much that is costs little to say where no time was asked for.
fn rest(ledger: &Ledger, query: &Query, wanted: &Wanted, listed: u64) -> Result<Option<String>, CliError> {
    if query.after.is_none() {
        return Ok(None);
    }
    if query.since.is_some() {
        let next = Query {
            limit: 1,
            ..query.clone()
        };
        let page = ledger.ask(ledger.store.list(next))?;
        return Ok((!page.deliveries.is_empty()).then(|| "There are more".to_owned()));
    }
    let counts = ledger.ask(ledger.store.counts())?;
    let of = counts.iter().filter(|count| {
        let is_to = query.sink.as_ref().is_none_or(|sink| *sink == count.sink);
        is_to && wanted.has(count.state, count.conclusion)
    });
    let all: u64 = of.map(|count| count.deliveries).sum();
    Ok(all
        .checked_sub(listed)
        .filter(|more| *more > 0)
        .map(|more| format!("{} more", count(more))))
}

/// Ids are copied, so they are not broken.
fn table(page: &[DeliveryView], ledger: &Ledger, now: Timestamp) -> Result<Table, CliError> {
    let mut table = Table::new(&["LEAD", "SINK", "STATE", "CHANGED", "NOTE"]).solid(0);
    for delivery in page {
        let standing = Standing::of(delivery.state, delivery.conclusion);
        let waits = waits(delivery, ledger)?;
        table.row([
            Cell::new(delivery.key.as_str(), Paint::Bold),
            (&*delivery.sink).into(),
            Cell::new(standing.as_str(), standing.paint()),
            distance(delivery.changed_at, now).into(),
            note(delivery, standing, waits, now).into(),
        ]);
    }
    Ok(table)
}

/// The revision that has to be over before this one. Few are changed, so that each is looked up.
fn waits(delivery: &DeliveryView, ledger: &Ledger) -> Result<Option<u32>, CliError> {
    if delivery.state != State::Due || delivery.revision == 1 {
        return Ok(None);
    }
    let views = ledger.ask(ledger.store.lead(&delivery.key, Some(&delivery.source)))?;
    Ok(waits_for(&views, delivery).map(|(revision, _)| revision))
}

fn note(delivery: &DeliveryView, standing: Standing, waits: Option<u32>, now: Timestamp) -> String {
    let mut parts = Vec::new();
    if standing == Standing::Due {
        // What is due is due: since when is no news.
        parts.push(match waits {
            Some(revision) => format!("waits for revision {revision}"),
            None if now < delivery.due_at => format!("due {}", distance(delivery.due_at, now)),
            None => "due now".to_owned(),
        });
        if delivery.in_doubt {
            parts.push("in doubt".to_owned());
        }
    }
    if let (Standing::Due | Standing::Unknown | Standing::Dead, tries @ 1..) = (standing, delivery.attempts) {
        parts.push(format!("tried {tries}x"));
    }
    let ending = delivery.conclusion.and_then(|end| match end {
        Conclusion::Updated => Some("merged"),
        Conclusion::Duplicate => Some("known there"),
        Conclusion::Released => Some("says a person"),
        Conclusion::Superseded => Some("replaced"),
        Conclusion::Accepted | Conclusion::Rejected | Conclusion::Cancelled => None,
    });
    parts.extend(ending.map(str::to_owned));
    if delivery.revision > 1 {
        parts.push(format!("revision {}", delivery.revision));
    }
    if *delivery.source == *TESTS {
        parts.push("a test".to_owned());
    }
    parts.join(", ")
}
