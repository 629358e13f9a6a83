//! Writes what is derived: the tables of the README files from the vendors' descriptors, the annotated configuration from
//! `leadsink init`, and the licence files of each package. The descriptors come from the command line's own JSON, since
//! nothing but `tests` may be built on the umbrella beside it.

mod block;
mod sample;
mod tables;

use std::fs;

use serde_json::Value;

pub(crate) use self::block::VENDORS;
use self::block::{CONFIG, MAPPING, replace};
use self::sample::Sample;
use self::tables::Place;
use crate::workspace::{Result, Workspace, announce, capture};

/// The annotated configuration: every vendor, every key.
pub(crate) const CONFIGURATION: &str = "crates/cli/docs/leadsink.toml";

/// The licence files, which every published package holds.
pub(crate) const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// How the names of snapshots end that show the request for a lead with every field.
const SAMPLE: &str = "request_all.snap";

/// A file, and what it should hold or why that cannot be said.
type File = (String, Result<String>);

/// Writes them, or checks that they are up to date.
pub(crate) fn run(workspace: &Workspace, check: bool) -> Result {
    announce(if check { "gen --check" } else { "gen" });
    let mut files = derived(workspace)?;
    files.push((CONFIGURATION.to_owned(), configuration(workspace)));
    for package in workspace.packages()?.into_iter().filter(|package| package.is_published) {
        for name in LICENCES {
            files.push((format!("{}/{name}", package.folder), workspace.read(name)));
        }
    }
    let (mut stale, mut problems) = (0, 0);
    for (path, written) in files {
        match written.and_then(|text| settle(workspace, &path, &text, check)) {
            Ok(true) => {}
            Ok(false) => stale += 1,
            Err(problem) => {
                println!("{problem}");
                problems += 1;
            }
        }
    }
    match (problems, stale) {
        (0, 0) => Ok(()),
        (0, _) => Err("run `cargo xtask gen` and commit what it writes".to_owned()),
        _ => Err(format!("{problems} of the files cannot be made, for the reasons above")),
    }
}

/// Writes a file that differs; where it is only checked, says whether it was up to date.
fn settle(workspace: &Workspace, path: &str, text: &str, check: bool) -> Result<bool> {
    if workspace.bytes(path).is_some_and(|bytes| bytes == text.as_bytes()) {
        return Ok(true);
    }
    if check {
        println!("{path} is not up to date");
        return Ok(false);
    }
    workspace.write(path, text)?;
    println!("wrote {path}");
    Ok(true)
}

/// The README files, with the parts that the descriptors say.
fn derived(workspace: &Workspace) -> Result<Vec<File>> {
    let facts = ask(workspace, &["vendors"])?;
    let facts = facts.as_array().ok_or("`leadsink vendors --json` printed no array")?;
    let table = |path: &str, place| {
        let text = workspace.read(path)?;
        replace(path, &text, VENDORS, &tables::vendors(facts, place)?)
    };
    let mut files: Vec<File> = [
        ("README.md", Place::Root),
        ("crates/leadsink/README.md", Place::Umbrella),
    ]
    .into_iter()
    .map(|(path, place)| (path.to_owned(), table(path, place)))
    .collect();
    for id in workspace.vendors() {
        files.push((
            format!("crates/vendors/{id}/README.md"),
            vendor_readme(workspace, &id, facts),
        ));
    }
    Ok(files)
}

fn vendor_readme(workspace: &Workspace, id: &str, facts: &[Value]) -> Result<String> {
    let folder = format!("crates/vendors/{id}");
    let path = format!("{folder}/README.md");
    let vendor = facts
        .iter()
        .find(|vendor| vendor["id"] == id)
        .ok_or_else(|| format!("`{id}` is not in the command line; add its feature in `crates/cli/Cargo.toml`"))?;
    let fields = ask(workspace, &["fields", id])?;
    let samples = samples(workspace, &format!("{folder}/tests/snapshots"));
    let text = workspace.read(&path)?;
    let text = replace(&path, &text, MAPPING, &tables::mapping(&fields, &samples)?)?;
    if text.contains(CONFIG.begin) {
        replace(&path, &text, CONFIG, &tables::config(vendor)?)
    } else {
        Ok(text)
    }
}

/// The samples of a vendor: the plain one first, then those of its other ways. There is none before its tests were run.
fn samples(workspace: &Workspace, folder: &str) -> Vec<Sample> {
    let mut names = workspace.names_in(folder);
    names.retain(|name| name.ends_with(SAMPLE));
    names.sort_by_key(String::len);
    let snapshots = names
        .iter()
        .filter_map(|name| workspace.read(&format!("{folder}/{name}")).ok());
    snapshots.filter_map(|snapshot| Sample::read(&snapshot)).collect()
}

/// What `leadsink init` writes, beneath a word on where it comes from.
fn configuration(workspace: &Workspace) -> Result<String> {
    let path = workspace.target()?.join("leadsink.toml");
    let failed = |error: std::io::Error| format!("`leadsink init`: {error}");
    // `init` overwrites nothing, not even what a run left that was interrupted.
    if path.exists() {
        fs::remove_file(&path).map_err(failed)?;
    }
    capture(leadsink(workspace, &["init"]).arg(&path))?;
    let text = fs::read_to_string(&path).map_err(failed)?;
    fs::remove_file(&path).map_err(failed)?;
    Ok(format!(
        "# Every vendor and every key, as `leadsink init` writes them.\n\
         # Written by `cargo xtask gen`. Do not edit.\n#\n{text}"
    ))
}

fn ask(workspace: &Workspace, command: &[&str]) -> Result<Value> {
    let printed = capture(leadsink(workspace, command).arg("--json"))?;
    serde_json::from_str(&printed).map_err(|error| format!("`leadsink {} --json`: {error}", command.join(" ")))
}

fn leadsink(workspace: &Workspace, command: &[&str]) -> std::process::Command {
    let mut cargo = workspace.cargo(["run", "--quiet", "--package", "leadsink-cli", "--"]);
    cargo.args(command);
    cargo
}
