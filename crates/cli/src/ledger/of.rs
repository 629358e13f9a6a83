//! The deliveries that a command is about, and what is left to say of them when it was carried out.

use std::sync::Arc;

use leadsink::outbox::{Control, LeadView, Selection, State};
use leadsink::{LeadId, Timestamp};

use super::open::Ledger;
use super::said::Said;
use super::sinks::{gather, warn_of_unknown};
use super::source::{lead_words, pick};
use super::status::find;
use super::step;
use super::tally::{Tally, deliveries};
use super::word::Standing;
use crate::args::{OutboxArgs, SelectionArgs, WhichArgs};
use crate::exit::CliError;
use crate::output::list;

/// The deliveries that a command is about.
pub(super) struct Of<'a> {
    ledger: Ledger,
    lead: Option<(&'a LeadId, Arc<str>)>,
    sink: Option<Arc<str>>,
}

impl<'a> Of<'a> {
    /// What `retry` and `cancel` take.
    pub(super) fn selected(outbox: &OutboxArgs, of: &'a SelectionArgs, which: &WhichArgs) -> Result<Self, CliError> {
        Self::open(outbox, of.lead.as_ref(), which.test, of.sink.as_deref())
    }

    /// Those of a lead, to a sink, both or all. Of a lead that several sources have, it is the one of a file or the test.
    pub(super) fn open(
        outbox: &OutboxArgs,
        lead: Option<&'a LeadId>,
        is_test: bool,
        sink: Option<&str>,
    ) -> Result<Self, CliError> {
        let ledger = Ledger::steer(outbox)?;
        warn_of_unknown(&ledger, sink)?;
        let lead = match lead {
            Some(key) => Some((key, pick(key, &find(&ledger, key)?, is_test)?)),
            None => None,
        };
        let sink = sink.map(Into::into);
        Ok(Self { ledger, lead, sink })
    }

    /// Narrows it to the one sink at which the lead is in doubt, and says whether there is one. What was found at one vendor
    /// says nothing of another: of several, a person names one. What comes to be in doubt meanwhile is left.
    pub(super) fn at_one_sink(&mut self) -> Result<bool, CliError> {
        let (Some((key, _)), None) = (&self.lead, &self.sink) else {
            return Ok(true);
        };
        let mut sinks = in_doubt(&self.views()?);
        if sinks.len() > 1 {
            let names: Vec<_> = sinks.iter().map(|sink| format!("`{sink}`")).collect();
            let message = format!("`{}` is in doubt at {}", key.as_str(), list(&names));
            return Err(CliError::new(message).with_hint("look at each, and say with `--sink NAME` which one you mean"));
        }
        self.sink = sinks.pop();
        Ok(self.sink.is_some())
    }

    pub(super) fn selection(&self) -> Selection {
        Selection {
            key: self.lead.as_ref().map(|(key, _)| (*key).clone()),
            source: self.lead.as_ref().map(|(_, source)| Arc::clone(source)),
            sink: self.sink.clone(),
        }
    }

    pub(super) fn control(&self, command: Control) -> Result<u64, CliError> {
        self.ledger.control(command, Timestamp::now())
    }

    /// Every revision of the lead; nothing where it is about no single one.
    fn views(&self) -> Result<Vec<LeadView>, CliError> {
        match &self.lead {
            Some((key, source)) => self.ledger.ask(self.ledger.store.lead(key, Some(source))),
            None => Ok(Vec::new()),
        }
    }

    fn tally(&self) -> Result<Tally, CliError> {
        let sink = self.sink.as_deref();
        if self.lead.is_some() {
            return Ok(Tally::of_lead(&self.views()?, sink));
        }
        let counts = self.ledger.ask(self.ledger.store.counts())?;
        Ok(Tally::of_counts(&counts, sink))
    }

