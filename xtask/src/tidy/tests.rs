//! A small tree that keeps every rule, and for each rule a breach of it with the words that a person reads.

use super::*;

const MANIFEST: &str = "[package]\nname = \"NAME\"\ndescription = \"D\"\nreadme = \"README.md\"\nversion.workspace = true\n\
    edition.workspace = true\nrust-version.workspace = true\nlicense.workspace = true\nrepository.workspace = true\n\
    keywords.workspace = true\ncategories.workspace = true\ninclude.workspace = true\n[lints]\nworkspace = true\n";

const ROOT: &str =
    "[workspace.package]\nrust-version = \"1.95\"\nkeywords = [\"solar\"]\ncategories = [\"api-bindings\"]\n";

const README: &str = "Rust (1.95 or newer)\n<!-- vendors:begin -->\n| vendor | feature |\n|---|---|\n| [Acme](x) | `acme` |\n\
    <!-- vendors:end -->\n";

const TABLE: &str = "//! The list.\n\nvendors! {\n    \"acme\" acme leadsink_acme Acme;\n}\n";

/// A manifest with a name and more at its end.
fn manifest(name: &str, more: &str) -> String {
    MANIFEST.replace("NAME", name) + more
}

/// A tree with a vendor, a library and a command line, that keeps every rule.
fn good() -> Tree {
    let acme = "crates/vendors/acme";
    let mut tree = Tree::of([
        ("Cargo.toml", ROOT),
        ("README.md", README),
        ("crates/leadsink/README.md", ""),
        ("crates/leadsink/src/vendors.rs", TABLE),
        ("crates/core/README.md", ""),
        ("crates/core/src/lib.rs", "//! Core.\n"),
    ]);
    for (folder, name, more) in [
        (
            acme,
            "leadsink-acme",
            "[dependencies]\nleadsink-core.workspace = true\n",
        ),
        ("crates/core", "leadsink-core", ""),
        (
            "crates/leadsink",
            "leadsink",
            "[package.metadata.docs.rs]\nall-features = true\n[features]\nacme = [\"dep:leadsink-acme\"]\n",
        ),
    ] {
        tree = tree.with(&format!("{folder}/Cargo.toml"), &manifest(name, more));
    }
    for file in [
        "README.md",
        "contract/accepted.json",
        "tests/snapshots/status.snap",
        "src/config.rs",
        "src/mapping.rs",
        "src/wire.rs",
        "src/auth.rs",
        "src/response.rs",
        "src/sink.rs",
        "src/lib.rs",
    ] {
        tree = tree.with(&format!("{acme}/{file}"), "//! Acme.\n");
    }
    tree.with(
        &format!("{acme}/src/descriptor.rs"),
        "//! Facts.\nconst FACTS: Descriptor = Descriptor::new(\"acme\", \"Acme\", \"\");\n",
    )
    .with(
        &format!("{acme}/tests/conformance.rs"),
        "//! Suite.\nleadsink_testkit::conformance!(Acme);\n",
    )
}

/// A file with one line, in parts where this file would break the rule itself.
fn line(parts: &[&str]) -> String {
    format!("//! A.\n{}\n", parts.concat())
}

#[test]
fn a_good_tree_has_no_breach() {
    assert_eq!(breaches(&good()), []);
}

