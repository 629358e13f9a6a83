//! A client of raw HTTP, so that a test can send what no proper client would.

use std::io;

use leadsink_sandbox::Handle;
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// `sandbox:sandbox-password`, encoded by hand rather than by the code under test.
pub(crate) const AUTHORIZATION: &str = "Basic c2FuZGJveDpzYW5kYm94LXBhc3N3b3Jk";

/// An answer as it came.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap()
    }

    /// Returns the texts of a refusal.
    pub(crate) fn errors(&self) -> Vec<String> {
        let json = self.json();
        let errors = json["message"].as_array().unwrap();
        errors
            .iter()
            .map(|error| error["error"].as_str().unwrap().to_owned())
            .collect()
    }
}

/// A connection that is kept open between requests.
pub(crate) struct Client(TcpStream);

impl Client {
    pub(crate) async fn connect(sandbox: &Handle) -> Self {
        Self(TcpStream::connect(("127.0.0.1", sandbox.port())).await.unwrap())
    }

    pub(crate) async fn write(&mut self, request: &str) {
        self.0.write_all(request.as_bytes()).await.unwrap();
    }

    /// Reads one answer by its `Content-Length`.
    pub(crate) async fn read(&mut self) -> io::Result<Answer> {
        let mut head = Vec::new();
        while !head.ends_with(b"\r\n\r\n") {
            head.push(self.0.read_u8().await?);
        }
        let head = String::from_utf8(head).unwrap().to_lowercase();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        let length = head
            .split("content-length: ")
            .nth(1)
            .map_or(0, |rest| rest.split("\r\n").next().unwrap().parse().unwrap());
        let mut body = vec![0; length];
        self.0.read_exact(&mut body).await?;
        Ok(Answer {
            status,
            head,
            body: String::from_utf8(body).unwrap(),
        })
    }

    /// Reads until the other side closes.
    pub(crate) async fn read_to_close(&mut self) -> io::Result<String> {
        let mut rest = String::new();
        self.0.read_to_string(&mut rest).await?;
        Ok(rest)
    }

    pub(crate) async fn send(&mut self, request: &str) -> io::Result<Answer> {
        self.write(request).await;
        self.read().await
    }
}

/// Writes a request; the content length is added.
pub(crate) fn request(line: &str, headers: &[(&str, &str)], body: &str) -> String {
    let headers: String = headers
        .iter()
        .map(|(name, value)| format!("{name}: {value}\r\n"))
        .collect();
    let length = body.len();
    format!("{line} HTTP/1.1\r\nhost: 127.0.0.1\r\n{headers}content-length: {length}\r\n\r\n{body}")
}

/// Writes a request to the fake NTherm as its document has it, with further headers.
pub(crate) fn ntherm(endpoint: &str, headers: &[(&str, &str)], body: &Value) -> String {
    let mut all = vec![("authorization", AUTHORIZATION), ("content-type", "application/json")];
    all.extend(headers);
    request(&format!("POST /ntherm/v1/{endpoint}"), &all, &body.to_string())
}

/// Sends one request over a connection of its own.
pub(crate) async fn once(sandbox: &Handle, request: &str) -> io::Result<Answer> {
    Client::connect(sandbox).await.send(request).await
}

pub(crate) async fn post_lead(sandbox: &Handle, body: &Value) -> Answer {
    once(sandbox, &ntherm("postLead", &[], body)).await.unwrap()
}

pub(crate) async fn pre_ping(sandbox: &Handle, body: &Value) -> Answer {
    once(sandbox, &ntherm("prePing", &[], body)).await.unwrap()
}

/// Returns a lead with what the document marks "Required", and no more.
pub(crate) fn lead() -> Value {
    json!({
        "phone_number": "3035550123",
        "customer_name": "John Doe",
        "state": "CA",
        "city": "Los Angeles",
        "zip": "90001",
        "certificate_url": "https://example.com/certificate.pdf",
        "street": "123 Main St",
        "vendor_campaign_name": "OHIO_GENERAL_RESIDENTIAL",
        "email": "john.doe@example.com",
    })
}

/// Returns a lead with every field of the document.
pub(crate) fn full_lead() -> Value {
    with(
        lead(),
        json!({
            "dm_name": "Jane Doe",
            "utility": "Utility Provider",
            "call_back_url": "https://example.com/callback",
            "mailing_street": "456 Secondary St",
            "mailing_city": "San Francisco",
            "mailing_zip": "94101",
            "mailing_state": "CA",
            "extra_data": [{"questions": ["Do you consent to be contacted?"]}, {"answers": ["Yes"]}],
        }),
    )
}

/// Sets fields of a lead.
pub(crate) fn with(mut lead: Value, fields: Value) -> Value {
    let Value::Object(fields) = fields else {
        unreachable!("fields are an object")
    };
    lead.as_object_mut().unwrap().extend(fields);
    lead
}

/// Takes a field out of a lead.
pub(crate) fn without(mut lead: Value, field: &str) -> Value {
    lead.as_object_mut().unwrap().remove(field).unwrap();
    lead
}
