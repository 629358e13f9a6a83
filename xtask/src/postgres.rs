//! A throw-away PostgreSQL server for the tests. Its data lies under the target directory and is new with each run; nobody else
//! on the machine can reach it, and nothing of it is left.

use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::workspace::{Result, Workspace, announce};

/// What names the server to the tests.
pub(crate) const SERVER: &str = "LEADSINK_TEST_POSTGRES";

/// The superuser of the server, whom it takes without a password: its socket is open to whoever started it only. Others it asks.
const USER: &str = "leadsink";

/// How often it is looked whether the server has started, and after what pauses.
const STARTING: u32 = 600;
const LOOK: Duration = Duration::from_millis(50);

/// Versions before that are not looked at.
const LEAST: u32 = 15;

/// Where packages put the programs, beside the search path: Debian, Red Hat.
const PLACES: [&str; 2] = ["/usr/lib/postgresql", "/usr/pgsql-"];

/// A server that runs until this is dropped.
pub(crate) struct Server {
    child: Option<Child>,
    programs: PathBuf,
    folder: PathBuf,
    socket: PathBuf,
    owner: Option<Owner>,
}

/// An ordinary user, whom the server is given to where this process runs as root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Owner {
    user: u32,
    group: u32,
}

/// Starts a server, or says in one line why there is none.
///
/// # Errors
/// In CI, where there is none.
pub(crate) fn start(workspace: &Workspace) -> Result<Option<Server>> {
    announce("test: start PostgreSQL");
    let started = match programs() {
        Some(programs) => Server::start(workspace, programs),
        None => Err(format!(
            "no PostgreSQL {LEAST} or newer is installed; on Debian install the package `postgresql`"
        )),
    };
    match started {
        Ok(server) => Ok(Some(server)),
        Err(why) if std::env::var_os("CI").is_some() => Err(why),
        Err(why) => {
            println!("the tests on PostgreSQL are skipped: {why}");
            Ok(None)
        }
    }
}

impl Server {
    fn start(workspace: &Workspace, programs: PathBuf) -> Result<Self> {
        let owner = owner()?;
        let name = format!("postgres-{}", std::process::id());
        let mut folder = workspace.target()?.join(&name);
        if owner.is_some() && !is_open_to_all(&folder) {
            folder = std::env::temp_dir().join(&name);
        }
        let mut server = Self {
            child: None,
            programs,
            // The path of a socket has room for a hundred characters.
            socket: std::env::temp_dir().join(&name).join("socket"),
            folder,
            owner,
        };
        for folder in [&server.folder, &server.socket] {
            private(folder, owner)?;
        }
        let data = server.folder.join("data");
        let data = data.to_string_lossy();
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
                &data,
            ],
        )?;
        let written = fs::write(server.folder.join("data").join("pg_hba.conf"), HOST_ACCESS);
        written.map_err(|error| format!("the settings of PostgreSQL cannot be written: {error}"))?;
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
        for setting in [
            "listen_addresses=",
            "fsync=on",
            "max_connections=200",
            "log_min_messages=fatal",
        ] {
            command.args(["-c", setting]);
        }
        command
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log);
        as_owner(&mut command, self.owner);
        let child = command.spawn();
        self.child = Some(child.map_err(|error| format!("PostgreSQL did not start: {error}"))?);
        for _ in 0..STARTING {
            // Its last line says how far the server is.
            let state = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
            if state.lines().last().is_some_and(|line| line.trim() == "ready") {
                return Ok(());
            }
            if matches!(self.child.as_mut().map(Child::try_wait), Some(Ok(Some(_)))) {
                self.child = None;
                break;
            }
            std::thread::sleep(LOOK);
        }
        Err(format!("PostgreSQL did not start: {}", self.last_words()))
    }

    /// How the tests reach it.
    pub(crate) fn address(&self) -> OsString {
        let socket = self.socket.to_string_lossy().replace('%', "%25").replace('/', "%2F");
        format!("postgres://{USER}@{socket}/postgres").into()
    }

    fn run(&self, program: &str, args: &[&str]) -> Result {
        let mut command = Command::new(self.programs.join(program));
        command.args(args).current_dir(&self.folder).stdin(Stdio::null());
        // The server keeps what it is given open for as long as it runs.
        command.stdout(Stdio::null()).stderr(Stdio::null());
        as_owner(&mut command, self.owner);
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
        if let Some(mut child) = self.child.take() {
            let data = self.folder.join("data");
            let stopped = self.run(
                "pg_ctl",
                &["stop", "--silent", "-m", "fast", "-D", &data.to_string_lossy()],
            );
            if let Err(error) = stopped.and_then(|()| child.wait().map(drop).map_err(|error| error.to_string())) {
                println!("{error}");
            }
        }
        for folder in [self.socket.parent(), Some(&*self.folder)].into_iter().flatten() {
            // Of no harm where it stays.
            let _ = fs::remove_dir_all(folder);
        }
    }
}

