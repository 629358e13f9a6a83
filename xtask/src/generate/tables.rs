//! The tables, in Markdown, from the JSON that `leadsink vendors` and `leadsink fields` print.

use serde_json::Value;

use super::sample::Sample;
use crate::workspace::Result;

/// Where a table of the vendors stands.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Place {
    /// At the root, where a vendor's crate is a folder.
    Root,
    /// On the front page of the umbrella's documentation, where it is a module.
    Umbrella,
}

/// The vendors: where a lead goes, and what a lost answer means.
pub(super) fn vendors(vendors: &[Value], place: Place) -> Result<String> {
    let mut rows = Vec::new();
    for vendor in vendors {
        let (id, name) = (text(vendor, "id")?, text(vendor, "name")?);
        let (name, feature) = match place {
            Place::Root => (format!("[{name}](crates/vendors/{id})"), format!("`{id}`")),
            Place::Umbrella => (name.to_owned(), format!("[`{}`]", id.replace('-', "_"))),
        };
        rows.push([
            name,
            feature,
            goes_to(vendor)?,
            match text(vendor, "repeat")? {
                "safe" => "yes".to_owned(),
                _ => "no".to_owned(),
            },
            documents(text(vendor, "docs")?),
        ]);
    }
    Ok(table(
        ["vendor", "feature", "a lead goes to", "repeating is safe", "documents"],
        &rows,
    ))
}

/// What becomes of each field of a lead, with what the wire field holds in the first sample that has it.
pub(super) fn mapping(facts: &Value, samples: &[Sample]) -> Result<String> {
    let mut rows = Vec::new();
    for field in list(facts, "fields")? {
        let (name, wire) = (text(field, "field")?, text(field, "wire")?);
        // The text of a note begins with the lead's notes, whatever else stands in it.
        let stands_in_note = facts["note"] == wire && name != "notes";
        let sample = samples.iter().find_map(|sample| sample.value(wire));
        rows.push([
            format!("`{name}`"),
            format!("`{wire}`"),
            required(facts, name)?,
            text(field, "note")?.to_owned(),
            sample
                .filter(|_| !stands_in_note)
                .map(|value| code(&value))
                .unwrap_or_default(),
        ]);
    }
    let mut text = table(["lead field", "wire field", "required", "note", "sample"], &rows);
    text.push_str("\nThe sample is what the wire field holds for a lead with every field. ");
    for names in rules(facts)?.filter(|names| names.len() > 1) {
        let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
        text.push_str(&format!("One of {} is required. ", names.join(", ")));
    }
    match facts["note"].as_str() {
        Some(note) => text.push_str(&format!("Every other field is put, readable, into `{note}`.")),
        None => text.push_str("Every other field is left out, and reported as unmapped."),
    }
    Ok(text)
}

/// The keys of the configuration.
pub(super) fn config(vendor: &Value) -> Result<String> {
    let mut rows = Vec::new();
    let keys = list(vendor, "config")?;
    let is_switch = |name: &str| {
        let key = keys.iter().find(|key| key["key"] == name);
        key.is_some_and(|key| matches!(key["example"].as_str(), Some("true" | "false")))
    };
    for key in keys {
        let need = match (key["required"].as_bool(), key["unless"].as_str()) {
            (Some(true), Some(other)) if is_switch(other) => format!("unless `{other}` is true"),
            (Some(true), Some(other)) => format!("unless `{other}` is given"),
            (Some(true), None) => "yes".to_owned(),
            _ => "no".to_owned(),
        };
        let secret = key["credential"].as_bool() == Some(true);
        rows.push([
            format!("`{}`", text(key, "key")?),
            if secret { format!("{need}, secret") } else { need },
            format!("`{}`", text(key, "example")?),
            text(key, "doc")?.to_owned(),
        ]);
    }
    Ok(table(["key", "required", "example or default", "what it is"], &rows))
}

/// A link to the vendor's documents, called after their host: whole addresses make the table too wide for a page.
fn documents(address: &str) -> String {
    // The template has none, and the conformance suite asks for it.
    if address.is_empty() {
        return String::new();
    }
    format!("[{}]({address})", host(address))
}

/// The host of an address.
fn host(address: &str) -> &str {
    let host = address.split("://").nth(1).and_then(|rest| rest.split('/').next());
    host.unwrap_or(address)
}

/// The host under which the vendor takes leads; some vendors give each account an address of its own.
fn goes_to(vendor: &Value) -> Result<String> {
    for key in list(vendor, "config")? {
        if text(key, "key")? == "base_url" {
            return Ok(format!("`{}`", host(text(key, "example")?.trim_matches('"'))));
        }
    }
    Ok("the account's own address".to_owned())
}

/// Whether the rules demand a field, or one of several.
fn required(facts: &Value, name: &str) -> Result<String> {
    let mut need = "";
    for names in rules(facts)?.filter(|names| names.contains(&name)) {
        match names.len() {
            1 => return Ok("yes".to_owned()),
            _ => need = "one of",
        }
    }
    Ok(need.to_owned())
}

