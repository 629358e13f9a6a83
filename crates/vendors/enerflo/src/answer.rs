//! Reads what Enerflo says: the documented success in one pass, and everything else as far as it makes sense, since no
//! failure is documented.

use leadsink_core::json::{Malformed, Reader};
use serde_json::Value;

/// A struct of what is known of an object. A member that nobody knows is passed over; of one that comes twice the last counts.
macro_rules! members {
    ($(#[$doc:meta])* $name:ident { $($key:literal $field:ident: $type:ty,)+ }) => {
        $(#[$doc])*
        #[derive(Default)]
        pub(crate) struct $name {
            $($field: $type,)+
        }

        impl Members for $name {
            fn take(&mut self, name: &[u8], value: &mut Reader<'_>) -> Result<(), Malformed> {
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
        b"result" result: Value,
        b"success" success: Value,
        b"msg" msg: Value,
        b"message" message: Value,
        b"error" error: Value,
        b"errors" errors: Value,
        b"customer_id" customer_id: Value,
        b"data" data: Lenient<Data>,
    }
}

members! {
    /// What stands beneath `data`.
    Data {
        b"msg" msg: Value,
        b"message" message: Value,
        b"error" error: Value,
        b"errors" errors: Value,
        b"id" id: Value,
        b"customer_id" customer_id: Value,
        b"lead" lead: Lenient<Echo>,
    }
}

members! {
    /// The lead as Enerflo has it, as far as it matters here.
    Echo {
        b"id" id: Value,
        b"customer_id" customer_id: Value,
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

/// What a member may be.
trait Member: Sized {
    fn read(value: &mut Reader<'_>) -> Result<Self, Malformed>;
}

impl Member for Value {
    fn read(value: &mut Reader<'_>) -> Result<Self, Malformed> {
        value.read()
    }
}

impl Member for User {
    fn read(value: &mut Reader<'_>) -> Result<Self, Malformed> {
        Ok(match value.value()? {
            b"null" => Self::Nobody,
            _ => Self::Somebody,
        })
    }
}

impl Answer {
    /// Reads a body; nothing if it is no JSON object.
    pub(crate) fn read(body: &[u8]) -> Option<Self> {
        let mut body = Reader::new(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body));
        let answer = Self::whole(&mut body).ok()?;
        body.end().ok()?;
        Some(answer)
    }

    /// Whether Enerflo saved the lead, as far as it says so. `result` is its word; without one, only an error is clear.
    pub(crate) fn success(&self) -> Option<bool> {
        match &self.result {
            Value::Null if self.success == Value::Bool(false) || self.has_errors() => Some(false),
            Value::Null => None,
            Value::Bool(success) => Some(*success),
            Value::String(word) => Some(word.trim().eq_ignore_ascii_case("success")),
            _ => Some(false),
        }
    }

    /// Whether it names errors, whatever else it says.
    pub(crate) fn has_errors(&self) -> bool {
        let data = self.data.fields();
        let inner = data.into_iter().flat_map(|data| [&data.error, &data.errors]);
        let mut all = inner.chain([&self.error, &self.errors]);
        all.any(|value| !texts_of(value).is_empty())
    }

    /// The text of a success.
    pub(crate) fn message(&self) -> Option<&str> {
        let data = self.data.fields();
        let inner = data.into_iter().flat_map(|data| [&data.msg, &data.message]);
        let mut texts = inner.chain([&self.msg, &self.message]).filter_map(Value::as_str);
        texts.find(|text| !text.trim().is_empty())
    }

    /// The id of the lead: at `data.lead.id`, else where it is said to stand.
    pub(crate) fn id(&self) -> Option<String> {
        let data = self.data.fields();
        let lead = self.lead().into_iter().flat_map(|lead| [&lead.id, &lead.customer_id]);
        let inner = data.into_iter().flat_map(|data| [&data.customer_id, &data.id]);
        lead.chain(inner).chain([&self.customer_id]).find_map(|id| match id {
            Value::Number(number) => Some(number.to_string()),
            Value::String(text) if !text.trim().is_empty() => Some(text.trim().to_owned()),
            _ => None,
        })
    }

    /// The lead that comes back.
    pub(crate) fn lead(&self) -> Option<&Echo> {
        self.data.fields()?.lead.fields()
    }

    /// What is wrong, text by text, each with the member that it is about where the answer says so.
    pub(crate) fn faults(&self) -> Vec<(Option<&str>, String)> {
        let data = self.data.fields();
        let errors = data.into_iter().map(|data| &data.errors).chain([&self.errors]);
        let mut faults = Vec::new();
        for errors in errors {
            if let Value::Object(members) = errors {
                for (name, value) in members {
                    faults.extend(texts_of(value).into_iter().map(|text| (Some(name.as_str()), text)));
                }
            } else {
                faults.extend(texts_of(errors).into_iter().map(|text| (None, text)));
            }
        }
        if !faults.is_empty() {
            return faults;
        }
        let inner = data
            .into_iter()
            .flat_map(|data| [&data.msg, &data.message, &data.error]);
        let outer = [&self.msg, &self.message, &self.error];
        for text in inner.chain(outer).chain(self.data.other()).flat_map(texts_of) {
            if faults.iter().all(|(_, known)| *known != text) {
                faults.push((None, text));
            }
        }
        faults
    }
}

impl Echo {
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
enum Lenient<T> {
    Fields(T),
    Other(Value),
}

impl<T> Default for Lenient<T> {
    fn default() -> Self {
        Self::Other(Value::Null)
    }
}

impl<T> Lenient<T> {
    const fn fields(&self) -> Option<&T> {
        match self {
            Self::Fields(fields) => Some(fields),
            Self::Other(_) => None,
        }
    }

    const fn other(&self) -> Option<&Value> {
        match self {
            Self::Fields(_) => None,
            Self::Other(value) => Some(value),
        }
    }
}

/// What an object fills, member by member.
trait Members: Default {
    fn take(&mut self, name: &[u8], value: &mut Reader<'_>) -> Result<(), Malformed>;

    fn whole(object: &mut Reader<'_>) -> Result<Self, Malformed> {
        let mut fields = Self::default();
        object.object(|name, value| fields.take(name, value))?;
        Ok(fields)
    }
}

impl<T: Members> Member for Lenient<T> {
    fn read(value: &mut Reader<'_>) -> Result<Self, Malformed> {
        if value.is_object() {
            T::whole(value).map(Self::Fields)
        } else {
            value.read().map(Self::Other)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(body: &str) -> Answer {
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
            read(&format!(r#"{{"data":{{"lead":{lead}}}}}"#))
                .lead()
                .unwrap()
                .without_user()
        };
        assert_eq!(lead(r#"{"creator_id":null,"agent_id":314}"#), [true, false, false]);
        assert_eq!(lead(r#"{"agent_id":null,"setter_id":null}"#), [false, true, true]);
        assert_eq!(lead("{}"), [false; 3]);
    }

    #[test]
    fn faults_name_the_member_where_the_answer_does() {
        let laravel = r#"{"message":"The given data was invalid.","errors":{"lead.zip":["a","b"],"email":"c"}}"#;
        let zip = || Some("lead.zip");
        let faults = [(Some("email"), "c".into()), (zip(), "a".into()), (zip(), "b".into())];
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
