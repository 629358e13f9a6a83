//! A pipe that several sinks read, each at its own pace: what comes out of it is kept in a file without a name.

use std::fs::File;
use std::io::{self, Read, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;

const CHUNK: usize = 64 * 1024;

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    grown: Condvar,
}

#[derive(Debug, Default)]
struct State {
    length: u64,
    /// How it ended; the error is told to each reader.
    end: Option<Result<(), (io::ErrorKind, String)>>,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads what is kept, and waits for more until the pipe ends.
#[derive(Debug)]
pub(crate) struct SpoolReader {
    shared: Arc<Shared>,
    file: File,
    position: u64,
}

/// Keeps a pipe for so many readers. The file has no name by the time it has content, and goes with the process.
pub(crate) fn spool(input: impl Read + Send + 'static, readers: usize) -> io::Result<Vec<SpoolReader>> {
    let named = tempfile::NamedTempFile::new()?;
    let shared = Arc::new(Shared::default());
    let readers: Vec<_> = (0..readers)
        .map(|_| {
            Ok(SpoolReader {
                shared: Arc::clone(&shared),
                file: named.reopen()?,
                position: 0,
            })
        })
        .collect::<io::Result<_>>()?;
    let file = named.reopen()?;
    drop(named);
    thread::Builder::new().name("spool".into()).spawn(move || {
        let result = copy(input, file, &shared).map_err(|error| (error.kind(), error.to_string()));
        shared.lock().end = Some(result);
        shared.grown.notify_all();
    })?;
    Ok(readers)
}

fn copy(mut input: impl Read, mut file: File, shared: &Shared) -> io::Result<()> {
    let mut buffer = vec![0; CHUNK];
    loop {
        let read = match input.read(&mut buffer) {
            Ok(0) => return Ok(()),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        file.write_all(&buffer[..read])?;
        shared.lock().length += read as u64;
        shared.grown.notify_all();
    }
}

impl Read for SpoolReader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let mut state = self.shared.lock();
        while state.length == self.position {
            match &state.end {
                Some(Ok(())) => return Ok(0),
                Some(Err((kind, message))) => return Err(io::Error::new(*kind, message.clone())),
                None => state = self.shared.grown.wait(state).unwrap_or_else(PoisonError::into_inner),
            }
        }
        let there = usize::try_from(state.length - self.position).unwrap_or(usize::MAX);
        drop(state);
        let wanted = there.min(buffer.len());
        let read = self.file.read(&mut buffer[..wanted])?;
        self.position += read as u64;
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, pipe};

    use super::*;

    #[test]
    fn every_reader_sees_all_of_it_however_far_the_others_are() {
        let text = "row\n".repeat(50_000);
        let readers = spool(Cursor::new(text.clone()), 3).unwrap();
        for mut reader in readers {
            let mut read = String::new();
            reader.read_to_string(&mut read).unwrap();
            assert_eq!(read.len(), text.len());
        }
    }

    #[test]
    fn a_reader_waits_for_what_is_still_to_come() {
        let (from, mut to) = pipe().unwrap();
        let mut readers = spool(from, 2).unwrap();
        let mut buffer = [0; 16];
        to.write_all(b"first").unwrap();
        assert_eq!(readers[0].read(&mut buffer).unwrap(), 5);
        let late = thread::spawn(move || {
            let mut rest = String::new();
            readers[0].read_to_string(&mut rest).map(|_| rest)
        });
        to.write_all(b" second").unwrap();
        drop(to);
        assert_eq!(late.join().unwrap().unwrap(), " second");
    }
}
