//! What a list leaves out: pages and order. Sizes are not documented, nor what stands behind the last page: clients take
//! any answer but 200 there for the end, so that the 404 given here is inferred.

use std::ops::Range;

use http::StatusCode;

use super::super::Asked;
use super::drf;
use crate::reply::Reply;

const DEFAULT_LIMIT: usize = 20;
const MOST: usize = 100;

/// The parameters of a list.
pub(super) struct Query(Vec<(String, String)>);

impl Query {
    pub(super) fn of(request: &Asked<'_>) -> Self {
        let pairs = form_urlencoded::parse(request.query.unwrap_or_default().as_bytes());
        Self(pairs.into_owned().collect())
    }

    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let mut pairs = self.0.iter();
        pairs.find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Refuses a `fieldset` that the document does not name.
    pub(super) fn fieldset(&self, known: &[&str]) -> Result<(), Reply> {
        match self.get("fieldset") {
            Some(fieldset) if !known.contains(&fieldset) => Err(drf::invalid(
                "fieldset",
                &format!("\"{fieldset}\" is not a valid choice."),
            )),
            _ => Ok(()),
        }
    }

    /// Returns the field to order by and whether it descends. `-` descends, as on the framework, though one page of the
    /// vendor says the opposite; a field that is not among the known is ignored, as the vendor is seen to do.
    pub(super) fn ordering<'a>(&self, known: &[&'a str]) -> Option<(&'a str, bool)> {
        let wanted = self.get("ordering")?;
        let (name, descends) = match wanted.strip_prefix('-') {
            Some(name) => (name, true),
            None => (wanted, false),
        };
        let known = known.iter().find(|known| **known == name);
        known.map(|known| (*known, descends))
    }

    /// Returns which rows of so many are asked for: by `page`, from 1, and `limit`, else by `range`, `[0,19]`.
    pub(super) fn rows(&self, len: usize) -> Result<Range<usize>, Reply> {
        let invalid = || drf::detail(StatusCode::NOT_FOUND, "Invalid page.");
        if self.get("page").is_none()
            && self.get("limit").is_none()
            && let Some(range) = self.get("range")
        {
            let range = range.strip_prefix('[').and_then(|range| range.strip_suffix(']'));
            let ends = range.and_then(|range| range.split_once(','));
            let (first, last) = ends.ok_or_else(invalid)?;
            let [first, last] = [first, last].map(|end| end.trim().parse::<usize>().map_err(|_| invalid()));
            let (first, last) = (first?, last?);
            let end = last.saturating_add(1).min(len).min(first.saturating_add(MOST));
            return Ok(first.min(end)..end);
        }
        let limit = self.get("limit").and_then(|limit| limit.parse().ok());
        let limit = limit.filter(|limit| *limit > 0).unwrap_or(DEFAULT_LIMIT).min(MOST);
        let page = self
            .get("page")
            .unwrap_or("1")
            .parse::<usize>()
            .map_err(|_| invalid())?;
        let first = page.checked_sub(1).and_then(|pages| pages.checked_mul(limit));
        let first = first.filter(|first| *first < len || page == 1).ok_or_else(invalid)?;
        Ok(first..first.saturating_add(limit).min(len))
    }
}
