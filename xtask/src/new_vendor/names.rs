//! What a new vendor is called: one id everywhere, a name for people, a type. A name that something else has is refused.

use toml::Table;

use super::{NewVendorArgs, template, undo};
use crate::tidy;
use crate::workspace::{Result, Workspace};

/// The words that Rust keeps, of edition 2024; no module may be called so.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "self", "static", "struct", "super", "trait", "true",
    "try", "type", "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

/// Crates that come with Rust, and parts of ours that are to come.
const KEPT: [&str; 5] = ["alloc", "gateway", "outbox", "std", "test"];

/// Files whose modules and renamed items stand beside the vendors' modules.
const NEIGHBOURS: [&str; 3] = [
    "crates/core/src/lib.rs",
    "crates/leadsink/src/lib.rs",
    "crates/sandbox/src/vendors/mod.rs",
];

/// A vendor that is not there yet.
#[derive(Debug)]
pub(super) struct NewVendor {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) type_name: String,
    /// Empty where nobody said; the conformance suite asks for it.
    pub(super) docs: String,
    /// The ids of the vendors that are there.
    pub(super) others: Vec<String>,
}

impl NewVendor {
    /// Reads what was given, and refuses what would clash.
    pub(super) fn read(workspace: &Workspace, args: &NewVendorArgs) -> Result<Self> {
        let id = args.id.clone();
        check_form(&id)?;
        let others = workspace.vendors();
        if others.contains(&id) {
            let undo = undo(workspace, &id)?;
            return Err(format!(
                "the vendor `{id}` is there already, in `crates/vendors/{id}`{undo}"
            ));
        }
        if let Some(what) = taken(workspace, &id)? {
            return Err(format!("the id `{id}` is taken: {what}; choose another"));
        }
        let name = args.name.clone().unwrap_or_else(|| camel(&id));
        check_name(&name)?;
        let type_name = type_name(&name).unwrap_or_else(|| camel(&id));
        let words = template::words(workspace)?;
        if words.contains(&type_name) || words.contains(&format!("{type_name}Config")) {
            return Err(format!(
                "the sink would be called `{type_name}`, as something else in the crate is; give another `--name`"
            ));
        }
        let docs = args.docs.clone().unwrap_or_default();
        check_docs(&docs)?;
        Ok(Self {
            id,
            name,
            type_name,
            docs,
            others,
        })
    }

    pub(super) fn crate_name(&self) -> String {
        format!("leadsink-{}", self.id)
    }
}

/// An id is a folder, a feature, a key of TOML and a module of Rust without being written another way anywhere.
fn check_form(id: &str) -> Result {
    let begins_well = id.starts_with(|c: char| c.is_ascii_lowercase());
    if !begins_well || !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()) || id.len() > 32 {
        return Err(format!(
            "`{id}` cannot be an id: write lower-case letters and digits, a letter first, 32 at most, such as `acme`"
        ));
    }
    if KEYWORDS.contains(&id) {
        return Err(format!("`{id}` cannot be an id: Rust keeps the word for itself"));
    }
    Ok(())
}

/// What has the id already.
fn taken(workspace: &Workspace, id: &str) -> Result<Option<&'static str>> {
    let crate_name = format!("leadsink-{id}");
    if KEPT.contains(&id) || workspace.packages()?.iter().any(|package| package.name == crate_name) {
        return Ok(Some("a crate of Rust or of this workspace has that name"));
    }
    if keys(workspace, "Cargo.toml", &["workspace", "dependencies"])?
        .iter()
        .any(|key| key == id)
    {
        return Ok(Some("a crate that this workspace uses has that name"));
    }
    if keys(workspace, "crates/leadsink/Cargo.toml", &["features"])?
        .iter()
        .any(|key| key == id)
    {
        return Ok(Some("a feature of `leadsink` has that name"));
    }
    for path in NEIGHBOURS {
        let names_it = |line: &str| {
            let line = line.trim_start_matches("pub ");
            line == format!("mod {id};") || line.ends_with(&format!(" as {id};"))
        };
        if workspace.read(path)?.lines().any(names_it) {
            return Ok(Some("a module that would stand beside it has that name"));
        }
    }
    if tidy::core_holds(workspace, id)? {
        return Ok(Some("core's code holds the word, and core names no vendor"));
    }
    Ok(None)
}

