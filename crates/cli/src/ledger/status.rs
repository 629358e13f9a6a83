//! The command `status`: the whole outbox by sink and state, or one lead with every attempt.

use leadsink::outbox::LeadView;
use leadsink::{LeadId, Timestamp};

use super::open::Ledger;
use super::overview::Overview;
use super::{json, lead, sinks};
use crate::args::StatusArgs;
use crate::exit::{CliError, Exit, Outcome};
use crate::output::{Out, Style, width};

/// Runs the command.
pub(crate) fn run(args: &StatusArgs) -> Outcome {
    let ledger = Ledger::look(&args.outbox)?;
    let now = Timestamp::now();
    let mut out = Out::new();
    if let Some(key) = &args.lead {
        let views = find(&ledger, key)?;
        if args.json {
            out.json(&json::Lead::of(key, &views))?;
        } else {
            lead::print(&views, &ledger, now, &mut out, Style::stdout(), width())?;
        }
        return out.done(Exit::Well);
    }
    let counts = ledger.ask(ledger.store.counts())?;
    let lanes = ledger.ask(ledger.store.lanes())?;
    let workers = ledger.workers()?;
    let mark = ledger.mark()?;
    if args.json {
        out.json(&json::Overview::of(
            &ledger.place,
            mark.as_ref(),
            workers,
            now,
            &counts,
            &lanes,
        ))?;
    } else {
        let mut sinks = sinks::gather(&counts, lanes);
        for sink in &mut sinks {
            sink.look_up(&ledger)?;
        }
        let overview = Overview {
            sinks,
            outbox: &ledger.place,
            mark,
            workers,
            now,
        };
        overview.print(&mut out, Style::stdout(), width())?;
    }
    out.done(Exit::Well)
}

/// Every revision of a lead.
pub(super) fn find(ledger: &Ledger, key: &LeadId) -> Result<Vec<LeadView>, CliError> {
    let views = ledger.ask(ledger.store.lead(key, None))?;
    if views.is_empty() {
        let message = format!("there is no lead `{}` in `{}`", key.as_str(), ledger.place);
        let hint = format!("`{}` shows what is there", ledger.command("list"));
        return Err(CliError::new(message).with_hint(hint));
    }
    Ok(views)
}
