//! An answer on its way out, and the body that can stop halfway through it.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::HeaderName;
use http::{HeaderValue, Response, StatusCode, header};
use hyper::body::{Body, Frame, SizeHint};

/// An answer, before a fault has had its say.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) content_type: &'static str,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Bytes,
}

impl Reply {
    pub(crate) fn new(status: StatusCode, content_type: &'static str, body: impl Into<Bytes>) -> Self {
        Self {
            status,
            content_type,
            headers: Vec::new(),
            body: body.into(),
        }
    }

    pub(crate) fn json(status: StatusCode, body: &serde_json::Value) -> Self {
        Self::new(status, "application/json", body.to_string())
    }

    pub(crate) fn text(status: StatusCode, body: impl Into<String>) -> Self {
        Self::new(status, "text/plain; charset=utf-8", body.into())
    }

    /// Answers with the bare page that a gateway or a proxy shows in the vendor's place.
    pub(crate) fn html(status: StatusCode) -> Self {
        let page = format!(
            "<html>\r\n<head><title>{status}</title></head>\r\n<body>\r\n<center><h1>{status}</h1></center>\r\n\
             </body>\r\n</html>\r\n"
        );
        Self::new(status, "text/html", page)
    }

    pub(crate) fn with_header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.push((name, value));
        self
    }

    /// Halves the body and keeps the message whole, so that the JSON alone is broken.
    pub(crate) fn truncated(mut self) -> Self {
        self.body.truncate(self.body.len() / 2);
        self
    }

    pub(crate) fn into_response(self) -> Response<ReplyBody> {
        let body = ReplyBody {
            rest: self.body,
            ending: Ending::Whole,
        };
        build(self.status, self.content_type, self.headers, body, None)
    }

    /// Promises the whole body, sends half of it, and ends the connection.
    pub(crate) fn into_cut_response(self) -> Response<ReplyBody> {
        let promised = self.body.len();
        let body = ReplyBody {
            rest: self.body.slice(..promised / 2),
            ending: Ending::Cut,
        };
        build(self.status, self.content_type, self.headers, body, Some(promised))
    }
}

fn build(
    status: StatusCode,
    content_type: &'static str,
    more: Vec<(HeaderName, HeaderValue)>,
    body: ReplyBody,
    promised: Option<usize>,
) -> Response<ReplyBody> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.extend(more);
    if let Some(promised) = promised {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(promised));
    }
    response
}

/// How a body ends.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    Whole,
    /// Waits one turn, so that hyper flushes what it has, and then fails.
    Cut,
    Failing,
}

/// Sends its bytes in one frame; one that is cut fails where the rest should come.
pub(crate) struct ReplyBody {
    rest: Bytes,
    ending: Ending,
}

impl Body for ReplyBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        let bytes = std::mem::take(&mut self.rest);
        if !bytes.is_empty() {
            return Poll::Ready(Some(Ok(Frame::data(bytes))));
        }
        match self.ending {
            Ending::Whole => Poll::Ready(None),
            Ending::Cut => {
                self.ending = Ending::Failing;
                cx.waker().wake_by_ref();
                Poll::Pending
            }
            Ending::Failing => Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into()))),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.rest.is_empty() && self.ending == Ending::Whole
    }

    fn size_hint(&self) -> SizeHint {
        match self.ending {
            Ending::Whole => SizeHint::with_exact(self.rest.len() as u64),
            Ending::Cut | Ending::Failing => SizeHint::default(),
        }
    }
}
