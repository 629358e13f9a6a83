//! Team members that are remembered, gone, hidden in a long list, or wrong in the config.

use leadsink_core::{Attempt, Disposition, Error, Field, Lead, LeadBuilder, LeadSink as _, Outcome, Vendor as _};
use leadsink_testkit::{Answer, ScriptedTransport, Value, block_on, fixtures, json};

use crate::{OpenSolar, OpenSolarConfig};

const REFUSED: &str = r#"{"assigned_role":["Invalid hyperlink - Object does not exist."]}"#;

fn config() -> OpenSolarConfig {
    OpenSolarConfig::token("s_1", 1)
}

fn home() -> LeadBuilder {
    Lead::builder().id("1").street("1 Elm St")
}

fn of_rep() -> LeadBuilder {
    home().owner("rep@installer.example")
}

fn team(members: &Value) -> Answer {
    Answer::json(200, members.to_string())
}

fn rep(id: u64) -> Value {
    json!({ "id": id, "user_email": "rep@installer.example" })
}

fn made() -> Answer {
    Answer::json(201, r#"{"id":7}"#)
}

/// Delivers leads one after another by one sink: how each ended, and the team member of each project that was sent.
fn delivered(
    config: OpenSolarConfig,
    leads: impl IntoIterator<Item = LeadBuilder>,
    script: Vec<Answer>,
    attempt: Attempt,
) -> (Vec<Result<Outcome, Error>>, Vec<Value>) {
    let transport = ScriptedTransport::new(script);
    let sink = OpenSolar::from_config(config).unwrap();
    let deliver = |lead: LeadBuilder| {
        let lead = lead.build().unwrap();
        let prepared = sink.prepare(&lead, &fixtures::context(&lead)).unwrap();
        block_on(sink.deliver(&prepared, &transport.context().with_attempt(attempt)))
    };
    let ends = leads.into_iter().map(deliver).collect();
    assert_eq!(transport.left(), 0, "less was asked than is answered");
    let seen = transport.seen();
    let sent = seen.iter().filter(|seen| seen.method != http::Method::GET);
    (ends, sent.map(|seen| seen.json()["assigned_role"].clone()).collect())
}

fn url(id: u64) -> Value {
    format!("https://api.opensolar.com/api/orgs/1/roles/{id}/").into()
}

fn codes(end: &Result<Outcome, Error>) -> Vec<&str> {
    match end {
        Ok(Outcome::Accepted(receipt)) => receipt.warnings.iter().map(|warning| &*warning.code).collect(),
        _ => vec!["not accepted"],
    }
}

#[test]
fn a_member_that_is_none_any_more_is_looked_up_again_once() {
    let refused = || Answer::json(400, REFUSED);
    // Invited anew.
    let script = vec![
        team(&json!([rep(50)])),
        made(),
        refused(),
        team(&json!([rep(51)])),
        made(),
        made(),
    ];
    let (ends, sent) = delivered(config(), [of_rep(), of_rep(), of_rep()], script, Attempt::FIRST);
    assert!(ends.iter().all(|end| codes(end).is_empty()), "{ends:?}");
    assert_eq!(sent, [url(50), url(50), url(51), url(51)]);
    // Gone for good: nobody's lead is better than no lead.
    let script = vec![team(&json!([rep(50)])), made(), refused(), team(&json!([])), made()];
    let (ends, sent) = delivered(config(), [of_rep(), of_rep()], script, Attempt::FIRST);
    assert_eq!(codes(&ends[1]), ["role_not_found"]);
    assert_eq!(sent, [url(50), url(50), Value::Null]);
    // Still the same, and not taken: the lead's owner is at fault. The team is not listed for the next lead again.
    let listed = || team(&json!([rep(50)]));
    let script = vec![listed(), made(), refused(), listed(), refused(), made()];
    let (ends, sent) = delivered(
        config(),
        [of_rep(), of_rep(), of_rep(), of_rep()],
        script,
        Attempt::FIRST,
    );
    for end in &ends[1..3] {
        let Ok(Outcome::Rejected(rejection)) = end else {
            unreachable!("{ends:?}");
        };
        assert_eq!(rejection.reasons[0].field, Some(Field::Owner.into()));
    }
    // OpenSolar takes it again.
    assert_eq!((codes(&ends[3]), sent), (vec![], vec![url(50); 4]));
}

#[test]
fn a_project_in_doubt_is_not_sent_again_for_its_member() {
    let again = Attempt {
        n: 2,
        earlier_ambiguous: true,
    };
    let script = vec![team(&json!([rep(50)])), made(), Answer::json(400, REFUSED)];
    let (ends, sent) = delivered(config(), [of_rep(), of_rep()], script, again);
    assert_eq!(ends[1].as_ref().unwrap_err().disposition(), Disposition::Ambiguous);
    assert_eq!(sent.len(), 2);
}

#[test]
fn another_fault_is_told_and_the_member_forgotten() {
    let both = r#"{"zip":["Too long."],"assigned_role":["Invalid hyperlink."]}"#;
    let first = vec![team(&json!([rep(50)])), made(), Answer::json(400, both)];
    let script = first.into_iter().chain([team(&json!([rep(51)])), made()]).collect();
    let (ends, sent) = delivered(config(), [of_rep(), of_rep(), of_rep()], script, Attempt::FIRST);
    assert!(matches!(ends[1], Ok(Outcome::Rejected(_))));
    assert_eq!(sent, [url(50), url(50), url(51)]);
}

#[test]
fn a_member_of_the_config_is_the_accounts_fault_and_one_of_the_lead_is_not() {
    let wrong = config().with_assigned_role("78");
    let refused = || vec![Answer::json(400, REFUSED)];
    let (ends, _) = delivered(wrong.clone(), [home()], refused(), Attempt::FIRST);
    let error = ends[0].as_ref().unwrap_err();
    assert_eq!(error.disposition(), Disposition::Account);
    assert_eq!(
        error.to_string(),
        "OpenSolar does not take the team member that `assigned_role` of the config names; mend it there"
    );
    let (ends, _) = delivered(wrong, [home().owner("79")], refused(), Attempt::FIRST);
    assert!(matches!(ends[0], Ok(Outcome::Rejected(_))));
    // An address of the config is looked up again before.
    let stale = config().with_assigned_role("rep@installer.example");
    let first = vec![team(&json!([rep(50)])), made(), Answer::json(400, REFUSED)];
    let script = first
        .into_iter()
        .chain([team(&json!([rep(51)])), Answer::json(400, REFUSED)]);
    let (ends, _) = delivered(stale, [home(), home()], script.collect(), Attempt::FIRST);
    assert_eq!(ends[1].as_ref().unwrap_err().disposition(), Disposition::Account);
}

#[test]
fn nobody_is_assigned_by_a_team_that_was_not_seen_to_its_end() {
    let page = |page: u64| team(&(0..100).map(|n| json!({ "id": 100 * page + n })).collect());
    let mut script: Vec<_> = (0..19).map(page).collect();
    let mut last: Vec<_> = (0..99).map(|n| json!({ "id": 1900 + n })).collect();
    last.push(rep(50_000));
    script.push(team(&last.into()));
    script.push(made());
    let (ends, sent) = delivered(config(), [of_rep()], script, Attempt::FIRST);
    assert_eq!(codes(&ends[0]), ["role_not_found"]);
    assert_eq!(sent, [Value::Null]);
}

#[test]
fn who_was_looked_up_is_not_shown() {
    let transport = ScriptedTransport::new([team(&json!([rep(50)])), made()]);
    let sink = OpenSolar::from_config(config()).unwrap();
    let lead = of_rep().build().unwrap();
    let prepared = sink.prepare(&lead, &fixtures::context(&lead)).unwrap();
    block_on(sink.deliver(&prepared, &transport.context())).unwrap();
    let debug = format!("{sink:?}");
    assert!(debug.contains("TeamCache { known: 1, .. }"), "{debug}");
    assert!(!debug.contains("rep@"), "{debug}");
}
