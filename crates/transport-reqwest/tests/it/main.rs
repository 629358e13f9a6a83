//! The transport against a server that misbehaves on purpose.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod server;

use std::time::{Duration, Instant};

use leadsink_core::{Draft, HttpRequest, HttpResponse, Sent, Transport as _, TransportError, TransportErrorKind};
use leadsink_transport_reqwest::ReqwestTransport;
use server::{Server, Step};

fn request(port: u16, timeout: Duration) -> HttpRequest {
    let url = format!("http://127.0.0.1:{port}/secret-path?key=secret-key")
        .parse()
        .unwrap();
    Draft::post_json(url, r#"{"name":"Jane"}"#).to_request(timeout, None)
}

async fn exchange(steps: &'static [Step]) -> (Server, Result<HttpResponse, TransportError>) {
    let server = Server::start(steps).await;
    let answer = ReqwestTransport::new()
        .unwrap()
        .send(request(server.port, Duration::from_secs(20)))
        .await;
    (server, answer)
}

#[tokio::test]
async fn an_answer_comes_back_whole() {
    let (server, answer) = exchange(&[
        Step::Read,
        Step::Write("HTTP/1.1 422 Unprocessable Entity\r\nx-a: b\r\ncontent-length: 2\r\n\r\n{}"),
    ])
    .await;
    let answer = answer.unwrap();
    assert_eq!(
        (answer.status.as_u16(), &*answer.body, &answer.headers["x-a"]),
        (422, &b"{}"[..], &"b".parse().unwrap())
    );
    assert!(server.received().ends_with(r#"{"name":"Jane"}"#));
}

#[tokio::test]
async fn a_redirect_is_an_answer_and_is_not_followed() {
    let (server, answer) = exchange(&[
        Step::Read,
        Step::Write("HTTP/1.1 302 Found\r\nlocation: /elsewhere\r\ncontent-length: 0\r\n\r\n"),
    ])
    .await;
    assert_eq!(answer.unwrap().status.as_u16(), 302);
    assert_eq!(server.received().matches("POST /").count(), 1);
}

#[tokio::test]
async fn a_refused_connection_means_that_nothing_was_sent() {
    // Bound and not listening: nobody else can get the port meanwhile.
    let socket = tokio::net::TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let port = socket.local_addr().unwrap().port();
    let error = ReqwestTransport::new()
        .unwrap()
        .send(request(port, Duration::from_secs(20)))
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.sent), (TransportErrorKind::Connect, Sent::Nothing));
    assert!(
        error.to_string().starts_with("the vendor cannot be reached: "),
        "{error}"
    );
}

#[tokio::test]
async fn silence_after_the_request_is_a_timeout_in_doubt() {
    let server = Server::start(&[Step::Read, Step::Hold]).await;
    let error = ReqwestTransport::new()
        .unwrap()
        .send(request(server.port, Duration::from_millis(150)))
        .await
        .unwrap_err();
    assert_eq!((error.kind, error.sent), (TransportErrorKind::Timeout, Sent::Maybe));
}

#[tokio::test]
async fn a_connection_that_breaks_is_in_doubt_and_its_error_names_no_address() {
    for steps in [
        &[Step::Read][..],
        &[Step::Read, Step::Reset],
        &[
            Step::Read,
            Step::Write("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n{\"success_bit\": tr"),
        ],
    ] {
        let server = Server::start(steps).await;
        let error = ReqwestTransport::new()
            .unwrap()
            .send(request(server.port, Duration::from_secs(20)))
            .await
            .unwrap_err();
        assert_eq!(
            (error.kind, error.sent),
            (TransportErrorKind::Interrupted, Sent::Maybe),
            "{error}"
        );
        let text = format!("{error} {error:?}");
        assert!(!text.contains("secret") && !text.contains("Jane"), "{text}");
    }
}

#[tokio::test]
async fn an_endless_answer_is_cut_off_and_in_doubt() {
    let (_server, answer) = exchange(&[
        Step::Read,
        Step::Write("HTTP/1.1 200 OK\r\n\r\n"),
        Step::Flood(3 * 1024 * 1024),
    ])
    .await;
    let error = answer.unwrap_err();
    assert_eq!((error.kind, error.sent), (TransportErrorKind::TooLarge, Sent::Maybe));
}

#[tokio::test]
async fn one_connection_serves_one_request_after_another() {
    const OK: Step = Step::Write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    let server = Server::start(&[Step::Read, OK, Step::Read, OK, Step::Read, OK]).await;
    let transport = ReqwestTransport::new().unwrap();
    for _ in 0..3 {
        transport
            .send(request(server.port, Duration::from_secs(20)))
            .await
            .unwrap();
        tokio::task::yield_now().await;
    }
    assert_eq!(server.connections(), 1);
}

#[tokio::test]
async fn the_deadline_of_the_delivery_shortens_the_timeout() {
    let server = Server::start(&[Step::Read, Step::Hold]).await;
    let mut late = request(server.port, Duration::from_secs(600));
    late.deadline = Some(Instant::now() + Duration::from_millis(150));
    let error = ReqwestTransport::new().unwrap().send(late).await.unwrap_err();
    assert_eq!(error.kind, TransportErrorKind::Timeout);
}

/// Runs this test binary again with a proxy in its environment, since the environment is shared by all tests.
#[test]
fn the_machines_proxy_never_gets_what_is_meant_for_this_machine() {
    let proxy = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", proxy.local_addr().unwrap());
    proxy.set_nonblocking(true).unwrap();
    for names in [
        &["HTTP_PROXY", "http_proxy"][..],
        &["HTTPS_PROXY", "ALL_PROXY", "all_proxy"],
    ] {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "an_answer_comes_back_whole"]);
        child.envs(names.iter().map(|name| (name, &address)));
        let output = child.output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
        assert!(proxy.accept().is_err(), "nobody may have come to the proxy");
    }
}
