//! One line of the report.

mod json;
mod settle;

pub(crate) use settle::{LOOK_UP_FAILED, ROW_CHANGED, UNDECIDED};

use std::borrow::Cow;
use std::rc::Rc;

use leadsink::{
    CallbackToken, DeliveryId, Disposition, Error, FieldRef, LeadId, Outcome, Receipt, SendError, Submission, Timestamp,
};
use serde::{Deserialize, Serialize};

use super::fate::Fate;
use crate::notes::{Columns, Note};

/// What became of one row at one sink, as the report says it.
///
/// `row`, `lead`, `sink` and `outcome` come first, so that even a line cut short tells whom it is about.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) row: u64,
    pub(crate) lead: Option<LeadId>,
    pub(crate) sink: Rc<str>,
    pub(crate) outcome: Fate,
    pub(crate) reasons: Vec<Reason>,
    pub(crate) vendor_ref: Option<String>,
    pub(crate) attempts: u32,
    pub(crate) delivery: Option<DeliveryId>,
    /// Whose late answer it is can be told by this alone.
    pub(crate) callback_token: Option<CallbackToken>,
    pub(crate) message: Option<Cow<'static, str>>,
    pub(crate) url: Option<String>,
    /// What the vendor pays or asks for the lead, in the currency of the account.
    pub(crate) price: Option<String>,
    pub(crate) warnings: Vec<Note>,
    pub(crate) unmapped: Vec<FieldRef>,
    pub(crate) error: Option<Failure>,
    /// When a delivery in doubt began: what the vendor has of it, it got since then.
    pub(crate) began: Option<Timestamp>,
    pub(crate) at: Timestamp,
    /// Whether the row is good and this vendor cannot take it.
    pub(crate) is_unfit: bool,
}

/// Why a row was not delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Reason {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) column: Option<String>,
    pub(crate) field: Option<String>,
    pub(crate) code: Cow<'static, str>,
    /// In a vendor's words it may quote the lead: the report and the rejects only.
    pub(crate) text: String,
}

/// Why there was no outcome.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Failure {
    kind: Cow<'static, str>,
    disposition: Option<Cow<'static, str>>,
    status: Option<u16>,
    /// The beginning of the answer.
    #[serde(skip_serializing_if = "Option::is_none")]
    excerpt: Option<String>,
}

/// The code of a row that is not sent because its lead is in doubt.
pub(crate) const IN_DOUBT: &str = "in_doubt";

impl Failure {
    /// Why there was no outcome, as an outbox tells it.
    pub(crate) fn new(
        kind: String,
        disposition: Option<Disposition>,
        status: Option<u16>,
        excerpt: Option<String>,
    ) -> Self {
        Self {
            kind: kind.into(),
            disposition: disposition.map(|disposition| disposition_word(disposition).into()),
            status,
            excerpt,
        }
    }
}

impl Reason {
    /// A reason of this program's.
    pub(crate) fn of_ours(code: &'static str, text: &str) -> Self {
        Self {
            column: None,
            field: None,
            code: Cow::Borrowed(code),
            text: text.to_owned(),
        }
    }
}

impl From<Note> for Reason {
    fn from(note: Note) -> Self {
        Self {
            column: note.column,
            field: note.field,
            code: note.code,
            text: note.message,
        }
    }
}

impl Line {
    /// A line about a row of which nothing was sent.
    pub(crate) fn unsent(row: u64, lead: Option<LeadId>, sink: &Rc<str>, outcome: Fate, reasons: Vec<Reason>) -> Self {
        let delivery = lead.as_ref().map(|lead| DeliveryId::new(lead, sink));
        Self {
            reasons,
            ..Self::new(row, lead, sink, outcome, delivery)
        }
    }

    fn new(row: u64, lead: Option<LeadId>, sink: &Rc<str>, outcome: Fate, delivery: Option<DeliveryId>) -> Self {
        Self {
            row,
            lead,
            sink: Rc::clone(sink),
            outcome,
            reasons: Vec::new(),
            vendor_ref: None,
            attempts: 0,
            delivery,
            callback_token: None,
            message: None,
            url: None,
            price: None,
            warnings: Vec::new(),
            unmapped: Vec::new(),
            error: None,
            began: None,
            at: Timestamp::now(),
            is_unfit: false,
        }
    }

    /// A line about a delivery whose end nobody waited for.
    pub(crate) fn abandoned(row: u64, lead: LeadId, sink: &Rc<str>, token: Option<CallbackToken>) -> Self {
        let why = "the run was stopped before the vendor's answer came; the vendor may have the lead";
        Self::unseen(row, Some(lead), sink, token, "stopped", why)
    }

