//! Keeps leads and files their deliveries: those that are new all at once, the others one by one where there is something to
//! write.

use std::collections::{BTreeMap, BTreeSet};

use leadsink_core::Timestamp;

use super::column::{At, get, number};
use super::error::Failed;
use super::listen;
use super::place::{self, places};
use super::server::Db;
use crate::accept::{Accepted, NewDelivery, NewLead};
use crate::ids::LeadUid;
use crate::revision::Place;
use crate::word::Conclusion;

pub(super) const ADD_LEADS: &str = "
    INSERT INTO lead (uid, source, idem_key, revision, raw_hash, accepted_at, body)
    SELECT uid, source, idem_key, revision, raw_hash, accepted_at, body
    FROM unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bytea[], $6::timestamptz[], $7::bytea[])
        AS g (uid, source, idem_key, revision, raw_hash, accepted_at, body)
    ON CONFLICT (idem_key, source, revision) DO NOTHING
    RETURNING id, idem_key, source";

pub(super) const ADD_DELIVERIES: &str = "
    INSERT INTO delivery (lead, sink, state, due_at, accepted_at, changed_at, callback_token, waits_for)
    SELECT lead, sink, 'due', at, at, at, token, waits_for
    FROM unnest($1::bigint[], $2::text[], $3::timestamptz[], $4::text[], $5::bigint[])
        AS g (lead, sink, at, token, waits_for)
    ON CONFLICT (lead, sink) DO NOTHING";

pub(super) const KNOWN: &str = "
    SELECT g.n, l.id, l.uid, l.revision, l.raw_hash, ARRAY(SELECT d.sink FROM delivery d WHERE d.lead = l.id)
    FROM unnest($1::text[], $2::text[]) WITH ORDINALITY AS g (idem_key, source, n)
    JOIN lead l ON l.idem_key = g.idem_key AND l.source = g.source
    ORDER BY g.n, l.revision";

/// Whoever changes what is known of a key has the rows of all its revisions. What others wrote meanwhile is seen by the next
/// statement. All keys at once and in their order, so that two groups never wait for each other.
pub(super) const LOCK: &str = "
    SELECT l.id FROM unnest($1::text[], $2::text[]) AS g (idem_key, source)
    JOIN lead l ON l.idem_key = g.idem_key AND l.source = g.source
    ORDER BY l.idem_key, l.source, l.revision FOR UPDATE OF l";

pub(super) const SUPERSEDE: &str = "
    UPDATE delivery SET state = 'done', conclusion = $2, changed_at = $3, early = NULL WHERE id = ANY ($1)";

const REFILL: &str = "UPDATE lead SET body = $2 WHERE id = $1 AND body IS NULL";

/// A revision that is kept already.
struct Kept {
    row: i64,
    uid: LeadUid,
    revision: u32,
    hash: Vec<u8>,
    sinks: Vec<String>,
}

/// What is to be done about a lead whose key is known.
enum Known {
    Nothing(Accepted),
    Revise { revision: u32 },
    File { row: i64 },
}

/// A lead, and when it came.
pub(super) type Given<'a> = (&'a NewLead, Timestamp);

