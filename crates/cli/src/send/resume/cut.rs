//! A last line that was cut short: as much as it still says, and no more.

use serde_json::Value;

use super::super::fate::Fate;

/// What is left of a line.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Cut {
    pub(super) row: Option<u64>,
    /// The inner one is nothing for a row without a lead.
    pub(super) lead: Option<Option<String>>,
    pub(super) sink: Option<String>,
    pub(super) outcome: Option<Fate>,
    pub(super) callback_token: Option<String>,
    /// The members that are whole, without the last brace.
    pub(super) text: String,
}

/// Reads the members that are whole.
pub(super) fn read(line: &[u8]) -> Cut {
    let text = String::from_utf8_lossy(line);
    // A number or a word at the end may have been longer.
    let is_closed = text.ends_with(['"', '}', ']']);
    let mut end = is_closed.then_some(text.len()).or_else(|| text.rfind(",\""));
    while let Some(length) = end {
        let text = &text[..length];
        if let Ok(Value::Object(members)) = serde_json::from_str(&format!("{text}}}")) {
            let word = |key: &str| members.get(key)?.as_str().map(str::to_owned);
            return Cut {
                row: members.get("row").and_then(Value::as_u64),
                lead: members.get("lead").map(|lead| lead.as_str().map(str::to_owned)),
                sink: word("sink"),
                outcome: members
                    .get("outcome")
                    .and_then(|word| serde_json::from_value(word.clone()).ok()),
                callback_token: word("callback_token"),
                text: text.to_owned(),
            };
        }
        end = text.rfind(",\"");
    }
    Cut::default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_members_that_are_whole_are_read() {
        let line = r#"{"row":71,"lead":"a,\"b","sink":"main","outcome":"accepted","reasons":[],"attempts":12,"#;
        let read = |length| {
            let cut = read(&line.as_bytes()[..length]);
            let lead = cut.lead.flatten();
            (
                cut.row,
                lead.as_deref() == Some("a,\"b"),
                cut.sink.is_some(),
                cut.outcome,
            )
        };
        let up_to = |part: &str| line.find(part).unwrap();
        for (length, wanted) in [
            (0, (None, false, false, None)),
            (1, (None, false, false, None)),
            (up_to("1,"), (None, false, false, None)),
            (up_to(",\"lead"), (None, false, false, None)),
            (up_to("lead"), (Some(71), false, false, None)),
            (up_to("b\""), (Some(71), false, false, None)),
            (up_to(",\"sink"), (Some(71), true, false, None)),
            (up_to("outcome"), (Some(71), true, true, None)),
            (up_to("accep"), (Some(71), true, true, None)),
            (line.len(), (Some(71), true, true, Some(Fate::Accepted))),
        ] {
            assert_eq!(read(length), wanted, "{}", &line[..length]);
        }
    }

    #[test]
    fn a_row_without_a_lead_is_told_from_one_whose_lead_is_cut() {
        assert_eq!(read(b"{\"row\":7,\"lead\":null,\"si").lead, Some(None));
        assert_eq!(read(b"{\"row\":7,\"lead\":nul").lead, None);
    }
}
