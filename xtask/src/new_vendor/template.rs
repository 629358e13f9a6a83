//! The templates, and the files that are made of them: each file below `xtask/templates/vendor` becomes one of the same name
//! without its `.tmpl`.

use std::collections::BTreeSet;
use std::fs;
use std::io::Write as _;
use std::process::Stdio;

use super::names::NewVendor;
use super::undo;
use super::write::File;
use crate::workspace::{Result, Workspace};

const FOLDER: &str = "xtask/templates/vendor";

/// Where the files of each folder of templates go.
fn places(id: &str) -> [(&'static str, String); 2] {
    [
        ("crate", format!("crates/vendors/{id}")),
        ("sandbox", format!("crates/sandbox/src/vendors/{id}")),
    ]
}

/// Renders every template, Rust in the house's format.
pub(super) fn render(workspace: &Workspace, vendor: &NewVendor) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for (folder, place) in places(&vendor.id) {
        if workspace.path(&place).exists() {
            let undo = undo(workspace, &vendor.id)?;
            return Err(format!("`{place}` is there already; nothing was changed{undo}"));
        }
        for template in templates(workspace, &format!("{FOLDER}/{folder}"))? {
            let name = template.trim_end_matches(".tmpl");
            let path = name.replacen(&format!("{FOLDER}/{folder}"), &place, 1);
            let text = fill_in(&workspace.read(&template)?, vendor);
            if let Some((_, rest)) = text.split_once("{{") {
                let word: String = rest.chars().take_while(|c| c.is_alphanumeric()).collect();
                if rest[word.len()..].starts_with("}}") {
                    return Err(format!("`{template}` has `{{{{{word}}}}}`, which stands for nothing"));
                }
            }
            let text = if path.ends_with(".rs") {
                formatted(workspace, &path, &text)?
            } else {
                text
            };
            files.push(File { path, text });
        }
    }
    Ok(files)
}

/// Every word of the templates, by which a name is told that would hide one of them.
pub(super) fn words(workspace: &Workspace) -> Result<BTreeSet<String>> {
    let mut words = BTreeSet::new();
    for template in templates(workspace, FOLDER)? {
        if template.ends_with(".rs.tmpl") {
            let text = workspace.read(&template)?;
            let separate = |c: char| !c.is_alphanumeric() && c != '_';
            words.extend(text.split(separate).map(str::to_owned));
        }
    }
    Ok(words)
}

fn fill_in(text: &str, vendor: &NewVendor) -> String {
    let (source, document) = if vendor.docs.is_empty() {
        (
            "\n\nNOT WRITTEN YET: name the vendor's document, as \"Source: \" with its address in `<` and `>`"
                .to_owned(),
            ". NOT WRITTEN YET: give its address".to_owned(),
        )
    } else {
        (format!(" Source: <{}>.", vendor.docs), format!(" (`{}`)", vendor.docs))
    };
    text.replace("{{source}}", &source)
        .replace("{{document}}", &document)
        .replace("{{id}}", &vendor.id)
        .replace("{{Type}}", &vendor.type_name)
        .replace("{{name}}", &vendor.name)
        .replace("{{docs}}", &vendor.docs)
        .replace("{{ENV}}", &vendor.id.to_ascii_uppercase())
}

/// The templates below a folder, by their paths from the root, in order.
fn templates(workspace: &Workspace, folder: &str) -> Result<Vec<String>> {
    let entries =
        fs::read_dir(workspace.path(folder)).map_err(|error| format!("`{folder}` cannot be read: {error}"))?;
    let names = entries.filter_map(|entry| entry.ok()?.file_name().into_string().ok());
    let mut names: Vec<_> = names.collect();
    names.sort();
    let mut found = Vec::new();
    for name in names {
        let path = format!("{folder}/{name}");
        if workspace.path(&path).is_dir() {
            found.extend(templates(workspace, &path)?);
        } else if name.ends_with(".tmpl") {
            found.push(path);
        }
    }
    Ok(found)
}

/// The text as rustfmt writes it: how lines break depends on the length of a name, and how imports sort on its letters.
fn formatted(workspace: &Workspace, path: &str, text: &str) -> Result<String> {
    let told = |error: &dyn std::fmt::Display| {
        format!("rustfmt cannot format `{path}`: {error}; is the component there (`rustup component add rustfmt`)?")
    };
    let mut rustfmt = workspace.program("rustfmt");
    rustfmt
        .args(["--edition", "2024", "--emit", "stdout"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped());
    let mut child = rustfmt.spawn().map_err(|error| told(&error))?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(text.as_bytes()).map_err(|error| told(&error))?;
    }
    let output = child.wait_with_output().map_err(|error| told(&error))?;
    if !output.status.success() {
        return Err(told(&output.status));
    }
    String::from_utf8(output.stdout).map_err(|error| told(&error))
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    /// The files of a vendor with these documents.
    fn made(docs: &str) -> Vec<File> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        let vendor = NewVendor {
            id: "acme".into(),
            name: "Acme CRM".into(),
            type_name: "AcmeCrm".into(),
            docs: docs.to_owned(),
            others: Vec::new(),
        };
        render(&Workspace::at(root), &vendor).unwrap()
    }

    #[test]
    fn where_no_document_is_named_a_mark_asks_for_it() {
        let files = made("");
        let text = |end: &str| &files.iter().find(|file| file.path.ends_with(end)).unwrap().text;
        assert!(text("acme/README.md").contains("\nNOT WRITTEN YET: name the vendor's document"));
        assert!(
            text("vendors/acme/mod.rs")
                .starts_with("//! Acme CRM, from its document. NOT WRITTEN YET: give its address")
        );
        for File { path, text } in &files {
            assert!(
                !text.contains("<>") && !text.contains("(``)") && !text.contains("]()"),
                "{path}: {text}"
            );
        }
    }

    #[test]
    fn the_document_stands_where_its_facts_do() {
        let files = made("https://docs.example.com");
        let text = |end: &str| &files.iter().find(|file| file.path.ends_with(end)).unwrap().text;
        assert!(text("acme/README.md").contains("says. Source: <https://docs.example.com>."));
        assert!(
            text("vendors/acme/mod.rs").starts_with("//! Acme CRM, from its document (`https://docs.example.com`). ")
        );
    }
}