/// Keeps leads that came together, some of them maybe more than once.
///
/// # Errors
/// When the server or the connection fails.
pub(super) async fn accept(db: &Db, given: &[Given<'_>]) -> Result<Vec<Accepted>, Failed> {
    let mut answers = BTreeMap::new();
    // In the order of the keys, so that two groups never wait for each other.
    let mut firsts = BTreeMap::new();
    for (index, (lead, _)) in given.iter().enumerate() {
        firsts.entry((lead.key.as_str(), &*lead.source)).or_insert(index);
    }
    let new = add(db, given, &firsts).await?;
    for (index, _) in &new {
        answers.insert(
            *index,
            Accepted::New {
                lead: given[*index].0.uid,
            },
        );
    }
    let is_new = !new.is_empty();
    let filed = new.iter().flat_map(|(index, row)| {
        let (lead, now) = &given[*index];
        lead.deliveries
            .iter()
            .map(|delivery| (*row, delivery, Place::default(), *now))
    });
    file(db, &filed.collect::<Vec<_>>()).await?;
    let rest: Vec<_> = (0..given.len()).filter(|index| !answers.contains_key(index)).collect();
    let known = known(db, rest.iter().map(|index| given[*index].0)).await?;
    let mut changed = BTreeSet::new();
    for (index, kept) in rest.iter().zip(&known) {
        let lead = given[*index].0;
        if !matches!(what_of(lead, kept)?, Known::Nothing(_)) {
            changed.insert((lead.key.as_str(), &*lead.source));
        }
    }
    let is_changed = |lead: &NewLead| changed.contains(&(lead.key.as_str(), &*lead.source));
    let concerned = rest.iter().map(|index| given[*index].0).filter(|lead| is_changed(lead));
    lock(db, &concerned.collect::<Vec<_>>()).await?;
    for (index, kept) in rest.into_iter().zip(known) {
        let (lead, now) = given[index];
        let answer = match what_of(lead, &kept)? {
            // What was read is no longer so where the same key is changed.
            Known::Nothing(answer) if !is_changed(lead) => answer,
            _ => change(db, lead, now).await?,
        };
        answers.insert(index, answer);
    }
    if is_new || !changed.is_empty() {
        listen::tell(db).await?;
    }
    Ok(answers.into_values().collect())
}

/// Adds what is new, and says which and under which numbers, in the order in which they came.
async fn add(
    db: &Db,
    given: &[Given<'_>],
    firsts: &BTreeMap<(&str, &str), usize>,
) -> Result<Vec<(usize, i64)>, Failed> {
    let leads: Vec<_> = firsts
        .values()
        .map(|index| (given[*index].0, 1, given[*index].1))
        .collect();
    let mut new = Vec::new();
    for row in insert(db, &leads).await? {
        if let Some(index) = firsts.get(&(row.1.as_str(), row.2.as_str())) {
            new.push((*index, row.0));
        }
    }
    new.sort_unstable();
    Ok(new)
}

/// Inserts revisions; gives number, key and source of each that was not there.
async fn insert(db: &Db, leads: &[(&NewLead, u32, Timestamp)]) -> Result<Vec<(i64, String, String)>, Failed> {
    if leads.is_empty() {
        return Ok(Vec::new());
    }
    let uids: Vec<_> = leads.iter().map(|(lead, ..)| lead.uid).collect();
    let sources: Vec<_> = leads.iter().map(|(lead, ..)| &*lead.source).collect();
    let keys: Vec<_> = leads.iter().map(|(lead, ..)| lead.key.as_str()).collect();
    let revisions: Vec<_> = leads.iter().map(|(_, revision, _)| i64::from(*revision)).collect();
    let hashes: Vec<_> = leads.iter().map(|(lead, ..)| &lead.raw_hash.0[..]).collect();
    let times: Vec<_> = leads.iter().map(|(.., now)| At(*now)).collect();
    let bodies: Vec<_> = leads.iter().map(|(lead, ..)| &lead.body[..]).collect();
    let rows = db
        .query(
            ADD_LEADS,
            &[&uids, &sources, &keys, &revisions, &hashes, &times, &bodies],
        )
        .await?;
    rows.iter()
        .map(|row| Ok((get(row, 0)?, get(row, 1)?, get(row, 2)?)))
        .collect()
}

/// A delivery to be filed: the row of its lead, itself, where it goes, when it came.
type Filed<'a> = (i64, &'a NewDelivery, Place, Timestamp);

async fn file(db: &Db, filed: &[Filed<'_>]) -> Result<u64, Failed> {
    if filed.is_empty() {
        return Ok(0);
    }
    let leads: Vec<_> = filed.iter().map(|(lead, ..)| *lead).collect();
    let sinks: Vec<_> = filed.iter().map(|(_, delivery, ..)| &*delivery.sink).collect();
    let times: Vec<_> = filed.iter().map(|(.., now)| At(*now)).collect();
    let tokens = filed.iter().map(|(_, delivery, ..)| delivery.callback_token.as_ref());
    let tokens: Vec<_> = tokens.map(|token| token.map(|token| token.as_str())).collect();
    let waits: Vec<_> = filed.iter().map(|(_, _, place, _)| place.waits_for).collect();
    db.execute(ADD_DELIVERIES, &[&leads, &sinks, &times, &tokens, &waits])
        .await
}

/// What is kept of each of the leads, the oldest revision first.
async fn known<'a>(db: &Db, leads: impl Iterator<Item = &'a NewLead>) -> Result<Vec<Vec<Kept>>, Failed> {
    let (keys, sources): (Vec<_>, Vec<_>) = leads.map(|lead| (lead.key.as_str(), &*lead.source)).unzip();
    let mut kept: Vec<_> = keys.iter().map(|_| Vec::new()).collect();
    if keys.is_empty() {
        return Ok(kept);
    }
    for row in db.query(KNOWN, &[&keys, &sources]).await? {
        let n: usize = number(&row, 0)?;
        let of = kept.get_mut(n.wrapping_sub(1)).ok_or_else(Failed::internal)?;
        of.push(Kept {
            row: get(&row, 1)?,
            uid: get(&row, 2)?,
            revision: number(&row, 3)?,
            hash: get(&row, 4)?,
            sinks: get(&row, 5)?,
        });
    }
    Ok(kept)
}

fn what_of(lead: &NewLead, kept: &[Kept]) -> Result<Known, Failed> {
    let (Some(first), Some(last)) = (kept.first(), kept.last()) else {
        // The key was there a moment ago, and keys stay.
        return Err(Failed::internal());
    };
    let is_last = last.hash == lead.raw_hash.0;
    if lead.update && !is_last {
        return Ok(Known::Revise {
            revision: last.revision + 1,
        });
    }
    // In this revision where it is to update them, in any where it is not.
    let relevant = if lead.update { std::slice::from_ref(last) } else { kept };
    let has = |sink: &str| relevant.iter().any(|kept| kept.sinks.iter().any(|known| known == sink));
    if is_last && !lead.deliveries.iter().all(|delivery| has(&delivery.sink)) {
        return Ok(Known::File { row: last.row });
    }
    Ok(Known::Nothing(Accepted::Duplicate {
        first: first.uid,
        // Without a wish to update, a record that was replaced since is a known one as well.
        same_body: is_last || kept.iter().any(|kept| kept.hash == lead.raw_hash.0),
        filed: 0,
    }))
}

/// Locks what is known of the keys of leads, and their deliveries.
async fn lock(db: &Db, leads: &[&NewLead]) -> Result<(), Failed> {
    if leads.is_empty() {
        return Ok(());
    }
    let (keys, sources): (Vec<_>, Vec<_>) = leads.iter().map(|lead| (lead.key.as_str(), &*lead.source)).unzip();
    db.query(LOCK, &[&keys, &sources]).await?;
    place::lock(db, leads).await
}

/// Changes what is known of a key, whose rows are locked.
async fn change(db: &Db, lead: &NewLead, now: Timestamp) -> Result<Accepted, Failed> {
    let kept = known(db, std::iter::once(lead)).await?.pop().unwrap_or_default();
    let first = kept.first().ok_or_else(Failed::internal)?.uid;
    match what_of(lead, &kept)? {
        Known::Nothing(answer) => Ok(answer),
        Known::Revise { revision } => {
            let revised = revise(db, lead, revision, now).await?;
            Ok(revised.unwrap_or(Accepted::Duplicate {
                first,
                same_body: false,
                filed: 0,
            }))
        }
        Known::File { row } => {
            let missing = places(db, lead, Some(row)).await?;
            let filed = put(db, row, &missing, now).await?;
            if filed > 0 {
                // It may have been purged since.
                db.execute(REFILL, &[&row, &&lead.body[..]]).await?;
            }
            Ok(Accepted::Duplicate {
                first,
                same_body: true,
                filed: u32::try_from(filed).unwrap_or(u32::MAX),
            })
        }
    }
}

/// Files a new revision for those of its sinks that may get it; where there is none, nothing of it is kept.
async fn revise(db: &Db, lead: &NewLead, revision: u32, now: Timestamp) -> Result<Option<Accepted>, Failed> {
    let placed = places(db, lead, None).await?;
    if placed.is_empty() {
        return Ok(None);
    }
    let added = insert(db, &[(lead, revision, now)]).await?;
    let Some((row, ..)) = added.first() else {
        return Err(Failed::internal());
    };
    put(db, *row, &placed, now).await?;
    Ok(Some(Accepted::Revised {
        lead: lead.uid,
        revision,
    }))
}

/// Files deliveries where they go.
async fn put(db: &Db, row: i64, placed: &[(&NewDelivery, Place)], now: Timestamp) -> Result<u64, Failed> {
    let superseded: Vec<_> = placed.iter().filter_map(|(_, place)| place.supersedes).collect();
    if !superseded.is_empty() {
        db.execute(SUPERSEDE, &[&superseded, &Conclusion::Superseded, &At(now)])
            .await?;
    }
    let filed: Vec<_> = placed
        .iter()
        .map(|(delivery, place)| (row, *delivery, *place, now))
        .collect();
    file(db, &filed).await
}
