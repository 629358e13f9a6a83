//! The dependency rule: which package of the workspace may use which. Another vendor's change never rebuilds a vendor, and a
//! sandbox built from our own wire types would prove nothing.

use toml::{Table, Value};

use super::Breach;
use super::manifests::{dependencies, workspace_table};
use super::tree::Tree;

const CORE: &str = "leadsink-core";
const LAYERS: &str = "leadsink-layers";
const UMBRELLA: &str = "leadsink";
const GATEWAY: &str = "leadsink-gateway";
const SANDBOX: &str = "leadsink-sandbox";
const TESTKIT: &str = "leadsink-testkit";

/// The one vendor that uses another's client.
const EXCEPTION: (&str, &str) = ("crates/vendors/solarnexus", "leadsink-leadconduit");

/// What a package may use of the workspace.
enum Allowed {
    These(&'static [&'static str]),
    /// Core, and vendors, layers, intake, outbox and transports behind features.
    Parts,
    All,
}

/// What the package in a folder may use.
fn allowed(folder: &str) -> Option<Allowed> {
    let part = folder.strip_prefix("crates/");
    Some(match (folder, part) {
        ("tests", _) | (_, Some("bench")) => Allowed::All,
        ("xtask", _) | (_, Some("core" | "sandbox")) => Allowed::These(&[]),
        (_, Some("leadsink")) => Allowed::Parts,
        (_, Some("cli")) => Allowed::These(&[UMBRELLA, GATEWAY, SANDBOX]),
        (_, Some("gateway")) => Allowed::These(&[UMBRELLA]),
        (_, Some("layers" | "intake" | "testkit")) => Allowed::These(&[CORE]),
        // Its waits, stops and limits are those of the layers.
        (_, Some("outbox")) => Allowed::These(&[CORE, LAYERS]),
        (_, Some(part)) if part.starts_with("transport-") || part.starts_with("vendors/") => Allowed::These(&[CORE]),
        _ => return None,
    })
}

/// Checks every manifest.
pub(super) fn directions(tree: &Tree) -> Vec<Breach> {
    let known = workspace_table(tree, "dependencies");
    tree.packages()
        .flat_map(|(folder, manifest)| package(folder, &manifest, &known))
        .collect()
}

/// What a dependency is really called: here, or in the root manifest, it may stand under another name.
fn real_name<'a>(key: &'a str, value: &'a Value, known: &'a Table) -> &'a str {
    let renamed = |value: &'a Value| value.get("package").and_then(Value::as_str);
    let from_root = value.get("workspace").and_then(Value::as_bool) == Some(true);
    let in_root = known.get(key).filter(|_| from_root).and_then(renamed);
    renamed(value).or(in_root).unwrap_or(key)
}

fn package(folder: &str, manifest: &Table, known: &Table) -> Vec<Breach> {
    let file = format!("{folder}/Cargo.toml");
    let breach = |what: String, way_out: &str| Breach::new("dependency-rule", &file, what, way_out);
    let Some(allowed) = allowed(folder) else {
        return vec![breach(
            "the rule does not know this package".to_owned(),
            "say in `xtask/src/tidy/dependencies.rs` and on the architecture page what it may use",
        )];
    };
    let own = manifest
        .get("package")
        .and_then(|package| package.get("name"))
        .and_then(Value::as_str);
    let mut breaches = Vec::new();
    for kind in ["dependencies", "build-dependencies", "dev-dependencies"] {
        for (key, value) in dependencies(manifest, kind) {
            let name = real_name(key, value, known);
            let ours = name == UMBRELLA || name.starts_with("leadsink-");
            let for_tests = kind == "dev-dependencies" && (name == TESTKIT || Some(name) == own);
            let excepted = (folder, name) == EXCEPTION;
            if !ours || for_tests || excepted {
                continue;
            }
            match allowed {
                Allowed::All => {}
                Allowed::These(these) if these.contains(&name) => {}
                // A gateway is tested against the sandbox, and never runs with it.
                Allowed::These(_) if kind == "dev-dependencies" && folder == "crates/gateway" && name == SANDBOX => {}
                Allowed::These(these) => breaches.push(breach(
                    format!("`{name}` may not be used here"),
                    &match these {
                        [] => "remove it: this package uses none of the workspace's".to_owned(),
                        _ => format!("use {} only; what both need belongs in core", these.join(", ")),
                    },
                )),
                Allowed::Parts if [UMBRELLA, GATEWAY, SANDBOX, TESTKIT, "leadsink-cli"].contains(&name) => {
                    breaches.push(breach(
                        format!("`{name}` may not be used here"),
                        "the umbrella uses core, vendors, layers, intake, outbox and transports",
                    ));
                }
                Allowed::Parts if kind == "dependencies" && name != CORE && !is_optional(value) => {
                    breaches.push(breach(
                        format!("`{name}` is not optional"),
                        "write `optional = true` and a feature with `dep:`",
                    ));
                }
                Allowed::Parts => {}
            }
        }
    }
    breaches
}

