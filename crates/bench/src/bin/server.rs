//! `bench-server [DELAY-MS [FAULTS]]` plays Enerflo in a process of its own: the sandbox, which keeps counts and no bodies.
//!
//! The first line it prints is the base URL. Asked for `counts` on standard input it prints what it received as one line of
//! JSON; asked for `reset`, it forgets. No question goes over HTTP, so that every connection counted is a client's. It ends
//! with its input.

use std::error::Error;
use std::io::{self, BufRead as _, Write as _};
use std::time::Duration;

use leadsink_sandbox::{Background, FaultPlan, Keep, Sandbox};

const VENDOR: &str = "enerflo";

fn main() -> Result<(), Box<dyn Error>> {
    let mut args = std::env::args().skip(1);
    let delay = args.next().map_or(Ok(0), |ms| ms.parse())?;
    let mut builder = Sandbox::builder()
        .keep(Keep::Counts)
        .delay(Duration::from_millis(delay));
    if let Some(faults) = args.next() {
        builder = builder.faults(faults.parse::<FaultPlan>()?);
    }
    let sandbox = Background::start(builder)?;
    let mut out = io::stdout().lock();
    writeln!(out, "{}", sandbox.base_url(VENDOR)?)?;
    for line in io::stdin().lock().lines() {
        match line?.as_str() {
            "counts" => {
                let counts = serde_json::json!({ "counts": sandbox.counts(), "bodies": sandbox.checksum(VENDOR)? });
                writeln!(out, "{counts}")?;
            }
            "reset" => sandbox.reset(),
            other => return Err(format!("`{other}` is neither `counts` nor `reset`").into()),
        }
    }
    Ok(())
}
