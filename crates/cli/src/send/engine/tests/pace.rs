//! How many deliveries are under way before it is known that the account works.

use super::*;

fn answers(kind: ErrorKind, disposition: Disposition, status: Option<u16>, leads: &[&'static str]) -> Slow {
    let mut error = Error::new(kind, disposition, "it did not go well");
    if let Some(status) = status {
        let answer = HttpResponse::new(status.try_into().unwrap(), "");
        error = error.with_response(&answer);
    }
    Slow {
        answers: leads.iter().map(|lead| (*lead, error.clone())).collect(),
        ..Slow::default()
    }
}

async fn order(sink: Slow) -> Vec<String> {
    let folder = tempfile::tempdir().unwrap();
    let sink = Arc::new(sink);
    run(&[("main", Arc::clone(&sink))], 4, &folder.path().join("r"))
        .drive(feed(8), quiet())
        .await;
    let order = sink.order.lock().unwrap();
    order.clone()
}

#[tokio::test(start_paused = true)]
async fn a_time_out_proves_nothing() {
    let sink = answers(ErrorKind::Timeout, Disposition::Ambiguous, None, &["1", "2"]);
    let order = order(sink).await;
    assert_eq!(order[..5], ["1 of 1", "2 of 1", "3 of 1", "4 of 1", "5 of 2"]);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_fails_proves_nothing_and_one_that_takes_no_more_does() {
    let order_of = |status| {
        let kind = if status == 429 {
            ErrorKind::RateLimited
        } else {
            ErrorKind::Server
        };
        order(answers(kind, Disposition::Transient, Some(status), &["1"]))
    };
    assert_eq!(order_of(500).await[..4], ["1 of 1", "2 of 1", "3 of 1", "4 of 2"]);
    assert_eq!(order_of(429).await[..3], ["1 of 1", "2 of 1", "3 of 2"]);
}

#[tokio::test(start_paused = true)]
async fn a_vendor_that_is_not_reached_is_not_waited_for_in_single_file() {
    let all = ["1", "2", "3", "4", "5", "6", "7", "8"];
    let sink = answers(ErrorKind::Connect, Disposition::Transient, None, &all);
    let begin = tokio::time::Instant::now();
    let order = order(sink).await;
    assert_eq!(order[..5], ["1 of 1", "2 of 1", "3 of 1", "4 of 1", "5 of 2"]);
    assert_eq!(order.len(), 8);
    assert!(begin.elapsed() < Duration::from_millis(60));
}

#[tokio::test(start_paused = true)]
async fn wrong_credentials_behind_a_time_out_still_cost_one_lead() {
    let mut sink = answers(ErrorKind::Timeout, Disposition::Ambiguous, None, &["1"]);
    sink.answers.insert("2", unauthorized());
    assert_eq!(order(sink).await, ["1 of 1", "2 of 1"]);
}
