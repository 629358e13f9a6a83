//! What became of one attempt, in a line for people, with the vendor's words.

use leadsink::Timestamp;
use leadsink::outbox::{AttemptOutcome, AttemptView};
use serde_json::Value;

use super::time::{distance, show, took};
use crate::output::{Cell, Paint, Table};

/// The attempts of a delivery, with when the next one is due if that is to come.
pub(super) fn table(attempts: &[AttemptView], due: Option<Timestamp>, now: Timestamp) -> Table {
    let next = due
        .filter(|due| now < *due)
        .map(|due| format!("next {}", distance(due, now)));
    let mut table = Table::new(&["#", "BEGAN", "TOOK", "OUTCOME", "WHAT"])
        .right(0)
        .right(2)
        .indented(4);
    for (index, attempt) in attempts.iter().enumerate() {
        let is_last = index + 1 == attempts.len();
        table.row([
            (index + 1).to_string().into(),
            show(attempt.started_at).into(),
            attempt
                .ended_at
                .map(|ended| took(attempt.started_at, ended))
                .unwrap_or_default()
                .into(),
            Cell::new(
                attempt.outcome.map_or("in flight", AttemptOutcome::as_str),
                attempt.outcome.map_or(Paint::Cyan, paint),
            ),
            what(attempt, next.as_deref().filter(|_| is_last)).into(),
        ]);
    }
    table
}

const fn paint(outcome: AttemptOutcome) -> Paint {
    use AttemptOutcome::{
        Absent, Accepted, Duplicate, Failed, NotSent, Pending, Postponed, Rejected, Unknown, Updated,
    };
    match outcome {
        Accepted | Pending | Updated | Duplicate => Paint::Green,
        Rejected | Failed => Paint::Red,
        Unknown => Paint::Yellow,
        Postponed | Absent | NotSent => Paint::Plain,
    }
}

/// All that is known of it beside its outcome, and what is next.
fn what(attempt: &AttemptView, next: Option<&str>) -> String {
    let mut parts = Vec::new();
    match (&attempt.error, &attempt.message) {
        (Some(kind), Some(message)) => parts.push(format!("{kind}: {message}")),
        (kind, message) => parts.extend(kind.clone().or_else(|| message.clone())),
    }
    parts.extend(attempt.status.map(|status| format!("HTTP {status}")));
    if let Some(detail) = &attempt.detail {
        parts.extend(told(detail));
    }
    if let Some(late) = attempt.late {
        parts.push(format!("`{}` came too late", late.as_str()));
    }
    parts.extend(next.map(str::to_owned));
    parts.join("; ")
}

/// The vendor's words. What is left of an answer that nobody understood is for machines.
fn told(detail: &str) -> Vec<String> {
    let Ok(detail) = serde_json::from_str::<Value>(detail) else {
        return Vec::new();
    };
    let mut parts = Vec::new();
    for list in ["reasons", "problems", "warnings"] {
        let remarks = detail[list].as_array().into_iter().flatten();
        parts.extend(remarks.map(|remark| remark_text(remark, if list == "reasons" { "text" } else { "message" })));
    }
    for (key, title) in [("why", ""), ("message", ""), ("price", "price "), ("url", "")] {
        if let Some(text) = detail[key].as_str() {
            parts.push(format!("{title}{text}"));
        }
    }
    parts
}

/// `code: text (field)`, as far as it is there.
fn remark_text(remark: &Value, text: &str) -> String {
    let [code, text, field] = ["code", text, "field"].map(|key| remark[key].as_str().filter(|text| !text.is_empty()));
    let words: Vec<_> = [code, text].into_iter().flatten().collect();
    let place = field.map(|field| format!(" ({field})")).unwrap_or_default();
    words.join(": ") + &place
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Style;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn attempt(outcome: Option<AttemptOutcome>) -> AttemptView {
        AttemptView {
            claim: 1,
            started_at: at(0),
            ended_at: outcome.map(|_| at(30)),
            outcome,
            status: None,
            error: None,
            message: None,
            detail: None,
            next_due: None,
            late: None,
        }
    }

    #[test]
    fn each_attempt_has_a_line_with_all_that_is_known() {
        let mut unknown = attempt(Some(AttemptOutcome::Unknown));
        unknown.error = Some("timeout".into());
        unknown.message = Some("the time ran out".into());
        unknown.late = Some(AttemptOutcome::Accepted);
        unknown.next_due = Some(at(40));
        let mut rejected = attempt(Some(AttemptOutcome::Rejected));
        rejected.status = Some(422);
        rejected.detail = Some(
            r#"{"class":"rule","reasons":[{"code":"area","text":"not in our area","field":"postal_code"}]}"#.into(),
        );
        let mut failed = attempt(Some(AttemptOutcome::Failed));
        failed.error = Some("connect".into());
        failed.next_due = Some(at(700));
        let attempts = [unknown, rejected, failed];
        assert_eq!(
            table(&attempts, Some(at(700)), at(100)).render(Style::PLAIN, None),
            "    #  BEGAN                   TOOK  OUTCOME   WHAT\n    \
             1  2027-01-15T08:00:00Z  30.0 s  unknown   timeout: the time ran out; `accepted` came too late\n    \
             2  2027-01-15T08:00:00Z  30.0 s  rejected  HTTP 422; area: not in our area (postal_code)\n    \
             3  2027-01-15T08:00:00Z  30.0 s  failed    connect; next in 10 min\n"
        );
        let retried = table(&attempts[2..], Some(at(100)), at(100)).render(Style::PLAIN, None);
        assert!(retried.ends_with("failed   connect\n"), "it is due now: {retried}");
        let running = table(&[attempt(None)], None, at(1)).render(Style::PLAIN, None);
        assert!(running.ends_with("in flight\n"), "{running}");
    }

    #[test]
    fn the_vendors_words_are_told_and_its_raw_answer_is_not() {
        assert_eq!(
            told(r#"{"price":"12.50","url":"https://example.com/7","message":"thanks","excerpt":"<html>"}"#),
            ["thanks", "price 12.50", "https://example.com/7"]
        );
        assert_eq!(
            told(r#"{"problems":[{"field":null,"code":"required","message":"a phone is needed"}]}"#),
            ["required: a phone is needed"]
        );
        assert_eq!(told(r#"{"why":"two leads match"}"#), ["two leads match"]);
        for nothing in ["", "{", "[]", "7", r#"{"reasons":7,"why":null}"#] {
            assert_eq!(told(nothing), [""; 0], "{nothing}");
        }
    }
}
