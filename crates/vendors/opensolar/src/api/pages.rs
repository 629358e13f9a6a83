//! Lists, page by page. How long a page is at most is not documented, nor what stands behind the last one.

use std::collections::BTreeSet;

use leadsink_core::{DeliverContext, Result};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::client::{Client, unanswered};
use crate::response::is_missing;

/// How many rows are asked for at once: what others use without trouble.
pub(super) const LIMIT: usize = 100;

/// A first page of fewer rows that says nothing of another is taken for the whole list: no server cuts a page of 100 down to
/// less.
const SHORT: usize = 10;

/// A row of a list.
pub(super) trait Row: DeserializeOwned + Send {
    /// Its id, by which a row that comes twice is known.
    fn id(&self) -> Option<u64>;
}

/// A list, as far as it was read.
pub(super) struct Listing<T> {
    list: Url,
    /// How many pages were read.
    pages: usize,
    limit_is_kept: bool,
    /// What the last page says of another.
    next: Next,
    known: BTreeSet<u64>,
    /// The rows, none twice.
    pub(super) rows: Vec<T>,
    /// Whether a page showed that it is the last one: then no row is missing.
    pub(super) complete: bool,
    /// Whether there are no more pages, also where that is inferred: enough to choose from the rows, and not to say that one is
    /// not there.
    pub(super) over: bool,
    /// How many seconds OpenSolar's clock is ahead of this machine's, by its first page.
    pub(super) ahead: Option<i64>,
}

impl<T: Row> Listing<T> {
    /// A list of which nothing was read yet. The address holds a query already.
    pub(super) const fn of(list: Url) -> Self {
        Self {
            list,
            pages: 0,
            limit_is_kept: false,
            next: Next::Unsaid,
            known: BTreeSet::new(),
            rows: Vec::new(),
            complete: false,
            over: false,
            ahead: None,
        }
    }
}

impl Client {
    /// Goes through a list to its end, or for as many pages.
    pub(super) async fn list<T: Row>(&self, cx: &DeliverContext, list: Url, pages: usize) -> Result<Listing<T>> {
        let mut listing = Listing::of(list);
        while listing.pages < pages && self.next_page(cx, &mut listing).await? {}
        Ok(listing)
    }

    /// Reads one more page. Tells whether to read another.
    pub(super) async fn next_page<T: Row>(&self, cx: &DeliverContext, listing: &mut Listing<T>) -> Result<bool> {
        listing.pages += 1;
        let mut url = listing.list.clone();
        url.query_pairs_mut()
            .append_pair("limit", &LIMIT.to_string())
            .append_pair("page", &listing.pages.to_string());
        let response = self.get(cx, url).await?;
        // So some lists answer behind their last page; of which ones, and whether all do, nobody says. A proxy may say so of
        // any page, and a page that was named is there.
        if listing.pages > 1 && listing.next == Next::Unsaid && is_missing(&response) {
            listing.over = true;
            return Ok(false);
        }
        let page = response.status.is_success().then(|| decode::<T>(&response.body));
        let Some((rows, next)) = page.flatten() else {
            return Err(unanswered(&response));
        };
        if listing.pages == 1 {
            listing.ahead = response.date().map(|date| date.as_second() - cx.now().as_second());
            listing.limit_is_kept = rows.len() >= LIMIT;
        }
        let count = rows.len();
        let before = listing.rows.len();
        let known = &mut listing.known;
        let new = rows
            .into_iter()
            .filter(|row| row.id().is_none_or(|id| known.insert(id)));
        listing.rows.extend(new);
        // A page without anything new is one that was asked for in vain, or again.
        let is_new = listing.rows.len() > before;
        listing.next = next;
        listing.complete = match next {
            Next::There => false,
            Next::None => true,
            Next::Unsaid => count < SHORT || (listing.limit_is_kept && count < LIMIT),
        };
        // A full page that repeats another may come of a list that knows no pages.
        listing.over = listing.complete || (next == Next::Unsaid && !is_new);
        Ok(!listing.complete && is_new)
    }
}

/// What a page says of the one behind it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Next {
    There,
    None,
    Unsaid,
}

/// The rows of a page, and what it says of the next: a bare list, or one with its neighbours around it.
fn decode<T: Row>(body: &[u8]) -> Option<(Vec<T>, Next)> {
    match serde_json::from_slice(body).ok()? {
        rows @ Value::Array(_) => Some((serde_json::from_value(rows).ok()?, Next::Unsaid)),
        Value::Object(mut page) => {
            let rows = serde_json::from_value(page.remove("results")?).ok()?;
            let next = match page.get("next") {
                Some(Value::String(_)) => Next::There,
                Some(Value::Null) => Next::None,
                _ => Next::Unsaid,
            };
            Some((rows, next))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
