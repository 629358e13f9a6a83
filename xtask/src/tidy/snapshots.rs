//! The snapshots of requests and answers: a test makes each of them, and none waits for a decision. `cargo xtask snapshots` knows
//! by their names in the sources which are made; `cargo xtask test`, which runs every test, by what the tests asked for.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::blank::{Literals, code};
use super::tree::Tree;
use super::{Breach, report};
use crate::workspace::{Result, Workspace, announce};

/// Where the checks lie that make snapshots in the vendor crates.
const CHECKS: &str = "crates/testkit/src/checks";

/// The variable under which insta writes down the snapshots that it is asked for.
pub(crate) const REFERENCES: &str = "INSTA_SNAPSHOT_REFERENCES_FILE";

/// Checks every snapshot by its name.
pub(crate) fn run(workspace: &Workspace) -> Result {
    announce("snapshots");
    let tree = Tree::read(workspace)?;
    let mut breaches = pending(&tree);
    breaches.extend(orphans(&tree, |path| is_named(&tree, path)));
    report(&breaches)
}

/// An empty file for [`REFERENCES`], to which insta adds.
pub(crate) fn references(workspace: &Workspace) -> Result<PathBuf> {
    let path = workspace.target()?.join("snapshots.txt");
    fs::write(&path, "").map_err(|error| format!("`{}` cannot be written: {error}", path.display()))?;
    Ok(path)
}

/// Checks every snapshot after a run of every test, which wrote down what it asked for.
pub(crate) fn check_asked_for(workspace: &Workspace, references: &Path) -> Result {
    announce("test: snapshots");
    let asked = fs::read_to_string(references).unwrap_or_default();
    let asked = from_root(&asked, workspace.root());
    report(&orphans(&Tree::read(workspace)?, |path| asked.contains(path)))
}

/// The paths that insta wrote down, from the root.
fn from_root(asked: &str, root: &Path) -> BTreeSet<String> {
    let root = fs::canonicalize(root).unwrap_or_else(|_| root.to_owned());
    let parts = |path: &Path| {
        let parts = path.components().map(|part| part.as_os_str().to_string_lossy());
        parts.collect::<Vec<_>>().join("/")
    };
    asked
        .lines()
        .map(|path| fs::canonicalize(path).unwrap_or_else(|_| path.into()))
        .filter_map(|path| Some(parts(path.strip_prefix(&root).ok()?)))
        .collect()
}

/// A snapshot that no test makes proves nothing.
fn orphans(tree: &Tree, is_made: impl Fn(&str) -> bool) -> Vec<Breach> {
    tree.files()
        .filter(|(path, _)| path.ends_with(".snap") && !is_made(path))
        .map(|(path, _)| {
            Breach::new(
                "orphaned-snapshot",
                path,
                "no test makes this snapshot",
                "delete it, or bring back the test that made it",
            )
        })
        .collect()
}

/// How the names of snapshots begin that show what a further configuration changes; its function in the package's tests follows.
const UNDER: &str = "request_under_";

/// Whether the name of a snapshot stands in a test of its package or in a check of the suite, there without the word that the
/// package puts before the names of a second set.
fn is_named(tree: &Tree, path: &str) -> bool {
    let Some((package, name)) = path.rsplit_once("/tests/snapshots/") else {
        return false;
    };
    let name = name.trim_end_matches(".snap");
    let has = |folder: &str, literal: &str| {
        let mut files = tree.below(folder).filter(|(path, _)| path.ends_with(".rs"));
        files.any(|(_, text)| text.contains(literal) && code(text, Literals::Keep).contains(literal))
    };
    let cuts = name.match_indices('_').map(|(at, _)| name.split_at(at + 1));
    let is_further = |name: &str| {
        let config = name.strip_prefix(UNDER);
        config.is_some_and(|config| {
            has(CHECKS, &format!("\"{UNDER}\"")) && has(&format!("{package}/tests"), &format!("fn {config}()"))
        })
    };
    is_further(name)
        || has(package, &format!("\"{name}\""))
        || has(CHECKS, &format!("\"{name}\""))
        || cuts.into_iter().any(|(prefix, rest)| {
            has(CHECKS, &format!("\"{rest}\"")) && has(package, &format!("with_snapshot_prefix(\"{prefix}\")"))
        })
}

/// A changed snapshot is accepted or mended, never left.
fn pending(tree: &Tree) -> Vec<Breach> {
    tree.files()
        .filter(|(path, _)| is_pending(path))
        .map(|(path, _)| {
            Breach::new(
                "pending-snapshot",
                path,
                "a snapshot that waits for a decision",
                "read it beside the old one; if it is meant, move it over the old one; \
                 if not, mend the code and delete it",
            )
        })
        .collect()
}

/// Whether a path is one that insta leaves beside a snapshot that differs.
pub(super) fn is_pending(path: &str) -> bool {
    path.ends_with(".snap.new") || path.ends_with(".pending-snap")
}

#[cfg(test)]
mod tests {
    use super::*;

    const FOLDER: &str = "crates/vendors/acme/tests/snapshots";

    fn tree() -> Tree {
        Tree::of([
            (
                "crates/testkit/src/checks/prepare.rs",
                "//! A.\n// \"request_old\"\nconst A: &str = \"request_all\";\nconst B: &str = \"request_under_\";\n",
            ),
            (
                "crates/vendors/acme/tests/conformance.rs",
                "//! A.\nfn direct() { suite.with_snapshot_prefix(\"direct_\"); }\nfn own() { snapshot(\"own\"); }\n",
            ),
        ])
    }

    fn shown(breaches: &[Breach]) -> Vec<String> {
        breaches.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_snapshot_has_its_name_from_a_test_or_a_check() {
        for (name, named) in [
            ("request_all", true),
            ("direct_request_all", true),
            ("own", true),
            ("request_under_own", true),
            ("request_under_other", false),
            ("request_old", false),
            ("other_request_all", false),
            ("direct_own", false),
        ] {
            assert_eq!(is_named(&tree(), &format!("{FOLDER}/{name}.snap")), named, "{name}");
        }
        assert!(!is_named(
            &tree(),
            "crates/vendors/bolt/tests/snapshots/direct_request_all.snap"
        ));
    }

    #[test]
    fn a_snapshot_that_no_test_asked_for_is_an_orphan() {
        let tree = tree()
            .with(&format!("{FOLDER}/old.snap"), "")
            .with(&format!("{FOLDER}/request_all.snap"), "");
        let asked = format!("nowhere/{FOLDER}/request_all.snap\nelsewhere/{FOLDER}/old.snap\n");
        let asked = from_root(&asked, Path::new("nowhere"));
        assert_eq!(
            shown(&orphans(&tree, |path| asked.contains(path))),
            [
                "crates/vendors/acme/tests/snapshots/old.snap: orphaned-snapshot: no test makes this snapshot\n    \
                 way out: delete it, or bring back the test that made it"
            ]
        );
    }

    #[test]
    fn a_snapshot_that_waits_is_found() {
        for path in [
            "crates/acme/tests/snapshots/request.snap.new",
            "crates/acme/src/.a.rs.pending-snap",
        ] {
            assert_eq!(
                shown(&pending(&tree().with(path, ""))),
                [format!(
                    "{path}: pending-snapshot: a snapshot that waits for a decision\n    way out: read it beside the old one; \
                     if it is meant, move it over the old one; if not, mend the code and delete it"
                )]
            );
        }
    }
}
