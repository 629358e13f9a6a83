//! What a lead is prepared with: the time of the run, and the mark of a test where it is one.

use super::*;

/// Remembers the time of acceptance that each lead was prepared with, and whether it was marked.
#[derive(Debug, Default)]
struct Marked(Mutex<Vec<(String, leadsink::Timestamp, bool)>>);

const MARKED: &Descriptor = &Descriptor::new("marked", "Marked", "").with_test_mark("is_test");

#[async_trait::async_trait]
impl LeadSink for Marked {
    fn descriptor(&self) -> &Descriptor {
        MARKED
    }

    fn prepare(&self, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit> {
        let is_test = lead
            .extensions
            .get("marked")
            .is_some_and(|options| options["is_test"] == true);
        let seen = (lead.id.to_string(), cx.accepted_at, is_test);
        self.0.lock().unwrap().push(seen);
        let url = "https://marked.invalid/".parse().unwrap();
        Ok(Prepared::new(Draft::post_json(url, "{}"), Repeat::NeverBlindly))
    }

    async fn deliver(&self, _: &Prepared, _: &DeliverContext) -> leadsink::Result<Outcome> {
        Ok(Outcome::Accepted(Receipt::new()))
    }
}

#[tokio::test(start_paused = true)]
async fn every_lead_has_the_time_of_its_run_and_in_a_test_the_mark() {
    for test in [false, true] {
        let folder = tempfile::tempdir().unwrap();
        let sink = Arc::new(Marked::default());
        let sender = Sender::new(Arc::clone(&sink) as leadsink::SharedSink, Arc::new(NoWay)).with_name("main");
        let mut run = run(&[("main", Arc::default())], 2, &folder.path().join("r"));
        run.lanes = vec![Lane::new("main".into(), "marked", sender)];
        run.accepted_at = leadsink::Timestamp::from_second(7).unwrap();
        run.test = test;
        let at = run.accepted_at;
        let finished = run.drive(feed(2), quiet()).await;
        assert_eq!(finished.test, test);
        let seen = sink.0.lock().unwrap();
        assert_eq!(*seen, [("1".to_owned(), at, test), ("2".to_owned(), at, test)]);
    }
}
