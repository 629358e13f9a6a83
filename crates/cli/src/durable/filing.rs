//! Files what is read: a commit for what is there, and an entry for what each row came to.

use std::sync::Arc;

use leadsink::intake::Summary;
use leadsink::outbox::{Accepted, DeliveryView, Handle, LeadStore, LeadUid, LeadView, NewLead, StoreError};
use leadsink::{LeadId, Timestamp};
use tokio::sync::mpsc;

use super::books::SharedBooks;
use super::read::{At, Fed, Taken};
use crate::exit::CliError;
use crate::send::Reason;

/// So many rows are filed in one call, at most: what is due waits for no longer than a call takes.
const BATCH: usize = 200;

/// So many changed leads are named.
const NAMED: u64 = 3;

/// The code of a lead that is known with another record.
const CHANGED: &str = "changed_record";
const OTHER: &str = "the lead is known with another record; `--update` sends the change where the vendor updates";

/// The code of a change that the vendor would take for a second lead.
const NOT_UPDATED: &str = "not_updated";
const NO_UPDATE: &str = "the lead is known with another record, and the vendor may have that one and would take the change for a second lead";

/// Takes what is read into an outbox.
#[derive(Debug)]
pub(super) struct Filing {
    pub(super) store: Arc<dyn LeadStore>,
    pub(super) books: SharedBooks,
    pub(super) handle: Handle,
    /// Where the leads come from, as the outbox knows it.
    pub(super) source: Arc<str>,
    /// Whether a changed record is filed as a new revision.
    pub(super) update: bool,
}

/// How the filing ended.
#[derive(Debug, Default)]
pub(super) struct Filed {
    /// What the reader counted, where it came to an end.
    pub(super) summary: Option<Box<Summary>>,
    /// Why the rest of the file was not filed.
    pub(super) trouble: Option<CliError>,
}

impl Filing {
    /// Files all that comes, or until the run is told to stop.
    ///
    /// # Errors
    /// When the store fails. What was filed before stays filed.
    pub(super) async fn run(self, mut from: mpsc::Receiver<Fed>) -> Result<Filed, StoreError> {
        let mut fed = Vec::with_capacity(BATCH);
        let halt = self.handle.halt().clone();
        loop {
            let got = tokio::select! {
                biased;
                () = halt.halted() => return Ok(Filed::default()),
                got = from.recv_many(&mut fed, BATCH) => got,
            };
            if got == 0 {
                return Ok(Filed {
                    summary: None,
                    trouble: Some(reader_died()),
                });
            }
            let mut taken = Vec::with_capacity(fed.len());
            let mut end = None;
            for fed in fed.drain(..) {
                match fed {
                    Fed::Row(row) => taken.push(row),
                    Fed::End { summary, error } => {
                        end = Some(Filed {
                            summary: Some(summary),
                            trouble: error.map(CliError::from),
                        });
                    }
                }
            }
            self.file(taken).await?;
            self.handle.wake();
            if let Some(end) = end {
                return Ok(end);
            }
        }
    }

    async fn file(&self, mut taken: Vec<Taken>) -> Result<(), StoreError> {
        let mut leads: Vec<NewLead> = taken.iter_mut().filter_map(|taken| taken.lead.take()).collect();
        leads.iter_mut().for_each(|lead| lead.update = self.update);
        let keys: Vec<_> = leads.iter().map(|lead| lead.key.clone()).collect();
        let now = Timestamp::now();
        let answers = if leads.is_empty() {
            Vec::new()
        } else {
            self.store.accept(leads, now).await?
        };
        let mut answers = keys.into_iter().zip(answers);
        for taken in taken {
            let is_filed = |at: &At| matches!(at, At::Filed { .. });
            let answer = if taken.at.iter().any(is_filed) {
                answers.next()
            } else {
                None
            };
            let Some((key, answer)) = answer else {
                self.enter(taken, &Came::New);
                continue;
            };
            let came = match answer {
                Accepted::New { .. } => Came::New,
                Accepted::Revised { lead, .. } => {
                    let known = self.store.lead(&key, Some(&self.source)).await?;
                    Came::Revised(key, filed_with(&known, lead))
                }
                Accepted::Duplicate { same_body: false, .. } if self.update => Came::Revised(key, Vec::new()),
                Accepted::Duplicate {
                    first,
                    same_body: false,
                    ..
                } => {
                    self.refuse(&taken, &key, first);
                    Came::Refused(key)
                }
                Accepted::Duplicate { filed: 0, .. } => Came::Known(Vec::new()),
                Accepted::Duplicate { .. } => {
                    let known = self.store.lead(&key, Some(&self.source)).await?;
                    Came::Known(filed_since(&known, now))
                }
            };
            self.enter(taken, &came);
        }
        Ok(())
    }

