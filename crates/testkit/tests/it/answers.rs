//! Deliberate faults in reading answers and in sending requests are found by the checks that are there for them.

use std::panic::catch_unwind;

use leadsink_testkit::{Suite, checks, json};

use crate::acme::*;
use crate::judge::{BESIDE_PREPARE, assert_complaints, assert_found_beside_prepare, complaints, suite};

#[test]
fn misread_answers_are_found() {
    let account = "401 empty to `POST api.acme.example/v1/leads` should be the fault of the account and is error unauthorized, permanent";
    assert_found_beside_prepare::<Acme<UNAUTHORIZED_IS_PERMANENT>>(&["answers"], account, "src/response.rs");
    let doubt = "200 empty to `POST api.acme.example/v1/leads` should be ambiguous, since the vendor may have the lead and is accepted";
    assert_found_beside_prepare::<Acme<EMPTY_IS_SUCCESS>>(&["answers", "doubt"], doubt, "src/response.rs");
    let question = "500 empty to `POST api.acme.example/v1/check` should be anything but ambiguous";
    assert_found_beside_prepare::<Acme<QUESTION_IN_DOUBT>>(&["answers"], question, "src/response.rs");
    assert_found_beside_prepare::<Acme<PANICS>>(&["answers", "doubt"], "is a panic", "src/response.rs");
}

#[test]
fn a_forgotten_doubt_is_found() {
    let says = "`POST api.acme.example/v1/leads` should be ambiguous and is error";
    assert_found_beside_prepare::<Loose<FORGETS_DOUBT>>(&["doubt", "contract"], says, "src/sink.rs");
}

#[test]
fn a_permanent_error_for_what_may_have_created_is_found() {
    let server = "500 {} to `POST api.acme.example/v1/leads` should be ambiguous, since the vendor may have the lead and is error refused, permanent";
    assert_found_beside_prepare::<Acme<SERVER_IS_PERMANENT>>(&["answers"], server, "src/response.rs");
    let success = "200 {} to `POST api.acme.example/v1/leads` should be ambiguous";
    assert_found_beside_prepare::<Acme<SUCCESS_IS_PERMANENT>>(&["answers"], success, "src/response.rs");
    let question = "500 {} to `POST api.acme.example/v1/check` should be transient";
    assert_found_beside_prepare::<Acme<QUESTION_IS_PERMANENT>>(&["answers"], question, "src/response.rs");
}

#[test]
fn misread_statuses_are_found() {
    let address = "404 {} to `POST api.acme.example/v1/leads` should be the fault of the account";
    assert_found_beside_prepare::<Acme<NOT_FOUND_IS_PERMANENT>>(&["answers"], address, "src/response.rs");
    let complaints = complaints(&suite::<Acme<RARE_IS_PERMANENT>>(), BESIDE_PREPARE);
    for says in [
        "202 empty to `POST api.acme.example/v1/leads` should be ambiguous",
        "204 empty to `POST api.acme.example/v1/leads` should be ambiguous",
        "302 {} to `POST api.acme.example/v1/leads` should be the fault of the account",
        "402 {} to `POST api.acme.example/v1/leads` should be the fault of the account",
        "408 {} to `POST api.acme.example/v1/leads` should be transient or ambiguous",
    ] {
        assert_complaints(&complaints, &["answers"], says, "src/response.rs");
    }
}

#[test]
fn a_refusal_that_may_be_about_the_earlier_attempt_is_found() {
    let says = "after an attempt in doubt, 422 {} to `POST api.acme.example/v1/leads` should be still in doubt: what the vendor minds may be the earlier attempt and is rejected, screened";
    assert_found_beside_prepare::<Acme<SCREENED_IN_DOUBT>>(&["doubt"], says, "src/response.rs");
}

