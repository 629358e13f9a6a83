//! Reads what NTherm says, answers and call-backs alike, tolerantly: `message` is a text in one answer and a list in the
//! next, and the document prints a body that is no JSON.

use std::borrow::Cow;
use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

/// The body of an answer. Members that nobody knows are passed over.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Answer {
    /// The word of postLead.
    #[serde(default)]
    success_bit: Flag,
    /// The word of prePing.
    #[serde(default)]
    can_post_phone_bit: Flag,
    /// What it has to say, entry by entry.
    #[serde(default, rename = "message")]
    texts: Texts,
}

impl Answer {
    /// Reads a body, as JSON or, failing that, as JSON with commas too many. Nothing if it is neither, or no object.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let text = text_of(body);
        // An array would be taken member by member, and `[true]` for a yes.
        if !text.trim_start().starts_with('{') {
            return None;
        }
        serde_json::from_str(&text)
            .or_else(|_| serde_json::from_str(&without_stray_commas(&text)))
            .ok()
    }

    /// The word of postLead.
    pub(crate) const fn success(&self) -> Option<bool> {
        self.success_bit.0
    }

    /// The word of prePing. `success_bit` is taken for it where it stands in its place.
    pub(crate) fn can_post(&self) -> Option<bool> {
        self.can_post_phone_bit.0.or(self.success_bit.0)
    }

    /// Whether it says anything that NTherm would say.
    pub(crate) fn is_readable(&self) -> bool {
        self.can_post().is_some() || !self.texts.0.is_empty()
    }

    /// What it has to say, entry by entry.
    pub(crate) fn into_texts(self) -> Vec<String> {
        self.texts.0
    }
}

/// The body as text, without the mark that some servers put before it.
pub(crate) fn text_of(body: &[u8]) -> Cow<'_, str> {
    String::from_utf8_lossy(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body))
}

/// The text without commas that follow another, follow a bracket that opens or precede one that closes.
pub(crate) fn without_stray_commas(text: &str) -> String {
    let mut mended = String::with_capacity(text.len());
    let (mut in_string, mut escaped) = (false, false);
    // The last character that counts, and where the last comma stands in what is mended.
    let (mut last, mut comma) = (' ', 0);
    for c in text.chars() {
        if in_string {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
        } else if c == ',' {
            if matches!(last, ',' | '{' | '[' | ' ') {
                continue;
            }
            comma = mended.len();
        } else if matches!(c, '}' | ']') && last == ',' {
            mended.remove(comma);
        } else if c == '"' {
            in_string = true;
        }
        if !c.is_whitespace() {
            last = c;
        }
        mended.push(c);
    }
    mended
}

/// A yes or no, however it is written. Anything else is no word at all, and no error.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flag(pub(crate) Option<bool>);

