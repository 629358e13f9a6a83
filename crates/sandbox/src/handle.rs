//! The handle: what a test or a command asks of a running sandbox, from whatever thread.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::mpsc;

use crate::callback::{Callback, CallbackOutcome, CallbackRecord};
use crate::checksum::Checksum;
use crate::error::SandboxError;
use crate::fault::Fault;
use crate::limit::{Limiter, RateLimit};
use crate::plan::{Ahead, FaultPlan};
use crate::record::{Counts, Keep, Received, Store};
use crate::settings::{Credentials, Settings};
use crate::vendors::{FakeVendor, Listing, VENDORS, vendor_ids};

/// Speaks to a sandbox that is running, and still tells what it received after it has stopped.
///
/// Cheap to clone; [`Sandbox`](crate::Sandbox) and [`Background`](crate::Background) lend theirs by `Deref`.
#[derive(Clone)]
pub struct Handle {
    pub(crate) shared: Arc<Shared>,
}

/// What the connections of a sandbox share with its handles.
pub(crate) struct Shared {
    pub(crate) port: u16,
    pub(crate) settings: Settings,
    pub(crate) store: Store,
    pub(crate) players: Vec<Player>,
    pub(crate) callbacks: mpsc::UnboundedSender<Callback>,
    made: Mutex<Vec<CallbackRecord>>,
}

/// One vendor on stage: its listing, its memory, the faults ahead of it, its limits, and what it received.
pub(crate) struct Player {
    pub(crate) listing: &'static Listing,
    pub(crate) fake: Box<dyn FakeVendor>,
    pub(crate) ahead: Mutex<Ahead>,
    /// Each with the class of requests that it counts; without one it counts all.
    pub(crate) limits: Vec<(Option<&'static str>, Limiter)>,
    pub(crate) checksum: Mutex<Checksum>,
}

impl Shared {
    pub(crate) fn new(
        port: u16,
        settings: Settings,
        plan: &FaultPlan,
        store: Store,
        callbacks: mpsc::UnboundedSender<Callback>,
    ) -> Self {
        let players = VENDORS
            .iter()
            .map(|listing| Player {
                listing,
                fake: (listing.new)(),
                ahead: Mutex::new(Ahead::new(plan.clone())),
                limits: Vec::new(),
                checksum: Mutex::default(),
            })
            .collect();
        Self {
            port,
            settings,
            store,
            players,
            callbacks,
            made: Mutex::default(),
        }
    }

    /// Sets a limit to the vendor's requests, or those of one class (`vendor/class`), before the first request.
    pub(crate) fn limit(&mut self, name: &str, limit: RateLimit) -> Result<(), SandboxError> {
        let (vendor, class) = match name.split_once('/') {
            Some((vendor, class)) => (vendor, Some(class)),
            None => (name, None),
        };
        let mut players = self.players.iter_mut();
        let player = players.find(|player| player.listing.id == vendor);
        let player = player.ok_or_else(|| unknown(vendor))?;
        let quotas = player.listing.quotas;
        let class = match class {
            None => None,
            Some(class) => {
                Some(
                    *quotas
                        .iter()
                        .find(|quota| **quota == class)
                        .ok_or_else(|| SandboxError::UnknownQuota {
                            quota: name.to_owned(),
                            available: quotas.join(", "),
                        })?,
                )
            }
        };
        player.limits.retain(|(known, _)| *known != class);
        player.limits.push((class, Limiter::new(limit)));
        Ok(())
    }

    pub(crate) fn file_callback(&self, record: CallbackRecord) {
        let outcome = record.outcome.clone();
        if self.settings.keep == Keep::All {
            self.made.lock().unwrap_or_else(PoisonError::into_inner).push(record);
        }
        self.store.count(|counts| match outcome {
            CallbackOutcome::Answered(_) => counts.callbacks_sent += 1,
            CallbackOutcome::Skipped => counts.callbacks_skipped += 1,
            CallbackOutcome::Failed => counts.callbacks_failed += 1,
        });
    }
}

fn unknown(vendor: &str) -> SandboxError {
    SandboxError::UnknownVendor {
        vendor: vendor.to_owned(),
        available: vendor_ids().join(", "),
    }
}

impl Handle {
    fn player(&self, vendor: &str) -> Result<&Player, SandboxError> {
        let mut players = self.shared.players.iter();
        players
            .find(|player| player.listing.id == vendor)
            .ok_or_else(|| unknown(vendor))
    }

    /// Returns the port on 127.0.0.1.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.shared.port
    }

