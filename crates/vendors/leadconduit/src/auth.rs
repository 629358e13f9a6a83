//! Where a submission goes and how it is authorised. A source's address is its password, so both of its ids are secret. The
//! only place where secrets are exposed.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderValue, header};
use leadsink_core::delivery::is_secure;
use leadsink_core::{BaseUrl, ConfigError, HttpRequest, Secret};
use url::Url;

use crate::config::{BASE_URL, LeadConduitConfig};

/// Stands for a secret that nobody needs in order to see a mapping; `Url` leaves it alone.
const MASK: &str = "***";

/// An id that is shorter is a name such as `web` and no secret; masked, it would spoil the words of an answer.
const SHORTEST_SECRET: usize = 12;

/// What an address of a source looks like.
const SHAPE: &str =
    "it is not the submission address of a source, such as `https://app.leadconduit.com/flows/…/sources/…/submit`";

/// The addresses and keys of one source. `Debug` holds neither ids nor keys.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    pub(crate) submit: Endpoint,
    pub(crate) ping: Endpoint,
    /// The list of events of the whole account.
    pub(crate) events: Url,
    flow: Secret,
    source: Secret,
    source_key: Option<HeaderValue>,
    events_key: Option<HeaderValue>,
}

/// An address with secret ids.
#[derive(Clone)]
pub(crate) struct Endpoint {
    /// The address with `***` in place of the ids.
    pub(crate) shown: Url,
    real: Url,
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.shown.as_str())
    }
}

/// Flow and source of an address, and what stands before them.
struct Place {
    base: BaseUrl,
    flow: String,
    source: String,
}

impl Source {
    /// Reads the addresses of a configuration. `stand_in` goes before its own `base_url`.
    pub(crate) fn new(config: &LeadConduitConfig, stand_in: Option<&BaseUrl>) -> Result<Self, ConfigError> {
        let place = place(config)?;
        let base = stand_in.or(config.base_url.as_ref()).unwrap_or(&place.base);
        let endpoint = |end: &str| {
            let at = |flow: &str, source: &str| base.join(&format!("flows/{flow}/sources/{source}/{end}"));
            Ok(Endpoint {
                shown: at(MASK, MASK)?,
                real: at(&place.flow, &place.source)?,
            })
        };
        let key = |name, key: &Option<Secret>| key.as_ref().map(|key| basic(name, key)).transpose();
        Ok(Self {
            submit: endpoint("submit")?,
            ping: endpoint("ping")?,
            events: base.join("events")?,
            flow: Secret::new(&*place.flow),
            source: Secret::new(&*place.source),
            source_key: key("source_api_key", &config.source_api_key)?,
            events_key: key("events_api_key", &config.events_api_key)?,
        })
    }

    /// Puts the ids into the address of a submission or ping, and the key of the source where it has one.
    pub(crate) fn authorize(&self, endpoint: &Endpoint, request: &mut HttpRequest) {
        request.url = endpoint.real.clone();
        if let Some(key) = &self.source_key {
            request.headers.insert(header::AUTHORIZATION, key.clone());
        }
    }

    /// Adds the account's key to a question for events; `false` where there is none.
    pub(crate) fn authorize_events(&self, request: &mut HttpRequest) -> bool {
        let Some(key) = &self.events_key else { return false };
        request.headers.insert(header::AUTHORIZATION, key.clone());
        true
    }

    /// Whether events can be asked for.
    pub(crate) const fn has_events_key(&self) -> bool {
        self.events_key.is_some()
    }

    /// A text without the ids; nothing where they do not stand in it. A classic source answers with an address of its flow.
    pub(crate) fn conceal(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut concealed = None;
        for id in [&self.flow, &self.source] {
            let id = id.expose_secret().as_bytes();
            let text = concealed.as_deref().unwrap_or(text);
            if id.len() >= SHORTEST_SECRET
                && let Some(without) = masked(text, id)
            {
                concealed = Some(without);
            }
        }
        concealed
    }

    /// Whether a flow and source are these; an id that is not told proves nothing.
    pub(crate) fn is_here(&self, flow: Option<&str>, source: Option<&str>) -> Option<bool> {
        let differs = |told: Option<&str>, own: &Secret| told.is_some_and(|told| told != own.expose_secret());
        if differs(flow, &self.flow) || differs(source, &self.source) {
            return Some(false);
        }
        (flow.is_some() && source.is_some()).then_some(true)
    }
}

