//! Found, not found, or not known.

use leadsink_core::{Disposition, Lead, LeadSink as _, Vendor as _};
use leadsink_testkit::{Answer, ScriptedTransport, Value, block_on, fixtures, json};

use super::*;
use crate::{OpenSolar, OpenSolarConfig};

/// When the attempt began and ended; it is 10:10 by both clocks unless a test says otherwise.
const ATTEMPTED: [&str; 2] = ["2026-01-31T10:00:00Z", "2026-01-31T10:00:30Z"];
const NOW: &str = "Sat, 31 Jan 2026 10:10:00 GMT";

fn lead() -> Lead {
    Lead::builder()
        .id("crm-42")
        .street("123 Fake st")
        .email("g@example.com")
        .build()
        .unwrap()
}

fn list(now: &str, rows: &Value) -> Answer {
    Answer::json(200, rows.to_string()).with_header("date", now)
}

fn detail(id: u64, identifier: &str, address: &str) -> Answer {
    Answer::json(
        200,
        json!({ "id": id, "identifier": identifier, "address": address, "contacts": [60] }).to_string(),
    )
}

fn row(id: u64, created: &str) -> Value {
    json!({ "id": id, "created_date": created })
}

/// What the look at OpenSolar told, in a word or two, and how many requests it took.
fn told(answers: Vec<Answer>, attempted: Option<[&str; 2]>) -> (String, usize) {
    told_at("2026-01-31T10:10:00Z", answers, attempted)
}

/// The same at another time of this machine.
fn told_at(now: &str, answers: Vec<Answer>, attempted: Option<[&str; 2]>) -> (String, usize) {
    let transport = ScriptedTransport::new(answers);
    let sink = OpenSolar::from_config(OpenSolarConfig::token("s_1", 1)).unwrap();
    let lead = lead();
    let prepared = sink.prepare(&lead, &fixtures::context(&lead)).unwrap();
    let mut cx = transport.context().with_now(now.parse().unwrap());
    if let Some(times) = attempted {
        let [began, ended] = times.map(|time| time.parse().unwrap());
        cx = cx.with_attempted(began..ended);
    }
    let told = match block_on(sink.reconcile(&prepared, &cx)).unwrap() {
        Reconciliation::Found(receipt) => {
            assert_eq!(receipt.message.as_deref(), Some("contact 60"));
            let warnings: String = receipt
                .warnings
                .iter()
                .map(|warning| format!(" {}", warning.code))
                .collect();
            format!("found {}{warnings}", receipt.vendor_ref.unwrap_or_default())
        }
        Reconciliation::NotFound => "not found".to_owned(),
        Reconciliation::Undecided(why) => format!("undecided: {why}"),
        _ => unreachable!("it has a way to ask"),
    };
    (told, transport.seen().len())
}

#[test]
fn the_identifier_is_compared_on_the_project_itself() {
    let rows = json!([row(7, "2026-01-31T10:00:03Z"), row(6, "2026-01-31T09:59:58Z")]);
    let answers = vec![
        list(NOW, &rows),
        detail(7, "other", "123 Fake st"),
        detail(6, "crm-42", "123 FAKE ST."),
    ];
    assert_eq!(told(answers, Some(ATTEMPTED)), ("found 6".to_owned(), 3));
}

#[test]
fn the_address_of_the_list_says_where_to_look_first() {
    let rows = json!([{ "id": 7, "address": "9 Oak St" }, { "id": 6, "address": "123 Fake st" }, { "id": 5, "identifier": "no" }]);
    // All of them are looked at: two might have been made.
    let answers = vec![
        list(NOW, &rows),
        detail(6, "crm-42", "123 Fake st"),
        detail(7, "x", "9 Oak St"),
    ];
    assert_eq!(told(answers, None), ("found 6".to_owned(), 3));
}

#[test]
fn two_projects_are_found_and_told() {
    let rows = json!([row(7, "2026-01-31T10:00:03Z"), row(6, "2026-01-31T09:59:58Z")]);
    let answers = vec![list(NOW, &rows), detail(7, "crm-42", ""), detail(6, "crm-42", "")];
    assert_eq!(told(answers, Some(ATTEMPTED)), ("found 7 found_several".to_owned(), 3));
}

#[test]
fn a_project_of_another_place_and_contact_is_left_to_a_person() {
    let rows = json!([row(7, "2026-01-31T10:00:03Z")]);
    let answers = vec![list(NOW, &rows), detail(7, "crm-42", "9 Oak St")];
    let (told, _) = told(answers, Some(ATTEMPTED));
    assert!(told.starts_with("undecided: project 7 has the identifier"), "{told}");
}

