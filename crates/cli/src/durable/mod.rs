//! Delivery through an outbox: what is read is filed first, and delivered from there. Whatever happens to the process, the
//! vendors or the machine, what was filed is delivered, refused or visibly undecided in the end.

mod books;
mod drive;
mod ending;
mod filing;
mod known;
mod lanes;
mod live;
mod open;
mod read;
mod record;
mod row;
mod rows;
mod work;

pub(crate) use known::Known;
pub(crate) use work::run as work;

use std::env;
use std::sync::Arc;

use leadsink::outbox::Handle;
use leadsink::{CallbackToken, Timestamp};

use crate::args::SendArgs;
use crate::config::OpenSink;
use crate::connect;
use crate::exit::{CliError, Outcome};
use crate::ledger::{FILES, TESTS};
use crate::notes::Columns;
use crate::output;
use crate::send::{self, go_on, signals};
use crate::source::Rows;
use books::SharedBooks;
use drive::{Drive, Driven};
use ending::{End, end};
use filing::Filing;
use lanes::lane;
use live::Live;
use open::{Open, open};
use read::Reading;
use rows::{Files, Written};

/// Sends a file through an outbox.
pub(crate) fn send(args: &SendArgs, sinks: Vec<OpenSink>) -> Outcome {
    let is_read_again = args.report.is_some() || args.rejects.is_some();
    let source: Arc<str> = if args.test { TESTS } else { FILES }.into();
    // Before anything is made: a file that cannot be read leaves no outbox behind.
    let mut readers = args.input.open_each(sinks.len() * if is_read_again { 2 } else { 1 })?;
    let again = readers.split_off(sinks.len());
    let runtime = connect::runtime()?;
    let transport = connect::transport(args.pace.timeout)?;
    let files = Files::create(args, &again, sinks.len())?;
    let Open {
        store: opened,
        is_worker,
    } = match runtime.block_on(open(&args.outbox.outbox)) {
        Ok(open) => open,
        Err(error) => {
            files.into_iter().for_each(Files::discard);
            return Err(error);
        }
    };
    let store = opened.leads();
    let lanes = if is_worker {
        sinks.iter().map(|sink| lane(sink, &transport, args.pace)).collect()
    } else {
        output::note("another process works on this outbox: the leads are filed, and it delivers those of its sinks");
        Vec::new()
    };
    let books = SharedBooks::new(sinks.iter().map(|sink| (sink.name.as_str().into(), sink.vendor)));
    let names: Vec<_> = sinks
        .iter()
        .map(|sink| (Arc::from(sink.name.as_str()), Arc::clone(&sink.sink)))
        .collect();
    let reading = |readers: Vec<leadsink::intake::LeadReader>| Reading {
        rows: readers
            .into_iter()
            .zip(&sinks)
            .map(|(reader, sink)| Rows::new(reader, &args.input).for_sink(&sink.name))
            .collect(),
        sinks: names.clone(),
        source: Arc::clone(&source),
        accepted_at: Timestamp::now(),
        test: args.test,
        columns: Columns::default(),
        known: 0,
    };
    let handle = Handle::new();
    let drive = Drive {
        store: Arc::clone(&store),
        lanes,
        books: books.clone(),
        live: Live::new(sinks.len()),
        handle: handle.clone(),
        lease: args.pace.lease,
        watches: false,
    };
    let filing = Filing {
        store: Arc::clone(&store),
        books: books.clone(),
        handle,
        source: Arc::clone(&source),
        update: args.update,
    };
    let from = reading(readers).start()?;
    let ended = runtime.block_on(async {
        let mut stop = signals::listen()?;
        let driven = drive.run(Some(filing.run(from)), &mut stop).await;
        let written = match files {
            Some(files) => tokio::select! {
                biased;
                Some(()) = stop.recv() => Err(rows::stopped()),
                written = files.write(reading(again), &*store, &books) => written,
            },
            None => Ok(Written::default()),
        };
        let left = ending::look(&opened, &books).await;
        Ok::<_, CliError>((driven, written, left))
    });
    // A connection that still closes must not hold up the end.
    runtime.shutdown_background();
    let (driven, written, left) = ended?;
    let go_on = |driven: &Driven| {
        if driven.is_all_filed {
            go_on::work(&args.sinks.to, &args.sinks.config, args.pace, &args.outbox.outbox)
        } else {
            go_on::again(env::args_os())
        }
    };
    let (ending, trouble) = end(End {
        driven,
        books,
        written,
        left,
        outbox: &args.outbox.outbox,
        test: args.test,
        is_worker,
        go_on: &go_on,
    });
    send::tell(&ending, args.json, trouble)
}

/// Random bytes of the operating system.
///
/// # Panics
/// When there are none.
pub(crate) fn random<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    #[expect(
        clippy::expect_used,
        reason = "without randomness no id is safe, and nothing can be done about it"
    )]
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    bytes
}

/// A token for a late answer.
fn token() -> CallbackToken {
    CallbackToken::from_bits(u128::from_be_bytes(random()))
}
