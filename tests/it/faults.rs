//! Every fault of the sandbox at both vendors, seen from the command line: what the report says, whether the vendor has the
//! lead, and whether the next leads follow. The words are those of the design's table of errors and of the vendors' pages.

use std::collections::BTreeSet;
use std::thread;

use leadsink_sandbox::{Fault, Sandbox};

use crate::run::{Ended, Stage, lines_of, outcomes};

/// Three leads, one at a time; the fault strikes each vendor's first request. Of the first lead: its outcome, the
/// disposition, how many attempts it took, and whether the vendor has it; then whether the others follow.
#[derive(Debug, PartialEq, Eq)]
struct Came {
    ntherm: String,
    enerflo: String,
}

fn came(fault: Fault, more: &[&str]) -> (Came, Ended) {
    let stage = Stage::new();
    for vendor in ["ntherm", "enerflo"] {
        stage.sandbox.script(vendor, [fault]).unwrap();
    }
    // What hangs is waited for; the time is long enough for a machine that is busy.
    let timeout: &[&str] = if fault == Fault::Hang { &["--timeout", "2"] } else { &[] };
    let one = ["--concurrency", "1"];
    let (ended, report) = stage.send_to_both(&stage.leads(3), &[&one, timeout, more].concat());
    let received = stage.sandbox.received();
    let at = |vendor: &str| {
        let lines = lines_of(&report, vendor);
        let [first, rest @ ..] = &lines[..] else {
            panic!("{fault} at {vendor}: no report: {ended:?}")
        };
        let mut own = received.iter().filter(|got| got.vendor == vendor);
        let has = own.any(|got| got.accepted && got.body.to_string().contains("5125550100"));
        let follow: BTreeSet<_> = rest.iter().map(|line| line["outcome"].as_str().unwrap()).collect();
        format!(
            "{} {} {} {} {}",
            first["outcome"].as_str().unwrap(),
            first["error"]["disposition"].as_str().unwrap_or("-"),
            first["attempts"],
            if has { "has" } else { "has-not" },
            follow.into_iter().collect::<Vec<_>>().join(",")
        )
    };
    let came = Came {
        ntherm: at("ntherm"),
        enerflo: at("enerflo"),
    };
    (came, ended)
}

/// Faults that come to the same, NTherm, Enerflo, exit code.
type Row = (&'static str, &'static str, &'static str, i32);

/// Plays every fault of a table, all at once, since some wait.
#[track_caller]
fn all_come_to(table: &'static [Row], more: &[&str]) {
    let wrong: Vec<_> = thread::scope(|scope| {
        let play = |fault: &str, (_, ntherm, enerflo, code): &Row| {
            let (came, ended) = came(fault.parse().unwrap(), more);
            let wanted = Came {
                ntherm: (*ntherm).to_owned(),
                enerflo: (*enerflo).to_owned(),
            };
            let is_right = came == wanted && ended.code == Some(*code);
            (!is_right).then(|| format!("{fault}: {came:?} with {:?}", ended.code))
        };
        let faults = |row: &'static Row| row.0.split(' ').map(move |fault| (fault, row));
        let play = |(fault, row)| scope.spawn(move || play(fault, row));
        let played: Vec<_> = table.iter().flat_map(faults).map(play).collect();
        played.into_iter().filter_map(|row| row.join().unwrap()).collect()
    });
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// With one attempt every fault shows as it is.
const ONE_ATTEMPT: &[Row] = &[
    (
        "none latency=50ms",
        "pending - 1 has pending",
        "accepted - 1 has accepted",
        0,
    ),
    (
        "400 400-doc",
        "rejected - 1 has-not pending",
        "rejected - 1 has-not accepted",
        1,
    ),
    (
        "401",
        "failed account 1 has-not not_attempted",
        "failed account 1 has-not not_attempted",
        4,
    ),
    (
        "429;retry-after=1",
        "failed transient 1 has-not pending",
        "failed transient 1 has-not accepted",
        1,
    ),
    (
        "500 502 504 reset-before",
        "ambiguous ambiguous 1 has-not pending",
        "ambiguous ambiguous 1 has-not accepted",
        3,
    ),
    // Nothing happened where a second request merges; elsewhere nobody can rule it out.
    (
        "503 503;retry-after=1",
        "ambiguous ambiguous 1 has-not pending",
        "failed transient 1 has-not accepted",
        3,
    ),
    (
        "504-after truncated cut reset-after hang",
        "ambiguous ambiguous 1 has pending",
        "ambiguous ambiguous 1 has accepted",
        3,
    ),
    (
        "html",
        "ambiguous ambiguous 1 has-not not_attempted",
        "ambiguous ambiguous 1 has-not not_attempted",
        3,
    ),
];

#[test]
fn with_one_attempt_each_fault_comes_to_what_the_design_says() {
    all_come_to(ONE_ATTEMPT, &["--attempts", "1"]);
}

/// With the three attempts of the default, a fault that strikes once: NTherm is asked again only where certainly nothing
/// happened; Enerflo also after an unseen answer, and then says whether the first request arrived.
const THREE_ATTEMPTS: &[Row] = &[
    (
        "none latency=50ms",
        "pending - 1 has pending",
        "accepted - 1 has accepted",
        0,
    ),
    (
        "400 400-doc",
        "rejected - 1 has-not pending",
        "rejected - 1 has-not accepted",
        1,
    ),
    (
        "401",
        "failed account 1 has-not not_attempted",
        "failed account 1 has-not not_attempted",
        4,
    ),
    (
        "429;retry-after=1",
        "pending - 2 has pending",
        "accepted - 2 has accepted",
        0,
    ),
    (
        "500 502 503 503;retry-after=1 504 reset-before",
        "ambiguous ambiguous 1 has-not pending",
        "accepted - 2 has accepted",
        3,
    ),
    (
        "504-after truncated cut reset-after hang",
        "ambiguous ambiguous 1 has pending",
        "updated - 2 has accepted",
        3,
    ),
    // A page for people stops the sink, so there is no second attempt.
    (
        "html",
        "ambiguous ambiguous 1 has-not not_attempted",
        "ambiguous ambiguous 1 has-not not_attempted",
        3,
    ),
];

#[test]
fn with_the_default_attempts_a_fault_that_strikes_once_is_made_good_where_that_is_safe() {
    all_come_to(THREE_ATTEMPTS, &[]);
}

#[test]
fn no_fault_of_the_sandbox_is_forgotten() {
    let refused = "?".parse::<Fault>().unwrap_err().to_string();
    let (_, available) = refused.split_once("available: ").unwrap();
    let name = |fault: &str| fault.split(['=', '[', ';']).next().unwrap().to_owned();
    let available: BTreeSet<_> = available.split(", ").map(name).collect();
    for table in [ONE_ATTEMPT, THREE_ATTEMPTS] {
        let played: BTreeSet<_> = table
            .iter()
            .flat_map(|(faults, ..)| faults.split(' '))
            .map(name)
            .collect();
        assert_eq!(played, available);
    }
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
