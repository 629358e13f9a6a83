//! The final word, which NTherm sends to the call-back address. Its method, content type and body are not documented, so
//! JSON, form and query are all read, and the raw text is kept.

mod template;
mod words;

use std::fmt;

use leadsink_core::{CallbackToken, Outcome, Receipt, Rejection};

use crate::answer::text_of;
pub use template::CallbackTemplate;
use template::only_token_in;
use words::Words;

/// A call to the call-back address. `Debug` holds neither token nor body.
#[derive(Clone, Copy)]
#[non_exhaustive]
#[must_use]
pub struct CallbackRequest<'a> {
    /// The address that was called: as a whole, or path and query.
    pub uri: &'a str,
    /// The body; empty for a `GET`. Its content type is not asked for: the text itself tells what it is.
    pub body: &'a [u8],
    /// The template from which the address was made.
    pub template: Option<&'a CallbackTemplate>,
}

impl<'a> CallbackRequest<'a> {
    /// A call, whatever its method and content type.
    pub const fn new(uri: &'a str, body: &'a [u8]) -> Self {
        Self {
            uri,
            body,
            template: None,
        }
    }

    /// Sets the template, which says where in the address the token stands. Without it the only token there is counts.
    pub const fn with_template(mut self, template: &'a CallbackTemplate) -> Self {
        self.template = Some(template);
        self
    }
}

impl fmt::Debug for CallbackRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CallbackRequest")
            .field("body_bytes", &self.body.len())
            .finish_non_exhaustive()
    }
}

/// What a call says, and about whom. `Debug` holds no text of the vendor.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct Callback {
    /// The token of the delivery. A call without one is about nobody.
    pub token: Option<CallbackToken>,
    /// The final word.
    pub verdict: Verdict,
    /// The query and the body as they came, for a person to read. The token is masked; the rest may quote the lead.
    pub raw: String,
}

impl fmt::Debug for Callback {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Callback")
            .field("token", &self.token)
            .field("verdict", &self.verdict)
            .field("raw_bytes", &self.raw.len())
            .finish()
    }
}

/// The final word of NTherm.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Verdict {
    /// The lead is taken for good.
    Accepted(Receipt),
    /// The lead is refused after all.
    Rejected(Rejection),
    /// The call says neither yes nor no, or both. A person reads the raw text; the delivery stays pending.
    Unreadable,
}

impl Verdict {
    /// The verdict as the outcome of the delivery; none where it cannot be read.
    #[must_use]
    pub fn into_outcome(self) -> Option<Outcome> {
        match self {
            Self::Accepted(receipt) => Some(Outcome::Accepted(receipt)),
            Self::Rejected(rejection) => Some(Outcome::Rejected(rejection)),
            Self::Unreadable => None,
        }
    }
}

