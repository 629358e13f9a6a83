//! Tests of the whole command against a vendor that can tell.

use std::collections::HashMap;
use std::fs;
use std::sync::{Arc, Mutex};

use leadsink::{
    CallbackToken, DeliverContext, DeliveryId, Descriptor, Disposition, Draft, Error, ErrorKind, HttpRequest,
    HttpResponse, Lead, LeadId, LeadSink, Outcome as Delivered, PrepareContext, Prepared, Receipt, Reconciliation,
    Repeat, Timestamp, Transport, TransportError, Unfit,
};
use serde_json::Value;
use tempfile::TempDir;

use super::*;
use crate::exit::Exit;
use crate::send::{InputInfo, RunLine};

const FACTS: &Descriptor = &Descriptor::new("teller", "Teller", "").with_test_mark("is_test");

/// A vendor that says of a lead what it is told to, and remembers how it was asked. A lead of which it was told nothing it does
/// not have, which it says only a minute after the attempt ended, as OpenSolar does.
#[derive(Debug, Default)]
struct Teller {
    answers: HashMap<&'static str, leadsink::Result<Reconciliation>>,
    asked: Mutex<Vec<Asked>>,
}

/// Lead id, the time of acceptance and the token that it was prepared with, since and until when it was looked for, the mark of a test.
#[derive(Clone, Debug, PartialEq)]
struct Asked {
    lead: String,
    accepted_at: String,
    token: Option<String>,
    since: String,
    until: String,
    is_test: bool,
}

#[async_trait::async_trait]
impl LeadSink for Teller {
    fn descriptor(&self) -> &Descriptor {
        FACTS
    }

    fn prepare(&self, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit> {
        assert_eq!(cx.delivery, DeliveryId::new(&lead.id, "main"));
        let token = cx.callback_token.as_ref().map(CallbackToken::as_str);
        let is_test = lead.extensions.get("teller").map(|options| options["is_test"] == true);
        let body = serde_json::json!([lead.id, cx.accepted_at, token, is_test.unwrap_or_default()]);
        let draft = Draft::post_json("https://teller.invalid/".parse().unwrap(), body.to_string());
        Ok(Prepared::new(draft, Repeat::NeverBlindly))
    }

    async fn deliver(&self, _: &Prepared, _: &DeliverContext) -> leadsink::Result<Delivered> {
        unreachable!("nothing is sent")
    }

    async fn reconcile(&self, prepared: &Prepared, cx: &DeliverContext) -> leadsink::Result<Reconciliation> {
        let (lead, accepted_at, token, is_test): (String, String, Option<String>, bool) =
            serde_json::from_slice(&prepared.request.body).unwrap();
        let attempted = cx.attempted.clone().unwrap();
        let is_settled = cx.now() >= attempted.end + std::time::Duration::from_secs(60);
        let answer = self.answers.get(&*lead).cloned().unwrap_or(Ok(match is_settled {
            true => Reconciliation::NotFound,
            false => Reconciliation::Undecided("it was not found yet".into()),
        }));
        self.asked.lock().unwrap().push(Asked {
            lead,
            accepted_at,
            token,
            since: attempted.start.to_string(),
            until: attempted.end.to_string(),
            is_test,
        });
        answer
    }
}

#[derive(Debug)]
struct NoWay;

#[async_trait::async_trait]
impl Transport for NoWay {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        unreachable!("the sinks of these tests send nothing")
    }
}

const LEADS: &str = "ref,email,first name\na,a@example.com,Ada\nb,b@example.com,Bea\nc,c@example.com,Cy\n";
const ACCEPTED: &str = "2026-01-31T10:00:00.123456789Z";
const BEGAN: &str = "2026-01-31T10:05:00Z";

/// A folder with an input and its report.
struct Desk {
    folder: TempDir,
}

