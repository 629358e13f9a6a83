//! The commands that change something, while a worker has the file.

use std::time::Duration;

use leadsink::Timestamp;
use leadsink::outbox::{BreakerReport, Ending, Failure, Then};
use leadsink_sandbox::{Background, Sandbox};

use super::outbox::{Outbox, accepted, failed, unknown};
use crate::support::{LEADS, Room};

#[test]
fn an_accident_does_not_mean_everything() {
    let outbox = Outbox::mixture();
    for command in ["retry", "cancel"] {
        for more in [&[][..], &["--all", "--sink", "enerflo"], &["lost", "--all"]] {
            let ran = outbox.run(&[&[command], more].concat());
            assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{command} {more:?}");
        }
    }
    let document = outbox.run(&["status", "--json"]).json();
    assert_eq!(document["sinks"][0]["states"]["dead"], 1);
}

#[test]
fn retry_makes_due_what_is_dead_or_waits_and_leaves_what_is_unknown() {
    let outbox = Outbox::mixture();
    let ran = outbox.run(&["retry", "--sink", "enerflo"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{}", ran.out);
    assert_eq!(
        ran.out,
        "2 deliveries are due now. 1 delivery is unknown: `leadsink release LEAD --sink enerflo --as delivered|not-delivered`.\n"
    );
    let claims = outbox.claims("enerflo");
    let mut keys: Vec<_> = claims.iter().map(|claim| claim.key.as_str()).collect();
    keys.sort_unstable();
    assert_eq!(keys, ["dead", "later"]);
}

#[test]
fn where_there_was_nothing_to_do_it_is_said_why() {
    let outbox = Outbox::mixture();
    for (args, wanted) in [
        (&["retry", "given"][..], "Nothing to retry: 1 delivered.\n"),
        (
            &["retry", "lost"],
            "Nothing to retry: 1 unknown. Of what is unknown, look at the vendor whether it is there, then `leadsink \
             release lost --sink enerflo --as delivered|not-delivered`.\n",
        ),
        (
            &["cancel", "out"],
            "Nothing to cancel: 1 in flight. What is in flight cannot be stopped any more.\n",
        ),
        (
            &["release", "next", "--as", "delivered"],
            "Nothing to release: 1 due. Only what is in doubt can be released.\n",
        ),
        (
            &["retry", "dead", "--sink", "ntherm"],
            "Nothing to retry: the outbox has no such delivery.\n",
        ),
    ] {
        let ran = outbox.run(args);
        assert_eq!((ran.code, &*ran.out, &*ran.err), (Some(1), wanted, ""), "{args:?}");
    }
    let document = outbox.run(&["retry", "given", "--json"]).json();
    assert_eq!((&document["exit"], &document["changed"]), (&1.into(), &0.into()));
    assert_eq!(document["message"], "Nothing to retry: 1 delivered.");
}

#[test]
fn what_is_cancelled_is_over() {
    let outbox = Outbox::mixture();
    let ran = outbox.run(&["cancel", "--all"]);
    assert_eq!(
        (ran.code, &*ran.out),
        (
            Some(0),
            "4 deliveries are cancelled. 1 delivery is in flight and cannot be stopped any more.\n"
        )
    );
    assert!(outbox.claims("ntherm").is_empty() && outbox.claims("enerflo").is_empty());
    let lines = outbox.run(&["list", "--state", "cancelled", "--json"]).lines();
    assert_eq!(lines.len(), 4);
}

#[test]
fn a_person_settles_what_is_unknown() {
    let outbox = Outbox::mixture();
    let ran = outbox.run(&["release", "lost", "--as", "maybe"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("available: `delivered`, `not-delivered`"),
        "{}",
        ran.err
    );
    let ran = outbox.run(&["release", "lost", "--as", "not-delivered", "--json"]);
    assert_eq!((ran.code, &ran.json()["changed"]), (Some(0), &1.into()));
    assert_eq!(outbox.claims("enerflo")[0].key.as_str(), "lost");
    let outbox = Outbox::mixture();
    let ran = outbox.run(&["release", "lost", "--as", "delivered"]);
    assert_eq!(
        (ran.code, &*ran.out),
        (Some(0), "1 delivery is delivered, as you say.\n")
    );
    let document = outbox.run(&["status", "lost", "--json"]).json();
    assert_eq!(document["revisions"][0]["deliveries"][0]["conclusion"], "released");
}

#[test]
fn what_is_in_doubt_at_several_sinks_is_settled_at_one_after_the_other() {
    let outbox = Outbox::new();
    outbox.deliver("crm-42", "ntherm", unknown());
    let asked_again = Ending::Unknown {
        failure: Failure::new("timeout", "the time ran out"),
        then: Then::Retry(Timestamp::now() + Duration::from_secs(3600)),
    };
    outbox.deliver("crm-42", "enerflo", asked_again);
    let states = || {
        let lines = outbox.run(&["list", "--json"]).lines();
        let states = lines.iter().map(|line| line["state"].as_str().unwrap().to_owned());
        states.collect::<Vec<_>>()
    };
    assert_eq!(states(), ["held", "due"]);
    for word in ["delivered", "not-delivered"] {
        let ran = outbox.run(&["release", "crm-42", "--as", word]);
        assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{word}");
        assert_eq!(
            ran.err,
            "error: `crm-42` is in doubt at `enerflo` and `ntherm`\n\
             hint: look at each, and say with `--sink NAME` which one you mean\n"
        );
    }
    assert_eq!(states(), ["held", "due"], "nothing was settled");
    let ran = outbox.run(&["release", "crm-42", "--sink", "ntherm", "--as", "delivered"]);
    assert_eq!(
        (ran.code, &*ran.out),
        (Some(0), "1 delivery is delivered, as you say.\n")
    );
    assert_eq!(states(), ["done", "due"]);
    let ran = outbox.run(&["release", "crm-42", "--as", "not-delivered"]);
    assert_eq!(
        (ran.code, &*ran.out),
        (Some(0), "1 delivery is due again.\n"),
        "one sink is left"
    );
}

#[test]
fn a_lead_of_a_file_and_one_that_was_sent_as_a_test_are_two() {
    let outbox = Outbox::new();
    let states = || {
        let document = outbox.run(&["status", "crm-42", "--json"]).json();
        let states = document["revisions"].as_array().unwrap().iter().map(|revision| {
            let delivery = &revision["deliveries"][0];
            format!("{} {}", revision["source"], delivery["state"]).replace('"', "")
        });
        states.collect::<Vec<_>>().join(", ")
    };
    let run = |args: &[&str]| {
        let ran = outbox.run(args);
        assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{args:?}");
        ran.out
    };
    for source in ["files", "tests"] {
        outbox.file_from(source, &["crm-42"], "enerflo");
    }
    outbox.attempt("crm-42", "enerflo", unknown());
    let test = ["release", "crm-42", "--test", "--as", "not-delivered"];
    assert_eq!(run(&test), "1 delivery is due again.\n");
    assert_eq!(states(), "files held, tests due");
    let file = ["release", "crm-42", "--as", "not-delivered"];
    assert_eq!(run(&file), "1 delivery is due again.\n");
    outbox.attempt("crm-42", "enerflo", failed(Then::Stop));
    assert_eq!(states(), "files dead, tests dead");
    assert_eq!(run(&["retry", "crm-42"]), "1 delivery is due now.\n");
    assert_eq!(states(), "files due, tests dead");
    assert_eq!(run(&["cancel", "crm-42", "--test"]), "1 delivery is cancelled.\n");
    assert_eq!(states(), "files due, tests done");
    assert_eq!(outbox.run(&["cancel", "crm-42", "--test"]).code, Some(1));
    assert_eq!(states(), "files due, tests done");
    assert_eq!(run(&["cancel", "--sink", "enerflo"]), "1 delivery is cancelled.\n");
}

#[test]
fn where_one_source_alone_has_the_lead_it_is_that_one() {
    let outbox = Outbox::new();
    outbox.file_from("tests", &["tried"], "enerflo");
    outbox.file(&["real"], "enerflo");
    assert_eq!(outbox.run(&["cancel", "tried"]).code, Some(0));
    let ran = outbox.run(&["cancel", "real", "--test"]);
    assert_eq!((ran.code, &*ran.out), (Some(2), ""));
    assert_eq!(
        ran.err,
        "error: no lead `real` was sent as a test\nhint: without `--test` it is the one of your files\n"
    );
    for more in [&["--sink", "enerflo"][..], &["--all"], &[]] {
        let ran = outbox.run(&[&["cancel", "--test"], more].concat());
        assert_eq!(ran.code, Some(2), "it is about one lead: {more:?}");
    }
}

#[test]
fn what_send_files_and_what_it_files_as_a_test_are_told_apart() {
    let sandbox = Background::start(Sandbox::builder()).unwrap();
    let room = Room::new()
        .with("leads.csv", LEADS)
        .with("leadsink.toml", sandbox.leadsink_toml());
    for more in [&[][..], &["--test"]] {
        room.run(&[&["send", "leads.csv", "--to", "leadconduit"], more].concat());
    }
    let lines = room.run(&["list", "--json"]).lines();
    let key = lines[0]["lead"].as_str().unwrap();
    for more in [&[][..], &["--test"]] {
        let ran = room.run(&[&["retry", key], more].concat());
        assert_eq!(
            (&*ran.out, &*ran.err),
            ("Nothing to retry: 1 delivered.\n", ""),
            "{more:?}"
        );
    }
}

#[test]
fn a_pause_holds_the_worker_back_until_it_is_resumed() {
    let outbox = Outbox::mixture();
    let told = |args: &[&str]| {
        let ran = outbox.run(args);
        assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{args:?}");
        ran.out
    };
    assert_eq!(
        told(&["pause", "ntherm"]),
        "`ntherm` is paused. What is in flight there ends, and nothing more goes out.\n"
    );
    assert_eq!(told(&["pause", "ntherm"]), "`ntherm` was paused already.\n");
    assert!(outbox.claims("ntherm").is_empty());
    assert_eq!(told(&["resume", "ntherm"]), "`ntherm` goes on.\n");
    assert_eq!(outbox.claims("ntherm").len(), 1);
    assert_eq!(told(&["resume", "ntherm"]), "`ntherm` was neither paused nor held.\n");
}

#[test]
fn what_still_holds_a_resumed_sink_up_is_told() {
    let outbox = Outbox::mixture();
    let report = BreakerReport {
        generation: 0,
        open_until: Some(Timestamp::now() + Duration::from_secs(600)),
    };
    assert!(outbox.wait(outbox.store.breaker("ntherm", report)));
    let out = outbox.run(&["resume", "ntherm"]).out;
    assert!(
        out.starts_with(
            "`ntherm` was neither paused nor held. But the vendor seems to be down; it is tried again at 20"
        ),
        "{out}"
    );
}

#[test]
fn a_sink_of_which_nothing_is_known_is_paused_with_a_warning() {
    let outbox = Outbox::mixture();
    let ran = outbox.run(&["pause", "nterm"]);
    assert_eq!(ran.code, Some(0));
    assert_eq!(
        ran.err,
        "warning: the outbox has nothing for a sink `nterm`; did you mean `ntherm`?\n"
    );
}

#[test]
fn a_purge_leaves_the_id_and_the_end() {
    let outbox = Outbox::new();
    outbox.deliver("old", "enerflo", accepted("p-1"));
    let ran = outbox.run(&["purge", "--before", "2h"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.starts_with("Nothing was over before 20"), "{}", ran.out);
    let ran = outbox.run(&["purge", "--before", "10m"]);
    assert!(
        ran.out.starts_with("1 lead is purged that was over before 20"),
        "{}",
        ran.out
    );
    let left = outbox.run(&["status", "old"]).out;
    assert!(left.contains(", purged\n  enerflo delivered, at "), "{left}");
    assert!(!left.contains("p-1"), "{left}");
    for bad in ["soon", "2999-01-01"] {
        assert_eq!(outbox.run(&["purge", "--before", bad]).code, Some(2), "{bad}");
    }
}
