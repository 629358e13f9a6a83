//! Preparing a lead where nothing will be sent: what `check`, `map` and a dry run share.

use leadsink::{CallbackToken, DeliveryId, Lead, PrepareContext, Timestamp};

/// The context of a preparation that is only looked at: the lead's real delivery id, a place-holder for the token.
pub(crate) fn dry_context(lead: &Lead, sink_name: &str) -> PrepareContext {
    PrepareContext::new(DeliveryId::new(&lead.id, sink_name), Timestamp::now())
        .with_callback_token(CallbackToken::dry_run())
}
