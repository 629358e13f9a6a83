//! The rules of the tree that no compiler checks. Each breach names the rule, the file and the way out.

mod blank;
mod code;
mod dependencies;
mod files;
mod manifests;
mod packages;
pub(crate) mod snapshots;
mod spelling;
mod tree;
mod vendors;

use std::fmt;

use self::tree::Tree;
use crate::workspace::{Result, Workspace, announce};

/// A place that breaks a rule.
#[derive(Debug, PartialEq, Eq)]
struct Breach {
    rule: &'static str,
    file: String,
    line: Option<usize>,
    what: String,
    way_out: String,
}

impl Breach {
    fn new(rule: &'static str, file: impl Into<String>, what: impl Into<String>, way_out: impl Into<String>) -> Self {
        Self {
            rule,
            file: file.into(),
            line: None,
            what: what.into(),
            way_out: way_out.into(),
        }
    }

    fn at(self, line: usize) -> Self {
        Self {
            line: Some(line),
            ..self
        }
    }
}

impl fmt::Display for Breach {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.file)?;
        if let Some(line) = self.line {
            write!(f, ":{line}")?;
        }
        write!(f, ": {}: {}\n    way out: {}", self.rule, self.what, self.way_out)
    }
}

type Rule = fn(&Tree) -> Vec<Breach>;

const RULES: [Rule; 20] = [
    vendors::folders,
    vendors::rows,
    vendors::core_names_none,
    dependencies::directions,
    manifests::workspace_dependencies,
    manifests::default_features,
    manifests::workspace_lints,
    code::module_docs,
    code::exposed_secrets,
    code::prints,
    code::skipped_tests,
    code::bare_allows,
    files::length,
    files::machine_paths,
    files::conflict_marks,
    packages::metadata,
    packages::documented_features,
    packages::included_files,
    packages::rust_version,
    spelling::words,
];

/// Checks every rule and prints every breach.
pub(crate) fn run(workspace: &Workspace) -> Result {
    announce("tidy");
    report(&breaches(&Tree::read(workspace)?))
}

fn breaches(tree: &Tree) -> Vec<Breach> {
    RULES.iter().flat_map(|rule| rule(tree)).collect()
}

/// Prints every breach.
fn report(breaches: &[Breach]) -> Result {
    for breach in breaches {
        println!("{breach}");
    }
    match breaches.len() {
        0 => Ok(()),
        1 => Err("1 breach".to_owned()),
        n => Err(format!("{n} breaches")),
    }
}

/// Whether core's code holds a word, so that a vendor of that id would seem to be named there.
pub(crate) fn core_holds(workspace: &Workspace, id: &str) -> Result<bool> {
    Ok(!vendors::named_in_core(&Tree::read(workspace)?, &[id]).is_empty())
}

#[cfg(test)]
mod tests;
