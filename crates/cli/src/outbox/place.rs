//! Where an outbox is: a file or a server. The password of a server is never shown.

use std::ffi::{OsStr, OsString};
use std::fmt;
use std::path::PathBuf;

use clap::builder::{TypedValueParser, ValueParserFactory};
use clap::error::ErrorKind;
use clap::parser::ValueSource;
use leadsink::Secret;
use leadsink::outbox::postgres::Address;

/// The variable that names an outbox where the command line does not: whoever lists the processes sees no password then.
const VARIABLE: &str = "LEADSINK_OUTBOX";

/// The variable with the password of every server whose address has none, as for PostgreSQL's own tools.
const PASSWORD: &str = "PGPASSWORD";

/// Where an outbox is, and who said so.
#[derive(Clone, Debug)]
pub(crate) struct OutboxPlace {
    at: At,
    by: By,
}

/// A file or a server.
#[derive(Clone, Debug)]
pub(crate) enum At {
    File(PathBuf),
    Server(Box<Address>),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum By {
    Option,
    Environment,
    Nobody,
}

impl OutboxPlace {
    /// The place that an option names.
    ///
    /// # Errors
    /// When it is none. The error quotes nothing of it.
    pub(crate) fn parse(text: &OsStr) -> Result<Self, String> {
        Ok(Self {
            at: At::parse(text)?,
            by: By::Option,
        })
    }

    /// A file or a server.
    pub(crate) const fn at(&self) -> &At {
        &self.at
    }

    pub(crate) const fn is_server(&self) -> bool {
        matches!(self.at, At::Server(_))
    }

    /// Whether a command without `--outbox` is about it, too.
    pub(crate) fn is_usual(&self) -> bool {
        self.by != By::Option
    }

    /// What to say of it before anything is done, where it does not stand in the command.
    pub(crate) fn remark(&self) -> Option<String> {
        (self.by == By::Environment).then(|| format!("the outbox is `{self}`, as `{VARIABLE}` says"))
    }

    /// A word of a command line that names an outbox, as it may be shown.
    pub(crate) fn mask(text: &OsStr) -> String {
        Self::parse(text).map_or_else(|_| "***".to_owned(), |place| place.to_string())
    }
}

impl At {
    fn parse(text: &OsStr) -> Result<Self, String> {
        if !is_like_an_address(&text.to_string_lossy()) {
            return match text.is_empty() {
                true => Err("name a file, or a server as `postgres://USER:PASSWORD@HOST/DATABASE`".into()),
                false => Ok(Self::File(text.into())),
            };
        }
        let Some(url) = text.to_str() else {
            return Err(
                "the address is not UTF-8; write `postgres://USER:PASSWORD@HOST/DATABASE` with `%` and two digits \
                        for each byte of another character"
                    .into(),
            );
        };
        if url.contains(":***@") {
            return Err(format!(
                "`***` stands for a password that is not printed; write the password, leave `:***` out and set `{PASSWORD}`, or \
                 let `{VARIABLE}` name the outbox, as `postgres://USER:PASSWORD@HOST/DATABASE`"
            ));
        }
        let address = Address::parse(&Secret::new(url)).map_err(|error| error.to_string())?;
        let address = with_password(address, std::env::var_os(PASSWORD))?;
        Ok(Self::Server(Box::new(address)))
    }
}

/// The address with this password where it has none. An empty one is none.
fn with_password(address: Address, password: Option<OsString>) -> Result<Address, String> {
    let Some(password) = password.filter(|password| !password.is_empty() && address.lacks_password()) else {
        return Ok(address);
    };
    let password = password.into_string().map_err(|_| {
        format!("`{PASSWORD}` is not UTF-8; write `%` and two digits for each byte of the password in the address")
    })?;
    Ok(address.or_password(&Secret::new(password)))
}

/// Whether it may be the address of a server, well written or not: as the name of a file it could show a password.
fn is_like_an_address(text: &str) -> bool {
    text.contains("://")
        || text.starts_with("postgres:")
        || text.starts_with("postgresql:")
        || text.contains("password=")
}

impl fmt::Display for OutboxPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.at {
            At::File(path) => path.display().fmt(f),
            At::Server(address) => address.fmt(f),
        }
    }
}

/// Reads a place for clap, whose own errors would quote it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct PlaceParser;

