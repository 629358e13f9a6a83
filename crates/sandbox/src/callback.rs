//! The call back: one HTTP request to this machine, some time after a lead was taken.
//! Any other host is left alone, whatever the lead says: a fake must not speak to the world.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time;
use url::{Host, Url};

use crate::handle::Shared;

/// How long the receiver of a call back may take over its answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(10);
/// How much of the answer is read; the sandbox looks at its first line alone.
const ANSWER_LIMIT: u64 = 64 * 1024;

/// Says how a call back is made, since some vendors' documents do not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum CallbackStyle {
    /// POSTs JSON.
    #[default]
    PostJson,
    /// POSTs the fields URL-encoded; a field that is no string is written as JSON.
    PostForm,
    /// GETs the URL with the fields appended to its query.
    GetQuery,
}

/// Tells what became of one call back.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum CallbackOutcome {
    /// It was answered with this status.
    Answered(u16),
    /// It was not made: the URL does not lead to this machine over plain HTTP.
    Skipped,
    /// Nobody listened, or the answer was no HTTP or took longer than 10 seconds.
    Failed,
}

impl Serialize for CallbackOutcome {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Answered(status) => serializer.serialize_u16(*status),
            Self::Skipped => serializer.serialize_str("skipped"),
            Self::Failed => serializer.serialize_str("failed"),
        }
    }
}

/// Holds one call back, made or skipped. `Debug` hides the URL: the token in it is as good as a password.
#[derive(Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct CallbackRecord {
    /// When it was over.
    pub at: Timestamp,
    /// The vendor that made it.
    pub vendor: &'static str,
    /// The URL, as the lead gave it.
    pub url: String,
    /// The fields it carried.
    pub fields: Map<String, Value>,
    /// What became of it.
    pub outcome: CallbackOutcome,
}

impl fmt::Debug for CallbackRecord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackRecord")
            .field("vendor", &self.vendor)
            .field("outcome", &self.outcome)
            .finish_non_exhaustive()
    }
}

/// A call back that a fake wants made.
pub(crate) struct Callback {
    pub(crate) vendor: &'static str,
    pub(crate) url: String,
    pub(crate) fields: Map<String, Value>,
}

/// Makes the call back after the delay, and files what became of it.
pub(crate) async fn make(callback: Callback, shared: Arc<Shared>) {
    let outcome = match local_address(&callback.url) {
        None => CallbackOutcome::Skipped,
        Some((url, ip, port)) => {
            time::sleep(shared.settings.callback_delay).await;
            let request = encode(url, &callback.fields, shared.settings.callback_style);
            match time::timeout(ANSWER_TIMEOUT, exchange((ip, port), &request)).await {
                Ok(Some(status)) => CallbackOutcome::Answered(status),
                Ok(None) | Err(_) => CallbackOutcome::Failed,
            }
        }
    };
    let Callback { vendor, url, fields } = callback;
    shared.file_callback(CallbackRecord {
        at: Timestamp::now(),
        vendor,
        url,
        fields,
        outcome,
    });
}

/// Returns where to connect, if that is this machine. `localhost` is not looked up: a name can be made to lie.
fn local_address(url: &str) -> Option<(Url, IpAddr, u16)> {
    let url = Url::parse(url).ok().filter(|url| url.scheme() == "http")?;
    let ip = match url.host()? {
        Host::Ipv4(ip) => IpAddr::V4(ip),
        Host::Ipv6(ip) => IpAddr::V6(ip),
        Host::Domain(name) => (name == "localhost").then_some(Ipv4Addr::LOCALHOST.into())?,
    };
    let port = url.port_or_known_default()?;
    ip.is_loopback().then_some((url, ip, port))
}

fn encode(mut url: Url, fields: &Map<String, Value>, style: CallbackStyle) -> String {
    let pairs = || {
        fields.iter().map(|(name, value)| match value {
            Value::String(text) => (name.clone(), text.clone()),
            other => (name.clone(), other.to_string()),
        })
    };
    let (method, content_type, body) = match style {
        CallbackStyle::PostJson => ("POST", "application/json", Value::Object(fields.clone()).to_string()),
        CallbackStyle::PostForm => {
            let body = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(pairs())
                .finish();
            ("POST", "application/x-www-form-urlencoded", body)
        }
        CallbackStyle::GetQuery => {
            url.query_pairs_mut().extend_pairs(pairs());
            ("GET", "", String::new())
        }
    };
    let host = url.host_str().unwrap_or_default();
    let port = url.port_or_known_default().unwrap_or_default();
    let path = &url[url::Position::BeforePath..url::Position::AfterQuery];
    let mut request = format!("{method} {path} HTTP/1.1\r\nhost: {host}:{port}\r\nconnection: close\r\n");
    if method == "POST" {
        let length = body.len();
        request.push_str(&format!("content-type: {content_type}\r\ncontent-length: {length}\r\n"));
    }
    request.push_str("\r\n");
    request.push_str(&body);
    request
}

/// Sends the request and returns the status of the answer, which is read to its end.
async fn exchange(address: (IpAddr, u16), request: &str) -> Option<u16> {
    let mut stream = TcpStream::connect(address).await.ok()?;
    stream.write_all(request.as_bytes()).await.ok()?;
    let mut answer = Vec::new();
    stream.take(ANSWER_LIMIT).read_to_end(&mut answer).await.ok()?;
    let line = answer.split(|byte| *byte == b'\n').next()?;
    let line = std::str::from_utf8(line).ok()?;
    line.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_is_called() {
        for url in [
            "http://127.0.0.1:9/x",
            "http://localhost:9/x",
            "http://[::1]:9/",
            "http://127.1/",
        ] {
            assert!(local_address(url).is_some(), "{url}");
        }
        for url in [
            "https://127.0.0.1:9/x",
            "http://example.com/",
            "http://localhost.example.com/",
            "http://10.0.0.1/",
            "http://0.0.0.0/",
            "http://[::ffff:10.0.0.1]/",
            "ftp://127.0.0.1/",
            "nonsense",
        ] {
            assert!(local_address(url).is_none(), "{url}");
        }
    }

    #[test]
    fn each_style_carries_the_fields() {
        let url = Url::parse("http://127.0.0.1:9/c?t=1#f").unwrap();
        let mut fields = Map::new();
        fields.insert("ok".to_owned(), Value::Bool(true));
        fields.insert("text".to_owned(), Value::from("a b"));
        let [json, form, get] = [
            CallbackStyle::PostJson,
            CallbackStyle::PostForm,
            CallbackStyle::GetQuery,
        ]
        .map(|style| encode(url.clone(), &fields, style));
        assert!(json.starts_with("POST /c?t=1 HTTP/1.1\r\nhost: 127.0.0.1:9\r\n"));
        assert!(json.ends_with("content-length: 24\r\n\r\n{\"ok\":true,\"text\":\"a b\"}"));
        assert!(form.ends_with("\r\n\r\nok=true&text=a+b"));
        assert!(get.starts_with("GET /c?t=1&ok=true&text=a+b HTTP/1.1\r\n"));
    }
}
