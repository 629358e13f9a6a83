//! What an outbox knows of leads already, for a run that sends nothing.

use std::path::PathBuf;
use std::sync::Arc;

use leadsink::LeadId;
use leadsink::outbox::LeadStore;
use leadsink::outbox::StoreErrorKind;
use leadsink::outbox::sqlite::Role;
use leadsink::outbox::transfer::Mark;
use tokio::runtime::Runtime;

use crate::args::SendArgs;
use crate::connect;
use crate::exit::CliError;
use crate::ledger::{FILES, TESTS};
use crate::outbox::{At, open, trouble};
use crate::output;

/// An outbox that is only looked at; nothing where there is none yet, or none is wanted.
#[derive(Debug)]
pub(crate) struct Known {
    open: Option<(Arc<dyn LeadStore>, Runtime)>,
    source: &'static str,
}

impl Known {
    /// Opens the outbox that a run would use.
    pub(crate) fn open(args: &SendArgs) -> Result<Self, CliError> {
        let place = &args.outbox.outbox;
        let is_none = |path: &PathBuf| !path.exists();
        let open = if args.no_outbox || args.resume.is_some() || matches!(place.at(), At::File(path) if is_none(path)) {
            None
        } else {
            place.remark().iter().for_each(|remark| output::note(remark));
            let runtime = connect::runtime()?;
            match runtime.block_on(open(place, Role::Reader)) {
                Ok(store) => {
                    // What was moved away since says nothing of what would be sent.
                    let mark = runtime.block_on(store.mark());
                    mark.and_then(|mark| Mark::check(mark.as_ref()))
                        .map_err(|error| trouble(&error, place))?;
                    Some((store.leads(), runtime))
                }
                Err(error) if error.kind() == StoreErrorKind::Missing => None,
                Err(error) => return Err(trouble(&error, place)),
            }
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
