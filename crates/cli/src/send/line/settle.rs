//! A line in doubt that is read back, and what it becomes when the vendor was asked.

use std::borrow::Cow;

use leadsink::{CallbackToken, DeliveryId, FieldRef, LeadId, Receipt, Timestamp};
use serde::Deserialize;

use super::{Failure, Line, Reason};
use crate::notes::{Columns, Note};
use crate::send::fate::Fate;

/// The vendor was asked, and its answer does not tell; or it could not be asked about this lead.
pub(crate) const UNDECIDED: &str = "undecided";

/// The look at the vendor failed.
pub(crate) const LOOK_UP_FAILED: &str = "look_up_failed";

/// The row of the input is not the one that was sent.
pub(crate) const ROW_CHANGED: &str = "row_changed";

/// What only an earlier look says: the next one says it anew.
const OF_A_LOOK: [&str; 3] = [UNDECIDED, LOOK_UP_FAILED, ROW_CHANGED];

/// A line in doubt as it is read. Of one that was cut short the end is missing.
#[derive(Debug, Deserialize)]
struct Doubtful {
    row: u64,
    lead: Option<LeadId>,
    sink: String,
    #[serde(default)]
    reasons: Vec<Reason>,
    #[serde(default)]
    attempts: u32,
    callback_token: Option<String>,
    message: Option<String>,
    #[serde(default)]
    warnings: Vec<Note>,
    #[serde(default)]
    unmapped: Vec<FieldRef>,
    error: Option<Failure>,
    began: Option<Timestamp>,
    at: Option<Timestamp>,
}

impl Line {
    /// Reads a line in doubt. One that does not say when it was written counts as written now.
    pub(crate) fn read_doubtful(text: &[u8]) -> serde_json::Result<Self> {
        let old: Doubtful = serde_json::from_slice(text)?;
        let line = Self::unsent(
            old.row,
            old.lead,
            &old.sink.as_str().into(),
            Fate::Ambiguous,
            old.reasons,
        );
        let token = old.callback_token.and_then(|token| CallbackToken::parse(&token).ok());
        Ok(Self {
            attempts: old.attempts,
            callback_token: token,
            message: old.message.map(Cow::Owned),
            warnings: old.warnings,
            unmapped: old.unmapped,
            error: old.error,
            began: old.began,
            at: old.at.unwrap_or(line.at),
            ..line
        })
    }

    /// Names the lead, where the line was cut short before it.
    pub(crate) fn is_about(&mut self, lead: &LeadId) {
        self.delivery = Some(DeliveryId::new(lead, &self.sink));
        self.lead = Some(lead.clone());
    }

    /// The vendor has the lead.
    pub(crate) fn was_found(&mut self, receipt: Receipt, columns: &Columns) {
        self.settled(Fate::Accepted, Vec::new());
        self.received(receipt, columns);
    }

    /// The vendor does not have the lead: it may be sent again.
    pub(crate) fn was_not_found(&mut self) {
        let why = "the vendor was asked and does not have the lead";
        self.settled(Fate::Failed, vec![Reason::of_ours("not_found", why)]);
        self.message = Some(why.into());
    }

    fn settled(&mut self, outcome: Fate, reasons: Vec<Reason>) {
        self.outcome = outcome;
        self.reasons = reasons;
        self.error = None;
        self.began = None;
        self.at = Timestamp::now();
    }

    /// The doubt stays, and why. When the line was written stays too: it tells how long ago the attempt ended.
    pub(crate) fn stays_in_doubt(&mut self, code: &'static str, why: &str) {
        self.reasons.retain(|reason| !OF_A_LOOK.contains(&&*reason.code));
        self.reasons.push(Reason::of_ours(code, why));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DOUBTFUL: &str = r#"{"row":7,"lead":"a","sink":"main","outcome":"ambiguous","reasons":[{"field":null,"code":"timeout","text":"no answer came"}],"vendor_ref":null,"attempts":2,"delivery":"e1f2de93-cb48-5b40-8d8b-1b2edb8f2a31","callback_token":"00000000000000000000000000000007","message":"no answer came","warnings":[{"column":null,"field":null,"code":"x","message":"y"}],"unmapped":["gender"],"error":{"kind":"timeout","disposition":"ambiguous","status":null},"began":"2026-01-31T10:00:00.000Z","at":"2026-01-31T10:00:30.000Z"}"#;

    fn read() -> Line {
        Line::read_doubtful(DOUBTFUL.as_bytes()).unwrap()
    }

    fn written(line: &Line) -> String {
        let mut bytes = Vec::new();
        line.write(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    #[test]
    fn a_line_is_read_back_without_loss() {
        let delivery = DeliveryId::new(&LeadId::new("a").unwrap(), "main").to_string();
        let wanted = DOUBTFUL.replace("e1f2de93-cb48-5b40-8d8b-1b2edb8f2a31", &delivery);
        assert_eq!(written(&read()), wanted);
    }

    #[test]
    fn what_a_look_says_is_not_heaped_up() {
        let mut line = read();
        line.stays_in_doubt(LOOK_UP_FAILED, "no connection");
        line.stays_in_doubt(UNDECIDED, "not found yet");
        let codes: Vec<_> = line.reasons.iter().map(|reason| &*reason.code).collect();
        assert_eq!((codes, line.outcome), (vec!["timeout", UNDECIDED], Fate::Ambiguous));
        assert_eq!(line.at.to_string(), "2026-01-31T10:00:30Z");
    }

    #[test]
    fn a_lead_that_is_there_is_accepted_with_its_receipt_and_keeps_its_token() {
        let mut line = read();
        line.was_found(Receipt::new().with_vendor_ref("55"), &Columns::default());
        let text = written(&line);
        for part in [
            r#""outcome":"accepted","reasons":[],"vendor_ref":"55","attempts":2"#,
            r#""callback_token":"00000000000000000000000000000007","message":null"#,
            r#""unmapped":["gender"],"at":"#,
        ] {
            assert!(text.contains(part), "{text}");
        }
    }

    #[test]
    fn a_lead_that_is_not_there_is_open_again() {
        let mut line = read();
        line.was_not_found();
        assert!(line.outcome.is_unfinished() && line.error.is_none());
        assert_eq!(line.reasons[0].code, "not_found");
    }

    #[test]
    fn a_line_that_was_cut_short_has_what_is_left_of_it() {
        let text = br#"{"row":7,"lead":"a","sink":"main","outcome":"ambiguous"}"#;
        let line = Line::read_doubtful(text).unwrap();
        assert_eq!((line.row, line.attempts, line.began), (7, 0, None));
    }
}
