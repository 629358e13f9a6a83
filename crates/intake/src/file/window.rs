//! A window on the decoded text: what the current record needs, and no more.

use std::io::{self, Read};

use super::Encoding;
use super::decode::{Decoder, Flaw};

const BLOCK: usize = 64 * 1024;

/// The text that was decoded and not yet consumed, filled block by block from a stream.
pub(super) struct Window {
    input: Box<dyn Read + Send>,
    decoder: Decoder,
    block: Vec<u8>,
    ended: bool,
    text: String,
    /// Where the rest begins in `text`.
    start: usize,
    /// Offset of `text[start]` in the decoded text.
    offset: u64,
    /// How much of the current record was cut out.
    cut: u64,
    /// The line on which the rest begins, from 1.
    line: u64,
}

impl Window {
    pub(super) fn new(input: Box<dyn Read + Send>, decoder: Decoder) -> Self {
        Self {
            input,
            decoder,
            block: vec![0; BLOCK],
            ended: false,
            text: String::new(),
            start: 0,
            offset: 0,
            cut: 0,
            line: 1,
        }
    }

    /// What is there and not consumed.
    pub(super) fn rest(&self) -> &str {
        &self.text[self.start..]
    }

    pub(super) const fn line(&self) -> u64 {
        self.line
    }

    pub(super) const fn encoding(&self) -> Encoding {
        self.decoder.encoding()
    }

    /// Reads another block; false at the end.
    pub(super) fn more(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        let read = loop {
            match self.input.read(&mut self.block) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other?,
            }
        };
        self.ended = read == 0;
        self.text.drain(..self.start);
        self.start = 0;
        self.decoder.decode(&self.block[..read], self.ended, &mut self.text);
        Ok(true)
    }

    /// Gives up the first bytes of the rest.
    pub(super) fn consume(&mut self, length: usize) {
        let gone = &self.text[self.start..self.start + length];
        let lines = memchr::memchr_iter(b'\n', gone.as_bytes()).count();
        self.consume_lines(length, lines as u64);
    }

    /// Gives up the first bytes of the rest, which are known to end so many lines.
    pub(super) fn consume_lines(&mut self, length: usize, lines: u64) {
        self.line += lines;
        self.start += length;
        self.offset += length as u64 + self.cut;
        self.cut = 0;
        while self.decoder.flaws.front().is_some_and(|flaw| flaw.at < self.offset) {
            self.decoder.flaws.pop_front();
        }
    }

    /// Cuts a part of the current record out of the rest, so that it is not held.
    pub(super) fn cut(&mut self, from: usize, to: usize) {
        let range = self.start + from..self.start + to;
        self.line += memchr::memchr_iter(b'\n', &self.text.as_bytes()[range.clone()]).count() as u64;
        self.text.replace_range(range, "");
        self.cut += (to - from) as u64;
    }

    /// The first damage in the first bytes of the rest, as a position in it.
    pub(super) fn flaw(&self, length: usize) -> Option<(usize, Flaw)> {
        let end = self.offset + length as u64 + self.cut;
        let flaw = self.decoder.flaws.front().filter(|flaw| flaw.at < end)?;
        Some((usize::try_from(flaw.at - self.offset).unwrap_or(usize::MAX), *flaw))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_found_in_the_part_it_belongs_to() {
        let decoder = Decoder::new(Encoding::Utf8, false, 0);
        let mut window = Window::new(Box::new(&b"ab\ncd\xffe\nf"[..]), decoder);
        while window.more().unwrap() {}
        assert!(window.flaw(3).is_none());
        window.consume(3);
        assert_eq!(window.line(), 2);
        assert_eq!(window.flaw(6).map(|(at, flaw)| (at, flaw.byte)), Some((2, 5)));
        window.consume(7);
        assert!(window.flaw(1).is_none());
        assert_eq!((window.rest(), window.line()), ("f", 3));
    }
}
