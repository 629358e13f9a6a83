//! How a lead may be written, and how the answer: forms, types, and the ways in which data is lost.

use leadsink_sandbox::{Handle, Mode, Sandbox};
use serde_json::{Value, json};

use super::{FORM, JSON, lead, sandbox, send, submit_path};
use crate::client::{AUTHORIZATION, Answer};

async fn post(sandbox: &Handle, headers: &[(&str, &str)], body: &str) -> Answer {
    send(sandbox, &format!("POST {}", submit_path()), headers, body).await
}

/// Returns what the flow has read of the last lead.
async fn filed(sandbox: &Handle) -> Value {
    let line = "GET /leadconduit/events?limit=1";
    let events = send(sandbox, line, &[("authorization", AUTHORIZATION)], "").await;
    events.json()[0]["vars"]["lead"].clone()
}

#[tokio::test]
async fn form_query_and_json_come_to_the_same_lead() {
    let sandbox = sandbox().await;
    let utility = json!({"electric": {"company": {"name": "PG&E"}, "monthly_amount": "100-150"}});
    let form = "first_name=Ada+W&utility.electric.company.name=PG%26E&utility.electric.monthly_amount=100-150";
    let dotted = json!({
        "first_name": "Ada W", "utility.electric.company.name": "PG&E", "utility.electric.monthly_amount": "100-150",
    });
    let nested = json!({"first_name": "Ada W", "utility": utility});
    for (headers, body) in [
        (FORM, form.to_owned()),
        (JSON, dotted.to_string()),
        (JSON, nested.to_string()),
    ] {
        assert_eq!(post(&sandbox, &[headers], &body).await.status, 201);
        let lead = filed(&sandbox).await;
        assert_eq!((&lead["first_name"], &lead["utility"]), (&json!("Ada W"), &utility));
    }
    let answer = send(&sandbox, &format!("GET {}?{form}", submit_path()), &[], "").await;
    assert_eq!(
        (answer.status, filed(&sandbox).await["utility"].clone()),
        (201, utility)
    );
    let received = sandbox.received();
    assert!(received.iter().all(|received| received.unknown_fields.is_empty()));
}

#[tokio::test]
async fn query_is_merged_over_the_body() {
    let sandbox = sandbox().await;
    let line = format!("POST {}?state=NV&city=Reno", submit_path());
    send(&sandbox, &line, &[JSON], &lead().to_string()).await;
    let lead = filed(&sandbox).await;
    assert_eq!(
        (&lead["state"], &lead["city"], &lead["first_name"]),
        (&json!("NV"), &json!("Reno"), &json!("Ada"))
    );
}

#[tokio::test]
async fn content_type_is_required_and_known() {
    let sandbox = sandbox().await;
    for (content_type, status, text) in [
        ("text/plain", 406, "MIME type"),
        ("multipart/form-data; boundary=x", 406, "MIME type"),
        ("application/xml", 406, "The sandbox does not read XML"),
        ("text/xml; charset=utf-8", 406, "The sandbox does not read XML"),
        ("Application/JSON; charset=utf-8", 201, "{"),
    ] {
        let answer = post(&sandbox, &[("content-type", content_type)], "{}").await;
        assert_eq!(
            (answer.status, answer.body.starts_with(text)),
            (status, true),
            "{}",
            answer.body
        );
    }
    let answer = post(&sandbox, &[], "{}").await;
    assert_eq!(
        (answer.status, answer.body.as_str()),
        (415, "Content-Type header is required")
    );
    assert!(answer.head.contains("content-type: text/plain"));
}

#[tokio::test]
async fn answer_is_written_as_it_is_asked_for() {
    let sandbox = sandbox().await;
    for (accept, status, media) in [
        ("*/*", 201, "application/json"),
        ("application/json", 201, "application/json"),
        ("application/xml", 201, "application/xml"),
        ("text/html, text/xml;q=0.9", 201, "application/xml"),
        ("text/html", 406, "text/plain"),
        ("text/plain", 406, "text/plain"),
    ] {
        let answer = post(&sandbox, &[JSON, ("accept", accept)], "{}").await;
        assert_eq!(answer.status, status, "{accept}");
        assert!(answer.head.contains(&format!("content-type: {media}")), "{accept}");
    }
    let news = r#"{"email":"sandbox-rule@example.com"}"#;
    let answer = post(&sandbox, &[JSON, ("accept", "text/xml")], news).await;
    let wanted = "<result><outcome>failure</outcome><reason>lead.state must not be equal to FL</reason><lead><id>";
    assert!(answer.body.contains(wanted) && answer.body.ends_with("</id></lead><price>0</price></result>"));
}

