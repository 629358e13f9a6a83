//! The places outside its crate that name a vendor, and what is added to each. `tidy` says which a vendor must have.

use super::insert::{insert, insert_item};
use super::names::NewVendor;
use super::write::File;
use crate::workspace::{Result, Workspace};

/// A file with what is added to it.
pub(super) struct Change {
    pub(super) file: File,
    pub(super) what: String,
}

/// A place: the file, what is added, and how.
type Place = (&'static str, &'static str, fn(&str, &NewVendor) -> Result<String>);

const PLACES: [Place; 10] = [
    ("Cargo.toml", "the crate", root_manifest),
    (
        "crates/leadsink/Cargo.toml",
        "the dependency and the feature",
        umbrella_manifest,
    ),
    ("crates/leadsink/src/vendors.rs", "the row of `vendors!`", vendors_table),
    ("crates/cli/Cargo.toml", "the feature", features),
    (
        "crates/cli/src/demo/expected.csv",
        "the column: nothing is sent yet",
        demo,
    ),
    ("crates/bench/Cargo.toml", "the feature", features),
    ("tests/Cargo.toml", "the feature", features),
    ("crates/sandbox/src/vendors/mod.rs", "the module", sandbox_module),
    ("crates/sandbox/src/vendors/mod.rs", "the row of `VENDORS`", sandbox_row),
    (
        "crates/sandbox/README.md",
        "the row of the table of addresses",
        sandbox_table,
    ),
];

/// The files that are changed; one may come twice.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    PLACES.iter().map(|(path, ..)| *path)
}

/// Works out every change; nothing is written.
pub(super) fn all(workspace: &Workspace, vendor: &NewVendor) -> Result<Vec<Change>> {
    let mut changes: Vec<Change> = Vec::new();
    for (path, what, edit) in PLACES {
        let told = |error: String| format!("`{path}` {error}; mend it, nothing was changed");
        // A file may be changed twice.
        if let Some(change) = changes.iter_mut().find(|change| change.file.path == path) {
            change.file.text = edit(&change.file.text, vendor).map_err(told)?;
            change.what = format!("{}, {what}", change.what);
        } else {
            let text = edit(&workspace.read(path)?, vendor).map_err(told)?;
            let (path, what) = (path.to_owned(), what.to_owned());
            changes.push(Change {
                file: File { path, text },
                what,
            });
        }
    }
    Ok(changes)
}

/// The key of a manifest's line, where it is one of our crates.
fn our_crate(lines: &[&str], index: usize) -> Option<String> {
    let (key, _) = lines[index].split_once([' ', '.'])?;
    key.starts_with("leadsink").then(|| key.to_owned())
}

fn root_manifest(text: &str, vendor: &NewVendor) -> Result<String> {
    let (name, id) = (vendor.crate_name(), &vendor.id);
    let version = text
        .lines()
        .find_map(|line| line.strip_prefix("version = "))
        .ok_or("has no version of the workspace")?;
    let line = format!("{name} = {{ path = \"crates/vendors/{id}\", version = {version} }}");
    insert(text, "[workspace.dependencies]", &our_crate, &name, &line)
}

fn umbrella_manifest(text: &str, vendor: &NewVendor) -> Result<String> {
    let (crate_name, id) = (vendor.crate_name(), &vendor.id);
    let line = format!("{crate_name} = {{ workspace = true, optional = true }}");
    let text = insert(text, "[dependencies]", &our_crate, &crate_name, &line)?;
    // A feature is a line that says what it is, and one that says what it switches on.
    let feature = |lines: &[&str], index: usize| {
        let line = lines[index].strip_prefix("## ").and(lines.get(index + 1))?;
        Some(line.split_once(" = ")?.0.to_owned())
    };
    let lines = format!("## {}: leads.\n{id} = [\"dep:{crate_name}\"]", vendor.name);
    insert(&text, "[features]", &feature, id, &lines)
}

fn vendors_table(text: &str, vendor: &NewVendor) -> Result<String> {
    let row = |lines: &[&str], index: usize| {
        let (id, _) = lines[index].strip_prefix("    \"")?.split_once("\" ")?;
        Some(id.to_owned())
    };
    let id = &vendor.id;
    let line = format!("    \"{id}\" {id} leadsink_{id} {};", vendor.type_name);
    insert(text, "vendors! {", &row, id, &line)
}

/// The id that a row of a table begins with, where it is one of a vendor.
fn vendor_row(vendor: &NewVendor) -> impl Fn(&[&str], usize) -> Option<String> {
    |lines, index| {
        let (id, _) = lines[index].strip_prefix("| `")?.split_once('`')?;
        vendor.others.iter().find(|other| *other == id).cloned()
    }
}

fn sandbox_table(text: &str, vendor: &NewVendor) -> Result<String> {
    let id = &vendor.id;
    let line = format!("| `{id}` | `http://127.0.0.1:PORT/{id}` | `POST /leads` | bearer token, `sandbox-password` |");
    insert(text, "## Where the vendors are", &vendor_row(vendor), id, &line)
}

