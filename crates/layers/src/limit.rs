//! How many requests a sink may make in a time, as documented by the vendor or set by the account's owner.

use std::borrow::Cow;
use std::fmt;
use std::time::Duration;

use leadsink_core::{CountsFor, Quota};

/// At most so many requests in any time of this length.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limit {
    /// The class of requests by the vendor's descriptor, such as `leads`. A limit of any other name counts every request as soon
    /// as a [`Stack`](crate::Stack) keeps it.
    pub class: Cow<'static, str>,
    /// How many, at least one.
    pub requests: u32,
    /// In what time, a year at most.
    pub per: Duration,
    /// Whether it counts every request, of whatever class.
    pub for_all: bool,
}

/// No vendor counts longer, and no clock overflows.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 3600);

impl Limit {
    /// A limit for the requests of a class, and for those that name none. None at all cannot be said, it would send nothing ever:
    /// 0 counts as 1.
    #[must_use]
    pub fn new(class: impl Into<Cow<'static, str>>, requests: u32, per: Duration) -> Self {
        Self {
            class: class.into(),
            requests: requests.max(1),
            per: per.min(LONGEST),
            for_all: false,
        }
    }

    /// Makes it count every request, of whatever class.
    #[must_use]
    pub const fn for_all(mut self) -> Self {
        self.for_all = true;
        self
    }

    /// Whether it counts a request.
    #[must_use]
    pub fn counts(&self, request: CountsFor) -> bool {
        self.for_all
            || match request {
                CountsFor::AllQuotas => true,
                CountsFor::Class(class) => self.class == class,
                CountsFor::NoClass => false,
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
