//! Records of JSON: one array, objects one after another, or one object a line. An element is cut out by its brackets
//! and parsed alone, so neither the array nor a broken element is ever held with the others.

use super::Encoding;
use super::error::{ReadErrorKind, io_kind};
use super::flatten::{flatten, is_object};
use super::records::{COLUMN_LIMIT, Content, FIELD_LIMIT, Fault, RECORD_LIMIT, RawRecord};
use super::window::Window;

const CUT_OFF: &str = "its JSON ends in the middle; it was cut off, or a quote or bracket is missing: export it again";
const TRAILING: &str = "there is text behind the end of its JSON array; write one object a line instead";

/// Keys whose array holds the records, where the file is one object around them.
const WRAPPERS: &[&str] = &["data", "leads", "results", "records", "items", "contacts", "rows"];

/// Reads one element after another.
pub(super) struct Json {
    window: Window,
    /// One object a line.
    lines: bool,
    begun: bool,
    /// Elements end with a bracket, not with the file.
    array: bool,
    /// What stands behind the array belongs to the object around it.
    wrapped: bool,
    ended: bool,
}

impl Json {
    pub(super) fn new(window: Window, lines: bool) -> Self {
        Self {
            window,
            lines,
            begun: false,
            array: false,
            wrapped: false,
            ended: false,
        }
    }

    pub(super) fn encoding(&self) -> Encoding {
        self.window.encoding()
    }

    /// The next element.
    pub(super) fn next(&mut self, gzip: bool) -> Result<Option<RawRecord>, ReadErrorKind> {
        if self.ended {
            return Ok(None);
        }
        let failed = |error| io_kind(error, gzip);
        if !self.begun {
            self.begun = true;
            self.skip(u8::is_ascii_whitespace).map_err(failed)?;
            self.open();
        }
        let separator = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
        let Some(byte) = self.skip(separator).map_err(failed)? else {
            self.ended = true;
            return if self.array {
                Err(ReadErrorKind::Json(CUT_OFF))
            } else {
                Ok(None)
            };
        };
        if self.array && byte == b']' {
            self.ended = true;
            self.window.consume(1);
            if !self.wrapped && self.skip(u8::is_ascii_whitespace).map_err(failed)?.is_some() {
                return Err(ReadErrorKind::Json(TRAILING));
            }
            return Ok(None);
        }
        let mut scan = Scan::default();
        loop {
            let rest = self.window.rest().as_bytes();
            if let Some(length) = if self.lines {
                scan.line(rest)
            } else {
                scan.element(rest)
            } {
                return Ok(Some(self.record(&scan, length)));
            }
            if scan.at > RECORD_LIMIT || scan.dropped {
                scan.dropped = true;
                self.window.cut(0, scan.at);
                scan.at = 0;
            }
            if !self.window.more().map_err(failed)? {
                self.ended = true;
                let length = self.window.rest().len();
                return if self.lines || scan.is_complete() {
                    Ok(Some(self.record(&scan, length)))
                } else {
                    Err(ReadErrorKind::Json(CUT_OFF))
                };
            }
        }
    }

    /// Consumes the bytes that a test accepts; the first other byte, if there is one.
    fn skip(&mut self, test: impl Fn(&u8) -> bool) -> std::io::Result<Option<u8>> {
        loop {
            let rest = self.window.rest().as_bytes();
            let skipped = rest.iter().take_while(|byte| test(byte)).count();
            let next = rest.get(skipped).copied();
            self.window.consume(skipped);
            if next.is_some() || !self.window.more()? {
                return Ok(next);
            }
        }
    }

    /// Goes into the array that holds the records.
    fn open(&mut self) {
        let rest = self.window.rest();
        let wrapper = wrapper(rest);
        if !self.lines && (rest.starts_with('[') || wrapper.is_some()) {
            self.array = true;
            self.wrapped = wrapper.is_some();
            self.window.consume(wrapper.unwrap_or(1));
        }
    }

    fn record(&mut self, scan: &Scan, length: usize) -> RawRecord {
        let text = self.window.rest()[..length].trim_end();
        let text = if self.lines { text.trim_end_matches(',') } else { text };
        let flaw = self.window.flaw(length);
        let mut pairs = Vec::new();
        let mut fault = None;
        if scan.dropped {
            fault = Some(Fault::record_too_large());
        } else if let Some((_, flaw)) = flaw {
            fault = Some(Fault::not_text(self.encoding(), flaw, None));
        } else if text.contains('\0') {
            fault = Some(Fault::nul_byte(None));
        } else if !is_object(text) {
            let message = "the element is no object; write a lead as `{\"email\": \"…\"}`";
            fault = Some(Fault::new("json_not_object", None, message));
        } else if let Err(error) = flatten(text, &mut pairs) {
            let message = format!(
                "its JSON is broken at column {} of the row; export it again",
                error.column()
            );
            fault = Some(Fault::new("json_invalid", None, message));
        }
        for (index, (_, value)) in pairs.iter_mut().enumerate() {
            if value.len() > FIELD_LIMIT {
                fault = fault.or(Some(Fault::field_too_large(Some(index))));
                *value = Box::default();
            } else if value.contains('\0') {
                fault = fault.or(Some(Fault::nul_byte(Some(index))));
            }
        }
        if pairs.len() > COLUMN_LIMIT {
            fault = Some(Fault::record_too_large());
            pairs.clear();
        }
        let source = if scan.dropped { Box::default() } else { Box::from(text) };
        let line = self.window.line();
        self.window.consume(length);
        RawRecord {
            line,
            content: Content::Pairs(pairs, source),
            fault,
        }
    }
}

