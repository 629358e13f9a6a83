//! What a person should do next, with the commands for it.

use crate::exit::CliError;
use crate::output::{Out, Style, clean, quote};
use crate::summary::paragraph;

/// Something that a person should do, with the commands for it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) why: String,
    pub(super) commands: Vec<String>,
}

/// The command that settles what is unknown of a lead at one sink: what was found at one vendor says nothing of another.
pub(super) fn release(lead: &str, sink: &str) -> String {
    format!("release {lead} --sink {} --as delivered|not-delivered", quote(sink))
}

/// Prints what to do, each step behind an empty line. Commands are copied, so they are not broken.
pub(super) fn steps_beneath(steps: &[Step], out: &mut Out, style: Style, width: Option<usize>) -> Result<(), CliError> {
    for step in steps {
        out.line("")?;
        paragraph(out, &clean(&step.why), width)?;
        for command in &step.commands {
            out.line(format!("    {}", style.bold(&clean(command))))?;
        }
    }
    Ok(())
}
