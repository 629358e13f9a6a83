//! Roles: the members of an organisation's team.

use leadsink_core::{DeliverContext, Disposition, Error, Result};
use serde::Deserialize;

use super::client::Client;
use super::lenient;
use super::pages::{Listing, Row};

/// As many pages of roles are looked at.
const PAGES: usize = 20;

/// A member of the team. What is not looked at is left out. `Debug` shows the id only.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Role {
    /// The id of the role, which is not that of its user.
    #[serde(deserialize_with = "lenient::id")]
    pub id: Option<u64>,
    /// The URL, of which the id is read where `id` is missing.
    #[serde(deserialize_with = "lenient::text")]
    pub url: Option<String>,
    /// The e-mail address for customers.
    #[serde(deserialize_with = "lenient::text")]
    pub email: Option<String>,
    /// The e-mail address of the log-in.
    #[serde(deserialize_with = "lenient::text")]
    pub user_email: Option<String>,
    /// Whether it is hidden, such as one that was left for another.
    #[serde(deserialize_with = "lenient::flag")]
    pub is_hidden: Option<bool>,
}

impl std::fmt::Debug for Role {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Role").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Row for Role {
    fn id(&self) -> Option<u64> {
        self.id.or_else(|| lenient::id_of(&self.url.clone()?.into()))
    }
}

impl Client {
    /// The members of the team, 2,000 at most.
    ///
    /// # Errors
    /// When OpenSolar does not list them.
    pub async fn roles(&self, cx: &DeliverContext) -> Result<Vec<Role>> {
        self.team(cx).await.map(|team| team.roles)
    }

    pub(crate) async fn team(&self, cx: &DeliverContext) -> Result<Team> {
        let mut url = self.of_org(cx, "roles/").await?;
        // By the id, so that none slips from one page to another.
        url.query_pairs_mut().append_pair("ordering", "id");
        match self.list(cx, url, PAGES).await {
            Ok(Listing { rows, over, .. }) => Ok(Team {
                roles: rows,
                complete: over,
            }),
            // What is refused for good is the team, not the lead.
            Err(error) if error.disposition() == Disposition::Permanent => {
                let message = "OpenSolar does not list the team of the organisation; name its members by id";
                Err(Error::new(error.kind(), Disposition::Account, message))
            }
            Err(error) => Err(error),
        }
    }
}

/// The members of an organisation.
pub(crate) struct Team {
    roles: Vec<Role>,
    /// Whether nobody is missing.
    pub(crate) complete: bool,
}

impl Team {
    /// The ids of the roles with an e-mail address. A hidden one counts only where no other has it: somebody who was invited
    /// anew may have both.
    pub(crate) fn with_email(&self, email: &str) -> Vec<u64> {
        let is_it = |known: &Option<String>| known.as_ref().is_some_and(|known| same(known, email));
        let found = self
            .roles
            .iter()
            .filter(|role| is_it(&role.email) || is_it(&role.user_email));
        let (hidden, shown): (Vec<_>, Vec<_>) = found.partition(|role| role.is_hidden == Some(true));
        let counted = if shown.is_empty() { hidden } else { shown };
        counted.into_iter().filter_map(Row::id).collect()
    }
}

/// Whether two e-mail addresses are the same, whatever the capitals.
pub(crate) fn same(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hidden_member_counts_only_where_no_other_has_the_address() {
        let roles = r#"[{"id":50,"email":"a@b.example","is_hidden":true},{"id":51,"user_email":"A@b.example"},
            {"id":52,"email":"c@d.example","is_hidden":"true"},{"id":53,"email":"e@f.example"},{"id":54,"email":"e@f.example"}]"#;
        let team = Team {
            roles: serde_json::from_str(roles).unwrap(),
            complete: true,
        };
        for (email, ids) in [
            ("a@b.example", &[51][..]),
            ("c@d.example", &[52]),
            ("e@f.example", &[53, 54]),
            ("x@y.example", &[]),
        ] {
            assert_eq!(team.with_email(email), ids, "{email}");
        }
    }
}