#[tokio::test]
async fn broken_json_is_mended_where_only_breaks_and_tabs_are_in_the_way() {
    let sandbox = sandbox().await;
    assert_eq!(
        post(&sandbox, &[JSON], "{\"comments\":\"two\nlines\tand a tab\"}")
            .await
            .status,
        201
    );
    assert_eq!(filed(&sandbox).await["comments"], "twolinesand a tab");
    for body in ["", "{\"first_name\":", "[]", "\"Ada\""] {
        let answer = post(&sandbox, &[JSON], body).await;
        assert_eq!(answer.status, 400, "{body}");
        assert!(answer.body.starts_with("Unable to parse JSON -- "), "{}", answer.body);
    }
    assert_eq!(sandbox.counts().accepted, 1);
}

#[tokio::test]
async fn repeated_names_are_joined() {
    let sandbox = sandbox().await;
    post(&sandbox, &[FORM], "comments=A&comments=B").await;
    assert_eq!(filed(&sandbox).await["comments"], "A,B");
}

#[tokio::test]
async fn field_whose_name_goes_on_from_another_is_lost_or_refused() {
    let lossy = sandbox().await;
    let bodies = [
        (FORM, "utility=SCE&utility.electric.company.name=X"),
        (FORM, "utility.electric.company.name=X&utility=SCE"),
        (JSON, r#"{"utility":"SCE","utility.electric.company.name":"X"}"#),
    ];
    for (headers, body) in bodies {
        assert_eq!(post(&lossy, &[headers], body).await.json()["outcome"], "success");
        assert_eq!(filed(&lossy).await["utility"], "SCE");
    }
    let strict = Sandbox::builder().mode(Mode::Strict).start().await.unwrap();
    for (headers, body) in bodies {
        let answer = post(&strict, &[headers], body).await;
        assert_eq!(
            (answer.status, answer.body.starts_with("Unable to parse body -- ")),
            (400, true)
        );
    }
    assert_eq!(post(&strict, &[FORM], "company=A&companyx=B").await.status, 201);
}

#[tokio::test]
async fn redirect_takes_the_place_of_the_answer() {
    let sandbox = sandbox().await;
    let answer = post(
        &sandbox,
        &[FORM],
        "email=a%40example.com&redir_url=https%3A%2F%2Fexample.com%2Fthanks",
    )
    .await;
    assert_eq!((answer.status, answer.body.as_str()), (303, ""));
    assert!(answer.head.contains("location: https://example.com/thanks\r\n"));
    assert_eq!(sandbox.counts().accepted, 1);
    for url in ["javascript:alert(1)", "thanks", "ftp://example.com/"] {
        let answer = post(&sandbox, &[JSON], &json!({"redir_url": url}).to_string()).await;
        assert_eq!((answer.status, answer.body.as_str()), (400, "Invalid redir_url"));
    }
    assert_eq!(
        post(&sandbox, &[FORM], "redir_url=&email=b%40example.com").await.status,
        201
    );
    assert_eq!(sandbox.counts().accepted, 2);
}

#[tokio::test]
async fn trusted_forms_own_names_are_known() {
    let sandbox = sandbox().await;
    let url = "https://cert.trustedform.com/102b938b";
    for name in ["xxTrustedFormCertUrl", "XXTRUSTEDFORMCERTURL"] {
        post(&sandbox, &[JSON], &json!({name: url}).to_string()).await;
        assert_eq!(filed(&sandbox).await["trustedform_cert_url"], url);
    }
    let both = json!({"xxTrustedFormCertUrl": "other", "trustedform_cert_url": url, "xxTrustedFormPingUrl": url});
    post(&sandbox, &[JSON], &both.to_string()).await;
    assert_eq!(filed(&sandbox).await["trustedform_cert_url"], url);
    assert_eq!(
        sandbox.received()[4].unknown_fields,
        ["xxTrustedFormPingUrl"],
        "which is for a ping"
    );
}
