//! Tells encodings apart by the bytes of a file's beginning: byte order mark, zero bytes of UTF-16, then whether what
//! is not ASCII makes sense as UTF-8 or as Windows-1252.

use super::Encoding;

/// What the beginning of a file says about its encoding.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Guess {
    pub(super) encoding: Encoding,
    /// Length of the byte order mark.
    pub(super) mark: usize,
    /// Whether everything so far was ASCII, so that UTF-8 is only an assumption.
    pub(super) only_ascii: bool,
}

/// Guesses the encoding of a file from its first bytes.
pub(super) fn guess(prefix: &[u8]) -> Guess {
    let certain = |encoding, mark| Guess {
        encoding,
        mark,
        only_ascii: false,
    };
    for encoding in Encoding::ALL {
        let mark = byte_order_mark(*encoding);
        if !mark.is_empty() && prefix.starts_with(mark) {
            return certain(*encoding, mark.len());
        }
    }
    if let Some(encoding) = utf16_by_zeros(prefix) {
        return certain(encoding, 0);
    }
    Guess {
        encoding: utf8_or_windows(prefix),
        mark: 0,
        only_ascii: prefix.is_ascii(),
    }
}

/// The byte order mark of an encoding; empty where it has none.
pub(super) fn byte_order_mark(encoding: Encoding) -> &'static [u8] {
    match encoding {
        Encoding::Utf8 => b"\xef\xbb\xbf",
        Encoding::Utf16Le => b"\xff\xfe",
        Encoding::Utf16Be => b"\xfe\xff",
        Encoding::Windows1252 => b"",
    }
}

/// Text of Western languages in UTF-16 has a zero in nearly every other byte.
fn utf16_by_zeros(prefix: &[u8]) -> Option<Encoding> {
    let (pairs, _) = prefix.as_chunks::<2>();
    let (mut first, mut second) = (0, 0);
    for [a, b] in pairs {
        first += usize::from(*a == 0);
        second += usize::from(*b == 0);
    }
    let (most, few) = (pairs.len() / 2, pairs.len() / 50);
    match () {
        () if pairs.len() < 2 => None,
        () if second > most && first <= few => Some(Encoding::Utf16Le),
        () if first > most && second <= few => Some(Encoding::Utf16Be),
        () => None,
    }
}

/// Windows-1252 where nothing is UTF-8 and what is not ASCII stands where Western letters and marks stand; else UTF-8,
/// so that damage shows up as bad rows.
pub(super) fn utf8_or_windows(bytes: &[u8]) -> Encoding {
    let (mut sequences, mut plausible, mut strange) = (0_usize, 0_usize, 0_usize);
    let mut rest = bytes;
    let mut offset = 0;
    loop {
        let (valid, error) = match std::str::from_utf8(rest) {
            Ok(text) => (text, None),
            Err(error) => {
                let valid = std::str::from_utf8(&rest[..error.valid_up_to()]).unwrap_or_default();
                (valid, Some(error))
            }
        };
        sequences += valid.chars().filter(|c| !c.is_ascii()).count();
        // Bytes at the end may be the beginning of a sequence that the prefix cuts off.
        let Some((error, length)) = error.and_then(|error| Some((error, error.error_len()?))) else {
            break;
        };
        for index in error.valid_up_to()..error.valid_up_to() + length {
            if is_plausible(bytes, offset + index) {
                plausible += 1;
            } else {
                strange += 1;
            }
        }
        offset += error.valid_up_to() + length;
        rest = &bytes[offset..];
    }
    let western = plausible > 4 * strange;
    if western && plausible > 4 * sequences {
        Encoding::Windows1252
    } else {
        Encoding::Utf8
    }
}

/// Whether a byte above 127 makes sense in Windows-1252 between its neighbours.
fn is_plausible(bytes: &[u8], index: usize) -> bool {
    let byte = bytes[index];
    let before = index.checked_sub(1).map_or(b' ', |index| bytes[index]);
    let after = bytes.get(index + 1).copied().unwrap_or(b' ');
    let letter = |byte: u8| byte.is_ascii_alphabetic() || byte >= 0xc0;
    match byte {
        // Small letters stand in words; `þ`, `ð`, `ÿ` and the signs among them are as rare in names as damage is common.
        0xdf..=0xef | 0xf1..=0xf6 | 0xf8..=0xfd | 0x9a | 0x9c | 0x9e => letter(before) || letter(after),
        // Capital letters begin words or stand in capitalised ones.
        0xc0..=0xcf | 0xd1..=0xd6 | 0xd8..=0xdd | 0x8a | 0x8c | 0x8e | 0x9f => {
            !before.is_ascii_lowercase() && (letter(after) || before.is_ascii_uppercase())
        }
        // The euro and pound signs stand at amounts.
        0x80 | 0xa3 => before.is_ascii_digit() || after.is_ascii_digit() || after == b' ',
        // Curly quotes, dashes, dots, the hard space and the signs of trade.
        0x82 | 0x84 | 0x85 | 0x8b | 0x91..=0x97 | 0x99 | 0x9b => true,
        0xa0 | 0xa1 | 0xa7 | 0xa9..=0xab | 0xae | 0xb0 | 0xb2 | 0xb4 | 0xb7 | 0xba..=0xbd | 0xbf => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn byte_order_marks_decide() {
        for (bytes, encoding, mark) in [
            (&b"\xef\xbb\xbfa"[..], Encoding::Utf8, 3),
            (b"\xff\xfea\0", Encoding::Utf16Le, 2),
            (b"\xfe\xff\0a", Encoding::Utf16Be, 2),
        ] {
            let found = guess(bytes);
            assert_eq!((found.encoding, found.mark), (encoding, mark));
        }
    }

    #[test]
    fn utf16_is_known_by_its_zeros() {
        let little: Vec<u8> = "id\tname\nÑ".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "id\tname\nÑ".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(guess(&little).encoding, Encoding::Utf16Le);
        assert_eq!(guess(&big).encoding, Encoding::Utf16Be);
        assert_eq!(guess(b"id,name\n1,a\0b\n").encoding, Encoding::Utf8);
    }

    #[test]
    fn western_text_is_told_from_damaged_utf8() {
        for (bytes, encoding) in [
            (&b"Jos\xe9,N\xfa\xf1ez"[..], Encoding::Windows1252),
            (b"don\x92t \x96 \xc9cole", Encoding::Windows1252),
            (b"O\x92Brien", Encoding::Windows1252),
            ("José,Núñez".as_bytes(), Encoding::Utf8),
            (b"a\xff\xfeb", Encoding::Utf8),
            (b"Jo\xc3(hn", Encoding::Utf8),
            (b"Jo\x80hn", Encoding::Utf8),
            ("José Núñez Jos\u{e9} \u{fffd}".as_bytes(), Encoding::Utf8),
            (b"Jos\xc3\xa9 Jo\xe9", Encoding::Utf8),
            (b"plain", Encoding::Utf8),
            (b"cut\xc3", Encoding::Utf8),
        ] {
            assert_eq!(utf8_or_windows(bytes), encoding, "{bytes:?}");
        }
    }
}
