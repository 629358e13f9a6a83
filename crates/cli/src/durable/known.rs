//! What an outbox knows of leads already, for a run that sends nothing.

use std::sync::Arc;

use leadsink::LeadId;
use leadsink::outbox::sqlite::Role;
use leadsink::outbox::{LeadStore as _, SqliteStore};
use tokio::runtime::Runtime;

use crate::args::SendArgs;
use crate::connect;
use crate::exit::CliError;
use crate::ledger::{FILES, TESTS, trouble};

/// An outbox that is only looked at; nothing where there is none yet, or none is wanted.
#[derive(Debug)]
pub(crate) struct Known {
    open: Option<(Arc<SqliteStore>, Runtime)>,
    source: &'static str,
}

impl Known {
    /// Opens the outbox that a run would use.
    pub(crate) fn open(args: &SendArgs) -> Result<Self, CliError> {
        let path = &args.outbox.outbox;
        let open = if args.no_outbox || args.resume.is_some() || !path.exists() {
            None
        } else {
            let store = SqliteStore::open(path, Role::Reader).map_err(|error| trouble(&error, path))?;
            Some((Arc::new(store), connect::runtime()?))
        };
        Ok(Self {
            open,
            source: if args.test { TESTS } else { FILES },
        })
    }

    /// The sinks that a lead was filed for. Whether its record has changed since is not looked at.
    pub(crate) fn sinks(&self, lead: &LeadId, args: &SendArgs) -> Result<Vec<Arc<str>>, CliError> {
        let Some((store, runtime)) = &self.open else {
            return Ok(Vec::new());
        };
        let known = runtime
            .block_on(store.lead(lead, Some(self.source)))
            .map_err(|error| trouble(&error, &args.outbox.outbox))?;
        let deliveries = known.into_iter().flat_map(|lead| lead.deliveries);
        Ok(deliveries.map(|(delivery, _)| delivery.sink).collect())
    }
}