/// How the object begins whose array holds the records, such as `{"data":[`.
fn wrapper(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('{')?.trim_start().strip_prefix('"')?;
    let (key, rest) = rest.split_once('"')?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('[')?;
    let objects = rest.trim_start().starts_with(['{', ']']);
    (WRAPPERS.contains(&key) && objects).then(|| text.len() - rest.len())
}

/// Whether text begins as JSON does that holds records.
pub(super) fn begins_json(text: &str) -> bool {
    let mut marks = text.chars().filter(|c| !c.is_whitespace());
    matches!(
        (marks.next(), marks.next()),
        (Some('['), Some('{' | ']') | None) | (Some('{'), Some('"' | '}'))
    )
}

/// Whether the first line is an object of its own, so that the file is one object a line.
pub(super) fn is_lines(text: &str) -> bool {
    let text = text.trim_start();
    let line = text.lines().next().unwrap_or_default();
    text.starts_with('{') && wrapper(text).is_none() && {
        let mut scan = Scan::default();
        let length = scan.element(line.as_bytes());
        // A first line that is broken may still be one of many.
        length.is_some_and(|length| line[length..].trim_end_matches([',', ' ', '\t']).is_empty())
            || text.lines().nth(1).is_some_and(|next| next.starts_with('{'))
    }
}

/// The progress in one element.
#[derive(Default)]
struct Scan {
    at: usize,
    depth: usize,
    string: bool,
    escaped: bool,
    scalar: bool,
    dropped: bool,
}

impl Scan {
    /// The length of the line, once its end is there.
    fn line(&mut self, text: &[u8]) -> Option<usize> {
        let found = memchr::memchr(b'\n', &text[self.at..]).map(|skip| self.at + skip);
        self.at = found.unwrap_or(text.len());
        found
    }

    /// The length of the element, once its end is there.
    fn element(&mut self, text: &[u8]) -> Option<usize> {
        while let Some(byte) = text.get(self.at) {
            match byte {
                _ if self.escaped => self.escaped = false,
                b'\\' if self.string => self.escaped = true,
                b'"' => {
                    self.string = !self.string;
                    self.scalar |= self.depth == 0;
                }
                _ if self.string => {}
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth == 0 => return Some(self.at.max(1)),
                b'}' | b']' => {
                    self.depth -= 1;
                    if self.depth == 0 {
                        self.at += 1;
                        return Some(self.at);
                    }
                }
                b',' | b'\n' | b'\r' if self.depth == 0 => return Some(self.at),
                _ => self.scalar |= self.depth == 0,
            }
            self.at += 1;
        }
        None
    }

    /// Whether the end of the file may end the element.
    fn is_complete(&self) -> bool {
        self.depth == 0 && !self.string && self.scalar
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::file::decode::Decoder;

    fn read(text: &'static str, lines: bool) -> (Vec<String>, Option<String>) {
        let window = Window::new(Box::new(text.as_bytes()), Decoder::new(Encoding::Utf8, false, 0));
        let mut json = Json::new(window, lines);
        let mut found = Vec::new();
        loop {
            match json.next(false) {
                Ok(None) => return (found, None),
                Err(error) => return (found, Some(error.to_string())),
                Ok(Some(record)) => found.push(match (record.fault, record.content) {
                    (Some(fault), _) => fault.into_message(),
                    (None, Content::Pairs(pairs, _)) => pairs
                        .iter()
                        .map(|(key, value)| format!("{key}={value}"))
                        .collect::<Vec<_>>()
                        .join(" "),
                    _ => unreachable!("JSON has pairs"),
                }),
            }
        }
    }

    #[test]
    fn elements_of_arrays_lines_and_wrappers_are_read() {
        let wanted = vec!["a=1".to_owned(), "a=x]}".to_owned()];
        for text in [
            "[{\"a\":1},{\"a\":\"x]}\"}]",
            " [ {\"a\":1} {\"a\":\"x]}\"} , ] \n",
            "{\"data\":[{\"a\":1},{\"a\":\"x]}\"}],\"paging\":{}}",
            "{\"a\":1}\n\n{\n\"a\":\"x]}\"}",
        ] {
            assert_eq!(read(text, false), (wanted.clone(), None), "{text}");
        }
        assert_eq!(read("{\"a\":1},\r\n\n{\"a\":\"x]}\"}", true), (wanted, None));
    }

    #[test]
    fn a_broken_line_costs_itself_and_a_broken_array_its_rest() {
        let (found, error) = read("{\"a\":1}\n{\"a\":\n7\n{\"a\":2}", true);
        assert_eq!((found.len(), error), (4, None));
        assert_eq!((found[0].as_str(), found[3].as_str()), ("a=1", "a=2"));
        assert!(found[1].contains("broken at column") && found[2].contains("no object"));
        let (found, error) = read("[{\"a\":1},{\"a\":nul},{\"a\":\"2},{", false);
        assert_eq!(found.len(), 2);
        assert!(error.unwrap().contains("ends in the middle"));
    }

    #[test]
    fn the_form_is_told_from_the_beginning() {
        assert!(begins_json(" [\n{\"a\"") && begins_json("{\"a\":1}") && begins_json("[]"));
        assert!(!begins_json("[Name],[Email]") && !begins_json("Name,Email"));
        assert!(is_lines("{\"a\":1}\n{\"a\":2}") && !is_lines("{\"a\":1") && is_lines("{\"a\":\n{\"a\":1}\n"));
        assert!(!is_lines("{\n\"a\":1\n}") && !is_lines("{\"data\":[{\"a\":1}]}"));
    }
}
