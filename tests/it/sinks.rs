//! Every vendor's sink, configured for a sandbox through the library.

use std::sync::Arc;

use leadsink::leadconduit::LeadConduitConfig;
use leadsink::opensolar::{OpenSolar, OpenSolarConfig};
use leadsink::solarnexus::{DirectConfig, SolarNexus, SolarNexusConfig};
use leadsink::{BaseUrl, Entry, SharedSink, Vendor as _};
use leadsink_sandbox::{Sandbox, TEST_FLOW};

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

/// The vendors whose mapping is written. One without a mapping table sends nothing yet; its own suite says so.
pub(crate) fn written() -> Vec<Entry> {
    let registry = leadsink::registry();
    let entries = registry.entries().iter().copied();
    entries.filter(|entry| !entry.descriptor.mapping.is_empty()).collect()
}

/// A vendor's sink as the sandbox says that it is configured.
pub(crate) fn sink(sandbox: &Sandbox, entry: &Entry) -> SharedSink {
    let id = entry.descriptor.id;
    let toml: toml::Table = sandbox.config_toml(id).unwrap().parse().unwrap();
    entry
        .build(serde_json::to_value(&toml["sinks"][id]["config"]).unwrap())
        .unwrap()
}

/// One sink a vendor with no more settings than it needs, and SolarNexus by its own address.
pub(crate) fn sinks(sandbox: &Sandbox) -> Vec<SharedSink> {
    let direct = SolarNexus::from_config(SolarNexusConfig::direct(direct(sandbox))).unwrap();
    let sinks = written().into_iter().map(|entry| sink(sandbox, &entry));
    sinks.chain([Arc::new(direct) as SharedSink]).collect()
}
