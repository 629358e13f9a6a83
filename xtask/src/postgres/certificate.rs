//! The certificate of the server, and the authority that it is of: made for one run, and good for a day or two.

use std::fs;
use std::path::Path;
use std::process::Command;

use super::owner::{Owner, as_owner};
use crate::workspace::Result;

const SETTINGS: &str = "
[req]
distinguished_name = name
x509_extensions = authority
[name]
[authority]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign
[server]
basicConstraints = CA:FALSE
subjectAltName = DNS:localhost
";

/// Makes `ca.pem`, `other.pem` (another authority of the same name), `server.pem` and `server.key` in a folder.
///
/// # Errors
/// When there is no `openssl`, or it fails.
pub(super) fn certify(folder: &Path, owner: Option<Owner>) -> Result {
    let openssl = |args: &str| {
        let mut command = Command::new("openssl");
        command.args(args.split(' ')).current_dir(folder);
        as_owner(&mut command, owner);
        match command.output() {
            Ok(output) if output.status.success() => Ok(()),
            Ok(output) => Err(format!(
                "`openssl` made no certificate: it ended with {}",
                output.status
            )),
            Err(error) => Err(format!("`openssl` did not start: {error}")),
        }
    };
    let written = fs::write(folder.join("settings"), SETTINGS);
    written.map_err(|error| format!("no certificate can be made: {error}"))?;
    let key = "-config settings -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj";
    for name in ["ca", "other"] {
        openssl(&format!(
            "req -x509 {key} /CN=authority-of-the-tests -keyout {name}.key -out {name}.pem"
        ))?;
    }
    openssl(&format!(
        "req -new {key} /CN=localhost -keyout server.key -out server.csr"
    ))?;
    openssl(
        "x509 -req -in server.csr -CA ca.pem -CAkey ca.key -set_serial 1 -days 2 -extfile settings -extensions server -out \
         server.pem",
    )?;
    close(&folder.join("server.key"))
}

/// The server takes no key that others may read.
#[cfg(unix)]
fn close(key: &Path) -> Result {
    use std::os::unix::fs::PermissionsExt as _;
    let closed = fs::set_permissions(key, fs::Permissions::from_mode(0o600));
    closed.map_err(|error| format!("the key of the certificate cannot be closed: {error}"))
}

#[cfg(not(unix))]
fn close(_: &Path) -> Result {
    Ok(())
}
