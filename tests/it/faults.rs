//! Every fault of the sandbox, seen from the command line: what the report says, and whether the vendor has the lead.

use std::time::Duration;

use leadsink_sandbox::{Fault, Sandbox};

use crate::run::{Stage, outcomes};

/// Three leads, one at a time; the fault hits the first. Outcomes, exit code, and whether the vendor took the first lead.
#[track_caller]
fn expect(fault: Fault, expected: [&str; 3], code: i32, taken: bool) {
    let stage = Stage::new();
    stage.sandbox.script("ntherm", [fault]).unwrap();
    let (ended, report) = stage.send(&stage.leads(3), &["--concurrency", "1", "--timeout", "1"]);
    assert_eq!(outcomes(&report), expected, "{fault}: {ended:?}");
    assert_eq!(ended.code, Some(code), "{fault}: {ended:?}");
    let first = stage
        .sandbox
        .received()
        .iter()
        .any(|got| got.accepted && got.body["phone_number"] == "5125550100");
    assert_eq!(first, taken, "{fault}");
}

const GOES_ON: [&str; 3] = ["ambiguous", "pending", "pending"];

#[test]
fn an_answer_that_nobody_saw_is_ambiguous_and_the_rest_goes_on() {
    for fault in [
        Fault::ResetAfter,
        Fault::Hang,
        Fault::Truncated,
        Fault::Cut,
        Fault::GatewayTimeoutAfter,
    ] {
        expect(fault, GOES_ON, 3, true);
    }
}

#[test]
fn a_server_error_or_a_reset_is_ambiguous_even_where_nothing_arrived() {
    for fault in [
        Fault::ServerError,
        Fault::BadGateway,
        Fault::Unavailable { retry_after: None },
        Fault::GatewayTimeout,
        Fault::ResetBefore,
    ] {
        expect(fault, GOES_ON, 3, false);
    }
}

#[test]
fn too_many_requests_is_a_failure_that_may_be_tried_again() {
    expect(
        Fault::TooManyRequests { retry_after: 2 },
        ["failed", "pending", "pending"],
        1,
        false,
    );
}

#[test]
fn a_refusal_of_a_value_is_a_rejection() {
    expect(Fault::BadRequest, ["rejected", "pending", "pending"], 1, false);
    expect(Fault::BadRequestAsPrinted, ["rejected", "pending", "pending"], 1, false);
}

#[test]
fn a_page_instead_of_data_stops_the_sink() {
    expect(Fault::Html, ["ambiguous", "not_attempted", "not_attempted"], 3, false);
}

#[test]
fn wrong_credentials_stop_the_sink_before_a_second_lead() {
    expect(
        Fault::Unauthorized,
        ["failed", "not_attempted", "not_attempted"],
        4,
        false,
    );
}

#[test]
fn a_slow_answer_is_still_an_answer() {
    expect(
        Fault::Latency(Duration::from_millis(50)),
        ["pending", "pending", "pending"],
        0,
        true,
    );
}

#[test]
fn a_phone_that_the_vendor_refuses_is_a_rejection_with_its_reason() {
    let stage = Stage::with(Sandbox::builder().refuse_phone("5125550101"));
    let (ended, report) = stage.send(&stage.leads(3), &[]);
    assert_eq!(
        (outcomes(&report), ended.code),
        (vec!["pending", "rejected", "pending"], Some(1)),
        "{ended:?}"
    );
    assert_eq!(report[1]["reasons"][0]["field"], "phone_1");
    assert_eq!(report[1]["reasons"][0]["code"], "phone_refused");
}
