//! How a request is made: its address, its token, and one renewal of the token.

use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use leadsink_core::{
    BaseUrl, DeliverContext, Disposition, Draft, Error, ErrorKind, HttpResponse, Purpose, Repeat, Result,
};
use url::Url;

use super::session::{Grant, Session};
use crate::descriptor::{DESCRIPTOR, counts_for};

/// What stands in an address for what is not known before the delivery.
pub(crate) const UNKNOWN: &str = "***";

/// A client for one organisation. Clones share the token. `Debug` holds none.
#[derive(Clone, Debug)]
pub struct Client {
    base: BaseUrl,
    org_id: Option<u64>,
    session: Arc<Session>,
}

impl Client {
    pub(crate) fn new(base: BaseUrl, org_id: Option<u64>, session: Session) -> Self {
        Self {
            base,
            org_id,
            session: Arc::new(session),
        }
    }

    /// The organisation: the configured one, else the one that the log-in named.
    ///
    /// # Errors
    /// When the log-in fails, or names no organisation.
    pub async fn org_id(&self, cx: &DeliverContext) -> Result<u64> {
        if let Some(org_id) = self.org_id {
            return Ok(org_id);
        }
        // A token that somebody brought says nothing of its organisation; a log-in does.
        let grant = match self.session.grant(cx).await? {
            grant if grant.is_brought() => self.session.renew(cx, &grant).await?.unwrap_or(grant),
            grant => grant,
        };
        grant.account.org_id.ok_or_else(|| {
            let message = "the log-in names no organisation; set `org_id` in the config";
            Error::new(ErrorKind::Request, Disposition::Account, message)
        })
    }

    pub(super) fn session(&self) -> &Session {
        &self.session
    }

    /// An address below the base, with a slash at the end of its path: without it a write is sent elsewhere.
    pub(super) fn address(&self, path: &str) -> Result<Url> {
        debug_assert!(path.split('?').next().is_some_and(|path| path.ends_with('/')), "{path}");
        self.base.join(path).map_err(|_| {
            let message = "the address of the request cannot be formed from `base_url`";
            Error::new(ErrorKind::Request, Disposition::Account, message)
        })
    }

    /// An address of the organisation.
    pub(crate) async fn of_org(&self, cx: &DeliverContext, path: &str) -> Result<Url> {
        let org = self.org_id(cx).await?;
        self.address(&format!("api/orgs/{org}/{path}"))
    }

    /// Asks for something; the answer is given as it is.
    pub(super) async fn get(&self, cx: &DeliverContext, url: Url) -> Result<HttpResponse> {
        let accept = (header::ACCEPT, HeaderValue::from_static("application/json"));
        let draft = Draft::new(Method::GET, url, HeaderMap::from_iter([accept]), Bytes::new());
        self.exchange(cx, &draft, Purpose::Question).await
    }

    /// Writes JSON; the answer is given as it is.
    pub(crate) async fn write(
        &self,
        cx: &DeliverContext,
        method: Method,
        url: Url,
        body: Bytes,
        purpose: Purpose,
    ) -> Result<HttpResponse> {
        let mut draft = Draft::post_json(url, body);
        draft.method = method;
        self.exchange(cx, &draft, purpose).await
    }

    /// Makes a request with the token, and once more with a new one where the token is refused: what is refused so has done
    /// nothing.
    async fn exchange(&self, cx: &DeliverContext, draft: &Draft, purpose: Purpose) -> Result<HttpResponse> {
        self.own(&draft.url)?;
        let grant = self.session.grant(cx).await?;
        let response = Self::once(cx, draft, purpose, &grant).await?;
        if response.status != StatusCode::UNAUTHORIZED {
            return Ok(response);
        }
        match self.session.renew(cx, &grant).await? {
            Some(grant) => Self::once(cx, draft, purpose, &grant).await,
            None => Ok(response),
        }
    }

    async fn once(cx: &DeliverContext, draft: &Draft, purpose: Purpose, grant: &Grant) -> Result<HttpResponse> {
        let mut request = draft.to_request(cx.timeout.unwrap_or(DESCRIPTOR.timeout), cx.deadline);
        request.headers.insert(header::AUTHORIZATION, grant.bearer.clone());
        request.counts_for = counts_for(&request.method, request.url.path());
        match purpose {
            Purpose::Question => cx.ask(request).await,
            Purpose::Creation => cx.send(request).await,
        }
    }

    /// The token goes nowhere else, also where a delivery was filed under another configuration.
    fn own(&self, url: &Url) -> Result<()> {
        let base = self.base.as_url();
        if url.origin() == base.origin() && url.path().starts_with(base.path()) {
            return Ok(());
        }
        let message = "the request was prepared for another address than `base_url`; prepare it again";
        Err(Error::new(ErrorKind::WrongAddress, Disposition::Account, message))
    }
}

/// Reads the answer to a question.
pub(super) fn read<T: serde::de::DeserializeOwned>(response: &HttpResponse) -> Result<T> {
    if response.status.is_success()
        && let Ok(value) = serde_json::from_slice(&response.body)
    {
        return Ok(value);
    }
    Err(unanswered(response))
}

/// An answer to a question that says nothing: never ambiguous, since a question creates nothing.
pub(crate) fn unanswered(response: &HttpResponse) -> Error {
    Error::from_status(response, Repeat::Safe).without_effect()
}
