//! `map`: one JSON object a row and sink, without network and credentials.

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
