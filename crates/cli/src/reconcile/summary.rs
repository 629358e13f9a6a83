//! The summary that people read, or the document for programs.

use super::ending::{Ending, SinkEnding};
use crate::exit::{CliError, Outcome};
use crate::output::{self, Cell, Out, Style, Table, count, plural};
use crate::send::Fate;
use crate::summary::{Outcomes, beneath, copied};

/// Prints the end, and ends the command.
pub(super) fn print(ending: &Ending, json: bool) -> Outcome {
    let mut out = Out::new();
    if json {
        out.json(ending)?;
    } else {
        people(ending, &mut out, Style::stdout(), output::width())?;
    }
    out.done(ending.exit)
}

fn people(ending: &Ending, out: &mut Out, style: Style, width: Option<usize>) -> Result<(), CliError> {
    if ending.sinks.is_empty() {
        return out.line("No lead of the report is in doubt; nothing was asked.");
    }
    out.bytes(outcomes(&ending.sinks).render(style, width))?;
    beneath(reasons(&ending.sinks).as_ref(), &remarks(ending), out, style, width)?;
    match &ending.report {
        Some(report) => {
            out.line("")?;
            copied(out, "Report", report, style)
        }
        None => out.line("There is nothing new to tell, so no report was written."),
    }
}

fn outcomes(sinks: &[SinkEnding]) -> Outcomes {
    let mut table = Outcomes::of("LEADS");
    for sink in sinks {
        let leads = [
            (Fate::Accepted, sink.found),
            (Fate::Failed, sink.not_found),
            (Fate::Ambiguous, sink.still_in_doubt),
        ];
        table.sink(&sink.sink, leads.map(|(fate, leads)| (fate.into(), leads)));
    }
    table
}

fn reasons(sinks: &[SinkEnding]) -> Option<Table> {
    let mut table = Table::new(&["LEADS", "SINK", "WHY STILL IN DOUBT"]).right(0);
    let mut any = false;
    for sink in sinks {
        for reason in &sink.reasons {
            any = true;
            table.row([count(reason.leads), sink.sink.clone(), reason.text.clone()].map(Cell::from));
        }
    }
    any.then_some(table)
}

fn remarks(ending: &Ending) -> Vec<String> {
    let mut remarks = Vec::new();
    for sink in &ending.sinks {
        if !sink.can_tell {
            remarks.push(format!(
                "{}: {} gives this account no way to ask whether a lead arrived; look there",
                sink.sink, sink.vendor_name
            ));
        }
        if let Some(why) = &sink.stopped {
            remarks.push(format!("{}: no more was asked: {why}", sink.sink));
        }
    }
    let open = ending.not_found();
    if let (1.., Some(report)) = (open, &ending.report) {
        remarks.push(format!(
            "{} certainly not there: `leadsink send`, as it was called before and with `--resume {report}`, sends what \
             is open again",
            match open {
                1 => "1 lead is".to_owned(),
                n => format!("{} are", plural(n, "lead")),
            }
        ));
    }
    remarks
}

#[cfg(test)]
mod tests {
    use super::super::ending::ReasonEnding;
    use super::*;
    use crate::exit::Exit;

    fn sink(name: &str, counts: [u64; 3]) -> SinkEnding {
        let [found, not_found, still_in_doubt] = counts;
        SinkEnding {
            sink: name.to_owned(),
            vendor: "acme",
            vendor_name: "Acme",
            in_doubt: counts.iter().sum(),
            found,
            not_found,
            still_in_doubt,
            can_tell: true,
            stopped: None,
            reasons: Vec::new(),
        }
    }

    #[test]
    fn each_sink_has_what_came_of_its_leads_and_why_some_stay_in_doubt() {
        let mut main = sink("main", [12, 1, 2]);
        main.reasons = vec![ReasonEnding {
            code: "undecided".into(),
            text: "too many".into(),
            leads: 2,
        }];
        let other = sink("second", [0, 0, 3]);
        let sinks = [main, other];
        assert_eq!(
            outcomes(&sinks).render(Style::PLAIN, None),
            "SINK    OUTCOME    LEADS  MEANING\n\
             main    accepted      12  the vendor has the lead\n        \
             failed         1  the vendor does not have the lead; it can be sent again\n        \
             ambiguous      2  the vendor may have the lead or not; not sent again\n\
             second  ambiguous      3  the vendor may have the lead or not; not sent again\n"
        );
        assert_eq!(
            reasons(&sinks).unwrap().render(Style::PLAIN, None),
            "LEADS  SINK  WHY STILL IN DOUBT\n    2  main  too many\n"
        );
    }

    #[test]
    fn what_to_do_is_told_once_a_sink() {
        let mut mute = sink("mute", [0, 0, 2]);
        mute.can_tell = false;
        let ending = Ending {
            exit: Exit::SomeAmbiguous,
            report: Some("r-2".into()),
            sinks: vec![sink("main", [0, 1, 0]), mute],
        };
        assert_eq!(
            remarks(&ending),
            [
                "mute: Acme gives this account no way to ask whether a lead arrived; look there",
                "1 lead is certainly not there: `leadsink send`, as it was called before and with `--resume r-2`, sends \
                 what is open again",
            ]
        );
    }
}
