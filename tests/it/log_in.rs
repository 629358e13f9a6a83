//! A token that has ended is renewed by one log-in, however many deliveries wait for it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::{StreamExt as _, stream};
use leadsink::Outcome;
use leadsink_sandbox::Sandbox;

use crate::library::lead;
use crate::sinks::opensolar;

const DELIVERIES: usize = 200;

#[tokio::test]
async fn two_hundred_deliveries_with_an_expired_token_make_one_log_in() {
    // Slow enough that every delivery is refused before the new token is there.
    let sandbox = Sandbox::builder()
        .delay(Duration::from_millis(50))
        .start()
        .await
        .unwrap();
    let sender = leadsink::connect(Arc::new(opensolar(&sandbox))).unwrap();
    let mut next = 0;
    for log_ins in [1, 2] {
        let leads = stream::iter((next..next + DELIVERIES).map(lead));
        let all: Vec<_> = sender.send_all(leads, DELIVERIES).collect().await;
        for submission in &all {
            assert!(matches!(submission.result, Ok(Outcome::Accepted(_))), "{submission:?}");
        }
        next += DELIVERIES;
        let counts = sandbox.counts();
        assert_eq!((counts.logins, counts.accepted), (log_ins, next as u64));
        sandbox.expire_tokens("opensolar").unwrap();
    }
    let refused = sandbox.received().iter().filter(|got| got.status == 401).count();
    assert_eq!(refused, DELIVERIES, "the old token was not in use everywhere");
}
