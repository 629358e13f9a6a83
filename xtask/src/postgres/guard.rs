//! Ends the server when this process is gone, however it ended: a shell that waits for the end of a pipe which only this process
//! can write to.

use std::path::Path;
use std::process::{Child, Command, Stdio};

use crate::workspace::Result;

/// Stops the server at once, since nothing of it is kept; kills it where it takes longer than 10 s; and removes the folders, of
/// which the first is that of the server.
const SCRIPT: &str = r#"
read -r _
pid=$(head -n 1 "$1/data/postmaster.pid" 2>/dev/null)
if [ -n "$pid" ]; then
    kill -QUIT "$pid"
    tries=0
    while kill -0 "$pid"; do
        tries=$((tries + 1))
        [ "$tries" -le 100 ] || { kill -KILL "$pid"; break; }
        sleep 0.1
    done
fi
rm -rf "$@" || { sleep 1; rm -rf "$@"; }
"#;

/// Waits beside the server. Dropped, it ends it and waits until nothing of it is left.
pub(super) struct Guard(Child);

impl Guard {
    /// One for a server that is about to be started in a folder, and for the folder of its socket.
    pub(super) fn start(folder: &Path, socket: &Path) -> Result<Self> {
        let mut command = Command::new("sh");
        command.args(["-c", SCRIPT, "sh"]).args([folder, socket]);
        command
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        alone(&mut command);
        let child = command.spawn();
        child
            .map(Self)
            .map_err(|error| format!("the guard of PostgreSQL did not start: {error}"))
    }

    /// Tells it to end the server.
    pub(super) fn let_go(&mut self) {
        self.0.stdin = None;
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        self.let_go();
        // It ends by itself.
        let _ = self.0.wait();
    }
}

/// Whoever interrupts this process does not interrupt the guard.
#[cfg(unix)]
fn alone(command: &mut Command) {
    use std::os::unix::process::CommandExt as _;
    command.process_group(0);
}

#[cfg(not(unix))]
fn alone(_: &mut Command) {}