    /// The commands that settle what is unknown, one a sink.
    fn releases(&self) -> Result<Vec<String>, CliError> {
        let mut sinks = match self.lead {
            Some(_) => unknown(&self.views()?),
            None => {
                let counts = self.ledger.ask(self.ledger.store.counts())?;
                let sinks = gather(&counts, Vec::new()).into_iter();
                let unknown = sinks.filter(|sink| sink.tally.get(Standing::Unknown) > 0);
                unknown.map(|sink| sink.name).collect()
            }
        };
        sinks.retain(|name| self.sink.as_ref().is_none_or(|sink| sink == name));
        let lead = match &self.lead {
            Some((key, source)) => lead_words(key, source),
            None => "LEAD".to_owned(),
        };
        let commands = sinks
            .iter()
            .map(|sink| self.ledger.command(&step::release(&lead, sink)));
        Ok(commands.collect())
    }

    pub(super) fn nothing(&self, what: &'static str) -> Result<Said, CliError> {
        Ok(Said::nothing(nothing(what, &self.tally()?, &self.releases()?)))
    }

    /// Says what a retry leaves to a person.
    pub(super) fn also_unknown(&self, mut said: Said) -> Result<Said, CliError> {
        if let unknown @ 1.. = self.tally()?.get(Standing::Unknown) {
            said.message += &format!(" {} unknown: {}.", are(unknown), quoted(&self.releases()?));
        }
        Ok(said)
    }

    /// Says what a cancellation comes too late for.
    pub(super) fn also_in_flight(&self, mut said: Said) -> Result<Said, CliError> {
        if let in_flight @ 1.. = self.tally()?.get(Standing::InFlight) {
            said.message += &format!(" {} in flight and cannot be stopped any more.", are(in_flight));
        }
        Ok(said)
    }
}

/// The sinks at which a lead is in doubt, also those where the doubt is being cleared.
fn in_doubt(views: &[LeadView]) -> Vec<Arc<str>> {
    sinks(views, |state, in_doubt| {
        in_doubt && matches!(state, State::Due | State::Leased | State::Held)
    })
}

/// The sinks at which a lead is unknown.
fn unknown(views: &[LeadView]) -> Vec<Arc<str>> {
    sinks(views, |state, _| state == State::Held)
}

fn sinks(views: &[LeadView], is_it: impl Fn(State, bool) -> bool) -> Vec<Arc<str>> {
    let deliveries = views.iter().flat_map(|view| &view.deliveries);
    let of = deliveries.filter(|(delivery, _)| is_it(delivery.state, delivery.in_doubt));
    let mut sinks: Vec<_> = of.map(|(delivery, _)| Arc::clone(&delivery.sink)).collect();
    sinks.sort();
    sinks.dedup();
    sinks
}

/// Why there was nothing to do, by how the deliveries stand that were meant; with the commands that settle what is unknown.
fn nothing(what: &str, tally: &Tally, releases: &[String]) -> String {
    if tally.total() == 0 {
        return format!("Nothing to {what}: the outbox has no such delivery.");
    }
    let mut text = format!("Nothing to {what}: {}.", tally.words());
    let advice = match what {
        "retry" if tally.get(Standing::Unknown) > 0 => format!(
            "Of what is unknown, look at the vendor whether it is there, then {}.",
            quoted(releases)
        ),
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

/// Commands within a sentence.
fn quoted(commands: &[String]) -> String {
    let quoted: Vec<_> = commands.iter().map(|command| format!("`{command}`")).collect();
    list(&quoted)
}

pub(super) fn are(n: u64) -> String {
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
        let releases = ["leadsink release a".to_owned(), "leadsink release b".to_owned()];
        let told = |what, of: &[_]| nothing(what, &tally(of), &releases);
        assert_eq!(told("retry", &[]), "Nothing to retry: the outbox has no such delivery.");
        assert_eq!(
            told("retry", &[(Standing::Delivered, 1)]),
            "Nothing to retry: 1 delivered."
        );
        assert_eq!(
            told("retry", &[(Standing::Unknown, 1), (Standing::Refused, 2)]),
            "Nothing to retry: 2 refused and 1 unknown. Of what is unknown, look at the vendor whether it is there, then \
             `leadsink release a` and `leadsink release b`."
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