    /// Names the first leads that are refused because they have changed.
    fn refuse(&self, taken: &Taken, key: &LeadId, first: LeadUid) {
        let mut books = self.books.lock();
        books.changed += 1;
        if books.changed <= NAMED {
            let saying = format!(
                "row {}: the lead `{}` is known with another record, first filed {} as {}; it was not filed again",
                taken.row,
                key.as_str(),
                filed_at(first),
                first.as_uuid()
            );
            books.sayings.push(saying);
        }
    }

    fn enter(&self, taken: Taken, came: &Came) {
        let mut books = self.books.lock();
        books.rows += 1;
        books.last_row = Some(taken.row);
        if taken.at.iter().all(|at| matches!(at, At::Elsewhere)) {
            books.astray += 1;
        }
        for (sink, at) in taken.at.into_iter().enumerate() {
            match (at, came) {
                (At::Elsewhere, _) => books.elsewhere(sink),
                (At::Not(not), _) => books.not(sink, taken.row, *not),
                (At::Filed { .. }, Came::Refused(lead)) => {
                    books.refuse(sink, taken.row, lead, Reason::of_ours(CHANGED, OTHER))
                }
                (At::Filed { .. }, Came::Revised(lead, new)) if !new.contains(&books.sinks[sink].name) => {
                    books.refuse(sink, taken.row, lead, Reason::of_ours(NOT_UPDATED, NO_UPDATE));
                }
                (At::Filed { .. }, Came::Known(new)) if !new.contains(&books.sinks[sink].name) => {
                    books.known(sink);
                }
                (At::Filed { remarks, .. }, Came::Known(_) | Came::Revised(..) | Came::New) => {
                    books.filed(sink, remarks.as_deref())
                }
            }
        }
    }
}

/// What the store said to a row's lead.
enum Came {
    New,
    /// It has changed, and the change was filed for these sinks.
    Revised(LeadId, Vec<Arc<str>>),
    /// It is known, and was filed for these sinks, which it had not been for before.
    Known(Vec<Arc<str>>),
    /// It is known with another record.
    Refused(LeadId),
}

/// The sinks that a known lead was filed for just now.
fn filed_since(known: &[LeadView], now: Timestamp) -> Vec<Arc<str>> {
    let deliveries = known.iter().flat_map(|lead| &lead.deliveries);
    // Stores keep microseconds.
    let is_new = |delivery: &DeliveryView| now.as_microsecond() <= delivery.accepted_at.as_microsecond();
    deliveries
        .filter(|(delivery, _)| is_new(delivery))
        .map(|(delivery, _)| Arc::clone(&delivery.sink))
        .collect()
}

/// The sinks that a revision was filed for.
fn filed_with(known: &[LeadView], lead: LeadUid) -> Vec<Arc<str>> {
    let revision = known.iter().filter(|view| view.uid == lead);
    revision
        .flat_map(|view| &view.deliveries)
        .map(|(delivery, _)| Arc::clone(&delivery.sink))
        .collect()
}

/// When a lead was filed, by its id.
fn filed_at(lead: LeadUid) -> Timestamp {
    let (seconds, nanos) = lead.as_uuid().get_timestamp().map_or((0, 0), |time| time.to_unix());
    let seconds = i64::try_from(seconds).unwrap_or(0);
    Timestamp::new(seconds, i32::try_from(nanos).unwrap_or(0)).unwrap_or(Timestamp::UNIX_EPOCH)
}

/// The reader says when a file ends, or why it cannot be read on. One that goes without a word has panicked.
fn reader_died() -> CliError {
    CliError::new("reading broke off within the file by a fault of this program; the rows behind it were not filed")
        .with_hint("please report it; a row that is unlike the others may be what it stumbles over")
}
