//! Leads and prepared requests as the store keeps them. The store does not look into either.

use std::borrow::Cow;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use leadsink_core::{CountsFor, Draft, Field, FieldRef, Lead, Prepared, Quota, Repeat, Warning};
use serde::{Deserialize, Serialize};

/// What was stored cannot be read by this version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("what was stored of the {0} cannot be read by this version")]
pub struct Unreadable(&'static str);

const LEAD: Unreadable = Unreadable("lead");
const REQUEST: Unreadable = Unreadable("request");

/// A lead as [`NewLead`](crate::NewLead) holds it.
///
/// # Errors
/// When a value of it cannot be written.
pub fn encode_lead(lead: &Lead) -> Result<Bytes, Unreadable> {
    serde_json::to_vec(lead).map(Bytes::from).map_err(|_| LEAD)
}

/// Reads a stored lead.
///
/// # Errors
/// When another version wrote it and this one cannot read it.
pub fn decode_lead(body: &[u8]) -> Result<Lead, Unreadable> {
    serde_json::from_slice(body).map_err(|_| LEAD)
}

/// A request without its bodies: a line of JSON, which the bodies follow as they are.
#[derive(Serialize, Deserialize)]
struct Head<'a> {
    is_safe: bool,
    #[serde(borrow)]
    request: DraftHead<'a>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    before: Vec<StepHead<'a>>,
    /// What the lead has.
    #[serde(default)]
    fields: Vec<Field>,
    #[serde(default)]
    unmapped: Cow<'a, [FieldRef]>,
    #[serde(default)]
    warnings: Cow<'a, [Warning]>,
}

#[derive(Serialize, Deserialize)]
struct StepHead<'a> {
    #[serde(borrow)]
    owner: Cow<'a, str>,
    #[serde(borrow)]
    draft: DraftHead<'a>,
}

#[derive(Serialize, Deserialize)]
struct DraftHead<'a> {
    #[serde(borrow)]
    method: Cow<'a, str>,
    #[serde(borrow)]
    url: Cow<'a, str>,
    /// The values byte by byte as characters, since a header need not be text.
    headers: Vec<(Cow<'a, str>, Cow<'a, str>)>,
    #[serde(borrow, default)]
    counts_for: Counts<'a>,
    body: usize,
}

/// [`CountsFor`], with the class by its name.
#[derive(Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Counts<'a> {
    #[default]
    All,
    Class(#[serde(borrow)] Cow<'a, str>),
    NoClass,
}

impl Counts<'_> {
    const fn of(counts_for: CountsFor) -> Self {
        match counts_for {
            CountsFor::AllQuotas => Self::All,
            CountsFor::Class(class) => Self::Class(Cow::Borrowed(class)),
            CountsFor::NoClass => Self::NoClass,
        }
    }

    /// A class that the vendor no longer has counts for every quota: too strict, and never too loose.
    fn read(self, quotas: &[Quota]) -> CountsFor {
        match self {
            Self::All => CountsFor::AllQuotas,
            Self::NoClass => CountsFor::NoClass,
            Self::Class(class) => {
                let known = quotas.iter().find(|quota| quota.class == class);
                known.map_or(CountsFor::AllQuotas, |quota| CountsFor::Class(quota.class))
            }
        }
    }
}

/// A prepared request as it is written down before it is sent.
pub(super) fn encode_prepared(prepared: &Prepared) -> Result<Bytes, Unreadable> {
    let head = Head {
        is_safe: prepared.repeat == Repeat::Safe,
        request: DraftHead::of(&prepared.request),
        before: prepared
            .before
            .iter()
            .map(|step| StepHead {
                owner: Cow::Borrowed(&step.owner),
                draft: DraftHead::of(&step.draft),
            })
            .collect(),
        fields: prepared.fields.iter().collect(),
        unmapped: Cow::Borrowed(&prepared.unmapped),
        warnings: Cow::Borrowed(&prepared.warnings),
    };
    let mut bytes = Vec::with_capacity(prepared.request.body.len() + 512);
    serde_json::to_writer(&mut bytes, &head).map_err(|_| REQUEST)?;
    bytes.push(b'\n');
    for draft in std::iter::once(&prepared.request).chain(prepared.before.iter().map(|step| &step.draft)) {
        bytes.extend_from_slice(&draft.body);
    }
    Ok(bytes.into())
}

