//! The sink: an account of NTherm, with everything built once that all leads share.

use http::{HeaderValue, header};
use leadsink_core::{
    Attempt, BaseUrl, Before, ConfigError, Descriptor, HttpRequest, HttpResponse, HttpVendor, JsonPost, Lead, Outcome,
    PrepareContext, Prepared, Result, Step, Unfit, Vendor,
};

use crate::config::{BASE_URL, NthermConfig};
use crate::descriptor::DESCRIPTOR;
use crate::{auth, mapping, response};

/// An account of NTherm. `Debug` holds no credentials.
#[derive(Debug)]
pub struct Ntherm {
    pub(crate) config: NthermConfig,
    pub(crate) post_lead: JsonPost,
    /// Set where the account asks before it posts.
    pub(crate) pre_ping: Option<JsonPost>,
    authorization: HeaderValue,
}

impl Vendor for Ntherm {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = NthermConfig;

    fn from_config(config: NthermConfig) -> Result<Self, ConfigError> {
        if config
            .campaign
            .as_ref()
            .is_some_and(|campaign| campaign.trim().is_empty())
        {
            return Err(ConfigError::invalid(
                "campaign",
                "it is blank; give the campaign agreed with NTherm",
            ));
        }
        let base = BaseUrl::given_or(config.base_url.as_ref(), BASE_URL)?;
        let post = |path| base.join(path).map(JsonPost::new);
        Ok(Self {
            post_lead: post("postLead")?,
            pre_ping: config.pre_ping.then(|| post("prePing")).transpose()?,
            authorization: auth::basic(&config.username, &config.password)?,
            config,
        })
    }
}

impl HttpVendor for Ntherm {
    fn facts(&self) -> &Descriptor {
        Self::DESCRIPTOR
    }

    fn map(&self, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit> {
        mapping::map(self, lead, cx)
    }

    fn authorize(&self, request: &mut HttpRequest) -> Result<()> {
        request
            .headers
            .insert(header::AUTHORIZATION, self.authorization.clone());
        Ok(())
    }

    fn interpret(&self, response: &HttpResponse, prepared: &Prepared, attempt: Attempt) -> Result<Outcome> {
        response::post_lead(response, prepared, attempt, &self.config)
    }

    fn answer(&self, step: &Step, response: &HttpResponse, _: Attempt) -> Result<Before> {
        response::pre_ping(response, &step.draft.body, &self.config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config() -> NthermConfig {
        NthermConfig::new("partner", "s3cret")
    }

    #[test]
    fn the_requests_lie_below_the_base_address() {
        let base = BaseUrl::parse("http://127.0.0.1:8080/ntherm/v1").unwrap();
        let sink = Ntherm::from_config(config().with_base_url(base).with_pre_ping(true)).unwrap();
        assert_eq!(
            sink.post_lead.url().as_str(),
            "http://127.0.0.1:8080/ntherm/v1/postLead"
        );
        assert_eq!(
            sink.pre_ping.unwrap().url().as_str(),
            "http://127.0.0.1:8080/ntherm/v1/prePing"
        );
        let plain = Ntherm::from_config(config()).unwrap();
        assert_eq!(plain.post_lead.url().as_str(), "https://api.ntherm.com/v1/postLead");
        assert!(plain.pre_ping.is_none());
    }

    #[test]
    fn a_blank_campaign_is_refused() {
        let error = Ntherm::from_config(config().with_campaign(" ")).unwrap_err();
        assert_eq!(error.key(), "campaign");
    }

    #[test]
    fn debug_holds_no_credentials() {
        let debug = format!("{:?}", Ntherm::from_config(config()).unwrap());
        // The base64 of the pair begins so.
        assert!(
            !debug.contains("s3cret") && !debug.contains("partner") && !debug.contains("cGFydG5lcj"),
            "{debug}"
        );
    }
}
