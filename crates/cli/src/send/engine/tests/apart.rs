//! Sinks go through the file each by itself.

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
        stop_at_once(&stop).await;
    };
    let (finished, ()) = tokio::join!(run(&sinks, 4, &report).drive(feed(500), stopped), stopping);
    let tallies = &finished.journal.tallies;
    assert_eq!(tallies[1].of(Fate::Accepted), 500);
    assert_eq!((tallies[0].of(Fate::Ambiguous), tallies[0].rows()), (1, 1));
}

#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn a_sink_that_waits_for_a_pipe_ends_when_another_finds_the_disk_full() {
    let (idle, waits) = mpsc::channel(1);
    let (busy, one) = mpsc::channel(8);
    let mut rows = feed(1).remove(0);
    while let Some(fed @ (Fed::Columns(_) | Fed::Row(..))) = rows.ready() {
        busy.try_send(fed).unwrap();
    }
    let sinks = [("idle", Arc::default()), ("busy", Arc::default())];
    let run = run(&sinks, 4, Path::new("/dev/full")).drive(vec![Feed::There(waits), Feed::There(one)], quiet());
    let finished = tokio::time::timeout(Duration::from_secs(60), run).await.unwrap();
    assert!(finished.journal.is_broken() && !finished.interrupted);
    // Up to here both pipes are open.
    drop((idle, busy));
}
