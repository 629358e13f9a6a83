//! One log-in, however many wait for it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;

use futures_util::future::join_all;
use http::{StatusCode, header};
use leadsink_core::{
    DeliverContext, Disposition, HttpRequest, HttpResponse, Lead, LeadSink as _, Outcome, Sent, Transport,
    TransportError, TransportErrorKind, Vendor as _,
};
use leadsink_testkit::{block_on, fixtures};

use crate::{OpenSolar, OpenSolarConfig};

/// An OpenSolar that knows one token, which it gives to whoever logs in.
#[derive(Debug, Default)]
struct Vendor {
    log_ins: AtomicUsize,
    projects: AtomicUsize,
    /// What it says to a log-in in place of a token.
    log_in: Option<StatusCode>,
    /// Whether the first log-in runs into the end of its delivery.
    late: bool,
}

/// Lets everybody else go on first.
async fn others() {
    let mut waited = 0;
    std::future::poll_fn(|cx| {
        waited += 1;
        cx.waker().wake_by_ref();
        if waited > 3 { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

#[async_trait::async_trait]
impl Transport for Vendor {
    async fn send(&self, request: HttpRequest) -> Result<HttpResponse, TransportError> {
        others().await;
        if request.url.path() == "/api-token-auth/" {
            let log_in = self.log_ins.fetch_add(1, Ordering::Relaxed);
            if self.late && log_in == 0 {
                let kind = TransportErrorKind::Deadline;
                return Err(TransportError::new(kind, Sent::Nothing, "too late"));
            }
            return Ok(match self.log_in {
                Some(status) => HttpResponse::new(status, ""),
                None => HttpResponse::new(StatusCode::OK, r#"{"token":"s_new","org_id":1}"#),
            });
        }
        if request.headers[header::AUTHORIZATION] != "Bearer s_new" {
            return Ok(HttpResponse::new(
                StatusCode::UNAUTHORIZED,
                r#"{"detail":"Invalid token."}"#,
            ));
        }
        let id = self.projects.fetch_add(1, Ordering::Relaxed);
        Ok(HttpResponse::new(StatusCode::CREATED, format!(r#"{{"id":{id}}}"#)))
    }
}

/// 200 deliveries at once, by clones of one sink: how they ended, and how often somebody logged in.
fn deliver_200(config: OpenSolarConfig, vendor: Vendor) -> (Vec<leadsink_core::Result<Outcome>>, usize) {
    let sink = OpenSolar::from_config(config).unwrap();
    let vendor = Arc::new(vendor);
    let one = |n: usize| {
        let (sink, vendor) = (sink.clone(), vendor.clone());
        async move {
            let lead = Lead::builder().id(n.to_string()).street("1 Elm St").build().unwrap();
            let prepared = sink.prepare(&lead, &fixtures::context(&lead)).unwrap();
            sink.deliver(&prepared, &DeliverContext::new(vendor)).await
        }
    };
    let results = block_on(join_all((0..200).map(one)));
    (results, vendor.log_ins.load(Ordering::Relaxed))
}

fn log_in() -> OpenSolarConfig {
    OpenSolarConfig::log_in("arnie@illbeback.com", "gettothechopper")
}

fn expired() -> OpenSolarConfig {
    serde_json::from_str(r#"{"token":"s_old","org_id":1,"username":"arnie@illbeback.com","password":"p"}"#).unwrap()
}

#[test]
fn two_hundred_deliveries_with_an_expired_token_make_one_log_in() {
    for config in [expired(), log_in()] {
        let (results, log_ins) = deliver_200(config, Vendor::default());
        assert!(results.iter().all(|result| matches!(result, Ok(Outcome::Accepted(_)))));
        assert_eq!(log_ins, 1);
    }
}

#[test]
fn a_log_in_that_is_refused_is_not_asked_for_by_each_of_them() {
    for (status, disposition) in [
        (StatusCode::BAD_REQUEST, Disposition::Account),
        (StatusCode::TOO_MANY_REQUESTS, Disposition::Transient),
        (StatusCode::INTERNAL_SERVER_ERROR, Disposition::Transient),
    ] {
        let vendor = Vendor {
            log_in: Some(status),
            ..Vendor::default()
        };
        let (results, log_ins) = deliver_200(expired(), vendor);
        let is_so = |result: &leadsink_core::Result<Outcome>| matches!(result, Err(error) if error.disposition() == disposition);
        assert!(results.iter().all(is_so), "{status}");
        assert_eq!(log_ins, 1, "{status}");
    }
}

#[test]
fn the_end_of_one_deliverys_time_is_not_that_of_the_others() {
    let vendor = Vendor {
        late: true,
        ..Vendor::default()
    };
    let (results, log_ins) = deliver_200(expired(), vendor);
    assert_eq!(results.iter().filter(|result| result.is_err()).count(), 1);
    assert_eq!(log_ins, 2);
}
