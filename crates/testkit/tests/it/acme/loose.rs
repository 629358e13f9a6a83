//! Acme as a vendor that implements `LeadSink` itself and forgets what core would have done for it.

use std::sync::Arc;
use std::time::Duration;

use leadsink_core::{
    Attempt, Before, ConfigError, CountsFor, DeliverContext, Descriptor, Draft, Error, HttpRequest, HttpResponse,
    HttpVendor as _, Lead, LeadSink, Outcome, PrepareContext, Prepared, Result, Transport, TransportError, Unfit,
    Vendor,
};

use super::*;

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
        let cx = match FAULT {
            FORGETS_DOUBT => cx.clone().with_attempt(Attempt::FIRST),
            BYPASSES_CORE => cx.clone().map_transport(|transport| Arc::new(Plain(transport))),
            _ => cx.clone(),
        };
        cx.settle(self.converse(prepared, &cx).await)
    }
}

impl<const FAULT: u8> Loose<FAULT> {
    async fn converse(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome> {
        for step in &prepared.before {
            let request = self.request(&step.draft, cx)?;
            let response = if FAULT == SENDS_A_QUESTION {
                cx.send(request).await.map_err(Error::without_effect)?
            } else {
                cx.ask(request).await?
            };
            match self.0.answer(step, &response, cx.attempt)? {
                Before::GoOn => {}
                Before::Stop(_) if cx.attempt.earlier_ambiguous => return Err(Error::still_in_doubt("refused now")),
                Before::Stop(outcome) => return Ok(outcome),
            }
        }
        let request = self.request(&prepared.request, cx)?;
        let response = if FAULT == ASKS_TO_CREATE {
            cx.ask(request).await?
        } else {
            cx.send(request).await?
        };
        let outcome = self.0.interpret(&response, prepared, cx.attempt)?;
        match FAULT {
            TWO_REQUESTS => self.second(prepared, cx).await.map_err(Error::in_doubt),
            SECOND_IS_PERMANENT => self.second(prepared, cx).await,
            _ => Ok(outcome),
        }
    }

    /// The appointment, once the vendor has the lead.
    async fn second(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome> {
        let mut request = self.request(&prepared.request, cx)?;
        request.url.set_path("/v1/appointments");
        self.0.interpret(&cx.send(request).await?, prepared, cx.attempt)
    }

    fn request(&self, draft: &Draft, cx: &DeliverContext) -> Result<HttpRequest> {
        let timeout = cx.timeout.unwrap_or(Self::DESCRIPTOR.timeout);
        let mut request = match FAULT {
            FORGETS_TIMEOUT => draft.to_request(Duration::from_secs(5), cx.deadline),
            FORGETS_DEADLINE => draft.to_request(timeout, None),
            _ => draft.to_request(timeout, cx.deadline),
        };
        if FAULT == QUOTA_OF_NOBODY {
            request.counts_for = CountsFor::Class("leads");
        }
        self.0.authorize(&mut request)?;
        Ok(request)
    }
}

/// Takes the `s` out of `https` where core no longer sees it.
#[derive(Debug)]
struct Plain(Arc<dyn Transport>);

#[async_trait::async_trait]
impl Transport for Plain {
    async fn send(&self, mut request: HttpRequest) -> Result<HttpResponse, TransportError> {
        request.url.set_scheme("http").expect("both are schemes of the web");
        self.0.send(request).await
    }
}
