//! Acme as a vendor that implements `LeadSink` itself and forgets what core would have done for it.

use leadsink_core::{
    Attempt, ConfigError, DeliverContext, Descriptor, HttpVendor as _, Lead, LeadSink, Outcome, PrepareContext,
    Prepared, Result, Unfit, Vendor,
};

use super::{Acme, Config, FORGETS_DOUBT, NONE, RULE_NOT_ENFORCED};

#[derive(Debug)]
pub(crate) struct Loose<const FAULT: u8>(Acme<NONE>);

impl<const FAULT: u8> Vendor for Loose<FAULT> {
    const DESCRIPTOR: &'static Descriptor = Acme::<NONE>::DESCRIPTOR;
    type Config = Config;

    fn from_config(config: Config) -> Result<Self, ConfigError> {
        Acme::from_config(config).map(Self)
    }
}

#[async_trait::async_trait]
impl<const FAULT: u8> LeadSink for Loose<FAULT> {
    fn descriptor(&self) -> &Descriptor {
        Self::DESCRIPTOR
    }

    fn prepare(&self, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit> {
        if FAULT == RULE_NOT_ENFORCED {
            self.0.map(lead, cx)
        } else {
            self.0.prepare(lead, cx)
        }
    }

    async fn deliver(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome> {
        let cx = cx.clone();
        let cx = if FAULT == FORGETS_DOUBT {
            cx.with_attempt(Attempt::FIRST)
        } else {
            cx
        };
        self.0.deliver(prepared, &cx).await
    }
}
