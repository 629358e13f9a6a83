//! What a fake vendor is told about the account it plays: how strict it is, whom it lets in, whom it refuses.

use std::collections::HashSet;
use std::fmt;
use std::time::Duration;

use crate::callback::CallbackStyle;
use crate::record::Keep;

/// Is the user name that the sandbox accepts unless told otherwise.
pub const TEST_USERNAME: &str = "sandbox";
/// Is the password (or token, or key) that the sandbox accepts unless told otherwise; it opens nothing else.
pub const TEST_PASSWORD: &str = "sandbox-password";

/// Is the bearer token of OpenSolar's machine user, which does not end; a client may have it in place of a log-in.
pub const TEST_TOKEN: &str = "s_sandbox0token0of0a0machine0user00";
/// Is the flow that LeadConduit and SolarNexus have in the sandbox.
pub const TEST_FLOW: &str = "65a1b2c3d4e5f60718293a4b";
/// Is the source of the flow that answers as most do.
pub const TEST_SOURCE: &str = "65a1b2c3d4e5f60718293a4c";
/// Is the source that answers with what the flow's steps have appended to the lead.
pub const TEST_VERBOSE_SOURCE: &str = "65a1b2c3d4e5f60718293a4d";
/// Is the source that answers in the older form.
pub const TEST_CLASSIC_SOURCE: &str = "65a1b2c3d4e5f60718293a4e";
/// Is the source that demands Basic credentials, with the test password for its API key.
pub const TEST_GUARDED_SOURCE: &str = "65a1b2c3d4e5f60718293a4f";

/// Says how a document that can be read two ways is read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Mode {
    /// Demands what the document marks `Required`; `required` in lower case is read as optional. Where a vendor is known
    /// to behave in two ways, it behaves in the more convenient one, or as its published code does.
    #[default]
    Documented,
    /// Demands every field that the document calls required in whatever case. Where a vendor is known to behave in two
    /// ways, it behaves in the less convenient one.
    Strict,
}

/// Holds what a client must present; vendors with one token or key use the password alone.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Credentials {
    /// The user name.
    pub username: String,
    /// The password, token or key.
    pub password: String,
}

impl Credentials {
    /// Holds the given pair.
    pub fn new(username: impl Into<String>, password: impl Into<String>) -> Self {
        Self {
            username: username.into(),
            password: password.into(),
        }
    }
}

impl Default for Credentials {
    fn default() -> Self {
        Self::new(TEST_USERNAME, TEST_PASSWORD)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials")
            .field("username", &self.username)
            .field("password", &"***")
            .finish()
    }
}

/// All that the fakes are told. `Debug` is left out: the phones in it are somebody's.
#[derive(Clone, Default)]
pub(crate) struct Settings {
    pub(crate) mode: Mode,
    pub(crate) credentials: Credentials,
    pub(crate) refused_phones: HashSet<String>,
    pub(crate) late_refused_phones: HashSet<String>,
    /// E-mail addresses in lower case; without a set, the fake has a rule of its own.
    pub(crate) known_users: Option<HashSet<String>>,
    pub(crate) mfa_code: Option<String>,
    pub(crate) has_empty_wallet: bool,
    pub(crate) keep: Keep,
    pub(crate) delay: Duration,
    pub(crate) callback_delay: Duration,
    pub(crate) callback_style: CallbackStyle,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_debug_hides_the_password() {
        assert_eq!(
            format!("{:?}", Credentials::default()),
            r#"Credentials { username: "sandbox", password: "***" }"#
        );
    }
}
