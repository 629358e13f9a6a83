//! The long proofs: the tests that prove with a short seed in every run, at their full size.

use clap::Args;

use crate::test::binary;
use crate::workspace::{Result, Workspace, announce, capture, run};

/// Tells the tests to take their full size.
const FULL: &str = "LEADSINK_SOAK";

/// Gives the tests the numbers of an earlier run again.
const SEED: &str = "LEADSINK_SEED";

/// What is proved: the package, and the tests by a part of their names.
const PROOFS: [(&str, &str); 1] = [
    // Processes are killed in the middle of 5,000 deliveries over all vendors.
    ("leadsink-tests", "outbox::killed"),
];

/// What is proved, and how often.
#[derive(Args)]
pub(crate) struct SoakArgs {
    /// The seed that a run printed, to have it again
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Runs everything so often, each time with other numbers
    #[arg(long, value_name = "N", default_value = "1", conflicts_with = "seed")]
    rounds: u32,
}

/// Runs them all, one after another.
pub(crate) fn run_all(workspace: &Workspace, args: &SoakArgs) -> Result {
    run(&mut workspace.cargo(["build", "--package", "leadsink-cli"]))?;
    for round in 1..=args.rounds {
        for (package, tests) in PROOFS {
            announce(&format!("soak: {package} {tests}, round {round} of {}", args.rounds));
            let mut command = workspace.cargo([
                "test",
                "--package",
                package,
                "--all-features",
                tests,
                "--",
                "--nocapture",
            ]);
            command.env(FULL, "1").env("LEADSINK_BIN", binary(workspace)?);
            if let Some(seed) = args.seed {
                command.env(SEED, seed.to_string());
            }
            let told = capture(&mut command)?;
            println!("{told}");
            // A test that is called otherwise now would prove nothing.
            if !told.contains("test result: ok. 1 passed") {
                return Err(format!(
                    "`{package}` has not one test `{tests}`; name it in `xtask/src/soak.rs`"
                ));
            }
        }
    }
    Ok(())
}
