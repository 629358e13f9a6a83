//! Where a list ends.

use leadsink_core::Vendor as _;
use leadsink_testkit::{Answer, ScriptedTransport, block_on};

use super::super::Role;
use super::*;
use crate::{OpenSolar, OpenSolarConfig};

fn page(ids: impl Iterator<Item = usize>) -> Answer {
    let rows: Vec<_> = ids.map(|id| format!(r#"{{"id":{id}}}"#)).collect();
    Answer::json(200, format!("[{}]", rows.join(",")))
}

fn read(transport: &ScriptedTransport) -> Result<Listing<Role>> {
    let sink = OpenSolar::from_config(OpenSolarConfig::token("s_1", 1)).unwrap();
    let url = "https://api.opensolar.com/api/orgs/1/roles/".parse().unwrap();
    block_on(sink.client().list(&transport.context(), url, 3))
}

/// How many rows came, whether the list ended, and how many pages were asked for.
fn listed(answers: Vec<Answer>) -> (usize, bool, usize) {
    let transport = ScriptedTransport::new(answers);
    let listing = read(&transport).unwrap();
    assert!(listing.over || !listing.complete, "it is over where its end was seen");
    (listing.rows.len(), listing.complete, transport.seen().len())
}

#[test]
fn a_list_ends_where_nothing_new_comes() {
    let table = [
        // So few rows are no page that was cut.
        (vec![page(0..0)], (0, true, 1)),
        (vec![page(0..9)], (9, true, 1)),
        // The limit may have been cut to 20.
        (vec![page(0..20), page(20..40), page(40..45)], (45, true, 3)),
        (vec![page(0..20), page(0..0)], (20, true, 2)),
        // The limit is kept: a shorter page is the last one.
        (vec![page(0..100), page(100..150)], (150, true, 2)),
        // A row that slipped to the next page counts once.
        (vec![page(0..100), page(99..150)], (150, true, 2)),
        (vec![page(0..100), page(100..200), page(200..300)], (300, false, 3)),
    ];
    for (row, (answers, wanted)) in table.into_iter().enumerate() {
        assert_eq!(listed(answers), wanted, "{row}");
    }
}

#[test]
fn the_last_page_may_say_so() {
    let rows = (0..20)
        .map(|id| format!(r#"{{"id":{id}}}"#))
        .collect::<Vec<_>>()
        .join(",");
    let last = Answer::json(200, format!(r#"{{"next":null,"results":[{rows}]}}"#));
    assert_eq!(listed(vec![last]), (20, true, 1));
}

#[test]
fn a_page_that_names_the_next_is_never_the_last() {
    // As from a server that cuts pages to five rows.
    let page = |ids: std::ops::Range<usize>, next: &str| {
        let rows: Vec<_> = ids.map(|id| format!(r#"{{"id":{id}}}"#)).collect();
        Answer::json(200, format!(r#"{{"next":{next},"results":[{}]}}"#, rows.join(",")))
    };
    let there = r#""https://api.opensolar.com/api/orgs/1/roles/?page=2""#;
    assert_eq!(listed(vec![page(0..5, there), page(5..7, "null")]), (7, true, 2));
    // The same page again, for ever: no end was seen, and no more is asked for.
    assert_eq!(listed(vec![page(0..5, there), page(0..5, there)]), (5, false, 2));
}

#[test]
fn a_404_or_the_same_page_again_ends_a_list_and_shows_no_end() {
    let invalid = || Answer::json(404, r#"{"detail":"Invalid page."}"#);
    for (full, end) in [
        (page(0..20), invalid()),
        (page(0..100), invalid()),
        // The number of the page is passed over: nobody knows what it would have shown.
        (page(0..20), page(0..20)),
        (page(0..100), page(0..100)),
    ] {
        let listing = read(&ScriptedTransport::new([full, end])).unwrap();
        assert!(listing.over && !listing.complete);
    }
    // A page that was named is there, and a proxy knows nothing of pages.
    let named = r#"{"next":"https://api.opensolar.com/api/orgs/1/roles/?page=2","results":[{"id":1}]}"#;
    for (first, second) in [
        (Answer::json(200, named), invalid()),
        (
            Answer::json(200, named),
            Answer::html(404, "<!DOCTYPE html><title>Not Found</title>"),
        ),
        (
            page(0..100),
            Answer::html(404, "<!DOCTYPE html><title>Not Found</title>"),
        ),
        (page(0..100), Answer::status(404)),
    ] {
        assert!(read(&ScriptedTransport::new([first, second])).is_err());
    }
}

#[test]
fn an_end_is_never_made_of_a_failure() {
    let sink = OpenSolar::from_config(OpenSolarConfig::token("s_1", 1)).unwrap();
    for (status, body) in [(500, ""), (403, ""), (200, "{}"), (200, "[1]"), (200, "<html>")] {
        let transport = ScriptedTransport::new([page(0..100), Answer::json(status, body)]);
        let listed = block_on(sink.client().roles(&transport.context()));
        assert!(listed.is_err(), "{status} {body}");
    }
    // The first page is no page behind the last one.
    let transport = ScriptedTransport::new([Answer::status(404)]);
    assert!(block_on(sink.client().roles(&transport.context())).is_err());
}