fn is_optional(value: &Value) -> bool {
    value.get("optional").and_then(Value::as_bool) == Some(true)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn breaches(folder: &str, manifest: &str) -> Vec<String> {
        let manifest: Table = manifest.parse().unwrap();
        package(folder, &manifest, &Table::new())
            .into_iter()
            .map(|breach| breach.what)
            .collect()
    }

    #[test]
    fn a_vendor_uses_core_and_the_testkit_only() {
        let manifest = "[dependencies]\nserde.workspace = true\nleadsink-core.workspace = true\n[dev-dependencies]\nleadsink-testkit.workspace = true\n";
        assert!(breaches("crates/vendors/acme", manifest).is_empty());
        for wrong in ["leadsink", "leadsink-bolt", "leadsink-testkit"] {
            let manifest = format!("[dependencies]\n{wrong}.workspace = true\n");
            assert_eq!(
                breaches("crates/vendors/acme", &manifest),
                [format!("`{wrong}` may not be used here")]
            );
        }
    }

    #[test]
    fn the_one_exception_is_allowed() {
        let manifest = "[dependencies]\nleadsink-leadconduit.workspace = true\n";
        assert!(breaches("crates/vendors/solarnexus", manifest).is_empty());
        assert_eq!(breaches("crates/vendors/opensolar", manifest).len(), 1);
    }

    #[test]
    fn a_renamed_dependency_is_seen_through() {
        let manifest = "[dependencies]\nx = { package = \"leadsink\", path = \"../leadsink\" }\n";
        assert_eq!(breaches("crates/layers", manifest).len(), 1);
    }

    #[test]
    fn a_dependency_that_is_renamed_in_the_root_manifest_is_seen_through() {
        let tree = Tree::of([
            (
                "Cargo.toml",
                "[workspace.dependencies]\nflows = { package = \"leadsink-leadconduit\", version = \"1\" }\n",
            ),
            (
                "crates/vendors/acme/Cargo.toml",
                "[dependencies]\nflows.workspace = true\n",
            ),
        ]);
        let found: Vec<_> = directions(&tree).into_iter().map(|breach| breach.what).collect();
        assert_eq!(found, ["`leadsink-leadconduit` may not be used here"]);
    }

    #[test]
    fn the_parts_of_the_umbrella_are_optional() {
        let manifest = "[dependencies]\nleadsink-core.workspace = true\nleadsink-acme = { workspace = true, optional = true }\nleadsink-bolt.workspace = true\nleadsink-sandbox = { workspace = true, optional = true }\n";
        assert_eq!(
            breaches("crates/leadsink", manifest),
            [
                "`leadsink-bolt` is not optional",
                "`leadsink-sandbox` may not be used here"
            ]
        );
    }

    #[test]
    fn only_cli_gateway_and_tests_use_the_umbrella() {
        let manifest = "[dependencies]\nleadsink.workspace = true\n";
        for (folder, free) in [
            ("crates/cli", true),
            ("crates/gateway", true),
            ("tests", true),
            ("crates/sandbox", false),
            ("crates/testkit", false),
            ("crates/core", false),
            ("xtask", false),
        ] {
            assert_eq!(breaches(folder, manifest).is_empty(), free, "{folder}");
        }
    }

    #[test]
    fn the_sandbox_comes_to_the_gateway_for_tests_only() {
        assert!(
            breaches(
                "crates/gateway",
                "[dev-dependencies]\nleadsink-sandbox.workspace = true\n"
            )
            .is_empty()
        );
        assert_eq!(
            breaches("crates/gateway", "[dependencies]\nleadsink-sandbox.workspace = true\n").len(),
            1
        );
    }

    #[test]
    fn an_unknown_package_needs_a_line() {
        assert_eq!(breaches("crates/new", ""), ["the rule does not know this package"]);
    }
}
