//! The lock file beside an outbox: one worker a file, any number of readers. Not a lock of the database, so that `status` can
//! read while a worker runs.

use std::ffi::OsString;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::error::{StoreError, StoreErrorKind};

/// How often, and after what pauses, the lock is asked for: whoever looks whether a worker has it holds it for a moment.
const TRIES: u32 = 20;
const PAUSE: Duration = Duration::from_millis(5);

/// The process id of the worker that has an outbox. None where nobody has, or a worker is only just starting.
#[must_use]
pub fn worker_process(outbox: impl AsRef<Path>) -> Option<u32> {
    let mut file = File::open(path_of(outbox.as_ref()).ok()?).ok()?;
    match file.try_lock_shared() {
        Err(TryLockError::WouldBlock) => process(&mut file)?.parse().ok(),
        Ok(()) | Err(TryLockError::Error(_)) => None,
    }
}

/// What the lock file says about who has it.
fn process(file: &mut File) -> Option<String> {
    let mut text = String::new();
    file.read_to_string(&mut text).ok()?;
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

/// Held by a worker for as long as it lives; the system lets go of it however the process ends.
#[derive(Debug)]
pub(super) struct Lock(#[expect(dead_code, reason = "holds the lock until it is dropped")] File);

impl Lock {
    /// Takes the lock of an outbox, which is there.
    ///
    /// # Errors
    /// When another worker has it, which is named by its process id, or the lock file cannot be written.
    pub(super) fn take(outbox: &Path) -> Result<Self, StoreError> {
        let path = path_of(outbox).map_err(|error| unusable(&error))?;
        let mut file = private().open(&path).map_err(|error| unusable(&error))?;
        match try_lock(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                // Who has it is good to know, and no more: it may not have been written yet.
                let who = process(&mut file).unwrap_or_else(|| "?".to_owned());
                let message = format!(
                    "another worker has the outbox (process {who}); wait until it ends, or stop it and try again"
                );
                return Err(StoreError::new(StoreErrorKind::HeldByWorker, message));
            }
            Err(TryLockError::Error(error)) => return Err(unusable(&error)),
        }
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| writeln!(file, "{}", std::process::id()))
            .map_err(|error| unusable(&error))?;
        Ok(Self(file))
    }
}

fn try_lock(file: &File) -> Result<(), TryLockError> {
    for _ in 1..TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            done => return done,
        }
    }
    file.try_lock()
}

/// Beside the outbox, under its name and `.lock`: where it really is, since each of its links would have a lock of its own. It
/// stays when the worker ends: to delete it would let two workers lock two files of that name.
fn path_of(outbox: &Path) -> std::io::Result<PathBuf> {
    let mut name = OsString::from(outbox.canonicalize()?);
    name.push(".lock");
    Ok(PathBuf::from(name))
}

/// Creates files that nobody else can read: they hold personal data.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

/// A file that cannot be opened or written.
pub(super) fn unusable(error: &std::io::Error) -> StoreError {
    use std::io::ErrorKind::{PermissionDenied, ReadOnlyFilesystem, StorageFull};
    let kind = match error.kind() {
        PermissionDenied | ReadOnlyFilesystem => StoreErrorKind::ReadOnly,
        StorageFull => StoreErrorKind::Full,
        _ => StoreErrorKind::Io,
    };
    let message = format!("the outbox cannot be opened for writing: {error}; check its folder and the permissions");
    StoreError::new(kind, message)
}
