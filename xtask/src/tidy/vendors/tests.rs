//! A vendor that has every part, and each part taken away.

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
    let tree = files().fold(tree, |tree, file| tree.with(&format!("crates/vendors/acme/{file}"), ""));
    tree.with(
        "crates/vendors/acme/src/descriptor.rs",
        "Descriptor::new(\"acme\", \"Acme\", \"\")",
    )
    .with(
        "crates/vendors/acme/tests/conformance.rs",
        "leadsink_testkit::conformance!(Acme);",
    )
}

fn files() -> impl Iterator<Item = String> {
    let modules = MODULES.iter().map(|name| format!("{name}.rs"));
    FILES.iter().map(|file| (*file).to_owned()).chain(modules)
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
            "// Descriptor::new(\"acme\", \"Acme\", \"\")",
            "the descriptor does not have the id `acme`",
        ),
        (
            "crates/vendors/acme/src/descriptor.rs",
            "Descriptor::new(\"bolt\", \"acme\", \"\"); const A: &str = \"acme\";",
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
    for file in files() {
        let path = format!("crates/vendors/acme/{file}");
        assert!(found(&good().without(&path))[0].starts_with(&path), "{path}");
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
    let text = "const ID: &str = \"acme\";\nDescriptor::new(\n    ID, \"Acme\", \"\")";
    let tree = tree.without("crates/vendors/acme/src/descriptor.rs");
    let place = "crates/vendors/acme/src/descriptor/mod.rs";
    assert_eq!(found(&tree.with(place, text)), [""; 0]);
}

#[test]
fn what_has_one_place_is_no_folder() {
    for file in ["src/auth", "tests/conformance"] {
        let file = format!("crates/vendors/acme/{file}");
        let tree = good()
            .without(&format!("{file}.rs"))
            .with(&format!("{file}/mod.rs"), "");
        assert!(found(&tree)[0].starts_with(&format!("{file}.rs")), "{file}");
    }
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
    let text = "// As Acme does.\nconst A: &str = \"Acme\";\n#[cfg(test)]\nmod tests { const B: &str = \"acme\"; }\n";
    let breaches = core_names_none(&good().with("crates/core/src/a.rs", text));
    assert_eq!(breaches.len(), 1);
    assert_eq!(breaches[0].line, Some(2));
}
