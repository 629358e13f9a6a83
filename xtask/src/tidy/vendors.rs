//! A vendor is one id everywhere: folder, package, feature, row of the `vendors!` table, row of the README, conformance call;
//! and its crate has the files that every vendor crate has.

use toml::{Table, Value};

use super::Breach;
use super::blank::{Literals, code, library_code};
use super::tree::Tree;
use crate::generate::VENDORS;

/// Files of a vendor crate; a module may be a folder of its own.
const FILES: [&str; 10] = [
    "README.md",
    "src/lib.rs",
    "src/descriptor.rs",
    "src/config.rs",
    "src/mapping.rs",
    "src/wire.rs",
    "src/auth.rs",
    "src/response.rs",
    "src/sink.rs",
    "tests/conformance.rs",
];

/// Folders of a vendor crate with at least one file of this kind.
const FOLDERS: [(&str, &str); 2] = [("contract", ".json"), ("tests/snapshots", ".snap")];

/// The crate of each vendor.
pub(super) fn folders(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for id in tree.vendors() {
        let folder = format!("crates/vendors/{id}");
        for file in FILES {
            let module = file.strip_suffix(".rs").unwrap_or(file);
            if tree.get(&format!("{folder}/{file}")).is_none()
                && tree.get(&format!("{folder}/{module}/mod.rs")).is_none()
            {
                breaches.push(breach(
                    format!("{folder}/{file}"),
                    "every vendor crate has this file, and it is not there",
                    "write it: the architecture page says what stands in each file",
                ));
            }
        }
        for (sub, kind) in FOLDERS {
            let sub = format!("{folder}/{sub}");
            if !tree.below(&sub).any(|(path, _)| path.ends_with(kind)) {
                breaches.push(breach(
                    sub,
                    format!("every vendor crate has a `{kind}` file here, and there is none"),
                    "add a scenario, run `cargo xtask test`, and review the snapshots",
                ));
            }
        }
        let manifest = format!("{folder}/Cargo.toml");
        let package = table(tree, &manifest);
        let name = package
            .get("package")
            .and_then(|package| package.get("name"))
            .and_then(Value::as_str);
        if name != Some(&format!("leadsink-{id}")) {
            breaches.push(breach(
                manifest,
                format!("the package is not called `leadsink-{id}`"),
                "name it after its folder",
            ));
        }
        let descriptor = format!("{folder}/src/descriptor.rs");
        if let Some(text) = tree.get(&descriptor)
            && !library_code(text, Literals::Keep).contains(&format!("\"{id}\""))
        {
            breaches.push(breach(
                descriptor,
                format!("the descriptor does not have the id `{id}`"),
                "the id is the name of the folder",
            ));
        }
        let conformance = format!("{folder}/tests/conformance.rs");
        if let Some(text) = tree.get(&conformance)
            && !code(text, Literals::Blank).contains("conformance!")
        {
            breaches.push(breach(
                conformance,
                "the conformance suite is not called",
                "write `leadsink_testkit::conformance!(…)`",
            ));
        }
    }
    breaches
}

/// Where each vendor is named outside its crate: in each place once, and no vendor that has no folder.
pub(super) fn rows(tree: &Tree) -> Vec<Breach> {
    let ids = tree.vendors();
    let mut breaches = Vec::new();
    let umbrella = "crates/leadsink/Cargo.toml";
    let manifest = table(tree, umbrella);
    let features = manifest.get("features").and_then(Value::as_table);
    for id in &ids {
        let wanted = Value::Array(vec![Value::String(format!("dep:leadsink-{id}"))]);
        if features.and_then(|features| features.get(*id)) != Some(&wanted) {
            breaches.push(breach(
                umbrella,
                format!("the feature of the vendor `{id}` is missing or holds something else"),
                format!("under `[features]` write `{id} = [\"dep:leadsink-{id}\"]`"),
            ));
        }
    }
    for name in features
        .and_then(|features| features.get("default"))
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        if let Some(id) = name.as_str().filter(|name| ids.contains(name)) {
            breaches.push(breach(
                umbrella,
                format!("the vendor `{id}` is on by default"),
                "take it out of `default`: whoever wants a vendor names it",
            ));
        }
    }
    let (file, listed) = vendors_table(tree);
    compare(&mut breaches, &ids, &listed, &file, |id| {
        format!("a row of the `vendors!` table: `\"{id}\" …`")
    });
    let listed = tree.get("README.md").map(readme_rows).unwrap_or_default();
    compare(&mut breaches, &ids, &listed, "README.md", |_| {
        "a row of the vendor table: `cargo xtask gen` writes it".to_owned()
    });
    breaches
}

