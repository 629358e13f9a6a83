//! Rows that a column of the file sends to some of the sinks.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_row_goes_only_to_the_sinks_of_its_column() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r");
    let sinks = [("a", Arc::<Slow>::default()), ("b", Arc::default())];
    let text = "id,first name,email,leadsink_sink\n1,Ada,,a\n2,Bob,,\"a,b\"\n3,Cy,,\n4,Dee,x@,b\n5,Ed,,elsewhere\n";
    let finished = run(&sinks, 4, &report).drive(feed_of(text), quiet()).await;
    let sent = sinks.map(|(_, sink)| {
        let order = sink.order.lock().unwrap();
        order.iter().map(|text| text[..1].to_owned()).collect::<Vec<_>>()
    });
    assert_eq!(sent, [vec!["1", "2", "3"], vec!["2", "3"]]);
    let journal = &finished.journal;
    let skipped = [0, 1].map(|sink| journal.tallies[sink].skipped_elsewhere);
    assert_eq!((skipped, journal.astray), ([2, 2], 1));
    assert_eq!(journal.tallies[1].of(Fate::BadRow), 1);
    assert_eq!(lines(&report).len(), 6);
}

#[tokio::test(start_paused = true)]
async fn a_file_that_was_mended_is_sent_where_it_was_refused_and_nowhere_twice() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let unfit = |lead| Slow {
        unfit: lead,
        ..Slow::default()
    };
    let header = ["id", "first name", "email"];
    let rejects = Rejects::create(&path("mend.csv"), intake::Format::Csv, &header, true).unwrap();
    let sinks = [("a", Arc::new(unfit(Some("1")))), ("b", Arc::new(unfit(None)))];
    let mut first = run(&sinks, 4, &path("unused"));
    first.journal = journal(&path("r1"), Some(rejects), 2);
    let text = "id,first name,email\n1,Ada,\n2,Bob,\n3,Cy,c@\n";
    let mut finished = first.drive(feed_of(text), quiet()).await;
    assert_eq!(finished.journal.close().1.unwrap().1, 2);

    let mended = std::fs::read_to_string(path("mend.csv"))
        .unwrap()
        .replace("c@,", "c@example.com,");
    assert!(
        mended.contains("1,Ada,,required,") && mended.contains(",a\r\n"),
        "{mended}"
    );
    let again = [("a", Arc::new(unfit(None))), ("b", Arc::new(unfit(None)))];
    run(&again, 4, &path("r2")).drive(feed_of(&mended), quiet()).await;
    let mut delivered: Vec<_> = lines(&path("r1"));
    delivered.extend(lines(&path("r2")));
    delivered.retain(|(_, _, outcome)| outcome == "accepted");
    assert_eq!(delivered.len(), 6);
    let sent = again.map(|(_, sink)| sink.order.lock().unwrap().len());
    assert_eq!(sent, [2, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_row_that_two_sinks_refused_stands_once_and_goes_to_both() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let unfit = || {
        Arc::new(Slow {
            unfit: Some("1"),
            ..Slow::default()
        })
    };
    let rejects = Rejects::create(&path("mend.csv"), intake::Format::Csv, &["id", "first name"], true).unwrap();
    let mut first = run(&[("a", unfit()), ("b", unfit())], 4, &path("unused"));
    first.journal = journal(&path("r1"), Some(rejects), 2);
    first.drive(feed_of("id,first name\n1,Ada\n2,Bob\n"), quiet()).await;
    let mended = std::fs::read_to_string(path("mend.csv")).unwrap();
    assert_eq!(mended.lines().count(), 2, "{mended}");
    let again = [("a", Arc::<Slow>::default()), ("b", Arc::default())];
    run(&again, 4, &path("r2")).drive(feed_of(&mended), quiet()).await;
    assert_eq!(again.map(|(_, sink)| sink.order.lock().unwrap().len()), [1, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_lead_that_stands_twice_each_time_for_another_sink_goes_to_both() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r");
    let sinks = [("a", Arc::<Slow>::default()), ("b", Arc::default())];
    let text = "id,first name,leadsink_sink\n1,Ada,a\n1,Ada,b\n1,Ada,a\n";
    run(&sinks, 4, &report).drive(feed_of(text), quiet()).await;
    let word = |sink: &str, row, outcome: &str| (sink.to_owned(), row, outcome.to_owned());
    let wanted = [
        word("a", 1, "accepted"),
        word("a", 3, "duplicate_row"),
        word("b", 2, "accepted"),
    ];
    assert_eq!(lines(&report), wanted);
}

/// A row that one sink refused waits for the word of the other, and the process is killed meanwhile.
#[tokio::test(start_paused = true)]
async fn rows_to_mend_that_a_killed_run_had_not_written_are_written_by_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let rejects =
        |name| Rejects::create(&path(name), intake::Format::Csv, &["id", "first name", "email"], true).unwrap();
    let fast = Arc::new(Slow {
        unfit: Some("2"),
        ..Slow::default()
    });
    let stuck = Arc::new(Slow {
        hangs: true,
        ..Slow::default()
    });
    let mut first = run(&[("a", Arc::clone(&fast)), ("b", stuck)], 1, &path("unused"));
    first.journal = journal(&path("r1"), Some(rejects("m1.csv")), 2);
    let text = "id,first name,email\n1,Ada,\n2,Bob,\n3,Cy,c@\n4,Dee,\n5,Ed,\n6,Flo,\n";
    tokio::select! {
        _ = first.drive(feed_of(text), quiet()) => unreachable!("it is killed before"),
        () = async { while fast.order.lock().unwrap().len() < 3 { fast.begun.notified().await } } => {}
    }
    let mends = |name| std::fs::read_to_string(path(name)).unwrap();
    assert!(!mends("m1.csv").contains("Bob"), "it waits for the other sink");

    let mut next = run(&[("a", Arc::default()), ("b", Arc::default())], 1, &path("unused2"));
    next.done = Done::read(&path("r1"), &["a", "b"], &mut std::io::sink()).unwrap();
    next.journal = journal(&path("r2"), Some(rejects("m2.csv")), 2);
    let mut finished = next.drive(feed_of(text), quiet()).await;
    assert_eq!(finished.journal.close().1.unwrap().1, 2);
    let mended = mends("m2.csv");
    assert!(
        mended.contains("2,Bob,,required,\"Slow needs `city`, and the lead has none\",a\r\n"),
        "{mended}"
    );
    assert!(mended.contains("3,Cy,c@,email_no_domain,"), "{mended}");
}

#[cfg(target_os = "linux")]
#[tokio::test(start_paused = true)]
async fn rows_to_mend_that_could_not_be_written_are_written_by_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    let report = folder.path().join("r");
    let full = Rejects::create(Path::new("/dev/full"), intake::Format::Json, &[], false).unwrap();
    let mut first = run(&[("a", Arc::default())], 4, &folder.path().join("unused"));
    first.journal = journal(&report, Some(full), 1);
    let mut finished = first.drive(feed_of("id,email\n1,\n2,x@\n3,\n"), quiet()).await;
    finished.journal.close();
    let done = Done::read(&report, &["a"], &mut std::io::sink()).unwrap();
    assert!(finished.journal.is_broken() && done.is_from_a_dead_run());
    assert_eq!(done.died(), 0, "nothing is in doubt");
}

#[tokio::test(start_paused = true)]
async fn rows_to_mend_of_a_run_that_ended_are_not_written_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let unfit = || {
        Arc::new(Slow {
            unfit: Some("2"),
            ..Slow::default()
        })
    };
    let text = "id,first name,email\n1,Ada,\n2,Bob,\n3,Cy,c@\n";
    let mut finished = run(&[("a", unfit())], 1, &path("r1"))
        .drive(feed_of(text), quiet())
        .await;
    finished.journal.close();
    let mut next = run(&[("a", unfit())], 1, &path("unused"));
    next.done = Done::read(&path("r1"), &["a"], &mut std::io::sink()).unwrap();
    let rejects = Rejects::create(
        &path("mend.csv"),
        intake::Format::Csv,
        &["id", "first name", "email"],
        false,
    );
    next.journal = journal(&path("r2"), Some(rejects.unwrap()), 1);
    let mut finished = next.drive(feed_of(text), quiet()).await;
    assert_eq!(finished.journal.tallies[0].skipped, 3);
    assert!(finished.journal.close().1.is_none());
}

#[tokio::test(start_paused = true)]
async fn bad_rows_of_different_sinks_are_all_kept_to_mend() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name);
    let rejects = Rejects::create(&path("mend.csv"), intake::Format::Csv, &["id", "email"], true).unwrap();
    let mut first = run(&[("a", Arc::default()), ("b", Arc::default())], 4, &path("unused"));
    first.journal = journal(&path("r1"), Some(rejects), 2);
    let text = "id,email,leadsink_sink\n1,x@,b\n2,y@,a\n3,z@,\n4,w@,b\n";
    let mut finished = first.drive(feed_of(text), quiet()).await;
    assert_eq!(finished.journal.close().1.unwrap().1, 4);
    let text = std::fs::read_to_string(path("mend.csv")).unwrap();
    let ids: std::collections::BTreeSet<_> = text.lines().skip(1).filter_map(|line| line.chars().next()).collect();
    assert_eq!(ids.into_iter().collect::<String>(), "1234");
}
