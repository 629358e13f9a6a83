//! A page that can be followed by a test: what it says to write and to run. What a fence is for stands in a comment above it,
//! which readers of the page do not see.

use std::fs;
use std::path::Path;

/// What the reader is told.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// `file: PATH`: write this file.
    File(String),
    /// `change: PATH`: take away the lines with `-`, add those with `+`.
    Change(String),
    /// `column: PATH NAME`: write these words into the column of a CSV file, one a row.
    Column(String, String),
    /// `run`, or `run, fails`: run these commands, of which the last one fails.
    Run { fails: bool },
    /// `prints`: the commands before it print these lines, and others between them.
    Prints,
    /// `document`: what the vendor wrote, which is only read.
    Document,
    /// `shows: PATH`: this file holds these lines, and others between them.
    Shows(String),
}

/// A fence with its purpose.
#[derive(Debug)]
pub(crate) struct Step {
    pub(crate) kind: Kind,
    pub(crate) text: String,
    /// Where it stands, for messages.
    pub(crate) place: String,
}

/// The root of the workspace under test.
pub(crate) fn workspace() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The steps of a page of the workspace.
pub(crate) fn steps(page: &str) -> Vec<Step> {
    steps_in(page, &fs::read_to_string(workspace().join(page)).unwrap())
}

fn steps_in(page: &str, text: &str) -> Vec<Step> {
    let mut steps = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let place = format!("{page}:{}", number + 1);
        let Some(comment) = line.strip_prefix("<!-- ").and_then(|rest| rest.strip_suffix(" -->")) else {
            assert!(
                !line.starts_with("```"),
                "{place}: nobody runs or compares this; say above it what it is for"
            );
            continue;
        };
        let kind = kind_of(comment).unwrap_or_else(|| panic!("{place}: nobody knows what `{comment}` is"));
        let opening = lines.next().map(|(_, line)| line);
        assert!(
            opening.is_some_and(|line| line.starts_with("```")),
            "{place}: no fence follows"
        );
        let body = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```");
        let text = body.map(|line| format!("{line}\n")).collect();
        if kind == Kind::Document {
            continue;
        }
        steps.push(Step { kind, text, place });
    }
    steps
}

fn kind_of(comment: &str) -> Option<Kind> {
    let (word, rest) = comment.split_once(": ").unwrap_or((comment, ""));
    Some(match word {
        "file" => Kind::File(rest.to_owned()),
        "change" => Kind::Change(rest.to_owned()),
        "column" => {
            let (path, name) = rest.split_once(' ')?;
            Kind::Column(path.to_owned(), name.to_owned())
        }
        "run" => Kind::Run { fails: false },
        "run, fails" => Kind::Run { fails: true },
        "prints" => Kind::Prints,
        "document" => Kind::Document,
        "shows" => Kind::Shows(rest.to_owned()),
        _ => return None,
    })
}

/// The first line of the page that the text lacks behind those before it. `…` alone stands for any lines, in a line for
/// any part of it.
pub(crate) fn missing<'a>(page: &'a str, text: &str) -> Option<&'a str> {
    let mut lines = text.lines();
    page.lines()
        .filter(|wanted| !wanted.trim().is_empty() && wanted.trim() != "…")
        .find(|wanted| !lines.any(|line| is_like(line, wanted)))
}

fn is_like(line: &str, wanted: &str) -> bool {
    let mut rest = line.trim_end();
    let parts: Vec<_> = wanted.trim_end().split('…').collect();
    let last = parts.len() - 1;
    parts.iter().enumerate().all(|(index, part)| {
        let at = match (index, index == last) {
            (0, true) => (rest == *part).then_some(0),
            (0, false) => rest.starts_with(part).then_some(0),
            (_, true) => rest.ends_with(part).then(|| rest.len() - part.len()),
            (_, false) => rest.find(part),
        };
        rest = at.map_or(rest, |at| &rest[at + part.len()..]);
        at.is_some()
    })
}

/// Makes the changes that a page shows, in their order; `@@` stands between them. `…` at the end of a line stands for the rest of
/// it, which stays.
pub(crate) fn changed(text: &str, change: &str) -> Result<String, String> {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    for hunk in change.split("@@\n") {
        let old: Vec<_> = hunk.lines().filter(|line| !line.starts_with('+')).map(body).collect();
        let is_here = |at: &[String]| at.iter().zip(&old).all(|(line, old)| is_like(line, old));
        let at = lines.windows(old.len()).position(is_here);
        let at = at.ok_or_else(|| format!("these lines are not in the file:\n{}", old.join("\n")))?;
        let mut was = lines.splice(at..at + old.len(), []).collect::<Vec<_>>().into_iter();
        let mut tail = String::new();
        let mut new = Vec::new();
        for line in hunk.lines() {
            if line.starts_with('+') {
                new.push(
                    body(line)
                        .strip_suffix('…')
                        .map_or_else(|| body(line).to_owned(), |head| format!("{head}{tail}")),
                );
            } else {
                let line_was = was.next().unwrap_or_default();
                let head = body(line).strip_suffix('…').unwrap_or_default();
                tail = line_was[head.len()..].to_owned();
                if !line.starts_with('-') {
                    new.push(line_was);
                }
            }
        }
        lines.splice(at..at, new);
    }
    Ok(lines.join("\n") + "\n")
}

/// A line of a change without its sign.
fn body(line: &str) -> &str {
    line.get(1..).unwrap_or_default()
}

#[test]
fn lines_are_found_in_their_order() {
    let text = "a one\nb two three\nc\n";
    assert_eq!(missing("a one\n…\nc\n", text), None);
    assert_eq!(missing("b … three\n", text), None);
    assert_eq!(missing("c\na one\n", text), Some("a one"));
    assert_eq!(missing("a\n", text), Some("a"));
    assert_eq!(missing("b … four\n", text), Some("b … four"));
}

#[test]
fn a_change_keeps_what_it_does_not_name() {
    let text = "one\n  list: a, b\ntwo\nthree\n";
    assert_eq!(
        changed(text, "-  list: …\n+  list: z, …\n@@\n two\n+and a half\n").unwrap(),
        "one\n  list: z, a, b\ntwo\nand a half\nthree\n"
    );
    assert_eq!(
        changed(text, "-one\n-two\n").unwrap_err(),
        "these lines are not in the file:\none\ntwo"
    );
}

#[test]
fn a_fence_that_nobody_runs_is_refused() {
    let steps = |text: &'static str| std::panic::catch_unwind(|| steps_in("page.md", text)).is_ok();
    assert!(steps(
        "<!-- run -->\n```sh\ncargo test\n```\n\n<!-- document -->\n```text\nOnly read.\n```\n"
    ));
    assert!(!steps("```text\nWhat a command printed.\n```\n"));
    assert!(!steps("```sh\ncargo test\n```\n"));
    assert!(!steps("<!-- walk -->\n```sh\ncargo test\n```\n"));
    assert!(!steps("<!-- run -->\n\ncargo test\n"));
}
