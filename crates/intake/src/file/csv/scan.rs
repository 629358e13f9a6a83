//! Goes over the bytes of one record and remembers where its fields are; it can stop anywhere and go on.

use memchr::{memchr2, memchr3, memmem};

use crate::file::cells::Cells;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum State {
    /// At the beginning of a field, or on the blanks there.
    #[default]
    Start,
    /// In a field without quotes, or behind the quotes of one.
    Plain,
    /// Between quotes.
    Quoted,
    /// Right behind a quote within quotes: the end, or half of a doubled one.
    Quote,
    /// On blanks behind the closing quote.
    Padding,
}

pub(super) enum Step {
    /// The record ends behind so many bytes.
    Record(usize),
    /// The text ends and the record may not.
    Starved,
    /// The quote that is open was never meant to span lines.
    Unclosed,
}

#[derive(Debug)]
pub(super) struct Field {
    begin: usize,
    /// Where the content begins and the quotes close, where it is quoted.
    quoted: Option<(usize, usize)>,
    end: usize,
}

impl Field {
    /// The length with the quotes.
    pub(super) const fn len(&self) -> usize {
        self.end - self.begin
    }

    /// Adds the content without quotes to the cells of its text.
    pub(super) fn write(&self, text: &str, cells: &mut Cells) {
        let Some((content, close)) = self.quoted else {
            cells.push_span(self.begin..self.end);
            return;
        };
        let behind = text[close + 1..self.end].trim_end_matches(' ');
        let mut rest = &text[content..close];
        // Of a doubled quote the first half is left out.
        let parts = std::iter::from_fn(|| {
            let end = memmem::find(rest.as_bytes(), b"\"\"").map_or(rest.len(), |at| at + 1);
            let (part, later) = rest.split_at(end);
            rest = later.get(1..).unwrap_or_default();
            (!part.is_empty()).then_some(part)
        });
        cells.push_parts(parts.chain([behind]));
    }
}

/// The progress in one record. It goes on where it stopped when more text is there.
#[derive(Debug, Default)]
pub(super) struct Scan {
    pub(super) state: State,
    pub(super) at: usize,
    pub(super) fields: Vec<Field>,
    /// Where the field begins.
    pub(super) begin: usize,
    /// Where its content begins: behind the opening quote.
    pub(super) content: usize,
    /// Where its quotes close.
    pub(super) close: Option<usize>,
    /// The first line break between its quotes.
    pub(super) newline: Option<usize>,
    /// The field that is skipped because it is too large.
    pub(super) dropped: Option<usize>,
    pub(super) row_dropped: bool,
}

impl Scan {
    pub(super) fn run(&mut self, text: &[u8], delimiter: u8, last: bool) -> Step {
        while let Some(&byte) = text.get(self.at) {
            let rest = &text[self.at..];
            match self.state {
                State::Start if byte == b' ' => self.at += 1,
                State::Start if byte == b'"' => {
                    self.at += 1;
                    (self.state, self.content, self.newline) = (State::Quoted, self.at, None);
                }
                State::Quoted => match memchr2(b'"', b'\n', rest) {
                    None => self.at = text.len(),
                    Some(skip) => {
                        let at = self.at + skip;
                        if text[at] == b'"' {
                            (self.state, self.close) = (State::Quote, Some(at));
                        } else {
                            self.newline.get_or_insert(at);
                        }
                        self.at = at + 1;
                    }
                },
                State::Quote if byte == b'"' => {
                    (self.state, self.close) = (State::Quoted, None);
                    self.at += 1;
                }
                State::Start | State::Quote | State::Padding | State::Plain => {
                    if byte == delimiter {
                        self.end_field();
                    } else if byte == b'\n' || byte == b'\r' {
                        self.end_field();
                        return Step::Record(self.at);
                    } else if matches!(self.state, State::Start | State::Plain) {
                        self.state = State::Plain;
                        let next = memchr3(delimiter, b'\n', b'\r', rest);
                        self.at = next.map_or(text.len(), |skip| self.at + skip);
                    } else if byte == b' ' {
                        self.state = State::Padding;
                        self.at += 1;
                    } else if self.newline.is_some() {
                        return Step::Unclosed;
                    } else {
                        self.state = State::Plain;
                    }
                }
            }
        }
        match self.state {
            _ if !last => Step::Starved,
            State::Quoted if self.dropped != Some(self.fields.len()) && !self.row_dropped => Step::Unclosed,
            _ => {
                self.end_field();
                Step::Record(text.len())
            }
        }
    }

    fn end_field(&mut self) {
        self.fields.push(Field {
            begin: self.begin,
            quoted: self.close.map(|close| (self.content, close)),
            end: self.at,
        });
        self.at += 1;
        self.begin = self.at;
        self.content = self.at;
        (self.state, self.close, self.newline) = (State::Start, None, None);
    }

    /// The field at a position.
    pub(super) fn field_at(&self, at: usize) -> Option<usize> {
        self.fields.iter().position(|field| at < field.end.max(field.begin + 1))
    }
}
