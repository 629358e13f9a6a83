//! Goes through a JSON text and takes what is asked for. An answer comes with every lead and mostly echoes it: to pass
//! over that costs a fifth of what parsing it does.

use memchr::memchr2;
use serde::Deserialize;

/// A place in a JSON text, before a value.
///
/// What is passed over is not checked beyond its strings and brackets; what is [read](Self::read) is parsed by
/// `serde_json`.
///
/// ```
/// use leadsink_core::json::Reader;
///
/// let mut id = 0;
/// let mut answer = Reader::new(br#"{"result": "success", "lead": {"name": ["a", "b"], "id": 55555}}"#);
/// answer.object(|name, value| match name {
///     b"lead" => value.object(|name, value| {
///         if name == b"id" {
///             id = value.read()?;
///         }
///         Ok(())
///     }),
///     _ => Ok(()),
/// })?;
/// answer.end()?;
/// assert_eq!(id, 55555);
/// # Ok::<_, leadsink_core::json::Malformed>(())
/// ```
#[derive(Debug)]
pub struct Reader<'a> {
    rest: &'a [u8],
}

/// The text is no JSON, or not what was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("it is no JSON, or another value than the one asked for")]
pub struct Malformed;

/// Deeper values are refused, as `serde_json` does.
const DEPTH: u32 = 128;

impl<'a> Reader<'a> {
    /// Begins before the first value.
    #[must_use]
    pub const fn new(text: &'a [u8]) -> Self {
        Self { rest: text }
    }

    /// Goes through an object. `member` is called with each name, as it is written, at the value; it takes the value or leaves
    /// it, and what it leaves is passed over.
    ///
    /// # Errors
    /// When no object stands here, or `member` says so.
    pub fn object<F>(&mut self, mut member: F) -> Result<(), Malformed>
    where
        F: FnMut(&'a [u8], &mut Self) -> Result<(), Malformed>,
    {
        self.expect(b'{')?;
        if self.eat(b'}') {
            return Ok(());
        }
        loop {
            self.expect(b'"')?;
            let name = self.string()?;
            self.expect(b':')?;
            // A look at what stands here passes over white space too, and takes nothing.
            self.peek();
            let value = self.rest.len();
            member(name, self)?;
            if self.rest.len() == value {
                self.value()?;
            }
            if !self.eat(b',') {
                return self.expect(b'}');
            }
        }
    }

    /// Whether an object stands here.
    #[must_use]
    pub fn is_object(&mut self) -> bool {
        self.peek() == Some(b'{')
    }

    /// Passes over a value and gives it as it is written.
    ///
    /// # Errors
    /// When no value stands here.
    pub fn value(&mut self) -> Result<&'a [u8], Malformed> {
        let first = self.peek().ok_or(Malformed)?;
        let from = self.rest;
        match first {
            b'"' => {
                self.rest = &from[1..];
                self.string()?;
            }
            b'{' | b'[' => self.brackets()?,
            b'-' | b'0'..=b'9' => {
                let is_part = |b: &u8| matches!(b, b'0'..=b'9' | b'+' | b'-' | b'.' | b'e' | b'E');
                let end = from.iter().position(|b| !is_part(b)).unwrap_or(from.len());
                self.rest = &from[end..];
            }
            _ => {
                let words: [&[u8]; 3] = [b"null", b"true", b"false"];
                let rest = words.iter().find_map(|word| from.strip_prefix(*word));
                self.rest = rest.ok_or(Malformed)?;
            }
        }
        Ok(&from[..from.len() - self.rest.len()])
    }

