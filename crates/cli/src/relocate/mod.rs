//! The command `outbox move`: carries an outbox from a file to a server, or back.

use std::ops::ControlFlow;
use std::time::{Duration, Instant};

use leadsink::Timestamp;
use leadsink::outbox::sqlite::Role;
use leadsink::outbox::transfer::{Moved, Side, Step, transfer};
use leadsink::outbox::{StoreError, StoreErrorKind};
use serde::Serialize;
use uuid::Uuid;

use crate::args::MoveArgs;
use crate::connect;
use crate::exit::{CliError, Exit, Outcome};
use crate::outbox::{At, OutboxPlace, find, trouble};
use crate::output::{self, Out, clean, count, plural, width};
use crate::summary::paragraph;

/// How far it is is told so often.
const NOTE: Duration = Duration::from_secs(5);

#[derive(Serialize)]
struct Document {
    exit: u8,
    from: String,
    to: String,
    leads: u64,
    deliveries: u64,
    attempts: u64,
    events: u64,
    lanes: u64,
    digest: String,
    was_there: bool,
}

/// Runs the command.
pub(crate) fn run(args: &MoveArgs) -> Outcome {
    let (from, to) = (&args.from, &args.to);
    if from.to_string() == to.to_string() {
        return Err(CliError::new(format!("`{from}` is where the outbox is already")).with_hint("name another place"));
    }
    let runtime = connect::runtime()?;
    let moved = runtime.block_on(go(from, to))?;
    let mut out = Out::new();
    if args.json {
        out.json(&Document {
            exit: Exit::Well as u8,
            from: from.to_string(),
            to: to.to_string(),
            leads: moved.leads,
            deliveries: moved.deliveries,
            attempts: moved.attempts,
            events: moved.events,
            lanes: moved.lanes,
            digest: moved.digest,
            was_there: moved.was_there,
        })?;
    } else {
        paragraph(&mut out, &clean(&said(from, to, &moved)), width())?;
    }
    out.done(Exit::Well)
}

async fn go(from: &OutboxPlace, to: &OutboxPlace) -> Result<Moved, CliError> {
    // To hold one that is not there would make one.
    drop(find(from, Role::Reader).await?);
    let old = hold(from).await.map_err(|error| trouble(&error, from))?;
    let new = hold(to).await.map_err(|error| trouble(&error, to))?;
    let id = Uuid::from_bytes(crate::durable::random());
    let mut noted = Instant::now();
    let mut watch = |step| {
        if noted.elapsed() >= NOTE {
            noted = Instant::now();
            note(step);
        }
        ControlFlow::Continue(())
    };
    let moved = transfer(old, new, id, Timestamp::now(), &mut watch).await;
    moved.map_err(|error| failed(&error, from, to))
}

async fn hold(place: &OutboxPlace) -> Result<Side, StoreError> {
    match place.at() {
        At::File(path) => Side::file(path),
        At::Server(address) => Side::server(address).await,
    }
}

fn note(step: Step) {
    match step {
        Step::Copied(rows, all) => output::note(&format!("copied {} of {}", count(rows), plural(all, "row"))),
        Step::Compared(rows, all) => output::note(&format!("compared {} of {}", count(rows), plural(all, "row"))),
        _ => {}
    }
}

fn failed(error: &StoreError, from: &OutboxPlace, to: &OutboxPlace) -> CliError {
    let told = CliError::new(format!("cannot move `{from}` to `{to}`: {error}"));
    match error.kind() {
        StoreErrorKind::Moved | StoreErrorKind::NotEmpty | StoreErrorKind::HeldByWorker => told,
        _ => told.with_hint("nothing is lost, and nothing is sent from both; the same command again goes on"),
    }
}

fn said(from: &OutboxPlace, to: &OutboxPlace, moved: &Moved) -> String {
    let what = format!(
        "{}, {}, {}, {} and {}",
        plural(moved.leads, "revision"),
        match moved.deliveries {
            1 => "1 delivery".to_owned(),
            n => format!("{} deliveries", count(n)),
        },
        plural(moved.attempts, "attempt"),
        plural(moved.events, "late answer"),
        plural(moved.lanes, "lane"),
    );
    let earlier = if moved.was_there {
        "had been copied before"
    } else {
        "compared after copying"
    };
    format!(
        "`{from}` was moved to `{to}`: {what}, {earlier} (digest {}). The old one can be read still, and nothing is delivered \
         from it; name the new one from now on.",
        moved.digest
    )
}
