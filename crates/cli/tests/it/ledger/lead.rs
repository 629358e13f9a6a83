//! `status LEAD`, and what `status` offers to do about leads.

use leadsink::outbox::Then;

use super::outbox::{Outbox, failed, unknown};

#[test]
fn status_of_a_lead_has_every_attempt_in_the_vendors_words() {
    let outbox = Outbox::mixture();
    let ran = outbox.run(&["status", "no"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{}", ran.out);
    assert!(ran.out.starts_with("no from files, filed 20"), "{}", ran.out);
    assert!(ran.out.contains("\n  enerflo refused, at 20"), "{}", ran.out);
    assert!(
        ran.out
            .contains("  30.0 s  rejected  HTTP 422; area: Jane\u{fffd}[2J lives\u{fffd} far away\n"),
        "nothing of it steers the terminal: {}",
        ran.out
    );
    let given = outbox.run(&["status", "given"]).out;
    assert!(given.contains(", vendor's id p-7\n"), "{given}");
    let lost = outbox.run(&["status", "lost"]).out;
    assert!(
        lost.ends_with(
            "then say what you found:\n    leadsink release lost --sink enerflo --as delivered|not-delivered\n"
        ),
        "{lost}"
    );
    let later = outbox.run(&["status", "later"]).out;
    assert!(later.contains("  enerflo due, in 59 min\n"), "{later}");
    assert!(
        later.ends_with("  failed   connect: the connection failed; next in 59 min\n"),
        "{later}"
    );
}

#[test]
fn the_attempts_say_no_more_what_a_retry_changed() {
    let outbox = Outbox::mixture();
    assert_eq!(outbox.run(&["retry", "later"]).code, Some(0));
    let later = outbox.run(&["status", "later"]).out;
    assert!(later.contains("  enerflo due, now\n"), "{later}");
    assert!(
        later.ends_with("  failed   connect: the connection failed\n"),
        "{later}"
    );
}

#[test]
fn every_sink_that_is_unknown_has_a_command_of_its_own() {
    let outbox = Outbox::new();
    for sink in ["enerflo", "ntherm"] {
        outbox.deliver("both", sink, unknown());
    }
    for (args, lead) in [(&["status"][..], "LEAD"), (&["status", "both"], "both")] {
        let told = outbox.run(args).out;
        assert!(
            told.ends_with(&format!(
                "    leadsink release {lead} --sink enerflo --as delivered|not-delivered\n    \
                 leadsink release {lead} --sink ntherm --as delivered|not-delivered\n"
            )),
            "{told}"
        );
    }
}

#[test]
fn a_lead_that_was_also_sent_as_a_test_is_shown_with_that_one() {
    let outbox = Outbox::new();
    for source in ["files", "tests"] {
        outbox.file_from(source, &["crm-42"], "enerflo");
    }
    outbox.attempt("crm-42", "enerflo", unknown());
    let told = outbox.run(&["status", "crm-42"]).out;
    for source in ["files", "tests"] {
        assert!(told.contains(&format!("crm-42 from {source}, filed 20")), "{told}");
    }
    assert!(
        told.ends_with(
            "    leadsink release crm-42 --sink enerflo --as delivered|not-delivered\n    \
             leadsink release crm-42 --test --sink enerflo --as delivered|not-delivered\n"
        ),
        "{told}"
    );
    let listed = outbox.run(&["list"]).out;
    let notes: Vec<_> = listed.lines().skip(1).map(|line| line.ends_with("a test")).collect();
    assert_eq!(notes, [false, true], "{listed}");
}

#[test]
fn no_retry_is_offered_of_what_was_purged_or_followed() {
    let outbox = Outbox::new();
    let offers = |args: &[&str]| outbox.run(args).out.contains("leadsink retry");
    outbox.deliver("old", "enerflo", failed(Then::Stop));
    assert!(offers(&["status"]) && offers(&["status", "old"]));
    outbox.run(&["purge", "--before", "10m"]);
    assert!(!offers(&["status"]) && !offers(&["status", "old"]), "purged");
    outbox.deliver("dead", "enerflo", failed(Then::Stop));
    assert!(offers(&["status"]), "one of them can be retried");
    outbox.update("dead", "enerflo");
    assert!(!offers(&["status"]) && !offers(&["status", "dead"]), "followed");
    outbox.attempt("dead", "enerflo", failed(Then::Stop));
    assert!(offers(&["status"]) && offers(&["status", "dead"]), "the last revision");
}

#[test]
fn a_revision_that_waits_for_an_unknown_one_is_told_and_no_work_is_offered() {
    let outbox = Outbox::new();
    outbox.deliver("a", "enerflo", unknown());
    outbox.update("a", "enerflo");
    let room = outbox.close();
    let told = room.run(&["status"]).out;
    assert!(
        told.contains("\nenerflo: what is due waits until an earlier revision, which is unknown, is released.\n"),
        "{told}"
    );
    assert!(!told.contains("leadsink work"), "it would end at once: {told}");
    let told = room.run(&["status", "a"]).out;
    assert!(
        told.contains("\n  enerflo due, waits until revision 1 is released\n"),
        "{told}"
    );
    let listed = room.run(&["list", "--state", "due"]).out;
    assert!(listed.ends_with("  waits for revision 1, revision 2\n"), "{listed}");
}

#[test]
fn status_of_a_lead_in_json_has_the_details() {
    let outbox = Outbox::mixture();
    let document = outbox.run(&["status", "no", "--json"]).json();
    assert_eq!(document["lead"], "no");
    let delivery = &document["revisions"][0]["deliveries"][0];
    assert_eq!(
        (&delivery["state"], &delivery["conclusion"]),
        (&"done".into(), &"rejected".into())
    );
    let attempt = &delivery["tries"][0];
    assert_eq!(
        (&attempt["outcome"], &attempt["status"]),
        (&"rejected".into(), &422.into())
    );
    assert_eq!(attempt["detail"]["reasons"][0]["code"], "area");
}
