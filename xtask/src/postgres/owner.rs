//! Who runs the server: this user, or an ordinary one in place of root.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::workspace::Result;

/// An ordinary user, whom the server is given to where this process runs as root.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    user: u32,
    group: u32,
}

/// The server refuses to run as root.
#[cfg(unix)]
pub(super) fn owner() -> Result<Option<Owner>> {
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
pub(super) fn owner() -> Result<Option<Owner>> {
    Err("these tests speak to it over a unix socket".to_owned())
}

#[cfg(unix)]
fn id(args: &[&str]) -> Option<u32> {
    let output = Command::new("id").args(args).stderr(Stdio::null()).output().ok()?;
    String::from_utf8(output.stdout).ok()?.trim().parse().ok()
}

#[cfg(unix)]
pub(super) fn as_owner(command: &mut Command, owner: Option<Owner>) {
    use std::os::unix::process::CommandExt as _;
    if let Some(Owner { user, group }) = owner {
        command.uid(user).gid(group);
    }
}

#[cfg(not(unix))]
pub(super) fn as_owner(_: &mut Command, _: Option<Owner>) {}

/// Whether another user may go into a folder that is about to be made.
#[cfg(unix)]
pub(super) fn is_open_to_all(folder: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    let mut there = folder.ancestors().filter_map(|folder| fs::metadata(folder).ok());
    there.all(|folder| folder.permissions().mode() & 1 == 1)
}

#[cfg(not(unix))]
pub(super) fn is_open_to_all(_: &Path) -> bool {
    true
}

/// Makes a folder that only its owner may go into.
pub(super) fn private(folder: &Path, owner: Option<Owner>) -> Result {
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
