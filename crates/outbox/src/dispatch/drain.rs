//! When a dispatcher that drains is through: when no lane has anything to do at one look. Until then each goes on looking, since
//! others may file something for one that had nothing to do, or resume it.

use super::shared::Shared;
use crate::error::StoreError;

impl Shared {
    /// Whether no lane has anything to do. To be asked by one that has not.
    ///
    /// # Errors
    /// When the store fails.
    pub(super) async fn is_drained(&self) -> Result<bool, StoreError> {
        let lanes = self.handle.fronts();
        let are_idle = || lanes.iter().all(|lane| lane.is_idle());
        if !are_idle() {
            return Ok(false);
        }
        for lane in &lanes {
            if self.store.next_due(&lane.numbers().sink).await?.is_some() {
                lane.wake();
                return Ok(false);
            }
        }
        // A lane that claimed something meanwhile said so before.
        Ok(are_idle())
    }
}
