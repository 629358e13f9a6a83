//! `cargo xtask bench`: every figure that is promised, measured on this machine, each beside its goal.
//!
//! What is compared is compared in one run: the two sides take turns, and the ratio is that of their medians. Nothing here
//! runs in a test.
#![expect(clippy::print_stderr, reason = "stdout is the result's")]

mod child;
mod cost;
mod line;
mod memory;
mod server;
mod speed;
mod stage;

use clap::{Args, ValueEnum};

use self::line::Line;
use self::stage::Stage;
use crate::weight;
use crate::workspace::{Result, Workspace};

/// What is measured, and how long.
#[derive(Args)]
pub(crate) struct BenchArgs {
    /// The figures to measure; all unless told
    #[arg(value_enum)]
    figures: Vec<Figure>,
    /// The rows of the longest file; the other files are shorter in proportion, and the goals are meant for the default
    #[arg(long, value_name = "N", default_value_t = FULL, value_parser = clap::value_parser!(u64).range(20_000..))]
    rows: u64,
    /// How often each side runs where two are compared
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u32).range(1..))]
    rounds: u32,
    /// Print JSON instead of a table
    #[arg(long)]
    pub(crate) json: bool,
}

const FULL: u64 = 1_000_000;

/// A figure, or a few that come from the same runs.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Figure {
    /// Leads a second and CPU a lead against a server on this machine, beside the peer
    Loopback,
    /// Leads a second with a vendor that takes 50 ms, at concurrency 64 and 512, beside the peer
    Slow,
    /// Leads a second through an outbox with a vendor that takes 50 ms, beside the plain send
    Outbox,
    /// Connections opened, where leads are taken and where they are refused
    Connections,
    /// User instructions a lead, under valgrind
    Instructions,
    /// CPU a row of `map`
    Map,
    /// CPU of sending one lead, start included
    FirstByte,
    /// Peak of memory, and what the duplicate check adds
    Memory,
    /// Crates of the library over those of a bare client
    Crates,
}

/// Measures, and fails where a goal is missed.
pub(crate) fn run(workspace: &Workspace, args: &BenchArgs) -> Result {
    let figures = match &*args.figures {
        [] => Figure::value_variants(),
        figures => figures,
    };
    let stage = if figures.iter().any(|figure| *figure != Figure::Crates) {
        Some(Stage::build(workspace, args.rows, args.rounds)?)
    } else {
        None
    };
    let mut lines = Vec::new();
    for figure in figures {
        let name = figure.to_possible_value();
        eprintln!("== bench: {}", name.as_ref().map_or("", |name| name.get_name()));
        lines.extend(match (figure, &stage) {
            (Figure::Crates, _) | (_, None) => crates(workspace)?,
            (Figure::Loopback, Some(stage)) => speed::loopback(stage)?,
            (Figure::Slow, Some(stage)) => speed::slow(stage)?,
            (Figure::Outbox, Some(stage)) => speed::outbox(stage)?,
            (Figure::Connections, Some(stage)) => speed::connections(stage)?,
            (Figure::Instructions, Some(stage)) => cost::instructions(stage)?,
            (Figure::Map, Some(stage)) => cost::map(stage)?,
            (Figure::FirstByte, Some(stage)) => cost::first_byte(stage)?,
            (Figure::Memory, Some(stage)) => memory::memory(stage)?,
        });
    }
    if args.json {
        line::print_json(&lines, args.rows, args.rounds);
    } else {
        line::print_table(&lines);
    }
    let goals = lines.iter().filter_map(Line::is_met);
    match goals.clone().filter(|is_met| !is_met).count() {
        0 => Ok(()),
        missed => Err(format!("{missed} of {} goals missed", goals.count())),
    }
}

fn crates(workspace: &Workspace) -> Result<Vec<Line>> {
    let weight = weight::weigh(workspace, "enerflo")?;
    let line = Line::new(
        "crates",
        "over a bare client, feature `enerflo`",
        "",
        weight.added.len() as f64,
    );
    Ok(vec![line.at_most(weight::MOST as f64)])
}
