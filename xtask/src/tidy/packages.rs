//! Rules on what is published: a package says what it is, and holds all that it is built from.

use toml::{Table, Value};

use super::Breach;
use super::blank::{Literals, library_code};
use super::tree::Tree;

/// What a registry shows of a package, and the files it holds.
const KEYS: [&str; 10] = [
    "description",
    "readme",
    "version",
    "edition",
    "rust-version",
    "license",
    "repository",
    "keywords",
    "categories",
    "include",
];

/// How many keywords and categories a registry takes.
const MOST: usize = 5;

/// The macros that read another file when the package is built.
const INCLUDES: [&str; 3] = ["include_str!(\"", "include_bytes!(\"", "include!(\""];

/// A published package says what it is, and has a front page.
pub(super) fn metadata(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (folder, package) in published(tree) {
        let file = format!("{folder}/Cargo.toml");
        let mut breach = |what: String, way_out: &str| breaches.push(Breach::new("package", &file, what, way_out));
        for key in KEYS.iter().filter(|key| !package.contains_key(**key)) {
            breach(
                format!("the package has no `{key}`"),
                "write it as the other packages do, or `publish = false` for one that nobody is to depend on",
            );
        }
        for key in ["keywords", "categories"] {
            let own = package.get(key).filter(|own| own.is_array()).cloned();
            let words = own.or_else(|| workspace(tree, key));
            let count = words.as_ref().and_then(Value::as_array).map_or(0, Vec::len);
            if package.contains_key(key) && !(1..=MOST).contains(&count) {
                breach(format!("the package has {count} {key}"), "name one to five");
            }
        }
        if tree.get(&format!("{folder}/README.md")).is_none() {
            breach(
                "the package has no `README.md`".to_owned(),
                "write it: it is the front page of the crate's documentation too",
            );
        }
    }
    breaches
}

/// What a published package is built from lies in it: a file elsewhere in the workspace is not in the package.
pub(super) fn included_files(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (folder, _) in published(tree) {
        for (path, text) in tree
            .below(&format!("{folder}/src"))
            .filter(|(path, _)| path.ends_with(".rs"))
        {
            let code = library_code(text, Literals::Keep);
            for (number, line) in code.lines().enumerate() {
                let files = INCLUDES
                    .iter()
                    .filter_map(|call| line.split_once(call)?.1.split_once('"'));
                for (file, _) in files.filter(|(file, _)| !is_packaged(folder, path, file)) {
                    breaches.push(
                        Breach::new(
                            "package-file",
                            path,
                            format!("`{file}` is not in the package"),
                            "move it below `src` or `docs` of the package, or what includes it into the package `tests`",
                        )
                        .at(number + 1),
                    );
                }
            }
        }
    }
    breaches
}

/// Whether a file, named from the source that includes it, is among those that a package holds.
fn is_packaged(folder: &str, source: &str, file: &str) -> bool {
    let mut parts: Vec<_> = source.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        match part {
            ".." => drop(parts.pop()),
            "." => {}
            part => parts.push(part),
        }
    }
    let path = parts.join("/");
    let inside = path.strip_prefix(folder).and_then(|rest| rest.strip_prefix('/'));
    inside.is_some_and(|path| path == "README.md" || path.starts_with("src/") || path.starts_with("docs/"))
}

/// The compiler that people are told to have is the one that is tested with.
pub(super) fn rust_version(tree: &Tree) -> Vec<Breach> {
    let Some(version) = workspace(tree, "rust-version").and_then(|version| version.as_str().map(str::to_owned)) else {
        return vec![Breach::new(
            "rust-version",
            "Cargo.toml",
            "the workspace has no `rust-version`",
            "name the release that `.ci/run` is run with",
        )];
    };
    let named = format!("({version} or newer)");
    if tree.get("README.md").is_some_and(|readme| readme.contains(&named)) {
        return Vec::new();
    }
    vec![Breach::new(
        "rust-version",
        "README.md",
        format!("it does not ask for Rust {version}, as `Cargo.toml` does"),
        format!("write `{named}` where it names the toolchain"),
    )]
}

/// The packages that are published, by their folders.
fn published(tree: &Tree) -> impl Iterator<Item = (&str, Table)> {
    tree.packages().filter_map(|(folder, mut manifest)| {
        let Some(Value::Table(package)) = manifest.remove("package") else {
            return None;
        };
        (package.get("publish").and_then(Value::as_bool) != Some(false)).then_some((folder, package))
    })
}

/// What the packages share under a key.
fn workspace(tree: &Tree, key: &str) -> Option<Value> {
    let root: Table = tree.get("Cargo.toml")?.parse().ok()?;
    root.get("workspace")?.get("package")?.get(key).cloned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_packaged_where_the_include_list_has_it() {
        let source = "crates/a/src/page/mod.rs";
        for (file, packaged) in [
            ("table.tsv", true),
            ("./table.tsv", true),
            ("../../README.md", true),
            ("../../docs/page.md", true),
            ("../../contract/accepted.json", false),
            ("../../../../README.md", false),
            ("../../../ab/src/lib.rs", false),
        ] {
            assert_eq!(is_packaged("crates/a", source, file), packaged, "{file}");
        }
    }

    #[test]
    fn what_tests_include_may_lie_anywhere() {
        let text = "//! A.\n#[cfg(test)]\nmod tests {\n    const A: &str = include_str!(\"../../b/x\");\n}\n";
        let tree = Tree::of([("crates/a/Cargo.toml", "[package]\n"), ("crates/a/src/lib.rs", text)]);
        assert_eq!(included_files(&tree), []);
    }
}
