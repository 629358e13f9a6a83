//! `bench-leads KIND ROWS` writes a lead file to standard output.

use std::env;
use std::error::Error;
use std::io::{self, BufWriter, Write};

use leadsink_bench::leads::{self, Kind};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<_> = env::args().skip(1).collect();
    let [kind, rows] = &*args else {
        return Err("usage: bench-leads plain|form ROWS".into());
    };
    let mut out = BufWriter::new(io::stdout().lock());
    leads::write(kind.parse::<Kind>()?, rows.parse()?, &mut out)?;
    Ok(out.flush()?)
}