/// The fields of each rule, of which a lead must have one.
fn rules(facts: &Value) -> Result<impl Iterator<Item = Vec<&str>>> {
    let rules = list(facts, "required")?.iter();
    Ok(rules.map(|rule| {
        rule.as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    }))
}

/// A value as code in a cell.
fn code(value: &str) -> String {
    if value.contains('`') {
        format!("`` {value} ``")
    } else {
        format!("`{value}`")
    }
}

fn table<const N: usize>(head: [&str; N], rows: &[[String; N]]) -> String {
    let mut table = String::new();
    let mut line = |cells: &[String; N]| {
        table.push('|');
        for cell in cells {
            let space = if cell.is_empty() { "" } else { " " };
            table.push_str(&format!("{space}{} |", cell.replace('|', "\\|")));
        }
        table.push('\n');
    };
    line(&head.map(str::to_owned));
    line(&head.map(|_| "---".to_owned()));
    rows.iter().for_each(line);
    table
}

fn text<'a>(value: &'a Value, key: &str) -> Result<&'a str> {
    value[key]
        .as_str()
        .ok_or_else(|| format!("the command line's JSON has no text `{key}`"))
}

fn list<'a>(value: &'a Value, key: &str) -> Result<&'a [Value]> {
    value[key]
        .as_array()
        .map(Vec::as_slice)
        .ok_or_else(|| format!("the command line's JSON has no list `{key}`"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_vendor_is_a_row() {
        let acme = json!({
            "id": "acme", "name": "Acme", "docs": "https://acme.example/docs", "repeat": "never_blindly",
            "config": [{"key": "base_url", "example": "\"https://api.acme.example/v1\""}],
        });
        let bolt = json!({
            "id": "bolt", "name": "Bolt", "docs": "https://bolt.example", "repeat": "safe", "config": [],
        });
        assert_eq!(
            vendors(&[acme.clone(), bolt], Place::Root).unwrap(),
            "| vendor | feature | a lead goes to | repeating is safe | documents |\n\
             | --- | --- | --- | --- | --- |\n\
             | [Acme](crates/vendors/acme) | `acme` | `api.acme.example` | no | [acme.example](https://acme.example/docs) |\n\
             | [Bolt](crates/vendors/bolt) | `bolt` | the account's own address | yes | [bolt.example](https://bolt.example) |\n"
        );
        let mut silent = acme.clone();
        silent["docs"] = "".into();
        assert!(vendors(&[silent], Place::Root).unwrap().ends_with("| no | |\n"));
        let rows = vendors(&[acme], Place::Umbrella).unwrap();
        assert!(rows.contains("\n| Acme | [`acme`] | `api.acme.example` |"), "{rows}");
    }

    #[test]
    fn a_field_says_what_is_required_and_where_the_rest_goes() {
        let facts = json!({
            "note": "remarks",
            "required": [["city"], ["email", "phone_1"]],
            "fields": [
                {"field": "city", "wire": "town", "note": ""},
                {"field": "email", "wire": "mail", "note": "a|b"},
                {"field": "state", "wire": "region", "note": ""},
                {"field": "gender", "wire": "remarks", "note": "where it is known"},
            ],
        });
        let of = |json| Sample::Json(json);
        let samples = [
            of(json!({"town": "Waco", "mail": "a|b"})),
            of(json!({"town": "Bryan", "remarks": "x"})),
        ];
        assert_eq!(
            mapping(&facts, &samples).unwrap(),
            "| lead field | wire field | required | note | sample |\n\
             | --- | --- | --- | --- | --- |\n\
             | `city` | `town` | yes | | `Waco` |\n\
             | `email` | `mail` | one of | a\\|b | `a\\|b` |\n\
             | `state` | `region` | | | |\n\
             | `gender` | `remarks` | | where it is known | |\n\
             \n\
             The sample is what the wire field holds for a lead with every field. One of `email`, `phone_1` is required. Every other field is put, readable, into `remarks`."
        );
    }

    #[test]
    fn a_key_says_whether_it_is_required_and_secret() {
        let vendor = json!({"config": [
            {"key": "a", "doc": "A.", "required": true, "unless": null, "credential": true, "example": "\"x\""},
            {"key": "b", "doc": "B.", "required": true, "unless": "c", "credential": false, "example": "1"},
            {"key": "c", "doc": "C.", "required": false, "unless": null, "credential": false, "example": "false"},
            {"key": "d", "doc": "D.", "required": true, "unless": "a", "credential": false, "example": "1"},
        ]});
        assert_eq!(
            config(&vendor).unwrap().lines().skip(2).collect::<Vec<_>>(),
            [
                "| `a` | yes, secret | `\"x\"` | A. |",
                "| `b` | unless `c` is true | `1` | B. |",
                "| `c` | no | `false` | C. |",
                "| `d` | unless `a` is given | `1` | D. |"
            ]
        );
    }

    #[test]
    fn json_of_another_shape_is_an_error() {
        assert_eq!(
            mapping(&json!({}), &[]).unwrap_err(),
            "the command line's JSON has no list `fields`"
        );
    }
}