#[test]
fn not_found_takes_a_complete_window_that_can_be_seen() {
    let nothing = || vec![list(NOW, &json!([]))];
    assert_eq!(told(nothing(), Some(ATTEMPTED)), ("not found".to_owned(), 1));
    // Nobody says when it was, or what the time is.
    assert!(told(nothing(), None).0.contains("how long ago"));
    let timeless = vec![Answer::json(200, "[]")];
    assert!(told(timeless, Some(ATTEMPTED)).0.contains("no time to compare"));
    // One that is gone says nothing.
    let rows = json!([row(7, "2026-01-31T10:00:03Z")]);
    let missing = Answer::json(404, r#"{"detail":"Not found."}"#);
    assert_eq!(
        told(vec![list(NOW, &rows), missing], Some(ATTEMPTED)),
        ("not found".to_owned(), 2)
    );
    // One that may not be seen, that only a proxy says is gone, or that does not say whose it is.
    let page = "<!DOCTYPE html><title>Not Found</title>";
    for unseen in [
        Answer::status(403),
        Answer::status(404),
        Answer::html(404, page),
        Answer::status(410),
        Answer::json(200, r#"{"id":7}"#),
        detail(7, " ", "123 Fake st"),
    ] {
        let (told, _) = told(vec![list(NOW, &rows), unseen], Some(ATTEMPTED));
        assert!(told.contains("does not show whether"), "{told}");
    }
    // One without an identifier of another place is not the lead's.
    let other = vec![list(NOW, &rows), detail(7, "", "9 Oak St")];
    assert_eq!(told(other, Some(ATTEMPTED)).0, "not found");
}

#[test]
fn not_found_takes_a_minute_since_the_end_by_the_clock_of_this_machine() {
    // OpenSolar's clock is two minutes ahead: by it a minute has long passed.
    let ahead = || vec![list("Sat, 31 Jan 2026 10:02:35 GMT", &json!([]))];
    let at = |now: &str| told_at(now, ahead(), Some(ATTEMPTED)).0;
    assert!(at("2026-01-31T10:00:35Z").contains("not found yet"));
    assert!(at("2026-01-31T10:01:29Z").contains("not found yet"));
    assert_eq!(at("2026-01-31T10:01:30Z"), "not found");
    // It began long ago and waited for its turn.
    let waited = Some(["2026-01-31T10:00:00Z", "2026-01-31T10:09:59Z"]);
    let nothing = vec![list(NOW, &json!([]))];
    assert!(told(nothing, waited).0.contains("not found yet"));
}

#[test]
fn an_attempt_that_ended_before_it_began_is_looked_for_in_between_and_never_missed() {
    // The clock was set back by seven minutes while the lead was sent.
    let set_back = Some(["2026-01-31T10:07:00Z", "2026-01-31T10:00:30Z"]);
    for created in ["2026-01-31T10:06:59Z", "2026-01-31T10:00:29Z"] {
        let answers = vec![list(NOW, &json!([row(7, created)])), detail(7, "crm-42", "123 Fake st")];
        assert_eq!(told(answers, set_back).0, "found 7", "{created}");
    }
    let (told, _) = told(vec![list(NOW, &json!([]))], set_back);
    assert!(told.contains("clock was set back"), "{told}");
}

#[test]
fn what_stands_behind_a_404_may_be_the_leads() {
    let full: Value = (0..100).map(|n| row(200 - n, "2026-01-31T10:06:29Z")).collect();
    let mut answers = vec![list(NOW, &full), Answer::json(404, r#"{"detail":"Invalid page."}"#)];
    answers.extend((0..100).map(|n| detail(200 - n, "x", "")));
    let (told, _) = told(answers, Some(ATTEMPTED));
    assert!(told.contains("more than are looked through"), "{told}");
}

#[test]
fn clocks_that_are_far_apart_find_and_never_miss() {
    // This machine's clock is ten minutes ahead of OpenSolar's, or behind it.
    for (now, created) in [
        ("Sat, 31 Jan 2026 10:00:00 GMT", "2026-01-31T09:50:03Z"),
        ("Sat, 31 Jan 2026 10:20:00 GMT", "2026-01-31T10:10:33Z"),
    ] {
        let found = vec![list(now, &json!([row(7, created)])), detail(7, "crm-42", "123 Fake st")];
        assert_eq!(told(found, Some(ATTEMPTED)).0, "found 7", "{now}");
        let (told, _) = told(vec![list(now, &json!([]))], Some(ATTEMPTED));
        assert!(told.contains("600 seconds apart"), "{told}");
    }
}

#[test]
fn a_blank_identifier_of_a_list_says_nothing() {
    let rows = json!([{ "id": 7, "identifier": "", "created_date": "2026-01-31T10:00:03Z" }]);
    let answers = vec![list(NOW, &rows), detail(7, "crm-42", "123 Fake st")];
    assert_eq!(told(answers, Some(ATTEMPTED)).0, "found 7");
}

#[test]
fn newer_projects_stand_in_nobodys_way() {
    // Asked the day after: 1,100 projects were made since, ten a page of a minute, and one in the time of the attempt.
    let newer = |page: u64| -> Value {
        let created = format!("2026-02-01T09:{:02}:00Z", 59 - page);
        (0..100).map(|n| row(5000 - 100 * page - n, &created)).collect()
    };
    let mut answers: Vec<_> = (0..11).map(|page| list(NOW, &newer(page))).collect();
    let last = json!([row(9, "2026-01-31T10:00:03Z"), row(8, "2026-01-30T10:00:00Z")]);
    answers.push(list(NOW, &last));
    answers.push(detail(9, "crm-42", "123 Fake st"));
    assert_eq!(told(answers, Some(ATTEMPTED)), ("found 9".to_owned(), 13));
}

/// A page of 100 projects, the newest first, the first of them so many minutes before the attempt.
fn page(first: u64, minutes: u64) -> Value {
    let created = |n: u64| {
        let minutes = minutes + n;
        format!(
            "2026-01-{:02}T{:02}:{:02}:00Z",
            31 - (minutes + 840) / 1440,
            9 - (minutes / 60) % 10,
            59 - minutes % 60
        )
    };
    (0..100).map(|n| row(first - n, &created(n))).collect()
}

#[test]
fn older_projects_are_not_looked_at() {
    // Of the first page only the five newest lie in the window, and the page reaches behind it.
    let answers = std::iter::once(list(NOW, &page(500, 0))).chain((0..5).map(|n| detail(500 - n, "x", "")));
    assert_eq!(told(answers.collect(), Some(ATTEMPTED)), ("not found".to_owned(), 6));
}

#[test]
fn a_list_that_is_not_in_order_has_to_come_to_its_end() {
    // The last project of the first page is older than the window, and one of the next page is not.
    let mut rows = page(500, 0);
    rows.as_array_mut().unwrap().swap(0, 50);
    let mut pages = vec![list(NOW, &rows), list(NOW, &json!([row(9, "2026-01-31T10:00:03Z")]))];
    pages.extend([499, 498, 497, 496, 500].map(|id| detail(id, "x", "")));
    pages.push(detail(9, "crm-42", ""));
    assert_eq!(told(pages, Some(ATTEMPTED)), ("found 9".to_owned(), 8));
}

#[test]
fn too_many_candidates_are_not_decided() {
    let rows: Value = (0..101).map(|n| row(200 - n, "2026-01-31T10:00:03Z")).collect();
    let mut answers = vec![list(NOW, &rows), list(NOW, &json!([]))];
    answers.extend((0..100).map(|n| detail(200 - n, "x", "")));
    let (told, requests) = told(answers, Some(ATTEMPTED));
    assert!(told.contains("more than are looked through"), "{told}");
    assert_eq!(requests, 102);
}

#[test]
fn a_failing_look_up_is_an_error_and_a_change_is_repeated_instead() {
    let sink = OpenSolar::from_config(OpenSolarConfig::token("s_1", 1)).unwrap();
    let lead = lead();
    let prepared = sink.prepare(&lead, &fixtures::context(&lead)).unwrap();
    for (status, disposition) in [(403, Disposition::Account), (500, Disposition::Transient)] {
        let transport = ScriptedTransport::new([Answer::status(status)]);
        let error = block_on(sink.reconcile(&prepared, &transport.context())).unwrap_err();
        assert_eq!(error.disposition(), disposition, "{status}");
    }
    let change = Lead::builder()
        .id("1")
        .extension("opensolar", json!({ "project_id": 7 }));
    let change = change.build().unwrap();
    let prepared = sink.prepare(&change, &fixtures::context(&change)).unwrap();
    let told = block_on(sink.reconcile(&prepared, &ScriptedTransport::new([]).context())).unwrap();
    assert!(matches!(told, Reconciliation::Undecided(_)));
}
