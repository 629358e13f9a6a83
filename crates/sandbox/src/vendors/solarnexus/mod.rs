//! SolarNexus: behind a flow of LeadConduit, whose integration page is the one document there is, and by a direct call,
//! of which nothing at all is published.

mod check;
mod direct;
mod shape;

use std::borrow::Cow;

use http::StatusCode;

use super::leadconduit::{self, Flow};
use super::{Asked, FakeVendor, Listing, Verdict, toml_string};
use crate::record::Received;
use crate::reply::Reply;
use crate::settings::{Credentials, Settings, TEST_VERBOSE_SOURCE};

pub(super) const LISTING: Listing = Listing {
    id: "solarnexus",
    base_path: "/solarnexus",
    endpoints: &[
        "GET, POST /flows/:flow/sources/:source/submit",
        "GET, POST /flows/:flow/sources/:source/ping",
        "GET /events",
        "POST /direct",
    ],
    quotas: &[],
    body_limit: 1024 * 1024,
    new: || Box::new(SolarNexus::default()),
    config,
};

fn config(base_url: &str, _: &Credentials) -> String {
    let url = leadconduit::submit_url(base_url, TEST_VERBOSE_SOURCE);
    format!("[sinks.solarnexus.config.leadconduit]\nurl = {}\n", toml_string(&url))
}

struct SolarNexus {
    flow: Flow,
    direct: direct::Projects,
}

impl Default for SolarNexus {
    fn default() -> Self {
        Self {
            // SolarNexus pays nothing for a lead.
            flow: Flow::new(0.0, check::step, check::is_variable),
            direct: direct::Projects::default(),
        }
    }
}

impl FakeVendor for SolarNexus {
    fn answer(&self, request: &Asked<'_>, settings: &Settings) -> Verdict {
        if request.path == direct::PATH {
            return self.direct.answer(request, settings);
        }
        leadconduit::answer(&self.flow, request, settings)
    }

    fn refuse(&self, request: &Asked<'_>, status: StatusCode, text: &str) -> Reply {
        if request.path == direct::PATH {
            return direct::refuse(status, &[text.to_owned()]);
        }
        leadconduit::refuse(status, text)
    }

    fn caller<'a>(&self, request: &Asked<'a>) -> Option<Cow<'a, str>> {
        leadconduit::caller(request)
    }

    fn conceal(&self, received: &mut Received) {
        leadconduit::conceal(received);
    }

    fn reset(&self) {
        self.flow.clear();
        self.direct.clear();
    }
}
