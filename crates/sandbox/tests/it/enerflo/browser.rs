//! The query form, which is for a browser and may end in a redirect.

use leadsink_sandbox::Handle;
use serde_json::json;

use super::{ADD, KEY, refusal, sandbox, send};
use crate::client::Answer;

async fn get(sandbox: &Handle, query: &str) -> Answer {
    send(sandbox, &format!("GET {ADD}?{query}"), &[KEY], "").await
}

/// A lead that lacks nothing.
const LEAD: &str = "integration_record_id=q1&full_name=Ferris+Bueller&fullAddress=2214+N+Honeydew+Dr";

#[tokio::test]
async fn documents_example_is_taken() {
    let sandbox = sandbox().await;
    let query = "integration_record_id=yj3Shbi2&full_name=Ferris+Bueller&fullAddress=2214+N+Honeydew+Dr+Saratoga+Springs,\
                 +UT+84045&email=custy@enerflo.io&mobile=8015554444&office_name=Utah+Office&creator=api@enerflo.io&\
                 assign_to_email=api@enerflo.io&lead_status=Needs+Contact&createDeal=101";
    let answer = get(&sandbox, query).await;
    assert_eq!(
        (answer.status, &answer.json()["data"]["msg"]),
        (200, &json!("Lead Created"))
    );
    assert_eq!(
        answer.json()["data"]["lead"]["address"],
        "2214 N Honeydew Dr Saratoga Springs, UT 84045"
    );
    let line = format!("GET {ADD}?api_key=sandbox-password&{query}");
    let again = send(&sandbox, &line, &[], "").await;
    assert_eq!(again.json()["data"]["msg"], "Lead Updated");
    assert!(
        sandbox
            .received()
            .iter()
            .all(|received| received.unknown_fields.is_empty())
    );
    assert_eq!(send(&sandbox, &format!("GET {ADD}?{query}"), &[], "").await.status, 401);
}

#[tokio::test]
async fn values_are_text_and_checked_as_in_a_post() {
    let sandbox = sandbox().await;
    for (more, wanted) in [
        ("createDeal=x", "createDeal must be an integer"),
        ("calendar_id=", ""),
        ("ignore_validation=1&zip=8", ""),
        ("ignore_validation=0&zip=8", "zip must be 5 digits"),
        (
            "mobile=801-555-4444",
            "mobile must be 10 digits, without a country code or dashes",
        ),
        ("integration_record_id=", "integration_record_id is required"),
    ] {
        let answer = get(&sandbox, &format!("{LEAD}&{more}")).await;
        if wanted.is_empty() {
            assert_eq!(answer.json()["result"], "success", "{more}");
        } else {
            assert_eq!(refusal(&answer), wanted);
        }
    }
    get(&sandbox, &format!("{LEAD}&color=red")).await;
    assert_eq!(sandbox.received().pop().unwrap().unknown_fields, ["color"]);
}

#[tokio::test]
async fn redirect_is_made_when_it_has_somewhere_to_go() {
    let sandbox = sandbox().await;
    for more in [
        "browser_redirect=profile",
        "browser_redirect=scheduling&calendar=solar_consultation",
        "browser_redirect=scheduling&calendar_id=7",
        "browser_redirect=deal&createDeal=101",
    ] {
        let answer = get(&sandbox, &format!("{LEAD}&{more}")).await;
        let page = more.split(['=', '&']).nth(1).unwrap();
        assert_eq!(answer.status, 302, "{more}");
        assert!(
            answer.head.contains(&format!("location: /enerflo/{page}/55555\r\n")),
            "{more}"
        );
        assert_eq!(answer.json()["result"], "success");
    }
    assert_eq!(sandbox.counts().accepted, 4);
    for (more, wanted) in [
        (
            "browser_redirect=home",
            "browser_redirect must be profile, scheduling or deal",
        ),
        ("browser_redirect=scheduling", "calendar or calendar_id is required"),
        ("browser_redirect=deal", "createDeal is required"),
    ] {
        assert_eq!(refusal(&get(&sandbox, &format!("{LEAD}&{more}")).await), wanted);
    }
    assert_eq!(sandbox.counts().accepted, 4);
}