impl Desk {
    fn new(lines: &[String]) -> Self {
        let desk = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        fs::write(desk.input(), LEADS).unwrap();
        fs::write(desk.path("r"), desk.run_line(false) + &lines.concat()).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn input(&self) -> PathBuf {
        self.path("leads.csv")
    }

    fn run_line(&self, test: bool) -> String {
        let input = InputInfo::of(&self.input()).unwrap();
        let reading = vec!["--column".to_owned(), "ref=id".to_owned()];
        let mut line = RunLine::begin(input, reading, test);
        line.run.accepted_at = ACCEPTED.parse().unwrap();
        serde_json::to_string(&line).unwrap() + "\n"
    }

    async fn reconcile(&self, sink: &Arc<Teller>) -> Result<Ending, CliError> {
        let old = OldReport::read(&self.path("r"), &[])?;
        let inputs = Inputs::read(&old, None)?;
        let sender = Sender::new(Arc::clone(sink) as leadsink::SharedSink, Arc::new(NoWay)).with_name("main");
        settle(old, &inputs, vec![sender], self.path("r2")).await
    }

    /// Row, outcome and the code of the last reason of each line that is about a row.
    fn told(&self) -> Vec<(u64, String, String)> {
        let told = |line: Value| {
            let reasons = line["reasons"].as_array().unwrap();
            let code = reasons.last().map_or("", |reason| reason["code"].as_str().unwrap());
            let outcome = line["outcome"].as_str().unwrap().to_owned();
            (line["row"].as_u64().unwrap(), outcome, code.to_owned())
        };
        let text = fs::read_to_string(self.path("r2")).unwrap();
        text.lines()
            .skip(1)
            .map(|line| told(serde_json::from_str(line).unwrap()))
            .collect()
    }
}

fn line(row: u64, lead: &str, outcome: &str) -> String {
    line_at(row, lead, outcome, "2026-01-31T10:05:30.000Z")
}

fn line_at(row: u64, lead: &str, outcome: &str, at: &str) -> String {
    let delivery = DeliveryId::new(&LeadId::new(lead).unwrap(), "main");
    format!(
        "{{\"row\":{row},\"lead\":\"{lead}\",\"sink\":\"main\",\"outcome\":\"{outcome}\",\"reasons\":[],\"vendor_ref\":null,\
         \"attempts\":1,\"delivery\":\"{delivery}\",\"callback_token\":\"{row:032x}\",\"message\":null,\"warnings\":[],\
         \"unmapped\":[],\"began\":\"{BEGAN}\",\"at\":\"{at}\"}}\n"
    )
}

fn telling<const N: usize>(answers: [(&'static str, leadsink::Result<Reconciliation>); N]) -> Arc<Teller> {
    Arc::new(Teller {
        answers: HashMap::from(answers),
        ..Teller::default()
    })
}

fn told<const N: usize>(lines: [(u64, &str, &str); N]) -> Vec<(u64, String, String)> {
    let owned = |(row, outcome, code): (u64, &str, &str)| (row, outcome.to_owned(), code.to_owned());
    lines.map(owned).into()
}

fn found(id: &str) -> leadsink::Result<Reconciliation> {
    Ok(Reconciliation::Found(Receipt::new().with_vendor_ref(id)))
}

fn error(kind: ErrorKind, disposition: Disposition) -> leadsink::Result<Reconciliation> {
    Err(Error::new(kind, disposition, "the look-up failed"))
}

#[tokio::test]
async fn what_the_vendor_says_stands_in_the_new_report_and_all_else_as_it_was() {
    let lines = [
        line(1, "a", "ambiguous"),
        line(2, "b", "rejected"),
        line(3, "c", "ambiguous"),
    ];
    let desk = Desk::new(&lines);
    let before = fs::read_to_string(desk.path("r")).unwrap();
    let ending = desk.reconcile(&telling([("a", found("55"))])).await.unwrap();
    assert_eq!(
        desk.told(),
        told([(1, "accepted", ""), (2, "rejected", ""), (3, "failed", "not_found")])
    );
    assert_eq!(
        (ending.exit, ending.sinks[0].found, ending.not_found()),
        (Exit::SomeBad, 1, 1)
    );
    let after = fs::read_to_string(desk.path("r2")).unwrap();
    assert!(after.contains("\"vendor_ref\":\"55\"") && after.contains(&lines[1]));
    assert_eq!(after.lines().next(), before.lines().next());
    assert_eq!(
        fs::read_to_string(desk.path("r")).unwrap(),
        before,
        "never written over"
    );
}

#[tokio::test]
async fn a_lead_is_prepared_as_it_was_sent_and_looked_for_in_that_time() {
    let desk = Desk::new(&[line(2, "b", "ambiguous")]);
    let sink = telling([]);
    desk.reconcile(&sink).await.unwrap();
    let asked = Asked {
        lead: "b".into(),
        accepted_at: ACCEPTED.into(),
        token: Some(format!("{:032x}", 2)),
        since: BEGAN.into(),
        until: "2026-01-31T10:05:30Z".into(),
        is_test: false,
    };
    assert_eq!(*sink.asked.lock().unwrap(), [asked]);
}

#[tokio::test]
async fn each_line_is_of_the_run_above_it() {
    let desk = Desk::new(&[line(1, "a", "ambiguous")]);
    let text = fs::read_to_string(desk.path("r")).unwrap();
    let second = desk.run_line(true).replace(ACCEPTED, "2026-02-01T00:00:00Z");
    fs::write(desk.path("r"), text + &second + &line(2, "b", "ambiguous")).unwrap();
    let sink = telling([]);
    desk.reconcile(&sink).await.unwrap();
    let asked = sink.asked.lock().unwrap();
    let of: Vec<_> = asked.iter().map(|asked| (&*asked.accepted_at, asked.is_test)).collect();
    assert_eq!(of, [(ACCEPTED, false), ("2026-02-01T00:00:00Z", true)]);
}

#[tokio::test]
async fn what_the_vendor_cannot_tell_stays_in_doubt_with_the_reason() {
    let desk = Desk::new(&[
        line(1, "a", "ambiguous"),
        line(2, "b", "ambiguous"),
        line(3, "c", "ambiguous"),
    ]);
    let sink = telling([
        ("a", Ok(Reconciliation::Undecided("too many".into()))),
        ("b", error(ErrorKind::Timeout, Disposition::Transient)),
        ("c", found("55")),
    ]);
    let ending = desk.reconcile(&sink).await.unwrap();
    assert_eq!(
        desk.told(),
        told([
            (1, "ambiguous", "undecided"),
            (2, "ambiguous", "look_up_failed"),
            (3, "accepted", "")
        ])
    );
    assert_eq!((ending.exit, ending.sinks[0].still_in_doubt), (Exit::SomeAmbiguous, 2));
    let reasons: Vec<_> = ending.sinks[0].reasons.iter().map(|reason| &*reason.text).collect();
    assert_eq!(reasons, ["the look-up failed", "too many"]);
}

#[tokio::test]
async fn what_was_sent_a_moment_ago_may_still_arrive() {
    let now = Timestamp::now().to_string();
    let desk = Desk::new(&[line_at(1, "a", "ambiguous", &now), line_at(2, "b", "ambiguous", &now)]);
    let hasty = telling([("a", Ok(Reconciliation::NotFound)), ("b", found("55"))]);
    desk.reconcile(&hasty).await.unwrap();
    assert_eq!(desk.told(), told([(1, "ambiguous", "undecided"), (2, "accepted", "")]));
}

#[tokio::test]
async fn of_a_run_that_died_the_new_report_knows_how_long_ago_and_says_so() {
    let desk = Desk::new(&[]);
    fs::write(
        desk.path("r.inflight"),
        "{\"row\":1,\"lead\":\"a\",\"sink\":\"main\"}\n",
    )
    .unwrap();
    // Whether the vendor looks at the time or not.
    for sink in [telling([("a", Ok(Reconciliation::NotFound))]), telling([])] {
        let _ = fs::remove_file(desk.path("r2"));
        let ending = desk.reconcile(&sink).await.unwrap();
        assert_eq!(desk.told(), told([(1, "ambiguous", "undecided")]));
        let why = &ending.sinks[0].reasons[0].text;
        assert!(why.contains("about the report that is written now"), "{why}");
    }

    let text = fs::read_to_string(desk.path("r2")).unwrap();
    let (before, at) = text.rsplit_once("\"at\":\"").unwrap();
    let (at, after) = at.split_once('"').unwrap();
    let earlier: Timestamp = at.parse::<Timestamp>().unwrap() - std::time::Duration::from_secs(61);
    fs::write(desk.path("r"), format!("{before}\"at\":\"{earlier}\"{after}")).unwrap();
    fs::remove_file(desk.path("r.inflight")).unwrap();
    fs::remove_file(desk.path("r2")).unwrap();
    desk.reconcile(&telling([])).await.unwrap();
    assert_eq!(desk.told(), told([(1, "failed", "not_found")]));
}

#[tokio::test]
async fn a_vendor_that_cannot_tell_is_asked_once_and_nothing_is_written() {
    let desk = Desk::new(&[line(1, "a", "ambiguous"), line(2, "b", "ambiguous")]);
    let sink = telling([("a", Ok(Reconciliation::Unsupported))]);
    let ending = desk.reconcile(&sink).await.unwrap();
    assert_eq!(sink.asked.lock().unwrap().len(), 1);
    assert!(!ending.sinks[0].can_tell && ending.report.is_none() && !desk.path("r2").exists());
    assert_eq!(ending.exit, Exit::SomeAmbiguous);
}

#[tokio::test]
async fn an_account_that_does_not_work_ends_the_questions() {
    let desk = Desk::new(&[
        line(1, "a", "ambiguous"),
        line(2, "b", "ambiguous"),
        line(3, "c", "ambiguous"),
    ]);
    let sink = telling([
        ("a", found("55")),
        ("b", error(ErrorKind::Unauthorized, Disposition::Account)),
    ]);
    let ending = desk.reconcile(&sink).await.unwrap();
    assert_eq!(sink.asked.lock().unwrap().len(), 2);
    assert_eq!(ending.sinks[0].stopped.as_deref(), Some("the look-up failed"));
    assert_eq!(
        desk.told(),
        told([(1, "accepted", ""), (2, "ambiguous", ""), (3, "ambiguous", "")])
    );
}

#[tokio::test]
async fn a_row_that_is_another_lead_now_is_not_asked_about() {
    let desk = Desk::new(&[
        line(1, "a", "ambiguous"),
        line(2, "b", "ambiguous"),
        line(3, "c", "ambiguous"),
    ]);
    fs::write(
        desk.input(),
        LEADS.replace("b,b@", "x,b@").replace("c@example.com", "c@"),
    )
    .unwrap();
    let sink = telling([]);
    desk.reconcile(&sink).await.unwrap();
    assert_eq!(
        desk.told(),
        told([
            (1, "failed", "not_found"),
            (2, "ambiguous", "row_changed"),
            (3, "ambiguous", "row_changed")
        ])
    );
    assert_eq!(sink.asked.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn a_file_that_has_none_of_the_leads_is_refused() {
    let desk = Desk::new(&[line(1, "a", "ambiguous")]);
    fs::write(desk.input(), LEADS.replace("a,a@", "x,a@")).unwrap();
    let error = desk.reconcile(&telling([])).await.unwrap_err();
    assert!(error.message.starts_with("not one row of `"), "{error}");
    assert!(!desk.path("r2").exists());
}

#[tokio::test]
async fn a_lead_that_was_under_way_when_its_run_died_is_asked_about_too() {
    let desk = Desk::new(&[line(1, "a", "accepted")]);
    let begun = "{\"row\":2,\"lead\":\"b\",\"sink\":\"main\"}\n";
    fs::write(desk.path("r.inflight"), begun).unwrap();
    let sink = telling([("b", found("55"))]);
    desk.reconcile(&sink).await.unwrap();
    assert_eq!(desk.told(), told([(1, "accepted", ""), (2, "accepted", "")]));
    // Nobody knows when it began: not before its run.
    assert_eq!(sink.asked.lock().unwrap()[0].since, ACCEPTED);
}

#[test]
fn a_report_without_its_first_line_is_refused() {
    let desk = Desk::new(&[]);
    fs::write(desk.path("r"), line(1, "a", "ambiguous")).unwrap();
    let old = OldReport::read(&desk.path("r"), &[]).unwrap();
    let error = Inputs::read(&old, Some(&desk.input())).unwrap_err();
    assert!(error.message.contains("does not say what file"), "{error}");
}

#[test]
fn only_sinks_that_are_named_are_asked() {
    let desk = Desk::new(&[line(1, "a", "ambiguous")]);
    let read = |name: &str| OldReport::read(&desk.path("r"), &[name.to_owned()]);
    assert_eq!(read("main").unwrap().doubts.len(), 1);
    let error = read("mian").unwrap_err();
    assert_eq!(error.hint.as_deref(), Some("its sinks are `main`"));
}
