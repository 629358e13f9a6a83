//! NTherm's document, rule by rule.

use leadsink_sandbox::{Mode, Sandbox};
use serde_json::{Value, json};

use crate::client::{
    AUTHORIZATION, Client, full_lead, lead, ntherm, once, post_lead, pre_ping, request, with, without,
};

async fn sandbox() -> Sandbox {
    Sandbox::builder().start().await.unwrap()
}

#[tokio::test]
async fn lead_in_order_is_taken_in_the_documents_words() {
    let sandbox = sandbox().await;
    let answer = post_lead(&sandbox, &full_lead()).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json(),
        json!({"success_bit": true, "message": "Lead submitted successfully."})
    );
    assert!(answer.head.contains("content-type: application/json\r\n"));
    assert_eq!(sandbox.counts().accepted, 1);
}

#[tokio::test]
async fn second_lead_with_the_phone_is_refused_as_the_document_prints() {
    let sandbox = sandbox().await;
    assert_eq!(post_lead(&sandbox, &lead()).await.status, 200);
    let answer = post_lead(&sandbox, &with(lead(), json!({"customer_name": "Another"}))).await;
    assert_eq!(answer.status, 422);
    let error = "Phone number can not be sent to postLead at this time.";
    assert_eq!(
        answer.json(),
        json!({"success_bit": false, "message": [{"error": error}]})
    );
    assert_eq!(sandbox.counts().accepted, 1);
}

#[tokio::test]
async fn all_problems_are_answered_at_once_as_the_document_prints() {
    let sandbox = sandbox().await;
    let bad = with(
        full_lead(),
        json!({"state": "C", "certificate_url": "://example.com/certificate.pdf", "mailing_state": "CA3"}),
    );
    let answer = post_lead(&sandbox, &bad).await;
    assert_eq!(answer.status, 400);
    assert_eq!(
        answer.json(),
        json!({"success_bit": false, "message": [
            {"error": "Invalid State Code (2 characters): C"},
            {"error": "Certificate URL exceeds 500 characters, or not a valid URL ://example.com/certificate.pdf"},
            {"error": "Invalid Mailing State Code: CA3"},
        ]})
    );
}

#[tokio::test]
async fn required_field_that_is_missing_blank_or_null_is_refused() {
    let sandbox = sandbox().await;
    for field in [
        "phone_number",
        "customer_name",
        "state",
        "city",
        "zip",
        "street",
        "vendor_campaign_name",
        "email",
    ] {
        let missing = [format!("Missing Required Field: {field}")];
        assert_eq!(post_lead(&sandbox, &without(lead(), field)).await.errors(), missing);
        assert_eq!(
            post_lead(&sandbox, &with(lead(), json!({ field: " " }))).await.errors(),
            missing
        );
        let null = post_lead(&sandbox, &with(lead(), json!({ field: null }))).await;
        assert_eq!(null.errors(), [format!("Invalid Type (string): {field}")]);
    }
    assert_eq!(sandbox.counts().accepted, 0);
}

#[tokio::test]
async fn certificate_or_extra_data_is_required() {
    let sandbox = sandbox().await;
    let bare = without(lead(), "certificate_url");
    let missing = ["Missing Required Field: certificate_url or extra_data"];
    for empty in [
        json!({}),
        json!({"extra_data": {}}),
        json!({"extra_data": [], "certificate_url": ""}),
    ] {
        assert_eq!(post_lead(&sandbox, &with(bare.clone(), empty)).await.errors(), missing);
    }
    let consent = with(bare, json!({"extra_data": {"key": "value"}}));
    assert_eq!(post_lead(&sandbox, &consent).await.status, 200);
}

