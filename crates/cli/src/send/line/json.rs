//! A line as it is written. Key by key: every lead has a line, and through a derived struct of this size it costs twice as much.

use jiff::fmt::temporal::DateTimePrinter;
use leadsink::{CallbackToken, Timestamp};
use serde::ser::Error as _;
use serde_json::Result;

use super::Line;
use crate::send::lines::member;

/// In milliseconds.
const IN_MS: DateTimePrinter = DateTimePrinter::new().precision(Some(3));

impl Line {
    /// Writes it as JSON, without the end of the line.
    pub(crate) fn write(&self, to: &mut Vec<u8>) -> Result<()> {
        member(to, "{\"row\":", &self.row)?;
        member(to, ",\"lead\":", &self.lead)?;
        member(to, ",\"sink\":", &*self.sink)?;
        member(to, ",\"outcome\":", &self.outcome)?;
        member(to, ",\"reasons\":", &self.reasons)?;
        member(to, ",\"vendor_ref\":", &self.vendor_ref)?;
        member(to, ",\"attempts\":", &self.attempts)?;
        match &self.delivery {
            // Of an id, nothing has to be escaped.
            Some(id) => {
                to.extend_from_slice(b",\"delivery\":\"");
                to.extend_from_slice(id.as_uuid().hyphenated().encode_lower(&mut [0; 36]).as_bytes());
                to.push(b'"');
            }
            None => to.extend_from_slice(b",\"delivery\":null"),
        }
        let token = self.callback_token.as_ref().map(CallbackToken::as_str);
        member(to, ",\"callback_token\":", &token)?;
        member(to, ",\"message\":", &self.message)?;
        if let Some(url) = &self.url {
            member(to, ",\"url\":", url)?;
        }
        if let Some(price) = &self.price {
            member(to, ",\"price\":", price)?;
        }
        member(to, ",\"warnings\":", &self.warnings)?;
        member(to, ",\"unmapped\":", &self.unmapped)?;
        if let Some(error) = &self.error {
            member(to, ",\"error\":", error)?;
        }
        if let Some(began) = &self.began {
            time(to, ",\"began\":\"", *began)?;
        }
        time(to, ",\"at\":\"", self.at)?;
        to.push(b'}');
        Ok(())
    }
}

fn time(to: &mut Vec<u8>, key: &str, time: Timestamp) -> Result<()> {
    to.extend_from_slice(key.as_bytes());
    IN_MS
        .print_timestamp(&time, &mut *to)
        .map_err(serde_json::Error::custom)?;
    to.push(b'"');
    Ok(())
}

#[cfg(test)]
mod tests {
    use leadsink::{Field, LeadId, Timestamp};

    use super::super::{Failure, Reason};
    use super::*;
    use crate::notes::Note;
    use crate::send::fate::Fate;

    fn written(line: &Line) -> String {
        let mut bytes = Vec::new();
        line.write(&mut bytes).unwrap();
        String::from_utf8(bytes).unwrap()
    }

    fn line(lead: Option<&str>, outcome: Fate) -> Line {
        let lead = lead.map(|lead| LeadId::new(lead).unwrap());
        let mut line = Line::unsent(7, lead, &"main".into(), outcome, Vec::new());
        line.at = Timestamp::UNIX_EPOCH;
        line
    }

    #[test]
    fn a_line_is_spelled_as_ever() {
        assert_eq!(
            written(&line(Some("crm \"7\""), Fate::Accepted)),
            r#"{"row":7,"lead":"crm \"7\"","sink":"main","outcome":"accepted","reasons":[],"vendor_ref":null,"attempts":0,"delivery":"ce495d8c-f740-51e0-9430-e82f6c282126","callback_token":null,"message":null,"warnings":[],"unmapped":[],"at":"1970-01-01T00:00:00.000Z"}"#
        );
        assert_eq!(
            written(&line(None, Fate::BadRow)),
            r#"{"row":7,"lead":null,"sink":"main","outcome":"bad_row","reasons":[],"vendor_ref":null,"attempts":0,"delivery":null,"callback_token":null,"message":null,"warnings":[],"unmapped":[],"at":"1970-01-01T00:00:00.000Z"}"#
        );
    }

    #[test]
    fn a_line_with_all_that_there_is_to_say_is_spelled_as_ever() {
        let mut line = line(Some("crm \"7\""), Fate::Failed);
        line.reasons = vec![Reason {
            column: Some("E-mail".to_owned()),
            ..Reason::of_ours("required", "it is \u{e9}\n")
        }];
        line.vendor_ref = Some("55".to_owned());
        line.attempts = 2;
        line.callback_token = Some(CallbackToken::from_bits(7));
        line.message = Some("a\tb".into());
        line.url = Some("https://vendor.example/55".to_owned());
        line.price = Some("12.50".to_owned());
        line.warnings = vec![Note::duplicate(3)];
        line.unmapped = vec![Field::Gender.into()];
        line.error = Some(Failure {
            kind: "timeout".into(),
            disposition: Some("ambiguous".into()),
            status: Some(504),
            excerpt: Some("<p>".to_owned()),
        });
        line.began = Some(Timestamp::UNIX_EPOCH);
        assert_eq!(
            written(&line),
            r#"{"row":7,"lead":"crm \"7\"","sink":"main","outcome":"failed","reasons":[{"column":"E-mail","field":null,"code":"required","text":"it is é\n"}],"vendor_ref":"55","attempts":2,"delivery":"ce495d8c-f740-51e0-9430-e82f6c282126","callback_token":"00000000000000000000000000000007","message":"a\tb","url":"https://vendor.example/55","price":"12.50","warnings":[{"column":null,"field":null,"code":"duplicate_row","message":"it repeats row 3 of the file and is not sent"}],"unmapped":["gender"],"error":{"kind":"timeout","disposition":"ambiguous","status":504,"excerpt":"<p>"},"began":"1970-01-01T00:00:00.000Z","at":"1970-01-01T00:00:00.000Z"}"#
        );
    }
}
