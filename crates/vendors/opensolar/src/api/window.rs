//! The projects of a certain time. The list has no filter for it: it is read from the newest on, back to that time.

use std::ops::Range;
use std::time::Duration;

use leadsink_core::{DeliverContext, Result, Timestamp};

use super::client::Client;
use super::pages::Listing;
use super::projects::Project;

/// As many pages are looked at, not counting those that are too new.
const PAGES: usize = 10;

/// As many pages that are too new are passed over: the most that an organisation may make in a day.
const NEWER: usize = 100;

/// The projects that may have been made in a certain time.
pub(crate) struct Window {
    /// The newest first, as far as the list says.
    pub(crate) projects: Vec<Project>,
    /// Whether none is missing.
    pub(crate) complete: bool,
    /// How many seconds OpenSolar's clock is ahead of this machine's.
    pub(crate) ahead: Option<i64>,
}

impl Client {
    /// Lists the projects that were made in a time by this machine's clock; the newest ones where none is given. That the list
    /// is in order is seen, not believed.
    pub(crate) async fn projects_within(&self, cx: &DeliverContext, time: Option<&Range<Timestamp>>) -> Result<Window> {
        let mut url = self.of_org(cx, "projects/").await?;
        url.query_pairs_mut()
            .append_pair("fieldset", "list")
            .append_pair("ordering", "-created_date");
        let mut listing = Listing::<Project>::of(url);
        let (mut pages, mut newer, mut reached) = (0, 0, false);
        while pages < PAGES && newer < NEWER {
            let before = listing.rows.len();
            let goes_on = self.next_page(cx, &mut listing).await?;
            let time = time.map(|time| widened(time, listing.ahead));
            reached = time
                .as_ref()
                .is_some_and(|time| reaches_back(&listing.rows, time.start));
            if reached || !goes_on {
                break;
            }
            let is_newer = |project: &Project| {
                let end = time.as_ref().map(|time| time.end);
                project.created_at().zip(end).is_some_and(|(at, end)| at > end)
            };
            match listing.rows[before..].iter().all(is_newer) {
                true => newer += 1,
                false => pages += 1,
            }
        }
        let time = time.map(|time| widened(time, listing.ahead));
        let is_within = |project: &Project| match (project.created_at(), &time) {
            (Some(at), Some(time)) => at >= time.start && at <= time.end,
            _ => true,
        };
        Ok(Window {
            projects: listing.rows.into_iter().filter(is_within).collect(),
            complete: listing.complete || reached,
            ahead: listing.ahead,
        })
    }
}

/// A time by this machine's clock, as wide as it may be by OpenSolar's.
fn widened(time: &Range<Timestamp>, ahead: Option<i64>) -> Range<Timestamp> {
    let apart = Duration::from_secs(ahead.unwrap_or_default().unsigned_abs());
    let mut time = time.clone();
    if ahead.is_some_and(i64::is_negative) {
        time.start = time.start.checked_sub(apart).unwrap_or(Timestamp::MIN);
    } else {
        time.end = time.end.checked_add(apart).unwrap_or(Timestamp::MAX);
    }
    time
}

/// Whether the rows are in order, the newest first, and go back behind a time.
fn reaches_back(rows: &[Project], start: Timestamp) -> bool {
    let times: Option<Vec<_>> = rows.iter().map(Project::created_at).collect();
    times.is_some_and(|times| {
        times.is_sorted_by(|one, next| one >= next) && times.last().is_some_and(|oldest| *oldest < start)
    })
}
