//! Takes a vendor's late word, once for each event.

use rusqlite::{Connection, OptionalExtension as _, Result, params};

use super::column::At;
use crate::callback::{EventTaken, VendorEvent};
use crate::ids::DeliveryNo;
use crate::late::{CallbackEffect, called_back};
use crate::word::State;

const ADD: &str = "
    INSERT INTO vendor_event (vendor, event_id, delivery, received_at, verdict, body)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6)
    ON CONFLICT (vendor, event_id) DO NOTHING";

const FIND: &str = "SELECT id, state, claims FROM delivery WHERE callback_token = ?1";

const END: &str = "
    UPDATE delivery SET state = 'done', conclusion = ?2, changed_at = ?3, doubt = NULL, early = NULL WHERE id = ?1";

/// The first final word counts.
pub(super) const KEEP: &str = "
    UPDATE delivery SET early = CASE WHEN early IS NULL OR early = 'pending' THEN ?2 ELSE early END,
        vendor_ref = coalesce(vendor_ref, ?3)
    WHERE id = ?1";

pub(super) fn callback(db: &Connection, event: &VendorEvent) -> Result<EventTaken> {
    let found = db
        .prepare_cached(FIND)?
        .query_row([event.token.as_str()], |row| {
            Ok((
                row.get::<_, DeliveryNo>(0)?,
                row.get::<_, State>(1)?,
                row.get::<_, u32>(2)?,
            ))
        })
        .optional()?;
    let added = db.prepare_cached(ADD)?.execute(params![
        event.vendor,
        event.event_id,
        found.map(|(delivery, ..)| delivery),
        At(event.received_at),
        event.verdict,
        &event.body[..],
    ])?;
    if added == 0 {
        return Ok(EventTaken::Repeated);
    }
    let Some((delivery, state, claims)) = found else {
        return Ok(EventTaken::Unmatched);
    };
    Ok(match called_back(state, claims, event.verdict) {
        CallbackEffect::Ends(conclusion) => {
            db.prepare_cached(END)?
                .execute(params![delivery, conclusion, At(event.received_at)])?;
            EventTaken::Applied(delivery)
        }
        CallbackEffect::Waits => {
            let vendor_ref = None::<&str>;
            db.prepare_cached(KEEP)?
                .execute(params![delivery, event.verdict, vendor_ref])?;
            EventTaken::Early(delivery)
        }
        CallbackEffect::None => EventTaken::Recorded(delivery),
    })
}
