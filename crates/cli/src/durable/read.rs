//! Reads a file in a thread of its own and makes of each row what is filed: the lead, its sinks, and why it is not for one.

use std::borrow::Cow;
use std::sync::Arc;
use std::thread;

use leadsink::intake::{ReadError, Row, RowNote, RowOutcome, Summary};
use leadsink::outbox::{LeadUid, NewDelivery, NewLead, encode_lead};
use leadsink::{DeliveryId, FieldRef, Lead, LeadId, PrepareContext, Repeat, SharedSink, Timestamp};
use tokio::sync::mpsc;

use super::random;
use super::record::digest;
use crate::address::Address;
use crate::exit::CliError;
use crate::notes::{Columns, Note};
use crate::send::{Fate, Reason};
use crate::source::Rows;
use crate::test_mark;

/// So many rows are read ahead of what is filed.
const AHEAD: usize = 1024;

/// What comes out of the file.
#[derive(Debug)]
pub(super) enum Fed {
    Row(Taken),
    /// The end of what was asked for, or of what can be read.
    End {
        summary: Box<Summary>,
        error: Option<ReadError>,
    },
}

/// What a row came to before it is filed.
#[derive(Debug)]
pub(super) struct Taken {
    pub(super) row: u64,
    /// The lead, with a delivery for each sink that it fits.
    pub(super) lead: Option<NewLead>,
    /// What it comes to at each sink.
    pub(super) at: Vec<At>,
}

/// What a row comes to at one sink.
#[derive(Debug)]
pub(super) enum At {
    /// It is filed.
    Filed { remarks: Option<Box<Remarks>> },
    /// It is not.
    Not(Box<Not>),
    /// Its own column sends it elsewhere.
    Elsewhere,
}

impl At {
    /// What was to be filed and cannot be.
    fn or_not(self, why: &str) -> Self {
        match self {
            Self::Filed { .. } => not(Fate::Failed, None, vec![Reason::of_ours("unreadable", why)]),
            other => other,
        }
    }
}

/// What a person should know of a lead that is filed.
#[derive(Debug)]
pub(super) struct Remarks {
    pub(super) unmapped: Vec<FieldRef>,
    pub(super) warnings: Vec<Note>,
}

/// A row that is not filed.
#[derive(Debug)]
pub(super) struct Not {
    pub(super) fate: Fate,
    pub(super) lead: Option<LeadId>,
    pub(super) reasons: Vec<Reason>,
    pub(super) is_unfit: bool,
}

/// A file on its way into an outbox.
#[derive(Debug)]
pub(super) struct Reading {
    /// The file once for each sink: what repeats a row at one sink may be new at another. All of them stand at the same row.
    pub(super) rows: Vec<Rows>,
    pub(super) sinks: Vec<(Arc<str>, SharedSink)>,
    pub(super) source: Arc<str>,
    pub(super) accepted_at: Timestamp,
    /// Whether every lead is marked as a test.
    pub(super) test: bool,
    pub(super) columns: Columns,
    /// How many columns are known.
    pub(super) known: usize,
}

impl Reading {
    /// Reads on until the file ends or nobody listens.
    pub(super) fn start(mut self) -> Result<mpsc::Receiver<Fed>, CliError> {
        let (to, from) = mpsc::channel(AHEAD);
        let read = move || {
            loop {
                let fed = self.next();
                let is_end = matches!(fed, Fed::End { .. });
                if to.blocking_send(fed).is_err() || is_end {
                    break;
                }
            }
        };
        thread::Builder::new()
            .name("reader".into())
            .spawn(read)
            .map_err(|error| CliError::new(format!("cannot start a thread: {error}")))?;
        Ok(from)
    }

    /// The next row, or the end.
    pub(super) fn next(&mut self) -> Fed {
        match self.step() {
            Step::Row(rows) => Fed::Row(self.take(rows)),
            Step::End(error) => self.end(error),
        }
    }

    /// The next row as each sink sees it.
    pub(super) fn step(&mut self) -> Step {
        let mut rows = Vec::with_capacity(self.rows.len());
        for reader in &mut self.rows {
            match reader.next() {
                Some(Ok(row)) => rows.push(row),
                Some(Err(error)) => return Step::End(Some(error)),
                None => return Step::End(None),
            }
        }
        if let Some(reader) = self.rows.first() {
            let layout = reader.reader.layout();
            if layout.columns.len() > self.known {
                self.known = layout.columns.len();
                self.columns = Columns::new(layout);
            }
        }
        Step::Row(rows)
    }

    fn end(&self, error: Option<ReadError>) -> Fed {
        let summary = self.rows.first().map(|rows| rows.reader.summary());
        Fed::End {
            summary: Box::new(summary.unwrap_or_default()),
            error,
        }
    }

    /// The sinks that a row is for.
    pub(super) fn address(&mut self, row: &Row) -> Address {
        match self.rows.first_mut() {
            Some(rows) => rows.address(&row.record),
            None => Address::default(),
        }
    }

