//! Sinks go through the file each by itself, and a run that waits for a vendor can be stopped.

use leadsink::HttpVendor;
use leadsink::layers::Stack;

use super::*;

#[tokio::test(start_paused = true)]
async fn a_slow_sink_does_not_slow_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r");
    let slow = Arc::new(Slow {
        more: Duration::from_secs(60),
        ..Slow::default()
    });
    let sinks = [("slow", slow), ("fast", Arc::<Slow>::default())];
    let begin = tokio::time::Instant::now();
    let finished = run(&sinks, 4, &report).drive(feed(1000), quiet()).await;
    let time = |sink: &Slow| sink.last.lock().unwrap().unwrap().duration_since(begin);
    assert!(time(&sinks[1].1) < Duration::from_secs(3), "{:?}", time(&sinks[1].1));
    assert!(time(&sinks[0].1) > Duration::from_secs(14_000));
    assert_eq!(finished.journal.tallies[0].of(Fate::Accepted), 1000);
    assert_eq!(lines(&report).len(), 2000);
}

#[tokio::test(start_paused = true)]
async fn a_sink_that_never_answers_does_not_hold_the_other_up() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r");
    let dead = Arc::new(Slow {
        hangs: true,
        ..Slow::default()
    });
    let good = Arc::new(Slow::default());
    let sinks = [("dead", dead), ("good", Arc::clone(&good))];
    let (stop, stopped) = mpsc::channel(2);
    let stopping = async {
        while good.order.lock().unwrap().len() < 500 {
            good.begun.notified().await;
        }
        tokio::time::sleep(Duration::from_secs(1)).await;
        stop.send(()).await.unwrap();
        stop.send(()).await.unwrap();
    };
    let (finished, ()) = tokio::join!(run(&sinks, 4, &report).drive(feed(500), stopped), stopping);
    let tallies = &finished.journal.tallies;
    assert_eq!(tallies[1].of(Fate::Accepted), 500);
    assert_eq!((tallies[0].of(Fate::Ambiguous), tallies[0].rows()), (1, 1));
}

/// A vendor that asks for an hour, again and again.
#[derive(Debug)]
struct Overrun;

#[async_trait::async_trait]
impl Transport for Overrun {
    async fn send(&self, _: HttpRequest) -> Result<HttpResponse, TransportError> {
        let mut answer = HttpResponse::new(429.try_into().unwrap(), "");
        answer.headers.insert("retry-after", "3600".parse().unwrap());
        Ok(answer)
    }
}

#[derive(Debug)]
struct Asks;

impl HttpVendor for Asks {
    fn facts(&self) -> &Descriptor {
        FACTS
    }

    fn map(&self, _: &Lead, _: &PrepareContext) -> Result<Prepared, Unfit> {
        let url = "https://slow.invalid/".parse().unwrap();
        Ok(Prepared::new(Draft::post_json(url, ""), Repeat::NeverBlindly))
    }

    fn authorize(&self, _: &mut HttpRequest) -> leadsink::Result<()> {
        Ok(())
    }

    fn interpret(
        &self,
        response: &HttpResponse,
        prepared: &Prepared,
        _: leadsink::Attempt,
    ) -> leadsink::Result<Outcome> {
        Err(Error::from_status(response, prepared.repeat))
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_that_waits_for_a_vendor_ends_when_it_is_stopped_and_leaves_nothing_in_doubt() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r");
    let mut run = run(&[("main", Arc::default())], 4, &report);
    let stack = Stack::new().with_halt(run.halt.clone());
    let sender = Sender::stacked(Arc::new(Asks), Arc::new(Overrun), &stack).with_name("main");
    run.lanes = vec![Lane::new("main".into(), "slow", sender)];
    let (stop, stopped) = mpsc::channel(1);
    let begin = tokio::time::Instant::now();
    let stopping = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        stop.send(()).await.unwrap();
    };
    let (finished, ()) = tokio::join!(run.drive(feed(10), stopped), stopping);
    assert!(begin.elapsed() < Duration::from_secs(2));
    let tally = &finished.journal.tallies[0];
    assert!(finished.interrupted);
    assert_eq!((tally.of(Fate::Failed), tally.rows()), (1, 1));
}
