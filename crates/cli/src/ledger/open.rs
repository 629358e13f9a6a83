//! Opens an outbox to look at it or to steer it.

use std::sync::Arc;

use leadsink::outbox::sqlite::Role;
use leadsink::outbox::transfer::Mark;
use leadsink::outbox::{LeadStore, StoreError};
use tokio::runtime::Runtime;

use crate::args::OutboxArgs;
use crate::connect;
use crate::exit::CliError;
use crate::outbox::{OutboxPlace, Store, Workers, command, find, trouble};
use crate::output;

/// An outbox that is there, and what waits for its answers.
#[derive(Debug)]
pub(super) struct Ledger {
    pub(super) store: Arc<dyn LeadStore>,
    pub(super) place: OutboxPlace,
    opened: Store,
    runtime: Runtime,
}

impl Ledger {
    /// Opens it to look.
    pub(super) fn look(args: &OutboxArgs) -> Result<Self, CliError> {
        Self::open(&args.outbox, Role::Reader)
    }

    /// Opens it to change something.
    pub(super) fn steer(args: &OutboxArgs) -> Result<Self, CliError> {
        Self::open(&args.outbox, Role::Visitor)
    }

    fn open(place: &OutboxPlace, role: Role) -> Result<Self, CliError> {
        place.remark().iter().for_each(|remark| output::note(remark));
        let runtime = connect::runtime()?;
        let opened = runtime.block_on(find(place, role))?;
        Ok(Self {
            store: opened.leads(),
            place: place.clone(),
            opened,
            runtime,
        })
    }

    /// Waits for an answer.
    pub(super) fn ask<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> Result<T, CliError> {
        self.runtime
            .block_on(call)
            .map_err(|error| trouble(&error, &self.place))
    }

    /// Who works on it.
    pub(super) fn workers(&self) -> Result<Workers, CliError> {
        self.ask(self.opened.workers())
    }

    /// The part that it has in a move.
    pub(super) fn mark(&self) -> Result<Option<Mark>, CliError> {
        self.ask(self.opened.mark())
    }

    /// A command about this outbox, to be copied.
    pub(crate) fn command(&self, words: &str) -> String {
        command(words, &self.place)
    }
}
