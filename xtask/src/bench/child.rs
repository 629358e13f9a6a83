//! A process that is measured: how long it ran, what CPU it took, how much memory it held at most.

use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use wait4::Wait4 as _;

use crate::workspace::{Result, shown};

/// What a process took.
#[derive(Clone, Copy, Debug)]
pub(super) struct Usage {
    /// From before its start to after its end.
    pub(super) wall: Duration,
    /// Its own, in user space and in the kernel, of all its threads.
    pub(super) cpu: Duration,
    /// The peak of its resident memory, in bytes. It is never less than that of the process which started it.
    pub(super) peak: u64,
    pub(super) status: ExitStatus,
}

/// Runs a command to its end. What it says on stderr goes into the file; on stdout, where the command says.
pub(super) fn measure(command: &mut Command, stderr: &Path) -> Result<Usage> {
    let file = std::fs::File::create(stderr).map_err(|error| format!("`{}`: {error}", stderr.display()))?;
    command.stdin(Stdio::null()).stderr(file);
    let begin = Instant::now();
    let child = command
        .spawn()
        .map_err(|error| format!("{} did not start: {error}", shown(command)))?;
    let used = child
        .wait4()
        .map_err(|error| format!("{} cannot be measured: {error}", shown(command)))?;
    Ok(Usage {
        wall: begin.elapsed(),
        cpu: used.rusage.utime + used.rusage.stime,
        peak: used.rusage.maxrss,
        status: used.status,
    })
}

/// As [`measure`], and what does not end well is an error.
pub(super) fn measure_success(command: &mut Command, stderr: &Path) -> Result<Usage> {
    let usage = measure(command, stderr)?;
    if usage.status.success() {
        return Ok(usage);
    }
    let told = std::fs::read_to_string(stderr).unwrap_or_default();
    let told = told.lines().next_back().unwrap_or_default();
    Err(format!("{} ended with {}: {told}", shown(command), usage.status))
}

/// The median, of an even number the lower of the two in the middle.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values
        .get(values.len().saturating_sub(1) / 2)
        .copied()
        .unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median(vec![3.0, 1.0, 2.0]), 2.0);
        assert_eq!(median(vec![4.0, 1.0, 2.0, 3.0]), 2.0);
        assert_eq!(median(vec![5.0]), 5.0);
    }
}
