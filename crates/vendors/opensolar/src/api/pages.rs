//! Lists, page by page. How long a page is at most is not documented, nor what stands behind the last one.

use std::collections::BTreeSet;

use leadsink_core::{DeliverContext, Result, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::Url;

use super::client::{Client, unanswered};

/// How many rows are asked for at once: what others use without trouble.
pub(super) const LIMIT: usize = 100;

/// A first page of fewer rows is taken for the whole list: no server cuts a page of 100 down to less.
const SHORT: usize = 10;

/// A row of a list.
pub(super) trait Row: DeserializeOwned + Send {
    /// Its id, by which a row that comes twice is known.
    fn id(&self) -> Option<u64>;
}

/// What was listed.
pub(super) struct Listing<T> {
    /// The rows, none twice.
    pub(super) rows: Vec<T>,
    /// Whether the list came to its end.
    pub(super) complete: bool,
    /// When the first page was answered, by OpenSolar's clock.
    pub(super) date: Option<Timestamp>,
}

impl Client {
    /// Goes through a list for as many pages, until it ends or the caller has enough. The address holds a query already.
    pub(super) async fn list<T: Row>(
        &self,
        cx: &DeliverContext,
        list: &Url,
        pages: usize,
        mut enough: impl FnMut(&[T]) -> bool + Send,
    ) -> Result<Listing<T>> {
        let mut known = BTreeSet::new();
        let mut listing = Listing {
            rows: Vec::new(),
            complete: false,
            date: None,
        };
        let mut limit_is_kept = false;
        for page in 1..=pages {
            let mut url = list.clone();
            url.query_pairs_mut()
                .append_pair("limit", &LIMIT.to_string())
                .append_pair("page", &page.to_string());
            let response = self.get(cx, url).await?;
            // Some lists answer so behind their last page.
            if page > 1 && response.status == http::StatusCode::NOT_FOUND {
                listing.complete = true;
                return Ok(listing);
            }
            let rows = response
                .status
                .is_success()
                .then(|| decode::<T>(&response.body))
                .flatten();
            let Some((rows, is_last)) = rows else {
                return Err(unanswered(&response));
            };
            if page == 1 {
                listing.date = response.date();
                limit_is_kept = rows.len() >= LIMIT;
            }
            let count = rows.len();
            let before = listing.rows.len();
            listing.rows.extend(
                rows.into_iter()
                    .filter(|row| row.id().is_none_or(|id| known.insert(id))),
            );
            // A page without anything new is one that was asked for in vain, or again.
            let is_short = count < SHORT || (limit_is_kept && count < LIMIT);
            listing.complete = is_last || is_short || listing.rows.len() == before;
            if listing.complete || enough(&listing.rows) {
                return Ok(listing);
            }
        }
        Ok(listing)
    }
}

/// The rows of a page, and whether it says that it is the last one: a bare list, or one with its neighbours around it.
fn decode<T: Row>(body: &[u8]) -> Option<(Vec<T>, bool)> {
    match serde_json::from_slice(body).ok()? {
        rows @ Value::Array(_) => Some((serde_json::from_value(rows).ok()?, false)),
        Value::Object(mut page) => {
            let rows = serde_json::from_value(page.remove("results")?).ok()?;
            Some((rows, page.get("next").is_some_and(Value::is_null)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
