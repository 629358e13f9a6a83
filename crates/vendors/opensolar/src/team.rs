//! The team members of a project: those named by e-mail address are looked up and remembered, and looked up again where
//! OpenSolar does not take them any more.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use leadsink_core::{DeliverContext, Disposition, Error, ErrorKind, Field, HttpResponse, Prepared, Result, Warning};
use serde_json::{Map, Value};

use crate::api::UNKNOWN;
use crate::mapping::address_of;
use crate::reasons::{Fault, was_sent};
use crate::role::{RoleRef, is_email};
use crate::sink::OpenSolar;
use crate::wire::ROLES;

/// The team members that were found by e-mail address, so that the team is not listed for each lead. `Debug` shows how many.
#[derive(Clone, Default)]
pub(crate) struct TeamCache(Arc<Mutex<Known>>);

#[derive(Default)]
struct Known {
    ids: BTreeMap<String, u64>,
    /// The ids that the team lists and OpenSolar does not take: to list it again changes nothing.
    refused: BTreeSet<u64>,
}

impl TeamCache {
    fn get(&self, email: &str) -> Option<u64> {
        self.lock().ids.get(&email.to_lowercase()).copied()
    }

    fn set(&self, email: &str, id: u64) {
        self.lock().ids.insert(email.to_lowercase(), id);
    }

    /// Takes note that OpenSolar does not take a member any more. Tells whether the team may have another one by now: not where
    /// it was listed since the first refusal, and has the same.
    fn refuse(&self, email: &str, id: u64) -> bool {
        let (mut known, email) = (self.lock(), email.to_lowercase());
        if known.ids.get(&email) != Some(&id) {
            return true;
        }
        let is_new = known.refused.insert(id);
        if is_new {
            known.ids.remove(&email);
        }
        is_new
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for TeamCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TeamCache")
            .field("known", &self.lock().ids.len())
            .finish_non_exhaustive()
    }
}

/// What became of the team members of a body.
#[derive(Default)]
pub(crate) struct Resolved {
    pub(crate) warnings: Vec<Warning>,
    /// The members whose role was remembered, with e-mail address and id.
    remembered: Vec<(&'static str, String, u64)>,
}

impl Resolved {
    /// Forgets those that OpenSolar does not take any more. Tells whether there are any and nothing else stands in the way: then
    /// the body is worth another try.
    pub(crate) fn is_stale(&self, sink: &OpenSolar, faults: &[Fault]) -> bool {
        let of = |fault: &Fault| {
            self.remembered
                .iter()
                .find(|(member, ..)| Some(*member) == fault.role())
        };
        let mut any = false;
        for (_, email, id) in faults.iter().filter_map(of) {
            any |= sink.team.refuse(email, *id);
        }
        any && faults.iter().all(|fault| of(fault).is_some() || fault.is_email_taken())
    }
}

/// Puts URLs in the place of e-mail addresses and of the organisation that only the log-in knows. Who is not found is left
/// out and told: nobody's lead is better than no lead.
pub(crate) async fn resolve(
    sink: &OpenSolar,
    prepared: &Prepared,
    body: &mut Map<String, Value>,
    org: &str,
    cx: &DeliverContext,
) -> Result<Resolved> {
    let (mut resolved, mut team) = (Resolved::default(), None);
    for member in ROLES {
        let Some(named) = body.get(member).and_then(Value::as_str).map(str::to_owned) else {
            continue;
        };
        let open = format!("/{UNKNOWN}/");
        if named.contains(&open) {
            body.insert(member.to_owned(), named.replace(&open, &format!("/{org}/")).into());
        }
        if !is_email(&named) {
            continue;
        }
        let id = match sink.team.get(&named) {
            Some(id) => {
                resolved.remembered.push((member, named, id));
                Ok(id)
            }
            None => {
                if team.is_none() {
                    team = Some(sink.client().team(cx).await?);
                }
                let found = team.as_ref().map(|team| (team.with_email(&named), team.complete));
                match found {
                    Some((ids, true)) if ids.len() == 1 => {
                        sink.team.set(&named, ids[0]);
                        Ok(ids[0])
                    }
                    Some((ids, true)) if ids.is_empty() => Err("the team has nobody with the e-mail address"),
                    Some((_, true)) => Err("the team has several with the e-mail address"),
                    _ => Err("the team has more members than are looked through for the e-mail address"),
                }
            }
        };
        match id {
            Ok(id) => {
                let url = format!("{}api/orgs/{org}/roles/{id}/", sink.base.as_url());
                body.insert(member.to_owned(), url.into());
            }
            Err(why) => {
                body.remove(member);
                let warning = Warning::new("role_not_found", format!("{why} for `{member}`; nobody is assigned"));
                // Else it is the account's or an option's.
                let is_owner = member == "assigned_role" && was_sent(Field::Owner, prepared);
                resolved
                    .warnings
                    .push(if is_owner { warning.at(Field::Owner) } else { warning });
            }
        }
    }
    Ok(resolved)
}

/// The error of a new project that OpenSolar refuses for a team member of the config: no lead is to blame, and none would
/// fare better.
pub(crate) fn of_the_account(
    sink: &OpenSolar,
    prepared: &Map<String, Value>,
    faults: &[Fault],
    response: &HttpResponse,
) -> Option<Error> {
    let config = &sink.config;
    let member = faults.iter().filter_map(Fault::role).find(|member| {
        let named = match *member {
            "assigned_role" => &config.assigned_role,
            "assigned_installer_role" => &config.assigned_installer_role,
            _ => &config.assigned_site_inspector_role,
        };
        let named = named.as_deref().and_then(RoleRef::read);
        let named = named.map(|role| address_of(sink, role));
        named.is_some() && named.as_deref() == prepared.get(*member).and_then(Value::as_str)
    })?;
    let message = format!("OpenSolar does not take the team member that `{member}` of the config names; mend it there");
    Some(Error::new(ErrorKind::Request, Disposition::Account, message).with_response(response))
}

#[cfg(test)]
mod tests;
