//! The account: its addresses, its probe, and where its token goes.

use http::Method;
use leadsink_core::{BaseUrl, Disposition, ErrorKind, Lead, LeadSink as _, Probe, Purpose, Vendor as _};
use leadsink_testkit::{Answer, ScriptedTransport, block_on, fixtures};

use crate::{OpenSolar, OpenSolarConfig};

fn sink() -> OpenSolar {
    OpenSolar::from_config(OpenSolarConfig::token("s_token", 1)).unwrap()
}

fn lead() -> Lead {
    Lead::builder()
        .id("1")
        .street("1 Elm St")
        .owner("rep@installer.example")
        .build()
        .unwrap()
}

#[test]
fn the_requests_lie_below_the_base_address_with_a_slash_at_their_end() {
    let base = BaseUrl::parse("http://127.0.0.1:8080/opensolar").unwrap();
    let sink = OpenSolar::from_config(OpenSolarConfig::token("s_1", 7).with_base_url(base)).unwrap();
    assert_eq!(
        sink.projects.url().as_str(),
        "http://127.0.0.1:8080/opensolar/api/orgs/7/projects/"
    );
    assert_eq!(
        sink.contacts.url().as_str(),
        "http://127.0.0.1:8080/opensolar/api/orgs/7/contacts/"
    );
}

#[test]
fn the_token_goes_to_the_configured_address_only() {
    let elsewhere = BaseUrl::parse("http://127.0.0.1:8080/").unwrap();
    let other = OpenSolar::from_config(OpenSolarConfig::token("s_1", 1).with_base_url(elsewhere)).unwrap();
    let lead = lead();
    let mut prepared = other.prepare(&lead, &fixtures::context(&lead)).unwrap();
    prepared.request.body = "{}".into();
    let transport = ScriptedTransport::new([]);
    let error = block_on(sink().deliver(&prepared, &transport.context())).unwrap_err();
    assert_eq!(
        (error.kind(), error.disposition()),
        (ErrorKind::WrongAddress, Disposition::Account)
    );
    assert!(transport.seen().is_empty());
}

#[test]
fn a_probe_asks_for_the_organisation() {
    let transport = ScriptedTransport::new([Answer::json(200, r#"{"id":1,"name":"My Company Name"}"#)]);
    assert_eq!(block_on(sink().probe(&transport.context())).unwrap(), Probe::Ready);
    let [seen] = &transport.seen()[..] else {
        unreachable!("it asks once");
    };
    assert_eq!((&seen.method, seen.purpose), (&Method::GET, Purpose::Question));
    assert_eq!(seen.url.as_str(), "https://api.opensolar.com/api/orgs/1/");
    assert!(seen.headers["authorization"].is_sensitive());
    for (status, disposition) in [
        (401, Disposition::Account),
        (403, Disposition::Account),
        (404, Disposition::Account),
        (500, Disposition::Transient),
        (200, Disposition::Transient),
    ] {
        let transport = ScriptedTransport::new([Answer::status(status)]);
        let error = block_on(sink().probe(&transport.context())).unwrap_err();
        assert_eq!(error.disposition(), disposition, "{status}");
    }
}

#[test]
fn a_team_member_is_looked_up_once_for_all_clones() {
    let team = Answer::json(200, r#"[{"id":50,"user_email":"rep@installer.example"}]"#);
    let made = || Answer::json(201, r#"{"id":1}"#);
    let transport = ScriptedTransport::new([team, made(), made()]);
    let sink = sink();
    let lead = lead();
    let prepared = sink.prepare(&lead, &fixtures::context(&lead)).unwrap();
    for sink in [sink.clone(), sink] {
        block_on(sink.deliver(&prepared, &transport.context())).unwrap();
    }
    let seen = transport.seen();
    assert_eq!(seen.len(), 3);
    assert_eq!(
        seen[2].json()["assigned_role"],
        "https://api.opensolar.com/api/orgs/1/roles/50/"
    );
}

#[test]
fn a_machine_user_is_made_when_somebody_says_so() {
    let log_in = OpenSolarConfig::log_in("arnie@illbeback.com", "p");
    let sink = OpenSolar::from_config(log_in).unwrap();
    // The answer has the key as the document's sample misspells it.
    let script = [
        Answer::json(200, r#"{"token":"s_1","user":{"id":10},"org_id":1}"#),
        Answer::json(200, r#"{"email":"arnie@illbeback.com","is_machine_user>":true}"#),
    ];
    let transport = ScriptedTransport::new(script);
    let cx = transport.context();
    let user = block_on(sink.client().log_in(&cx)).unwrap().user_id.unwrap();
    assert!(block_on(sink.client().set_machine_user(&cx, user, true)).unwrap());
    let seen = &transport.seen()[1];
    assert_eq!(
        (seen.method.as_str(), seen.url.as_str()),
        ("PATCH", "https://api.opensolar.com/auth/users/10/")
    );
    assert_eq!(&seen.body[..], br#"{"is_machine_user":true}"#);
}

#[test]
fn debug_holds_no_token() {
    let debug = format!("{:?}", sink());
    assert!(!debug.contains("s_token"), "{debug}");
}
