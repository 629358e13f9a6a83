//! What each answer means.

use super::*;
use http::StatusCode;
use leadsink_core::Draft;

const CREATED: &str =
    r#"{"result":"success","data":{"msg":"Lead Created","lead":{"id":55555,"creator_id":456,"agent_id":314}}}"#;
const UPDATED: &str = r#"{"result":"success","data":{"msg":"Lead Updated","lead":{"id":55555}}}"#;
const OTHER: &str = r#"{"result":"success","data":{"msg":"Lead Queued","lead":{"id":55555}}}"#;
const NOBODY: &str = r#"{"result":"success","data":{"msg":"Lead Created","lead":{"id":1,"creator_id":null,"agent_id":null,"setter_id":null}}}"#;
const NO_ID: &str = r#"{"result":"success","data":{"msg":"Lead Created","lead":null}}"#;
const FAILED: &str = r#"{"result":"error","data":{"msg":"The lead could not be saved."}}"#;
const BARE: &str = r#"{"result":"error"}"#;
const KEY: &str = r#"{"result":"error","data":{"msg":"Invalid API key"}}"#;
const PARTLY: &str =
    r#"{"result":"success","data":{"msg":"Lead Created","lead":{"id":1},"errors":{"appointment":["No such type."]}}}"#;
const TAKEN: &str = r#"{"result":"error","errors":{"integration_record_id":["has already been taken"]}}"#;
const LARAVEL: &str = r#"{"message":"The given data was invalid.","errors":{"zip":["The zip must be 5 digits."],"office_name":["Unknown office."]}}"#;
const MESSAGE: &str = r#"{"message":"The given data was invalid."}"#;
const HTML: &str = "<!DOCTYPE html><title>Log in</title>";

fn config() -> EnerfloConfig {
    EnerfloConfig::new("k").with_office_name("Utah")
}

/// One word for what came out, with codes and fields.
fn word(status: u16, body: &str, earlier_ambiguous: bool) -> String {
    let sent =
        r#"{"lead":{"integration_record_id":"1","assign_to_email":"rep@installer.example","office_name":"Utah"}}"#;
    let url = "https://enerflo.io/api/v1/partner/action/lead/add".parse().unwrap();
    let prepared = Prepared::new(Draft::post_json(url, sent), Repeat::Safe);
    let attempt = Attempt {
        n: 1,
        earlier_ambiguous,
    };
    let response = HttpResponse::new(StatusCode::from_u16(status).unwrap(), body.to_owned());
    match lead_add(&response, &prepared, attempt, &config()) {
        Ok(Outcome::Rejected(rejection)) => {
            let field = |reason: &Reason| reason.field.as_ref().map_or("-".into(), ToString::to_string);
            let fields: Vec<_> = rejection.reasons.iter().map(field).collect();
            format!("{} {}", rejection.class.as_str(), fields.join(","))
        }
        Ok(outcome) => {
            let receipt = outcome.receipt().unwrap();
            let codes: Vec<_> = receipt.warnings.iter().map(|warning| &*warning.code).collect();
            let id = receipt.vendor_ref.as_deref().unwrap_or("-");
            format!("{} {id} {}", outcome.as_str(), codes.join(","))
                .trim_end()
                .to_owned()
        }
        Err(error) => format!("{} {:?}", error.kind().as_str(), error.disposition()),
    }
}

