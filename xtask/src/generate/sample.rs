//! What the wire fields of a vendor hold for a lead with every field: taken from the snapshot of that request, which a test of
//! the vendor crate keeps true. So a conversion that changes shows in the vendor's README too.

use serde_json::Value;

/// The longest value that a table shows: it stands beside the names of two fields and a note.
const LONGEST: usize = 36;

/// The members of one request.
#[derive(Debug)]
pub(super) enum Sample {
    Json(Value),
    Form(Vec<(String, String)>),
    /// What a further configuration changes: the path of each new member, without indexes, and its value.
    Change(Vec<(String, Value)>),
}

/// What stands in a snapshot of a change above the lines for a lead with every field.
const CHANGE: &str = "\nbeside request_all:\n";

impl Sample {
    /// Reads a snapshot as `leadsink-testkit` renders a request; nothing where it shows none with a body.
    pub(super) fn read(snapshot: &str) -> Option<Self> {
        if let Some((_, lines)) = snapshot.split_once(CHANGE) {
            return Some(Self::Change(lines.lines().filter_map(added).collect()));
        }
        // Questions that are asked before it stand above it.
        let request = &snapshot[snapshot.find("\nrequest, ")?..];
        let (head, rest) = request.split_once("\n\n")?;
        let body = rest.rsplit_once("\n\nunmapped: ")?.0;
        if head.contains("\ncontent-type: application/x-www-form-urlencoded") {
            return Some(Self::Form(pairs(body)));
        }
        serde_json::from_str(body).ok().map(Self::Json)
    }

    /// What a wire field holds, short enough for a table; nothing where the request does not have it.
    pub(super) fn value(&self, wire: &str) -> Option<String> {
        let text = match self {
            Self::Form(pairs) => pairs.iter().find(|(name, _)| name == wire)?.1.clone(),
            Self::Json(json) => text(member(json, wire)?)?,
            Self::Change(members) => {
                let wire = wire.replace("[]", "");
                text(&members.iter().find(|(path, _)| *path == wire)?.1)?
            }
        };
        Some(short(&text))
    }
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

/// A member that is new: `+ survey_data.files[0].name = "bill.pdf"`.
fn added(line: &str) -> Option<(String, Value)> {
    let (path, value) = line.strip_prefix("+ ")?.split_once(" = ")?;
    let is_index = |part: &str| part.ends_with(']');
    let names = path.split('[').flat_map(|part| part.split_inclusive(']'));
    let path = names.filter(|part| !is_index(part)).collect();
    Some((path, serde_json::from_str(value).ok()?))
}

/// The pairs of a form, a line each; a line that begins with no name goes on with the value above it.
fn pairs(body: &str) -> Vec<(String, String)> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let is_name =
        |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"._-".contains(&b));
    for line in body.lines() {
        match line.split_once('=').filter(|(name, _)| is_name(name)) {
            Some((name, value)) => pairs.push((name.to_owned(), value.to_owned())),
            None => {
                if let Some((_, value)) = pairs.last_mut() {
                    value.push('\n');
                    value.push_str(line);
                }
            }
        }
    }
    pairs
}

/// The member at a path such as `lead.city`; of an array, the first element that has it.
fn member<'a>(json: &'a Value, path: &str) -> Option<&'a Value> {
    match json {
        Value::Array(items) => items.iter().find_map(|item| member(item, path)),
        _ => match path.split_once('.') {
            Some((name, rest)) => member(json.get(name.trim_end_matches("[]"))?, rest),
            None => json.get(path.trim_end_matches("[]")),
        },
    }
}

/// The first line of a value, cut where it is long.
fn short(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    let cut: String = line.chars().take(LONGEST).collect();
    if cut.len() < text.trim_end().len() {
        cut + "…"
    } else {
        cut
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const JSON: &str = "---\nsource: x\n---\nquestion 1, asked by acme:\nPOST https://acme.example/ping\n\n{\n  \"a\": 0\n}\n\n\
        request, safe to repeat:\nPOST https://acme.example/leads\ncontent-type: application/json\n\n\
        {\n  \"a\": {\n    \"b\": 1.50,\n    \"c\": null\n  },\n  \"list\": [{\"d\": \"x\"}, {\"e\": \"y\"}],\n  \
        \"text\": \"one\\ntwo\"\n}\n\nunmapped: none\nwarnings: none\n";
    const FORM: &str = "---\n---\nrequest, never repeated blindly:\nPOST https://acme.example/leads\n\
        content-type: application/x-www-form-urlencoded\n\ncity=Austin\ncomments=One.\n\nRoof age: 9 years\n\n\
        unmapped: none\nwarnings: none\n";

    #[test]
    fn a_member_is_found_by_its_path_in_the_request() {
        let sample = Sample::read(JSON).unwrap();
        for (wire, value) in [
            ("a.b", Some("1.5")),
            ("a.c", None),
            ("a.x", None),
            ("list.e", Some("y")),
            ("list[].d", Some("x")),
            ("list", Some("[{\"d\":\"x\"},{\"e\":\"y\"}]")),
            ("text", Some("one…")),
        ] {
            assert_eq!(sample.value(wire).as_deref(), value, "{wire}");
        }
    }

    #[test]
    fn a_field_of_a_form_is_found_by_its_name() {
        let sample = Sample::read(FORM).unwrap();
        assert_eq!(sample.value("city").as_deref(), Some("Austin"));
        assert_eq!(sample.value("comments").as_deref(), Some("One.…"));
        assert_eq!(sample.value("Roof age"), None);
    }

    #[test]
    fn a_member_that_a_further_configuration_adds_is_found_for_a_lead_with_every_field() {
        let snapshot = "---\n---\nunder {}\n\nbeside request_required:\n+ source = \"Web\"\n\nbeside request_all:\n\
            - files = 1\n+ question 1: POST https://a.example\n+ files[0].name = \"bill.pdf\"\n+ files[0].size = 7\n\
            + note, then \"Roof = slate\"\n";
        let sample = Sample::read(snapshot).unwrap();
        for (wire, value) in [
            ("files.name", Some("bill.pdf")),
            ("files[].size", Some("7")),
            ("files", None),
            ("source", None),
        ] {
            assert_eq!(sample.value(wire).as_deref(), value, "{wire}");
        }
    }

    #[test]
    fn a_long_value_is_cut() {
        assert_eq!(short(&"é".repeat(LONGEST)), "é".repeat(LONGEST));
        assert_eq!(short(&"é".repeat(LONGEST + 1)), format!("{}…", "é".repeat(LONGEST)));
    }

    #[test]
    fn a_snapshot_of_something_else_is_no_sample() {
        assert!(Sample::read("---\n---\nrequest 1: POST acme.example/leads\n  200 empty: error\n").is_none());
    }
}