#[test]
fn a_refusal_in_doubt_that_may_settle_it_shows_in_the_snapshot() {
    let crate_dir = tempfile::tempdir().unwrap();
    let folder = crate_dir.path().join("tests/snapshots");
    std::fs::create_dir_all(&folder).unwrap();
    let name = "status_matrix_in_doubt.snap";
    let own = concat!(env!("CARGO_MANIFEST_DIR"), "/tests");
    std::fs::copy(format!("{own}/snapshots/{name}"), folder.join(name)).unwrap();
    let before = std::fs::read_to_string(folder.join(name)).unwrap();
    let contract = format!("{own}/it/contract");
    let right = Suite::new::<Acme<NONE>>(crate_dir.path(), &contract, config, minimal_lead);
    assert!(catch_unwind(|| checks::doubt_is_sticky(&right)).is_ok());
    let wrong = Suite::new::<Acme<INVALID_IN_DOUBT>>(crate_dir.path(), &contract, config, minimal_lead);
    let complains = catch_unwind(|| checks::doubt_is_sticky(&wrong)).is_err();
    // With `INSTA_UPDATE=always` the snapshot is written anew instead.
    let after = std::fs::read_to_string(folder.join(name)).unwrap();
    assert!(complains || before != after);
}

#[test]
fn a_conversation_that_gives_up_what_it_created_is_found() {
    let folder = env!("CARGO_MANIFEST_DIR");
    let contract = "tests/it/contract_two";
    let right = Suite::new::<Loose<TWO_REQUESTS>>(folder, contract, config, minimal_lead).without_snapshots();
    let wrong = Suite::new::<Loose<SECOND_IS_PERMANENT>>(folder, contract, config, minimal_lead).without_snapshots();
    let says = "400 {} to `POST api.acme.example/v1/appointments` should be anything but permanent, since an earlier request created something";
    let check = |suite| complaints(suite, &[("answers", checks::every_answer_has_a_disposition)]);
    assert_complaints(&check(&wrong), &["answers"], says, "src/sink.rs");
    assert_eq!(check(&right), []);
}

#[test]
fn a_fault_under_a_further_setting_is_found() {
    let further = || json!({ "campaign_from_lead": false });
    let suite = suite::<Acme<PERSON_UNDER_A_SETTING>>().with_configs([("further", further as fn() -> _)]);
    let complaints = complaints(&suite, BESIDE_PREPARE);
    assert_complaints(&complaints, &["secrets", "personal data"], "shows", "src/response.rs");
}

#[test]
fn a_purpose_that_is_not_the_requests_is_found() {
    let both = ["answers", "sending"];
    let asked = "`POST api.acme.example/v1/leads` creates something and is asked as a question";
    assert_found_beside_prepare::<Loose<ASKS_TO_CREATE>>(&both, asked, "src/sink.rs");
    let sent = "`POST api.acme.example/v1/check` is a question and is sent as if it created something";
    assert_found_beside_prepare::<Loose<SENDS_A_QUESTION>>(&both, sent, "src/sink.rs");
}

#[test]
fn a_forgotten_limit_is_found() {
    let timeout = "`POST api.acme.example/v1/leads` may take 5s, and the descriptor says 30s";
    assert_found_beside_prepare::<Loose<FORGETS_TIMEOUT>>(&["sending"], timeout, "src/sink.rs");
    let deadline = "`POST api.acme.example/v1/leads` does not carry the deadline of the context";
    assert_found_beside_prepare::<Loose<FORGETS_DEADLINE>>(&["sending"], deadline, "src/sink.rs");
}

#[test]
fn a_quota_that_is_not_published_is_found() {
    let says = "`POST api.acme.example/v1/leads` counts for the quota `leads`, which is not published";
    assert_found_beside_prepare::<Loose<QUOTA_OF_NOBODY>>(&["sending"], says, "src/descriptor.rs");
}

#[test]
fn an_address_that_becomes_insecure_on_the_way_is_found() {
    let suite = suite::<Acme<INSECURE_ON_THE_WAY>>();
    let addresses = [("addresses", checks::insecure_addresses_are_refused as fn(&Suite))];
    let says = "request 1 of a delivery is refused for its address";
    assert_complaints(&complaints(&suite, &addresses), &["addresses"], says, "src/sink.rs");
    let suite = crate::judge::suite::<Loose<BYPASSES_CORE>>();
    let says = "`POST api.acme.example/v1/check` goes to an insecure address (`http`)";
    assert_complaints(&complaints(&suite, &addresses), &["addresses"], says, "src/sink.rs");
}

#[test]
fn a_conversation_without_fault_passes() {
    assert_eq!(complaints(&suite::<Loose<NONE>>(), BESIDE_PREPARE), []);
}
