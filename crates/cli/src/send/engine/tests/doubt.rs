//! Leads of which nobody knows whether they arrived: they keep their tokens, and are not sent again.

use leadsink::intake::Duplicates;

use super::*;
use crate::send::inflight;
use crate::send::resume::Standing;

fn sending_duplicates(text: &str) -> Vec<Feed> {
    let mut options = ReadOptions::new();
    options.duplicates = Duplicates::Send;
    feed_with(text, &options)
}

fn timed_out(lead: &'static str) -> Slow {
    let error = Error::new(ErrorKind::Timeout, Disposition::Ambiguous, "no answer came");
    Slow {
        answers: HashMap::from([(lead, error)]),
        ..Slow::default()
    }
}

fn report_lines(report: &Path) -> Vec<serde_json::Value> {
    let text = std::fs::read_to_string(report).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

const TWICE: &str = "id,first name\n0,Zoe\n1,Ada\n2,Bob\n1,Ada\n3,Cy\n1,Ada\n";

#[tokio::test(start_paused = true)]
async fn a_lead_in_doubt_is_not_sent_again_in_the_same_run() {
    for concurrency in [1, 8] {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("r");
        let sink = Arc::new(timed_out("1"));
        let finished = run(&[("main", Arc::clone(&sink))], concurrency, &report)
            .drive(sending_duplicates(TWICE), quiet())
            .await;
        let order = sink.order.lock().unwrap();
        let sent: Vec<_> = order.iter().map(|text| &text[..1]).collect();
        assert_eq!(sent, ["0", "1", "2", "3"]);
        let held: Vec<_> = report_lines(&report)
            .into_iter()
            .filter(|line| line["outcome"] == "not_attempted")
            .collect();
        assert_eq!(held.len(), 2);
        assert!(held.iter().all(|line| line["reasons"][0]["code"] == "in_doubt"));
        let says_when = |line: &serde_json::Value| line.get("began").is_some() == (line["outcome"] == "ambiguous");
        assert!(report_lines(&report).iter().all(says_when));
        let tally = &finished.journal.tallies[0];
        assert_eq!((tally.of(Fate::Ambiguous), tally.unfinished()), (1, 0));
        let done = Done::read(&report, &["main"], &mut std::io::sink()).unwrap();
        let lead = leadsink::LeadId::new("1").unwrap();
        assert_eq!(done.standing(2, &lead, "main"), Standing::Ambiguous);
    }
}

#[tokio::test(start_paused = true)]
async fn a_lead_that_arrived_is_sent_again_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let sink = Arc::new(Slow::default());
    let finished = run(&[("main", Arc::clone(&sink))], 8, &folder.path().join("r"))
        .drive(sending_duplicates(TWICE), quiet())
        .await;
    assert_eq!(finished.journal.tallies[0].of(Fate::Accepted), 6);
    assert_eq!(
        sink.order
            .lock()
            .unwrap()
            .iter()
            .filter(|text| text.starts_with('1'))
            .count(),
        3
    );
}

#[tokio::test(start_paused = true)]
async fn a_second_stop_leaves_what_is_under_way_in_doubt_with_its_token() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r");
    let sink = Arc::new(Slow {
        hangs: true,
        ..Slow::default()
    });
    let (stop, stopped) = mpsc::channel(2);
    let begun = Arc::clone(&sink);
    let stopping = async {
        begun.begun.notified().await;
        let open = inflight::read(&report).unwrap().unwrap();
        stop_at_once(&stop).await;
        open
    };
    let (mut finished, open) = tokio::join!(run(&[("main", sink)], 4, &report).drive(feed(10), stopped), stopping);
    finished.journal.close();
    assert_eq!(finished.journal.tallies[0].of(Fate::Ambiguous), 1);
    assert_eq!(lines(&report), [("main".to_owned(), 1, "ambiguous".to_owned())]);
    let line = &report_lines(&report)[0];
    assert!(line["began"].as_str() <= line["at"].as_str() && line["began"].is_string());
    let begun = open.values().next().unwrap();
    assert_eq!(line["callback_token"].as_str(), begun.callback_token.as_deref());
    // Everything has its line, so there is nothing to keep.
    assert!(!inflight::path_of(&report).exists());
}

#[tokio::test(start_paused = true)]
async fn what_a_run_that_died_had_begun_is_in_doubt_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r");
    let sink = Arc::new(Slow {
        unfit: Some("2"),
        ..Slow::default()
    });
    let first = Arc::clone(&sink);
    let drive = run(&[("main", sink)], 4, &report).drive(feed(10), quiet());
    // The run is dropped in the middle, as a process that is killed.
    tokio::select! {
        _ = drive => unreachable!("it is killed before"),
        () = async { while first.order.lock().unwrap().len() < 5 { first.begun.notified().await } } => {}
    }
    let sent: Vec<_> = first.order.lock().unwrap().clone();
    let done = Done::read(&report, &["main"], &mut std::io::sink()).unwrap();
    for row in 1..=10 {
        let lead = leadsink::LeadId::new(row.to_string()).unwrap();
        let was_sent = sent.iter().any(|text| text.starts_with(&format!("{row} ")));
        let is_left_out = done.standing(row, &lead, "main") != Standing::Open;
        assert_eq!(is_left_out, was_sent || row == 2, "{row}: the second does not fit");
    }
    assert!((1..=4).contains(&done.died()), "{}", done.died());
}

#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn what_is_not_in_the_report_stays_in_the_file_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r");
    let mut run = run(&[("main", Arc::default())], 8, &folder.path().join("unused"));
    let full = Report::create(Path::new("/dev/full"), None).unwrap();
    let inflight = Inflight::create(&report).unwrap();
    run.journal = Journal::new(full, Some(inflight), None, vec![crate::send::tally::Tally::default()]);
    let mut finished = run.drive(feed(10), quiet()).await;
    finished.journal.close();
    let open = inflight::read(&report).unwrap().unwrap();
    assert_eq!(open.len(), finished.journal.lost.len());
    assert_eq!(open.keys().next().unwrap().0, finished.journal.lost[0].row);
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_dies_is_no_end_of_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let mut whole = feed(5).remove(0);
    let (to, from) = mpsc::channel(10);
    while let Some(fed) = whole.ready() {
        if matches!(fed, Fed::End { .. }) {
            break;
        }
        to.try_send(fed).unwrap();
    }
    drop(to);
    let run = run(&[("main", Arc::default())], 8, &folder.path().join("r"));
    let finished = run.drive(vec![Feed::There(from)], quiet()).await;
    assert_eq!(finished.journal.tallies[0].of(Fate::Accepted), 5);
    assert!(finished.read_error.is_some() && finished.summary.is_none());
}
