//! Every test of the workspace: unit, integration and documentation tests, by plain `cargo test`. A run of all of them knows
//! which snapshots are made, and refuses the others.

use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;

use crate::tidy::snapshots;
use crate::workspace::{Result, Workspace, announce, run};

/// Builds, then tests. The binary comes first and its path goes to the tests as `LEADSINK_BIN`, since cargo tells the path
/// of a binary only to the tests of its own package.
pub(crate) fn run_tests(workspace: &Workspace, args: &[String]) -> Result {
    announce("test: build");
    let scope: &[&str] = if names_a_package(args) {
        &["--all-features"]
    } else {
        &["--workspace", "--all-features"]
    };
    // Built together with the tests, the binary shares their features, and nothing is compiled twice.
    run(&mut workspace.cargo(["build", "--workspace", "--all-features", "--bin", "leadsink", "--tests"]))?;
    announce("test: run");
    let references = snapshots::references(workspace)?;
    run(workspace
        .cargo(["test"])
        .args(scope)
        .args(unless_given(args, "--no-fail-fast"))
        .args(args)
        .env("LEADSINK_BIN", binary(workspace)?)
        .env(snapshots::REFERENCES, &references))?;
    // With arguments it may have been a part of the tests.
    if args.is_empty() {
        snapshots::check_asked_for(workspace, &references)?;
    }
    Ok(())
}

/// A flag that every run has, and that cargo refuses to see twice.
fn unless_given<'a>(args: &[String], flag: &'a str) -> Option<&'a str> {
    (!args.iter().any(|arg| arg == flag)).then_some(flag)
}

fn names_a_package(args: &[String]) -> bool {
    args.iter()
        .take_while(|arg| *arg != "--")
        .any(|arg| arg.starts_with("-p") || arg.starts_with("--package"))
}

fn binary(workspace: &Workspace) -> Result<PathBuf> {
    Ok(workspace.target()?.join("debug").join(format!("leadsink{EXE_SUFFIX}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_named_package_narrows_the_run() {
        for (args, named) in [
            (&["-p", "leadsink-core"][..], true),
            (&["--package=leadsink-core"], true),
            (&["timeout_is_ambiguous"], false),
            (&["--", "-p"], false),
        ] {
            let args: Vec<_> = args.iter().map(|arg| (*arg).to_owned()).collect();
            assert_eq!(names_a_package(&args), named, "{args:?}");
        }
    }
}