fn sandbox_module(text: &str, vendor: &NewVendor) -> Result<String> {
    let module = |lines: &[&str], index: usize| {
        let name = lines[index].strip_prefix("mod ")?.strip_suffix(';')?;
        Some(name.to_owned())
    };
    insert(text, "", &module, &vendor.id, &format!("mod {};", vendor.id))
}

fn sandbox_row(text: &str, vendor: &NewVendor) -> Result<String> {
    let row = |lines: &[&str], index: usize| {
        let name = lines[index].trim_start().strip_suffix("::LISTING,")?;
        Some(name.to_owned())
    };
    insert(text, "", &row, &vendor.id, &format!("    {}::LISTING,", vendor.id))
}

/// The features of the umbrella that a package uses, on one line.
fn features(text: &str, vendor: &NewVendor) -> Result<String> {
    let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
    let line = lines
        .iter_mut()
        .find(|line| line.starts_with("leadsink = {"))
        .ok_or("does not use `leadsink`")?;
    let parts = line.split_once("features = [").and_then(|(before, rest)| {
        let (list, after) = rest.split_once(']')?;
        Some((before, list, after))
    });
    let (before, list, after) = parts.ok_or("names no features of `leadsink`")?;
    let mut items: Vec<_> = list.split(", ").map(|item| item.trim_matches('"')).collect();
    insert_item(&mut items, &vendor.others, &vendor.id)?;
    let list: Vec<_> = items.iter().map(|item| format!("\"{item}\"")).collect();
    let changed = format!("{before}features = [{}]{after}", list.join(", "));
    *line = changed;
    Ok(lines.join("\n") + "\n")
}

/// What becomes of each row of the sample while the mapping is not written: no lead fits, and a row that comes twice comes
/// twice everywhere.
fn demo(text: &str, vendor: &NewVendor) -> Result<String> {
    const TWICE: &str = "duplicate_row";
    let mut lines = text.lines();
    let head = lines.next().ok_or("is empty")?;
    let mut columns: Vec<_> = head.split(',').collect();
    insert_item(&mut columns, &vendor.others, &vendor.id)?;
    let at = columns
        .iter()
        .position(|column| *column == vendor.id)
        .unwrap_or_default();
    let mut table = vec![columns.join(",")];
    for line in lines {
        // The last column is text, which may hold commas.
        let mut cells: Vec<_> = line.splitn(columns.len() - 1, ',').collect();
        if cells.len() != columns.len() - 1 {
            return Err(format!("has a row with other columns than its first line: `{line}`"));
        }
        let fate = if cells.get(1) == Some(&TWICE) { TWICE } else { "bad_row" };
        cells.insert(at, fate);
        table.push(cells.join(","));
    }
    Ok(table.join("\n") + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn acme() -> NewVendor {
        NewVendor {
            id: "acme".into(),
            name: "Acme CRM".into(),
            type_name: "AcmeCrm".into(),
            docs: String::new(),
            others: vec!["abc".into(), "bolt".into()],
        }
    }

    #[test]
    fn a_feature_comes_with_its_line_of_words() {
        let text = "[dependencies]\nleadsink-bolt = { workspace = true, optional = true }\n\n[features]\ndefault = []\n\
                    ## Bolt.\nbolt = [\"dep:leadsink-bolt\"]\n## Layers.\nlayers = []\n";
        let wanted = "[dependencies]\nleadsink-acme = { workspace = true, optional = true }\n\
                      leadsink-bolt = { workspace = true, optional = true }\n\n[features]\ndefault = []\n\
                      ## Acme CRM: leads.\nacme = [\"dep:leadsink-acme\"]\n\
                      ## Bolt.\nbolt = [\"dep:leadsink-bolt\"]\n## Layers.\nlayers = []\n";
        assert_eq!(umbrella_manifest(text, &acme()).unwrap(), wanted);
        let zeta = NewVendor {
            id: "zeta".into(),
            ..acme()
        };
        assert!(
            umbrella_manifest(text, &zeta)
                .unwrap()
                .ends_with("layers = []\n## Acme CRM: leads.\nzeta = [\"dep:leadsink-zeta\"]\n")
        );
    }

    #[test]
    fn the_demo_expects_nothing_of_a_vendor_that_is_not_written() {
        let text = "row,abc,bolt,about\n1,accepted,pending,plain\n2,duplicate_row,duplicate_row,\"a, b\"\n";
        let wanted = "row,abc,acme,bolt,about\n1,accepted,bad_row,pending,plain\n\
                      2,duplicate_row,duplicate_row,duplicate_row,\"a, b\"\n";
        assert_eq!(demo(text, &acme()).unwrap(), wanted);
        assert!(demo("row,abc,about\n1\n", &acme()).is_err());
    }

    #[test]
    fn a_list_of_features_keeps_what_else_is_on_the_line() {
        let text = "a = 1\nleadsink = { workspace = true, features = [\"intake\", \"abc\", \"bolt\"] } # all\n";
        let wanted =
            "a = 1\nleadsink = { workspace = true, features = [\"intake\", \"abc\", \"acme\", \"bolt\"] } # all\n";
        assert_eq!(features(text, &acme()).unwrap(), wanted);
        assert!(features("leadsink.workspace = true\n", &acme()).is_err());
    }
}
