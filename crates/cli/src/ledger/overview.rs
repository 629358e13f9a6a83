//! The whole outbox for people: how many deliveries stand where, what holds sinks up, and what to do next.

use leadsink::Timestamp;
use leadsink::outbox::transfer::{Mark, MarkKind};

use super::counts::{counts, sum};
use super::sinks::{SinkStatus, obstacles};
use super::step::{Step, release, steps_beneath};
use super::tally::deliveries;
use super::time::show;
use super::word::Standing;
use crate::exit::CliError;
use crate::outbox::{OutboxPlace, Workers, command};
use crate::output::{Out, Style, clean, count, plural, quote};
use crate::summary::paragraph;

/// The outbox at a time.
#[derive(Debug)]
pub(super) struct Overview<'a> {
    pub(super) sinks: Vec<SinkStatus>,
    pub(super) outbox: &'a OutboxPlace,
    pub(super) mark: Option<Mark>,
    pub(super) workers: Workers,
    pub(super) now: Timestamp,
}

impl Overview<'_> {
    /// Prints it.
    pub(super) fn print(&self, out: &mut Out, style: Style, width: Option<usize>) -> Result<(), CliError> {
        if sum(&self.sinks).total() == 0 {
            out.line(format!(
                "Nothing was filed in `{}` yet.",
                clean(&self.outbox.to_string())
            ))?;
        } else {
            out.bytes(counts(&self.sinks, style, width))?;
        }
        out.line("")?;
        for remark in self.remarks() {
            paragraph(out, &clean(&remark), width)?;
        }
        steps_beneath(&self.steps(), out, style, width)
    }

    /// Who works on it, what is odd, and what holds sinks up.
    fn remarks(&self) -> Vec<String> {
        let outbox = self.outbox;
        let mut remarks = vec![match (self.workers.process, self.workers.count) {
            (Some(process), _) => format!("Process {process} works on `{outbox}`."),
            (None, 0) => format!("Nothing works on `{outbox}` at the moment."),
            (None, 1) => format!("1 worker works on `{outbox}`."),
            (None, n) => format!("{} work on `{outbox}`.", plural(n, "worker")),
        }];
        remarks.extend(self.mark.as_ref().and_then(moved));
        if let in_doubt @ 1.. = self.sinks.iter().map(|sink| sink.due_in_doubt).sum() {
            let verb = if in_doubt == 1 { "is" } else { "are" };
            remarks.push(format!(
                "{} of those due {verb} in doubt: the vendor is asked, or it is repeated where that is safe.",
                count(in_doubt)
            ));
        }
        for sink in &self.sinks {
            if sink.is_waiting {
                let what = "what is due waits until an earlier revision, which is unknown, is released";
                remarks.push(format!("{}: {what}.", sink.name));
            }
            let obstacles = obstacles(&sink.lane, self.now, self.outbox);
            remarks.extend(obstacles.into_iter().map(|what| format!("{}: {what}.", sink.name)));
        }
        remarks
    }

    fn steps(&self) -> Vec<Step> {
        // Nothing can be done here any more.
        if self.mark.as_ref().is_some_and(|mark| moved(mark).is_some()) {
            return Vec::new();
        }
        let all = sum(&self.sinks);
        let command = |words: &str| command(words, self.outbox);
        let mut steps = Vec::new();
        if let unknown @ 1.. = all.get(Standing::Unknown) {
            let with = self.sinks.iter().filter(|sink| sink.tally.get(Standing::Unknown) > 0);
            let releases = with.map(|sink| command(&release("LEAD", &sink.name)));
            steps.push(Step {
                why: format!(
                    "{} unknown: nobody knows whether the vendor has the lead, and it is not sent again. Look there, \
                     then say what you found:",
                    are(unknown)
                ),
                commands: std::iter::once(command("list --state unknown"))
                    .chain(releases)
                    .collect(),
            });
        }
        let with: Vec<_> = self.sinks.iter().filter(|sink| sink.may_retry).collect();
        if !with.is_empty() {
            let dead = with.iter().map(|sink| sink.tally.get(Standing::Dead)).sum();
            let which = match &with[..] {
                [only] => format!("--sink {}", quote(&only.name)),
                _ => "--all".to_owned(),
            };
            steps.push(Step {
                why: format!(
                    "{} dead: not tried any more, and certainly not at the vendor. See why, mend it, and try again:",
                    are(dead)
                ),
                commands: vec![command("list --state dead"), command(&format!("retry {which}"))],
            });
        }
        // What is in flight without a worker was when that ended.
        let may_go = self.sinks.iter().filter(|sink| !sink.is_stopped());
        let open: u64 = may_go
            .map(|sink| sink.tally.get(Standing::Due) + sink.tally.get(Standing::InFlight))
            .sum();
        if open > 0 && self.workers.count == 0 {
            steps.push(Step {
                why: format!(
                    "{} open, and nothing works on {}. Go on with:",
                    are(open),
                    if open == 1 { "it" } else { "them" }
                ),
                commands: vec![command("work")],
            });
        }
        steps
    }
}

