//! What talks to one source: makes requests, puts the secrets in, reads the answers. Vendors that are reached through a flow
//! use it too.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use leadsink_core::{
    Attempt, BaseUrl, ConfigError, DeliverContext, Draft, HttpRequest, HttpResponse, Outcome, Prepared, Problem,
    Reconciliation, Repeat, Result,
};

use crate::auth::{Endpoint, Source};
use crate::config::{Format, LeadConduitConfig};
use crate::events;
use crate::ids::{FieldId, STANDARD};
use crate::response;
use crate::wire::Fields;

/// A client for one source of a flow. `Debug` holds no ids and no keys.
#[derive(Clone, Debug)]
pub struct Client {
    config: LeadConduitConfig,
    pub(crate) source: Source,
    submit: Draft,
    pub(crate) ping: Draft,
}

impl Client {
    /// A client from the configuration of a source. `stand_in` goes before its own `base_url`.
    ///
    /// # Errors
    /// When the configuration makes no sense as a whole.
    pub fn new(config: LeadConduitConfig, stand_in: Option<&BaseUrl>) -> Result<Self, ConfigError> {
        config.check()?;
        let source = Source::new(&config, stand_in)?;
        Ok(Self {
            submit: template(&source.submit, config.format),
            ping: template(&source.ping, config.format),
            source,
            config,
        })
    }

    /// The configuration.
    pub const fn config(&self) -> &LeadConduitConfig {
        &self.config
    }

    /// Whether a submission may be sent again when nobody saw the answer.
    #[must_use]
    pub const fn repeat(&self) -> Repeat {
        self.config.repeat()
    }

    /// The ids of all fields that a submission may hold: the standard ones, and those that the configuration names.
    pub fn field_ids(&self) -> impl Iterator<Item = &str> {
        let further = self.config.extra.keys().chain(self.config.extra_fields.values());
        STANDARD.iter().map(|(id, _)| *id).chain(further.map(FieldId::as_str))
    }

    /// The submission of these fields, with `***` in place of both ids.
    ///
    /// # Errors
    /// When two of the fields exclude each other.
    pub fn draft(&self, fields: &Fields<'_>) -> Result<Draft, Problem> {
        self.fill(&self.submit, fields)
    }

    pub(crate) fn fill(&self, template: &Draft, fields: &Fields<'_>) -> Result<Draft, Problem> {
        let mut draft = template.clone();
        draft.body = Bytes::from(fields.encode(self.config.format)?);
        Ok(draft)
    }

    /// Puts the ids into a submission, and the key of the source where it has one.
    pub fn authorize(&self, request: &mut HttpRequest) {
        self.source.authorize(&self.source.submit, request);
    }

    /// The answer with `***` in place of both ids, which a source may quote: nothing of it that is kept or told may hold them.
    #[must_use]
    pub fn conceal<'a>(&self, response: &'a HttpResponse) -> Cow<'a, HttpResponse> {
        match self.source.conceal(&response.body) {
            None => Cow::Borrowed(response),
            Some(body) => Cow::Owned(HttpResponse {
                body: body.into(),
                ..response.clone()
            }),
        }
    }

    /// Reads the answer to a submission.
    ///
    /// # Errors
    /// When the answer is no outcome.
    pub fn interpret(&self, response: &HttpResponse, attempt: Attempt) -> Result<Outcome> {
        response::submission(&self.conceal(response), attempt)
    }

    /// Looks for a submission in doubt among the events of the account.
    ///
    /// # Errors
    /// When the look-up itself failed.
    pub async fn look_up(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Reconciliation> {
        events::look_up(self, prepared, cx).await
    }
}

/// A request without its body. JSON is asked for: a source would answer in XML too.
fn template(endpoint: &Endpoint, format: Format) -> Draft {
    let content_type = match format {
        Format::Form => "application/x-www-form-urlencoded",
        Format::Json => "application/json",
    };
    let mut headers = HeaderMap::with_capacity(2);
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    Draft::new(Method::POST, endpoint.shown.clone(), headers, Bytes::new())
}
