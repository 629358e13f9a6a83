//! Takes a vendor's late word, once for each event.

use super::column::{At, get, number, text};
use super::error::Failed;
use super::server::Db;
use crate::callback::{EventTaken, VendorEvent};
use crate::ids::DeliveryNo;
use crate::late::{CallbackEffect, called_back};

const ADD: &str = "
    INSERT INTO vendor_event (vendor, event_id, delivery, received_at, verdict, body)
    VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (vendor, event_id) DO NOTHING";

pub(super) const FIND: &str = "SELECT id, state, claims FROM delivery WHERE callback_token = $1 FOR UPDATE";

const END: &str = "
    UPDATE delivery SET state = 'done', conclusion = $2, changed_at = $3, doubt = NULL, early = NULL WHERE id = $1";

/// The first final word counts.
pub(super) const KEEP: &str = "
    UPDATE delivery SET early = CASE WHEN early IS NULL OR early = 'pending' THEN $2 ELSE early END,
        vendor_ref = coalesce(vendor_ref, $3)
    WHERE id = $1";

/// Takes an event.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn callback(db: &Db, event: &VendorEvent) -> Result<EventTaken, Failed> {
    let found = db.row(FIND, &[&event.token.as_str()]).await?;
    let delivery: Option<DeliveryNo> = found.as_ref().map(|row| get(row, 0)).transpose()?;
    let received = At(event.received_at);
    let added = db
        .execute(
            ADD,
            &[
                &&*event.vendor,
                &text(&event.event_id),
                &delivery,
                &received,
                &event.verdict,
                &&event.body[..],
            ],
        )
        .await?;
    if added == 0 {
        return Ok(EventTaken::Repeated);
    }
    let (Some(row), Some(delivery)) = (found, delivery) else {
        return Ok(EventTaken::Unmatched);
    };
    Ok(match called_back(get(&row, 1)?, number(&row, 2)?, event.verdict) {
        CallbackEffect::Ends(conclusion) => {
            db.execute(END, &[&delivery, &conclusion, &received]).await?;
            EventTaken::Applied(delivery)
        }
        CallbackEffect::Waits => {
            db.execute(KEEP, &[&delivery, &event.verdict, &None::<&str>]).await?;
            EventTaken::Early(delivery)
        }
        CallbackEffect::None => EventTaken::Recorded(delivery),
    })
}
