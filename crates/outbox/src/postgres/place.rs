//! Where the deliveries of a known lead go: behind, or in place of, what is there of its earlier revisions. The rule is pure; here
//! it gets what it asks for, locked.

use super::column::{get, maybe_number};
use super::error::Failed;
use super::server::Db;
use crate::accept::{NewDelivery, NewLead};
use crate::revision::{Earlier, Place};

/// No worker takes, begins or ends a delivery of any revision to the sinks from here on. All at once and in the order in which
/// workers lock them, so that none waits for the other.
pub(super) const LOCK: &str = "
    SELECT d.id FROM unnest($1::text[], $2::text[], $3::text[]) AS g (idem_key, source, sink)
    JOIN lead l ON l.idem_key = g.idem_key AND l.source = g.source
    JOIN delivery d ON d.lead = l.id AND d.sink = g.sink
    ORDER BY d.id FOR UPDATE OF d";

/// The deliveries of all revisions to the sinks, the latest first, and whether the vendor may have acted on an attempt of each.
/// What was purged has no attempts any more. Asked once they are locked, since an attempt may have begun a moment before. No
/// EXISTS: that may read every attempt there is, once, for many deliveries.
pub(super) const EARLIER: &str = "
    SELECT d.sink, d.id, d.lead, d.waits_for, d.state, d.conclusion, d.doubt, l.body IS NULL OR (
        SELECT count(*) > 0 FROM attempt a WHERE a.delivery = d.id AND (a.outcome IS NULL
            OR a.outcome IN ('unknown', 'accepted', 'pending', 'updated', 'duplicate')))
    FROM lead l JOIN delivery d ON d.lead = l.id
    WHERE l.idem_key = $1 AND l.source = $2 AND d.sink = ANY ($3)
    ORDER BY l.revision DESC";

/// A delivery of a revision that is kept already.
struct Known {
    sink: String,
    delivery: i64,
    lead: i64,
    waits_for: Option<i64>,
    earlier: Earlier,
}

/// Locks the deliveries of known leads, of all their revisions.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn lock(db: &Db, leads: &[&NewLead]) -> Result<(), Failed> {
    let (mut keys, mut sources, mut sinks) = (Vec::new(), Vec::new(), Vec::new());
    for lead in leads {
        for delivery in &lead.deliveries {
            keys.push(lead.key.as_str());
            sources.push(&*lead.source);
            sinks.push(&*delivery.sink);
        }
    }
    db.query(LOCK, &[&keys, &sources, &sinks]).await.map(drop)
}

/// Those deliveries of a lead that may be filed now, with their places; they are locked. With `beside` they are for that row of a
/// lead, and none is given where it has one to the sink already.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn places<'a>(
    db: &Db,
    lead: &'a NewLead,
    beside: Option<i64>,
) -> Result<Vec<(&'a NewDelivery, Place)>, Failed> {
    let known = known(db, lead).await?;
    let mut placed = Vec::new();
    for delivery in &lead.deliveries {
        let of_sink: Vec<_> = known.iter().filter(|known| *known.sink == *delivery.sink).collect();
        // In this revision where it is to update them, in any where it is not.
        let has_it = |row| of_sink.iter().any(|known| known.lead == row || !lead.update);
        if beside.is_some_and(has_it) {
            continue;
        }
        if let Some(place) = place(delivery, &of_sink) {
            placed.push((delivery, place));
        }
    }
    Ok(placed)
}

fn place(delivery: &NewDelivery, known: &[&Known]) -> Option<Place> {
    let earlier: Vec<_> = known.iter().map(|known| known.earlier).collect();
    let latest = known.first();
    let latest = latest.map(|latest| (latest.delivery, latest.waits_for));
    Place::find(delivery.merges, latest, &earlier)
}

/// What is there for the sinks of a lead, the latest revision first.
async fn known(db: &Db, lead: &NewLead) -> Result<Vec<Known>, Failed> {
    let sinks: Vec<_> = lead.deliveries.iter().map(|delivery| &*delivery.sink).collect();
    let key = (lead.key.as_str(), &*lead.source);
    let rows = db.query(EARLIER, &[&key.0, &key.1, &sinks]).await?;
    let known = |row| {
        Ok(Known {
            sink: get(row, 0)?,
            delivery: get(row, 1)?,
            lead: get(row, 2)?,
            waits_for: get(row, 3)?,
            earlier: Earlier {
                state: get(row, 4)?,
                conclusion: get(row, 5)?,
                in_doubt: maybe_number::<i64>(row, 6)?.is_some(),
                may_have_arrived: get(row, 7)?,
            },
        })
    };
    rows.iter().map(known).collect()
}
