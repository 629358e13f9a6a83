//! A process of its own for a test: this test binary, told to run one test with the outbox to work on.

use std::ffi::OsStr;
use std::io::{BufRead as _, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child as Process, ChildStdout, Command, Stdio};

/// Names the outbox to the child.
const OUTBOX: &str = "OUTBOX_OF_CHILD";

/// The outbox, where this is the child.
pub(crate) fn outbox() -> Option<PathBuf> {
    std::env::var_os(OUTBOX).map(PathBuf::from)
}

/// Says a line to the parent. A pipe that is closed is no reason to go on.
pub(crate) fn say(line: &str) {
    let mut out = std::io::stdout();
    writeln!(out, "\n{line}").and_then(|()| out.flush()).unwrap();
}

/// Says why a test proves nothing here.
pub(crate) fn skipped(why: &str) {
    std::io::stderr()
        .write_all(format!("skipped: {why}\n").as_bytes())
        .unwrap();
}

/// A child that runs; it is killed where it has not ended when this is dropped.
pub(crate) struct Child {
    process: Process,
    said: Lines<BufReader<ChildStdout>>,
}

impl Child {
    /// Runs a test on an outbox, by way of another program where one is given: it is to start what follows its arguments.
    pub(crate) fn start(test: &str, outbox: &Path, through: &[&str]) -> Self {
        let exe = std::env::current_exe().unwrap();
        let args = ["--exact", test, "--nocapture"].map(OsStr::new);
        let mut all = through.iter().map(OsStr::new).chain([exe.as_os_str()]).chain(args);
        let mut process = Command::new(all.next().unwrap())
            .args(all)
            .env(OUTBOX, outbox)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let said = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, said }
    }

    pub(crate) fn id(&self) -> u32 {
        self.process.id()
    }

    /// Tells the child a line.
    pub(crate) fn tell(&mut self, line: &str) {
        writeln!(self.process.stdin.as_mut().unwrap(), "{line}").unwrap();
    }

    /// The next line of the child that begins so.
    pub(crate) fn wait_for(&mut self, begin: &str) -> String {
        let lines = self.said.by_ref().map(Result::unwrap);
        let mut seen = Vec::new();
        for line in lines {
            if line.starts_with(begin) {
                return line;
            }
            seen.push(line);
        }
        panic!("the child ended before it said `{begin}`: {seen:#?}");
    }

    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// Waits for the end of the child, and says whether it ended well.
    pub(crate) fn end(mut self) -> bool {
        self.said.by_ref().for_each(drop);
        self.process.wait().unwrap().success()
    }
}

impl Drop for Child {
    fn drop(&mut self) {
        // It has ended where it went well.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
