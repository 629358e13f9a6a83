//! The trait that everything delivers through, and the shorter one for vendors that take one request a lead.

use std::fmt;
use std::future::Future;
use std::sync::Arc;

use crate::Lead;
use crate::delivery::{
    Attempt, DeliverContext, Error, HttpRequest, HttpResponse, Outcome, PrepareContext, Prepared, Problem,
    Reconciliation, Result, Step, Unfit,
};
use crate::vendor::Descriptor;

/// A sink that layers and callers share.
pub type SharedSink = Arc<dyn LeadSink>;

/// Delivers leads to one configured vendor account.
///
/// No layer drops a `deliver` future, since it cannot know whether a byte left; time limits travel down in the context.
/// A sink captures no runtime and shares no mutable state.
#[async_trait::async_trait]
pub trait LeadSink: fmt::Debug + Send + Sync + 'static {
    /// The vendor's published facts.
    fn descriptor(&self) -> &Descriptor;

    /// Maps a lead to the vendor's request. Pure and repeatable: the same lead and context give the same bytes, also after
    /// a crash.
    ///
    /// # Errors
    /// When the vendor cannot take the lead as it is; every problem at once.
    fn prepare(&self, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit>;

    /// Makes one attempt. Questions go through `cx.ask`, the request that creates something through `cx.send`.
    ///
    /// # Errors
    /// When the vendor gave no usable answer; the disposition says what that means.
    async fn deliver(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome>;

    /// Looks at the vendor whether a delivery in doubt arrived.
    ///
    /// # Errors
    /// When the look-up itself failed.
    async fn reconcile(&self, _: &Prepared, _: &DeliverContext) -> Result<Reconciliation> {
        Ok(Reconciliation::Unsupported)
    }

    /// Asks whether the account works, without creating anything.
    ///
    /// # Errors
    /// When the account does not work or does not answer.
    async fn probe(&self, _: &DeliverContext) -> Result<Probe> {
        Ok(Probe::Unsupported)
    }
}

/// What a question about the account told.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Probe {
    /// The account answers.
    Ready,
    /// The vendor has no harmless way to ask.
    Unsupported,
}

/// What the answer to a question before the request means.
#[derive(Clone, Debug, PartialEq)]
pub enum Before {
    /// The request may be sent.
    GoOn,
    /// The answer is the outcome; nothing is sent.
    Stop(Outcome),
}

/// What the author of a one-request vendor writes; a blanket implementation makes it a [`LeadSink`].
///
/// A vendor with a conversation, or whose token expires, implements [`LeadSink`] itself.
pub trait HttpVendor: fmt::Debug + Send + Sync + 'static {
    /// The vendor's published facts.
    fn facts(&self) -> &Descriptor;

    /// What the lead lacks by the rules of the descriptor. A vendor that lets an account or a lead off a rule says so here.
    fn unmet(&self, lead: &Lead) -> Vec<Problem> {
        self.facts().unmet(lead)
    }

    /// Maps a lead to the vendor's request. The rules of the descriptor are checked beside it, and the unmapped fields are
    /// added.
    ///
    /// # Errors
    /// When the vendor cannot take the lead as it is; every problem at once.
    fn map(&self, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit>;

    /// Adds credentials in place: a header marked sensitive, a query, form or JSON member, or the secret path of the URL.
    ///
    /// # Errors
    /// When the credentials cannot be put into a request.
    fn authorize(&self, request: &mut HttpRequest) -> Result<()>;

    /// Reads the answer; the last arm is `Err(Error::from_status(response, prepared.repeat))`.
    ///
    /// # Errors
    /// When the answer is no outcome.
    fn interpret(&self, response: &HttpResponse, prepared: &Prepared, attempt: Attempt) -> Result<Outcome>;

    /// Reads the answer to a question that `map` put before the request; the last arm is
    /// `Err(Error::from_status(..).without_effect())`.
    ///
    /// # Errors
    /// When the answer says neither yes nor no.
    fn answer(&self, _: &Step, _: &HttpResponse, _: Attempt) -> Result<Before> {
        Ok(Before::GoOn)
    }

    /// Looks at the vendor whether a delivery in doubt arrived.
    fn look_up(&self, _: &Prepared, _: &DeliverContext) -> impl Future<Output = Result<Reconciliation>> + Send {
        async { Ok(Reconciliation::Unsupported) }
    }

    /// Asks whether the account works, without creating anything.
    fn probe_account(&self, _: &DeliverContext) -> impl Future<Output = Result<Probe>> + Send {
        async { Ok(Probe::Unsupported) }
    }
}

#[async_trait::async_trait]
impl<V: HttpVendor> LeadSink for V {
    fn descriptor(&self) -> &Descriptor {
        self.facts()
    }

    fn prepare(&self, lead: &Lead, cx: &PrepareContext) -> Result<Prepared, Unfit> {
        self.facts().complete(lead, self.unmet(lead), self.map(lead, cx))
    }

    async fn deliver(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome> {
        cx.settle(attempt(self, prepared, cx).await)
    }

    async fn reconcile(&self, prepared: &Prepared, cx: &DeliverContext) -> Result<Reconciliation> {
        self.look_up(prepared, cx).await
    }

    async fn probe(&self, cx: &DeliverContext) -> Result<Probe> {
        self.probe_account(cx).await
    }
}

async fn attempt<V: HttpVendor>(vendor: &V, prepared: &Prepared, cx: &DeliverContext) -> Result<Outcome> {
    let timeout = cx.timeout.unwrap_or(vendor.facts().timeout);
    for question in prepared.before.iter().filter(|step| step.owner == vendor.facts().id) {
        let mut request = question.draft.to_request(timeout, cx.deadline);
        vendor.authorize(&mut request)?;
        let response = cx.ask(request).await?;
        match vendor.answer(question, &response, cx.attempt)? {
            Before::GoOn => {}
            Before::Stop(Outcome::Rejected(_)) if cx.attempt.earlier_ambiguous => {
                let message = "the vendor refuses the lead now, perhaps because an earlier attempt arrived";
                return Err(Error::still_in_doubt(message).with_response(&response));
            }
            Before::Stop(outcome) => return Ok(outcome),
        }
    }
    let mut request = prepared.request.to_request(timeout, cx.deadline);
    vendor.authorize(&mut request)?;
    vendor.interpret(&cx.send(request).await?, prepared, cx.attempt)
}
