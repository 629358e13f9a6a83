//! Opens an outbox, and says what to do where it fails.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use leadsink::outbox::sqlite::Role;
use leadsink::outbox::{SqliteStore, StoreError, StoreErrorKind};
use tokio::runtime::Runtime;

use crate::args::{DEFAULT_OUTBOX, OutboxArgs};
use crate::connect;
use crate::exit::CliError;
use crate::output::quote;

/// An outbox that is there, and what waits for its answers.
#[derive(Debug)]
pub(super) struct Ledger {
    pub(super) store: Arc<SqliteStore>,
    pub(super) path: PathBuf,
    runtime: Runtime,
}

impl Ledger {
    /// Opens it to look.
    pub(super) fn look(args: &OutboxArgs) -> Result<Self, CliError> {
        Self::open(&args.outbox, Role::Reader)
    }

    /// Opens it to change something.
    pub(super) fn steer(args: &OutboxArgs) -> Result<Self, CliError> {
        Self::open(&args.outbox, Role::Visitor)
    }

    fn open(path: &Path, role: Role) -> Result<Self, CliError> {
        // To open it for more than reading would make one of nothing, or of an empty file.
        let is_nothing = match path.metadata() {
            Ok(file) if file.is_dir() => {
                let message = format!("`{}` is a folder; name the file of an outbox", path.display());
                return Err(CliError::new(message));
            }
            Ok(file) => file.is_file() && file.len() == 0,
            Err(error) => error.kind() == ErrorKind::NotFound,
        };
        if is_nothing {
            return Err(missing(path));
        }
        Ok(Self {
            store: open(path, role)?,
            path: path.to_owned(),
            runtime: connect::runtime()?,
        })
    }

    /// Waits for an answer.
    pub(super) fn ask<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> Result<T, CliError> {
        self.runtime.block_on(call).map_err(|error| trouble(&error, &self.path))
    }

    /// A command about this outbox, to be copied.
    pub(crate) fn command(&self, words: &str) -> String {
        command(words, &self.path)
    }
}

/// A command about an outbox, quoted for a shell.
pub(crate) fn command(words: &str, path: &Path) -> String {
    if path == Path::new(DEFAULT_OUTBOX) {
        return format!("leadsink {words}");
    }
    format!("leadsink {words} --outbox {}", quote(&path.to_string_lossy()))
}

/// Opens an outbox in a role. Where there is no file, a worker and a visitor make one.
pub(crate) fn open(path: &Path, role: Role) -> Result<Arc<SqliteStore>, CliError> {
    match SqliteStore::open(path, role) {
        Ok(store) => Ok(Arc::new(store)),
        Err(error) => Err(trouble(&error, path)),
    }
}

pub(crate) fn missing(path: &Path) -> CliError {
    CliError::new(format!("there is no outbox at `{}`", path.display()))
        .with_hint("`leadsink send FILE --to NAME` makes one; `--outbox FILE` names another")
}

/// What a store's error means for whoever typed the command. The error says what is wrong; the hint, what else helps here.
pub(crate) fn trouble(error: &StoreError, path: &Path) -> CliError {
    use StoreErrorKind::{
        Busy, Closed, Corrupt, Foreign, Full, HeldByWorker, Internal, Io, Library, NewerSchema, NotAWorker,
        OlderSchema, ReadOnly,
    };
    let told = CliError::new(format!("outbox `{}`: {error}", path.display()));
    let hint = match error.kind() {
        Full => format!(
            "then `{}` makes room within the file",
            command("purge --before 90d", path)
        ),
        ReadOnly => "files are also written beside it: the folder must be writable, as the file itself".to_owned(),
        Busy => "nothing was changed; a copy or a backup of the file may be under way".to_owned(),
        Corrupt => {
            "end what works on it, and copy the file with those beside it that end in `-wal` and `-shm`".to_owned()
        }
        NewerSchema => format!("`leadsink --version` is {}", env!("CARGO_PKG_VERSION")),
        OlderSchema => format!("`{}` brings it up to date", command("work", path)),
        Foreign => "`--outbox FILE` names another".to_owned(),
        HeldByWorker => format!(
            "one worker a file; `{}` and the commands that steer work meanwhile",
            command("status", path)
        ),
        NotAWorker => "this is a fault of the program; please report it".to_owned(),
        Io => "`--outbox FILE` names another; this one is left as it is".to_owned(),
        Closed => "what was accepted is safe; try again".to_owned(),
        Library => "install the program as it is released".to_owned(),
        Internal => "what was accepted is safe".to_owned(),
        // A kind of a later version: the error itself says what to do.
        _ => return told,
    };
    told.with_hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_of_error_has_the_file_and_a_hint() {
        use StoreErrorKind::*;
        for kind in [
            Full,
            ReadOnly,
            Busy,
            Corrupt,
            NewerSchema,
            OlderSchema,
            Foreign,
            HeldByWorker,
            NotAWorker,
            Io,
            Closed,
            Library,
            Internal,
        ] {
            let error = trouble(&StoreError::new(kind, "it failed; mend it"), Path::new("a b.db"));
            assert_eq!(error.message, "outbox `a b.db`: it failed; mend it", "{kind:?}");
            assert!(error.hint.is_some_and(|hint| !hint.ends_with('.')), "{kind:?}");
        }
        let full = trouble(&StoreError::new(Full, "full"), Path::new("a b.db"));
        assert_eq!(
            full.hint.unwrap(),
            "then `leadsink purge --before 90d --outbox 'a b.db'` makes room within the file"
        );
    }

    #[test]
    fn a_command_names_the_outbox_where_it_is_not_the_usual_one() {
        assert_eq!(command("work", Path::new("leadsink.db")), "leadsink work");
        assert_eq!(command("work", Path::new("x/y.db")), "leadsink work --outbox x/y.db");
    }
}
