//! Start and stop, in the caller's runtime and in a thread.

use std::time::Duration;

use leadsink_sandbox::{Background, Sandbox, SandboxError, TEST_FLOW, TEST_SOURCE, TEST_VERBOSE_SOURCE, vendor_ids};
use tokio::net::TcpStream;

use crate::client::{Client, lead, ntherm, post_lead};

#[tokio::test]
async fn config_is_ready_to_use() {
    let sandbox = Sandbox::builder().credentials("u\"", "p").start().await.unwrap();
    let port = sandbox.port();
    assert_eq!(
        sandbox.config_toml("ntherm").unwrap(),
        format!(
            r#"[sinks.ntherm]
vendor = "ntherm"

[sinks.ntherm.config]
base_url = "http://127.0.0.1:{port}/ntherm/v1"
username = "u\""
password = "p"
campaign = "SANDBOX_RESIDENTIAL"
"#
        )
    );
}

#[tokio::test]
async fn config_of_every_vendor_leads_to_the_sandbox() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let url = sandbox.url();
    let submit = |vendor: &str, source: &str| format!("{url}/{vendor}/flows/{TEST_FLOW}/sources/{source}/submit");
    for (vendor, wanted) in [
        (
            "opensolar",
            format!("[sinks.opensolar.config]\nbase_url = \"{url}/opensolar\"\nusername = \"sandbox\"\n"),
        ),
        (
            "leadconduit",
            format!(
                "[sinks.leadconduit.config]\nurl = \"{}\"\n",
                submit("leadconduit", TEST_SOURCE)
            ),
        ),
        (
            "solarnexus",
            format!(
                "[sinks.solarnexus.config.leadconduit]\nurl = \"{}\"\n",
                submit("solarnexus", TEST_VERBOSE_SOURCE)
            ),
        ),
    ] {
        let config = sandbox.config_toml(vendor).unwrap();
        assert!(config.contains(&wanted), "{config}");
        assert!(sandbox.leadsink_toml().contains(&config));
    }
}

#[tokio::test]
async fn unknown_vendor_lists_those_there_are() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let error = sandbox.base_url("nobody").unwrap_err();
    let ids = vendor_ids().join(", ");
    assert_eq!(
        error.to_string(),
        format!("no vendor `nobody` in the sandbox; available: {ids}")
    );
}

#[tokio::test]
async fn connection_is_kept_between_requests() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let mut client = Client::connect(&sandbox).await;
    for _ in 0..3 {
        client.send(&ntherm("postLead", &[], &lead())).await.unwrap();
    }
    assert_eq!((sandbox.counts().connections, sandbox.counts().requests), (1, 3));
}

#[tokio::test]
async fn port_in_use_is_said() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    let error = Sandbox::builder().port(sandbox.port()).start().await.unwrap_err();
    assert!(matches!(error, SandboxError::Listen { port, .. } if port == sandbox.port()));
}

#[tokio::test]
async fn handle_outlives_the_sandbox() {
    let sandbox = Sandbox::builder().start().await.unwrap();
    post_lead(&sandbox, &lead()).await;
    let handle = sandbox.handle();
    sandbox.stop().await;
    assert_eq!(handle.received().len(), 1);
    assert!(TcpStream::connect(("127.0.0.1", handle.port())).await.is_err());
}

#[test]
fn background_serves_callers_without_a_runtime() {
    let sandbox = Background::start(Sandbox::builder()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    assert_eq!(runtime.block_on(post_lead(&sandbox, &lead())).status, 200);
    let limit = Duration::from_secs(10);
    let counts = sandbox.wait_until(limit, |counts| counts.accepted == 1).unwrap();
    assert_eq!(counts.requests, 1);
    assert_eq!(sandbox.wait_until(Duration::ZERO, |counts| counts.accepted == 2), None);

    let handle = sandbox.handle();
    drop(sandbox);
    assert!(std::net::TcpStream::connect(("127.0.0.1", handle.port())).is_err());
}

#[test]
fn background_reports_why_it_did_not_start() {
    let first = Background::start(Sandbox::builder()).unwrap();
    let error = Background::start(Sandbox::builder().port(first.port())).unwrap_err();
    assert!(matches!(error, SandboxError::Listen { .. }));
    let folder = tempfile::tempdir().unwrap();
    let error = Background::start(Sandbox::builder().log(folder.path())).unwrap_err();
    assert!(error.to_string().starts_with("cannot open the log `"));
}