/// Why nothing goes out from here.
fn moved(mark: &Mark) -> Option<String> {
    let place = &mark.place;
    match mark.kind {
        MarkKind::Moved => Some(format!(
            "It was moved to `{place}` at {}, and can only be read here.",
            show(mark.at)
        )),
        MarkKind::Arriving => Some(format!(
            "It is being filled from `{place}` and not open yet; the same `leadsink outbox move` again goes on. It may be the \
             only copy by now."
        )),
        MarkKind::Moving | MarkKind::Arrived => None,
    }
}

fn are(n: u64) -> String {
    let verb = if n == 1 { "is" } else { "are" };
    format!("{} {verb}", deliveries(n))
}

#[cfg(test)]
mod tests {
    use leadsink::outbox::{Conclusion, State};

    use super::super::counts::tests::{count_of, mixture};
    use super::super::sinks::gather;
    use super::*;
    use crate::outbox::tests::usual;

    fn overview(sinks: Vec<SinkStatus>, process: Option<u32>) -> Overview<'static> {
        Overview {
            sinks,
            outbox: Box::leak(Box::new(usual())),
            mark: None,
            workers: Workers {
                count: process.is_some().into(),
                process,
            },
            now: Timestamp::UNIX_EPOCH,
        }
    }

    #[test]
    fn what_to_do_next_is_told_with_commands() {
        let mut sinks = mixture();
        sinks[1].may_retry = true;
        let steps = overview(sinks, None).steps();
        let commands: Vec<_> = steps.iter().map(|step| step.commands.join("; ")).collect();
        assert_eq!(
            commands,
            [
                "leadsink list --state unknown; leadsink release LEAD --sink ntherm --as delivered|not-delivered",
                "leadsink list --state dead; leadsink retry --sink ntherm",
                "leadsink work",
            ]
        );
        assert!(
            steps[0].why.starts_with("3 deliveries are unknown: "),
            "{}",
            steps[0].why
        );
        assert!(steps[1].why.starts_with("1 delivery is dead: "), "{}", steps[1].why);
    }

    #[test]
    fn nobody_is_told_to_start_a_worker_that_runs_or_could_do_nothing() {
        let commands = |overview: Overview<'_>| overview.steps().pop().map(|step| step.commands);
        let due = || gather(&[count_of("main", State::Due, None, 1)], Vec::new());
        assert_eq!(commands(overview(due(), None)), Some(vec!["leadsink work".to_owned()]));
        assert_eq!(commands(overview(due(), Some(7))), None);
        let mut waiting = due();
        waiting[0].is_waiting = true;
        assert_eq!(commands(overview(waiting, None)), None);
        let mut paused = due();
        paused[0].lane.is_paused = true;
        assert_eq!(commands(overview(paused, None)), None);
        let orphan = gather(&[count_of("main", State::Leased, None, 1)], Vec::new());
        assert!(commands(overview(orphan, None)).is_some(), "its worker ended");
    }

    #[test]
    fn remarks_say_who_works_and_what_is_odd() {
        assert_eq!(
            overview(Vec::new(), Some(7)).remarks(),
            ["Process 7 works on `leadsink.db`."]
        );
        let mut sinks = mixture();
        sinks[0].due_in_doubt = 2;
        sinks[1].lane.is_paused = true;
        assert_eq!(
            overview(sinks, None).remarks(),
            [
                "Nothing works on `leadsink.db` at the moment.",
                "2 of those due are in doubt: the vendor is asked, or it is repeated where that is safe.",
                "ntherm: paused; `leadsink resume ntherm` lets it go on.",
            ]
        );
    }

    #[test]
    fn where_all_is_well_there_is_nothing_to_do() {
        let counts = [count_of("main", State::Done, Some(Conclusion::Accepted), 7)];
        assert_eq!(overview(gather(&counts, Vec::new()), None).steps(), []);
    }
}
