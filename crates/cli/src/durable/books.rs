//! What a run through an outbox has come to so far, a sink each: entered as rows are filed and as deliveries end.

use std::collections::HashMap;
use std::rc::Rc;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use leadsink::outbox::{self, Answer, Ending, Event, Failure, Observer, State};
use leadsink::{LeadId, Warning};
use serde::Deserialize;

use super::read::{Not, Remarks};
use super::row;
use crate::notes::{Columns, Note};
use crate::output::count;
use crate::send::{Fate, Line, Reason, Standing, Tally};

/// A store that fails is tried again each second; the same is not said again for so long.
const SAME: Duration = Duration::from_secs(60);

/// What is known of one sink.
#[derive(Debug)]
pub(super) struct SinkBook {
    /// The configured name.
    pub(super) name: Arc<str>,
    /// The id of the vendor.
    pub(super) vendor: &'static str,
    pub(super) tally: Tally,
    /// Deliveries that this run has filed.
    pub(super) filed: u64,
    /// Deliveries that are to be made or under way, as far as this process knows.
    pub(super) due: u64,
    /// When the last delivery ended, and the first attempt began.
    first: Option<Instant>,
    last: Option<Instant>,
}

/// The books of a run.
#[derive(Debug)]
pub(super) struct Books {
    pub(super) sinks: Vec<SinkBook>,
    /// Rows that were taken.
    pub(super) rows: u64,
    /// The last row that was filed, or found to be known or bad.
    pub(super) last_row: Option<u64>,
    /// Rows whose own column names none of the run's sinks.
    pub(super) astray: u64,
    /// Leads that are known with another record and were refused.
    pub(super) changed: u64,
    /// Rows that a sink does not get because their lead has changed, with the reason: the outbox does not know them.
    pub(super) refused: HashMap<(u64, usize), Reason>,
    /// What is to be said above the live view.
    pub(super) sayings: Vec<String>,
    /// What was said of late.
    said: Vec<(String, Instant)>,
}

/// The books, written by whoever files and by the dispatcher.
#[derive(Clone, Debug)]
pub(super) struct SharedBooks(Arc<Mutex<Books>>);

