//! Every test of the workspace: unit, integration and documentation tests, by plain `cargo test`. A run of all of them knows
//! which snapshots are made, and refuses the others.

use std::env::consts::EXE_SUFFIX;
use std::path::PathBuf;

use crate::postgres;
use crate::tidy::snapshots;
use crate::workspace::{Result, Workspace, announce, run};

/// Builds, starts a PostgreSQL server, then tests. The binary comes first and its path goes to the tests as `LEADSINK_BIN`, since cargo tells the path
/// of a binary only to the tests of its own package.
pub(crate) fn run_tests(workspace: &Workspace, args: &[String]) -> Result {
    announce("test: build");
    // Built together with the tests, the binary shares their features, and nothing is compiled twice.
    run(&mut workspace.cargo(["build", "--workspace", "--all-features", "--bin", "leadsink", "--tests"]))?;
    let server = match std::env::var_os(postgres::SERVER) {
        // Somebody has one.
        Some(_) => None,
        None => postgres::start(workspace)?,
    };
    announce("test: run");
    let references = snapshots::references(workspace)?;
    let mut tests = workspace.cargo(["test"]);
    tests
        .args(flags(args))
        .args(args)
        .env("LEADSINK_BIN", binary(workspace)?)
        .env(snapshots::REFERENCES, &references);
    postgres::without_settings(&mut tests);
    if let Some(server) = &server {
        tests.env(postgres::SERVER, server.address());
        if let Some(authorities) = server.authorities() {
            tests.env(postgres::AUTHORITIES, authorities);
        }
    }
    run(&mut tests)?;
    drop(server);
    // With arguments it may have been a part of the tests.
    if args.is_empty() {
        snapshots::check_asked_for(workspace, &references)?;
    }
    Ok(())
}

/// The flags that a run has beside what was given; cargo refuses to see one twice.
fn flags(args: &[String]) -> Vec<&'static str> {
    let of_cargo: Vec<_> = args.iter().map(String::as_str).take_while(|arg| *arg != "--").collect();
    let mut flags = vec!["--workspace", "--all-features", "--no-fail-fast"];
    // Cargo takes one of these words for the other.
    let is_whole = of_cargo.iter().any(|arg| ["--workspace", "--all"].contains(arg));
    flags.retain(|flag| !of_cargo.contains(flag) && (*flag != "--workspace" || !(is_whole || names_a_package(args))));
    flags
}

fn names_a_package(args: &[String]) -> bool {
    args.iter()
        .take_while(|arg| *arg != "--")
        .any(|arg| arg.starts_with("-p") || arg.starts_with("--package"))
}

/// Where the binary is that the tests run.
pub(crate) fn binary(workspace: &Workspace) -> Result<PathBuf> {
    Ok(workspace.target()?.join("debug").join(format!("leadsink{EXE_SUFFIX}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_flag_is_given_twice() {
        let of = |args: &[&str]| flags(&args.iter().map(|arg| (*arg).to_owned()).collect::<Vec<_>>());
        assert_eq!(of(&[]), ["--workspace", "--all-features", "--no-fail-fast"]);
        assert_eq!(of(&["--workspace"]), ["--all-features", "--no-fail-fast"]);
        assert_eq!(of(&["--all", "--all-features"]), ["--no-fail-fast"]);
        assert_eq!(of(&["-p", "leadsink-core", "--no-fail-fast"]), ["--all-features"]);
        assert_eq!(of(&["--", "--workspace"]).len(), 3);
    }

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
