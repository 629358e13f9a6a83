//! The suite judges a small made-up vendor: as it should be, and with one deliberate fault at a time.

mod acme;
mod answers;
mod faults;
mod files;
mod judge;

use acme::{Acme, NONE, campaign_from_lead, config, minimal_lead};

leadsink_testkit::conformance! {
    vendor: Acme<NONE>,
    config: config,
    minimal: minimal_lead,
    contract: "tests/it/contract",
    configs: [campaign_from_lead],
}