#[tokio::test]
async fn malformed_values_are_refused_by_name() {
    let sandbox = sandbox().await;
    let long = format!("https://example.com/{}", "x".repeat(481));
    let certificate = |url: &str| format!("Certificate URL exceeds 500 characters, or not a valid URL {url}");
    let cases: Vec<(&str, Value, String)> = vec![
        (
            "phone_number",
            json!("7271234567x"),
            "Invalid Characters: 7271234567x".into(),
        ),
        (
            "phone_number",
            json!("+13035550123"),
            "Invalid Characters: +13035550123".into(),
        ),
        (
            "phone_number",
            json!("13035550123"),
            "Invalid Phone Number (10 digits): 13035550123".into(),
        ),
        (
            "phone_number",
            json!("999999999"),
            "Invalid Phone Number (10 digits): 999999999".into(),
        ),
        (
            "phone_number",
            json!(3_035_550_123_u64),
            "Invalid Type (string): phone_number".into(),
        ),
        ("state", json!("ca"), "Invalid State Code (2 characters): ca".into()),
        ("state", json!("ZZ"), "Invalid State Code (2 characters): ZZ".into()),
        ("zip", json!("90001-1234"), "Invalid ZIP Code: 90001-1234".into()),
        ("zip", json!("9000"), "Invalid ZIP Code: 9000".into()),
        ("mailing_zip", json!("abcde"), "Invalid Mailing ZIP Code: abcde".into()),
        ("email", json!("john.doe"), "Invalid Email: john.doe".into()),
        (
            "email",
            json!("a@b@example.com"),
            "Invalid Email: a@b@example.com".into(),
        ),
        ("certificate_url", json!(long), certificate(&long)),
        (
            "certificate_url",
            json!("https:example.com"),
            certificate("https:example.com"),
        ),
        (
            "certificate_url",
            json!("https://exa mple.com"),
            certificate("https://exa mple.com"),
        ),
        (
            "certificate_url",
            json!("ftp://example.com/"),
            certificate("ftp://example.com/"),
        ),
        (
            "call_back_url",
            json!("example.com"),
            "Invalid Call Back URL: example.com".into(),
        ),
        ("extra_data", json!("text"), "Invalid Type (json): extra_data".into()),
        ("dm_name", json!(null), "Invalid Type (string): dm_name".into()),
        ("nickname", json!("Jack"), "Unknown Field: nickname".into()),
    ];
    for (field, value, error) in cases {
        let answer = post_lead(&sandbox, &with(lead(), json!({ field: value }))).await;
        assert_eq!((answer.status, answer.errors()), (400, vec![error]));
    }
}

#[tokio::test]
async fn certificate_of_500_characters_passes() {
    let sandbox = sandbox().await;
    let url = format!("https://example.com/{}", "x".repeat(480));
    assert_eq!(
        post_lead(&sandbox, &with(lead(), json!({"certificate_url": url})))
            .await
            .status,
        200
    );
}

#[tokio::test]
async fn customer_address_does_not_replace_street() {
    let sandbox = sandbox().await;
    let both = with(lead(), json!({"customer_address": "123 Main St"}));
    let answer = post_lead(&sandbox, &without(both.clone(), "street")).await;
    assert_eq!(answer.errors(), ["Missing Required Field: street"]);
    assert_eq!(post_lead(&sandbox, &both).await.status, 200);
}

#[tokio::test]
async fn strict_mode_demands_what_is_required_in_lower_case() {
    let sandbox = Sandbox::builder().mode(Mode::Strict).start().await.unwrap();
    let demanded = [
        "dm_name",
        "utility",
        "call_back_url",
        "mailing_street",
        "mailing_city",
        "mailing_zip",
        "mailing_state",
        "extra_data",
    ];
    let missing: Vec<_> = demanded
        .iter()
        .map(|field| format!("Missing Required Field: {field}"))
        .collect();
    assert_eq!(post_lead(&sandbox, &lead()).await.errors(), missing);
    let answer = post_lead(&sandbox, &without(full_lead(), "certificate_url")).await;
    assert_eq!(answer.errors(), ["Missing Required Field: certificate_url"]);
    assert_eq!(post_lead(&sandbox, &full_lead()).await.status, 200);
}

#[tokio::test]
async fn credentials_are_demanded() {
    let sandbox = sandbox().await;
    let body = lead().to_string();
    for authorization in [
        None,
        Some("Basic c2FuZGJveDp3cm9uZw=="),
        Some("Bearer c2FuZGJveDpzYW5kYm94LXBhc3N3b3Jk"),
        Some("Basic ???"),
        Some("Basic"),
    ] {
        let mut headers = vec![("content-type", "application/json")];
        headers.extend(authorization.map(|value| ("authorization", value)));
        let answer = once(&sandbox, &request("POST /ntherm/v1/postLead", &headers, &body))
            .await
            .unwrap();
        assert_eq!(answer.status, 401);
        assert_eq!(answer.errors(), ["Unauthorized"]);
        assert!(answer.head.contains("www-authenticate: basic"));
    }
}