    /// Reads a value.
    ///
    /// # Errors
    /// When no such value stands here.
    pub fn read<T: Deserialize<'a>>(&mut self) -> Result<T, Malformed> {
        serde_json::from_slice(self.value()?).map_err(|_| Malformed)
    }

    /// The text must end here.
    ///
    /// # Errors
    /// When something stands behind the value.
    pub fn end(&mut self) -> Result<(), Malformed> {
        self.peek().map_or(Ok(()), |_| Err(Malformed))
    }

    /// The next byte that is no white space.
    #[inline]
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.rest {
                [b' ' | b'\n' | b'\r' | b'\t', rest @ ..] => self.rest = rest,
                [byte, ..] => return Some(*byte),
                [] => return None,
            }
        }
    }

    #[inline]
    fn eat(&mut self, byte: u8) -> bool {
        let is_there = self.peek() == Some(byte);
        if is_there {
            self.rest = &self.rest[1..];
        }
        is_there
    }

    #[inline]
    fn expect(&mut self, byte: u8) -> Result<(), Malformed> {
        self.eat(byte).then_some(()).ok_or(Malformed)
    }

    /// What stands between the quotes, of which the first one is behind.
    #[inline]
    fn string(&mut self) -> Result<&'a [u8], Malformed> {
        let from = self.rest;
        loop {
            let at = memchr2(b'"', b'\\', self.rest).ok_or(Malformed)?;
            if self.rest[at] == b'"' {
                self.rest = &self.rest[at + 1..];
                return Ok(&from[..from.len() - self.rest.len() - 1]);
            }
            self.rest = self.rest.get(at + 2..).ok_or(Malformed)?;
        }
    }

    /// Passes over a list or an object, to the bracket that closes it.
    fn brackets(&mut self) -> Result<(), Malformed> {
        // Which brackets are open, the innermost in the lowest bit: 1 for an object.
        let (mut open, mut depth) = (0_u128, 0);
        while let [byte, rest @ ..] = self.rest {
            self.rest = rest;
            match byte {
                b'"' => drop(self.string()?),
                b'{' | b'[' if depth == DEPTH => return Err(Malformed),
                b'{' | b'[' => {
                    open = open << 1 | u128::from(*byte == b'{');
                    depth += 1;
                }
                b'}' | b']' if (*byte == b'}') != (open & 1 == 1) => return Err(Malformed),
                b'}' | b']' => {
                    open >>= 1;
                    depth -= 1;
                    if depth == 0 {
                        return Ok(());
                    }
                }
                _ => {}
            }
        }
        Err(Malformed)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Every member of an object, read one by one.
    fn members(text: &str) -> Result<Vec<(String, Value)>, Malformed> {
        let mut found = Vec::new();
        let mut reader = Reader::new(text.as_bytes());
        reader.object(|name, value| {
            found.push((String::from_utf8_lossy(name).into_owned(), value.read()?));
            Ok(())
        })?;
        reader.end()?;
        Ok(found)
    }

    /// The same text, where nothing is taken.
    fn is_passed_over(text: &str) -> bool {
        let mut reader = Reader::new(text.as_bytes());
        reader.object(|_, _| Ok(())).and_then(|()| reader.end()).is_ok()
    }

    const ODD: &str = "{ \"a\\\\\" : \"q\\\"}\" ,\n\"b\":[{},[ ],{\"x\":[\"]\"]}],\"c\":-1.5e+3,\"d\":null, \"e\" :true,\"é\":\"\\u00e9\",\"a\":{\"a\":\"{\"}}\t";

    #[test]
    fn what_is_read_is_what_serde_json_reads() {
        let whole: serde_json::Map<String, Value> = serde_json::from_str(ODD).unwrap();
        let found = members(ODD).unwrap();
        assert_eq!(found.len(), whole.len());
        for (name, value) in &found {
            let name: String = serde_json::from_str(&format!("\"{name}\"")).unwrap();
            assert_eq!(whole[&name], *value, "{name}");
        }
        assert!(is_passed_over(ODD));
        assert!(is_passed_over("{}") && is_passed_over(" { } "));
    }

    #[test]
    fn a_text_that_was_cut_is_never_whole() {
        let whole = ODD.trim_end();
        let cuts = (0..whole.len()).filter(|at| whole.is_char_boundary(*at));
        for at in cuts {
            assert!(!is_passed_over(&whole[..at]), "{}", &whole[..at]);
        }
        assert!(is_passed_over(whole));
    }

    #[test]
    fn what_is_only_looked_at_is_passed_over() {
        let mut looks = 0;
        let mut reader = Reader::new(br#"{"a": {"b":1}, "c" :{} }"#);
        let object = reader.object(|_, value| {
            looks += u32::from(value.is_object());
            Ok(())
        });
        assert_eq!((object, looks, reader.end()), (Ok(()), 2, Ok(())));
    }

    #[test]
    fn whatever_serde_json_takes_is_taken() {
        let whole = ODD.as_bytes();
        let mut taken = 0;
        for at in 0..whole.len() {
            for byte in *b"\"\\{}[],: 0-ex\xff" {
                let mut text = whole.to_vec();
                text[at] = byte;
                if serde_json::from_slice::<serde_json::Map<String, Value>>(&text).is_ok() {
                    let mut reader = Reader::new(&text);
                    let read = reader.object(|_, value| value.read::<Value>().map(drop));
                    assert_eq!(read.and_then(|()| reader.end()), Ok(()), "{}", text.escape_ascii());
                    taken += 1;
                }
            }
        }
        assert!(taken > 100, "{taken}");
    }

    #[test]
    fn what_is_no_object_is_refused() {
        let table = [
            "",
            "[]",
            "null",
            "<html>",
            "{\"a\"}",
            "{\"a\":}",
            "{\"a\":1,}",
            "{,}",
            "{\"a\":1 2}",
            "{\"a\":1}}",
            "{\"a\":[1}",
            "{\"a\":[}]}",
            "{a:1}",
            "{\"a\":success}",
            "{\"a\":\"b}",
            "{\"a\":\"b\\",
        ];
        for text in table {
            assert!(!is_passed_over(text), "{text}");
            assert!(
                serde_json::from_str::<serde_json::Map<String, Value>>(text).is_err(),
                "{text}"
            );
        }
        let deep = |depth: usize| format!("{{\"a\":{}{}}}", "[".repeat(depth), "]".repeat(depth));
        assert!(is_passed_over(&deep(128)) && !is_passed_over(&deep(129)));
    }
}
