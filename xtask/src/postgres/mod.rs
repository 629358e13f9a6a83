//! A throw-away PostgreSQL server for the tests. Its data lies under the target directory and is new with each run; nobody else
//! on the machine gets in, and nothing of it is left, also where this process is killed.

mod certificate;
mod guard;
mod owner;
mod programs;

use std::ffi::{OsStr, OsString};
use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, SystemTime};

use crate::workspace::{Result, Workspace, announce, run};
use guard::Guard;
use owner::{Owner, as_owner, is_open_to_all, owner, private};
use programs::{none, programs};

/// What names the server to the tests.
pub(crate) const SERVER: &str = "LEADSINK_TEST_POSTGRES";

/// What names to them the folder with `ca.pem`, the authority of the server's certificate, and `other.pem`, one that is not.
const AUTHORITIES: &str = "LEADSINK_TEST_POSTGRES_TLS";

/// The superuser of the server, whom it takes without a password: its socket is open to whoever started it only. Others it asks.
const USER: &str = "leadsink";

/// Whom the server takes without a password, and whom with one.
const HOST_ACCESS: &str =
    "local all leadsink trust\nlocal all all scram-sha-256\nhostssl all all 127.0.0.1/32 scram-sha-256\n";

/// How often it is looked whether the server has started or ended, and after what pauses.
const LOOKS: u32 = 600;
const LOOK: Duration = Duration::from_millis(50);

/// A server that runs until this is dropped.
pub(crate) struct Server {
    child: Option<Child>,
    guard: Option<Guard>,
    programs: PathBuf,
    folder: PathBuf,
    socket: PathBuf,
    port: u16,
    has_tls: bool,
    owner: Option<Owner>,
}

/// Says which server the tests start, or which one they use.
///
/// # Errors
/// When there is none.
pub(crate) fn find() -> Result {
    if std::env::var_os(SERVER).is_some() {
        println!("the server that `{SERVER}` names");
        return Ok(());
    }
    let programs = programs().ok_or_else(none)?;
    println!("{}", programs.display());
    Ok(())
}

/// Runs a command that finds a server as the tests do.
///
/// # Errors
/// When there is no server, or the command fails.
pub(crate) fn beside(workspace: &Workspace, program: &OsStr, args: &[OsString]) -> Result {
    let mut command = Command::new(program);
    without_settings(command.args(args));
    let server = match std::env::var_os(SERVER) {
        Some(_) => None,
        None => Some(
            programs()
                .ok_or_else(none)
                .and_then(|programs| Server::start(workspace, programs))?,
        ),
    };
    if let Some(server) = &server {
        server.name_to(&mut command);
    }
    run(&mut command)
}

/// Starts a server, or says in one line why there is none.
///
/// # Errors
/// In CI, where there is none.
pub(crate) fn start(workspace: &Workspace) -> Result<Option<Server>> {
    announce("test: start PostgreSQL");
    let started = programs()
        .ok_or_else(none)
        .and_then(|programs| Server::start(workspace, programs));
    match started {
        Ok(server) => Ok(Some(server)),
        Err(why) if std::env::var_os("CI").is_some() => Err(why),
        Err(why) => {
            println!("the tests on PostgreSQL are skipped: {why}");
            Ok(None)
        }
    }
}

/// Takes from a command what it would heed of the settings of a client: a port, a host, a user.
pub(crate) fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_str().is_some_and(|name| name.starts_with("PG")) {
            command.env_remove(name);
        }
    }
}

impl Server {
    fn start(workspace: &Workspace, programs: PathBuf) -> Result<Self> {
        let owner = owner()?;
        let name = name();
        let mut folder = workspace.target()?.join(&name);
        if owner.is_some() && !is_open_to_all(&folder) {
            folder = std::env::temp_dir().join(&name);
        }
        // The path of a socket has room for a hundred characters.
        let socket = std::env::temp_dir().join(&name).join("socket");
        let guard = Guard::start(&folder, socket.parent().unwrap_or(&socket))?;
        let mut server = Self {
            child: None,
            guard: Some(guard),
            programs,
            socket,
            folder,
            port: free_port()?,
            has_tls: false,
            owner,
        };
        for folder in [&server.folder, &server.socket] {
            private(folder, owner)?;
        }
        let data = server.folder.join("data");
        server.run(
            "initdb",
            &[
                "--no-sync",
                "--username",
                USER,
                "--auth",
                "trust",
                "--encoding",
                "UTF8",
                "--locale",
                "C",
                "-D",
                &data.to_string_lossy(),
            ],
        )?;
        let written = fs::write(data.join("pg_hba.conf"), HOST_ACCESS);
        written.map_err(|error| format!("the settings of PostgreSQL cannot be written: {error}"))?;
        match certificate::certify(&server.folder, owner) {
            Ok(()) => server.has_tls = true,
            Err(why) if std::env::var_os("CI").is_some() => return Err(why),
            Err(why) => println!("the tests over TLS are skipped: {why}"),
        }
        server.serve()?;
        Ok(server)
    }

