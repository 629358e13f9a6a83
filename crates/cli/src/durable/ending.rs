//! What is said at the end of a run through an outbox, in the words of the plain send.

use std::sync::Arc;

use leadsink::Timestamp;
use leadsink::outbox::{Gate, Lane, State, StoreError};

use super::books::SharedBooks;
use super::drive::Driven;
use super::live::until_clock;
use super::rows::Written;
use crate::exit::{CliError, Exit};
use crate::outbox::{OutboxPlace, Store, command, trouble};
use crate::send::{Ending, Ledger, SinkEnding, Tally, exit_of};

/// What the outbox holds at the end.
#[derive(Debug, Default)]
pub(super) struct Left {
    /// A sink each.
    sinks: Vec<Open>,
    lanes: Vec<Lane>,
    /// Whether other workers are at it, who may deliver what is due.
    has_others: bool,
}

/// What is open at one sink.
#[derive(Clone, Copy, Debug, Default)]
struct Open {
    /// What waits for its time or a worker, in doubt or not.
    due: u64,
    /// What nobody knows and nothing asks about any more.
    unknown: u64,
    /// What nobody knows, due or not.
    in_doubt: u64,
}

/// Looks at what the outbox holds of the sinks of a run.
///
/// # Errors
/// When it cannot be read: then nobody can say how the run ended.
pub(super) async fn look(outbox: &Store, books: &SharedBooks) -> Result<Left, StoreError> {
    let store = outbox.leads();
    // This process is one of them, unless it only files.
    let has_others = outbox.workers().await?.count > 1;
    let counts = store.counts().await?;
    let lanes = store.lanes().await?;
    let names: Vec<_> = books.lock().sinks.iter().map(|book| Arc::clone(&book.name)).collect();
    let of = |name: &Arc<str>| {
        let counts = counts.iter().filter(|count| count.sink == *name);
        counts.fold(Open::default(), |mut open, count| {
            match count.state {
                State::Due | State::Leased => open.due += count.deliveries,
                State::Held => open.unknown += count.deliveries,
                State::AwaitingCallback | State::Done | State::Dead => {}
            }
            open.in_doubt += count.in_doubt;
            open
        })
    };
    Ok(Left {
        sinks: names.iter().map(of).collect(),
        lanes: lanes.into_iter().filter(|lane| names.contains(&lane.sink)).collect(),
        has_others,
    })
}

/// All that goes into the end.
pub(super) struct End<'a> {
    pub(super) driven: Driven,
    pub(super) books: SharedBooks,
    pub(super) written: Result<Written, CliError>,
    pub(super) left: Result<Left, StoreError>,
    pub(super) outbox: &'a OutboxPlace,
    pub(super) test: bool,
    /// Whether this process delivered.
    pub(super) is_worker: bool,
    pub(super) go_on: &'a dyn Fn(&Driven) -> String,
}

