//! Rules on what stands in Rust files.

use super::Breach;
use super::blank::{Literals, code, library_code, lines_with};
use super::tree::{Tree, is_test};

/// Where the secret type itself lies.
const SECRET_TYPE: &str = "crates/core/src/vendor/secret.rs";

/// Where vendors leak on purpose, so that the conformance suite is seen to find it.
const LEAKS_ON_PURPOSE: &str = "crates/testkit/tests/";

/// Every module says what it is.
pub(super) fn module_docs(tree: &Tree) -> Vec<Breach> {
    tree.rust()
        .filter(|(_, text)| !text.starts_with("//! ") && !text.starts_with("#![doc = include_str!("))
        .map(|(path, _)| {
            Breach::new(
                "module-docs",
                path,
                "the module does not begin with its documentation",
                "begin the file with one to four `//!` lines: what it is, and why it is separate",
            )
            .at(1)
        })
        .collect()
}

/// Secrets are exposed in one file of a vendor only, where a reader can check what becomes of them.
pub(super) fn exposed_secrets(tree: &Tree) -> Vec<Breach> {
    let files = tree
        .rust()
        .filter(|(path, _)| *path != SECRET_TYPE && !path.ends_with("/src/auth.rs"))
        .filter(|(path, _)| !path.starts_with(LEAKS_ON_PURPOSE));
    each_line(
        files,
        "expose_secret",
        |text| code(text, Literals::Blank),
        |path, line| {
            Breach::new(
                "exposed-secret",
                path,
                "`expose_secret` outside `auth.rs`",
                "move what needs the secret into the crate's `auth.rs`, and keep it a `Secret` everywhere else",
            )
            .at(line)
        },
    )
}

/// A library does not print and is finished.
pub(super) fn prints(tree: &Tree) -> Vec<Breach> {
    const MACROS: [(&str, &str); 7] = [
        ("println!", "return it, or log it through `tracing`"),
        ("eprintln!", "return it, or log it through `tracing`"),
        ("print!", "return it, or log it through `tracing`"),
        ("eprint!", "return it, or log it through `tracing`"),
        ("dbg!", "remove it"),
        ("todo!", "write it, or leave the function out"),
        (
            "unimplemented!",
            "write it, or return an error that says what is not supported",
        ),
    ];
    MACROS
        .iter()
        .flat_map(|(name, way_out)| {
            let files = tree.rust().filter(|(path, _)| is_library(tree, path));
            let bare = |text: &str| library_code(text, Literals::Blank);
            each_line(files, name, bare, |path, line| {
                Breach::new("library-macro", path, format!("`{name}` in a library"), *way_out).at(line)
            })
        })
        .collect()
}

/// Every test runs, and says itself what it expects.
pub(super) fn skipped_tests(tree: &Tree) -> Vec<Breach> {
    [
        (
            "#[ignore",
            "let it run with the others, or move a long proof into `cargo xtask soak`",
        ),
        ("#[should_panic", "return an error and assert on it"),
    ]
    .iter()
    .flat_map(|(attribute, way_out)| {
        each_line(
            tree.rust(),
            attribute,
            |text| code(text, Literals::Blank),
            |path, line| Breach::new("skipped-test", path, format!("`{attribute}]`"), *way_out).at(line),
        )
    })
    .collect()
}

/// A lint is silenced with a reason only.
pub(super) fn bare_allows(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (path, text) in tree.rust() {
        let code = code(text, Literals::Blank);
        for attribute in ["[allow(", "[expect("] {
            for (at, _) in code.match_indices(attribute) {
                let inside = &code[at..];
                let inside = &inside[..inside.find(")]").unwrap_or(inside.len())];
                if code[..at].ends_with(['#', '!']) && !inside.contains("reason") {
                    let line = code[..at].lines().count();
                    breaches.push(
                        Breach::new(
                            "bare-allow",
                            path,
                            format!("`#{attribute}…)]` without a reason"),
                            "do what the lint asks, or write `#[expect(lint, reason = \"…\")]`",
                        )
                        .at(line),
                    );
                }
            }
        }
    }
    breaches
}

