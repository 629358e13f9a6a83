//! The peak of memory of `send`, which must not grow with the file, and what the duplicate check adds a row.

use std::fs;
use std::path::Path;

use super::child::measure_success;
use super::line::Line;
use super::stage::{Kind, Side, Stage};
use crate::workspace::Result;

const NAME: &str = "memory";
const MIB: f64 = 1024.0 * 1024.0;

/// The peaks of a long and a short file at concurrency 64 with the check off, then of the long one with the check on.
pub(super) fn memory(stage: &Stage) -> Result<Vec<Line>> {
    let (many, few) = (stage.scaled(1_000_000), 10_000);
    let long = stage.leads(Kind::Plain, many)?;
    let short = stage.leads(Kind::Plain, few)?;
    let unchecked = peak(stage, &long, "off")?;
    let of_few = peak(stage, &short, "off")?;
    let checked = peak(stage, &long, "skip")?;
    let _ = fs::remove_file(&long);
    Ok(vec![
        Line::new(
            NAME,
            format!("peak at {many} rows, no duplicate check"),
            "MiB",
            unchecked / MIB,
        )
        .at_most(24.0),
        Line::new(
            NAME,
            format!("peak at {many} rows beside {few}"),
            "MiB",
            unchecked / MIB,
        )
        .beside(of_few / MIB)
        .ratio_at_most(1.15),
        Line::new(
            NAME,
            "the duplicate check, a row",
            "bytes",
            (checked - unchecked) / many as f64,
        )
        .at_most(40.0),
    ])
}

/// The peak of one run.
fn peak(stage: &Stage, file: &Path, duplicates: &str) -> Result<f64> {
    let mut server = stage.server(0, None)?;
    server.reset()?;
    let mut command = stage.send(Side::Leadsink, file, &server.url, 64)?;
    let usage = measure_success(command.args(["--duplicates", duplicates]), &stage.stderr())?;
    let own = own_peak().unwrap_or(0);
    if usage.peak <= own {
        // A new process is charged with the peak of the one that started it.
        return Err(format!(
            "`send` stays below this task's own {own} bytes and cannot be measured"
        ));
    }
    Ok(usage.peak as f64)
}

/// The peak of this process, in bytes, where the system tells it.
fn own_peak() -> Option<u64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    let kib: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kib * 1024)
}