/// The keys of a table of a manifest.
fn keys(workspace: &Workspace, path: &str, table: &[&str]) -> Result<Vec<String>> {
    let manifest: Table = workspace
        .read(path)?
        .parse()
        .map_err(|error| format!("`{path}`: {error}"))?;
    let found = table
        .iter()
        .try_fold(&manifest, |table, key| table.get(*key)?.as_table());
    let found = found.ok_or_else(|| format!("`{path}` has no table `[{}]`", table.join(".")))?;
    Ok(found.keys().cloned().collect())
}

/// A name stands in Rust, TOML and Markdown as it is.
fn check_name(name: &str) -> Result {
    let is_plain = |c: char| c.is_alphanumeric() || " .,&'+-/()".contains(c);
    let is_trimmed = !name.is_empty() && name.trim() == name;
    if is_trimmed && name.chars().count() <= 60 && name.chars().all(is_plain) {
        return Ok(());
    }
    Err("the name cannot be used: write letters, digits, blanks and . , & ' + - / ( ), 60 at most".to_owned())
}

fn check_docs(docs: &str) -> Result {
    let is_plain = |c: char| c.is_ascii_graphic() && !"\"'`<>{}\\|".contains(c);
    if docs.is_empty() || (docs.starts_with("https://") && docs.chars().all(is_plain)) {
        return Ok(());
    }
    Err("`--docs` cannot be used: write an address that begins with `https://`, without blanks and quotes".to_owned())
}

/// `Acme CRM` as `AcmeCrm`; nothing where a type cannot be called so.
fn type_name(name: &str) -> Option<String> {
    let words = name
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty());
    let name: String = words.map(camel).collect();
    let is_type = name.is_ascii() && name.starts_with(|c: char| c.is_ascii_uppercase());
    is_type.then_some(name)
}

/// A word with a capital first. One of capitals alone keeps only that; another keeps its own, as `OpenSolar` does.
fn camel(word: &str) -> String {
    let mut rest = word.chars();
    let first = rest.next().into_iter().flat_map(char::to_uppercase);
    let is_shouted = !word.chars().any(char::is_lowercase);
    let rest = rest.as_str();
    let rest = if is_shouted {
        rest.to_lowercase()
    } else {
        rest.to_owned()
    };
    first.chain(rest.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_a_plain_word() {
        for id in ["acme", "a1", "sunrun"] {
            assert_eq!(check_form(id), Ok(()), "{id}");
        }
        for id in [
            "",
            "1a",
            "Acme",
            "acme-crm",
            "acme_crm",
            "../acme",
            "ácme",
            "gen",
            "type",
            &"a".repeat(33),
        ] {
            assert!(check_form(id).is_err(), "{id}");
        }
    }

    #[test]
    fn a_type_is_called_after_the_name() {
        for (name, wanted) in [
            ("Acme CRM", Some("AcmeCrm")),
            ("OpenSolar", Some("OpenSolar")),
            ("sunny day's 2", Some("SunnyDayS2")),
            ("3D Solar", None),
            ("Énergie", None),
            ("...", None),
        ] {
            assert_eq!(type_name(name).as_deref(), wanted, "{name}");
        }
    }

    #[test]
    fn a_name_and_an_address_are_plain_text() {
        assert_eq!(check_name("Smith & Söhne (US)"), Ok(()));
        for name in ["", " Acme", "Acme \"CRM\"", "a\nb", "`a`", "{{id}}"] {
            assert!(check_name(name).is_err(), "{name}");
        }
        assert_eq!(check_docs("https://docs.example.com/a?b=c#d"), Ok(()));
        for docs in [
            "http://docs.example.com",
            "docs",
            "https://a b",
            "https://a\"b",
            "https://a>",
        ] {
            assert!(check_docs(docs).is_err(), "{docs}");
        }
    }
}
