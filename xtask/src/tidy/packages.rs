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
const INCLUDES: [&str; 3] = ["include_str!(", "include_bytes!(", "include!("];

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
            // In the code without strings, or a text that speaks of the macro would count.
            let bare = library_code(text, Literals::Blank);
            let code = library_code(text, Literals::Keep);
            for (at, call) in INCLUDES.iter().flat_map(|call| bare.match_indices(call)) {
                let (what, way_out) = match included(&code[at + call.len()..]) {
                    Some(file) if is_packaged(folder, path, file) => continue,
                    Some(file) => (
                        format!("`{file}` is not in the package"),
                        "move it below `src` or `docs` of the package, or what includes it into the package `tests`",
                    ),
                    None => (
                        format!("nobody can tell which file `{call}…)` reads"),
                        "name it by one text, from the file that includes it",
                    ),
                };
                let line = bare[..at].matches('\n').count() + 1;
                breaches.push(Breach::new("package-file", path, what, way_out).at(line));
            }
        }
    }
    breaches
}

/// The file that is named behind the bracket of a macro, where that is one text.
fn included(rest: &str) -> Option<&str> {
    let (file, _) = rest.trim_start().strip_prefix('"')?.split_once('"')?;
    Some(file)
}

/// Features that are off unless asked for are in the documentation all the same.
pub(super) fn documented_features(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (folder, manifest) in tree.packages() {
        let at = |path: &[&str]| {
            let (first, rest) = path.split_first()?;
            rest.iter()
                .try_fold(manifest.get(*first)?, |value, key| value.get(*key))
        };
        let flag = |path| at(path).and_then(Value::as_bool);
        let is_published = flag(&["package", "publish"]) != Some(false);
        if !is_published || flag(&["package", "metadata", "docs", "rs", "all-features"]) == Some(true) {
            continue;
        }
        let on = at(&["features", "default"]).and_then(Value::as_array);
        let is_on = |name: &str| on.is_some_and(|on| on.iter().any(|one| one.as_str() == Some(name)));
        let features = at(&["features"])
            .and_then(Value::as_table)
            .into_iter()
            .flat_map(Table::keys);
        let off = features
            .map(String::as_str)
            .find(|name| *name != "default" && !is_on(name));
        breaches.extend(off.map(|name| {
            Breach::new(
                "package",
                format!("{folder}/Cargo.toml"),
                format!("the documentation is made without the feature `{name}`"),
                "write `all-features = true` under `[package.metadata.docs.rs]`",
            )
        }));
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
    fn an_included_file_is_found_however_the_call_is_written() {
        let found = |call: &str| {
            let text = format!("//! A.\nconst A: &str = {call};\n");
            let tree = Tree::of([("crates/a/Cargo.toml", "[package]\n"), ("crates/a/src/lib.rs", &*text)]);
            let found = included_files(&tree).into_iter();
            found
                .map(|breach| (breach.line.unwrap(), breach.what))
                .collect::<Vec<_>>()
        };
        let there = "`../../b/x` is not in the package".to_owned();
        assert_eq!(found("include_str!(\"../../b/x\")"), [(2, there.clone())]);
        assert_eq!(found("include_str!(\n    \"../../b/x\"\n)"), [(2, there)]);
        let unclear = "nobody can tell which file `include_bytes!(…)` reads".to_owned();
        assert_eq!(found("include_bytes!(concat!(\"../../b/\", \"x\"))"), [(2, unclear)]);
        assert_eq!(found("include_str!(\n    \"x\"\n)"), []);
        assert_eq!(found("\"include_str!(concat!())\""), []);
    }

    #[test]
    fn what_tests_include_may_lie_anywhere() {
        let text = "//! A.\n#[cfg(test)]\nmod tests {\n    const A: &str = include_str!(\"../../b/x\");\n}\n";
        let tree = Tree::of([("crates/a/Cargo.toml", "[package]\n"), ("crates/a/src/lib.rs", text)]);
        assert_eq!(included_files(&tree), []);
    }
}
