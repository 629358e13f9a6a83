//! How a team member is named: by the URL of the role, its id, or an e-mail address.

/// A role as it was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RoleRef<'a> {
    /// An e-mail address, to be looked up.
    Email(&'a str),
    /// An id, with the organisation where a URL named it.
    Id {
        /// The organisation of the role; the account's own where it is not said.
        org: Option<u64>,
        /// The id of the role, not of its user.
        id: u64,
    },
}

impl<'a> RoleRef<'a> {
    /// Reads a name. The host of a URL does not count: the address is built anew below the account's own.
    pub(crate) fn read(text: &'a str) -> Option<Self> {
        let text = text.trim();
        if let Ok(id) = text.parse() {
            return Some(Self::Id { org: None, id });
        }
        if text.contains('/') {
            let id = after(text, "roles")?;
            return Some(Self::Id {
                org: after(text, "orgs"),
                id,
            });
        }
        is_email(text).then_some(Self::Email(text))
    }
}

/// The number behind a segment of a path.
fn after(path: &str, name: &str) -> Option<u64> {
    let mut segments = path.split('/');
    segments.find(|segment| *segment == name)?;
    segments.next()?.parse().ok()
}

/// Whether a text looks like an e-mail address.
pub(crate) fn is_email(text: &str) -> bool {
    text.split_once('@').is_some_and(|(local, domain)| {
        let dotted = domain.contains('.') && !domain.starts_with('.') && !domain.ends_with('.');
        !local.is_empty() && dotted && !domain.contains('@') && !text.contains(char::is_whitespace)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_is_named_by_url_id_or_address() {
        let id = |org, id| Some(RoleRef::Id { org, id });
        let table = [
            ("77", id(None, 77)),
            ("https://api.opensolar.com/api/orgs/1/roles/77/", id(Some(1), 77)),
            ("/api/orgs/1/roles/77", id(Some(1), 77)),
            ("http://evil.example/api/orgs/1/roles/77/", id(Some(1), 77)),
            ("rep@installer.example", Some(RoleRef::Email("rep@installer.example"))),
            ("https://api.opensolar.com/auth/users/77/", None),
            ("https://api.opensolar.com/api/orgs/1/roles/", None),
            ("Jane Doe", None),
            ("", None),
        ];
        for (text, role) in table {
            assert_eq!(RoleRef::read(text), role, "{text}");
        }
    }
}
