//! Every vendor's sink, configured for a sandbox through the library.

use std::sync::Arc;

use leadsink::enerflo::{Enerflo, EnerfloConfig};
use leadsink::leadconduit::{LeadConduit, LeadConduitConfig};
use leadsink::ntherm::{Ntherm, NthermConfig};
use leadsink::opensolar::{OpenSolar, OpenSolarConfig};
use leadsink::solarnexus::{DirectConfig, SolarNexus, SolarNexusConfig};
use leadsink::{BaseUrl, SharedSink, Vendor as _};
use leadsink_sandbox::{Sandbox, TEST_FLOW, TEST_SOURCE, TEST_VERBOSE_SOURCE};

/// Where the sandbox plays a vendor.
pub(crate) fn base_url(sandbox: &Sandbox, vendor: &str) -> BaseUrl {
    BaseUrl::parse(&sandbox.base_url(vendor).unwrap()).unwrap()
}

/// A source of the flow that the sandbox has for a vendor.
pub(crate) fn flow(sandbox: &Sandbox, vendor: &str, source: &str) -> LeadConduitConfig {
    LeadConduitConfig::for_source(TEST_FLOW, source).with_base_url(base_url(sandbox, vendor))
}

pub(crate) fn opensolar(sandbox: &Sandbox) -> OpenSolar {
    let credentials = sandbox.credentials();
    let config = OpenSolarConfig::log_in(&credentials.username, &credentials.password)
        .with_base_url(base_url(sandbox, "opensolar"));
    OpenSolar::from_config(config).unwrap()
}

/// The address of SolarNexus itself, with what the sandbox lets in there.
pub(crate) fn direct(sandbox: &Sandbox) -> DirectConfig {
    let address = format!("{}/direct", sandbox.base_url("solarnexus").unwrap());
    let bearer = format!("Bearer {}", sandbox.credentials().password);
    DirectConfig::new(address).with_credential("authorization", bearer)
}

/// One sink a vendor with no more settings than it needs, and SolarNexus by its own address.
pub(crate) fn sinks(sandbox: &Sandbox) -> [SharedSink; 6] {
    let credentials = sandbox.credentials();
    let enerflo = EnerfloConfig::new(&credentials.password).with_base_url(base_url(sandbox, "enerflo"));
    let ntherm = NthermConfig::new(&credentials.username, &credentials.password)
        .with_base_url(base_url(sandbox, "ntherm"))
        .with_campaign("TEST");
    let leadconduit = flow(sandbox, "leadconduit", TEST_SOURCE);
    let solarnexus = SolarNexusConfig::through(flow(sandbox, "solarnexus", TEST_VERBOSE_SOURCE));
    [
        Arc::new(Enerflo::from_config(enerflo).unwrap()),
        Arc::new(LeadConduit::from_config(leadconduit).unwrap()),
        Arc::new(Ntherm::from_config(ntherm).unwrap()),
        Arc::new(opensolar(sandbox)),
        Arc::new(SolarNexus::from_config(solarnexus).unwrap()),
        Arc::new(SolarNexus::from_config(SolarNexusConfig::direct(direct(sandbox))).unwrap()),
    ]
}
