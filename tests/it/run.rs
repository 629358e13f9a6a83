//! Runs the binary `leadsink` on a lead file against a sandbox of its own, and reads what it left behind.

use std::ffi::OsStr;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use leadsink_sandbox::{Background, Builder, Sandbox};
use serde_json::Value;
use tempfile::TempDir;

/// How long a test waits for what must come.
pub(crate) const LIMIT: Duration = Duration::from_secs(20);

/// Takes the quotas away, which would pace what is no test of the pace.
pub(crate) const UNPACED: &str = "\n[sinks.enerflo.quotas]\nleads = \"off\"\n\n\
                                  [sinks.opensolar.quotas]\nproject_writes = \"off\"\nproject_reads = \"off\"\n";

/// Every vendor whose mapping is written, in the order of their names.
pub(crate) const VENDORS: &[&str] = &["enerflo", "leadconduit", "ntherm", "opensolar", "solarnexus"];

/// Two vendors, the one that merges what comes twice and one that refuses it.
pub(crate) const BOTH: [&str; 4] = ["--to", "ntherm", "--to", "enerflo"];

/// A sandbox, a folder, and the configuration that joins them.
pub(crate) struct Stage {
    pub(crate) sandbox: Background,
    pub(crate) folder: TempDir,
    /// The `leadsink.toml`: a sink for every vendor.
    pub(crate) config: String,
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
        let sandbox = Background::start(builder).unwrap();
        Self {
            config: sandbox.leadsink_toml() + UNPACED,
            sandbox,
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

    /// Runs `leadsink <args>` with the stage's configuration where the command takes a sink.
    pub(crate) fn run(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
        self.command(args).output().unwrap().into()
    }

    pub(crate) fn command(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Command {
        let config = self.write("leadsink.toml", &self.config);
        let args: Vec<_> = args.into_iter().map(|arg| arg.as_ref().to_owned()).collect();
        let takes_sink = args
            .first()
            .is_some_and(|verb| ["map", "check", "send", "work"].iter().any(|known| verb == known));
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

    /// Sends a file to NTherm and reads its report.
    pub(crate) fn send(&self, file: &Path, more: &[&str]) -> (Ended, Vec<Value>) {
        self.deliver(file, &[&["--to", "ntherm"], more].concat())
    }

    /// Sends a file to two vendors and reads its report.
    pub(crate) fn send_to_both(&self, file: &Path, more: &[&str]) -> (Ended, Vec<Value>) {
        self.deliver(file, &[&BOTH, more].concat())
    }

    /// Sends a file to every vendor and reads its report.
    pub(crate) fn send_to_all(&self, file: &Path, more: &[&str]) -> (Ended, Vec<Value>) {
        self.deliver(file, &[&["--to", &VENDORS.join(",")], more].concat())
    }

    /// Sends a file and reads its report, which takes the place of an earlier one.
    pub(crate) fn deliver(&self, file: &Path, args: &[&str]) -> (Ended, Vec<Value>) {
        // There is none as a rule.
        let _ = std::fs::remove_file(self.path("report.ndjson"));
        let ended = self.run(self.sending(file, args));
        (ended, self.report())
    }

    /// The arguments that send a file, with the report where [`Stage::report`] reads it.
    pub(crate) fn sending(&self, file: &Path, args: &[&str]) -> Vec<std::ffi::OsString> {
        let report = self.path("report.ndjson");
        let mut all: Vec<&OsStr> = vec![
            "send".as_ref(),
            "--no-outbox".as_ref(),
            file.as_ref(),
            "--report".as_ref(),
            report.as_ref(),
        ];
        all.extend(args.iter().map(|arg| OsStr::new(*arg)));
        all.into_iter().map(OsStr::to_owned).collect()
    }

    /// The report, in the order of the rows.
    pub(crate) fn report(&self) -> Vec<Value> {
        read_report(&self.path("report.ndjson"))
    }

    /// Starts a run that the test does not wait for.
    pub(crate) fn start(&self, args: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Running {
        let mut command = self.command(args);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        Running(Some(command.spawn().unwrap()))
    }
}

/// A run under way. It is killed when the test is done with it.
pub(crate) struct Running(Option<Child>);

impl Running {
    pub(crate) fn is_running(&mut self) -> bool {
        let child = self.0.as_mut().unwrap();
        child.try_wait().unwrap().is_none()
    }

    /// Gives it this for its standard input.
    pub(crate) fn feed(&mut self, text: &str) {
        let mut input = self.0.as_mut().unwrap().stdin.take().unwrap();
        input.write_all(text.as_bytes()).unwrap();
    }

    #[cfg(unix)]
    pub(crate) fn interrupt(&self) {
        let id = self.0.as_ref().unwrap().id().to_string();
        assert!(Command::new("kill").args(["-INT", &id]).status().unwrap().success());
    }

    pub(crate) fn end(mut self) -> Ended {
        wait_for("the end of the run", || !self.is_running());
        self.0.take().unwrap().wait_with_output().unwrap().into()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(mut child) = self.0.take() {
            // It may have ended by itself.
            let _ = child.kill();
            let _ = child.wait();
        }
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

/// Looks again and again until something is so.
#[track_caller]
pub(crate) fn wait_for(what: &str, mut is_so: impl FnMut() -> bool) {
    let end = Instant::now() + LIMIT;
    while !is_so() {
        assert!(Instant::now() < end, "waited in vain for {what}");
        thread::park_timeout(Duration::from_millis(2));
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

/// The whole lines of a report about rows, in the order in which they were written.
pub(crate) fn written(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    // A run under way may have written half of the last one.
    let whole = text.rfind('\n').map_or("", |end| &text[..end]);
    let of_rows = whole.lines().filter(|line| !line.starts_with("{\"run\":"));
    of_rows.map(|line| serde_json::from_str(line).unwrap()).collect()
}

pub(crate) fn read_report(path: &Path) -> Vec<Value> {
    let mut lines = written(path);
    lines.sort_by_key(|line| line["row"].as_u64());
    lines
}

pub(crate) fn outcomes(report: &[Value]) -> Vec<&str> {
    report.iter().map(|line| line["outcome"].as_str().unwrap()).collect()
}

/// The lines of one sink.
pub(crate) fn lines_of<'a>(report: &'a [Value], sink: &str) -> Vec<&'a Value> {
    report.iter().filter(|line| line["sink"] == sink).collect()
}

/// The outcomes at one sink.
pub(crate) fn outcomes_at<'a>(report: &'a [Value], sink: &str) -> Vec<&'a str> {
    let lines = lines_of(report, sink).into_iter();
    lines.map(|line| line["outcome"].as_str().unwrap()).collect()
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