/// Reads a call to the call-back address. Never fails: what cannot be read is kept as raw text.
#[must_use]
pub fn parse_callback(request: &CallbackRequest<'_>) -> Callback {
    let token = match request.template {
        Some(template) => template.token_in(request.uri),
        None => only_token_in(request.uri),
    };
    let (_, query) = request.uri.split_once('?').unwrap_or_default();
    let body = text_of(request.body);
    let mut words = Words::default();
    words.read_body(body.trim());
    if words.is_empty() {
        words.read_pairs(query);
    }
    let parts: Vec<_> = [query, &body].into_iter().filter(|part| !part.is_empty()).collect();
    let mut raw = parts.join("\n");
    if let Some(token) = &token {
        raw = raw.replace(token.as_str(), "***");
    }
    Callback {
        token,
        verdict: words.verdict(),
        raw,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOKEN: &str = "0000000000000000000000000000feed";

    fn read(query: &str, body: &str) -> Callback {
        let template = CallbackTemplate::parse("https://leads.example.com/cb/ntherm/{token}").unwrap();
        let uri = format!("/cb/ntherm/{TOKEN}{query}");
        parse_callback(&CallbackRequest::new(&uri, body.as_bytes()).with_template(&template))
    }

    fn word(callback: &Callback) -> String {
        match &callback.verdict {
            Verdict::Accepted(receipt) => format!("accepted {}", receipt.message.as_deref().unwrap_or("-")),
            Verdict::Rejected(rejection) => {
                let texts: Vec<_> = rejection.reasons.iter().map(|reason| reason.text.as_str()).collect();
                format!("rejected {}", texts.join("|"))
            }
            Verdict::Unreadable => "unreadable".to_owned(),
        }
    }

    #[test]
    fn every_form_of_the_final_word_is_read() {
        let table = [
            // The form of the answers, which is the best guess.
            (
                "",
                r#"{"success_bit":true,"message":"Lead accepted."}"#,
                "accepted Lead accepted.",
            ),
            (
                "",
                r#"{"success_bit":false,"message":[{"error":"a"},{"error":"b"}]}"#,
                "rejected a|b",
            ),
            (
                "",
                "{\"success_bit\":false,\n,\"message\":[{\"error\":\"a\"}]}",
                "rejected a",
            ),
            ("", r#"[{"success_bit":"1"}]"#, "accepted -"),
            (
                "",
                r#"{"data":{"lead":{"status":"Rejected","reason":"DNC"}}}"#,
                "rejected DNC",
            ),
            ("", r#"{"message":[{"error":"Duplicate"}]}"#, "rejected Duplicate"),
            ("", "success_bit=true&message=Lead+accepted.", "accepted Lead accepted."),
            (
                "",
                "success_bit=0&message%5B0%5D%5Berror%5D=a&message%5B1%5D%5Berror%5D=b",
                "rejected a|b",
            ),
            ("", r#"success_bit=false&message=[{"error":"a"}]"#, "rejected a"),
            ("?success_bit=true&message=Fine", "", "accepted Fine"),
            (
                "?success_bit=false",
                "",
                "rejected NTherm refused the lead after it was posted, without a readable reason",
            ),
            // The body goes before the query.
            ("?success=true", r#"{"success_bit":false,"message":"a"}"#, "rejected a"),
            // Neither yes nor no, or both.
            ("", "", "unreadable"),
            ("", "Lead accepted.", "unreadable"),
            ("", r#"{"message":"Lead accepted."}"#, "unreadable"),
            ("", r#"{"success_bit":true,"status":"rejected"}"#, "unreadable"),
            ("", r#"{"status":"pending","success_bit":null}"#, "unreadable"),
            ("", r#"{"status":1,"error":0,"message":"Hm"}"#, "unreadable"),
            ("", "<html>success_bit=true</html>", "unreadable"),
            ("", "{\"success_bit\":tr", "unreadable"),
        ];
        for (query, body, meaning) in table {
            let callback = read(query, body);
            assert_eq!(word(&callback), meaning, "{query} {body}");
            assert_eq!(callback.token.as_ref().map(CallbackToken::as_str), Some(TOKEN));
        }
    }

    #[test]
    fn a_late_reason_names_the_field_where_the_text_does() {
        let callback = read(
            "",
            r#"{"success_bit":false,"message":[{"error":"Invalid State Code (2 characters): C"}]}"#,
        );
        let Verdict::Rejected(rejection) = callback.verdict else {
            unreachable!("it is a refusal");
        };
        assert_eq!(rejection.reasons[0].field, Some(leadsink_core::Field::State.into()));
    }

    #[test]
    fn the_raw_text_is_kept_without_the_token() {
        let template = CallbackTemplate::parse("https://example.com/cb?t={token}").unwrap();
        let uri = format!("/cb?t={TOKEN}&x=1");
        let callback = parse_callback(&CallbackRequest::new(&uri, "Jane ü".as_bytes()).with_template(&template));
        assert_eq!(callback.raw, "t=***&x=1\nJane ü");
        assert_eq!(callback.token.unwrap().as_str(), TOKEN);
        assert_eq!(callback.verdict.into_outcome(), None);
    }

    #[test]
    fn a_call_without_a_token_is_about_nobody() {
        let callback = parse_callback(&CallbackRequest::new("/cb", br#"{"success_bit":true}"#));
        assert_eq!(callback.token, None);
        assert_eq!(word(&callback), "accepted -");
    }

    #[test]
    fn debug_holds_neither_token_nor_text() {
        let callback = read("", r#"{"success_bit":true,"message":"Jane"}"#);
        let debug = format!("{callback:?} {:?}", CallbackRequest::new(TOKEN, b"Jane"));
        assert!(!debug.contains("Jane") && !debug.contains(TOKEN), "{debug}");
    }
}
