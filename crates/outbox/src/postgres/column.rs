//! How the crate's types stand in columns.

use std::borrow::Cow;
use std::error::Error;

use bytes::{BufMut as _, BytesMut};
use leadsink_core::{LeadId, Timestamp};
use tokio_postgres::Row;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, accepts, to_sql_checked};
use uuid::Uuid;

use super::error::Failed;
use crate::ids::{DeliveryNo, LeadUid, WorkerId};
use crate::rules::Progress;
use crate::word::{AttemptOutcome, Conclusion, State, Verdict};

type Read<T> = Result<T, Box<dyn Error + Sync + Send>>;

/// The server counts from the beginning of 2000, in microseconds.
const EPOCH: i64 = 946_684_800_000_000;

/// A time in whole microseconds.
#[derive(Clone, Copy, Debug)]
pub(super) struct At(pub(super) Timestamp);

impl ToSql for At {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Read<IsNull> {
        out.put_i64(self.0.as_microsecond().saturating_sub(EPOCH));
        Ok(IsNull::No)
    }

    accepts!(TIMESTAMPTZ);
    to_sql_checked!();
}

impl<'a> FromSql<'a> for At {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Read<Self> {
        let micros = i64::from_be_bytes(raw.try_into()?);
        Ok(Self(Timestamp::from_microsecond(micros.saturating_add(EPOCH))?))
    }

    accepts!(TIMESTAMPTZ);
}

macro_rules! words {
    ($($name:ident),+) => {$(
        impl ToSql for $name {
            fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Read<IsNull> {
                self.as_str().to_sql(ty, out)
            }

            accepts!(TEXT);
            to_sql_checked!();
        }

        impl<'a> FromSql<'a> for $name {
            fn from_sql(ty: &Type, raw: &'a [u8]) -> Read<Self> {
                Ok(Self::parse(<&str>::from_sql(ty, raw)?)?)
            }

            accepts!(TEXT);
        }
    )+};
}

words!(AttemptOutcome, Conclusion, State, Verdict);

macro_rules! uuids {
    ($($name:ident),+) => {$(
        impl ToSql for $name {
            fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Read<IsNull> {
                self.as_uuid().to_sql(ty, out)
            }

            accepts!(UUID);
            to_sql_checked!();
        }

        impl<'a> FromSql<'a> for $name {
            fn from_sql(ty: &Type, raw: &'a [u8]) -> Read<Self> {
                Uuid::from_sql(ty, raw).map(Self::from_uuid)
            }

            accepts!(UUID);
        }
    )+};
}

uuids!(LeadUid, WorkerId);

impl ToSql for DeliveryNo {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Read<IsNull> {
        self.0.to_sql(ty, out)
    }

    accepts!(INT8);
    to_sql_checked!();
}

impl<'a> FromSql<'a> for DeliveryNo {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Read<Self> {
        i64::from_sql(ty, raw).map(Self)
    }

    accepts!(INT8);
}

/// A value of a row.
///
/// # Errors
/// When it cannot be read.
pub(super) fn get<'a, T: FromSql<'a>>(row: &'a Row, column: usize) -> Result<T, Failed> {
    row.try_get(column).map_err(|_| Failed::unreadable())
}

/// A count or number that is never negative.
///
/// # Errors
/// When it cannot be read.
pub(super) fn number<T: TryFrom<i64>>(row: &Row, column: usize) -> Result<T, Failed> {
    maybe_number(row, column)?.ok_or_else(Failed::unreadable)
}

/// The same, where there is one.
///
/// # Errors
/// When it cannot be read.
pub(super) fn maybe_number<T: TryFrom<i64>>(row: &Row, column: usize) -> Result<Option<T>, Failed> {
    let number: Option<i64> = get(row, column)?;
    let number = number.map(T::try_from).transpose();
    number.map_err(|_| Failed::unreadable())
}

/// A time, where there is one.
///
/// # Errors
/// When it cannot be read.
pub(super) fn time(row: &Row, column: usize) -> Result<Option<Timestamp>, Failed> {
    Ok(get::<Option<At>>(row, column)?.map(|at| at.0))
}

/// A time.
///
/// # Errors
/// When it cannot be read.
pub(super) fn at(row: &Row, column: usize) -> Result<Timestamp, Failed> {
    Ok(get::<At>(row, column)?.0)
}

/// The caller's id of a lead.
///
/// # Errors
/// When it cannot be read.
pub(super) fn key(row: &Row, column: usize) -> Result<LeadId, Failed> {
    LeadId::new(get::<&str>(row, column)?).map_err(|_| Failed::unreadable())
}

/// How far a delivery is: attempts, doubt, first failure and early word, in columns that stand in this order.
///
/// # Errors
/// When it cannot be read.
pub(super) fn progress(row: &Row, first: usize) -> Result<Progress, Failed> {
    Ok(Progress {
        attempts: number(row, first)?,
        doubt: maybe_number(row, first + 1)?,
        first_failed_at: time(row, first + 2)?,
        early: get(row, first + 3)?,
    })
}

/// A text of a vendor's without the one character that the server cannot keep.
#[must_use]
pub(super) fn text(said: &str) -> Cow<'_, str> {
    if said.contains('\0') {
        said.replace('\0', "").into()
    } else {
        said.into()
    }
}

/// A time in whole microseconds, as it is given back.
#[must_use]
pub(super) fn whole(at: Timestamp) -> Timestamp {
    Timestamp::from_microsecond(at.as_microsecond()).unwrap_or(at)
}
