//! What every figure needs: the programs as they are published, the lead files, and the command lines of both sides.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::FULL;
use super::child::{Usage, measure, measure_success};
use super::server::{Received, Server};
use crate::workspace::{Result, Workspace, run};

/// The key that the sandbox lets in; it opens nothing else.
const KEY: &str = "sandbox-password";

/// The form in which programs are published, and both sides are measured.
const PROFILE: &str = "dist";

/// The programs and the folder that the figures share.
pub(super) struct Stage {
    programs: PathBuf,
    folder: PathBuf,
    rows: u64,
    pub(super) rounds: u32,
}

/// What is in a lead file, by the name that `bench-leads` takes.
#[derive(Clone, Copy)]
pub(super) enum Kind {
    Plain,
    Form,
}

/// Which of them sends: this program plainly, or through an outbox, or the peer. The peer's runtime has a thread for each core, as `#[tokio::main]` makes it, or one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Side {
    Leadsink,
    Outbox,
    Peer,
    PeerOneThread,
}

/// What a side used, and what came of it at the server.
pub(super) struct Sent {
    pub(super) usage: Usage,
    pub(super) received: Received,
}

impl Stage {
    /// Builds the programs; each with the features that it has alone, so the two sides do not widen each other's.
    pub(super) fn build(workspace: &Workspace, rows: u64, rounds: u32) -> Result<Self> {
        for package in ["leadsink-cli", "leadsink-bench"] {
            run(&mut workspace.cargo(["build", "--profile", PROFILE, "--bins", "--package", package]))?;
        }
        let target = workspace.target()?;
        let stage = Self {
            programs: target.join(PROFILE),
            folder: target.join("bench"),
            rows,
            rounds,
        };
        fs::create_dir_all(&stage.folder).map_err(|error| format!("`{}`: {error}", stage.folder.display()))?;
        Ok(stage)
    }

    /// The rows of a file that has so many when the longest has its full length.
    pub(super) fn scaled(&self, rows: u64) -> u64 {
        (rows * self.rows / FULL).max(200)
    }

    pub(super) fn program(&self, name: &str) -> PathBuf {
        self.programs.join(format!("{name}{}", std::env::consts::EXE_SUFFIX))
    }

    /// A file in the folder of the figures.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    pub(super) fn stderr(&self) -> PathBuf {
        self.path("stderr.txt")
    }

    /// Writes a lead file.
    pub(super) fn leads(&self, kind: Kind, rows: u64) -> Result<PathBuf> {
        let kind = match kind {
            Kind::Plain => "plain",
            Kind::Form => "form",
        };
        let path = self.path(&format!("{kind}-{rows}.csv"));
        let file = create(&path)?;
        let mut command = Command::new(self.program("bench-leads"));
        run(command.arg(kind).arg(rows.to_string()).stdout(file))?;
        Ok(path)
    }

    pub(super) fn server(&self, delay_ms: u32, faults: Option<&str>) -> Result<Server> {
        Server::start(&self.program("bench-server"), delay_ms, faults)
    }

    /// The command line that sends a file. The report of an earlier run is taken away: none is ever written over.
    pub(super) fn send(&self, side: Side, file: &Path, url: &str, concurrency: u32) -> Result<Command> {
        let concurrency = concurrency.to_string();
        if matches!(side, Side::Peer | Side::PeerOneThread) {
            let mut command = Command::new(self.program("bench-peer"));
            command.arg(file).args([url, KEY, &concurrency]).stdout(Stdio::null());
            command.args((side == Side::PeerOneThread).then_some("one-thread"));
            return Ok(command);
        }
        let report = self.path("report");
        if report.exists() {
            fs::remove_dir_all(&report).map_err(|error| format!("`{}`: {error}", report.display()))?;
        }
        fs::create_dir_all(&report).map_err(|error| format!("`{}`: {error}", report.display()))?;
        let mut command = self.leadsink("send", file, url)?;
        command.args(["--concurrency", &concurrency]).stdout(Stdio::null());
        if side == Side::Outbox {
            command.arg("--outbox").arg(report.join("leadsink.db"));
        } else {
            command
                .args(["--no-outbox", "--report"])
                .arg(report.join("report.ndjson"));
        }
        Ok(command)
    }

    /// A command of `leadsink` that takes a file and a sink.
    pub(super) fn leadsink(&self, verb: &str, file: &Path, url: &str) -> Result<Command> {
        let config = self.path("leadsink.toml");
        // The documented limit would be all that is measured.
        let text = format!(
            "[sinks.enerflo.config]\nbase_url = \"{url}\"\napi_key = \"{KEY}\"\n\n[sinks.enerflo.quotas]\nleads = \"off\"\n"
        );
        fs::write(&config, text).map_err(|error| format!("`{}`: {error}", config.display()))?;
        let mut command = Command::new(self.program("leadsink"));
        command
            .arg(verb)
            .arg(file)
            .args(["--to", "enerflo", "--config"])
            .arg(config);
        Ok(command)
    }

    /// Sends a file to a server that starts counting anew. Every lead must be taken.
    pub(super) fn sent(&self, side: Side, file: &Path, server: &mut Server, concurrency: u32) -> Result<Sent> {
        server.reset()?;
        let mut command = self.send(side, file, &server.url, concurrency)?;
        let usage = measure_success(&mut command, &self.stderr())?;
        let received = server.received()?;
        Ok(Sent { usage, received })
    }

    /// As [`sent`](Self::sent), and leads may be refused.
    pub(super) fn refused(&self, side: Side, file: &Path, server: &mut Server, concurrency: u32) -> Result<Sent> {
        server.reset()?;
        let mut command = self.send(side, file, &server.url, concurrency)?;
        let usage = measure(&mut command, &self.stderr())?;
        let received = server.received()?;
        Ok(Sent { usage, received })
    }
}

pub(super) fn create(path: &Path) -> Result<File> {
    File::create(path).map_err(|error| format!("`{}`: {error}", path.display()))
}
