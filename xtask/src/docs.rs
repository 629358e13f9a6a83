//! The documentation, with every warning refused: a link that leads nowhere is a mistake.

use crate::workspace::{Result, Workspace, announce, run};

/// Builds it.
pub(crate) fn run_docs(workspace: &Workspace) -> Result {
    announce("docs");
    run(workspace
        .cargo(["doc", "--workspace", "--all-features", "--no-deps"])
        .env("RUSTDOCFLAGS", "-D warnings"))
}
