//! What the library weighs: the crates that it compiles with one vendor, over those of a client that a developer would
//! write without it.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use toml::{Table, Value};

use crate::features::EXCEPTION;
use crate::workspace::{Result, Workspace, capture};

/// The most crates over a bare client, our own included.
pub(crate) const MOST: usize = 15;

/// The most for one vendor: that which builds on another compiles its crate too.
fn most(vendor: &str) -> usize {
    MOST + usize::from(vendor == EXCEPTION.0)
}

/// What no vendor brings in.
const FORBIDDEN: [&str; 4] = ["axum", "clap", "rlibphonenumber", "csv"];

/// The bare client: what it uses, with which features beyond those of the workspace.
const BARE: [(&str, &[&str]); 5] = [
    ("reqwest", &["json"]),
    ("rustls", &[]),
    ("serde", &[]),
    ("serde_json", &[]),
    ("tokio", &["rt-multi-thread", "macros"]),
];

/// The crates of the library with one vendor.
pub(crate) struct Weight {
    /// Those that the bare client does not have, with their versions.
    pub(crate) added: BTreeSet<String>,
    /// Those of them that must not be there.
    pub(crate) forbidden: Vec<String>,
}

/// Compares the umbrella with one vendor's feature to the bare client, both on this platform, build scripts included.
pub(crate) fn weigh(workspace: &Workspace, vendor: &str) -> Result<Weight> {
    let mut umbrella = workspace.cargo(["tree", "--package", "leadsink", "--no-default-features"]);
    let features = format!("transport-reqwest,{vendor}");
    let ours = crates(umbrella.args(["--features", &features]))?;
    let bare = bare_client(workspace)?;
    let added: BTreeSet<_> = ours.difference(&bare).cloned().collect();
    let vendors = workspace.vendors();
    let is_other = |name: &str| {
        let id = name.strip_prefix("leadsink-").unwrap_or_default();
        id != vendor && (vendor, id) != EXCEPTION && vendors.iter().any(|other| other == id)
    };
    let forbidden = added
        .iter()
        .filter(|one| {
            let name = one.split(' ').next().unwrap_or_default();
            FORBIDDEN.contains(&name) || is_other(name)
        })
        .cloned()
        .collect();
    Ok(Weight { added, forbidden })
}

/// What is wrong with the weight of a vendor, in lines for people.
pub(crate) fn excess(vendor: &str, weight: &Weight) -> Vec<String> {
    let mut wrong = Vec::new();
    let most = most(vendor);
    if weight.added.len() > most {
        let added: Vec<_> = weight.added.iter().map(String::as_str).collect();
        wrong.push(format!(
            "feature `{vendor}` compiles {} crates more than a bare client, {most} at most: {}",
            added.len(),
            added.join(", ")
        ));
    }
    wrong.extend(
        weight
            .forbidden
            .iter()
            .map(|name| format!("feature `{vendor}` compiles `{name}`; see `cargo tree -p leadsink -i`")),
    );
    wrong
}

/// The crates of the bare client: a manifest of its own, outside the workspace, with the workspace's versions.
fn bare_client(workspace: &Workspace) -> Result<BTreeSet<String>> {
    let manifest = manifest(&workspace.read("Cargo.toml")?)?;
    let folder = workspace.target()?.join("bare-client");
    let write = || {
        fs::create_dir_all(folder.join("src"))?;
        fs::write(folder.join("src/main.rs"), "fn main() {}\n")?;
        fs::write(folder.join("Cargo.toml"), &manifest)?;
        fs::write(
            folder.join("Cargo.lock"),
            workspace.bytes("Cargo.lock").unwrap_or_default(),
        )
    };
    write().map_err(|error| format!("the bare client cannot be written: {error}"))?;
    let mut tree = workspace.cargo(["tree", "--quiet", "--manifest-path"]);
    let mut crates = crates(tree.arg(folder.join("Cargo.toml")))?;
    crates.retain(|name| !name.starts_with("bare-client "));
    Ok(crates)
}

fn manifest(root: &str) -> Result<String> {
    let root: Table = root.parse().map_err(|error| format!("`Cargo.toml`: {error}"))?;
    let known = root
        .get("workspace")
        .and_then(|workspace| workspace.get("dependencies"));
    // The empty table makes it a workspace of its own, though it may lie below ours.
    let mut text =
        "[package]\nname = \"bare-client\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n".to_owned();
    for (name, more) in BARE {
        let dependency = known.and_then(|known| known.get(name));
        let version = dependency
            .and_then(|dependency| dependency.get("version")?.as_str())
            .ok_or_else(|| format!("`{name}` has no version in the workspace"))?;
        let features = dependency.and_then(|dependency| dependency.get("features")?.as_array());
        let features = features.into_iter().flatten().filter_map(Value::as_str);
        let features: Vec<_> = features.chain(more.iter().copied()).collect();
        text += &format!("{name} = {{ version = {version:?}, default-features = false, features = {features:?} }}\n");
    }
    Ok(text)
}

/// The names and versions that `cargo tree` lists.
fn crates(tree: &mut Command) -> Result<BTreeSet<String>> {
    let tree = capture(tree.args(["--edges", "normal,build", "--prefix", "none", "--format", "{p}"]))?;
    Ok(named(&tree))
}

fn named(tree: &str) -> BTreeSet<String> {
    tree.lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            Some(format!("{} {}", words.next()?, words.next()?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_crate_is_its_name_and_version() {
        let tree = "a v1.0.0\nb v1.2.0 (proc-macro)\na v1.0.0 (*)\nb v2.0.0\n\n";
        assert_eq!(
            named(tree).into_iter().collect::<Vec<_>>(),
            ["a v1.0.0", "b v1.2.0", "b v2.0.0"]
        );
    }

    #[test]
    fn too_much_and_what_is_forbidden_are_told() {
        let weight = |count: usize, forbidden: &[&str]| Weight {
            added: (0..count).map(|n| format!("a{n} v1.0.0")).collect(),
            forbidden: forbidden.iter().map(|name| (*name).to_owned()).collect(),
        };
        assert_eq!(excess("acme", &weight(MOST, &[])), [""; 0]);
        assert_eq!(excess("acme", &weight(MOST + 1, &[])).len(), 1);
        assert_eq!(excess("solarnexus", &weight(MOST + 1, &[])), [""; 0]);
        assert_eq!(excess("solarnexus", &weight(MOST + 2, &[])).len(), 1);
        assert_eq!(
            excess("acme", &weight(1, &["axum v0.8.0"])),
            ["feature `acme` compiles `axum v0.8.0`; see `cargo tree -p leadsink -i`"]
        );
    }

    #[test]
    fn the_bare_client_takes_the_versions_of_the_workspace() {
        let one = |name: &str| format!("{name} = {{ version = \"7\", default-features = false }}\n");
        let names: String = BARE.iter().map(|(name, _)| one(name)).collect();
        let written: Table = manifest(&format!("[workspace.dependencies]\n{names}"))
            .unwrap()
            .parse()
            .unwrap();
        let reqwest = &written["dependencies"]["reqwest"];
        assert_eq!(reqwest["version"].as_str(), Some("7"));
        assert_eq!(reqwest["features"].as_array().unwrap().len(), 1);
        assert!(written["workspace"].as_table().unwrap().is_empty());
        assert!(manifest("[workspace.dependencies]\n").is_err());
    }
}