    /// Returns the root URL, without a slash at its end; a browser finds a short description there.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.shared.port)
    }

    /// Returns what a client of the vendor takes for its `base_url`.
    ///
    /// # Errors
    ///
    /// Fails if the sandbox does not play the vendor.
    pub fn base_url(&self, vendor: &str) -> Result<String, SandboxError> {
        Ok(self.url() + self.player(vendor)?.listing.base_path)
    }

    /// Returns the credentials that are let in.
    #[must_use]
    pub fn credentials(&self) -> &Credentials {
        &self.shared.settings.credentials
    }

    /// Returns the tables `[sinks.<vendor>]` and `[sinks.<vendor>.config]` of a `leadsink.toml`.
    ///
    /// # Errors
    ///
    /// Fails if the sandbox does not play the vendor.
    pub fn config_toml(&self, vendor: &str) -> Result<String, SandboxError> {
        Ok(self.toml_of(self.player(vendor)?.listing))
    }

    /// Returns a whole `leadsink.toml`, with a sink for every vendor.
    #[must_use]
    pub fn leadsink_toml(&self) -> String {
        let tables: Vec<_> = VENDORS.iter().map(|listing| self.toml_of(listing)).collect();
        tables.join("\n")
    }

    fn toml_of(&self, listing: &Listing) -> String {
        let id = listing.id;
        let config = (listing.config)(&(self.url() + listing.base_path), self.credentials());
        format!("[sinks.{id}]\nvendor = \"{id}\"\n\n[sinks.{id}.config]\n{config}")
    }

    /// Queues faults for the coming requests to the vendor, one each, before any rate; [`Fault::None`] lets one pass.
    ///
    /// # Errors
    ///
    /// Fails if the sandbox does not play the vendor.
    pub fn script(&self, vendor: &str, faults: impl IntoIterator<Item = Fault>) -> Result<(), SandboxError> {
        let player = self.player(vendor)?;
        player
            .ahead
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .append(faults);
        Ok(())
    }

    /// Replaces the rates for the vendor; the script stays.
    ///
    /// # Errors
    ///
    /// Fails if the sandbox does not play the vendor.
    pub fn set_faults(&self, vendor: &str, plan: FaultPlan) -> Result<(), SandboxError> {
        let player = self.player(vendor)?;
        player
            .ahead
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .replace_plan(plan);
        Ok(())
    }

    /// Returns every request kept, oldest first; none with [`Keep::Counts`].
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.shared.store.received()
    }

    /// Returns the call backs that are over, oldest first; none with [`Keep::Counts`].
    #[must_use]
    pub fn callbacks(&self) -> Vec<CallbackRecord> {
        self.shared.made.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Returns the counts as they stand.
    #[must_use]
    pub fn counts(&self) -> Counts {
        self.shared.store.counts()
    }

    /// Returns what is known of all bodies that the vendor received; it is kept whatever else is not.
    ///
    /// # Errors
    ///
    /// Fails if the sandbox does not play the vendor.
    pub fn checksum(&self, vendor: &str) -> Result<Checksum, SandboxError> {
        let player = self.player(vendor)?;
        Ok(*player.checksum.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Waits until the counts are as wanted, and returns them; it sets no limit to the wait.
    pub async fn wait_until(&self, mut wanted: impl FnMut(&Counts) -> bool) -> Counts {
        let mut counts = self.shared.store.watch();
        match counts.wait_for(|counts| wanted(counts)).await {
            Ok(counts) => *counts,
            // Not reached: the sender lives in what this handle holds.
            Err(_) => self.counts(),
        }
    }

    /// Ends every token that the vendor has handed out for a password, so that the next request meets 401. A vendor
    /// without tokens is not touched.
    ///
    /// # Errors
    ///
    /// Fails if the sandbox does not play the vendor.
    pub fn expire_tokens(&self, vendor: &str) -> Result<(), SandboxError> {
        self.player(vendor)?.fake.expire_tokens();
        Ok(())
    }

    /// Forgets the requests and call backs kept in memory. Counts, taken leads and the log file stay.
    pub fn clear_received(&self) {
        self.shared.store.clear();
        self.shared.made.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// Forgets what was received, every taken lead, all scripts, counts and checksums; the rates stay, and so do the
    /// limits, which begin anew, and the tokens.
    pub fn reset(&self) {
        self.clear_received();
        for player in &self.shared.players {
            player.fake.reset();
            player
                .ahead
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .forget_script();
            player.limits.iter().for_each(|(_, limiter)| limiter.reset());
            *player.checksum.lock().unwrap_or_else(PoisonError::into_inner) = Checksum::default();
        }
        self.shared.store.reset();
    }
}

impl fmt::Debug for Handle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Handle")
            .field("url", &self.url())
            .field("counts", &self.counts())
            .finish_non_exhaustive()
    }
}
