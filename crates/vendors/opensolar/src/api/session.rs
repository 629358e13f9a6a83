//! The token: kept for all who share the client, and renewed by one log-in however many requests wait for it.

use std::sync::{Mutex, MutexGuard, PoisonError};

use futures_util::lock::Mutex as Turn;
use http::HeaderValue;
use leadsink_core::{ConfigError, DeliverContext, Error, ErrorKind, Result};
use url::Url;

use super::users::{self, Account};
use crate::auth::{self, LogIn};
use crate::config::OpenSolarConfig;

/// A token, and whose it is.
#[derive(Clone, Debug)]
pub(crate) struct Grant {
    /// Which token it is: a later one has a higher number.
    serial: u64,
    /// The value of `Authorization`, marked sensitive.
    pub(super) bearer: HeaderValue,
    /// What the log-in said; nothing of a token that somebody brought.
    pub(super) account: Account,
}

impl Grant {
    /// Whether somebody brought it, so that no log-in said anything of it.
    pub(super) const fn is_brought(&self) -> bool {
        self.serial == BROUGHT
    }
}

/// The number of a token that somebody brought.
const BROUGHT: u64 = 0;

/// The token of an account, and how to get another.
#[derive(Debug)]
pub(crate) struct Session {
    address: Url,
    log_in: Option<LogIn>,
    state: Mutex<State>,
    /// Held by the one that logs in.
    turn: Turn<()>,
}

#[derive(Debug, Default)]
struct State {
    grant: Option<Grant>,
    /// How many log-ins came to an end, and how the last one failed, for those who waited for it.
    ended: u64,
    failure: Option<Error>,
}

impl Session {
    /// The session of an account. Nothing is asked yet.
    pub(crate) fn new(config: &OpenSolarConfig, address: Url) -> Result<Self, ConfigError> {
        let grant = match &config.token {
            Some(token) => Some(Grant {
                serial: BROUGHT,
                bearer: auth::bearer(token)?,
                account: Account::default(),
            }),
            None => None,
        };
        Ok(Self {
            address,
            log_in: LogIn::of(config),
            state: Mutex::new(State {
                grant,
                ..State::default()
            }),
            turn: Turn::new(()),
        })
    }

    /// The token; logs in where there is none.
    pub(super) async fn grant(&self, cx: &DeliverContext) -> Result<Grant> {
        let known = self.lock().grant.clone();
        match known {
            Some(grant) => Ok(grant),
            None => self.newer_than(cx, None).await,
        }
    }

    /// A token in place of one that was refused; none where the account cannot log in.
    pub(super) async fn renew(&self, cx: &DeliverContext, refused: &Grant) -> Result<Option<Grant>> {
        if self.log_in.is_none() {
            return Ok(None);
        }
        self.newer_than(cx, Some(refused.serial)).await.map(Some)
    }

    /// Logs in, or takes the token of whoever did so meanwhile.
    async fn newer_than(&self, cx: &DeliverContext, refused: Option<u64>) -> Result<Grant> {
        let before = self.lock().ended;
        let _turn = self.turn.lock().await;
        {
            let state = self.lock();
            let newer = |grant: &&Grant| refused.is_none_or(|refused| grant.serial > refused);
            if let Some(grant) = state.grant.as_ref().filter(newer) {
                return Ok(grant.clone());
            }
            // It failed while this one waited: to ask again at once would make a log-in of every request that waits.
            if state.ended > before
                && let Some(error) = &state.failure
            {
                return Err(error.clone());
            }
        }
        let result = users::log_in(cx, &self.address, self.log_in.as_ref()).await;
        let mut state = self.lock();
        match result {
            Ok((bearer, account)) => {
                let serial = state.grant.as_ref().map_or(BROUGHT, |grant| grant.serial) + 1;
                let grant = Grant {
                    serial,
                    bearer,
                    account,
                };
                state.grant = Some(grant.clone());
                state.ended += 1;
                state.failure = None;
                Ok(grant)
            }
            Err(error) => {
                // The end of one delivery's time says nothing to the others.
                if !matches!(error.kind(), ErrorKind::Deadline | ErrorKind::Stopped) {
                    state.ended += 1;
                    state.failure = Some(error.clone());
                }
                Err(error)
            }
        }
    }

    /// Logs in now, also where a token is there.
    pub(super) async fn log_in(&self, cx: &DeliverContext) -> Result<Account> {
        let serial = self.lock().grant.as_ref().map(|grant| grant.serial);
        self.newer_than(cx, serial).await.map(|grant| grant.account)
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests;
