//! What stands in a report above the lines of a run: what was sent and how it was read, so that its leads can be prepared
//! again to the byte.

use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use leadsink::Timestamp;
use serde::{Deserialize, Serialize};
use siphasher::sip128::SipHasher13;
use uuid::Uuid;

use crate::exit::CliError;
use crate::outbox::OutboxPlace;

/// The line: it speaks of those beneath it, until the next of its kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunLine {
    pub(crate) run: RunInfo,
}

/// A run of `send`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct RunInfo {
    /// The version that wrote it.
    leadsink: String,
    /// When the leads were accepted for delivery: one time for all of them, that of the file.
    pub(crate) accepted_at: Timestamp,
    /// Whether every lead was marked as a test.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub(crate) test: bool,
    /// The outbox through which it went: it alone knows what is still to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) outbox: Option<String>,
    /// Nothing where it was no file, which could be read again.
    pub(crate) input: Option<InputInfo>,
    /// The options that said how it is read.
    #[serde(default)]
    pub(crate) reading: Vec<String>,
}

/// A file as it was when a run began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct InputInfo {
    /// As it was given on the command line.
    pub(crate) path: String,
    size: u64,
    modified: Option<Timestamp>,
    /// SipHash-1-3 of 128 bits, without a key, of the first MiB: more would be a second pass through a large file before the
    /// first lead is sent.
    hash: Uuid,
}

/// How much of a file is hashed.
const HEAD: u64 = 1 << 20;

/// Whether a line of a report is of this kind, or the beginning of one.
pub(crate) fn is_run_line(line: &[u8]) -> bool {
    line.starts_with(b"{\"run\":")
}

impl RunLine {
    /// A run that begins now.
    pub(crate) fn begin(input: Option<InputInfo>, reading: Vec<String>, test: bool) -> Self {
        Self {
            run: RunInfo {
                leadsink: env!("CARGO_PKG_VERSION").to_owned(),
                accepted_at: Timestamp::now(),
                test,
                outbox: None,
                input,
                reading,
            },
        }
    }

    /// Refuses a report of a run through an outbox: that knows better by now what is to be done.
    ///
    /// # Errors
    /// When the run went through one.
    pub(crate) fn check_alone(&self, report: &Path) -> Result<(), CliError> {
        let Some(outbox) = &self.run.outbox else {
            return Ok(());
        };
        let message = format!("`{}` tells of a run through the outbox `{outbox}`", report.display());
        Err(CliError::new(message).with_hint(
            "the outbox knows what is still to be done: `leadsink work` goes on, `leadsink status` says where things stand",
        ))
    }

    /// The same through an outbox.
    #[must_use]
    pub(crate) fn through(mut self, outbox: &OutboxPlace) -> Self {
        self.run.outbox = Some(outbox.to_string());
        self
    }
}

impl InputInfo {
    /// Looks at a file; nothing where it is none, such as a pipe.
    pub(crate) fn of(path: &Path) -> io::Result<Option<Self>> {
        let metadata = match path.metadata() {
            Ok(metadata) if metadata.is_file() => metadata,
            _ => return Ok(None),
        };
        let mut head = Vec::new();
        File::open(path)?.take(HEAD).read_to_end(&mut head)?;
        Ok(Some(Self {
            path: path.display().to_string(),
            size: metadata.len(),
            modified: metadata.modified().ok().and_then(|time| Timestamp::try_from(time).ok()),
            hash: Uuid::from_u128(SipHasher13::new().hash(&head).as_u128()),
        }))
    }

    /// Whether the content is the same, as far as can be told. The time counts where the hash is not of all of it.
    pub(crate) fn has_content_of(&self, other: &Self) -> bool {
        let is_hashed_whole = self.size <= HEAD;
        (self.size, self.hash) == (other.size, other.hash) && (is_hashed_whole || self.modified == other.modified)
    }
}

#[cfg(test)]
mod tests {
    use std::fs::{self, FileTimes};
    use std::time::{Duration, SystemTime};

    use super::*;

    fn of(path: &Path) -> InputInfo {
        InputInfo::of(path).unwrap().unwrap()
    }

    fn touch(path: &Path, seconds: u64) {
        let time = SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let file = File::options().append(true).open(path).unwrap();
        file.set_times(FileTimes::new().set_modified(time)).unwrap();
    }

    #[test]
    fn a_line_reads_back_as_it_was_written() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let line = RunLine::begin(Some(of(file.path())), vec!["--lenient".into()], true);
        let text = serde_json::to_vec(&line).unwrap();
        assert!(is_run_line(&text));
        assert_eq!(serde_json::from_slice::<RunLine>(&text).unwrap(), line);
        line.check_alone(Path::new("r")).unwrap();
        let error = line
            .through(&crate::outbox::tests::usual())
            .check_alone(Path::new("r"))
            .unwrap_err();
        assert_eq!(error.message, "`r` tells of a run through the outbox `leadsink.db`");
        let text = r#"{"run":{"leadsink":"9","accepted_at":"2026-01-31T10:00:00Z","input":null,"more":1}}"#;
        let line: RunLine = serde_json::from_str(text).unwrap();
        assert_eq!((line.run.input, line.run.test), (None, false));
    }

    #[test]
    fn a_small_file_is_known_by_its_content_alone() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "id\n1\n").unwrap();
        let first = of(file.path());
        touch(file.path(), 5);
        assert!(of(file.path()).has_content_of(&first));
        fs::write(file.path(), "id\n2\n").unwrap();
        assert!(!of(file.path()).has_content_of(&first));
    }

    #[test]
    fn a_large_file_is_known_by_its_beginning_and_its_time() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut content = vec![b'x'; HEAD as usize + 1];
        fs::write(file.path(), &content).unwrap();
        touch(file.path(), 5);
        let first = of(file.path());
        assert!(of(file.path()).has_content_of(&first));
        touch(file.path(), 6);
        assert!(!of(file.path()).has_content_of(&first));
        content[0] = b'y';
        fs::write(file.path(), &content).unwrap();
        touch(file.path(), 5);
        assert!(!of(file.path()).has_content_of(&first));
    }

    #[test]
    fn what_is_no_file_has_nothing_to_tell() {
        assert_eq!(InputInfo::of(Path::new("-")).unwrap(), None);
        assert_eq!(InputInfo::of(Path::new("/")).unwrap(), None);
    }
}
