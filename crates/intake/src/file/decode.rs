//! Decodes a stream of bytes block by block and remembers where it was damaged.

use std::collections::VecDeque;

use encoding_rs::{DecoderResult, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use super::Encoding;
use super::encoding::utf8_or_windows;

/// A place where the bytes were no text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flaw {
    /// Offset of the replacement character in the decoded text.
    pub(super) at: u64,
    /// Offset of the byte in the file.
    pub(super) byte: u64,
}

/// Turns bytes into text. What is no text becomes U+FFFD and a [`Flaw`].
pub(super) struct Decoder {
    encoding: Encoding,
    decoder: encoding_rs::Decoder,
    /// Everything so far was ASCII: the first byte that is not decides.
    undecided: bool,
    bytes: u64,
    chars: u64,
    pub(super) flaws: VecDeque<Flaw>,
}

impl Decoder {
    /// `undecided` may only be set with UTF-8; `offset` is the length of the byte order mark that was left out.
    pub(super) fn new(encoding: Encoding, undecided: bool, offset: usize) -> Self {
        Self {
            encoding,
            decoder: decoder(encoding),
            undecided,
            bytes: offset as u64,
            chars: 0,
            flaws: VecDeque::new(),
        }
    }

    pub(super) const fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// Appends the text of a block.
    pub(super) fn decode(&mut self, mut block: &[u8], last: bool, out: &mut String) {
        let begin = out.len();
        if self.undecided
            && let index = encoding_rs::Encoding::ascii_valid_up_to(block)
            && index < block.len()
        {
            self.undecided = false;
            self.encoding = utf8_or_windows(&block[index.saturating_sub(1)..]);
            self.decoder = decoder(self.encoding);
        }
        loop {
            out.reserve(self.decoder.max_utf8_buffer_length(block.len()).unwrap_or(block.len()));
            let (result, read) = self.decoder.decode_to_string_without_replacement(block, out, last);
            self.bytes += read as u64;
            block = &block[read..];
            match result {
                DecoderResult::InputEmpty => break,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(length, after) => {
                    self.flaws.push_back(Flaw {
                        at: self.chars + (out.len() - begin) as u64,
                        byte: self.bytes - u64::from(length) - u64::from(after),
                    });
                    out.push(char::REPLACEMENT_CHARACTER);
                }
            }
        }
        self.chars += (out.len() - begin) as u64;
    }
}

fn decoder(encoding: Encoding) -> encoding_rs::Decoder {
    let encoding = match encoding {
        Encoding::Utf8 => UTF_8,
        Encoding::Utf16Le => UTF_16LE,
        Encoding::Utf16Be => UTF_16BE,
        Encoding::Windows1252 => WINDOWS_1252,
    };
    encoding.new_decoder_without_bom_handling()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn damage_is_replaced_and_remembered_across_blocks() {
        let mut decoder = Decoder::new(Encoding::Utf8, false, 0);
        let mut out = String::new();
        decoder.decode(b"ab\xff\xc3", false, &mut out);
        decoder.decode(b"\xa9c\xe2", true, &mut out);
        assert_eq!(out, "ab\u{fffd}éc\u{fffd}");
        let flaws: Vec<_> = decoder.flaws.iter().map(|flaw| (flaw.at, flaw.byte)).collect();
        assert_eq!(flaws, [(2, 2), (8, 6)]);
    }

    #[test]
    fn the_first_byte_that_is_not_ascii_decides() {
        let mut decoder = Decoder::new(Encoding::Utf8, true, 0);
        let mut out = String::new();
        decoder.decode(b"plain,", false, &mut out);
        decoder.decode(b"Jos\xe9 N\xfa\xf1ez", true, &mut out);
        assert_eq!(
            (out.as_str(), decoder.encoding()),
            ("plain,José Núñez", Encoding::Windows1252)
        );
    }
}
