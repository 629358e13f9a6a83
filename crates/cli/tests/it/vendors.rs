//! `vendors` and `fields`: what the vendors publish.

use crate::support::{Room, vendor_ids};

#[test]
fn every_vendor_is_listed() {
    let ran = Room::new().run(&["vendors"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.starts_with("ID "), "{}", ran.out);
    assert!(ran.out.contains("\nntherm       NTherm "), "{}", ran.out);
    let json = Room::new().run(&["vendors", "--json"]).json();
    let vendors = json.as_array().unwrap();
    let ntherm = vendors.iter().find(|vendor| vendor["id"] == "ntherm").unwrap();
    let keys = ntherm["config"].as_array().unwrap();
    assert!(
        keys.iter()
            .any(|key| key["key"] == "base_url" && key["required"] == false)
    );
    assert!(
        keys.iter()
            .any(|key| key["key"] == "password" && key["credential"] == true)
    );
}

#[test]
fn the_mapping_table_is_shown_and_what_becomes_of_the_rest() {
    let ran = Room::new().run(&["fields", "ntherm"]);
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.out.contains("\nphone_1              phone_number          yes "),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("into `extra_data`"), "{}", ran.out);
    let json = Room::new().run(&["fields", "ntherm", "--json"]).json();
    assert_eq!(
        (&json["vendor"], &json["note"]),
        (&"ntherm".into(), &"extra_data".into())
    );
    let fields = json["fields"].as_array().unwrap();
    let phone = fields.iter().find(|field| field["field"] == "phone_1").unwrap();
    assert_eq!(
        (&phone["wire"], &phone["required"]),
        (&"phone_number".into(), &"yes".into())
    );
}

#[test]
fn an_unknown_vendor_is_an_error() {
    let ran = Room::new().run(&["fields", "ntherrm"]);
    assert_eq!((ran.code, &*ran.out), (Some(2), ""));
    assert_eq!(
        ran.err,
        format!(
            "error: no vendor is called `ntherrm`; did you mean `ntherm`?; compiled in: {}\n\
             hint: `leadsink vendors` lists them\n",
            vendor_ids()
        )
    );
}

#[test]
fn tables_are_as_wide_as_they_may_be() {
    let narrow = Room::new()
        .command(&["fields", "ntherm"])
        .env("COLUMNS", "70")
        .output()
        .unwrap();
    let text = String::from_utf8(narrow.stdout).unwrap();
    assert!(text.lines().all(|line| line.chars().count() <= 70), "{text}");
    assert!(!text.contains('\x1b'));
}
