//! Reads what Enerflo says: the documented success in one pass, and everything else as far as it makes sense, since no
//! failure is documented.

use std::borrow::Cow;

use leadsink_core::json::{Malformed, Reader};
use serde_json::Value;

/// A struct of what is known of an object. A member that nobody knows is passed over; of one that comes twice the last counts.
macro_rules! members {
    ($(#[$doc:meta])* $name:ident { $($key:literal $field:ident: $type:ty,)+ }) => {
        $(#[$doc])*
        #[derive(Default)]
        pub(crate) struct $name<'a> {
            $($field: $type,)+
        }

        impl<'a> Members<'a> for $name<'a> {
            fn take(&mut self, name: &[u8], value: &mut Reader<'a>) -> Result<(), Malformed> {
                match name {
                    $($key => self.$field = Member::read(value)?,)+
                    _ => {}
                }
                Ok(())
            }
        }
    };
}

members! {
    /// The body of an answer.
    Answer {
        b"result" result: Raw<'a>,
        b"success" success: Raw<'a>,
        b"msg" msg: Raw<'a>,
        b"message" message: Raw<'a>,
        b"error" error: Raw<'a>,
        b"errors" errors: Raw<'a>,
        b"customer_id" customer_id: Raw<'a>,
        b"data" data: Lenient<'a, Data<'a>>,
    }
}

members! {
    /// What stands beneath `data`.
    Data {
        b"result" result: Raw<'a>,
        b"success" success: Raw<'a>,
        b"msg" msg: Raw<'a>,
        b"message" message: Raw<'a>,
        b"error" error: Raw<'a>,
        b"errors" errors: Raw<'a>,
        b"id" id: Raw<'a>,
        b"customer_id" customer_id: Raw<'a>,
        b"lead" lead: Lenient<'a, Echo<'a>>,
    }
}

members! {
    /// The lead as Enerflo has it, as far as it matters here.
    Echo {
        b"id" id: Raw<'a>,
        b"customer_id" customer_id: Raw<'a>,
        b"creator_id" creator_id: User,
        b"agent_id" agent_id: User,
        b"setter_id" setter_id: User,
    }
}

/// Whether a user came back: a member that is `null` is told from one that is not there.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum User {
    #[default]
    NotTold,
    Nobody,
    Somebody,
}

/// A value as it is written, read when it is asked for: of most answers nearly nothing is.
#[derive(Clone, Copy, Default)]
struct Raw<'a>(Option<&'a [u8]>);

impl<'a> Raw<'a> {
    /// The value; null where there is none or it cannot be read.
    fn value(self) -> Value {
        self.0
            .and_then(|value| serde_json::from_slice(value).ok())
            .unwrap_or_default()
    }

    /// The text without space around it, where it is one that is not blank.
    fn text(self) -> Option<Cow<'a, str>> {
        let value = self.0.filter(|value| value.starts_with(b"\""))?;
        let text = match value {
            [_, inner @ .., _] if !inner.contains(&b'\\') => Cow::Borrowed(str::from_utf8(inner).ok()?.trim()),
            _ => Cow::Owned(serde_json::from_slice::<String>(value).ok()?.trim().to_owned()),
        };
        (!text.is_empty()).then_some(text)
    }

    fn is_null(self) -> bool {
        matches!(self.0, None | Some(b"null"))
    }

    /// Whether `result` says so.
    fn is_success(self) -> bool {
        self.0 == Some(b"true") || self.text().is_some_and(|word| word.eq_ignore_ascii_case("success"))
    }

    /// Whether a member that holds errors holds any. What cannot be read is no good sign.
    fn is_error(self) -> bool {
        match self.0 {
            None | Some(b"null" | b"false" | b"0" | b"\"\"" | b"[]" | b"{}") => false,
            Some(value) => match serde_json::from_slice::<Value>(value) {
                Ok(Value::Bool(_) | Value::Number(_)) | Err(_) => true,
                Ok(value) => !texts_of(&value).is_empty(),
            },
        }
    }

    /// Every text that stands in it, however it is wrapped.
    fn texts(self) -> Vec<String> {
        match self.0 {
            None | Some(b"null" | b"\"\"" | b"[]" | b"{}") => Vec::new(),
            Some(_) => texts_of(&self.value()),
        }
    }
}

/// What a member may be.
trait Member<'a>: Sized {
    fn read(value: &mut Reader<'a>) -> Result<Self, Malformed>;
}

impl<'a> Member<'a> for Raw<'a> {
    fn read(value: &mut Reader<'a>) -> Result<Self, Malformed> {
        value.value().map(|value| Self(Some(value)))
    }
}

impl<'a> Member<'a> for User {
    fn read(value: &mut Reader<'a>) -> Result<Self, Malformed> {
        Ok(match value.value()? {
            b"null" => Self::Nobody,
            _ => Self::Somebody,
        })
    }
}

