//! `map`: one JSON object a row and sink, without network and credentials.

use leadsink_sandbox::{Background, Sandbox};

use crate::support::{CONFIG, LEADS, Room};

#[test]
fn every_row_is_a_request_or_its_problems() {
    let room = Room::new().with("leads.csv", LEADS).with("leadsink.toml", CONFIG);
    let ran = room.run(&["map", "leads.csv", "--to", "main"]);
    assert_eq!((ran.code, &*ran.err), (Some(1), ""));
    let lines = ran.lines();
    assert_eq!(lines.len(), 5);
    let first = &lines[0];
    assert_eq!((&first["row"], &first["sink"]), (&1.into(), &"main".into()));
    assert!(first["lead"].is_string());
    assert_eq!(first["request"]["method"], "POST");
    assert_eq!(first["request"]["headers"]["content-type"], "application/json");
    assert_eq!(first["request"]["body"]["phone_number"], "5125550101");
    assert_eq!(first["unmapped"], serde_json::json!(["extra.Roof colour"]));
    let problem = &lines[2]["problems"][0];
    assert_eq!(
        (&problem["column"], &problem["code"]),
        (&"Phone".into(), &"phone_too_short".into())
    );
    assert_eq!(lines[4]["problems"][0]["code"], "duplicate_row");
    assert_eq!(lines[4]["first_row"], 1);
}

#[test]
fn the_body_stands_as_it_would_be_sent() {
    let room = Room::new().with("leads.csv", LEADS).with("leadsink.toml", CONFIG);
    let ran = room.run(&["map", "leads.csv", "--to", "main", "--rows", "1"]);
    // The vendor's order, which a sorted map would change.
    assert!(
        ran.out
            .contains("\"body\":{\"phone_number\":\"5125550101\",\"customer_name\":"),
        "{}",
        ran.out
    );
    assert!(!ran.out.contains("authorization"));
}

#[test]
fn good_rows_of_which_none_can_be_mapped_have_a_code_of_their_own() {
    let leads = "name,email,phone\nAda Quill,ada@example.com,5125550101\n";
    let room = Room::new().with("leads.csv", leads).with("leadsink.toml", CONFIG);
    let ran = room.run(&["map", "leads.csv", "--to", "main"]);
    assert_eq!(ran.code, Some(4));
    assert!(
        ran.lines()[0]["problems"]
            .as_array()
            .is_some_and(|problems| problems.len() > 2),
        "{}",
        ran.out
    );
}

#[test]
fn a_test_is_shown_as_it_would_be_sent() {
    let sandbox = Background::start(Sandbox::builder()).unwrap();
    let room = Room::new()
        .with("leads.csv", LEADS)
        .with("leadsink.toml", sandbox.leadsink_toml());
    let args = ["leads.csv", "--to", "leadconduit,solarnexus", "--rows", "1"];
    let map = |more: &[&str]| room.run(&[&["map"], &args[..], more].concat());
    let plain = map(&[]);
    assert_eq!(
        (plain.code, plain.out.contains("is_test")),
        (Some(0), false),
        "{}",
        plain.err
    );
    let shown = map(&["--test"]);
    let caveats = shown.err.lines().filter(|line| line.contains("that may do nothing"));
    assert_eq!((shown.code, caveats.count()), (Some(0), 2), "{}", shown.err);
    let sent = room.run(&[&["send", "--no-outbox"], &args[..], &["--test"]].concat());
    assert_eq!(sent.code, Some(0), "{}", sent.err);
    let received = sandbox.received();
    for line in shown.lines() {
        let vendor = line["sink"].as_str().unwrap();
        let got = received.iter().find(|got| got.vendor == vendor).unwrap();
        assert_eq!(line["request"]["body"], got.body, "{vendor}");
        assert!(got.body.to_string().contains("is_test"), "{vendor}");
    }
}

#[test]
fn no_test_is_shown_for_a_vendor_without_a_mark_for_it() {
    let room = Room::new().with("leads.csv", LEADS).with("leadsink.toml", CONFIG);
    let shown = room.run(&["map", "leads.csv", "--to", "main", "--test"]);
    assert_eq!((shown.code, &*shown.out), (Some(2), ""));
    assert!(
        shown.err.contains("`--test` cannot be used for `main`"),
        "{}",
        shown.err
    );
}
