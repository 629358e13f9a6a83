//! The commands that change something: `retry`, `cancel`, `release`, `pause`, `resume`, `purge`.

use leadsink::outbox::{Control, Gate, Lane, LeadStore as _, Release, Selection};
use leadsink::{LeadId, Timestamp};

use super::open::Ledger;
use super::said::Said;
use super::sinks::{obstacles, warn_of_unknown};
use super::status::find;
use super::tally::{Tally, deliveries};
use super::time::show;
use super::word::Standing;
use crate::args::{CancelArgs, LaneArgs, OutboxArgs, PurgeArgs, ReleaseArgs, RetryArgs};
use crate::exit::{CliError, Outcome};
use crate::output::{plural, quote};

/// Makes deliveries due now.
pub(crate) fn retry(args: &RetryArgs) -> Outcome {
    let of = Of::open(&args.outbox, args.of.lead.as_ref(), args.of.sink.as_deref())?;
    let changed = of.control(Control::Retry(of.selection()))?;
    let said = match changed {
        0 => of.nothing("retry")?,
        n => of.also_unknown(Said::well(n, format!("{} due now.", are(n))))?,
    };
    said.print(args.json)
}

/// Ends deliveries.
pub(crate) fn cancel(args: &CancelArgs) -> Outcome {
    let of = Of::open(&args.outbox, args.of.lead.as_ref(), args.of.sink.as_deref())?;
    let changed = of.control(Control::Cancel(of.selection()))?;
    let said = match changed {
        0 => of.nothing("cancel")?,
        n => of.also_in_flight(Said::well(n, format!("{} cancelled.", are(n))))?,
    };
    said.print(args.json)
}

/// Settles a doubt.
pub(crate) fn release(args: &ReleaseArgs) -> Outcome {
    let of = Of::open(&args.outbox, Some(&args.lead), args.sink.as_deref())?;
    let (to, selection) = (args.to, of.selection());
    let changed = of.control(Control::Release { of: selection, to })?;
    let said = match (changed, to) {
        (0, _) => of.nothing("release")?,
        (n, Release::Delivered) => Said::well(n, format!("{} delivered, as you say.", are(n))),
        (n, Release::NotDelivered) => Said::well(n, format!("{} due again.", are(n))),
    };
    said.print(args.json)
}

/// Holds a sink's deliveries back.
pub(crate) fn pause(args: &LaneArgs) -> Outcome {
    let ledger = Ledger::steer(&args.outbox)?;
    warn_of_unknown(&ledger, Some(&args.sink))?;
    let changed = ledger.control(Control::Pause((&*args.sink).into()), Timestamp::now())?;
    let sink = &args.sink;
    let message = match changed {
        0 => format!("`{sink}` was paused already."),
        _ => format!("`{sink}` is paused. What is in flight there ends, and nothing more goes out."),
    };
    Said::well(changed, message).print(args.json)
}

/// Lets a sink's deliveries go on.
pub(crate) fn resume(args: &LaneArgs) -> Outcome {
    let ledger = Ledger::steer(&args.outbox)?;
    warn_of_unknown(&ledger, Some(&args.sink))?;
    let now = Timestamp::now();
    let changed = ledger.control(Control::Resume((&*args.sink).into()), now)?;
    let lanes = ledger.ask(ledger.store.lanes())?;
    let lane = lanes.into_iter().find(|lane| *lane.sink == *args.sink);
    let message = resumed(&args.sink, changed, lane.as_ref(), now, &ledger);
    Said::well(changed, message).print(args.json)
}

fn resumed(sink: &str, changed: u64, lane: Option<&Lane>, now: Timestamp, ledger: &Ledger) -> String {
    let mut message = match changed {
        0 => format!("`{sink}` was neither paused nor held."),
        _ => format!("`{sink}` goes on."),
    };
    if let Some(lane) = lane.filter(|lane| lane.gate(now) != Gate::Open) {
        for obstacle in obstacles(lane, now, &ledger.path) {
            message += &format!(" But {obstacle}.");
        }
    }
    message
}

/// Deletes what is known of leads that are over.
pub(crate) fn purge(args: &PurgeArgs) -> Outcome {
    let now = Timestamp::now();
    let before = args.before.resolve(now);
    // Of a slip of the pen, such as a wrong year, there would be no way back.
    if now < before {
        let message = format!(
            "cannot purge what is over before {}: that is still to come",
            show(before)
        );
        return Err(CliError::new(message).with_hint("name a time that is past, or an age such as `--before 90d`"));
    }
    let ledger = Ledger::steer(&args.outbox)?;
    let purged = ledger.control(Control::Purge { before }, now)?;
    let message = match purged {
        0 => format!("Nothing was over before {}.", show(before)),
        n => format!(
            "{} purged that {} over before {}; only the id and how it ended stay.",
            match n {
                1 => "1 lead is".to_owned(),
                n => format!("{} are", plural(n, "lead")),
            },
            if n == 1 { "was" } else { "were" },
            show(before)
        ),
    };
    Said::well(purged, message).print(args.json)
}