impl<'a> Answer<'a> {
    /// Reads a body; nothing if it is no JSON object.
    pub(crate) fn read(body: &'a [u8]) -> Option<Self> {
        let mut body = Reader::new(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body));
        let answer = Self::whole(&mut body).ok()?;
        body.end().ok()?;
        Some(answer)
    }

    /// Whether Enerflo saved the lead, as far as it says so. `result` is its word, and a failure within outweighs it; without
    /// one, only an error is clear.
    pub(crate) fn success(&self) -> Option<bool> {
        let data = self.data.fields();
        let results = data.map(|data| data.result).into_iter().chain([self.result]);
        let mut words = results.filter(|word| !word.is_null()).map(Raw::is_success).peekable();
        let has_word = words.peek().is_some();
        let denies = |success: Raw<'_>| success.0 == Some(b"false");
        let is_denied = denies(self.success) || data.is_some_and(|data| denies(data.success));
        if !words.all(|is_success| is_success) || is_denied || (!has_word && self.has_errors()) {
            Some(false)
        } else {
            has_word.then_some(true)
        }
    }

    /// Whether it names errors, whatever else it says.
    pub(crate) fn has_errors(&self) -> bool {
        let data = self.data.fields();
        let inner = data.into_iter().flat_map(|data| [data.error, data.errors]);
        inner.chain([self.error, self.errors]).any(Raw::is_error)
    }

    /// The text of a success.
    pub(crate) fn message(&self) -> Option<Cow<'a, str>> {
        let data = self.data.fields();
        let inner = data.into_iter().flat_map(|data| [data.msg, data.message]);
        inner.chain([self.msg, self.message]).find_map(Raw::text)
    }

    /// The id of the lead: at `data.lead.id`, else where it is said to stand.
    pub(crate) fn id(&self) -> Option<Cow<'a, str>> {
        let data = self.data.fields();
        let lead = self.lead().into_iter().flat_map(|lead| [lead.id, lead.customer_id]);
        let inner = data.into_iter().flat_map(|data| [data.customer_id, data.id]);
        lead.chain(inner).chain([self.customer_id]).find_map(|id| match id.0? {
            number @ [b'0'..=b'9', ..] => str::from_utf8(number).ok().map(Cow::Borrowed),
            _ => id.text(),
        })
    }

    /// The lead that comes back.
    pub(crate) fn lead(&self) -> Option<&Echo<'a>> {
        self.data.fields()?.lead.fields()
    }

    /// What is wrong, text by text, each with the member that it is about where the answer says so.
    pub(crate) fn faults(&self) -> Vec<(Option<String>, String)> {
        let data = self.data.fields();
        let errors = data.into_iter().map(|data| data.errors).chain([self.errors]);
        let mut faults = Vec::new();
        for errors in errors {
            if let Value::Object(members) = errors.value() {
                for (name, value) in members {
                    faults.extend(texts_of(&value).into_iter().map(|text| (Some(name.clone()), text)));
                }
            } else {
                faults.extend(errors.texts().into_iter().map(|text| (None, text)));
            }
        }
        if !faults.is_empty() {
            return faults;
        }
        let inner = data.into_iter().flat_map(|data| [data.msg, data.message, data.error]);
        let outer = [self.msg, self.message, self.error];
        for text in inner.chain(outer).chain(self.data.other()).flat_map(Raw::texts) {
            if faults.iter().all(|(_, known)| *known != text) {
                faults.push((None, text));
            }
        }
        faults
    }
}

impl Echo<'_> {
    /// The users that came back as `null`: creator, rep, setter.
    pub(crate) fn without_user(&self) -> [bool; 3] {
        [self.creator_id, self.agent_id, self.setter_id].map(|user| user == User::Nobody)
    }
}

/// Every text that stands in a value, however it is wrapped.
fn texts_of(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if !text.trim().is_empty() => vec![text.trim().to_owned()],
        Value::Array(values) => values.iter().flat_map(texts_of).collect(),
        Value::Object(members) => members.values().flat_map(texts_of).collect(),
        _ => Vec::new(),
    }
}

/// An object that may be something else.
enum Lenient<'a, T> {
    Fields(T),
    Other(Raw<'a>),
}

impl<T> Default for Lenient<'_, T> {
    fn default() -> Self {
        Self::Other(Raw::default())
    }
}

impl<'a, T> Lenient<'a, T> {
    const fn fields(&self) -> Option<&T> {
        match self {
            Self::Fields(fields) => Some(fields),
            Self::Other(_) => None,
        }
    }

    const fn other(&self) -> Option<Raw<'a>> {
        match self {
            Self::Fields(_) => None,
            Self::Other(value) => Some(*value),
        }
    }
}

