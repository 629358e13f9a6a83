//! The workspace that the tasks work on, and the commands they run in it.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::Value;

/// What a task returns; the error is a line for people.
pub(crate) type Result<T = ()> = std::result::Result<T, String>;

/// The checked-out workspace.
pub(crate) struct Workspace {
    root: PathBuf,
}

impl Workspace {
    /// Finds it by what cargo says of this package.
    pub(crate) fn find() -> Result<Self> {
        let package = env::var("CARGO_MANIFEST_DIR").map_err(|_| "run it as `cargo xtask`")?;
        let root = Path::new(&package).parent().ok_or("the package lies in no workspace")?;
        Ok(Self { root: root.to_owned() })
    }

    /// Where it lies.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// One in another folder.
    #[cfg(test)]
    pub(crate) fn at(root: &Path) -> Self {
        Self { root: root.to_owned() }
    }

    /// Cargo, at the root.
    pub(crate) fn cargo<const N: usize>(&self, args: [&str; N]) -> Command {
        let mut command = self.command(&env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned()));
        command.args(args);
        command
    }

    /// Git, at the root. It reads only, so a checkout that belongs to another user is as good.
    pub(crate) fn git<const N: usize>(&self, args: [&str; N]) -> Command {
        let mut command = self.command("git");
        command
            .arg("-c")
            .arg(format!("safe.directory={}", self.root.display()))
            .args(args);
        command
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.current_dir(&self.root).stdin(Stdio::null());
        // Build scripts such as ring's watch these, and would run again whenever a task calls cargo after a person did.
        for (name, _) in env::vars_os() {
            if let Some(name) = name.to_str()
                && ["CARGO_PKG_", "CARGO_MANIFEST_", "CARGO_BIN_", "CARGO_CRATE_"]
                    .iter()
                    .any(|start| name.starts_with(start))
            {
                command.env_remove(name);
            }
        }
        command
    }

    /// A program that is no cargo and no git, at the root.
    pub(crate) fn program(&self, program: &str) -> Command {
        self.command(program)
    }

    /// Where a file lies, by its path from the root.
    pub(crate) fn path(&self, path: &str) -> PathBuf {
        self.root.join(path)
    }

    /// The text of a file, by its path from the root.
    pub(crate) fn read(&self, path: &str) -> Result<String> {
        fs::read_to_string(self.root.join(path)).map_err(|error| format!("`{path}` cannot be read: {error}"))
    }

    /// The bytes of a file; none when it is gone, as a deleted file is that git still lists.
    pub(crate) fn bytes(&self, path: &str) -> Option<Vec<u8>> {
        fs::read(self.root.join(path)).ok()
    }

    /// Writes a file, and the folder that it lies in.
    pub(crate) fn write(&self, path: &str, text: &str) -> Result {
        let file = self.root.join(path);
        let folder = file.parent().map_or(Ok(()), fs::create_dir_all);
        folder
            .and_then(|()| fs::write(&file, text))
            .map_err(|error| format!("`{path}` cannot be written: {error}"))
    }

    /// The folder of what is built.
    pub(crate) fn target(&self) -> Result<PathBuf> {
        let metadata = self.metadata()?;
        let target = metadata["target_directory"].as_str();
        target
            .map(PathBuf::from)
            .ok_or_else(|| "cargo's metadata names no target directory".to_owned())
    }

    /// The packages, by their folders from the root.
    pub(crate) fn packages(&self) -> Result<Vec<Package>> {
        let metadata = self.metadata()?;
        let packages = metadata["packages"].as_array().map(Vec::as_slice).unwrap_or_default();
        let mut packages: Vec<_> = packages
            .iter()
            .filter_map(|facts| Package::of(facts, &self.root))
            .collect();
        packages.sort_by(|one, other| one.folder.cmp(&other.folder));
        Ok(packages)
    }

    fn metadata(&self) -> Result<Value> {
        let metadata = capture(&mut self.cargo(["metadata", "--no-deps", "--format-version", "1"]))?;
        serde_json::from_str(&metadata).map_err(|error| format!("cargo's metadata: {error}"))
    }

    /// The names of what lies in a folder, sorted; none where there is no such folder.
    pub(crate) fn names_in(&self, folder: &str) -> Vec<String> {
        let entries = fs::read_dir(self.root.join(folder)).into_iter().flatten();
        let mut names: Vec<_> = entries
            .filter_map(|entry| entry.ok()?.file_name().into_string().ok())
            .collect();
        names.sort();
        names
    }

    /// The ids of the vendors, which are the names of their folders.
    pub(crate) fn vendors(&self) -> Vec<String> {
        let mut ids = self.names_in("crates/vendors");
        ids.retain(|id| self.root.join("crates/vendors").join(id).join("Cargo.toml").is_file());
        ids
    }
}

/// A package of the workspace.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Package {
    pub(crate) name: String,
    /// Its folder, from the root, with `/` between the parts.
    pub(crate) folder: String,
    /// Whether it is published.
    pub(crate) is_published: bool,
}

impl Package {
    /// What cargo's metadata says of it.
    fn of(facts: &Value, root: &Path) -> Option<Self> {
        let folder = Path::new(facts["manifest_path"].as_str()?).parent()?;
        let parts = folder.strip_prefix(root).ok()?.components();
        let parts: Vec<_> = parts.map(|part| part.as_os_str().to_string_lossy()).collect();
        Some(Self {
            name: facts["name"].as_str()?.to_owned(),
            folder: parts.join("/"),
            // An empty list of registries: `publish = false`.
            is_published: facts["publish"]
                .as_array()
                .is_none_or(|registries| !registries.is_empty()),
        })
    }
}

/// Announces a step.
pub(crate) fn announce(step: &str) {
    println!("\n== {step}");
}

/// Runs a command whose output goes where this process's goes.
pub(crate) fn run(command: &mut Command) -> Result {
    let status = command
        .status()
        .map_err(|error| format!("{} did not start: {error}", shown(command)))?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("{} ended with {status}", shown(command)))
    }
}

/// Runs a command for its output; what it says on stderr passes through.
pub(crate) fn capture(command: &mut Command) -> Result<String> {
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("{} did not start: {error}", shown(command)))?;
    if !output.status.success() {
        return Err(format!("{} ended with {}", shown(command), output.status));
    }
    String::from_utf8(output.stdout).map_err(|_| format!("{} printed no UTF-8", shown(command)))
}

/// A command as a person would type it, without the folder of its program.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_stem().unwrap_or_default();
    let mut text = format!("`{}", program.to_string_lossy());
    for arg in command.get_args() {
        text.push(' ');
        text.push_str(&arg.to_string_lossy());
    }
    text.push('`');
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_package_has_a_folder_and_says_whether_it_is_published() {
        let root = Path::new("root");
        let manifest = root.join("crates").join("core").join("Cargo.toml");
        let package = |publish: Value| {
            let facts = json!({"name": "leadsink-core", "manifest_path": manifest, "publish": publish});
            Package::of(&facts, root).unwrap()
        };
        assert_eq!(package(Value::Null).folder, "crates/core");
        assert!(package(Value::Null).is_published);
        assert!(!package(json!([])).is_published);
    }
}
