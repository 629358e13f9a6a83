//! The scenarios of a folder. What is wrong with a file is told with the file to open, once for all files.

use std::fs;
use std::path::{Path, PathBuf};

use super::Scenario;
use crate::Suite;
use crate::report::Report;

/// Reads the scenarios of a folder, in the order of their file names.
///
/// # Panics
/// When the folder or a file of it cannot be read, or there is no scenario in it.
#[must_use]
pub fn scenarios(folder: impl AsRef<Path>) -> Vec<Scenario> {
    let folder = folder.as_ref();
    let files = files(folder).unwrap_or_else(|error| panic!("{error} in {}", folder.display()));
    let read =
        |path: &PathBuf| read(path).unwrap_or_else(|error| panic!("the scenario {} is wrong: {error}", path.display()));
    files.iter().map(read).collect()
}

/// Reads the scenarios of a vendor. Those that cannot be read are complaints.
pub(crate) fn scenarios_of(suite: &Suite, report: &mut Report) -> Vec<Scenario> {
    let files = files(suite.contract()).unwrap_or_else(|error| {
        let cure = "write a lead that is taken, from the vendor's document";
        report.add(error, &suite.scenario_file("accepted"), cure);
        Vec::new()
    });
    let mut scenarios = Vec::new();
    for path in files {
        match read(&path) {
            Ok(scenario) => scenarios.push(scenario),
            Err(error) => {
                let file = suite.scenario_file(&name(&path));
                report.add("a scenario cannot be read, so nobody checks it", &file, error);
            }
        }
    }
    scenarios
}

fn files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let entries = fs::read_dir(folder).map_err(|error| format!("no scenario can be read ({error})"))?;
    let mut files: Vec<PathBuf> = entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    if files.is_empty() {
        return Err("there is no scenario".to_owned());
    }
    Ok(files)
}

fn read(path: &Path) -> Result<Scenario, String> {
    let text = fs::read_to_string(path).map_err(|error| error.to_string())?;
    Scenario::parse(&name(path), &text)
}

fn name(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}
