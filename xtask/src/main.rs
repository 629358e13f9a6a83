//! The project's own tasks: `cargo xtask test`, `cargo xtask lint` and what they are made of.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command speaks")]

mod bench;
mod docs;
mod features;
mod generate;
mod lint;
mod new_vendor;
mod postgres;
mod soak;
mod test;
mod tidy;
mod weight;
mod workspace;

use std::process::ExitCode;
use std::time::Instant;

use clap::{Parser, Subcommand};

use crate::workspace::Workspace;

/// The project's own tasks.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build everything and run every test; arguments go to `cargo test`
    Test {
        /// What to pass to `cargo test`, such as `-p leadsink-core` or a part of a test's name
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<String>,
    },
    /// Say which PostgreSQL the tests start; fails where there is none
    Postgres,
    /// Run every check: fmt, tidy, snapshots, clippy, features, gen --check, docs
    Lint,
    /// Check the rules of the tree that no compiler checks
    Tidy,
    /// Write what is derived: the tables of the README files, the annotated leadsink.toml, licence files
    Gen {
        /// Only check that they are up to date
        #[arg(long)]
        check: bool,
    },
    /// Check that a test makes each snapshot and that none waits for a decision
    Snapshots,
    /// Check the umbrella with no feature, each alone, and all
    Features,
    /// Build the documentation, warnings refused
    Docs,
    /// Make the crate of a new vendor, and name it wherever a vendor is named
    NewVendor(new_vendor::NewVendorArgs),
    /// Prove at full length what every test run proves with a short seed; takes minutes
    Soak(soak::SoakArgs),
    /// Measure what is promised, in release form; fails where a goal is missed
    Bench(bench::BenchArgs),
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let started = Instant::now();
    let is_json = matches!(&cli.task, Task::Bench(args) if args.json);
    let (name, done) = match Workspace::find() {
        Err(error) => ("xtask", Err(error)),
        Ok(workspace) => match cli.task {
            Task::Test { args } => ("test", test::run_tests(&workspace, &args)),
            Task::Postgres => ("postgres", postgres::find()),
            Task::Lint => ("lint", lint::run_all(&workspace)),
            Task::Tidy => ("tidy", tidy::run(&workspace)),
            Task::Gen { check } => ("gen", generate::run(&workspace, check)),
            Task::Soak(args) => ("soak", soak::run_all(&workspace, &args)),
            Task::Snapshots => ("snapshots", tidy::snapshots::run(&workspace)),
            Task::Features => ("features", features::run_all(&workspace)),
            Task::Docs => ("docs", docs::run_docs(&workspace)),
            Task::NewVendor(args) => ("new-vendor", new_vendor::run(&workspace, &args)),
            Task::Bench(args) => ("bench", bench::run(&workspace, &args)),
        },
    };
    let seconds = started.elapsed().as_secs_f32();
    let end = match &done {
        Ok(()) => format!("{name}: passed in {seconds:.0} s"),
        Err(error) => format!("{name}: failed after {seconds:.0} s: {error}"),
    };
    if is_json {
        eprintln!("{end}");
    } else {
        println!("{end}");
    }
    if done.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