impl ValueParserFactory for OutboxPlace {
    type Parser = PlaceParser;

    fn value_parser() -> PlaceParser {
        PlaceParser
    }
}

impl TypedValueParser for PlaceParser {
    type Value = OutboxPlace;

    fn parse_ref(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
    ) -> Result<OutboxPlace, clap::Error> {
        let wrong = |why| {
            let arg = arg.map_or_else(|| "the outbox".to_owned(), |arg| format!("'{arg}'"));
            clap::Error::raw(ErrorKind::ValueValidation, format!("invalid value for {arg}: {why}\n")).with_cmd(command)
        };
        OutboxPlace::parse(value).map_err(wrong)
    }

    fn parse_ref_(
        &self,
        command: &clap::Command,
        arg: Option<&clap::Arg>,
        value: &OsStr,
        source: ValueSource,
    ) -> Result<OutboxPlace, clap::Error> {
        if source != ValueSource::DefaultValue {
            return self.parse_ref(command, arg, value);
        }
        let Some(named) = std::env::var_os(VARIABLE).filter(|named| !named.is_empty()) else {
            let usual = self.parse_ref(command, arg, value)?;
            return Ok(OutboxPlace {
                by: By::Nobody,
                ..usual
            });
        };
        let wrong = |why| {
            clap::Error::raw(ErrorKind::ValueValidation, format!("invalid `{VARIABLE}`: {why}\n")).with_cmd(command)
        };
        let at = At::parse(&named).map_err(wrong)?;
        Ok(OutboxPlace {
            at,
            by: By::Environment,
        })
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// A place that an option names.
    pub(crate) fn place(text: &str) -> OutboxPlace {
        OutboxPlace::parse(text.as_ref()).unwrap()
    }

    /// The place where nobody names one.
    pub(crate) fn usual() -> OutboxPlace {
        OutboxPlace {
            by: By::Nobody,
            ..place("leadsink.db")
        }
    }

    #[test]
    fn a_place_is_a_file_or_a_server_and_shows_no_password() {
        assert!(matches!(place("x/y.db").at(), At::File(_)));
        let server = place("postgres://a:hunter2@localhost/c");
        assert!(server.is_server());
        assert!(!format!("{server} {server:?}").contains("hunter2"));
        assert_eq!(server.to_string(), "postgres://a:***@localhost/c");
    }

    #[test]
    fn an_address_that_was_printed_needs_its_password() {
        let error = OutboxPlace::parse("postgres://a:***@localhost/c".as_ref()).unwrap_err();
        assert!(error.starts_with("`***` stands for a password"), "{error}");
    }

    #[cfg(unix)]
    #[test]
    fn a_password_in_another_encoding_is_refused_where_one_is_needed() {
        use std::os::unix::ffi::OsStringExt as _;
        let with = |url: &str| {
            let address = Address::parse(&Secret::new(url)).unwrap();
            with_password(address, Some(OsString::from_vec(b"hunter2\xe4".to_vec())))
        };
        let error = with("postgres://a@localhost/c").unwrap_err();
        assert!(
            error.contains("`PGPASSWORD` is not UTF-8") && !error.contains("hunter2"),
            "{error}"
        );
        assert!(with("postgres://a:b@localhost/c").is_ok());
    }

    #[cfg(unix)]
    #[test]
    fn an_address_in_another_encoding_is_no_file() {
        use std::os::unix::ffi::OsStrExt as _;
        let text = OsStr::from_bytes(b"postgres://a:hunter2\xe4@localhost/c");
        let error = OutboxPlace::parse(text).unwrap_err();
        assert!(error.contains("not UTF-8") && !error.contains("hunter2"), "{error}");
    }

    #[test]
    fn what_may_be_an_address_is_never_taken_for_a_file() {
        for text in [
            "",
            "mysql://a:hunter2@localhost/c",
            "postgres:/a:hunter2@localhost/c",
            "Postgres://a:hunter2@localhost/c",
            "postgres://a:hunter2@localhost:port/c",
            "host=localhost password=hunter2",
        ] {
            let error = OutboxPlace::parse(text.as_ref()).unwrap_err();
            assert!(error.contains("postgres://") && !error.contains("hunter2"), "{error}");
            assert_eq!(OutboxPlace::mask(text.as_ref()), "***");
        }
    }
}
