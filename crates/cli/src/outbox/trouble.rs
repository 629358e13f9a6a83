//! What is said where an outbox fails, and the commands that are told about it.

use leadsink::outbox::{StoreError, StoreErrorKind};

use super::place::OutboxPlace;
use crate::exit::CliError;
use crate::output::quote;

/// A command about an outbox, quoted for a shell.
pub(crate) fn command(words: &str, place: &OutboxPlace) -> String {
    if place.is_usual() {
        return format!("leadsink {words}");
    }
    format!("leadsink {words} --outbox {}", quote(&place.to_string()))
}

pub(crate) fn missing(place: &OutboxPlace) -> CliError {
    let another = if place.is_server() { "PLACE" } else { "FILE" };
    CliError::new(format!("there is no outbox at `{place}`")).with_hint(format!(
        "`leadsink send FILE --to NAME` makes one; `--outbox {another}` names another"
    ))
}

/// What a store's error means for whoever typed the command. The error says what is wrong; the hint, what else helps here.
pub(crate) fn trouble(error: &StoreError, place: &OutboxPlace) -> CliError {
    let told = CliError::new(format!("outbox `{place}`: {error}"));
    let hint = if place.is_server() {
        at_server(error.kind(), place)
    } else {
        in_file(error.kind(), place)
    };
    match hint {
        Some(hint) => told.with_hint(hint),
        // The error itself says what to do.
        None => told,
    }
}

fn in_file(kind: StoreErrorKind, place: &OutboxPlace) -> Option<String> {
    use StoreErrorKind::{
        Busy, Closed, Corrupt, Foreign, Full, HeldByWorker, Internal, Io, Library, NewerSchema, NotAWorker,
        OlderSchema, ReadOnly,
    };
    Some(match kind {
        Full => format!(
            "then `{}` makes room within the file",
            command("purge --before 90d", place)
        ),
        ReadOnly => "files are also written beside it: the folder must be writable, as the file itself".to_owned(),
        Busy => "nothing was changed; a copy or a backup of the file may be under way".to_owned(),
        Corrupt => {
            "end what works on it, and copy the file with those beside it that end in `-wal` and `-shm`".to_owned()
        }
        NewerSchema => version(),
        OlderSchema => format!("`{}` brings it up to date", command("work", place)),
        Foreign => "`--outbox FILE` names another".to_owned(),
        HeldByWorker => format!(
            "one worker a file; `{}` and the commands that steer work meanwhile",
            command("status", place)
        ),
        NotAWorker => "this is a fault of the program; please report it".to_owned(),
        Io => "`--outbox FILE` names another; this one is left as it is".to_owned(),
        Closed => "what was accepted is safe; try again".to_owned(),
        Library => "install the program as it is released".to_owned(),
        Internal => "what was accepted is safe".to_owned(),
        _ => return None,
    })
}

fn at_server(kind: StoreErrorKind, place: &OutboxPlace) -> Option<String> {
    use StoreErrorKind::{Busy, Closed, Foreign, Full, Internal, Io, NewerSchema, NotAWorker, OlderSchema, ReadOnly};
    Some(match kind {
        Io => "look whether the server runs and this machine reaches it; what was accepted is safe there".to_owned(),
        Full | Internal => "what was accepted is safe".to_owned(),
        ReadOnly => "`status` and `list` need no more than to read".to_owned(),
        Busy => "nothing was changed".to_owned(),
        Closed => "what was accepted is safe; try again".to_owned(),
        NewerSchema => version(),
        OlderSchema => format!("`{}` brings it up to date", command("work", place)),
        Foreign => "`?options=-csearch_path%3DSCHEMA` behind the database names a schema".to_owned(),
        NotAWorker => "this is a fault of the program; please report it".to_owned(),
        _ => return None,
    })
}

fn version() -> String {
    format!("`leadsink --version` is {}", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::super::place::tests::{place, usual};
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
            let error = trouble(&StoreError::new(kind, "it failed; mend it"), &place("a b.db"));
            assert_eq!(error.message, "outbox `a b.db`: it failed; mend it", "{kind:?}");
            assert!(error.hint.is_some_and(|hint| !hint.ends_with('.')), "{kind:?}");
        }
        let full = trouble(&StoreError::new(Full, "full"), &place("a b.db"));
        assert_eq!(
            full.hint.as_deref(),
            Some("then `leadsink purge --before 90d --outbox 'a b.db'` makes room within the file")
        );
    }

    #[test]
    fn a_server_is_told_without_its_password() {
        let server = place("postgres://a:hunter2@db/c");
        for kind in [
            StoreErrorKind::Denied,
            StoreErrorKind::OlderSchema,
            StoreErrorKind::Clock,
        ] {
            let error = trouble(&StoreError::new(kind, "it failed"), &server);
            assert_eq!(error.message, "outbox `postgres://a:***@db/c`: it failed");
            assert!(!format!("{error:?}").contains("hunter2"), "{error:?}");
        }
        assert_eq!(
            command("work", &server),
            "leadsink work --outbox 'postgres://a:***@db/c'"
        );
    }

    #[test]
    fn a_command_names_the_outbox_where_it_is_not_the_usual_one() {
        assert_eq!(command("work", &usual()), "leadsink work");
        assert_eq!(command("work", &place("x/y.db")), "leadsink work --outbox x/y.db");
    }
}