/// Whom the server takes without a password, and whom with one.
const HOST_ACCESS: &str = "local all leadsink trust\nlocal all all scram-sha-256\n";

/// Where the programs of a server lie: that of the search path, or else the newest.
fn programs() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).collect::<Vec<_>>();
    let is_one =
        |folder: &PathBuf| folder.join("pg_ctl").is_file() && version(folder).is_some_and(|found| found >= LEAST);
    on_path.into_iter().chain(installed()).find(is_one)
}

/// The folders of programs that packages have made, the newest version first.
fn installed() -> Vec<PathBuf> {
    let mut found = Vec::new();
    for place in PLACES {
        let (parent, start) = match Path::new(place) {
            place if place.is_dir() => (place, ""),
            place => (
                place.parent().unwrap_or(place),
                place.file_name().and_then(|name| name.to_str()).unwrap_or_default(),
            ),
        };
        for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
            let name = entry.file_name();
            let number = name
                .to_str()
                .and_then(|name| name.strip_prefix(start)?.parse::<u32>().ok());
            found.extend(number.map(|number| (number, entry.path().join("bin"))));
        }
    }
    found.sort_by_key(|(number, _)| std::cmp::Reverse(*number));
    found.into_iter().map(|(_, folder)| folder).collect()
}

/// The version of the programs in a folder.
fn version(folder: &Path) -> Option<u32> {
    let output = Command::new(folder.join("initdb")).arg("--version").output().ok()?;
    number_of(&String::from_utf8(output.stdout).ok()?)
}

/// The number in a line such as `initdb (PostgreSQL) 15.4`.
fn number_of(line: &str) -> Option<u32> {
    let last = line
        .split_whitespace()
        .find(|word| word.starts_with(|first: char| first.is_ascii_digit()))?;
    last.split(|letter: char| !letter.is_ascii_digit()).next()?.parse().ok()
}

/// The server refuses to run as root.
#[cfg(unix)]
fn owner() -> Result<Option<Owner>> {
    if id(&["-u"]) != Some(0) {
        return Ok(None);
    }
    let of = |name| {
        Some(Owner {
            user: id(&["-u", name])?,
            group: id(&["-g", name])?,
        })
    };
    let owner = of("postgres").or_else(|| of("nobody"));
    owner
        .map(Some)
        .ok_or_else(|| "there is no ordinary user to run PostgreSQL as".to_owned())
}

#[cfg(not(unix))]
fn owner() -> Result<Option<Owner>> {
    Err("these tests speak to it over a unix socket".to_owned())
}

#[cfg(unix)]
fn id(args: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(args).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

#[cfg(unix)]
fn as_owner(command: &mut Command, owner: Option<Owner>) {
    use std::os::unix::process::CommandExt as _;
    if let Some(Owner { user, group }) = owner {
        command.uid(user).gid(group);
    }
}

#[cfg(not(unix))]
fn as_owner(_: &mut Command, _: Option<Owner>) {}

/// Whether another user may go into a folder that is about to be made.
#[cfg(unix)]
fn is_open_to_all(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let mut there = folder.ancestors().filter_map(|folder| fs::metadata(folder).ok());
    there.all(|folder| folder.permissions().mode() & 1 == 1)
}

#[cfg(not(unix))]
fn is_open_to_all(_: &Path) -> bool {
    true
}

/// Makes a folder that only its owner may go into.
fn private(folder: &Path, owner: Option<Owner>) -> Result {
    let made = fs::create_dir_all(folder).and_then(|()| own(folder, owner));
    made.map_err(|error| format!("a folder for PostgreSQL cannot be made: {error}"))
}

#[cfg(unix)]
fn own(folder: &Path, owner: Option<Owner>) -> std::io::Result<()> {
    use std::os::unix::fs::{PermissionsExt as _, chown};
    if let Some(Owner { user, group }) = owner {
        chown(folder, Some(user), Some(group))?;
    }
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700))
}

#[cfg(not(unix))]
fn own(_: &Path, _: Option<Owner>) -> std::io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_first_number() {
        assert_eq!(number_of("initdb (PostgreSQL) 15.4 (Debian 15.4-1)"), Some(15));
        assert_eq!(number_of("initdb (PostgreSQL) 18beta1"), Some(18));
        assert_eq!(number_of("nothing of the kind"), None);
    }

    #[test]
    fn a_socket_stands_in_the_address_as_a_host() {
        let server = Server {
            child: None,
            programs: PathBuf::from("/nowhere"),
            folder: PathBuf::from("/nowhere"),
            socket: PathBuf::from("/some/socket"),
            owner: None,
        };
        assert_eq!(server.address(), "postgres://leadsink@%2Fsome%2Fsocket/postgres");
    }
}
