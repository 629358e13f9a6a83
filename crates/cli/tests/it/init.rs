//! `init`: what it writes can be read.

use std::fs;

use crate::support::{LEADS, Room};

#[test]
fn what_it_writes_is_a_configuration() {
    let room = Room::new().with("leads.csv", LEADS);
    let ran = room.run(&["init"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""));
    assert!(ran.out.starts_with("wrote leadsink.toml\n"), "{}", ran.out);
    let text = fs::read_to_string(room.path("leadsink.toml")).unwrap();
    assert!(text.contains("\npassword = { env = \"NTHERM_PASSWORD\" }\n"), "{text}");
    assert!(
        text.contains("\n# base_url = \"https://api.ntherm.com/v1\"\n"),
        "{text}"
    );
    let ran = room.run(&["check", "leads.csv"]);
    assert!(
        ran.out.contains("NTherm would take 3 of 3 leads"),
        "{}{}",
        ran.out,
        ran.err
    );
}

#[test]
fn the_reference_configuration_can_be_read() {
    let room = Room::new().with("leads.csv", LEADS);
    let reference = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/leadsink.toml");
    let ran = room.run(&["check", "leads.csv", "--config", reference]);
    let vendors = leadsink::registry().known().len();
    assert_eq!(ran.err, "");
    assert_eq!(ran.out.matches(" would take ").count(), vendors, "{}", ran.out);
}

#[test]
fn a_file_that_is_there_is_left_alone() {
    let room = Room::new().with("mine.toml", "# mine\n");
    let ran = room.run(&["init", "mine.toml", "--vendor", "ntherm"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.starts_with("error: `mine.toml` exists already\nhint: "),
        "{}",
        ran.err
    );
    assert_eq!(fs::read_to_string(room.path("mine.toml")).unwrap(), "# mine\n");
}

#[test]
fn an_unknown_vendor_writes_nothing() {
    let room = Room::new();
    let ran = room.run(&["init", "--vendor", "nobody"]);
    assert_eq!(ran.code, Some(2));
    assert!(!room.path("leadsink.toml").exists());
}