impl SharedBooks {
    pub(super) fn new(sinks: impl IntoIterator<Item = (Arc<str>, &'static str)>) -> Self {
        let sinks = sinks.into_iter().map(|(name, vendor)| SinkBook {
            name,
            vendor,
            tally: Tally::default(),
            filed: 0,
            due: 0,
            first: None,
            last: None,
        });
        Self(Arc::new(Mutex::new(Books {
            sinks: sinks.collect(),
            rows: 0,
            last_row: None,
            astray: 0,
            changed: 0,
            refused: HashMap::new(),
            sayings: Vec::new(),
            said: Vec::new(),
        })))
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, Books> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Books {
    /// A delivery was filed.
    pub(super) fn filed(&mut self, sink: usize, remarks: Option<&Remarks>) {
        let book = &mut self.sinks[sink];
        book.filed += 1;
        book.due += 1;
        if let Some(remarks) = remarks {
            book.tally.remark(&remarks.unmapped, &remarks.warnings);
        }
    }

    /// A row's lead is known at a sink with the same record.
    pub(super) fn known(&mut self, sink: usize) {
        self.sinks[sink].tally.skip(Standing::Settled);
    }

    /// A row is not filed at a sink.
    pub(super) fn not(&mut self, sink: usize, row: u64, not: Not) {
        let book = &mut self.sinks[sink];
        let mut line = Line::unsent(row, not.lead, &Rc::from(&*book.name), not.fate, not.reasons);
        line.is_unfit = not.is_unfit;
        book.tally.add(&line);
    }

    /// A row is not filed at a sink, since its lead is known with another record.
    pub(super) fn refuse(&mut self, sink: usize, row: u64, lead: &LeadId, reason: Reason) {
        self.refused.insert((row, sink), reason.clone());
        let not = Not {
            fate: Fate::BadRow,
            lead: Some(lead.clone()),
            reasons: vec![reason],
            is_unfit: false,
        };
        self.not(sink, row, not);
    }

    /// A row's own column sends it elsewhere.
    pub(super) fn elsewhere(&mut self, sink: usize) {
        self.sinks[sink].tally.skip_elsewhere();
    }

    fn ended(&mut self, sink: &str, ending: &Ending, standing: outbox::Standing) {
        let Some(book) = self.sinks.iter_mut().find(|book| &*book.name == sink) else {
            return;
        };
        book.last = Some(Instant::now());
        let Some((fate, reasons)) = fate(ending, standing) else {
            return;
        };
        book.due = book.due.saturating_sub(1);
        let mut line = Line::unsent(0, None, &Rc::from(sink), fate, reasons);
        line.is_unfit = fate == Fate::BadRow;
        if let Ending::Answered(answer) = ending {
            line.warnings = warnings(answer);
        }
        book.tally.add(&line);
    }

    fn began(&mut self, sink: &str) {
        if let Some(book) = self.sinks.iter_mut().find(|book| &*book.name == sink) {
            book.first.get_or_insert_with(Instant::now);
            book.tally.attempts += 1;
        }
    }

    /// Has something said above the view, unless it was said a moment ago.
    fn say(&mut self, saying: String) {
        let now = Instant::now();
        let is_old = |at: &Instant| now.duration_since(*at) >= SAME;
        if let Some((_, at)) = self.said.iter_mut().find(|(said, _)| *said == saying) {
            if !is_old(at) {
                return;
            }
            *at = now;
        } else {
            self.said.retain(|(_, at)| !is_old(at));
            self.said.push((saying.clone(), now));
        }
        self.sayings.push(saying);
    }

    /// The tallies with the times that they took.
    pub(super) fn close(&mut self) {
        for book in &mut self.sinks {
            if let (Some(first), Some(last)) = (book.first, book.last) {
                book.tally.time = last.saturating_duration_since(first);
            }
        }
    }
}

/// What a delivery has come to, where that is its end for now: as the outbox has it, which may know better than who ended it.
fn fate(ending: &Ending, standing: outbox::Standing) -> Option<(Fate, Vec<Reason>)> {
    if matches!(standing.state, State::Due | State::Leased) {
        return None;
    }
    let (fate, _) = row::fate(standing);
    let failure = match ending {
        Ending::Answered(answer) if fate == Fate::Rejected => return Some((fate, refusals(answer))),
        Ending::Failed { failure, .. } | Ending::Unknown { failure, .. } => Some(failure),
        Ending::Postponed { failure, .. } => failure.as_ref(),
        Ending::Answered(_) | Ending::Absent { .. } => None,
    };
    // Why it did not arrive is of no more use where it has.
    let failure = failure.filter(|_| matches!(fate, Fate::Ambiguous | Fate::Failed));
    let is_unfit = failure.is_some_and(|failure| failure.kind == "unfit");
    let fate = if is_unfit { Fate::BadRow } else { fate };
    Some((fate, failure.map(why).into_iter().collect()))
}

fn why(failure: &Failure) -> Reason {
    Reason {
        column: None,
        field: None,
        code: failure.kind.clone(),
        text: failure.message.to_string(),
    }
}

/// The vendor's reasons, as the ledger keeps them.
#[derive(Default, Deserialize)]
struct Detail {
    #[serde(default)]
    reasons: Vec<Refusal>,
    #[serde(default)]
    warnings: Vec<Warning>,
}

#[derive(Deserialize)]
struct Refusal {
    code: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    field: Option<leadsink::FieldRef>,
}

/// What the vendor wants known of a lead that it took.
fn warnings(answer: &Answer) -> Vec<Note> {
    // Most answers have none, and are not read for it.
    let detail = answer
        .detail
        .as_deref()
        .filter(|detail| detail.contains("\"warnings\":"));
    let detail = detail.and_then(|detail| serde_json::from_str::<Detail>(detail).ok());
    let warnings = detail.map(|detail| detail.warnings).unwrap_or_default();
    warnings
        .iter()
        .map(|warning| Note::warning(warning, &Columns::default()))
        .collect()
}

/// Why the vendor refused a lead.
pub(super) fn refusals(answer: &Answer) -> Vec<Reason> {
    reasons_of(answer.detail.as_deref())
}

/// The reasons in what the ledger keeps of an answer.
pub(super) fn reasons_of(detail: Option<&str>) -> Vec<Reason> {
    let detail = detail.and_then(|detail| serde_json::from_str::<Detail>(detail).ok());
    let reasons = detail.map(|detail| detail.reasons).unwrap_or_default();
    let reason = |refusal: Refusal| Reason {
        column: None,
        field: refusal.field.map(|field| field.to_string()),
        code: refusal.code.into(),
        text: refusal.text,
    };
    reasons.into_iter().map(reason).collect()
}

/// Enters what the dispatcher tells.
#[derive(Debug)]
pub(super) struct Watch(pub(super) SharedBooks);

impl Observer for Watch {
    fn observe(&self, event: &Event<'_>) {
        let mut books = self.0.lock();
        let saying = match event {
            Event::Began { sink, .. } => return books.began(sink),
            Event::Ended {
                sink, ending, standing, ..
            } => return books.ended(sink, ending, *standing),
            Event::Held { sink, reason } => {
                format!("{sink}: held: {reason}. What is due stays due; mend the account, and `leadsink work` goes on")
            }
            Event::BreakerOpened { sink, .. } => {
                format!("{sink}: the vendor seems to be down; one delivery at a time tries whether it is back")
            }
            Event::BreakerClosed { sink } => format!("{sink}: the vendor is back"),
            Event::Reaped(reaped) => {
                let leads = count(reaped.due + reaped.held + reaped.dead + reaped.done);
                format!("{leads} under way when an earlier run died were taken up again")
            }
            Event::StoreFailed(error) => format!("the outbox failed: {error}"),
            _ => return,
        };
        books.say(saying);
    }
}

#[cfg(test)]
mod tests {
    use leadsink::Timestamp;
    use leadsink::outbox::{Conclusion, Then, Verdict};

    use super::*;

    #[test]
    fn only_what_is_over_for_now_has_a_fate() {
        let failure = || Failure::new("timeout", "no answer came in time");
        let later = Then::Retry(Timestamp::UNIX_EPOCH);
        let of = |ending: &Ending, state: State, conclusion| {
            let standing = outbox::Standing {
                state,
                conclusion,
                in_doubt: state == State::Held,
            };
            fate(ending, standing).map(|(fate, reasons)| (fate, reasons.len()))
        };
        let failed = |then| Ending::Failed {
            failure: failure(),
            then,
        };
        let unknown = |then| Ending::Unknown {
            failure: failure(),
            then,
        };
        assert_eq!(of(&failed(later), State::Due, None), None);
        assert_eq!(of(&failed(Then::Stop), State::Dead, None), Some((Fate::Failed, 1)));
        assert_eq!(of(&unknown(later), State::Due, None), None);
        assert_eq!(of(&unknown(Then::Stop), State::Held, None), Some((Fate::Ambiguous, 1)));
        let answered = Ending::Answered(Answer::new(Verdict::Updated));
        assert_eq!(
            of(&answered, State::Done, Some(Conclusion::Updated)),
            Some((Fate::Updated, 0))
        );
        // The vendor's late word had come.
        let accepted = Some(Conclusion::Accepted);
        assert_eq!(
            of(&unknown(Then::Stop), State::Done, accepted),
            Some((Fate::Accepted, 0))
        );
        let refused = Ending::Answered(Answer::new(Verdict::Rejected));
        assert_eq!(of(&refused, State::Done, accepted), Some((Fate::Accepted, 0)));
        assert_eq!(of(&unknown(Then::Stop), State::Due, None), None);
        let due_at = Timestamp::UNIX_EPOCH;
        assert_eq!(of(&Ending::Absent { due_at }, State::Due, None), None);
    }

    #[test]
    fn a_vendors_reasons_come_back_out_of_the_ledger() {
        let detail = r#"{"class":"rule","reasons":[{"code":"area","field":"postal_code","text":"not ours"}]}"#;
        let reasons = reasons_of(Some(detail));
        assert_eq!((&*reasons[0].code, &*reasons[0].text), ("area", "not ours"));
        assert_eq!(reasons[0].field.as_deref(), Some("postal_code"));
        let mut answer = Answer::new(Verdict::Accepted);
        assert!(warnings(&answer).is_empty());
        answer.detail =
            Some(r#"{"warnings":[{"field":null,"code":"linked","message":"an older contact"}]}"#.to_owned());
        assert_eq!(warnings(&answer)[0].code, "linked");
        assert!(reasons_of(Some("no json")).is_empty() && reasons_of(None).is_empty());
    }
}
