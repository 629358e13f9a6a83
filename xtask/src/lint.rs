//! Every check in one run. A failing step does not hide those after it.

use crate::workspace::{Result, Workspace, announce, run};
use crate::{docs, features, generate, tidy};

type Step = (&'static str, fn(&Workspace) -> Result);

/// The steps, the quick ones first, each with the command that runs it alone.
const STEPS: [Step; 7] = [
    ("cargo fmt --all --check", fmt),
    ("cargo xtask tidy", tidy::run),
    ("cargo xtask snapshots", tidy::snapshots::run),
    (
        "cargo clippy --workspace --all-targets --all-features -- -D warnings",
        clippy,
    ),
    ("cargo xtask features", features::run_all),
    ("cargo xtask gen --check", |workspace| generate::run(workspace, true)),
    ("cargo xtask docs", docs::run_docs),
];

/// Runs them all.
pub(crate) fn run_all(workspace: &Workspace) -> Result {
    let mut failed = Vec::new();
    for (name, step) in STEPS {
        if let Err(error) = step(workspace) {
            println!("{error}");
            failed.push(name);
        }
    }
    announce("lint: summary");
    for (name, _) in STEPS {
        println!("{} {name}", if failed.contains(&name) { "FAILED" } else { "ok    " });
    }
    if failed.is_empty() {
        Ok(())
    } else {
        Err(format!("{} of {} steps", failed.len(), STEPS.len()))
    }
}

fn fmt(workspace: &Workspace) -> Result {
    announce("fmt");
    run(&mut workspace.cargo(["fmt", "--all", "--check"]))
}

fn clippy(workspace: &Workspace) -> Result {
    announce("clippy");
    run(&mut workspace.cargo([
        "clippy",
        "--workspace",
        "--all-targets",
        "--all-features",
        "--keep-going",
        "--",
        "-D",
        "warnings",
    ]))
}