/// What an object fills, member by member.
trait Members<'a>: Default {
    fn take(&mut self, name: &[u8], value: &mut Reader<'a>) -> Result<(), Malformed>;

    fn whole(object: &mut Reader<'a>) -> Result<Self, Malformed> {
        let mut fields = Self::default();
        object.object(|name, value| fields.take(name, value))?;
        Ok(fields)
    }
}

impl<'a, T: Members<'a>> Member<'a> for Lenient<'a, T> {
    fn read(value: &mut Reader<'a>) -> Result<Self, Malformed> {
        if value.is_object() {
            T::whole(value).map(Self::Fields)
        } else {
            Raw::read(value).map(Self::Other)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Answer<'_> {
        Answer::read(body.as_bytes()).unwrap()
    }

    #[test]
    fn the_id_is_found_wherever_it_is_said_to_stand() {
        let table = [
            (
                r#"{"data":{"lead":{"id":55555,"customer_id":1},"id":2}}"#,
                Some("55555"),
            ),
            (r#"{"data":{"lead":{"id":" 55555 "}}}"#, Some("55555")),
            (r#"{"data":{"lead":{"id":null},"customer_id":7}}"#, Some("7")),
            (r#"{"data":{"lead":[],"id":"8"}}"#, Some("8")),
            (r#"{"data":"saved","customer_id":12345}"#, Some("12345")),
            (r#"{"data":{"lead":{"id":""}}}"#, None),
            (r#"{"data":null}"#, None),
            (r#"{"data":[1,{"id":2}]}"#, None),
        ];
        for (body, id) in table {
            assert_eq!(read(body).id().as_deref(), id, "{body}");
        }
    }

    #[test]
    fn only_a_user_that_came_back_as_null_is_missing() {
        let lead = |lead: &str| {
            let body = format!(r#"{{"data":{{"lead":{lead}}}}}"#);
            read(&body).lead().unwrap().without_user()
        };
        assert_eq!(lead(r#"{"creator_id":null,"agent_id":314}"#), [true, false, false]);
        assert_eq!(lead(r#"{"agent_id":null,"setter_id":null}"#), [false, true, true]);
        assert_eq!(lead("{}"), [false; 3]);
    }

    #[test]
    fn faults_name_the_member_where_the_answer_does() {
        let laravel = r#"{"message":"The given data was invalid.","errors":{"lead.zip":["a","b"],"email":"c"}}"#;
        let zip = || Some("lead.zip".to_owned());
        let faults = [
            (Some("email".into()), "c".into()),
            (zip(), "a".into()),
            (zip(), "b".into()),
        ];
        assert_eq!(read(laravel).faults(), faults);
        let table = [
            (r#"{"result":"error","data":{"msg":"No"}}"#, vec!["No"]),
            (r#"{"result":"error","data":"No"}"#, vec!["No"]),
            (r#"{"result":"error","data":["No","Never"]}"#, vec!["No", "Never"]),
            (r#"{"result":"error","message":"No","msg":"No"}"#, vec!["No"]),
            (r#"{"errors":[{"message":"No"}],"message":"x"}"#, vec!["No"]),
            (r#"{"result":"error"}"#, vec![]),
        ];
        for (body, texts) in table {
            let answer = read(body);
            let told: Vec<_> = answer.faults().into_iter().map(|(_, text)| text).collect();
            assert_eq!(told, texts, "{body}");
        }
    }

    #[test]
    fn errors_that_cannot_be_read_are_errors() {
        let answer = |errors: &[u8]| [b"{\"result\":\"success\",\"errors\":", errors, b"}"].concat();
        let has_errors = |errors: &[u8]| Answer::read(&answer(errors)).unwrap().has_errors();
        let some: [&[u8]; 5] = [b"\"Ung\xfcltig\"", b"true", b"3", b"[\"a\"]", b"{\"a\":[\"b\"]}"];
        for errors in some {
            assert!(has_errors(errors), "{}", errors.escape_ascii());
        }
        let none: [&[u8]; 8] = [b"null", b"false", b"0", b"\"\"", b"\" \"", b"[]", b"{}", b"{\"a\":[]}"];
        for errors in none {
            assert!(!has_errors(errors), "{}", errors.escape_ascii());
        }
    }

    #[test]
    fn what_is_no_object_cannot_be_read() {
        for body in ["", "[]", "\"ok\"", "{\"result\":\"succ", "<html>", "null"] {
            assert!(Answer::read(body.as_bytes()).is_none(), "{body}");
        }
        assert_eq!(
            Answer::read("\u{feff} {\"result\":\"Success\"}".as_bytes())
                .unwrap()
                .success(),
            Some(true)
        );
    }
}
