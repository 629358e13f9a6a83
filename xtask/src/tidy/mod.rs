//! The rules of the tree that no compiler checks. Each breach names the rule, the file and the way out.

mod blank;
mod code;
mod dependencies;
mod files;
mod manifests;
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

const RULES: [Rule; 15] = [
    vendors::folders,
    vendors::rows,
    vendors::core_names_none,
    dependencies::directions,
    manifests::workspace_dependencies,
    manifests::workspace_lints,
    code::module_docs,
    code::exposed_secrets,
    code::prints,
    code::skipped_tests,
    code::bare_allows,
    files::length,
    files::machine_paths,
    files::pending_snapshots,
    files::conflict_marks,
];

/// Checks every rule and prints every breach.
pub(crate) fn run(workspace: &Workspace) -> Result {
    announce("tidy");
    let tree = Tree::read(workspace)?;
    let breaches: Vec<_> = RULES.iter().flat_map(|rule| rule(&tree)).collect();
    for breach in &breaches {
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
mod tests {
    use super::*;

    #[test]
    fn a_breach_names_the_rule_the_file_and_the_way_out() {
        let breach = Breach::new("length", "src/lib.rs", "401 lines", "split it").at(401);
        assert_eq!(
            breach.to_string(),
            "src/lib.rs:401: length: 401 lines\n    way out: split it"
        );
    }
}
