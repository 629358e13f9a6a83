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
use crate::workspace::{Result, Workspace, announce, capture, run as run_command};

/// The annotated configuration: every vendor, every key.
pub(crate) const CONFIGURATION: &str = "crates/cli/docs/leadsink.toml";

/// The licence files, which every published package holds.
pub(crate) const LICENCES: [&str; 2] = ["LICENSE-APACHE", "LICENSE-MIT"];

/// How the names of snapshots end that show the request for a lead with every field.
const SAMPLE: &str = "request_all.snap";

/// How those begin that show what a further configuration changes of it.
const UNDER: &str = "request_under_";

/// A file, and what it should hold or why that cannot be said.
type Attempt = (String, Result<String>);

/// A file by its path from the root, and what it should hold.
#[derive(Debug)]
pub(crate) struct File {
    pub(crate) path: String,
    pub(crate) text: String,
}

/// Writes them, or checks that they are up to date.
pub(crate) fn run(workspace: &Workspace, check: bool) -> Result {
    announce(if check { "gen --check" } else { "gen" });
    settle(workspace, &stale(workspace)?, check)
}

/// Works out every file, and which of them differ from what they should hold. Nothing is written.
pub(crate) fn stale(workspace: &Workspace) -> Result<Vec<File>> {
    let mut files = derived(workspace)?;
    files.push((CONFIGURATION.to_owned(), configuration(workspace)));
    for package in workspace.packages()?.into_iter().filter(|package| package.is_published) {
        for name in LICENCES {
            files.push((format!("{}/{name}", package.folder), workspace.read(name)));
        }
    }
    differing(workspace, files)
}

fn differing(workspace: &Workspace, files: Vec<Attempt>) -> Result<Vec<File>> {
    let (mut stale, mut problems) = (Vec::new(), 0);
    for (path, made) in files {
        match made {
            Ok(text) if workspace.bytes(&path).is_some_and(|bytes| bytes == text.as_bytes()) => {}
            Ok(text) => stale.push(File { path, text }),
            Err(problem) => {
                println!("{problem}");
                problems += 1;
            }
        }
    }
    match problems {
        0 => Ok(stale),
        _ => Err(format!("{problems} of the files cannot be made, for the reasons above")),
    }
}

/// Writes the files that differ; where they are only checked, it is an error that there are any.
fn settle(workspace: &Workspace, stale: &[File], check: bool) -> Result {
    for File { path, text } in stale {
        if check {
            println!("{path} is not up to date");
        } else {
            workspace.write(path, text)?;
            println!("wrote {path}");
        }
    }
    if check && !stale.is_empty() {
        return Err("run `cargo xtask gen` and commit what it writes".to_owned());
    }
    Ok(())
}

/// Builds the command line, which says what is derived, so that a run that changes files does not begin with minutes of work.
pub(crate) fn build(workspace: &Workspace) -> Result {
    run_command(&mut workspace.cargo(["build", "--quiet", "--package", "leadsink-cli"]))
}

/// The README files, with the parts that the descriptors say.
fn derived(workspace: &Workspace) -> Result<Vec<Attempt>> {
    let facts = ask(workspace, &["vendors"])?;
    let facts = facts.as_array().ok_or("`leadsink vendors --json` printed no array")?;
    let table = |path: &str, place| {
        let text = workspace.read(path)?;
        replace(path, &text, VENDORS, &tables::vendors(facts, place)?)
    };
    let mut files: Vec<Attempt> = [
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

/// The samples of a vendor: the plain one first, then those of its other ways and of its further configurations. There is none
/// before its tests were run.
fn samples(workspace: &Workspace, folder: &str) -> Vec<Sample> {
    let mut names = workspace.names_in(folder);
    names.retain(|name| name.ends_with(SAMPLE) || name.starts_with(UNDER));
    names.sort_by_key(|name| (name.starts_with(UNDER), name.len()));
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_differs_or_is_missing_is_refused_by_a_check_and_written_otherwise() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::at(folder.path());
        workspace.write("same.md", "new").unwrap();
        workspace.write("stale.md", "old").unwrap();
        let files = || ["same.md", "stale.md", "docs/missing.md"].map(|path| (path.to_owned(), Ok("new".to_owned())));
        let stale = || differing(&workspace, files().into()).unwrap();
        let paths: Vec<_> = stale().into_iter().map(|file| file.path).collect();
        assert_eq!(paths, ["stale.md", "docs/missing.md"]);

        let error = settle(&workspace, &stale(), true).unwrap_err();
        assert_eq!(error, "run `cargo xtask gen` and commit what it writes");
        assert_eq!(workspace.read("stale.md").unwrap(), "old");
        assert!(!workspace.path("docs").exists());

        settle(&workspace, &stale(), false).unwrap();
        assert_eq!(workspace.read("docs/missing.md").unwrap(), "new");
        assert_eq!(settle(&workspace, &stale(), true), Ok(()));
    }

    #[test]
    fn a_file_that_cannot_be_made_is_an_error() {
        let folder = tempfile::tempdir().unwrap();
        let files = vec![
            ("a.md".to_owned(), Ok("new".to_owned())),
            ("b.md".to_owned(), Err("`b.md` has no marks".to_owned())),
        ];
        let error = differing(&Workspace::at(folder.path()), files).unwrap_err();
        assert_eq!(error, "1 of the files cannot be made, for the reasons above");
    }

    #[test]
    fn the_plain_sample_comes_first_and_those_of_further_configurations_last() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::at(folder.path());
        let request = |city: &str| {
            format!(
                "---\n---\nrequest, safe to repeat:\nPOST https://a.example/\n\n{{\"city\": \"{city}\"}}\n\nunmapped: none\n"
            )
        };
        workspace.write("s/request_all.snap", &request("Austin")).unwrap();
        workspace.write("s/direct_request_all.snap", &request("Waco")).unwrap();
        workspace.write("s/request_required.snap", &request("Bryan")).unwrap();
        workspace
            .write(
                "s/request_under_a.snap",
                "---\n---\nunder {}\n\nbeside request_all:\n+ city = \"Marfa\"\n",
            )
            .unwrap();
        let cities: Vec<_> = samples(&workspace, "s")
            .iter()
            .filter_map(|sample| sample.value("city"))
            .collect();
        assert_eq!(cities, ["Austin", "Waco", "Marfa"]);
    }
}