/// Reads what [`encode_prepared`] wrote: the very request, byte by byte. `quotas` are the vendor's.
pub(super) fn decode_prepared(bytes: &Bytes, quotas: &[Quota]) -> Result<Prepared, Unreadable> {
    let end = bytes.iter().position(|byte| *byte == b'\n').ok_or(REQUEST)?;
    let head: Head<'_> = serde_json::from_slice(&bytes[..end]).map_err(|_| REQUEST)?;
    let mut bodies = bytes.slice(end + 1..);
    let repeat = if head.is_safe {
        Repeat::Safe
    } else {
        Repeat::NeverBlindly
    };
    let mut prepared = Prepared::new(head.request.draft(&mut bodies, quotas)?, repeat);
    for step in head.before {
        prepared = prepared.with_before(step.owner.into_owned(), step.draft.draft(&mut bodies, quotas)?);
    }
    prepared.fields = head.fields.into_iter().collect();
    prepared.unmapped = head.unmapped.into_owned();
    prepared.warnings = head.warnings.into_owned();
    if bodies.is_empty() { Ok(prepared) } else { Err(REQUEST) }
}

impl<'a> DraftHead<'a> {
    fn of(draft: &'a Draft) -> Self {
        let text = |value: &'a HeaderValue| match value.to_str() {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => value.as_bytes().iter().copied().map(char::from).collect(),
        };
        Self {
            method: Cow::Borrowed(draft.method.as_str()),
            url: Cow::Borrowed(draft.url.as_str()),
            headers: draft
                .headers
                .iter()
                .map(|(name, value)| (Cow::Borrowed(name.as_str()), text(value)))
                .collect(),
            counts_for: Counts::of(draft.counts_for),
            body: draft.body.len(),
        }
    }

    fn draft(self, bodies: &mut Bytes, quotas: &[Quota]) -> Result<Draft, Unreadable> {
        if bodies.len() < self.body {
            return Err(REQUEST);
        }
        let mut headers = HeaderMap::with_capacity(self.headers.len());
        for (name, value) in self.headers {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| REQUEST)?;
            let value: Option<Vec<u8>> = value.chars().map(|c| u8::try_from(c).ok()).collect();
            let value = HeaderValue::from_bytes(&value.ok_or(REQUEST)?).map_err(|_| REQUEST)?;
            headers.append(name, value);
        }
        let mut draft = Draft::new(
            Method::from_bytes(self.method.as_bytes()).map_err(|_| REQUEST)?,
            self.url.parse().map_err(|_| REQUEST)?,
            headers,
            bodies.split_to(self.body),
        );
        draft.counts_for = self.counts_for.read(quotas);
        Ok(draft)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    const QUOTAS: &[Quota] = &[Quota {
        class: "writes",
        requests: 10,
        per: Duration::from_secs(60),
    }];

    fn prepared() -> Prepared {
        let url = "https://api.example.com/a/***/b?c=d%20e".parse().unwrap();
        let mut draft = Draft::post_json(url, Bytes::from_static(b"{\"name\":\"Zo\xc3\xab\"}\n"));
        let headers = draft.headers_mut();
        headers.append("x-twice", HeaderValue::from_static("1"));
        headers.append("x-twice", HeaderValue::from_bytes(b"\xe9").unwrap());
        draft.counts_for = CountsFor::Class("writes");
        let mut question = Draft::post_json("https://api.example.com/ping".parse().unwrap(), vec![0, 10, 255]);
        question.counts_for = CountsFor::NoClass;
        let mut prepared = Prepared::new(draft, Repeat::Safe)
            .with_before("acme", question)
            .with_warning(Warning::new("shortened", "the notes were shortened").at(Field::Notes));
        prepared.unmapped.push(Field::Campaign.into());
        prepared.fields = [Field::Campaign, Field::Notes].into_iter().collect();
        prepared
    }

    #[test]
    fn a_request_reads_back_as_it_was() {
        let bytes = encode_prepared(&prepared()).unwrap();
        assert_eq!(decode_prepared(&bytes, QUOTAS).unwrap(), prepared());
    }

    #[test]
    fn a_class_that_is_gone_counts_for_every_quota() {
        let bytes = encode_prepared(&prepared()).unwrap();
        let read = decode_prepared(&bytes, &[]).unwrap();
        assert_eq!(read.request.counts_for, CountsFor::AllQuotas);
    }

    #[test]
    fn a_request_that_is_cut_off_or_goes_on_is_not_read() {
        let bytes = encode_prepared(&prepared()).unwrap();
        for end in 0..bytes.len() {
            assert_eq!(decode_prepared(&bytes.slice(..end), QUOTAS), Err(REQUEST));
        }
        let longer = Bytes::from([&bytes[..], b"x"].concat());
        assert_eq!(decode_prepared(&longer, QUOTAS), Err(REQUEST));
    }

    #[test]
    fn a_lead_reads_back_as_it_was() {
        let lead = Lead::builder().id("crm-42").build().unwrap();
        assert!(decode_lead(&encode_lead(&lead).unwrap()).unwrap() == lead);
        assert_eq!(decode_lead(b"{}").err(), Some(LEAD));
    }
}
