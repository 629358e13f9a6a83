//! The project's own tasks: `cargo xtask test`, `cargo xtask lint` and what they are made of.
#![expect(clippy::print_stdout, reason = "a command speaks on stdout")]

mod docs;
mod features;
mod generate;
mod lint;
mod test;
mod tidy;
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
    /// Run every check: fmt, tidy, clippy, features, gen --check, docs
    Lint,
    /// Check the rules of the tree that no compiler checks
    Tidy,
    /// Write the generated parts of the README files
    Gen {
        /// Only check that they are up to date
        #[arg(long)]
        check: bool,
    },
    /// Check the umbrella with no feature, each alone, and all
    Features,
    /// Build the documentation, warnings refused
    Docs,
}

fn main() -> ExitCode {
    let cli = Cli::parse();
    let started = Instant::now();
    let (name, done) = match Workspace::find() {
        Err(error) => ("xtask", Err(error)),
        Ok(workspace) => match cli.task {
            Task::Test { args } => ("test", test::run_tests(&workspace, &args)),
            Task::Lint => ("lint", lint::run_all(&workspace)),
            Task::Tidy => ("tidy", tidy::run(&workspace)),
            Task::Gen { check } => ("gen", generate::run(&workspace, check)),
            Task::Features => ("features", features::run_all(&workspace)),
            Task::Docs => ("docs", docs::run_docs(&workspace)),
        },
    };
    let seconds = started.elapsed().as_secs_f32();
    match done {
        Ok(()) => {
            println!("{name}: passed in {seconds:.0} s");
            ExitCode::SUCCESS
        }
        Err(error) => {
            println!("{name}: failed after {seconds:.0} s: {error}");
            ExitCode::FAILURE
        }
    }
}
