//! The command `sandbox`: the fake vendors, until Ctrl-C.

use leadsink_sandbox::{Keep, Sandbox};
use tokio::runtime;

use crate::args::{RateLimit, SandboxArgs};
use crate::exit::{CliError, Exit, Outcome, reason};
use crate::output::{Out, note, plural};

pub(crate) fn run(args: &SandboxArgs) -> Outcome {
    let runtime = runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| CliError::new(format!("cannot start the sandbox: {}", reason(&error))))?;
    runtime.block_on(play(args))
}

async fn play(args: &SandboxArgs) -> Outcome {
    let keep = if args.counts_only { Keep::Counts } else { Keep::All };
    let mut builder = Sandbox::builder()
        .port(args.port)
        .mode(args.mode)
        .keep(keep)
        .delay(args.delay);
    for RateLimit { vendor, requests, per } in &args.rate_limit {
        builder = builder.rate_limit(vendor, *requests, *per);
    }
    if let Some(plan) = &args.fault {
        builder = builder.faults(plan.clone());
    }
    if let Some(log) = &args.log {
        builder = builder.log(log);
    }
    let sandbox = builder
        .start()
        .await
        .map_err(|error| CliError::new(error.to_string()))?;
    // The base URL has the first line for itself; what follows is a leadsink.toml.
    let mut out = Out::new();
    let credentials = sandbox.credentials();
    out.line(sandbox.url())?;
    out.line(format_args!(
        "# test credentials: {} / {}\n# a leadsink.toml for the sandbox; Ctrl-C stops it\n",
        credentials.username, credentials.password
    ))?;
    out.bytes(sandbox.leadsink_toml())?;
    out.flush()?;
    tokio::signal::ctrl_c()
        .await
        .map_err(|error| CliError::new(format!("cannot wait for Ctrl-C: {}", reason(&error))))?;
    let counts = sandbox.counts();
    sandbox.stop().await;
    note(&format!(
        "the sandbox got {} and took {}",
        plural(counts.requests, "request"),
        plural(counts.accepted, "lead")
    ));
    Ok(Exit::Well)
}
