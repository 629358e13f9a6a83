//! Opens the outbox to work on, or to file in where somebody else works on it.

use leadsink::Timestamp;
use leadsink::outbox::sqlite::Role;
use leadsink::outbox::{StoreErrorKind, WorkerId};

use crate::exit::CliError;
use crate::outbox::{OutboxPlace, Store, find, open as open_in, trouble};
use crate::output;

/// An open outbox.
#[derive(Debug)]
pub(super) struct Open {
    pub(super) store: Store,
    /// Whether this process delivers.
    pub(super) is_worker: bool,
}

/// Opens an outbox, which is made where there is none. A file that another worker has is opened to file in only.
pub(super) async fn open(place: &OutboxPlace) -> Result<Open, CliError> {
    place.remark().iter().for_each(|remark| output::note(remark));
    let mut opened = open_in(place, worker()).await;
    let is_held = |kind| kind == StoreErrorKind::HeldByWorker;
    let is_worker = !opened.as_ref().is_err_and(|error| is_held(error.kind()));
    if !is_worker {
        opened = open_in(place, Role::Visitor).await;
    }
    let store = opened.map_err(|error| trouble(&error, place))?;
    Ok(Open { store, is_worker })
}

/// Opens an outbox that is there to work on it.
pub(super) async fn open_to_work(place: &OutboxPlace) -> Result<Store, CliError> {
    place.remark().iter().for_each(|remark| output::note(remark));
    find(place, worker()).await
}

fn worker() -> Role {
    Role::Worker(WorkerId::new(Timestamp::now(), super::random()))
}
