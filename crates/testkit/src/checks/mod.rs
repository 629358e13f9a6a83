//! The checks, each a plain function that fails with everything it found. [`conformance!`](crate::conformance) makes a test
//! of each; the table in the crate documentation says what it proves.

mod addresses;
mod answers;
mod carrier;
mod config;
mod contract;
mod descriptor;
mod dropped;
mod effects;
mod fault;
mod mapping;
mod matrix;
mod prepare;
mod required;
mod secrecy;
mod sending;
mod text;
mod unwritten;
mod verdict;

pub use addresses::insecure_addresses_are_refused;
pub use answers::{doubt_is_sticky, every_answer_has_a_disposition};
pub use config::config_is_strict;
pub use contract::contract_is_kept;
pub use descriptor::descriptor_is_well_formed;
pub use dropped::nothing_is_dropped_in_silence;
pub use mapping::mapping_table_is_true;
pub use prepare::{prepare_is_deterministic, requests_look_like_their_snapshots};
pub use required::{optional_fields_are_optional, required_fields_are_enforced};
pub use secrecy::{credentials_are_marked_sensitive, personal_data_stays_out_of_logs, secrets_stay_secret};
pub use sending::requests_carry_purpose_and_limits;
pub use text::unicode_survives;
pub use unwritten::nothing_is_left_unwritten;

use leadsink_core::{Field, Lead, Prepared, SharedSink, Unfit};

use crate::Suite;
use crate::fixtures::context;
use crate::report::Report;

/// The files of a vendor crate, as complaints name them.
mod file {
    pub(super) const AUTH: &str = "src/auth.rs";
    pub(super) const CONFIG: &str = "src/config.rs";
    pub(super) const CONFORMANCE: &str = "tests/conformance.rs";
    pub(super) const DESCRIPTOR: &str = "src/descriptor.rs";
    pub(super) const MAPPING: &str = "src/mapping.rs";
    pub(super) const RESPONSE: &str = "src/response.rs";
    pub(super) const SINK: &str = "src/sink.rs";
}

fn report(suite: &Suite, title: &str) -> Report {
    Report::new(suite, title)
}

fn prepare(sink: &SharedSink, lead: &Lead) -> Result<Prepared, Unfit> {
    sink.prepare(lead, &context(lead))
}

fn without(lead: &Lead, field: Field) -> Lead {
    let mut lead = lead.clone();
    field.clear(&mut lead);
    lead
}

fn with(lead: &Lead, field: Field, text: &str) -> Lead {
    let mut lead = lead.clone();
    if let Err(error) = field.set(&mut lead, text) {
        panic!("the sample of `{field}` is {error}; open src/fixtures/samples.rs of leadsink-testkit");
    }
    lead
}

/// The problems of a lead, for messages.
fn problems(unfit: &Unfit) -> String {
    let problems = unfit.problems.iter().map(|problem| match &problem.field {
        Some(field) => format!("{} at `{field}`", problem.code),
        None => problem.code.to_string(),
    });
    problems.collect::<Vec<_>>().join(", ")
}

/// The code of the problem that a mapping has until it is written.
const UNWRITTEN: &str = "unwritten";

fn is_unwritten(unfit: &Unfit) -> bool {
    unfit.problems.iter().any(|problem| problem.code == UNWRITTEN)
}

/// Complains of a lead that should fit; while the mapping is not written, that is what there is to do.
fn complain_unfit(report: &mut Report, lead: &str, unfit: &Unfit, file: &str, cure: &str) {
    let (file, cure) = if is_unwritten(unfit) {
        let write = "map the lead to the vendor's request, and remove the problem `unwritten`";
        (file::MAPPING, write)
    } else {
        (file, cure)
    };
    report.add(format!("{lead} does not fit: {}", problems(unfit)), file, cure);
}
