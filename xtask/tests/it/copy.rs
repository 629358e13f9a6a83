//! A copy of the workspace to work in. Crates of others are shared with the build that the tests belong to; ours have a
//! version of their own there, or cargo would take the crates of one for those of the other.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The version of our crates here.
const VERSION: &str = concat!("version = \"", env!("CARGO_PKG_VERSION"), "\"");

/// What cargo says of a package to what it runs.
const OF_A_PACKAGE: [&str; 4] = ["CARGO_BIN_", "CARGO_CRATE_", "CARGO_MANIFEST_", "CARGO_PKG_"];

/// A copy of the workspace.
pub(crate) struct Copy {
    root: PathBuf,
}

/// Files, each with what is in it.
pub(crate) type Files = BTreeMap<PathBuf, Vec<u8>>;

/// How a command ended, with all that it said.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) is_well: bool,
    pub(crate) text: String,
}

impl Copy {
    /// Makes a copy of that name anew.
    pub(crate) fn new(name: &str) -> Self {
        Self::with_version(name, "0.0.0")
    }

    /// Makes a copy whose crates have this version. Copies in which things are built at the same time must not share it.
    pub(crate) fn with_version(name: &str, version: &str) -> Self {
        let copy = Self {
            root: Path::new(env!("CARGO_TARGET_TMPDIR")).join(name),
        };
        if copy.root.exists() {
            fs::remove_dir_all(&copy.root).unwrap();
        }
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
        copy_folder(workspace, &copy.root);
        copy.change("Cargo.toml", |text| {
            assert!(text.contains(VERSION), "the crates have another version");
            text.replace(VERSION, &format!("version = \"{version}\""))
        });
        // Tidy asks git which files are ours.
        let init = run(copy.command("git").args(["init", "--quiet"]));
        assert!(init.is_well, "{init:?}");
        copy
    }

    /// Runs a task of the copy.
    pub(crate) fn xtask(&self, args: &[&str]) -> Ended {
        run(&mut self.xtask_command(args))
    }

    /// A task of the copy.
    pub(crate) fn xtask_command(&self, args: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_xtask"));
        command.args(args).env("CARGO_MANIFEST_DIR", self.root.join("xtask"));
        command
    }

    /// Runs cargo in the copy.
    pub(crate) fn cargo(&self, args: &[&str]) -> Ended {
        run(&mut self.cargo_command(args))
    }

    /// Cargo in the copy.
    pub(crate) fn cargo_command(&self, args: &[&str]) -> Command {
        let mut command = self.command(env!("CARGO"));
        command.args(args);
        command
    }

    /// A program in the copy, with what cargo needs to build there.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        // Build scripts watch what cargo says of the package under test, and would run again.
        for (name, _) in std::env::vars_os() {
            if name
                .to_str()
                .is_some_and(|name| OF_A_PACKAGE.iter().any(|start| name.starts_with(start)))
            {
                command.env_remove(name);
            }
        }
        let tmp = Path::new(env!("CARGO_TARGET_TMPDIR"));
        command
            .current_dir(&self.root)
            .env("CARGO", env!("CARGO"))
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_BUILD_BUILD_DIR", tmp.parent().unwrap())
            .env("CARGO_TARGET_DIR", tmp.join("target"))
            .env("CARGO_TERM_COLOR", "never")
            // It is built once and thrown away.
            .env("CARGO_INCREMENTAL", "0")
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("INSTA_UPDATE", "no")
            .env("RUST_BACKTRACE", "0")
            // The build folder is not where the binary comes to, so tests would look for it in vain.
            .env(
                "LEADSINK_BIN",
                tmp.join("target/debug")
                    .join(format!("leadsink{}", std::env::consts::EXE_SUFFIX)),
            )
            .stdin(Stdio::null());
        command
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.root.join(path)).unwrap()
    }

    /// Writes a file.
    pub(crate) fn write(&self, path: &str, text: &str) {
        fs::write(self.root.join(path), text).unwrap();
    }

    /// Makes a folder.
    pub(crate) fn make_folder(&self, path: &str) {
        fs::create_dir_all(self.root.join(path)).unwrap();
    }

    /// Changes the text of a file.
    pub(crate) fn change(&self, path: &str, change: impl FnOnce(String) -> String) {
        self.write(path, &change(self.read(path)));
    }

    /// Every file but git's own, with what is in it.
    pub(crate) fn files(&self) -> Files {
        let mut files = Files::new();
        collect(&self.root, &mut files);
        files
    }
}

impl Copy {
    /// Fails where a file was changed, made or taken away.
    #[track_caller]
    pub(crate) fn assert_unchanged(&self, before: &Files) {
        let changed = self.changed_since(before);
        assert!(changed.is_empty(), "{changed:?}");
    }

    /// The files that were changed, made or taken away.
    pub(crate) fn changed_since(&self, before: &Files) -> BTreeSet<PathBuf> {
        let after = self.files();
        let differ = |one: &Files, other: &Files| {
            let differ = one.iter().filter(|(path, bytes)| other.get(*path) != Some(bytes));
            differ.map(|(path, _)| path.clone()).collect::<Vec<_>>()
        };
        [differ(before, &after), differ(&after, before)]
            .concat()
            .into_iter()
            .collect()
    }

    /// A path from the root.
    pub(crate) fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap().to_string_lossy().into_owned()
    }
}

/// Runs a command to its end.
pub(crate) fn run(command: &mut Command) -> Ended {
    let output = command.output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    Ended {
        is_well: output.status.success(),
        text: text(&output.stdout) + &text(&output.stderr),
    }
}

fn collect(folder: &Path, files: &mut Files) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with(".git") {
            // A folder that is left behind is one too many.
            files.insert(path.clone(), Vec::new());
            collect(&path, files);
        } else if path.is_file() {
            let bytes = fs::read(&path).unwrap();
            files.insert(path, bytes);
        }
    }
}

/// Copies what is written by people. The times of the files stay, so that what was built of them is known to be good.
fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let (path, to) = (entry.path(), to.join(entry.file_name()));
        let kind = entry.file_type().unwrap();
        if kind.is_dir() && entry.file_name() != "target" && entry.file_name() != ".git" {
            copy_folder(&path, &to);
        } else if kind.is_file() && entry.file_name() != ".git" {
            fs::copy(&path, &to).unwrap();
            let modified = entry.metadata().unwrap().modified().unwrap();
            let file = fs::File::options().append(true).open(&to).unwrap();
            file.set_modified(modified).unwrap();
        }
    }
}