fn compare(breaches: &mut Vec<Breach>, ids: &[&str], listed: &[String], file: &str, row: impl Fn(&str) -> String) {
    for id in ids.iter().filter(|id| !listed.iter().any(|row| row == *id)) {
        breaches.push(breach(
            file,
            format!("the vendor `{id}` is not listed"),
            format!("add {}", row(id)),
        ));
    }
    for id in listed.iter().filter(|id| !ids.contains(&id.as_str())) {
        breaches.push(breach(
            file,
            format!("`{id}` is listed and has no folder"),
            format!("add `crates/vendors/{id}`, or remove {}", row(id)),
        ));
    }
}

/// The file that calls `vendors!`, and the ids in its table.
fn vendors_table(tree: &Tree) -> (String, Vec<String>) {
    for (path, text) in tree
        .below("crates/leadsink/src")
        .filter(|(path, _)| path.ends_with(".rs"))
    {
        let code = code(text, Literals::Keep);
        if let Some((_, table)) = code.split_once("\nvendors! {") {
            let table = table.split_once("\n}").map_or(table, |(table, _)| table);
            let ids = table
                .lines()
                .filter_map(|row| row.trim_start().strip_prefix('"')?.split_once('"'))
                .map(|(id, _)| id.to_owned())
                .collect();
            return (path.to_owned(), ids);
        }
    }
    ("crates/leadsink/src/vendors.rs".to_owned(), Vec::new())
}

/// The ids in the vendor table of the README: the one cell of a row that is nothing but code, its feature.
fn readme_rows(readme: &str) -> Vec<String> {
    let Some((_, rest)) = readme.split_once(VENDORS.begin) else {
        return Vec::new();
    };
    let table = rest.split_once(VENDORS.end).map_or(rest, |(table, _)| table);
    table
        .lines()
        .filter_map(|row| row.split('|').nth(2)?.trim().strip_prefix('`')?.strip_suffix('`'))
        .map(str::to_owned)
        .collect()
}

/// Core knows no vendor; its tests may use a vendor's name as a sample.
pub(super) fn core_names_none(tree: &Tree) -> Vec<Breach> {
    named_in_core(tree, &tree.vendors())
}

/// Where core's code holds one of these ids.
pub(super) fn named_in_core(tree: &Tree, ids: &[&str]) -> Vec<Breach> {
    let mut breaches = Vec::new();
    let files = tree.below("crates/core/src");
    for (path, text) in files.filter(|(path, _)| !path.ends_with("/tests.rs")) {
        let code = library_code(text, Literals::Keep).to_lowercase();
        for (number, line) in code.lines().enumerate() {
            for id in ids.iter().filter(|id| line.contains(**id)) {
                breaches.push(
                    breach(
                        path,
                        format!("core names the vendor `{id}`"),
                        "say what the vendor needs as a concept that any vendor may need, or move it into the vendor's crate",
                    )
                    .at(number + 1),
                );
            }
        }
    }
    breaches
}

fn breach(file: impl Into<String>, what: impl Into<String>, way_out: impl Into<String>) -> Breach {
    Breach::new("one-vendor", file, what, way_out)
}

