//! Runs the binary `leadsink` on a lead file against a sandbox of its own, and reads what it left behind.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use leadsink_sandbox::{Background, Builder, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

/// A sandbox, a folder, and the command line that joins them.
pub(crate) struct Stage {
    pub(crate) sandbox: Background,
    pub(crate) folder: TempDir,
}

/// How a run of the binary ended.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Stage {
    pub(crate) fn new() -> Self {
        Self::with(Sandbox::builder())
    }

    pub(crate) fn with(builder: Builder) -> Self {
        Self {
            sandbox: Background::start(builder).unwrap(),
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        std::fs::write(&path, content).unwrap();
        path
    }

    /// Writes a file of `n` good leads whose phones end in 0100, 0101, …
    pub(crate) fn leads(&self, n: usize) -> PathBuf {
        self.write("leads.csv", csv(0..n))
    }

    /// Runs `leadsink <args>` with the sandbox as NTherm where the command takes a sink.
    pub(crate) fn run(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
        self.command(args).output().unwrap().into()
    }

    pub(crate) fn command(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let config = self.write("leadsink.toml", self.sandbox.config_toml("ntherm").unwrap());
        let args: Vec<_> = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
        let takes_sink = args
            .first()
            .is_some_and(|verb| ["map", "check", "send"].iter().any(|known| verb == known));
        let mut command = Command::new(binary());
        command
            .args(args)
            .current_dir(self.folder.path())
            .env("NO_COLOR", "1")
            .stdin(Stdio::null());
        if takes_sink {
            command.arg("--config").arg(config);
        }
        command
    }

    /// Sends a file and reads its report.
    pub(crate) fn send(&self, file: &Path, more: &[&str]) -> (Ended, Vec<Value>) {
        let report = self.path("report.ndjson");
        let mut args: Vec<&OsStr> = vec!["send".as_ref(), file.as_ref(), "--to".as_ref(), "ntherm".as_ref()];
        args.extend(["--report".as_ref(), report.as_os_str()]);
        args.extend(more.iter().map(|arg| OsStr::new(*arg)));
        let ended = self.run(args);
        (ended, read_report(&report))
    }
}

impl From<Output> for Ended {
    fn from(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Self {
            code: output.status.code(),
            stdout: text(output.stdout),
            stderr: text(output.stderr),
        }
    }
}

/// The binary, as the test command built it.
pub(crate) fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("LEADSINK_BIN") {
        return path.into();
    }
    let here = std::env::current_exe().unwrap();
    let path = here
        .ancestors()
        .nth(2)
        .unwrap()
        .join(format!("leadsink{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "the binary is not built: run `cargo xtask test`, or `cargo build -p leadsink-cli` first"
    );
    path
}

pub(crate) fn read_report(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    let mut lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    lines.sort_by_key(|line| line["row"].as_u64());
    lines
}

pub(crate) fn outcomes(report: &[Value]) -> Vec<&str> {
    report.iter().map(|line| line["outcome"].as_str().unwrap()).collect()
}

/// Good leads, each with a phone of its own.
pub(crate) fn csv(rows: std::ops::Range<usize>) -> String {
    let header = "First Name,Last Name,Email,Phone,Street Address,City,State,ZIP,TrustedForm Cert URL\n";
    rows.fold(header.to_owned(), |text, n| {
        let phone = 5_125_550_100 + n;
        let certificate = format!("https://cert.trustedform.com/{n:040x}");
        text + &format!("Jane,Doe,jane{n}@example.com,{phone},{n} Main St,Austin,TX,78704,{certificate}\n")
    })
}
