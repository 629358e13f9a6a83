//! Writes what is derived from the vendors' descriptors: the vendor table of the README, and the tables of each vendor crate.
//! The descriptors come from the command line's own JSON, since nothing but `tests` may be built on the umbrella beside it.

mod block;
mod tables;

use serde_json::Value;

pub(crate) use self::block::VENDORS;
use self::block::{CONFIG, MAPPING, replace};
use crate::workspace::{Result, Workspace, announce, capture};

/// Writes the tables, or checks that they are up to date.
pub(crate) fn run(workspace: &Workspace, check: bool) -> Result {
    announce(if check { "gen --check" } else { "gen" });
    let facts = ask(workspace, &["vendors"])?;
    let facts = facts.as_array().ok_or("`leadsink vendors --json` printed no array")?;

    let mut files = vec![("README.md".to_owned(), readme(workspace, facts))];
    for id in workspace.vendors()? {
        files.push((path_of(&id), vendor_readme(workspace, &id, facts)));
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
    if workspace.read(path)? == text {
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

fn path_of(id: &str) -> String {
    format!("crates/vendors/{id}/README.md")
}

fn readme(workspace: &Workspace, facts: &[Value]) -> Result<String> {
    let path = "README.md";
    replace(path, &workspace.read(path)?, VENDORS, &tables::vendors(facts)?)
}

fn vendor_readme(workspace: &Workspace, id: &str, facts: &[Value]) -> Result<String> {
    let path = path_of(id);
    let vendor = facts
        .iter()
        .find(|vendor| vendor["id"] == id)
        .ok_or_else(|| format!("`{id}` is not in the command line; add its feature in `crates/cli/Cargo.toml`"))?;
    let fields = ask(workspace, &["fields", id])?;
    let text = workspace.read(&path)?;
    let text = replace(&path, &text, MAPPING, &tables::mapping(&fields)?)?;
    if text.contains(CONFIG.begin) {
        replace(&path, &text, CONFIG, &tables::config(vendor)?)
    } else {
        Ok(text)
    }
}

fn ask(workspace: &Workspace, command: &[&str]) -> Result<Value> {
    let printed = capture(
        workspace
            .cargo(["run", "--quiet", "--package", "leadsink-cli", "--"])
            .args(command)
            .arg("--json"),
    )?;
    serde_json::from_str(&printed).map_err(|error| format!("`leadsink {} --json`: {error}", command.join(" ")))
}
