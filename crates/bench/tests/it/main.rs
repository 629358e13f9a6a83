//! The comparison is fair: for the same file the peer and `leadsink send` make the same requests.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use leadsink_bench::leads::{self, Kind};
use leadsink_sandbox::{Background, Checksum, Sandbox, TEST_PASSWORD};
use tempfile::TempDir;

const VENDOR: &str = "enerflo";
const ROWS: u64 = 100;

/// The bodies that reached the vendor, in the order of their ids, and what they come to as bytes.
struct Arrived {
    bodies: Vec<String>,
    checksum: Checksum,
}

/// Runs a sender against a sandbox of its own.
fn arrived(sender: impl FnOnce(&Background) -> Command) -> Arrived {
    let sandbox = Background::start(Sandbox::builder()).unwrap();
    let output = sender(&sandbox).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let mut bodies: Vec<_> = sandbox.received().iter().map(|one| one.body.to_string()).collect();
    bodies.sort();
    Arrived {
        bodies,
        checksum: sandbox.checksum(VENDOR).unwrap(),
    }
}

fn leadsink(folder: &Path, file: &Path, sandbox: &Background) -> Command {
    let config = folder.join("leadsink.toml");
    // At the documented limit a test would wait.
    let text = sandbox.config_toml(VENDOR).unwrap() + "\n[sinks.enerflo.quotas]\nleads = \"off\"\n";
    std::fs::write(&config, text).unwrap();
    let mut command = Command::new(binary());
    command
        .args(["send", "--no-outbox"])
        .arg(file)
        .args(["--to", VENDOR, "--config"])
        .arg(config);
    command
}

/// The binary, as the test command built it.
fn binary() -> PathBuf {
    if let Some(path) = std::env::var_os("LEADSINK_BIN") {
        return path.into();
    }
    let beside = Path::new(env!("CARGO_BIN_EXE_bench-peer"));
    let path = beside.with_file_name(format!("leadsink{}", std::env::consts::EXE_SUFFIX));
    assert!(
        path.exists(),
        "the binary is not built: run `cargo xtask test`, or `cargo build -p leadsink-cli` first"
    );
    path
}

fn plain(folder: &TempDir) -> PathBuf {
    let path = folder.path().join("leads.csv");
    let mut file = Vec::new();
    leads::write(Kind::Plain, ROWS, &mut file).unwrap();
    std::fs::write(&path, file).unwrap();
    path
}

#[test]
fn the_peer_sends_the_bodies_that_leadsink_sends() {
    let folder = tempfile::tempdir().unwrap();
    let file = plain(&folder);
    let ours = arrived(|sandbox| leadsink(folder.path(), &file, sandbox));
    let peers = arrived(|sandbox| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bench-peer"));
        command
            .arg(&file)
            .args([&sandbox.base_url(VENDOR).unwrap(), TEST_PASSWORD, "8"]);
        command
    });
    assert_eq!(ours.bodies.len() as u64, ROWS);
    for (ours, peers) in ours.bodies.iter().zip(&peers.bodies) {
        assert_eq!(ours, peers);
    }
    assert_eq!(ours.checksum, peers.checksum, "the same members, written otherwise");
}