/// Whether a file is part of a library: of a package under `crates` that has a `lib.rs`, its tests apart.
fn is_library(tree: &Tree, path: &str) -> bool {
    path.starts_with("crates/")
        && !is_test(path)
        && path
            .split_once("/src/")
            .is_some_and(|(package, _)| tree.get(&format!("{package}/src/lib.rs")).is_some())
}

fn each_line<'a>(
    files: impl Iterator<Item = (&'a str, &'a str)>,
    word: &str,
    view: impl Fn(&str) -> String,
    breach: impl Fn(&str, usize) -> Breach,
) -> Vec<Breach> {
    files
        .filter(|(_, text)| text.contains(word))
        .flat_map(|(path, text)| {
            let lines = lines_with(&view(text), word);
            lines.into_iter().map(|line| breach(path, line)).collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(breaches: &[Breach]) -> Vec<String> {
        breaches
            .iter()
            .map(|breach| format!("{}:{}", breach.file, breach.line.unwrap_or_default()))
            .collect()
    }

    #[test]
    fn a_module_without_documentation_is_found() {
        let tree = Tree::of([
            ("crates/a/src/lib.rs", "#![doc = include_str!(\"../README.md\")]\n"),
            ("crates/a/src/good.rs", "//! What it is.\n"),
            ("crates/a/src/bad.rs", "use std::fmt;\n//! Late.\n"),
            ("crates/a/tests/it.rs", "use std::fmt;\n"),
        ]);
        assert_eq!(
            places(&module_docs(&tree)),
            ["crates/a/src/bad.rs:1", "crates/a/tests/it.rs:1"]
        );
    }

    #[test]
    fn a_secret_is_exposed_in_auth_only() {
        let call = "fn f() {\n    key.expose_secret();\n}\n";
        let tree = Tree::of([
            ("crates/vendors/a/src/auth.rs", call),
            ("crates/vendors/a/src/config.rs", call),
            ("crates/vendors/a/src/sink/auth.rs", call),
            ("crates/vendors/a/src/docs.rs", "//! Never calls `expose_secret()`.\n"),
            (SECRET_TYPE, call),
            ("crates/testkit/tests/it/leaky.rs", call),
        ]);
        assert_eq!(
            places(&exposed_secrets(&tree)),
            [
                "crates/vendors/a/src/config.rs:2",
                "crates/vendors/a/src/sink/auth.rs:2"
            ]
        );
    }

    #[test]
    fn a_library_does_not_print() {
        let library = "//! `println!` is not used.\nfn f() {\n    eprintln!(\"x\");\n}\n#[cfg(test)]\nmod tests {\n    fn g() { println!(); }\n}\n";
        let tree = Tree::of([
            ("crates/a/src/lib.rs", library),
            ("crates/a/src/deep/tests/one.rs", "fn main() { println!(); }\n"),
            ("crates/cli/src/main.rs", "fn main() { println!(); }\n"),
            ("xtask/src/main.rs", "fn main() { println!(); }\n"),
        ]);
        assert_eq!(places(&prints(&tree)), ["crates/a/src/lib.rs:3"]);
    }

    #[test]
    fn a_test_that_is_skipped_or_panics_is_found() {
        let tests = "#[test]\n#[ignore = \"slow\"]\nfn a() {}\n#[should_panic]\nfn b() {}\n";
        let tree = Tree::of([("tests/it/a.rs", tests)]);
        assert_eq!(places(&skipped_tests(&tree)), ["tests/it/a.rs:2", "tests/it/a.rs:4"]);
    }

    #[test]
    fn a_lint_is_silenced_with_a_reason() {
        let source = "#[expect(dead_code, reason = \"a sample\")]\nfn a() {}\n#[allow(\n    dead_code\n)]\nfn b() {}\n#![expect(x)]\n";
        let tree = Tree::of([("crates/a/src/lib.rs", source)]);
        assert_eq!(
            places(&bare_allows(&tree)),
            ["crates/a/src/lib.rs:3", "crates/a/src/lib.rs:7"]
        );
    }
}
