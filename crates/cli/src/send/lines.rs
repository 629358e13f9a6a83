//! A file that lines are added to, those of one turn with one call: they are there whole, or not at all.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};

use serde::Serialize;

/// A file of lines.
#[derive(Debug)]
pub(crate) struct Lines {
    file: File,
    /// Lines that are not written yet.
    buffer: Vec<u8>,
    /// The bytes of all whole lines.
    length: u64,
}

impl Lines {
    /// Goes on behind what is in the file.
    pub(crate) fn new(file: File) -> Self {
        Self {
            length: file.metadata().map_or(0, |file| file.len()),
            file,
            buffer: Vec::new(),
        }
    }

    /// The bytes that are in the file.
    pub(crate) const fn length(&self) -> u64 {
        self.length
    }

    /// Adds a line, which is written by [`flush`](Self::flush), and returns it with its end.
    pub(crate) fn add<E: Into<io::Error>>(
        &mut self,
        write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    ) -> io::Result<&[u8]> {
        let begin = self.buffer.len();
        if let Err(error) = write(&mut self.buffer) {
            self.buffer.truncate(begin);
            return Err(error.into());
        }
        self.buffer.push(b'\n');
        Ok(&self.buffer[begin..])
    }

    /// Writes the lines that were added. What a full disk took of them is taken away again: others may follow.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let result = self.file.write_all(&self.buffer);
        match result {
            Ok(()) => self.length += self.buffer.len() as u64,
            Err(_) => {
                // Where it does not help, as with a pipe, nothing else would.
                let _ = self.file.set_len(self.length);
                let _ = self.file.seek(SeekFrom::Start(self.length));
            }
        }
        self.buffer.clear();
        result
    }
}

/// Adds `key`, which is the text before a value, and the value as JSON.
pub(crate) fn member(to: &mut Vec<u8>, key: &str, value: &(impl Serialize + ?Sized)) -> serde_json::Result<()> {
    to.extend_from_slice(key.as_bytes());
    serde_json::to_writer(to, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn add(lines: &mut Lines, text: &str) {
        lines.add(|to| to.write_all(text.as_bytes())).unwrap();
    }

    #[test]
    fn a_line_that_cannot_be_put_together_leaves_nothing_in_the_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        let mut lines = Lines::new(file.reopen().unwrap());
        add(&mut lines, "one");
        let broken = |to: &mut Vec<u8>| {
            to.extend(b"hal");
            Err(io::Error::other("broken"))
        };
        lines.add(broken).unwrap_err();
        add(&mut lines, "two");
        lines.flush().unwrap();
        assert_eq!(std::fs::read_to_string(file.path()).unwrap(), "one\ntwo\n");
        assert_eq!(lines.length(), 8);
    }

    /// The file is opened for reading, as a disk that takes nothing.
    #[test]
    fn lines_that_could_not_be_written_are_not_written_later() {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), "one\n").unwrap();
        let mut lines = Lines::new(File::open(file.path()).unwrap());
        add(&mut lines, "two");
        lines.flush().unwrap_err();
        assert_eq!((lines.length(), lines.flush().is_ok()), (4, true));
        assert_eq!(std::fs::read_to_string(file.path()).unwrap(), "one\n");
    }
}
