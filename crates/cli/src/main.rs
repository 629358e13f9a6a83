//! The binary `leadsink`: reads the command line, runs one command, and says how it ended.

mod address;
mod args;
mod check;
mod config;
mod connect;
mod demo;
mod durable;
mod exit;
mod fields;
mod init;
mod inspect;
mod ledger;
mod map;
mod notes;
mod outbox;
mod output;
mod prepare;
mod probe;
mod reconcile;
mod relocate;
mod sandbox;
mod send;
mod source;
mod spool;
mod summary;
mod test_mark;
mod vendors;

use std::process::ExitCode;

use clap::Parser;

use args::{Cli, Command, OutboxCommand};
use exit::{CLOSED_PIPE, CliError, Exit, Outcome};

/// Small pieces of memory, many a lead, are what it is better at than the allocators of most systems.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    if outbox::is_astray(std::env::args_os().skip(1)) {
        let message = "the address of a database server stands where none is expected";
        output::error(&CliError::new(message).with_hint("name an outbox by `--outbox ADDRESS`"));
        return Exit::Usage.into();
    }
    match run(&Cli::parse().command) {
        Ok(exit) => exit.into(),
        Err(error) if error.is_closed() => CLOSED_PIPE.into(),
        Err(error) => {
            output::error(&error);
            Exit::Usage.into()
        }
    }
}

fn run(command: &Command) -> Outcome {
    match command {
        Command::Vendors(args) => vendors::run(args),
        Command::Fields(args) => fields::run(args),
        Command::Inspect(args) => inspect::run(args),
        Command::Check(args) => check::run(args),
        Command::Map(args) => map::run(args),
        Command::Send(args) => send::run(args),
        Command::Work(args) => durable::work(args),
        Command::Reconcile(args) => reconcile::run(args),
        Command::Status(args) => ledger::status(args),
        Command::List(args) => ledger::list(args),
        Command::Retry(args) => ledger::retry(args),
        Command::Cancel(args) => ledger::cancel(args),
        Command::Release(args) => ledger::release(args),
        Command::Pause(args) => ledger::pause(args),
        Command::Resume(args) => ledger::resume(args),
        Command::Purge(args) => ledger::purge(args),
        Command::Outbox(OutboxCommand::Move(args)) => relocate::run(args),
        Command::Probe(args) => probe::run(args),
        Command::Init(args) => init::run(args),
        Command::Sandbox(args) => sandbox::run(args),
        Command::Demo(args) => demo::run(args),
    }
}
