//! The paths that the fake has, and the methods that each of them takes.

/// A path, taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Route {
    /// The organization in the path, where there is one.
    pub(super) org: Option<u64>,
    pub(super) place: Place,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Login,
    FetchToken,
    User(u64),
    Org,
    Projects,
    Project(u64),
    Contacts,
    Contact(u64),
    Roles,
    Role(u64),
}

impl Route {
    /// Reads a path below the base, with a slash at its end or without.
    pub(super) fn of(path: &str) -> Option<Self> {
        let path = path.strip_prefix('/')?;
        let path = path.strip_suffix('/').unwrap_or(path);
        let parts: Vec<&str> = path.split('/').collect();
        let place = match *parts.as_slice() {
            ["api-token-auth"] => Place::Login,
            ["api", "fetch_token"] => Place::FetchToken,
            ["auth", "users", id] => Place::User(number(id)?),
            ["api", "orgs", _] => Place::Org,
            ["api", "orgs", _, "projects"] => Place::Projects,
            ["api", "orgs", _, "projects", id] => Place::Project(number(id)?),
            ["api", "orgs", _, "contacts"] => Place::Contacts,
            ["api", "orgs", _, "contacts", id] => Place::Contact(number(id)?),
            ["api", "orgs", _, "roles"] => Place::Roles,
            ["api", "orgs", _, "roles", id] => Place::Role(number(id)?),
            _ => return None,
        };
        let org = match *parts.as_slice() {
            ["api", "orgs", org, ..] => Some(number(org)?),
            _ => None,
        };
        Some(Self { org, place })
    }

    /// Returns what the document and the newer pages name. That a PUT to a project is taken for sharing, and one to the
    /// organization for its name, is not played.
    pub(super) fn methods(self) -> &'static [&'static str] {
        match self.place {
            Place::Login => &["POST"],
            Place::User(_) => &["PATCH"],
            Place::FetchToken | Place::Org | Place::Roles | Place::Role(_) => &["GET"],
            Place::Projects | Place::Contacts => &["GET", "POST"],
            Place::Project(_) => &["GET", "PATCH", "DELETE"],
            Place::Contact(_) => &["GET", "PUT", "DELETE"],
        }
    }
}

/// Reads digits alone, where a parser would take a sign.
fn number(text: &str) -> Option<u64> {
    let is_digits = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_digits)
}

/// Reads the id out of the URL of a resource, absolute or relative, whatever its host: the framework takes the path and
/// looks it up among its own. `None` if the path is none of that resource.
pub(super) fn linked(url: &str, pattern: &str) -> Option<u64> {
    let path = match url.split_once("://") {
        Some(("http" | "https", rest)) => &rest[rest.find('/')?..],
        Some(_) => return None,
        None => url,
    };
    let path = path.strip_prefix(super::LISTING.base_path).unwrap_or(path);
    number(path.strip_prefix(pattern)?.strip_suffix('/')?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn id_is_read_from_the_path_of_a_url_alone() {
        for url in [
            "https://api.opensolar.com/api/roof_types/6/",
            "http://127.0.0.1:80/opensolar/api/roof_types/6/",
            "/api/roof_types/6/",
        ] {
            assert_eq!(linked(url, "/api/roof_types/"), Some(6), "{url}");
        }
        for url in [
            "6",
            "https://x/api/roof_types/6",
            "/api/roof_types/+6/",
            "ftp://x/api/roof_types/6/",
            "https://x",
        ] {
            assert_eq!(linked(url, "/api/roof_types/"), None, "{url}");
        }
    }

    #[test]
    fn only_whole_paths_are_routes() {
        let project = Route::of("/api/orgs/1/projects/7").unwrap();
        assert_eq!((project.org, project.place), (Some(1), Place::Project(7)));
        for path in [
            "",
            "/",
            "/api//orgs/1/",
            "/api/orgs/x/projects/",
            "/api/orgs/1/projects/7/8/",
        ] {
            assert_eq!(Route::of(path), None, "{path}");
        }
    }
}
