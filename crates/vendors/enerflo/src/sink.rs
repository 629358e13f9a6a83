//! The sink: an account of Enerflo, with everything built once that all leads share.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, Method, header};
use leadsink_core::{
    Attempt, BaseUrl, ConfigError, DeliverContext, Descriptor, Draft, HttpRequest, HttpResponse, HttpVendor, JsonPost,
    Lead, Outcome, PrepareContext, Prepared, Probe, Problem, Result, Unfit, Vendor,
};
use url::Url;

use crate::config::{BASE_URL, EnerfloConfig};
use crate::descriptor::DESCRIPTOR;
use crate::{auth, mapping, response};

/// An account of Enerflo. `Debug` holds no key.
#[derive(Debug)]
pub struct Enerflo {
    pub(crate) config: EnerfloConfig,
    pub(crate) lead_add: JsonPost,
    customers: Url,
    key: HeaderValue,
}

impl Vendor for Enerflo {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = EnerfloConfig;

    fn from_config(config: EnerfloConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let base = BaseUrl::given_or(config.base_url.as_ref(), BASE_URL)?;
        Ok(Self {
            lead_add: JsonPost::new(base.join(&format!("api/v1/{}/action/lead/add", config.partner()?))?),
            customers: base.join("api/v1/customers?pageSize=1")?,
            key: auth::header(&config.api_key)?,
            config,
        })
    }
}

impl HttpVendor for Enerflo {
    fn facts(&self) -> &Descriptor {
        Self::DESCRIPTOR
    }

    fn unmet(&self, lead: &Lead) -> Vec<Problem> {
        let unmet = DESCRIPTOR.unmet(lead);
        if unmet.is_empty() || !mapping::ignores_validation(self, &lead.options().unwrap_or_default()) {
            return unmet;
        }
        Vec::new()
    }

    fn map(&self, lead: &Lead, _: &PrepareContext) -> Result<Prepared, Unfit> {
        mapping::map(self, lead)
    }

    fn authorize(&self, request: &mut HttpRequest) -> Result<()> {
        request
            .headers
            .insert(HeaderName::from_static(auth::HEADER), self.key.clone());
        Ok(())
    }

    fn interpret(&self, response: &HttpResponse, prepared: &Prepared, attempt: Attempt) -> Result<Outcome> {
        response::lead_add(response, prepared, attempt, &self.config)
    }

    async fn probe_account(&self, cx: &DeliverContext) -> Result<Probe> {
        let accept = (header::ACCEPT, HeaderValue::from_static("application/json"));
        let headers = HeaderMap::from_iter([accept]);
        let draft = Draft::new(Method::GET, self.customers.clone(), headers, Bytes::new());
        let mut request = draft.to_request(cx.timeout.unwrap_or(DESCRIPTOR.timeout), cx.deadline);
        self.authorize(&mut request)?;
        response::customers(&cx.ask(request).await?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::{LeadSink, Purpose};
    use leadsink_testkit::{Answer, ScriptedTransport, block_on};

    fn config() -> EnerfloConfig {
        EnerfloConfig::new("s3cret")
    }

    #[test]
    fn the_requests_lie_below_the_base_address_under_the_partner() {
        let plain = Enerflo::from_config(config()).unwrap();
        assert_eq!(
            plain.lead_add.url().as_str(),
            "https://enerflo.io/api/v1/partner/action/lead/add"
        );
        let base = BaseUrl::parse("http://127.0.0.1:8080/enerflo").unwrap();
        let sink = Enerflo::from_config(config().with_base_url(base).with_partner("acme")).unwrap();
        assert_eq!(
            sink.lead_add.url().as_str(),
            "http://127.0.0.1:8080/enerflo/api/v1/acme/action/lead/add"
        );
        assert_eq!(
            sink.customers.as_str(),
            "http://127.0.0.1:8080/enerflo/api/v1/customers?pageSize=1"
        );
        assert_eq!(
            Enerflo::from_config(config().with_partner("a/b")).unwrap_err().key(),
            "partner"
        );
    }

    #[test]
    fn a_probe_asks_for_one_customer_with_the_key() {
        let transport = ScriptedTransport::new([Answer::json(200, r#"{"dataCount":0,"data":[]}"#)]);
        let sink = Enerflo::from_config(config()).unwrap();
        assert_eq!(block_on(sink.probe(&transport.context())).unwrap(), Probe::Ready);
        let [seen] = &transport.seen()[..] else {
            unreachable!("it asks once");
        };
        assert_eq!((&seen.method, seen.purpose), (&Method::GET, Purpose::Question));
        assert!(seen.headers["api-key"].is_sensitive());
    }

    #[test]
    fn debug_holds_no_key() {
        let debug = format!("{:?}", Enerflo::from_config(config()).unwrap());
        assert!(!debug.contains("s3cret"), "{debug}");
    }
}
