//! Runs the binary in a directory of its own, and the small files that the tests read.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Three good rows, one with a short phone, one that repeats the first.
pub(crate) const LEADS: &str = "\
First Name,Last Name,Email,Phone,Street Address,City,State,ZIP,TrustedForm Cert URL,Roof colour
Ada,Quill,ada@example.com,(512) 555-0101,1 Pine St,Austin,TX,78704,https://cert.trustedform.com/0123456789abcdef0123456789abcdef01234567,red
Bob,Reed,bob@example.com,(512) 555-0102,2 Pine St,Austin,TX,78704,https://cert.trustedform.com/0123456789abcdef0123456789abcdef01234568,
Cy,Stone,cy@example.com,555-0103,3 Pine St,Austin,TX,78704,https://cert.trustedform.com/0123456789abcdef0123456789abcdef01234569,
Dee,Tarn,dee@example.com,(512) 555-0104,4 Pine St,Austin,TX,78704,https://cert.trustedform.com/0123456789abcdef0123456789abcdef0123456a,
Ada,Quill,ada@example.com,(512) 555-0101,1 Pine St,Austin,TX,78704,https://cert.trustedform.com/0123456789abcdef0123456789abcdef01234567,red
";

/// An account whose credentials stand in variables that no test sets.
pub(crate) const CONFIG: &str = "\
[sinks.main]
vendor = \"ntherm\"
[sinks.main.config]
username = { env = \"LEADSINK_TEST_USERNAME\" }
password = { env = \"LEADSINK_TEST_PASSWORD\" }
campaign = \"SOLAR\"
";

/// The ids of the vendors that are compiled in, as messages list them.
pub(crate) fn vendor_ids() -> String {
    leadsink::registry().known().join(", ")
}

/// A directory to run in.
pub(crate) struct Room {
    dir: TempDir,
}

/// What a run left behind.
pub(crate) struct Ran {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Room {
    pub(crate) fn new() -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
        }
    }

    pub(crate) fn with(self, name: &str, content: impl AsRef<[u8]>) -> Self {
        fs::write(self.path(name), content).unwrap();
        self
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn command(&self, args: &[&str]) -> Command {
        command(self.dir.path(), args)
    }

    /// Runs it from a shell that prepares something first.
    #[cfg(target_os = "linux")]
    pub(crate) fn shell(&self, before: &str, args: &[&str]) -> Command {
        let mut command = Command::new("sh");
        command.current_dir(self.dir.path()).stdin(Stdio::null());
        command.args(["-c", &format!("{before} \"$@\""), "sh", env!("CARGO_BIN_EXE_leadsink")]);
        command.args(args);
        command
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        Ran::of(&self.command(args).stdin(Stdio::null()).output().unwrap())
    }

    /// Sends `leads.csv` to NTherm, without an outbox.
    pub(crate) fn send(&self, more: &[&str]) -> Ran {
        self.run(&[&["send", "leads.csv", "--no-outbox", "--to", "ntherm"], more].concat())
    }

    pub(crate) fn run_with_input(&self, args: &[&str], input: impl AsRef<[u8]>) -> Ran {
        let mut child = self
            .command(args)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(input.as_ref()).unwrap();
        Ran::of(&child.wait_with_output().unwrap())
    }
}

impl Ran {
    pub(crate) fn of(output: &Output) -> Self {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Self {
            code: output.status.code(),
            out: text(&output.stdout),
            err: text(&output.stderr),
        }
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_str(&self.out).unwrap()
    }

    pub(crate) fn lines(&self) -> Vec<serde_json::Value> {
        self.out
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }
}

/// The lines of a report about rows, without what stands above them.
pub(crate) fn lines(room: &Room, report: &str) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(room.path(report)).unwrap();
    let of_rows = text.lines().filter(|line| !line.starts_with("{\"run\":"));
    of_rows.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn command(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leadsink"));
    command.current_dir(dir).args(args);
    for name in [
        "COLUMNS",
        "LEADSINK_OUTBOX",
        "NO_COLOR",
        "PGPASSWORD",
        "LEADSINK_TEST_USERNAME",
        "LEADSINK_TEST_PASSWORD",
    ] {
        command.env_remove(name);
    }
    command
}
