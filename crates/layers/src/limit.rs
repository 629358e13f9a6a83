//! How many requests a sink may make in a time, as documented by the vendor or set by the account's owner.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use leadsink_core::Quota;

/// At most so many requests in any time of this length.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limit {
    /// The class of requests by the vendor's descriptor, such as `leads`; a new name for a limit that nobody documents.
    pub class: Cow<'static, str>,
    /// How many, at least one.
    pub requests: u32,
    /// In what time, a year at most.
    pub per: Duration,
}

/// No vendor counts longer, and no clock overflows.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

impl Limit {
    /// A limit. None at all cannot be said, it would send nothing ever: 0 counts as 1.
    #[must_use]
    pub fn new(class: impl Into<Cow<'static, str>>, requests: u32, per: Duration) -> Self {
        Self {
            class: class.into(),
            requests: requests.max(1),
            per: per.min(LONGEST),
        }
    }
}

impl From<Quota> for Limit {
    fn from(quota: Quota) -> Self {
        Self::new(quota.class, quota.requests, quota.per)
    }
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`, {} in {} s", self.class, self.requests, self.per.as_secs_f64())
    }
}
