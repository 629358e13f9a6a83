//! A sink bound to its runtime: what callers of the library deliver leads with.

use std::ops::Range;
use std::sync::Arc;
use std::time::Duration;

use futures_util::{Stream, StreamExt as _};
use leadsink_core::{
    Attempt, CallbackToken, DeliverContext, DeliveryId, Disposition, Error, FieldRef, Lead, LeadId, Outcome,
    PrepareContext, Probe, Reconciliation, SharedSink, Timestamp, Transport, Unfit, Warning,
};

use crate::locks::KeyedLocks;

/// Delivers leads to one sink. Cheap to clone; clones share their locks.
///
/// It makes one attempt a lead, more where layers stand around the sink, and never two deliveries of one lead id side by
/// side. What an error means for another attempt is told by [`Error::disposition`] and [`may_repeat`](crate::may_repeat).
#[derive(Clone, Debug)]
pub struct Sender {
    sink: SharedSink,
    name: Arc<str>,
    transport: Arc<dyn Transport>,
    timeout: Option<Duration>,
    busy: Arc<KeyedLocks>,
    #[cfg(feature = "layers")]
    limiter: Option<leadsink_layers::Limiter>,
}

/// So long a look for one lead may take: who waits for a quota of a day would wait until tomorrow.
const LOOK: Duration = Duration::from_secs(600);

/// What became of one lead.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Submission {
    /// The lead.
    pub lead: LeadId,
    /// The id of the delivery.
    pub delivery: DeliveryId,
    /// The token by which a late answer of the vendor finds its way back, where one may come. Keep it: nothing else tells
    /// whose answer it is.
    pub callback_token: Option<CallbackToken>,
    /// How many attempts were made so far; 0 when the lead did not fit.
    pub attempts: u32,
    /// Fields that the vendor has no field for.
    pub unmapped: Vec<FieldRef>,
    /// What a person should know about the request.
    pub warnings: Vec<Warning>,
    /// What the vendor said, or why it said nothing.
    pub result: Result<Outcome, SendError>,
}