#[test]
fn every_answer_has_its_meaning() {
    let same = [
        (200, CREATED, "accepted 55555"),
        (201, CREATED, "accepted 55555"),
        (200, UPDATED, "updated 55555"),
        (200, OTHER, "accepted 55555 unknown_success"),
        // The creator was not sent, so nobody misses one.
        (200, NOBODY, "accepted 1 owner_not_found"),
        (200, NO_ID, "accepted - no_id"),
        (200, r#"{"result":"success"}"#, "accepted - no_id,unknown_success"),
        (200, KEY, "unauthorized Account"),
        (400, KEY, "unauthorized Account"),
        (200, r#"{"message":"Unauthenticated."}"#, "unauthorized Account"),
        (
            422,
            r#"{"errors":{"creator":["unauthorized for the office"]}}"#,
            "invalid creator",
        ),
        (200, PARTLY, "accepted 1 partly_saved"),
        // The office is the account's.
        (200, LARAVEL, "invalid -,postal_code"),
        (422, LARAVEL, "invalid -,postal_code"),
        (422, CREATED, "unreadable Ambiguous"),
        // It says both.
        (
            200,
            r#"{"result":1,"data":{"msg":"Lead Created","lead":{"id":1}}}"#,
            "unreadable Ambiguous",
        ),
        (
            200,
            r#"{"result":"success","success":false,"data":{"msg":"lead updated"}}"#,
            "unreadable Ambiguous",
        ),
        (
            200,
            r#"{"result":"success","data":{"result":"error","msg":"Lead Created"}}"#,
            "unreadable Ambiguous",
        ),
        (
            200,
            r#"{"result":"success","error":true,"data":{"msg":"Lead Created","lead":{"id":1}}}"#,
            "accepted 1 partly_saved",
        ),
        (422, "", "refused Permanent"),
        (422, HTML, "refused Permanent"),
        (400, HTML, "refused Permanent"),
        (200, MESSAGE, "unreadable Ambiguous"),
        (200, "{}", "unreadable Ambiguous"),
        (200, "", "unreadable Ambiguous"),
        (200, "{\"result\":\"succ", "unreadable Ambiguous"),
        (200, "[]", "unreadable Ambiguous"),
        (200, HTML, "html_page Ambiguous"),
        (302, HTML, "wrong_address Account"),
        (401, MESSAGE, "unauthorized Account"),
        (403, HTML, "forbidden Account"),
        (404, HTML, "wrong_address Account"),
        (409, MESSAGE, "refused Permanent"),
        (413, HTML, "refused Permanent"),
        (429, HTML, "rate_limited Transient"),
        (500, MESSAGE, "server Ambiguous"),
        (500, CREATED, "server Ambiguous"),
        (503, HTML, "unavailable Transient"),
        (504, HTML, "server Ambiguous"),
    ];
    for (status, body, meaning) in same {
        assert_eq!(word(status, body, false), meaning, "{status} {body}");
        assert_eq!(word(status, body, true), meaning, "in doubt: {status} {body}");
    }
    for status in [200, 422] {
        assert_eq!(word(status, TAKEN, false), "invalid -");
        assert_eq!(word(status, TAKEN, true), "in_doubt Ambiguous");
    }
    // A message that names no member says as little of the first attempt under any status.
    for (status, body) in [(400, MESSAGE), (422, MESSAGE), (400, FAILED), (422, FAILED)] {
        assert_eq!(word(status, body, false), "invalid -", "{status} {body}");
        assert_eq!(word(status, body, true), "in_doubt Ambiguous", "{status} {body}");
    }
    let success = |more: &str| format!(r#"{{"result":"success",{more}}}"#);
    let within = [
        success(r#""success":false"#),
        success(r#""data":{"result":"failed"}"#),
        success(r#""data":{"success":false,"msg":"No"}"#),
    ];
    let bodies = [FAILED, BARE, r#"{"result":0}"#, r#"{"success":false}"#];
    for body in bodies.into_iter().chain(within.iter().map(String::as_str)) {
        assert_eq!(word(200, body, false), "unspecified -", "{body}");
        assert_eq!(word(200, body, true), "in_doubt Ambiguous", "{body}");
    }
}

#[test]
fn every_user_that_was_sent_and_not_found_is_told() {
    let answer = Answer::read(NOBODY.as_bytes()).unwrap();
    let codes = |sent: &str| {
        let warnings = unassigned(answer.lead().unwrap(), sent.as_bytes());
        warnings.into_iter().map(|warning| warning.code).collect::<Vec<_>>()
    };
    assert_eq!(
        codes(r#"{"lead":{"creator":"a@b.example","assign_to_email":"a@b.example","setter_email":"a@b.example"}}"#),
        ["creator_not_found", "owner_not_found", "setter_not_found"]
    );
    assert!(codes(r#"{"lead":{}}"#).is_empty());
    assert!(codes("").is_empty());
}

#[test]
fn an_account_works_if_it_shows_its_customers() {
    let probe = |status, body: &str| {
        customers(&HttpResponse::new(
            StatusCode::from_u16(status).unwrap(),
            body.to_owned(),
        ))
        .map_err(|error| error.disposition())
    };
    assert_eq!(probe(200, r#"{"dataCount":1,"data":[{"id":1}]}"#), Ok(Probe::Ready));
    assert_eq!(probe(200, r#"{"dataCount":0,"data":[]}"#), Ok(Probe::Ready));
    assert_eq!(probe(200, HTML), Err(Disposition::Transient));
    assert_eq!(probe(401, ""), Err(Disposition::Account));
    assert_eq!(probe(500, ""), Err(Disposition::Transient));
}

#[test]
fn only_users_that_may_have_been_sent_can_be_missing() {
    let has = |fields: &[Field], config: &EnerfloConfig| {
        let url = "https://enerflo.io/api/v1/partner/action/lead/add".parse().unwrap();
        let mut prepared = Prepared::new(Draft::post_json(url, "{}"), Repeat::Safe);
        prepared.fields = fields.iter().copied().collect();
        may_name_a_user(&prepared, config)
    };
    assert!(!has(&[Field::City, Field::Office], &config()));
    for user in [Field::Creator, Field::Owner, Field::Setter] {
        assert!(has(&[Field::City, user], &config()), "{user}");
    }
    for account in [
        config().with_creator("a@installer.example"),
        config().with_assign_to_email("a@installer.example"),
        config().with_setter_email("a@installer.example"),
    ] {
        assert!(has(&[Field::City], &account));
    }
    // Nobody kept what the lead had.
    assert!(has(&[], &config()));
}
