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

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: &str) -> Result {
        fs::write(self.root.join(path), text).map_err(|error| format!("`{path}` cannot be written: {error}"))
    }

    fn metadata(&self) -> Result<Value> {
        let metadata = capture(&mut self.cargo(["metadata", "--no-deps", "--format-version", "1"]))?;
        serde_json::from_str(&metadata).map_err(|error| format!("cargo's metadata: {error}"))
    }

    /// The names of the packages.
    pub(crate) fn packages(&self) -> Result<Vec<String>> {
        let metadata = self.metadata()?;
        let packages = metadata["packages"].as_array().into_iter().flatten();
        let names = packages.filter_map(|package| package["name"].as_str());
        Ok(names.map(str::to_owned).collect())
    }

    /// The folder of what is built.
    pub(crate) fn target(&self) -> Result<PathBuf> {
        let metadata = self.metadata()?;
        let target = metadata["target_directory"].as_str();
        target
            .map(PathBuf::from)
            .ok_or_else(|| "cargo's metadata names no target directory".to_owned())
    }

    /// The ids of the vendors, which are the names of their folders.
    pub(crate) fn vendors(&self) -> Result<Vec<String>> {
        let folder = self.root.join("crates/vendors");
        let entries = fs::read_dir(&folder).map_err(|error| format!("`crates/vendors` cannot be read: {error}"))?;
        let mut ids: Vec<_> = entries
            .filter_map(|entry| entry.ok())
            .filter(|entry| entry.path().join("Cargo.toml").is_file())
            .filter_map(|entry| entry.file_name().into_string().ok())
            .collect();
        ids.sort();
        Ok(ids)
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