/// The text with `***` wherever the id stands, in capitals or not; nothing where it stands nowhere.
fn masked(text: &[u8], id: &[u8]) -> Option<Vec<u8>> {
    let next = |text: &[u8]| text.windows(id.len()).position(|part| part.eq_ignore_ascii_case(id));
    let mut masked = Vec::new();
    let mut rest = text;
    while let Some(at) = next(rest) {
        masked.extend_from_slice(&rest[..at]);
        masked.extend_from_slice(MASK.as_bytes());
        rest = &rest[at + id.len()..];
    }
    (rest.len() < text.len()).then(|| [&masked, rest].concat())
}

fn place(config: &LeadConduitConfig) -> Result<Place, ConfigError> {
    let missing = |key, doc| Err(ConfigError::Missing { key, doc });
    match (&config.url, &config.flow_id, &config.source_id) {
        (Some(url), None, None) => of_url(url.expose_secret()),
        (Some(_), ..) => Err(ConfigError::invalid(
            "url",
            "`flow_id` and `source_id` say the same; give either the address or the two ids",
        )),
        (None, Some(flow), Some(source)) => Ok(Place {
            base: BaseUrl::parse(BASE_URL)?,
            flow: id("flow_id", flow)?.to_owned(),
            source: id("source_id", source)?.to_owned(),
        }),
        (None, Some(_), None) => missing("source_id", "The id of the source; `flow_id` alone is no address."),
        (None, None, Some(_)) => missing("flow_id", "The id of the flow; `source_id` alone is no address."),
        (None, None, None) => missing(
            "url",
            "The address to which leads are submitted, or its `flow_id` and `source_id`.",
        ),
    }
}

/// Takes an address apart. Its ids may have any form: old ones are names.
fn of_url(text: &str) -> Result<Place, ConfigError> {
    let error = |message: &str| ConfigError::invalid("url", message);
    if text == MASK {
        return Ok(Place {
            base: BaseUrl::parse(BASE_URL)?,
            flow: MASK.to_owned(),
            source: MASK.to_owned(),
        });
    }
    let mut url = Url::parse(text).map_err(|_| error(SHAPE))?;
    if url.cannot_be_a_base() || url.host().is_none() {
        return Err(error(SHAPE));
    }
    if !is_secure(&url) {
        return Err(error(
            "leads go to `https` only; plain `http` is for this machine (127.0.0.1)",
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(error(
            "it holds a user name or password; the key of a source is `source_api_key`",
        ));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(error(
            "it holds a query or fragment; what every lead has stands in `extra`",
        ));
    }
    let segments: Vec<_> = url.path().split('/').map(str::to_owned).collect();
    let [before @ .., flows, flow, sources, source, submit] = &*segments else {
        return Err(error(SHAPE));
    };
    let words = [flows, sources, submit].map(|word| &**word);
    if words != ["flows", "sources", "submit"] || flow.is_empty() || source.is_empty() {
        return Err(error(SHAPE));
    }
    url.set_path(&before.join("/"));
    Ok(Place {
        base: BaseUrl::parse(url.as_str()).map_err(|_| error(SHAPE))?,
        flow: flow.clone(),
        source: source.clone(),
    })
}

/// An id given by itself: 24 hexadecimal digits.
fn id<'a>(key: &str, id: &'a Secret) -> Result<&'a str, ConfigError> {
    let id = id.expose_secret();
    if id == MASK || (id.len() == 24 && id.bytes().all(|b| b.is_ascii_hexdigit())) {
        return Ok(id);
    }
    Err(ConfigError::invalid(
        key,
        "it is no id of 24 hexadecimal digits; copy it from the address of the source",
    ))
}

/// The key as the password of Basic authentication, marked sensitive. LeadConduit ignores the user name.
fn basic(name: &str, key: &Secret) -> Result<HeaderValue, ConfigError> {
    let pair = format!("API:{}", key.expose_secret());
    let mut value = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair)))
        .map_err(|_| ConfigError::invalid(name, "it cannot be put into a header"))?;
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests;