/// Why there is no outcome.
#[derive(Clone, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SendError {
    /// The vendor cannot take the lead as it is; nothing was sent.
    #[error(transparent)]
    Unfit(#[from] Unfit),
    /// The vendor gave no usable answer.
    #[error(transparent)]
    Failed(#[from] Error),
}

impl SendError {
    /// Whether the vendor may have the lead although nobody saw its answer.
    #[must_use]
    pub fn is_ambiguous(&self) -> bool {
        matches!(self, Self::Failed(error) if error.disposition() == Disposition::Ambiguous)
    }
}

impl Sender {
    /// Binds a sink to a transport.
    #[must_use]
    pub fn new(sink: SharedSink, transport: Arc<dyn Transport>) -> Self {
        let name = sink.descriptor().id.into();
        Self {
            sink,
            name,
            transport,
            timeout: None,
            busy: Arc::default(),
            #[cfg(feature = "layers")]
            limiter: None,
        }
    }

    /// Binds a sink to a transport, with layers around both: it may make several attempts a lead, keeps the vendor's quotas and
    /// waits when the vendor asks for it. Once a sink, not once a lead.
    #[cfg(feature = "layers")]
    #[must_use]
    pub fn stacked(sink: SharedSink, transport: Arc<dyn Transport>, stack: &leadsink_layers::Stack) -> Self {
        let stacked = stack.build(sink, transport);
        Self {
            limiter: Some(stacked.limiter),
            ..Self::new(stacked.sink, stacked.transport)
        }
    }

    /// What the requests of a stacked sender wait for.
    #[cfg(feature = "layers")]
    #[must_use]
    pub const fn limiter(&self) -> Option<&leadsink_layers::Limiter> {
        self.limiter.as_ref()
    }

    /// Sets the name of the sink, where one vendor is configured more than once; the delivery ids depend on it.
    #[must_use]
    pub fn with_name(mut self, name: &str) -> Self {
        self.name = name.into();
        self
    }

    /// Sets the limit for each request; the vendor's own otherwise.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// The sink.
    #[must_use]
    pub const fn sink(&self) -> &SharedSink {
        &self.sink
    }

    /// The name of the sink.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What a first delivery of a lead needs beside it: its id, the time, and a call-back token of its own where the vendor
    /// may answer late. Keep it where a delivery may have to go on after an attempt in doubt: the same context gives the
    /// same request.
    ///
    /// # Panics
    /// When the operating system gives no randomness for the call-back token.
    #[must_use]
    pub fn context(&self, lead: &Lead) -> PrepareContext {
        self.context_at(lead, Timestamp::now())
    }

    /// The same for a lead that was accepted at another time, such as all leads of a file at the time of the file.
    ///
    /// # Panics
    /// When the operating system gives no randomness for the call-back token.
    #[must_use]
    pub fn context_at(&self, lead: &Lead, accepted_at: Timestamp) -> PrepareContext {
        let cx = PrepareContext::new(DeliveryId::new(&lead.id, &self.name), accepted_at);
        if self.sink.descriptor().answers_late {
            cx.with_callback_token(mint_token())
        } else {
            cx
        }
    }

    /// Delivers one lead, in one attempt. A second delivery of the same lead id waits for the first.
    ///
    /// Do not drop the future before it ends: nobody could know then whether the vendor has the lead.
    ///
    /// # Panics
    /// When the operating system gives no randomness for the call-back token.
    pub async fn submit(&self, lead: &Lead) -> Submission {
        self.submit_with(lead, &self.context(lead), Attempt::FIRST).await
    }

    /// Delivers one lead as the given attempt of a delivery that was begun before. After an attempt in doubt say so in
    /// `attempt`: a refusal may then be the vendor's answer to the lead that it has.
    pub async fn submit_with(&self, lead: &Lead, cx: &PrepareContext, attempt: Attempt) -> Submission {
        let (attempts, unmapped, warnings, result) = match self.sink.prepare(lead, cx) {
            Err(unfit) => (attempt.n.saturating_sub(1), Vec::new(), Vec::new(), Err(unfit.into())),
            Ok(prepared) => {
                let deliver = self.deliver_context(attempt);
                let deliver = deliver.with_delivery(cx.delivery, Arc::clone(&self.name));
                let _turn = self.busy.lock(cx.delivery).await;
                let result = deliver.settle(self.sink.deliver(&prepared, &deliver).await);
                (
                    deliver.attempts(),
                    prepared.unmapped,
                    prepared.warnings,
                    result.map_err(SendError::Failed),
                )
            }
        };
        Submission {
            lead: lead.id.clone(),
            delivery: cx.delivery,
            callback_token: cx.callback_token.clone(),
            attempts,
            unmapped,
            warnings,
            result,
        }
    }

    /// Looks at the vendor whether a delivery in doubt arrived; creates nothing. `cx` is the context of that delivery, and
    /// `attempted` the time from its begin to its end by this machine's clock: before and after
    /// [`submit`](Self::submit). It waits for a delivery of the same lead id that is under way, as that for it.
    /// It ends after ten minutes, and at once where a quota leaves it no turn within them.
    ///
    /// # Errors
    /// When the lead does not fit any more, or the look-up failed; the doubt stays then.
    pub async fn reconcile(
        &self,
        lead: &Lead,
        cx: &PrepareContext,
        attempted: Range<Timestamp>,
    ) -> Result<Reconciliation, SendError> {
        let prepared = self.sink.prepare(lead, cx)?;
        let _turn = self.busy.lock(cx.delivery).await;
        let end = tokio::time::Instant::now() + LOOK;
        let look = self.deliver_context(Attempt::FIRST).with_attempted(attempted);
        let look = look.with_deadline(end.into_std());
        Ok(self.sink.reconcile(&prepared, &look).await?)
    }

    /// Asks whether the account works, without creating anything.
    ///
    /// # Errors
    /// When the account does not work or does not answer.
    pub async fn probe(&self) -> Result<Probe, Error> {
        self.sink.probe(&self.deliver_context(Attempt::FIRST)).await
    }

    fn deliver_context(&self, attempt: Attempt) -> DeliverContext {
        let mut cx = DeliverContext::new(Arc::clone(&self.transport)).with_attempt(attempt);
        cx.timeout = self.timeout;
        cx
    }

    /// Delivers the leads of a stream, `n` at a time, and yields what became of each in the order of their ends.
    ///
    /// Poll it to its end: to drop it earlier, or to stop polling, leaves up to `n` leads under way of which nobody learns
    /// whether they arrived.
    pub fn send_all<S>(&self, leads: S, n: usize) -> impl Stream<Item = Submission> + use<S>
    where
        S: Stream<Item = Lead>,
    {
        let sender = self.clone();
        leads
            .map(move |lead| {
                let sender = sender.clone();
                async move { sender.submit(&lead).await }
            })
            .buffer_unordered(n.max(1))
    }
}

/// A token from 128 bits of the system's randomness. Without it nothing secure works, TLS included.
fn mint_token() -> CallbackToken {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the operating system gives randomness");
    CallbackToken::from_bits(u128::from_be_bytes(bytes))
}

/// The transport over reqwest. Build it once a run and share it: it holds the connections.
///
/// # Errors
/// When TLS cannot be set up.
#[cfg(feature = "transport-reqwest")]
pub fn reqwest_transport() -> Result<Arc<dyn Transport>, crate::TransportBuildError> {
    Ok(Arc::new(leadsink_transport_reqwest::ReqwestTransport::new()?))
}

/// Binds a sink to a transport over reqwest.
///
/// # Errors
/// When TLS cannot be set up.
#[cfg(feature = "transport-reqwest")]
pub fn connect(sink: SharedSink) -> Result<Sender, crate::TransportBuildError> {
    Ok(Sender::new(sink, reqwest_transport()?))
}
