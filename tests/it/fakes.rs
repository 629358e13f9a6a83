//! The fake of each vendor, written from the vendor's document, takes what the vendor crate's contract says that the vendor
//! takes. A new vendor is played here without a line of its own.

use std::path::Path;

use leadsink::{Outcome, Sender};
use leadsink_sandbox::Sandbox;
use leadsink_testkit::contract::Expected;
use leadsink_testkit::scenarios;

use crate::contract::contract;
use crate::sinks::{sink, written};

/// Scenarios whose lead names people whom only that account has.
const OF_ANOTHER_ACCOUNT: [(&str, &str); 1] = [("opensolar", "created-with-roles")];

#[tokio::test]
async fn each_fake_takes_what_the_contract_of_its_vendor_says_that_the_vendor_takes() {
    let mut wrong = Vec::new();
    for entry in written() {
        let id = entry.descriptor.id;
        for scenario in scenarios(contract(id)) {
            let is_taken = matches!(scenario.outcome, Expected::Accepted(_) | Expected::Pending(_));
            // One with settings of its own is of another account than the sandbox has.
            let is_other = !scenario.config.is_empty() || OF_ANOTHER_ACCOUNT.contains(&(id, &scenario.name));
            if !is_taken || scenario.attempt.earlier_ambiguous || is_other {
                continue;
            }
            let sandbox = Sandbox::builder().start().await.unwrap();
            let sender = Sender::new(sink(&sandbox, &entry), leadsink::reqwest_transport().unwrap());
            let result = sender.submit(&scenario.lead).await.result;
            let received = sandbox.received();
            let unknown = received.iter().flat_map(|got| &got.unknown_fields);
            let unknown: Vec<_> = unknown.collect();
            if !result.as_ref().is_ok_and(Outcome::is_delivered) || !unknown.is_empty() {
                let answer = received.last().map(|got| got.status);
                wrong.push(format!(
                    "{id}, {}: {result:?}, the fake answered {answer:?}, unknown: {unknown:?}",
                    scenario.name
                ));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "mend the fake in crates/sandbox/src/vendors/<id>, as the vendor's document says, or the scenario:\n{}",
        wrong.join("\n")
    );
}

#[test]
fn no_fake_of_a_vendor_whose_mapping_is_written_has_marks_of_the_template() {
    for entry in written() {
        let id = entry.descriptor.id;
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../crates/sandbox/src/vendors/{id}/mod.rs"));
        let text = std::fs::read_to_string(&path).unwrap();
        let marks = text.lines().enumerate().filter_map(|(number, line)| {
            let (_, what) = line.split_once("NOT WRITTEN YET:")?;
            Some(format!(
                "open crates/sandbox/src/vendors/{id}/mod.rs:{}:{what}",
                number + 1
            ))
        });
        let marks: Vec<_> = marks.collect();
        assert!(marks.is_empty(), "{}", marks.join("\n"));
    }
}