impl Flag {
    /// Reads a word such as `true`, `1`, `accepted` or `failed`.
    pub(crate) fn from_word(word: &str) -> Self {
        let yes = [
            "true",
            "1",
            "yes",
            "ok",
            "success",
            "successful",
            "accept",
            "accepted",
            "approved",
        ];
        let no = [
            "false", "0", "no", "fail", "failed", "failure", "error", "reject", "rejected", "refused", "declined",
            "denied",
        ];
        let is = |known: &&str| word.trim().eq_ignore_ascii_case(known);
        Self(if yes.iter().any(is) {
            Some(true)
        } else {
            no.iter().any(is).then_some(false)
        })
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Word;
        impl<'de> Visitor<'de> for Word {
            type Value = Flag;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("yes or no")
            }
            fn visit_bool<E: Error>(self, value: bool) -> Result<Flag, E> {
                Ok(Flag(Some(value)))
            }
            fn visit_u64<E: Error>(self, value: u64) -> Result<Flag, E> {
                Ok(Flag(match value {
                    0 => Some(false),
                    1 => Some(true),
                    _ => None,
                }))
            }
            fn visit_i64<E: Error>(self, _: i64) -> Result<Flag, E> {
                Ok(Flag(None))
            }
            fn visit_f64<E: Error>(self, _: f64) -> Result<Flag, E> {
                Ok(Flag(None))
            }
            fn visit_str<E: Error>(self, value: &str) -> Result<Flag, E> {
                Ok(Flag::from_word(value))
            }
            fn visit_unit<E: Error>(self) -> Result<Flag, E> {
                Ok(Flag(None))
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Flag, A::Error> {
                while list.next_element::<IgnoredAny>()?.is_some() {}
                Ok(Flag(None))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Flag, A::Error> {
                while object.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
                Ok(Flag(None))
            }
        }
        deserializer.deserialize_any(Word)
    }
}

/// Every text in a value: one for a text, one a member for a list or object. Blank ones and numbers do not count.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Texts(pub(crate) Vec<String>);

impl<'de> Deserialize<'de> for Texts {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct All;
        impl<'de> Visitor<'de> for All {
            type Value = Texts;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("texts")
            }
            fn visit_str<E: Error>(self, value: &str) -> Result<Texts, E> {
                let text = value.trim();
                Ok(Texts(if text.is_empty() {
                    Vec::new()
                } else {
                    vec![text.to_owned()]
                }))
            }
            fn visit_bool<E: Error>(self, _: bool) -> Result<Texts, E> {
                Ok(Texts::default())
            }
            fn visit_u64<E: Error>(self, _: u64) -> Result<Texts, E> {
                Ok(Texts::default())
            }
            fn visit_i64<E: Error>(self, _: i64) -> Result<Texts, E> {
                Ok(Texts::default())
            }
            fn visit_f64<E: Error>(self, _: f64) -> Result<Texts, E> {
                Ok(Texts::default())
            }
            fn visit_unit<E: Error>(self) -> Result<Texts, E> {
                Ok(Texts::default())
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Texts, A::Error> {
                let mut all = Vec::new();
                while let Some(Texts(texts)) = list.next_element()? {
                    all.extend(texts);
                }
                Ok(Texts(all))
            }
            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Texts, A::Error> {
                let mut all = Vec::new();
                while let Some((IgnoredAny, Texts(texts))) = object.next_entry()? {
                    all.extend(texts);
                }
                Ok(Texts(all))
            }
        }
        deserializer.deserialize_any(All)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_bodies_of_the_document_are_read() {
        let doubled = "{\n\"success_bit\": false,\n,\"message\":[{\"error\":\"Invalid Characters: 7271234567x\"}]\n}";
        let table = [
            (
                r#"{"success_bit": true, "message": "Lead submitted successfully."}"#,
                Some(true),
                vec!["Lead submitted successfully."],
            ),
            (doubled, Some(false), vec!["Invalid Characters: 7271234567x"]),
            (
                r#"{"can_post_phone_bit": false, "message": [{"error": "Phone number can not be sent to postLead at this time."}]}"#,
                Some(false),
                vec!["Phone number can not be sent to postLead at this time."],
            ),
        ];
        for (body, can_post, texts) in table {
            let answer = Answer::read(body.as_bytes()).unwrap();
            assert_eq!(answer.can_post(), can_post, "{body}");
            assert_eq!(answer.into_texts(), texts, "{body}");
        }
    }

    #[test]
    fn other_shapes_are_read_too() {
        let table = [
            ("\u{feff}{\"success_bit\":\"true\"}", Some(true), 0),
            (r#"{"success_bit":0,"message":["a","b",""]}"#, Some(false), 2),
            (r#"{"success_bit":null,"message":{"error":"a","code":7}}"#, None, 1),
            (r#"{"success_bit":[1],"message":null,"id":{"x":[]}}"#, None, 0),
            (r#"{"message":[{"error":"a"},]}"#, None, 1),
        ];
        for (body, success, texts) in table {
            let answer = Answer::read(body.as_bytes()).unwrap();
            assert_eq!(answer.success(), success, "{body}");
            assert_eq!(answer.into_texts().len(), texts, "{body}");
        }
        for body in [
            "",
            "<html>",
            "{",
            "[]x",
            "[true]",
            "[true,true,\"ok\"]",
            "\"text\"",
            "{\"success_bit\":tr",
        ] {
            assert!(Answer::read(body.as_bytes()).is_none(), "{body}");
        }
    }

    #[test]
    fn commas_in_texts_stay() {
        let text = r#"{,"a":",,\",,]",,"b":[1,,2 , ,],}"#;
        assert_eq!(without_stray_commas(text), r#"{"a":",,\",,]","b":[1,2  ]}"#);
    }
}