    /// A line about a delivery that a run had begun when it died.
    pub(crate) fn died(row: u64, lead: Option<LeadId>, sink: &Rc<str>, token: Option<CallbackToken>) -> Self {
        let why = "an earlier run died before it could report the vendor's answer; the vendor may have the lead";
        Self::unseen(row, lead, sink, token, "process_died", why)
    }

    /// A line about a row whose lead is in doubt because of an earlier row.
    pub(crate) fn in_doubt(row: u64, lead: LeadId, sink: &Rc<str>) -> Self {
        let why =
            "an earlier row of this run has the same lead, and nobody saw the vendor's answer; look at the vendor";
        let reason = Reason::of_ours(IN_DOUBT, why);
        Self::unsent(row, Some(lead), sink, Fate::NotAttempted, vec![reason])
    }

    fn unseen(
        row: u64,
        lead: Option<LeadId>,
        sink: &Rc<str>,
        token: Option<CallbackToken>,
        kind: &'static str,
        why: &'static str,
    ) -> Self {
        let mut line = Self::unsent(row, lead, sink, Fate::Ambiguous, vec![Reason::of_ours(kind, why)]);
        line.attempts = 1;
        line.callback_token = token;
        line.message = Some(why.into());
        line.error = Some(Failure {
            kind: kind.into(),
            disposition: Some(disposition_word(Disposition::Ambiguous).into()),
            status: None,
            excerpt: None,
        });
        line
    }

    /// A line about a lead that was submitted.
    pub(crate) fn submitted(
        row: u64,
        sink: &Rc<str>,
        submission: Submission,
        row_warnings: &[Note],
        columns: &Columns,
    ) -> Self {
        let outcome = Fate::of(&submission);
        let mut line = Self::new(row, Some(submission.lead), sink, outcome, Some(submission.delivery));
        line.attempts = submission.attempts;
        // The token counts once it may have left.
        line.callback_token = submission.callback_token.filter(|_| submission.attempts > 0);
        line.warnings = row_warnings.to_vec();
        line.unmapped = submission.unmapped;
        let warnings = submission.warnings.iter();
        line.warnings
            .extend(warnings.map(|warning| Note::warning(warning, columns)));
        match submission.result {
            Ok(outcome) => line.answered(outcome, columns),
            Err(SendError::Unfit(unfit)) => {
                let notes = unfit.problems.iter().map(|problem| Note::problem(problem, columns));
                line.reasons = notes.map(Reason::from).collect();
                line.is_unfit = true;
            }
            Err(SendError::Failed(error)) => line.failed(&error),
            Err(other) => line.message = Some(other.to_string().into()),
        }
        line
    }

    fn answered(&mut self, outcome: Outcome, columns: &Columns) {
        match outcome {
            Outcome::Rejected(rejection) => {
                let reason = |reason: leadsink::Reason| Reason {
                    column: reason
                        .field
                        .as_ref()
                        .and_then(|field| columns.of(field))
                        .map(str::to_owned),
                    field: reason.field.as_ref().map(ToString::to_string),
                    code: reason.code,
                    text: reason.text,
                };
                self.reasons = rejection.reasons.into_iter().map(reason).collect();
                self.message = Some(format!("refused: {}", rejection.class.as_str()).into());
            }
            outcome => {
                if let Some(receipt) = outcome.into_receipt() {
                    self.received(receipt, columns);
                }
            }
        }
    }

    fn received(&mut self, receipt: Receipt, columns: &Columns) {
        self.vendor_ref = receipt.vendor_ref;
        self.message = receipt.message.map(Cow::Owned);
        self.url = receipt.url.as_ref().map(ToString::to_string);
        self.price = receipt.price.map(|price| price.to_string());
        let warnings = receipt.warnings.iter();
        self.warnings
            .extend(warnings.map(|warning| Note::warning(warning, columns)));
    }

    fn failed(&mut self, error: &Error) {
        self.message = Some(error.to_string().into());
        self.reasons = vec![Reason::of_ours(error.kind().as_str(), &error.to_string())];
        self.error = Some(Failure {
            kind: error.kind().as_str().into(),
            disposition: Some(disposition_word(error.disposition()).into()),
            status: error.status().map(|status| status.as_u16()),
            excerpt: error.excerpt().map(str::to_owned),
        });
    }
}

const fn disposition_word(disposition: Disposition) -> &'static str {
    match disposition {
        Disposition::Permanent => "permanent",
        Disposition::Transient => "transient",
        Disposition::Ambiguous => "ambiguous",
        Disposition::Account => "account",
    }
}