    fn take(&mut self, rows: Vec<Row>) -> Taken {
        let Some(number) = rows.first().map(|row| row.number) else {
            return Taken {
                row: 0,
                lead: None,
                at: Vec::new(),
            };
        };
        let address = self.address(&rows[0]);
        // Whichever sink has it as a lead: they all read the same.
        let lead = rows.iter().find_map(|row| match &row.outcome {
            RowOutcome::Lead { lead, .. } => Some(self.marked(lead)),
            _ => None,
        });
        let mut deliveries = Vec::new();
        let at = rows
            .iter()
            .zip(&self.sinks)
            .map(|(row, (name, sink))| {
                if !address.includes(name) {
                    return At::Elsewhere;
                }
                match (&row.outcome, &lead) {
                    (RowOutcome::Lead { warnings, .. }, Some(lead)) => {
                        self.fit(lead, name, sink, warnings, &mut deliveries)
                    }
                    (RowOutcome::Bad { lead, problems }, _) => not(Fate::BadRow, lead.clone(), bad_reasons(problems)),
                    (RowOutcome::Duplicate { lead, first_row }, _) => {
                        let reasons = vec![Reason::from(Note::duplicate(*first_row))];
                        not(Fate::DuplicateRow, Some(lead.clone()), reasons)
                    }
                    _ => At::Elsewhere,
                }
            })
            .collect();
        let lead = lead.filter(|_| !deliveries.is_empty());
        let record = &rows[0].record;
        let header = self.rows.first().map_or(&[][..], |rows| rows.reader.header());
        let lead = lead.map(|lead| {
            encode_lead(&lead).map(|body| NewLead {
                uid: LeadUid::new(self.accepted_at, random()),
                source: Arc::clone(&self.source),
                raw_hash: digest(header, record),
                body,
                key: lead.id.clone(),
                update: false,
                deliveries,
            })
        });
        match lead.transpose() {
            Ok(lead) => Taken { row: number, lead, at },
            // Nothing of a lead is known that cannot be written; it must not vanish all the same.
            Err(error) => Taken {
                row: number,
                lead: None,
                at: at.into_iter().map(|at| at.or_not(&error.to_string())).collect(),
            },
        }
    }

    /// The lead as it is sent, with the mark of a test where it is one.
    pub(super) fn marked<'a>(&self, lead: &'a Lead) -> Cow<'a, Lead> {
        let mut lead = Cow::Borrowed(lead);
        if self.test {
            for (_, sink) in &self.sinks {
                test_mark::mark(lead.to_mut(), sink.descriptor());
            }
        }
        lead
    }

    fn fit(
        &self,
        lead: &Lead,
        name: &Arc<str>,
        sink: &SharedSink,
        warnings: &[RowNote],
        deliveries: &mut Vec<NewDelivery>,
    ) -> At {
        let mut cx = PrepareContext::new(DeliveryId::new(&lead.id, name), self.accepted_at);
        if sink.descriptor().answers_late {
            cx = cx.with_callback_token(super::token());
        }
        match sink.prepare(lead, &cx) {
            Ok(prepared) => {
                let merges = prepared.repeat == Repeat::Safe;
                deliveries.push(NewDelivery {
                    sink: Arc::clone(name),
                    callback_token: cx.callback_token,
                    merges,
                });
                let mut notes: Vec<_> = warnings.iter().map(Note::from).collect();
                notes.extend(
                    prepared
                        .warnings
                        .iter()
                        .map(|warning| Note::warning(warning, &self.columns)),
                );
                let has_remarks = !notes.is_empty() || !prepared.unmapped.is_empty();
                At::Filed {
                    remarks: has_remarks.then(|| {
                        Box::new(Remarks {
                            unmapped: prepared.unmapped,
                            warnings: notes,
                        })
                    }),
                }
            }
            Err(unfit) => {
                let notes = unfit
                    .problems
                    .iter()
                    .map(|problem| Note::problem(problem, &self.columns));
                At::Not(Box::new(Not {
                    fate: Fate::BadRow,
                    lead: Some(lead.id.clone()),
                    reasons: notes.map(Reason::from).collect(),
                    is_unfit: true,
                }))
            }
        }
    }
}

/// One step through the file.
#[derive(Debug)]
pub(super) enum Step {
    /// A row as each sink sees it.
    Row(Vec<Row>),
    /// The end, or why the rest cannot be read.
    End(Option<ReadError>),
}

fn not(fate: Fate, lead: Option<LeadId>, reasons: Vec<Reason>) -> At {
    At::Not(Box::new(Not {
        fate,
        lead,
        reasons,
        is_unfit: false,
    }))
}

/// Why a row is bad.
pub(super) fn bad_reasons(problems: &[RowNote]) -> Vec<Reason> {
    problems
        .iter()
        .map(|problem| Reason::from(Note::from(problem)))
        .collect()
}
