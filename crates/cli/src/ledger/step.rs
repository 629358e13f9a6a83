//! What a person should do next, with the commands for it.

use crate::exit::CliError;
use crate::output::{Out, Style, clean};
use crate::summary::paragraph;

/// Something that a person should do, with the commands for it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub(super) why: String,
    pub(super) commands: Vec<String>,
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
