//! A server that a test may kill, made by the programs of the one that all tests have.

use std::ffi::OsStr;
use std::fs::{self, File};
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio_postgres::NoTls;

use super::crew::signal;
use super::place::server;

/// So long it may take to start: everything that it was writing has to be on the disk first.
const STARTING: Duration = Duration::from_secs(120);

/// Who may do everything in it, without a password: its folder is open to its owner only.
const USER: &str = "leadsink";

/// Where the programs of a server lie, and where its data, whose owner it runs as.
const WHERE: &str = "SELECT (SELECT setting FROM pg_config WHERE name = 'BINDIR'), current_setting('data_directory')";

/// A server with a folder of its own, both gone when this is dropped.
pub(super) struct Cluster {
    programs: PathBuf,
    owner: (u32, u32),
    folder: TempDir,
    child: Option<Child>,
}

impl Cluster {
    /// A server that runs, or none where the tests have none on this machine.
    pub(super) fn start() -> Option<Self> {
        let (programs, data) = neighbour(&server()?);
        let data = fs::metadata(data).expect("the server of the tests is on this machine");
        // A short name, since the path of a socket has room for a hundred characters.
        let folder = tempfile::Builder::new().prefix("pg").tempdir().unwrap();
        let mut cluster = Self {
            programs,
            owner: (data.uid(), data.gid()),
            folder,
            child: None,
        };
        let path = cluster.folder.path();
        chown(path, Some(cluster.owner.0), Some(cluster.owner.1)).unwrap();
        fs::set_permissions(path, fs::Permissions::from_mode(0o700)).unwrap();
        let made = cluster
            .program("initdb")
            .args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C"])
            .args(["--username", USER, "-D"])
            .arg(cluster.data())
            .status();
        assert!(made.unwrap().success());
        cluster.serve();
        Some(cluster)
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn program(&self, name: &str) -> Command {
        let mut command = Command::new(self.programs.join(name));
        command
            .uid(self.owner.0)
            .gid(self.owner.1)
            .current_dir(self.folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        command
    }

    /// Starts it, again where it was killed: then it first goes through its log and writes everything to the disk, and as long as
    /// one of its processes is still ending it refuses to.
    pub(super) fn serve(&mut self) {
        let end = Instant::now() + STARTING;
        while !self.is_ready() {
            let log = || fs::read_to_string(self.log()).unwrap_or_default();
            assert!(Instant::now() < end, "the server does not start:\n{}", log());
            if self
                .child
                .as_mut()
                .is_none_or(|child| child.try_wait().unwrap().is_some())
            {
                let mut command = self.program("postgres");
                command.arg("-D").arg(self.data()).arg("-k").arg(self.folder.path());
                for setting in ["listen_addresses=", "port=5432", "fsync=on", "max_connections=200"] {
                    command.args(["-c", setting]);
                }
                command.stderr(File::create(self.log()).unwrap());
                self.child = Some(command.spawn().unwrap());
            }
            std::thread::park_timeout(Duration::from_millis(20));
        }
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Whether it takes connections. The first line of its file says whose word the last one is.
    fn is_ready(&self) -> bool {
        let state = fs::read_to_string(self.data().join("postmaster.pid")).unwrap_or_default();
        let mut lines = state.lines();
        let child = self.child.as_ref().map(|child| child.id().to_string());
        lines.next() == child.as_deref() && lines.next_back().is_some_and(|state| state.trim() == "ready")
    }

    /// How it is reached.
    pub(super) fn address(&self) -> String {
        let socket = self.folder.path().to_str().unwrap().replace('/', "%2F");
        format!("postgres://{USER}@{socket}/postgres")
    }

    /// Kills it and every process of it at once, as a machine does that loses power.
    pub(super) fn kill(&mut self) {
        let Some(mut child) = self.child.take() else { return };
        if child.try_wait().unwrap().is_some() {
            return;
        }
        // It must not see its children go, nor make new ones.
        signal("-STOP", child.id());
        for process in children(child.id()) {
            // It may have ended meanwhile.
            let _ = Command::new("kill")
                .args(["-KILL", &process.to_string()])
                .stderr(Stdio::null())
                .status();
        }
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The programs and the data of a server.
fn neighbour(server: &str) -> (PathBuf, PathBuf) {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let (client, connection) = tokio_postgres::connect(server, NoTls).await.unwrap();
        tokio::spawn(connection);
        let row = client.query_one(WHERE, &[]).await.unwrap();
        (row.get::<_, String>(0).into(), row.get::<_, String>(1).into())
    })
}

/// The processes whose parent this one is.
fn children(parent: u32) -> Vec<u32> {
    let mut found = Vec::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        let Some(process) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else {
            continue;
        };
        // `number (name) state parent`, and a name may hold anything.
        let stat = fs::read_to_string(entry.path().join(OsStr::new("stat"))).unwrap_or_default();
        let after = stat.rsplit_once(')').map(|(_, after)| after.split_whitespace().nth(1));
        if after.flatten().and_then(|id| id.parse().ok()) == Some(parent) {
            found.push(process);
        }
    }
    found
}
