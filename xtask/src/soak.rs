//! The long proofs: the tests that prove with a short seed in every run, at their full size.

use clap::Args;
use clap::builder::PossibleValuesParser;

use crate::postgres;
use crate::test::binary;
use crate::workspace::{Result, Workspace, announce, capture, run};

/// Tells the tests to take their full size.
const FULL: &str = "LEADSINK_SOAK";

/// Gives the tests the numbers of an earlier run again.
const SEED: &str = "LEADSINK_SEED";

/// The package of all proofs.
const PACKAGE: &str = "leadsink-tests";

/// What is proved: a name, the tests by a part of theirs, and how many those are.
struct Proof {
    name: &'static str,
    tests: &'static str,
    count: u32,
    on_server: bool,
}

impl Proof {
    const fn on_file(name: &'static str, tests: &'static str) -> Self {
        Self {
            name,
            tests,
            count: 1,
            on_server: false,
        }
    }

    const fn on_server(name: &'static str, tests: &'static str, count: u32) -> Self {
        Self {
            name,
            tests,
            count,
            on_server: true,
        }
    }
}

const PROOFS: [Proof; 7] = [
    // Processes are killed in the middle of 5,000 deliveries over all vendors.
    Proof::on_file("killed", "outbox::killed"),
    // The same with two workers, of which the other goes on.
    Proof::on_server("worker-killed", "outbox::several::worker_killed", 1),
    Proof::on_server("server-killed", "outbox::several::server_killed", 1),
    Proof::on_server("slow-vendor", "outbox::several::slow_vendor", 1),
    Proof::on_server("quota", "outbox::several::quota", 1),
    Proof::on_server("frozen", "outbox::several::frozen", 2),
    Proof::on_server("network", "outbox::several::network", 1),
];

/// What is proved, and how often.
#[derive(Args)]
pub(crate) struct SoakArgs {
    /// The proofs to run; all unless told
    #[arg(value_name = "PROOF", value_parser = PossibleValuesParser::new(PROOFS.map(|proof| proof.name)))]
    proofs: Vec<String>,
    /// The seed that a run printed, to have it again
    #[arg(long, value_name = "N")]
    seed: Option<u64>,
    /// Runs everything so often, each time with other numbers
    #[arg(long, value_name = "N", default_value = "1", conflicts_with = "seed")]
    rounds: u32,
}

/// Runs them, one after another.
pub(crate) fn run_all(workspace: &Workspace, args: &SoakArgs) -> Result {
    let is_wanted = |proof: &&Proof| args.proofs.is_empty() || args.proofs.iter().any(|name| name == proof.name);
    let mut wanted: Vec<_> = PROOFS.iter().filter(is_wanted).collect();
    run(&mut workspace.cargo(["build", "--package", "leadsink-cli"]))?;
    let needs_server = wanted.iter().any(|proof| proof.on_server);
    let is_given = std::env::var_os(postgres::SERVER).is_some();
    let server = if needs_server && !is_given {
        postgres::start(workspace)?
    } else {
        None
    };
    if !is_given && server.is_none() {
        wanted.retain(|proof| !proof.on_server);
    }
    for round in 1..=args.rounds {
        for proof in &wanted {
            announce(&format!("soak: {}, round {round} of {}", proof.name, args.rounds));
            let mut command = workspace.cargo(["test", "--package", PACKAGE, "--all-features", proof.tests]);
            command.args(["--", "--nocapture", "--test-threads=1"]);
            command.env(FULL, "1").env("LEADSINK_BIN", binary(workspace)?);
            if let Some(server) = &server {
                server.name_to(&mut command);
            }
            if let Some(seed) = args.seed {
                command.env(SEED, seed.to_string());
            }
            let told = capture(&mut command)?;
            println!("{told}");
            // A test that is called otherwise now would prove nothing.
            if !told.contains(&format!("test result: ok. {} passed", proof.count)) {
                let Proof { tests, count, .. } = proof;
                return Err(format!(
                    "not {count} tests are called `{tests}`; name them in `xtask/src/soak.rs`"
                ));
            }
        }
    }
    Ok(())
}