#[tokio::test]
async fn credentials_are_read_as_utf_8() {
    let sandbox = Sandbox::builder()
        .credentials("käufer", "pässwört:日本")
        .start()
        .await
        .unwrap();
    let headers = [
        ("authorization", "Basic a8OkdWZlcjpww6Rzc3fDtnJ0OuaXpeacrA=="),
        ("content-type", "application/json"),
    ];
    let request = request("POST /ntherm/v1/postLead", &headers, &lead().to_string());
    assert_eq!(once(&sandbox, &request).await.unwrap().status, 200);
}

#[tokio::test]
async fn content_type_must_be_json() {
    let sandbox = sandbox().await;
    let mut client = Client::connect(&sandbox).await;
    for (content_type, status) in [
        ("text/plain", 400),
        ("application/x-www-form-urlencoded", 400),
        ("application/jsonp", 400),
        ("application/json; charset=latin1", 400),
        ("application/json; charset=UTF-8", 200),
    ] {
        let headers = [("authorization", AUTHORIZATION), ("content-type", content_type)];
        let request = request("POST /ntherm/v1/postLead", &headers, &lead().to_string());
        assert_eq!(client.send(&request).await.unwrap().status, status, "{content_type}");
    }
    let bare = request(
        "POST /ntherm/v1/prePing",
        &[("authorization", AUTHORIZATION)],
        r#"{"phone_number":"3035550199"}"#,
    );
    assert_eq!(client.send(&bare).await.unwrap().status, 400);
}

#[tokio::test]
async fn body_must_be_a_json_object() {
    let sandbox = sandbox().await;
    let headers = [("authorization", AUTHORIZATION), ("content-type", "application/json")];
    for body in ["", "{", "[]", "\"text\"", "phone_number=3035550123"] {
        let answer = once(&sandbox, &request("POST /ntherm/v1/postLead", &headers, body))
            .await
            .unwrap();
        assert_eq!((answer.status, answer.errors()), (400, vec!["Invalid JSON".to_owned()]));
    }
}

#[tokio::test]
async fn other_paths_and_methods_are_refused() {
    let sandbox = sandbox().await;
    for path in ["postLead/", "postlead", "", "leads"] {
        let answer = once(&sandbox, &ntherm(path, &[], &lead())).await.unwrap();
        assert_eq!(answer.status, 404, "{path}");
    }
    let answer = once(&sandbox, &request("GET /ntherm/v1/postLead", &[], ""))
        .await
        .unwrap();
    assert_eq!(answer.status, 405);
    assert!(answer.head.contains("allow: post\r\n"));
    let elsewhere = request("POST /v1/postLead", &[], "");
    assert_eq!(once(&sandbox, &elsewhere).await.unwrap().status, 404);
}

#[tokio::test]
async fn pre_ping_tells_whether_the_phone_may_be_sent() {
    let sandbox = Sandbox::builder().refuse_phone("3035550100").start().await.unwrap();
    let ping = json!({"phone_number": "3035550123"});
    let answer = pre_ping(&sandbox, &ping).await;
    assert_eq!(answer.status, 200);
    assert_eq!(
        answer.json(),
        json!({"can_post_phone_bit": true, "message": "Phone number can be sent to postLead."})
    );
    // A question takes no lead: the phone is still new.
    assert_eq!(post_lead(&sandbox, &lead()).await.status, 200);
    for phone in ["3035550123", "3035550100"] {
        let answer = pre_ping(&sandbox, &json!({"phone_number": phone})).await;
        assert_eq!(
            (answer.status, &answer.json()["can_post_phone_bit"]),
            (422, &json!(false))
        );
    }
}

#[tokio::test]
async fn pre_ping_checks_its_one_field() {
    let sandbox = sandbox().await;
    for (body, error) in [
        (json!({}), "Missing Required Field: phone_number"),
        (
            json!({"phone_number": "7271234567x"}),
            "Invalid Characters: 7271234567x",
        ),
        (
            json!({"phone_number": "3035550123", "state": "CA"}),
            "Unknown Field: state",
        ),
    ] {
        let answer = pre_ping(&sandbox, &body).await;
        assert_eq!((answer.status, answer.errors()), (400, vec![error.to_owned()]));
        assert_eq!(answer.json()["can_post_phone_bit"], json!(false));
    }
}

#[tokio::test]
async fn refused_phone_is_answered_as_a_duplicate() {
    let sandbox = Sandbox::builder().refuse_phone("3035550123").start().await.unwrap();
    assert_eq!(post_lead(&sandbox, &lead()).await.status, 422);
    assert_eq!(sandbox.counts().accepted, 0);
}
