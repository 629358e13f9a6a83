//! `demo`: everything from end to end, as expected.

use crate::support::Room;

#[test]
fn every_outcome_is_the_expected_one() {
    let room = Room::new();
    let ran = room.run(&["demo"]);
    let mend = "say in src/demo/expected.csv what becomes of each row at each vendor";
    assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{mend}: {}", ran.out);
    assert!(ran.out.contains("Every outcome was the expected one."), "{}", ran.out);
    let ran = room.run(&["demo", "--json"]);
    assert_eq!(ran.json()["as_expected"], true);
}