fn table(tree: &Tree, path: &str) -> Table {
    tree.get(path).and_then(|text| text.parse().ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    const README: &str = "# Leadsink\n<!-- vendors:begin -->\n| vendor | feature |\n|---|---|\n| [Acme](x) | `acme` |\n<!-- vendors:end -->\n";
    const TABLE: &str = "macro_rules! vendors {\n    () => {};\n}\n\nvendors! {\n    // The first.\n    \"acme\" acme leadsink_acme Acme;\n}\n";

    fn good() -> Tree {
        let tree = Tree::of([
            ("README.md", README),
            (
                "crates/leadsink/Cargo.toml",
                "[features]\nacme = [\"dep:leadsink-acme\"]\n",
            ),
            ("crates/leadsink/src/vendors.rs", TABLE),
            (
                "crates/vendors/acme/Cargo.toml",
                "[package]\nname = \"leadsink-acme\"\n",
            ),
            ("crates/vendors/acme/contract/accepted.json", "{}"),
            ("crates/vendors/acme/tests/snapshots/status.snap", ""),
        ]);
        let tree = FILES
            .iter()
            .fold(tree, |tree, file| tree.with(&format!("crates/vendors/acme/{file}"), ""));
        tree.with(
            "crates/vendors/acme/src/descriptor.rs",
            "Descriptor::new(\"acme\", \"Acme\", \"\")",
        )
        .with(
            "crates/vendors/acme/tests/conformance.rs",
            "leadsink_testkit::conformance!(Acme);",
        )
    }

    fn found(tree: &Tree) -> Vec<String> {
        let breaches = folders(tree).into_iter().chain(rows(tree));
        breaches
            .map(|breach| format!("{}: {}", breach.file, breach.what))
            .collect()
    }

    #[test]
    fn a_vendor_with_all_its_parts_is_fine() {
        assert_eq!(found(&good()), [""; 0]);
    }

    #[test]
    fn each_missing_part_is_named() {
        let cases = [
            (
                "crates/vendors/acme/Cargo.toml",
                "[package]\nname = \"acme\"\n",
                "the package is not called `leadsink-acme`",
            ),
            (
                "crates/vendors/acme/src/descriptor.rs",
                "// \"acme\"",
                "the descriptor does not have the id `acme`",
            ),
            (
                "crates/vendors/acme/tests/conformance.rs",
                "// conformance!",
                "the conformance suite is not called",
            ),
            (
                "crates/leadsink/Cargo.toml",
                "[features]\nacme = []\n",
                "the feature of the vendor `acme` is missing or holds something else",
            ),
            (
                "crates/leadsink/src/vendors.rs",
                "\nvendors! {\n}\n",
                "the vendor `acme` is not listed",
            ),
            ("README.md", "# Leadsink, `acme`\n", "the vendor `acme` is not listed"),
        ];
        for (file, text, what) in cases {
            assert_eq!(found(&good().with(file, text)), [format!("{file}: {what}")]);
        }
    }

    #[test]
    fn each_missing_file_is_named() {
        for file in FILES {
            let path = format!("crates/vendors/acme/{file}");
            assert!(found(&good().without(&path))[0].starts_with(&path));
        }
        assert_eq!(
            found(&good().without("crates/vendors/acme/contract/accepted.json")).len(),
            1
        );
    }

    #[test]
    fn a_module_may_be_a_folder() {
        let tree = good()
            .without("crates/vendors/acme/src/mapping.rs")
            .with("crates/vendors/acme/src/mapping/mod.rs", "");
        assert_eq!(found(&tree), [""; 0]);
    }

    #[test]
    fn a_row_without_a_folder_is_found() {
        let table = TABLE.replace("// The first.", "\"bolt\" bolt leadsink_bolt Bolt;");
        assert_eq!(
            found(&good().with("crates/leadsink/src/vendors.rs", &table)),
            ["crates/leadsink/src/vendors.rs: `bolt` is listed and has no folder"]
        );
    }

    #[test]
    fn no_vendor_is_on_by_default() {
        let manifest = "[features]\ndefault = [\"acme\"]\nacme = [\"dep:leadsink-acme\"]\n";
        assert_eq!(
            found(&good().with("crates/leadsink/Cargo.toml", manifest)),
            ["crates/leadsink/Cargo.toml: the vendor `acme` is on by default"]
        );
    }

    #[test]
    fn core_names_no_vendor_outside_its_tests() {
        let text =
            "// As Acme does.\nconst A: &str = \"Acme\";\n#[cfg(test)]\nmod tests { const B: &str = \"acme\"; }\n";
        let breaches = core_names_none(&good().with("crates/core/src/a.rs", text));
        assert_eq!(breaches.len(), 1);
        assert_eq!(breaches[0].line, Some(2));
    }
}