    /// Starts the server itself, as a child: who interrupts the tests interrupts it as well.
    fn serve(&mut self) -> Result {
        let data = self.folder.join("data");
        let log = fs::File::create(self.folder.join("log"));
        let log = log.map_err(|error| format!("the log of PostgreSQL cannot be written: {error}"))?;
        let mut command = Command::new(self.programs.join("postgres"));
        command.arg("-D").arg(&data).arg("-k").arg(&self.socket);
        // Every test has some connections, and as many run side by side as there are cores.
        let mut settings = ["fsync=on", "max_connections=1000", "log_min_messages=fatal"]
            .map(str::to_owned)
            .to_vec();
        settings.push(format!("port={}", self.port));
        if self.has_tls {
            settings.extend(["listen_addresses=127.0.0.1", "ssl=on"].map(str::to_owned));
            settings.push(format!("ssl_cert_file={}", self.folder.join("server.pem").display()));
            settings.push(format!("ssl_key_file={}", self.folder.join("server.key").display()));
        } else {
            settings.push("listen_addresses=".to_owned());
        }
        for setting in settings {
            command.arg("-c").arg(setting);
        }
        command
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        as_owner(&mut command, self.owner);
        without_settings(&mut command);
        let child = command.spawn();
        self.child = Some(child.map_err(|error| format!("PostgreSQL did not start: {error}"))?);
        for _ in 0..LOOKS {
            // Its last line says how far the server is.
            let state = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
            if state.lines().last().is_some_and(|line| line.trim() == "ready") {
                return Ok(());
            }
            if self.has_ended() {
                break;
            }
            std::thread::sleep(LOOK);
        }
        Err(format!("PostgreSQL did not start: {}", self.last_words()))
    }

    fn address(&self) -> String {
        let socket = self.socket.to_string_lossy().replace('%', "%25").replace('/', "%2F");
        format!("postgres://{USER}@{socket}:{}/postgres", self.port)
    }

    fn has_ended(&mut self) -> bool {
        matches!(self.child.as_mut().map(Child::try_wait), Some(Ok(Some(_))))
    }

    /// Tells a command how it reaches the server.
    pub(crate) fn name_to(&self, command: &mut Command) {
        command.env(SERVER, self.address());
        if self.has_tls {
            command.env(AUTHORITIES, &self.folder);
        }
    }

    fn run(&self, program: &str, args: &[&str]) -> Result {
        let mut command = Command::new(self.programs.join(program));
        command.args(args).current_dir(&self.folder).stdin(Stdio::null());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        as_owner(&mut command, self.owner);
        without_settings(&mut command);
        let done = command.status();
        let done = done.map_err(|error| format!("PostgreSQL's `{program}` did not start: {error}"))?;
        if done.success() {
            return Ok(());
        }
        Err(format!("PostgreSQL's `{program}` ended with {done}"))
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
        log.lines().last().unwrap_or("it says nothing").to_owned()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(guard) = &mut self.guard {
            guard.let_go();
        }
        for _ in 0..LOOKS {
            if self.child.is_none() || self.has_ended() {
                break;
            }
            std::thread::sleep(LOOK);
        }
        if let Some(mut child) = self.child.take() {
            // Of no harm where it has ended.
            let _ = child.kill();
            let _ = child.wait();
        }
        self.guard = None;
    }
}

/// A name that no other run had: what one that was killed has left does not matter.
fn name() -> String {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    let millis = now.unwrap_or_default().as_millis();
    format!("postgres-{}-{millis:x}", std::process::id())
}

/// A port that nobody listens at.
fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0");
    let address = listener.and_then(|listener| listener.local_addr());
    address
        .map(|address| address.port())
        .map_err(|error| format!("there is no free port for PostgreSQL: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_stands_in_the_address_as_a_host() {
        let server = Server {
            child: None,
            guard: None,
            programs: PathBuf::from("/nowhere"),
            folder: PathBuf::from("/nowhere"),
            socket: PathBuf::from("/some/socket"),
            port: 5433,
            has_tls: false,
            owner: None,
        };
        assert_eq!(server.address(), "postgres://leadsink@%2Fsome%2Fsocket:5433/postgres");
    }
}
