//! Files what is read: a commit for what is there, and an entry for what each row came to.

use std::collections::HashMap;
use std::sync::Arc;

use leadsink::intake::Summary;
use leadsink::outbox::{
    Accepted, AttemptOutcome, AttemptView, Conclusion, DeliveryView, Handle, LeadStore, LeadUid, LeadView, NewLead,
    State, StoreError,
};
use leadsink::{LeadId, Timestamp};
use tokio::sync::mpsc;

use super::books::SharedBooks;
use super::read::{At, Fed, Taken};
use crate::exit::CliError;
use crate::send::Reason;

/// So many rows are filed in one call, at most.
const BATCH: usize = 500;

/// So many changed leads are named.
const NAMED: u64 = 3;

/// The code of a lead that is known with another record.
pub(super) const CHANGED: &str = "changed_record";
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
        let leads: Vec<NewLead> = taken.iter_mut().filter_map(|taken| taken.lead.take()).collect();
        // What may have to be filed again as a change; a clone shares the body.
        let again: HashMap<LeadUid, NewLead> = if self.update {
            leads.iter().map(|lead| (lead.uid, lead.clone())).collect()
        } else {
            HashMap::new()
        };
        let keys: Vec<_> = leads.iter().map(|lead| (lead.uid, lead.key.clone())).collect();
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
            match answer {
                Some((
                    (_, key),
                    Accepted::Duplicate {
                        first,
                        same_body: false,
                        ..
                    },
                )) if !self.update => {
                    self.refuse(&taken, &key, first);
                    self.enter(taken, &Came::Refused(key));
                }
                Some(((uid, key), Accepted::Duplicate { same_body: false, .. })) => {
                    if let Some(lead) = again.get(&uid) {
                        self.revise(taken, lead.clone(), &key).await?;
                    }
                }
                Some((_, Accepted::Duplicate { filed: 0, .. })) => self.enter(taken, &Came::Known(Vec::new())),
                Some(((_, key), Accepted::Duplicate { .. })) => {
                    let known = self.store.lead(&key, Some(&self.source)).await?;
                    self.enter(taken, &Came::Known(filed_since(&known, now)));
                }
                Some((_, Accepted::New { .. } | Accepted::Revised { .. })) | None => self.enter(taken, &Came::New),
            }
        }
        Ok(())
    }

    /// Files a change for the sinks that may have it.
    async fn revise(&self, mut taken: Taken, mut lead: NewLead, key: &LeadId) -> Result<(), StoreError> {
        let known = self.store.lead(key, Some(&lead.source)).await?;
        let mut refused = Vec::new();
        lead.deliveries.retain(|delivery| {
            let sink = self
                .books
                .lock()
                .sinks
                .iter()
                .position(|book| book.name == delivery.sink);
            let merges = sink
                .and_then(|sink| taken.at.get(sink))
                .is_some_and(|at| matches!(at, At::Filed { merges: true, .. }));
            let keeps = merges || !may_have(&known, &delivery.sink);
            if !keeps {
                refused.extend(sink);
            }
            keeps
        });
        for sink in refused {
            let reason = Reason::of_ours(NOT_UPDATED, NO_UPDATE);
            self.books.lock().refuse(sink, taken.row, key, reason);
            taken.at[sink] = At::Done;
        }
        if !lead.deliveries.is_empty() {
            lead.update = true;
            self.store.accept(vec![lead], Timestamp::now()).await?;
        }
        self.enter(taken, &Came::New);
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
                (At::Done, _) => {}
                (At::Elsewhere, _) => books.elsewhere(sink),
                (At::Not(not), _) => books.not(sink, taken.row, *not),
                (At::Filed { .. }, Came::Refused(lead)) => {
                    books.refuse(sink, taken.row, lead, Reason::of_ours(CHANGED, OTHER))
                }
                (At::Filed { .. }, Came::Known(new)) if !new.contains(&books.sinks[sink].name) => books.known(sink),
                (At::Filed { remarks, .. }, Came::Known(_) | Came::New) => books.filed(sink, remarks.as_deref()),
            }
        }
    }
}

/// What the store said to a row's lead.
enum Came {
    New,
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

/// Whether the vendor has an earlier revision of a lead, or may have it.
fn may_have(known: &[LeadView], sink: &str) -> bool {
    let deliveries = known.iter().flat_map(|lead| &lead.deliveries);
    deliveries
        .filter(|(delivery, _)| &*delivery.sink == sink)
        .any(|(delivery, attempts)| is_there(delivery, attempts))
}

fn is_there(delivery: &DeliveryView, attempts: &[AttemptView]) -> bool {
    use AttemptOutcome::{Accepted, Duplicate, Pending, Unknown, Updated};
    match delivery.state {
        State::AwaitingCallback | State::Leased | State::Held => true,
        State::Due | State::Dead => delivery.in_doubt,
        State::Done => match delivery.conclusion {
            Some(Conclusion::Rejected) => false,
            // Who ended it settled no doubt.
            Some(Conclusion::Cancelled | Conclusion::Superseded) => attempts.iter().any(|attempt| {
                matches!(
                    attempt.outcome,
                    None | Some(Accepted | Duplicate | Pending | Unknown | Updated)
                )
            }),
            _ => true,
        },
    }
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
