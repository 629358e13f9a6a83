//! What layers around a sink of the dispatcher know about a delivery.

use std::sync::Arc;

use leadsink_core::Repeat;
use leadsink_layers::Metrics;
use leadsink_outbox::LaneSetup;

use super::lab::{Lab, leads};
use super::vendor::{Acme, Say, Vendor};

#[tokio::test(start_paused = true)]
async fn attempts_are_counted_under_the_name_of_the_lane() {
    let lab = Lab::new();
    lab.file(leads(3), &["main"]).await;
    let metrics = Metrics::new();
    let sink = metrics.wrap(Arc::new(Acme::new(Repeat::Safe)));
    lab.drain([LaneSetup::new("main", sink, Arc::new(Vendor::new(|_| Say::Accepted)))])
        .await;
    let page = metrics.render();
    let counted = |line: &str| line.starts_with("leadsink_attempts_total{") && line.ends_with(r#"sink="main"} 3"#);
    assert!(page.lines().any(counted), "{page}");
}
