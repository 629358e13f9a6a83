//! The sink: an account of OpenSolar, with everything built once that all leads share.

use leadsink_core::{
    BaseUrl, ConfigError, DeliverContext, Descriptor, JsonPost, Lead, LeadSink, Outcome, PrepareContext, Prepared,
    Probe, Problem, Reconciliation, Result, Unfit, Vendor,
};

use crate::api::{Client, Session, UNKNOWN};
use crate::config::{BASE_URL, OpenSolarConfig};
use crate::descriptor::DESCRIPTOR;
use crate::options::OpenSolarOptions;
use crate::team::TeamCache;
use crate::{delivery, mapping, reconcile, response};

/// An account of OpenSolar. Clones share its token and what is known of its team. `Debug` holds no credentials.
#[derive(Clone, Debug)]
pub struct OpenSolar {
    pub(crate) config: OpenSolarConfig,
    pub(crate) base: BaseUrl,
    /// The organisation as it stands in addresses: `***` where only the log-in knows it.
    pub(crate) org: String,
    pub(crate) projects: JsonPost,
    pub(crate) contacts: JsonPost,
    pub(crate) team: TeamCache,
    client: Client,
}

impl OpenSolar {
    /// The client of the account, for what goes beyond leads.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }
}

impl Vendor for OpenSolar {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = OpenSolarConfig;

    fn from_config(config: OpenSolarConfig) -> Result<Self, ConfigError> {
        config.check()?;
        let base = BaseUrl::given_or(config.base_url.as_ref(), BASE_URL)?;
        let org = config.org_id.map_or_else(|| UNKNOWN.to_owned(), |org| org.to_string());
        let session = Session::new(&config, base.join("api-token-auth/")?)?;
        Ok(Self {
            projects: JsonPost::new(base.join(&format!("api/orgs/{org}/projects/"))?),
            contacts: JsonPost::new(base.join(&format!("api/orgs/{org}/contacts/"))?),
            client: Client::new(base.clone(), config.org_id, session),
            team: TeamCache::default(),
            config,
            base,
            org,
        })
    }
}

#[async_trait::async_trait]
impl LeadSink for OpenSolar {
    fn descriptor(&self) -> &Descriptor {
        Self::DESCRIPTOR
    }

    fn prepare(&self, lead: &Lead, _: &PrepareContext) -> Result<Prepared, Unfit> {
        let (options, unread) = match lead.options::<OpenSolarOptions>() {
            Ok(options) => (options, None),
            Err(error) => (
                OpenSolarOptions::default(),
                Some(Problem::new("extension", error.to_string())),
            ),
        };
        // A project that is there has a place.
        let mut problems = match options.project_id {
            None => DESCRIPTOR.unmet(lead),
            Some(_) => Vec::new(),
        };
        problems.extend(unread);
        DESCRIPTOR.complete(lead, problems, mapping::map(self, lead, &options))
    }

    async fn deliver(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome> {
        cx.settle(delivery::deliver(self, prepared, cx).await)
    }

    async fn reconcile(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Reconciliation> {
        reconcile::reconcile(self, prepared, cx).await
    }

    async fn probe(&self, cx: &DeliverContext) -> Result<Probe> {
        response::probed(&self.client.org_answer(cx).await?)
    }
}

#[cfg(test)]
mod tests;