/// The end of a run, and what keeps it from being complete.
pub(super) fn end(end: End<'_>) -> (Ending, Option<CliError>) {
    let End {
        mut driven,
        books,
        written,
        left,
        outbox,
        ..
    } = end;
    let mut books = books.lock();
    books.close();
    let (left, unseen) = match left {
        Ok(left) => (left, None),
        Err(error) => (Left::default(), Some(error)),
    };
    let due: u64 = left.sinks.iter().map(|open| open.due).sum();
    // What was not waited for is as good as in doubt; the next worker calls it so.
    let abandoned = driven.left as u64;
    let in_doubt = left.sinks.iter().map(|open| open.in_doubt).sum::<u64>() + abandoned;
    let failed = driven.failed.take().or(unseen).map(|error| trouble(&error, outbox));
    let (written, unwritten) = match written {
        Ok(written) => (written, None),
        Err(error) => (Written::default(), Some(error)),
    };
    let trouble = failed.or(driven.filed.trouble.take()).or(unwritten);
    let tallies: Vec<_> = books.sinks.iter().map(|book| book.tally.clone()).collect();
    let is_open = due > 0 || driven.interrupted || !driven.is_all_filed;
    let exit = match trouble {
        Some(_) => Exit::Usage,
        None => exit(
            &tallies,
            due,
            in_doubt,
            end.is_worker && !left.has_others,
            driven.interrupted,
        ),
    };
    let sinks = books
        .sinks
        .iter()
        .zip(left.sinks.into_iter().chain(std::iter::repeat(Open::default())))
        .map(|(book, open)| SinkEnding {
            name: book.name.to_string(),
            vendor: book.vendor,
            tally: book.tally.clone(),
            filed: book.filed,
            due: open.due,
            unknown: open.unknown,
            in_doubt: open.in_doubt,
        })
        .collect();
    let ending = Ending {
        exit,
        sinks,
        report: written.report,
        rejects: written.rejects,
        summary: driven.filed.summary.take(),
        astray: books.astray,
        interrupted: driven.interrupted,
        test: end.test,
        seconds: driven.seconds,
        go_on: is_open.then(|| (end.go_on)(&driven)),
        ledger: Some(Ledger {
            place: outbox.clone(),
            remarks: left
                .lanes
                .iter()
                .filter_map(|lane| remark(lane, outbox, Timestamp::now()))
                .collect(),
        }),
    };
    (ending, trouble)
}

/// The code of the plain send, in which what is still due is not delivered, and what is in doubt in the outbox is in doubt.
fn exit(tallies: &[Tally], due: u64, in_doubt: u64, is_alone: bool, interrupted: bool) -> Exit {
    let delivered: u64 = tallies.iter().map(Tally::delivered).sum();
    match exit_of(tallies, interrupted) {
        _ if in_doubt > 0 => Exit::SomeAmbiguous,
        // What this process has not delivered, another one may.
        _ if is_alone && due > 0 && delivered == 0 => Exit::NoneDelivered,
        Exit::Well if due > 0 => Exit::SomeBad,
        exit => exit,
    }
}

/// What holds a lane up.
fn remark(lane: &Lane, outbox: &OutboxPlace, now: Timestamp) -> Option<String> {
    let sink = &lane.sink;
    let command = |words: &str| command(words, outbox);
    match lane.gate(now) {
        Gate::Open => None,
        Gate::Paused => {
            let resume = command(&format!("resume {sink}"));
            Some(format!("{sink}: paused; `{resume}` lets it go on."))
        }
        Gate::Held => {
            let reason = lane.hold.as_deref().unwrap_or_default();
            let work = command("work");
            Some(format!(
                "{sink}: held: {reason}. Mend the account; `{work}` tries it again."
            ))
        }
        Gate::NotBefore(until) => Some(format!(
            "{sink}: the vendor takes nothing before {}.",
            until_clock(until, now)
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::send::{Fate, Line};

    #[test]
    fn what_is_left_in_the_outbox_decides_about_the_exit_code() {
        let tally = |fates: &[Fate]| {
            let mut tally = Tally::default();
            for fate in fates {
                tally.add(&Line::unsent(0, None, &"main".into(), *fate, Vec::new()));
            }
            tally
        };
        let of = |fates: &[Fate], due, doubt| exit(&[tally(fates)], due, doubt, true, false);
        assert_eq!(of(&[Fate::Accepted], 0, 0), Exit::Well);
        assert_eq!(of(&[], 0, 0), Exit::Well);
        assert_eq!(of(&[Fate::Accepted], 1, 0), Exit::SomeBad);
        assert_eq!(of(&[Fate::Rejected], 1, 0), Exit::NoneDelivered);
        assert_eq!(of(&[], 1, 0), Exit::NoneDelivered);
        assert_eq!(of(&[Fate::Accepted], 0, 1), Exit::SomeAmbiguous);
        assert_eq!(exit(&[tally(&[])], 5, 0, false, false), Exit::SomeBad);
    }
}
