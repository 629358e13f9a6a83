//! The sink: one source of a flow.

use leadsink_core::{
    Attempt, ConfigError, DeliverContext, Descriptor, HttpRequest, HttpResponse, HttpVendor, Lead, Outcome,
    PrepareContext, Prepared, Reconciliation, Result, Unfit, Vendor,
};

use crate::client::Client;
use crate::config::LeadConduitConfig;
use crate::descriptor::DESCRIPTOR;
use crate::mapping;

/// One source of a flow. `Debug` holds no ids and no keys.
#[derive(Clone, Debug)]
pub struct LeadConduit {
    pub(crate) client: Client,
}

impl LeadConduit {
    /// The client, for what is no delivery.
    #[must_use]
    pub const fn client(&self) -> &Client {
        &self.client
    }
}

impl Vendor for LeadConduit {
    const DESCRIPTOR: &'static Descriptor = &DESCRIPTOR;
    type Config = LeadConduitConfig;

    fn from_config(config: LeadConduitConfig) -> Result<Self, ConfigError> {
        Client::new(config, None).map(|client| Self { client })
    }
}

impl HttpVendor for LeadConduit {
    fn facts(&self) -> &Descriptor {
        Self::DESCRIPTOR
    }

    fn map(&self, lead: &Lead, _: &PrepareContext) -> Result<Prepared, Unfit> {
        mapping::map(&self.client, lead)
    }

    fn authorize(&self, request: &mut HttpRequest) -> Result<()> {
        self.client.authorize(request);
        Ok(())
    }

    fn interpret(&self, response: &HttpResponse, _: &Prepared, attempt: Attempt) -> Result<Outcome> {
        self.client.interpret(response, attempt)
    }

    async fn look_up(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Reconciliation> {
        self.client.look_up(prepared, cx).await
    }
}
