//! Whether every answer of the vendor means what the architecture page says.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use leadsink_core::{Purpose, Repeat};

use super::matrix::{Case, Matrix};
use super::report;
use super::verdict::{Cure, judge, judge_in_doubt};
use crate::render::summary;
use crate::report::Report;
use crate::snapshot::assert_snapshots;
use crate::{Seen, Suite};

/// Proves that no answer makes the sink panic and that each has the disposition of the architecture page; keeps all of them
/// in the snapshot `status_matrix`.
///
/// # Panics
/// With every answer that is misread, or when the snapshot differs.
pub fn every_answer_has_a_disposition(suite: &Suite) {
    let mut report = report(suite, "an answer of the vendor is misread");
    let matrices = Matrix::all(suite, false);
    let plain = matrices.first().is_some_and(|matrix| matrix.carrier.delivers);
    for matrix in matrices.iter().filter(|matrix| plain && !matrix.carrier.delivers) {
        let wrong = format!("no contract scenario delivers a lead under {}", matrix.carrier.settings);
        let cure = "write one, with further settings in `config` if it needs them";
        report.add(wrong, "contract", cure);
    }
    complain(&mut report, &matrices, "", judge);
    report.finish();
    assert_snapshots(suite, &[("status_matrix".to_owned(), tables(&matrices))]);
}

/// Proves that after an attempt in doubt every error is ambiguous, and that no question and no refusal settles the doubt
/// unless it can; keeps all answers in the snapshot `status_matrix_in_doubt`.
///
/// # Panics
/// With every answer that settles a doubt it cannot settle, or when the snapshot differs.
pub fn doubt_is_sticky(suite: &Suite) {
    let mut report = report(suite, "a doubt about an earlier attempt is forgotten");
    let matrices = Matrix::all(suite, true);
    let when = "after an attempt in doubt, ";
    complain(&mut report, &matrices, when, judge_in_doubt);
    report.finish();
    assert_snapshots(suite, &[("status_matrix_in_doubt".to_owned(), tables(&matrices))]);
}

/// Adds what the judge minds; under a further configuration only what the plain one does not show.
fn complain(
    report: &mut Report,
    matrices: &[Matrix],
    when: &str,
    judge: impl Fn(&Case, Repeat) -> Result<(), (&'static str, Cure)>,
) {
    let mut known = BTreeSet::new();
    for matrix in matrices {
        for case in &matrix.cases {
            let Err((should, (file, cure))) = judge(case, matrix.carrier.prepared.repeat) else {
                continue;
            };
            let is = case.result.as_ref().map_or_else(|| "a panic".into(), summary);
            let wrong = format!("{when}{} should be {should} and is {is}", case.name);
            if known.insert(wrong.clone()) {
                report.add(wrong + &under(matrix), file, cure);
            }
        }
    }
}

/// The configuration of a matrix, unless it is the plain one.
fn under(matrix: &Matrix) -> String {
    let settings = &matrix.carrier.settings;
    if settings.is_empty() {
        String::new()
    } else {
        format!(" (under {settings})")
    }
}

/// The requests of a matrix, and for each one line for the bodies that mean the same.
type Table = Vec<(String, Vec<String>)>;

/// The matrices for people: of a further configuration only what the plain one does not show.
fn tables(matrices: &[Matrix]) -> String {
    let mut out = String::new();
    let tables: Vec<_> = matrices.iter().map(table).collect();
    for (index, (matrix, table)) in matrices.iter().zip(&tables).enumerate() {
        let plain = tables.first().filter(|_| index > 0);
        let shown: Table = table.iter().filter_map(|request| beside(request, plain)).collect();
        if !matrix.carrier.settings.is_empty() && !shown.is_empty() {
            let _ = writeln!(out, "\nunder {}, where it differs", matrix.carrier.settings);
        }
        for (heading, lines) in shown {
            let _ = writeln!(out, "{heading}\n{}", lines.join("\n"));
        }
    }
    out
}

/// A request with the lines that another table does not show for it; nothing when that shows all.
fn beside((heading, lines): &(String, Vec<String>), plain: Option<&Table>) -> Option<(String, Vec<String>)> {
    let known = plain.and_then(|plain| plain.iter().find(|(known, _)| known == heading));
    let is_known = |line: &String| known.is_some_and(|(_, known)| known.contains(line));
    let new: Vec<_> = lines.iter().filter(|line| !is_known(line)).cloned().collect();
    (known.is_none() || !new.is_empty()).then(|| (heading.clone(), new))
}

fn table(matrix: &Matrix) -> Table {
    let rows = |exchange: usize| {
        let mut rows: Vec<(String, Vec<&str>, String)> = Vec::new();
        for case in matrix.cases.iter().filter(|case| case.exchange == exchange) {
            let result = case.result.as_ref().map_or_else(|| "panic".into(), summary);
            match rows.last_mut() {
                Some((head, bodies, last)) if *head == case.fault.head() && *last == result => {
                    bodies.push(case.fault.body());
                }
                _ => rows.push((case.fault.head(), vec![case.fault.body()], result)),
            }
        }
        rows
    };
    let line = |(head, bodies, result): (String, Vec<&str>, String)| {
        let what = format!("{head} {}", bodies.join(", "));
        format!("  {}: {result}", what.trim_end())
    };
    let request = |(exchange, request): (usize, &Seen)| {
        let kind = match request.purpose {
            Purpose::Question => "question",
            Purpose::Creation => "request",
        };
        let heading = format!("{kind} {}: {}", exchange + 1, request.line());
        (heading, rows(exchange).into_iter().map(line).collect())
    };
    matrix.requests.iter().enumerate().map(request).collect()
}