impl Ledger {
    fn control(&self, command: Control, now: Timestamp) -> Result<u64, CliError> {
        self.ask(self.store.control(command, now))
    }
}

/// The deliveries that a command is about.
struct Of<'a> {
    ledger: Ledger,
    lead: Option<&'a LeadId>,
    sink: Option<&'a str>,
}

impl<'a> Of<'a> {
    fn open(outbox: &OutboxArgs, lead: Option<&'a LeadId>, sink: Option<&'a str>) -> Result<Self, CliError> {
        let ledger = Ledger::steer(outbox)?;
        warn_of_unknown(&ledger, sink)?;
        if let Some(key) = lead {
            find(&ledger, key)?;
        }
        Ok(Self { ledger, lead, sink })
    }

    fn selection(&self) -> Selection {
        Selection {
            key: self.lead.cloned(),
            sink: self.sink.map(Into::into),
        }
    }

    fn control(&self, command: Control) -> Result<u64, CliError> {
        self.ledger.control(command, Timestamp::now())
    }

    fn tally(&self) -> Result<Tally, CliError> {
        match self.lead {
            Some(key) => Ok(Tally::of_lead(&find(&self.ledger, key)?, self.sink)),
            None => {
                let counts = self.ledger.ask(self.ledger.store.counts())?;
                Ok(Tally::of_counts(&counts, self.sink))
            }
        }
    }

    fn lead_word(&self) -> String {
        self.lead.map_or_else(|| "LEAD".to_owned(), |key| quote(key.as_str()))
    }

    fn nothing(&self, what: &'static str) -> Result<Said, CliError> {
        let command = |words: &str| self.ledger.command(words);
        Ok(Said::nothing(nothing(what, &self.tally()?, &self.lead_word(), command)))
    }

    /// Says what a retry leaves to a person.
    fn also_unknown(&self, mut said: Said) -> Result<Said, CliError> {
        if let unknown @ 1.. = self.tally()?.get(Standing::Unknown) {
            let release = format!("release {} --as delivered|not-delivered", self.lead_word());
            said.message += &format!(" {} unknown: `{}`.", are(unknown), self.ledger.command(&release));
        }
        Ok(said)
    }

    /// Says what a cancellation comes too late for.
    fn also_in_flight(&self, mut said: Said) -> Result<Said, CliError> {
        if let in_flight @ 1.. = self.tally()?.get(Standing::InFlight) {
            said.message += &format!(" {} in flight and cannot be stopped any more.", are(in_flight));
        }
        Ok(said)
    }
}

/// Why there was nothing to do, by how the deliveries stand that were meant.
fn nothing(what: &str, tally: &Tally, lead: &str, command: impl Fn(&str) -> String) -> String {
    if tally.total() == 0 {
        return format!("Nothing to {what}: the outbox has no such delivery.");
    }
    let mut text = format!("Nothing to {what}: {}.", tally.words());
    let advice = match what {
        "retry" if tally.get(Standing::Unknown) > 0 => {
            let release = command(&format!("release {lead} --as delivered|not-delivered"));
            format!("Of what is unknown, look at the vendor whether it is there, then `{release}`.")
        }
        "retry" if tally.get(Standing::Dead) > 0 => {
            "What is dead was purged, or a newer revision of it followed, which a retry would undo.".to_owned()
        }
        "cancel" if tally.get(Standing::InFlight) > 0 => "What is in flight cannot be stopped any more.".to_owned(),
        "release" => "Only what is in doubt can be released.".to_owned(),
        _ => return text,
    };
    text.push(' ');
    text + &advice
}

fn are(n: u64) -> String {
    format!("{} {}", deliveries(n), if n == 1 { "is" } else { "are" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tally(of: &[(Standing, u64)]) -> Tally {
        let mut tally = Tally::default();
        for (standing, n) in of {
            tally.add(*standing, *n);
        }
        tally
    }

    #[test]
    fn where_nothing_was_changed_it_is_told_why() {
        let told = |what, of: &[_]| nothing(what, &tally(of), "crm-42", |words| format!("leadsink {words}"));
        assert_eq!(told("retry", &[]), "Nothing to retry: the outbox has no such delivery.");
        assert_eq!(
            told("retry", &[(Standing::Delivered, 1)]),
            "Nothing to retry: 1 delivered."
        );
        assert_eq!(
            told("retry", &[(Standing::Unknown, 1), (Standing::Refused, 2)]),
            "Nothing to retry: 2 refused and 1 unknown. Of what is unknown, look at the vendor whether it is there, then \
             `leadsink release crm-42 --as delivered|not-delivered`."
        );
        assert_eq!(
            told("retry", &[(Standing::Dead, 1)]),
            "Nothing to retry: 1 dead. What is dead was purged, or a newer revision of it followed, which a retry would \
             undo."
        );
        assert_eq!(
            told("cancel", &[(Standing::InFlight, 1)]),
            "Nothing to cancel: 1 in flight. What is in flight cannot be stopped any more."
        );
        assert_eq!(
            told("release", &[(Standing::Due, 1)]),
            "Nothing to release: 1 due. Only what is in doubt can be released."
        );
    }
}
