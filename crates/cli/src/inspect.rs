//! The command `inspect`: single values, read as a file's would be.

use std::io::{self, BufRead, IsTerminal};

use leadsink::intake::value::Hints;
use leadsink::intake::value::inspect::inspect;
use serde::Serialize;

use crate::args::InspectArgs;
use crate::exit::{CliError, Exit, Outcome, reason};
use crate::output::{Out, list, note};

/// How many bad lines are named.
const NAMED: usize = 5;

pub(crate) fn run(args: &InspectArgs) -> Outcome {
    let hints = Hints::default()
        .with_country(args.country)
        .with_state(args.known_state()?);
    let mut out = Out::new();
    if args.values.is_empty() {
        let stdin = io::stdin();
        if stdin.is_terminal() {
            note("reading JSON strings, one a line, until Ctrl-D; values may also stand on the command line");
        }
        return stream(args, &hints, stdin.lock(), out);
    }
    for value in &args.values {
        out.json_line(&inspect(args.kind, Some(value), &hints))?;
    }
    out.done(Exit::Well)
}

/// Answers each line before the next is read, so that another program can hold a conversation.
fn stream(args: &InspectArgs, hints: &Hints, mut input: impl BufRead, mut out: Out) -> Outcome {
    let mut bad = Vec::new();
    let mut line = Vec::new();
    for number in 1_u64.. {
        line.clear();
        let read = input
            .read_until(b'\n', &mut line)
            .map_err(|error| CliError::new(format!("cannot read standard input: {}", reason(&error))))?;
        if read == 0 {
            break;
        }
        let text = line.trim_ascii();
        if text.is_empty() {
            continue;
        }
        match serde_json::from_slice::<Option<String>>(text) {
            Ok(value) => out.json_line(&inspect(args.kind, value.as_deref(), hints))?,
            Err(_) => {
                bad.push(number);
                out.json_line(&BadLine::new(&String::from_utf8_lossy(text)))?;
            }
        }
        out.flush()?;
    }
    match &*bad {
        [] => out.done(Exit::Well),
        bad => Err(bad_lines(bad)),
    }
}

fn bad_lines(bad: &[u64]) -> CliError {
    let named: Vec<_> = bad.iter().take(NAMED).map(u64::to_string).collect();
    let (which, are) = match bad.len() {
        1 => (format!("line {}", named[0]), "is no JSON string"),
        n if n <= NAMED => (format!("lines {}", list(&named)), "are no JSON strings"),
        n => (
            format!("{n} lines, {} the first of them,", named[0]),
            "are no JSON strings",
        ),
    };
    CliError::new(format!("{which} of standard input {are}"))
        .with_hint("write each value as `\"(512) 555-0100\"`, in double quotes, or null")
}

/// The answer to a line that is no JSON string, so that there is one answer a line.
#[derive(Serialize)]
struct BadLine<'a> {
    input: &'a str,
    valid: bool,
    normal: Option<&'static str>,
    code: &'static str,
    message: &'static str,
}

impl<'a> BadLine<'a> {
    const fn new(input: &'a str) -> Self {
        Self {
            input,
            valid: false,
            normal: None,
            code: "not_json",
            message: "the line is no JSON string; put the value in double quotes",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bad_lines_are_named_while_they_are_few() {
        assert_eq!(bad_lines(&[3]).message, "line 3 of standard input is no JSON string");
        assert_eq!(
            bad_lines(&[3, 7]).message,
            "lines 3 and 7 of standard input are no JSON strings"
        );
        assert_eq!(
            bad_lines(&[3, 4, 5, 6, 7, 8]).message,
            "6 lines, 3 the first of them, of standard input are no JSON strings"
        );
    }
}
