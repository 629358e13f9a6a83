//! What work costs on one core: instructions a lead, CPU a row of `map`, CPU of one lead from start to end.

use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read as _};
use std::path::Path;
use std::process::{Command, Stdio};

use super::child::{measure_success, median};
use super::line::Line;
use super::stage::{Kind, Side, Stage, create};
use crate::workspace::Result;

/// The lengths of the two files of which the difference is taken, so that start-up drops out.
const FEW: u64 = 1_000;
const MANY: u64 = 5_000;

/// User instructions a lead at concurrency 64, under callgrind.
pub(super) fn instructions(stage: &Stage) -> Result<Vec<Line>> {
    const NAME: &str = "instructions";
    let is_there = Command::new("valgrind")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    if !is_there.is_ok_and(|status| status.success()) {
        return Ok(vec![Line::left_out(NAME, "valgrind is not installed")]);
    }
    let form = per_lead(stage, Side::Leadsink, Kind::Form)?;
    let plain = per_lead(stage, Side::Leadsink, Kind::Plain)?;
    let peer = per_lead(stage, Side::PeerOneThread, Kind::Plain)?;
    Ok(vec![
        Line::new(NAME, "a lead of a form's 17 columns", "", form),
        Line::new(
            NAME,
            "a lead of the plain file, beside the peer on one thread",
            "",
            plain,
        )
        .beside(peer)
        .at_most(95_000.0),
    ])
}

fn per_lead(stage: &Stage, side: Side, kind: Kind) -> Result<f64> {
    let mut server = stage.server(0, None)?;
    let mut counts = [0.0; 2];
    for (count, rows) in counts.iter_mut().zip([FEW, MANY]) {
        let file = stage.leads(kind, rows)?;
        server.reset()?;
        let send = stage.send(side, &file, &server.url, 64)?;
        *count = counted(stage, &send)?;
        let requests = server.received()?.requests;
        if requests != rows {
            return Err(format!("{side:?} made {requests} requests of {rows} rows"));
        }
    }
    Ok((counts[1] - counts[0]) / (MANY - FEW) as f64)
}

/// The instructions that a command executes in user space.
fn counted(stage: &Stage, command: &Command) -> Result<f64> {
    let profile = stage.path("callgrind.out");
    let mut option = std::ffi::OsString::from("--callgrind-out-file=");
    option.push(&profile);
    let mut valgrind = Command::new("valgrind");
    valgrind
        .args(["--quiet", "--tool=callgrind"])
        .arg(option)
        .arg(command.get_program())
        .args(command.get_args())
        .stdout(Stdio::null());
    measure_success(&mut valgrind, &stage.stderr())?;
    let file = File::open(&profile).map_err(|error| format!("`{}`: {error}", profile.display()))?;
    let summary = summary(BufReader::new(file));
    let _ = fs::remove_file(&profile);
    summary.ok_or_else(|| "callgrind wrote no summary".to_owned())
}

/// Read line by line: what this process holds at its peak, every later child is charged with.
fn summary(profile: impl BufRead) -> Option<f64> {
    let mut lines = profile.lines().map_while(std::io::Result::ok);
    let counts = lines.find_map(|line| line.strip_prefix("summary: ").map(str::to_owned))?;
    counts.split_whitespace().next()?.parse().ok()
}

/// CPU a row of `map`, its output written to a file.
pub(super) fn map(stage: &Stage) -> Result<Vec<Line>> {
    let rows = stage.scaled(100_000);
    let mut lines = Vec::new();
    for (kind, what) in [
        (Kind::Form, "CPU a row of a form's 17 columns"),
        (Kind::Plain, "CPU a row of the plain file"),
    ] {
        let file = stage.leads(kind, rows)?;
        let output = stage.path("map.ndjson");
        let mut cpu = Vec::new();
        for _ in 0..stage.rounds {
            let mut command = stage.leadsink("map", &file, "http://127.0.0.1:9")?;
            command.stdout(create(&output)?);
            cpu.push(measure_success(&mut command, &stage.stderr())?.cpu.as_secs_f64());
        }
        check_length(&output, rows)?;
        let _ = fs::remove_file(&output);
        let line = Line::new("map", what, "us", median(cpu) * 1e6 / rows as f64);
        // The goals are for the file that both sides of a comparison send.
        lines.push(if matches!(kind, Kind::Plain) {
            line.at_most(8.0)
        } else {
            line
        });
    }
    Ok(lines)
}

/// Read by the block: what this process holds at its peak, every later child is charged with.
fn check_length(path: &Path, rows: u64) -> Result {
    let error = |error| format!("`{}`: {error}", path.display());
    let mut file = File::open(path).map_err(error)?;
    let mut block = [0; 64 * 1024];
    let mut lines = 0;
    loop {
        match file.read(&mut block).map_err(error)? {
            0 => break,
            length => lines += block[..length].iter().filter(|byte| **byte == b'\n').count() as u64,
        }
    }
    if lines == rows {
        Ok(())
    } else {
        Err(format!("`map` printed {lines} lines for {rows} rows"))
    }
}

/// CPU of sending one lead, from the start of the process to its end: more than it takes to the first byte.
pub(super) fn first_byte(stage: &Stage) -> Result<Vec<Line>> {
    const RUNS: u32 = 21;
    let file = stage.leads(Kind::Form, 1)?;
    let plain = stage.leads(Kind::Plain, 1)?;
    let mut server = stage.server(0, None)?;
    let (mut ours, mut peer) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        for (side, file, cpu) in [(Side::Leadsink, &file, &mut ours), (Side::Peer, &plain, &mut peer)] {
            cpu.push(stage.sent(side, file, &mut server, 1)?.usage.cpu.as_secs_f64() * 1e3);
        }
    }
    let line = Line::new(
        "first-byte",
        "CPU of sending one lead, start to end",
        "ms",
        median(ours),
    );
    Ok(vec![line.beside(median(peer)).at_most(30.0)])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_summary_is_read_from_a_profile() {
        assert_eq!(
            summary(&b"version: 1\nevents: Ir\nsummary: 1234\n\nfn=(1)\n"[..]),
            Some(1234.0)
        );
        assert_eq!(summary(&b"events: Ir\n"[..]), None);
    }
}