#[test]
fn each_breach_names_the_rule_the_file_and_the_way_out() {
    let acme = "crates/vendors/acme";
    let cases = [
        (
            "crates/core/src/a.rs",
            "fn a() {}\n".to_owned(),
            "crates/core/src/a.rs:1: module-docs: the module does not begin with its documentation\n    way out: begin the \
             file with one to four `//!` lines: what it is, and why it is separate",
        ),
        (
            "crates/core/src/a.rs",
            line(&["fn a() { key.expose_secret(); }"]),
            "crates/core/src/a.rs:2: exposed-secret: `expose_secret` outside `auth.rs`\n    way out: move what needs the \
             secret into the crate's `auth.rs`, and keep it a `Secret` everywhere else",
        ),
        (
            "crates/core/src/a.rs",
            line(&["fn a() { println!(); }"]),
            "crates/core/src/a.rs:2: library-macro: `println!` in a library\n    way out: return it, or log it through \
             `tracing`",
        ),
        (
            "crates/core/src/a.rs",
            line(&["fn a() { dbg!(1); }"]),
            "crates/core/src/a.rs:2: library-macro: `dbg!` in a library\n    way out: remove it",
        ),
        (
            "crates/core/src/a.rs",
            line(&["fn a() { todo!() }"]),
            "crates/core/src/a.rs:2: library-macro: `todo!` in a library\n    way out: write it, or leave the function out",
        ),
        (
            "crates/core/src/a.rs",
            line(&["#[test]\n#[ignore]\nfn a() {}"]),
            "crates/core/src/a.rs:3: skipped-test: `#[ignore]`\n    way out: let it run with the others, or move a long \
             proof into `cargo xtask soak`",
        ),
        (
            "crates/core/src/a.rs",
            line(&["#[allow(dead_code)]\nfn a() {}"]),
            "crates/core/src/a.rs:2: bare-allow: `#[allow(…)]` without a reason\n    way out: do what the lint asks, or \
             write `#[expect(lint, reason = \"…\")]`",
        ),
        (
            "crates/core/src/a.rs",
            line(&["const VENDOR: &str = \"acme\";"]),
            "crates/core/src/a.rs:2: one-vendor: core names the vendor `acme`\n    way out: say what the vendor needs as a \
             concept that any vendor may need, or move it into the vendor's crate",
        ),
        (
            "crates/core/src/a.rs",
            line(&["const PAGE: &str = include_str!(\"../../leadsink/README.md\");"]),
            "crates/core/src/a.rs:2: package-file: `../../leadsink/README.md` is not in the package\n    way out: move it \
             below `src` or `docs` of the package, or what includes it into the package `tests`",
        ),
        (
            "crates/core/src/a.rs",
            format!("//! A.\n{}", "\n".repeat(400)),
            "crates/core/src/a.rs: length: 401 lines, 400 at most\n    way out: split it by responsibility; tests may go \
             into a file of their own",
        ),
        (
            "crates/core/README.md",
            line(&["cd /", "home", "/me"]),
            "crates/core/README.md:2: machine-path: `/HOME/` is a path of one machine\n    way out: name it from the root of \
             the workspace, or take it from the environment",
        ),
        (
            "crates/core/README.md",
            line(&["Leads are recieved."]),
            "crates/core/README.md:2: spelling: `recieved`\n    way out: write received; a word that is meant goes into \
             `MEANT` in `xtask/src/tidy/spelling.rs`",
        ),
        (
            "crates/core/README.md",
            line(&["<<<<", "<<< HEAD"]),
            "crates/core/README.md:2: conflict-mark: a mark of an unfinished merge\n    way out: decide what holds, and \
             remove the marks",
        ),
        (
            "crates/core/Cargo.toml",
            manifest("leadsink-core", "[dependencies]\nleadsink-acme.workspace = true\n"),
            "crates/core/Cargo.toml: dependency-rule: `leadsink-acme` may not be used here\n    way out: remove it: this \
             package uses none of the workspace's",
        ),
        (
            "crates/core/Cargo.toml",
            manifest("leadsink-core", "[dependencies]\nserde = \"1\"\n"),
            "crates/core/Cargo.toml: workspace-dependency: `serde` has a version of its own\n    way out: put it under \
             `[workspace.dependencies]` in the root `Cargo.toml`; write `workspace = true` here",
        ),
        (
            "Cargo.toml",
            format!("{ROOT}[workspace.dependencies]\nserde = {{ version = \"1\", features = [\"std\"] }}\n"),
            "Cargo.toml: default-features: `serde` brings its default features\n    way out: write `default-features = \
             false`, and the features that are used",
        ),
        (
            "crates/core/Cargo.toml",
            manifest("leadsink-core", "[features]\nmore = []\n"),
            "crates/core/Cargo.toml: package: the documentation is made without the feature `more`\n    way out: write \
             `all-features = true` under `[package.metadata.docs.rs]`",
        ),
        (
            "crates/core/Cargo.toml",
            manifest("leadsink-core", "").replace("[lints]\nworkspace = true\n", ""),
            "crates/core/Cargo.toml: workspace-lints: the lints of the workspace do not hold here\n    way out: add \
             `[lints]` with `workspace = true`",
        ),
        (
            "crates/core/Cargo.toml",
            manifest("leadsink-core", "").replace("description = \"D\"\n", ""),
            "crates/core/Cargo.toml: package: the package has no `description`\n    way out: write it as the other packages \
             do, or `publish = false` for one that nobody is to depend on",
        ),
        (
            "Cargo.toml",
            ROOT.replace("1.95", "1.96"),
            "README.md: rust-version: it does not ask for Rust 1.96, as `Cargo.toml` does\n    way out: write `(1.96 or \
             newer)` where it names the toolchain",
        ),
        (
            "README.md",
            README.replace("`acme`", ""),
            "README.md: one-vendor: the vendor `acme` is not listed\n    way out: add a row of the vendor table: `cargo \
             xtask gen` writes it",
        ),
        (
            "crates/leadsink/src/vendors.rs",
            TABLE.replace("\"acme\"", "// \"acme\""),
            "crates/leadsink/src/vendors.rs: one-vendor: the vendor `acme` is not listed\n    way out: add a row of the \
             `vendors!` table: `\"acme\" …`",
        ),
        (
            "crates/leadsink/Cargo.toml",
            manifest("leadsink", "[package.metadata.docs.rs]\nall-features = true\n"),
            "crates/leadsink/Cargo.toml: one-vendor: the feature of the vendor `acme` is missing or holds something else\n    \
             way out: under `[features]` write `acme = [\"dep:leadsink-acme\"]`",
        ),
        (
            &format!("{acme}/Cargo.toml"),
            manifest("leadsink-other", ""),
            "crates/vendors/acme/Cargo.toml: one-vendor: the package is not called `leadsink-acme`\n    way out: name it \
             after its folder",
        ),
        (
            &format!("{acme}/src/descriptor.rs"),
            line(&["const FACTS: Descriptor = Descriptor::new(\"other\", \"Acme\", \"\");"]),
            "crates/vendors/acme/src/descriptor.rs: one-vendor: the descriptor does not have the id `acme`\n    way out: the \
             id is the name of the folder",
        ),
        (
            &format!("{acme}/tests/conformance.rs"),
            line(&["fn nothing() {}"]),
            "crates/vendors/acme/tests/conformance.rs: one-vendor: the conformance suite is not called\n    way out: write \
             `leadsink_testkit::conformance!(…)`",
        ),
    ];
    for (file, text, message) in cases {
        let found: Vec<_> = breaches(&good().with(file, &text))
            .iter()
            .map(ToString::to_string)
            .collect();
        // Written so, since this file keeps the rule itself.
        assert_eq!(found, [message.replace("/HOME/", &["/", "home", "/"].concat())]);
    }
}

#[test]
fn a_missing_file_of_a_vendor_is_named() {
    for (file, message) in [
        (
            "src/wire.rs",
            "one-vendor: every vendor crate has this file, and it is not there\n    way out: write it: the architecture page \
             says what stands in each file",
        ),
        (
            "contract/accepted.json",
            "one-vendor: every vendor crate has a `.json` file here, and there is none\n    way out: write a scenario from the \
             vendor's document, such as `accepted.json`",
        ),
        (
            "tests/snapshots/status.snap",
            "one-vendor: every vendor crate has a `.snap` file here, and there is none\n    way out: run \
             `INSTA_UPDATE=always cargo test -p leadsink-acme`, and read what it writes",
        ),
    ] {
        let path = format!("crates/vendors/acme/{file}");
        let found: Vec<_> = breaches(&good().without(&path))
            .iter()
            .map(ToString::to_string)
            .collect();
        let place = path.trim_end_matches("/accepted.json").trim_end_matches("/status.snap");
        assert_eq!(found, [format!("{place}: {message}")]);
    }
}
