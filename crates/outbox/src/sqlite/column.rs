//! How the crate's types stand in columns.

use leadsink_core::{CallbackToken, LeadId, Timestamp};
use rusqlite::Row;
use rusqlite::types::{FromSql, FromSqlError, FromSqlResult, ToSql, ToSqlOutput, ValueRef};
use uuid::Uuid;

use crate::ids::{DeliveryNo, LeadUid, WorkerId};
use crate::rules::Progress;
use crate::word::{AttemptOutcome, Conclusion, State, Verdict};

/// A time in microseconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(super) struct At(pub(super) Timestamp);

impl ToSql for At {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.as_microsecond().into())
    }
}

impl FromSql for At {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        let micros = value.as_i64()?;
        Timestamp::from_microsecond(micros)
            .map(Self)
            .map_err(|_| FromSqlError::OutOfRange(micros))
    }
}

/// An id or key of ours that is read from its text.
pub(super) struct Text<T>(pub(super) T);

impl FromSql for Text<LeadId> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        LeadId::new(value.as_str()?).map(Self).map_err(FromSqlError::other)
    }
}

impl FromSql for Text<CallbackToken> {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        CallbackToken::parse(value.as_str()?)
            .map(Self)
            .map_err(FromSqlError::other)
    }
}

macro_rules! words {
    ($($name:ident),+) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(ToSqlOutput::Borrowed(ValueRef::Text(self.as_str().as_bytes())))
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                Self::parse(value.as_str()?).map_err(FromSqlError::other)
            }
        }
    )+};
}

words!(AttemptOutcome, Conclusion, State, Verdict);

macro_rules! uuids {
    ($($name:ident),+) => {$(
        impl ToSql for $name {
            fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
                Ok(self.as_uuid().into_bytes().to_vec().into())
            }
        }

        impl FromSql for $name {
            fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
                Ok(Self::from_uuid(Uuid::from_bytes(<[u8; 16]>::column_result(value)?)))
            }
        }
    )+};
}

uuids!(LeadUid, WorkerId);

impl ToSql for DeliveryNo {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(self.0.into())
    }
}

impl FromSql for DeliveryNo {
    fn column_result(value: ValueRef<'_>) -> FromSqlResult<Self> {
        i64::column_result(value).map(Self)
    }
}

/// A time, where there is one.
pub(super) fn time(at: Option<At>) -> Option<Timestamp> {
    at.map(|at| at.0)
}

/// How far a delivery is: attempts, doubt, first failure and early word, in columns that stand in this order.
pub(super) fn progress(row: &Row<'_>, first: usize) -> rusqlite::Result<Progress> {
    Ok(Progress {
        attempts: row.get(first)?,
        doubt: row.get(first + 1)?,
        first_failed_at: time(row.get(first + 2)?),
        early: row.get(first + 3)?,
    })
}

/// A time in whole microseconds, as it is given back.
#[must_use]
pub(super) fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
