//! The vendor to send to: `bench-server` in a process of its own.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde_json::Value;

use crate::workspace::Result;

/// A running server. It ends when this is dropped.
pub(super) struct Server {
    child: Child,
    input: Option<ChildStdin>,
    output: BufReader<ChildStdout>,
    pub(super) url: String,
}

/// What the server received since it was last reset.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Received {
    /// Number, bytes and checksum of the bodies, whatever their order.
    pub(super) bodies: Value,
    pub(super) requests: u64,
    pub(super) connections: u64,
    pub(super) most_open: u64,
}

impl Server {
    /// Starts one that answers after a delay and makes the faults, as `bench-server` takes them.
    pub(super) fn start(program: &std::path::Path, delay_ms: u32, faults: Option<&str>) -> Result<Self> {
        let mut child = Command::new(program)
            .arg(delay_ms.to_string())
            .args(faults)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("`bench-server` did not start: {error}"))?;
        let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
            return Err("`bench-server` has no pipes".to_owned());
        };
        let mut server = Self {
            child,
            input: Some(input),
            output: BufReader::new(output),
            url: String::new(),
        };
        // Vendors have names. A numeric address costs the URL parser, on both sides, what no real one does.
        server.url = server.line()?.replace("127.0.0.1", "localhost");
        Ok(server)
    }

    /// Forgets what was received.
    pub(super) fn reset(&mut self) -> Result {
        self.tell("reset")
    }

    /// What was received.
    pub(super) fn received(&mut self) -> Result<Received> {
        self.tell("counts")?;
        let told: Value = serde_json::from_str(&self.line()?).map_err(|error| format!("`bench-server`: {error}"))?;
        let count = |name: &str| {
            let count = told["counts"][name].as_u64();
            count.ok_or_else(|| format!("`bench-server` tells no `{name}`"))
        };
        Ok(Received {
            requests: count("requests")?,
            connections: count("connections")?,
            most_open: count("most_open_connections")?,
            bodies: told["bodies"].clone(),
        })
    }

    fn tell(&mut self, word: &str) -> Result {
        let input = self.input.as_mut().ok_or("`bench-server` has ended")?;
        writeln!(input, "{word}").map_err(|error| format!("`bench-server` does not listen: {error}"))
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        match self.output.read_line(&mut line) {
            Ok(0) => Err("`bench-server` ended early".to_owned()),
            Ok(_) => Ok(line.trim_end().to_owned()),
            Err(error) => Err(format!("`bench-server`: {error}")),
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The end of its input ends it.
        drop(self.input.take());
        let _ = self.child.wait();
    }
}
