#![doc = include_str!("../README.md")]

mod accept;
mod attempt;
#[cfg(feature = "postgres")]
mod auth;
mod budget;
mod callback;
mod claim;
#[cfg(feature = "conformance")]
pub mod conformance;
mod control;
mod dispatch;
mod error;
mod ids;
mod lane;
mod late;
#[cfg(feature = "postgres")]
pub mod postgres;
mod revision;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
mod role;
mod rules;
#[cfg(feature = "sqlite")]
pub mod sqlite;
mod store;
mod time;
#[cfg(any(feature = "postgres", feature = "sqlite"))]
pub mod transfer;
mod view;
mod word;

pub use accept::{Accepted, NewDelivery, NewLead, RawHash};
pub use attempt::{Answer, Begin, Ending, Failure, Finish, Finished, Standing, Then};
pub use budget::{Budget, Grant, QuotaRule};
pub use callback::{EventTaken, VendorEvent};
pub use claim::{Claim, ClaimRequest, Claims, Doubt, Wanted, is_suspect};
pub use control::{Control, Release, Selection};
pub use dispatch::{
    Clock, Dispatcher, Event, Handle, LaneNumbers, LaneSetup, Observer, RetryRules, Stopped, SystemClock, Unreadable,
    decode_lead, encode_lead,
};
pub use error::{StoreError, StoreErrorKind};
pub use ids::{DeliveryNo, Fence, LeadUid, WorkerId};
pub use lane::{Breaker, BreakerReport, Gate, Lane};
pub use late::{
    CallbackEffect, called_back, cleared_late, is_settled_late, kept_late, leaves_old_doubt, without_old_doubt,
};
#[cfg(feature = "postgres")]
pub use postgres::PostgresStore;
pub use revision::{Earlier, Filing, filing};
pub use rules::{Exhaustion, Next, Progress, ReapLimits, Reaped, finished, reaped};
#[cfg(feature = "sqlite")]
pub use sqlite::SqliteStore;
pub use store::LeadStore;
pub use view::{AttemptView, Count, DeliveryView, LeadView, Page, Query};
pub use word::{AttemptOutcome, Conclusion, State, UnknownWord, Verdict};
