//! The command `work`: goes on with what is due.

use std::sync::Arc;

use leadsink::outbox::{Handle, LeadStore, State};
use tokio::runtime::Runtime;

use super::books::SharedBooks;
use super::drive::Drive;
use super::ending::{self, End, end};
use super::lanes::lane;
use super::live::Live;
use super::open::open_to_work;
use super::rows::Written;
use crate::args::WorkArgs;
use crate::config::{OpenSink, Purpose, open_named};
use crate::connect;
use crate::exit::{CliError, Outcome};
use crate::outbox::trouble;
use crate::send::{self, go_on, signals};

/// No rows are filed by `work`.
type Filing = std::future::Ready<Result<super::filing::Filed, leadsink::outbox::StoreError>>;

/// Runs the command.
pub(crate) fn run(args: &WorkArgs) -> Outcome {
    let runtime = connect::runtime()?;
    let opened = runtime.block_on(open_to_work(&args.outbox.outbox))?;
    let store = opened.leads();
    let sinks = sinks(args, &store, &runtime)?;
    let transport = connect::transport(args.pace.timeout)?;
    let books = SharedBooks::new(sinks.iter().map(|sink| (sink.name.as_str().into(), sink.vendor)));
    let drive = Drive {
        store: Arc::clone(&store),
        lanes: sinks.iter().map(|sink| lane(sink, &transport, args.pace)).collect(),
        books: books.clone(),
        live: Live::new(sinks.len()),
        handle: Handle::new(),
        lease: args.pace.lease,
        watches: args.watch,
    };
    let ended = runtime.block_on(async {
        let mut stop = signals::listen()?;
        let driven = drive.run(None::<Filing>, &mut stop).await;
        let left = ending::look(&opened, &books).await;
        Ok::<_, CliError>((driven, left))
    });
    runtime.shutdown_background();
    let (driven, left) = ended?;
    let (ending, trouble) = end(End {
        driven,
        books,
        written: Ok(Written::default()),
        left,
        outbox: &args.outbox.outbox,
        test: false,
        is_worker: true,
        go_on: &|_| go_on::work(&args.to, &args.config, args.pace, &args.outbox.outbox),
    });
    send::tell(&ending, args.json, trouble)
}

/// The sinks that are named, or those that have something due.
fn sinks(args: &WorkArgs, store: &Arc<dyn LeadStore>, runtime: &Runtime) -> Result<Vec<OpenSink>, CliError> {
    if !args.to.is_empty() {
        return open_named(&args.to, &args.config, Purpose::Send);
    }
    let counts = runtime
        .block_on(store.counts())
        .map_err(|error| trouble(&error, &args.outbox.outbox))?;
    let mut names: Vec<_> = counts
        .into_iter()
        .filter(|count| matches!(count.state, State::Due | State::Leased) && count.deliveries > 0)
        .map(|count| count.sink.to_string())
        .collect();
    names.dedup();
    if names.is_empty() {
        return Ok(Vec::new());
    }
    open_named(&names, &args.config, Purpose::Send)
        .map_err(|error| error.or_hint("what is due for a sink stays due; `--to NAME` works for others alone"))
}
