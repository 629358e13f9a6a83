//! Rules on every manifest: one place for versions, one place for lints.

use toml::{Table, Value};

use super::Breach;
use super::tree::Tree;

/// The tables of a manifest that hold dependencies, those for one platform included.
pub(super) fn dependencies<'a>(manifest: &'a Table, kind: &str) -> Vec<(&'a str, &'a Value)> {
    let platforms = manifest.get("target").and_then(Value::as_table).into_iter();
    let platforms = platforms.flat_map(Table::values).filter_map(Value::as_table);
    std::iter::once(manifest)
        .chain(platforms)
        .filter_map(|table| table.get(kind)?.as_table())
        .flatten()
        .map(|(name, value)| (name.as_str(), value))
        .collect()
}

/// A table of the root manifest's workspace, such as that of the dependencies; empty where there is none.
pub(super) fn workspace_table(tree: &Tree, name: &str) -> Table {
    let root: Option<Table> = tree.get("Cargo.toml").and_then(|text| text.parse().ok());
    let table = root.and_then(|root| root.get("workspace")?.get(name)?.as_table().cloned());
    table.unwrap_or_default()
}

/// What a crate of others brings along is said, not taken as it comes.
pub(super) fn default_features(tree: &Tree) -> Vec<Breach> {
    let is_said = |value: &Value| value.get("path").is_some() || value.get("default-features").is_some();
    workspace_table(tree, "dependencies")
        .iter()
        .filter(|(_, value)| !is_said(value))
        .map(|(name, _)| {
            Breach::new(
                "default-features",
                "Cargo.toml",
                format!("`{name}` brings its default features"),
                "write `default-features = false`, and the features that are used",
            )
        })
        .collect()
}

/// Versions stand in the root manifest only.
pub(super) fn workspace_dependencies(tree: &Tree) -> Vec<Breach> {
    let mut breaches = Vec::new();
    for (folder, manifest) in tree.packages() {
        let own = manifest
            .get("package")
            .and_then(|package| package.get("name")?.as_str());
        for kind in ["dependencies", "dev-dependencies", "build-dependencies"] {
            for (name, value) in dependencies(&manifest, kind) {
                if Some(name) == own {
                    if value.get("path").is_none() || value.get("version").is_some() {
                        breaches.push(Breach::new(
                            "workspace-dependency",
                            format!("{folder}/Cargo.toml"),
                            "the package depends on itself by a version, so it cannot be published before itself",
                            "write `path = \".\"` and the features that its tests need, nothing else",
                        ));
                    }
                } else if value.get("workspace").and_then(Value::as_bool) != Some(true) {
                    breaches.push(Breach::new(
                        "workspace-dependency",
                        format!("{folder}/Cargo.toml"),
                        format!("`{name}` has a version of its own"),
                        "put it under `[workspace.dependencies]` in the root `Cargo.toml`; write `workspace = true` here",
                    ));
                }
            }
        }
    }
    breaches
}

/// The lints of the workspace hold everywhere.
pub(super) fn workspace_lints(tree: &Tree) -> Vec<Breach> {
    tree.packages()
        .filter(|(_, manifest)| {
            let lints = manifest.get("lints").and_then(|lints| lints.get("workspace"));
            lints.and_then(Value::as_bool) != Some(true)
        })
        .map(|(folder, _)| {
            Breach::new(
                "workspace-lints",
                format!("{folder}/Cargo.toml"),
                "the lints of the workspace do not hold here",
                "add `[lints]` with `workspace = true`",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_of_its_own_is_found() {
        let manifest = "[dependencies]\na = \"1\"\nb.workspace = true\n[target.'cfg(unix)'.dependencies]\nc = \"1\"\n[dev-dependencies]\nd = { workspace = true }\n";
        let tree = Tree::of([("crates/x/Cargo.toml", manifest)]);
        let names: Vec<_> = workspace_dependencies(&tree)
            .into_iter()
            .map(|breach| breach.what)
            .collect();
        assert_eq!(names, ["`a` has a version of its own", "`c` has a version of its own"]);
    }

    #[test]
    fn a_package_that_asks_for_itself_names_its_path_alone() {
        let found = |itself: &str| {
            let manifest = format!("[package]\nname = \"x\"\n[dev-dependencies]\nx = {itself}\n");
            workspace_dependencies(&Tree::of([("crates/x/Cargo.toml", &*manifest)])).len()
        };
        assert_eq!(found(r#"{ path = ".", features = ["a"] }"#), 0);
        assert_eq!(found("{ workspace = true }"), 1);
        assert_eq!(found(r#"{ path = ".", version = "1" }"#), 1);
    }

    #[test]
    fn default_features_of_others_are_found() {
        let root = "[workspace.dependencies]\nours = { path = \"crates/ours\", version = \"1\" }\na = \"1\"\n\
                    b = { version = \"1\" }\nc = { version = \"1\", default-features = false }\n";
        let found: Vec<_> = default_features(&Tree::of([("Cargo.toml", root)]))
            .into_iter()
            .map(|breach| breach.what)
            .collect();
        assert_eq!(
            found,
            ["`a` brings its default features", "`b` brings its default features"]
        );
    }

    #[test]
    fn a_package_without_the_lints_is_found() {
        let tree = Tree::of([
            ("crates/x/Cargo.toml", "[package]\nname = \"x\"\n"),
            ("crates/y/Cargo.toml", "[lints]\nworkspace = true\n"),
        ]);
        let files: Vec<_> = workspace_lints(&tree).into_iter().map(|breach| breach.file).collect();
        assert_eq!(files, ["crates/x/Cargo.toml"]);
    }
}
