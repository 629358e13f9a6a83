//! One lead for people: each revision, each delivery, every attempt. It was asked for, so that the vendor's words are shown.

use leadsink::Timestamp;
use leadsink::outbox::{AttemptView, Conclusion, DeliveryView, LeadView, State};

use super::attempts;
use super::open::Ledger;
use super::revision::{may_retry, waits_for};
use super::source::lead_words;
use super::step::{Step, release, steps_beneath};
use super::time::{distance, show};
use super::word::Standing;
use crate::exit::CliError;
use crate::output::{Out, Style, clean, plural};
use crate::summary::paragraph;

/// Prints it.
pub(super) fn print(
    views: &[LeadView],
    ledger: &Ledger,
    now: Timestamp,
    out: &mut Out,
    style: Style,
    width: Option<usize>,
) -> Result<(), CliError> {
    for (index, view) in views.iter().enumerate() {
        if index > 0 {
            out.line("")?;
        }
        paragraph(out, &title(view), width)?;
        for (delivery, attempts) in &view.deliveries {
            let standing = Standing::of(delivery.state, delivery.conclusion);
            let waits = waits_for(views, delivery);
            out.line(format!(
                "  {} {}{}",
                style.bold(&clean(&delivery.sink)),
                style.paint(standing.paint(), standing.as_str()),
                clean(&rest(delivery, attempts, waits, now))
            ))?;
            if !attempts.is_empty() {
                let due = (standing == Standing::Due && waits.is_none()).then_some(delivery.due_at);
                out.bytes(attempts::table(attempts, due, now).render(style, width))?;
            }
        }
    }
    steps_beneath(&steps(views, |words| ledger.command(words)), out, style, width)
}

fn title(view: &LeadView) -> String {
    let mut text = format!("{} from {}", view.key.as_str(), view.source);
    if view.revision > 1 {
        text += &format!(", revision {}", view.revision);
    }
    text += &format!(", filed {}", show(view.accepted_at));
    if view.is_purged {
        text += ", purged";
    }
    clean(&text)
}

/// What is to say of a delivery behind its standing; it may wait for an earlier revision.
fn rest(delivery: &DeliveryView, attempts: &[AttemptView], waits: Option<(u32, State)>, now: Timestamp) -> String {
    let mut parts = Vec::new();
    parts.extend(ending(delivery.conclusion).map(str::to_owned));
    let since = || format!("since {}", show(delivery.changed_at));
    match Standing::of(delivery.state, delivery.conclusion) {
        Standing::Due => parts.push(match waits {
            Some((revision, State::Held)) => format!("waits until revision {revision} is released"),
            Some((revision, _)) => format!("waits for revision {revision}"),
            // What is due is due: since when is no news.
            None => distance(delivery.due_at.max(now), now),
        }),
        Standing::InFlight | Standing::Awaiting | Standing::Unknown | Standing::Dead => parts.push(since()),
        Standing::Delivered | Standing::Refused | Standing::Cancelled => {
            parts.push(format!("at {}", show(delivery.changed_at)));
        }
    }
    // Those that spent none are in the table too.
    if delivery.attempts > 0 && attempts.len() as u64 != u64::from(delivery.attempts) {
        parts.push(format!("{} spent", plural(delivery.attempts.into(), "attempt")));
    }
    if delivery.in_doubt && Standing::of(delivery.state, delivery.conclusion) != Standing::Unknown {
        parts.push("in doubt: the vendor may have it".to_owned());
    }
    if let Some(id) = &delivery.vendor_ref {
        parts.push(format!("vendor's id {id}"));
    }
    parts.iter().map(|part| format!(", {part}")).collect()
}

/// How it ended, where its standing does not say it.
fn ending(conclusion: Option<Conclusion>) -> Option<&'static str> {
    match conclusion? {
        Conclusion::Accepted | Conclusion::Rejected | Conclusion::Cancelled => None,
        Conclusion::Updated => Some("merged into a lead that the vendor had"),
        Conclusion::Duplicate => Some("the vendor had it already"),
        Conclusion::Released => Some("says a person"),
        Conclusion::Superseded => Some("a newer revision took its place"),
    }
}

fn steps(views: &[LeadView], command: impl Fn(&str) -> String) -> Vec<Step> {
    let (mut unknown, mut dead) = (Vec::new(), Vec::new());
    for view in views {
        let lead = lead_words(&view.key, &view.source);
        for (delivery, _) in &view.deliveries {
            if delivery.state == State::Held {
                unknown.push(command(&release(&lead, &delivery.sink)));
            }
            if may_retry(views, delivery) {
                dead.push(command(&format!("retry {lead}")));
            }
        }
    }
    // One for all sinks of a lead.
    dead.dedup();
    let mut steps = Vec::new();
    if !unknown.is_empty() {
        steps.push(Step {
            why: "Nobody knows whether the vendor has it. Look there, then say what you found:".to_owned(),
            commands: unknown,
        });
    }
    if !dead.is_empty() {
        steps.push(Step {
            why: "It is not tried any more, and certainly not at the vendor. Mend what was wrong, and try again:"
                .to_owned(),
            commands: dead,
        });
    }
    steps
}

#[cfg(test)]
pub(super) mod tests {
    use leadsink::LeadId;
    use leadsink::outbox::{DeliveryNo, LeadUid};

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    /// A revision of a lead that goes nowhere.
    pub(in super::super) fn view(source: &str, revision: u32) -> LeadView {
        LeadView {
            uid: LeadUid::new(at(revision.into()), [0; 10]),
            source: source.into(),
            key: LeadId::new("crm 42").unwrap(),
            revision,
            accepted_at: at(0),
            is_purged: false,
            deliveries: Vec::new(),
        }
    }

    pub(in super::super) fn delivery(
        of: &LeadView,
        sink: &str,
        state: State,
        conclusion: Option<Conclusion>,
    ) -> DeliveryView {
        DeliveryView {
            no: DeliveryNo(1),
            lead: of.uid,
            source: of.source.clone(),
            key: of.key.clone(),
            revision: of.revision,
            sink: sink.into(),
            state,
            in_doubt: state == State::Held,
            accepted_at: at(0),
            due_at: at(160),
            changed_at: at(40),
            attempts: 0,
            conclusion,
            vendor_ref: None,
        }
    }

    /// A lead with a delivery to each sink, all in a state.
    fn lead(source: &str, sinks: &[&str], state: State) -> LeadView {
        let mut lead = view(source, 1);
        let deliveries = sinks
            .iter()
            .map(|sink| (delivery(&lead, sink, state, None), Vec::new()));
        lead.deliveries = deliveries.collect();
        lead
    }

    #[test]
    fn a_delivery_says_where_it_stands_since_when_and_how_it_ended() {
        let told = |delivery: &DeliveryView| rest(delivery, &[], None, at(100));
        let lead = view("files", 2);
        let mut due = delivery(&lead, "main", State::Due, None);
        assert_eq!(told(&due), ", in 60 s");
        (due.in_doubt, due.attempts) = (true, 2);
        assert_eq!(
            told(&due),
            ", in 60 s, 2 attempts spent, in doubt: the vendor may have it"
        );
        due = delivery(&lead, "main", State::Due, None);
        assert_eq!(
            rest(&due, &[], Some((1, State::Held)), at(100)),
            ", waits until revision 1 is released"
        );
        assert_eq!(
            rest(&due, &[], Some((1, State::Leased)), at(100)),
            ", waits for revision 1"
        );
        due.due_at = at(0);
        assert_eq!(told(&due), ", now");
        let held = delivery(&lead, "main", State::Held, None);
        assert_eq!(told(&held), ", since 2027-01-15T08:00:40Z");
        let mut merged = delivery(&lead, "main", State::Done, Some(Conclusion::Updated));
        merged.vendor_ref = Some("p-7".into());
        assert_eq!(
            told(&merged),
            ", merged into a lead that the vendor had, at 2027-01-15T08:00:40Z, vendor's id p-7"
        );
    }

    #[test]
    fn the_title_names_source_revision_and_purge() {
        assert_eq!(
            title(&view("files", 2)),
            "crm 42 from files, revision 2, filed 2027-01-15T08:00:00Z"
        );
        let mut test = view("tests", 1);
        test.is_purged = true;
        assert_eq!(title(&test), "crm 42 from tests, filed 2027-01-15T08:00:00Z, purged");
    }

    #[test]
    fn what_a_person_can_do_is_told_with_the_command() {
        let commands = |views: &[LeadView]| {
            let steps = steps(views, |words| format!("leadsink {words}"));
            steps.into_iter().flat_map(|step| step.commands).collect::<Vec<_>>()
        };
        let both = |state| [lead("files", &["a", "b"], state), lead("tests", &["a"], state)];
        assert_eq!(
            commands(&both(State::Held)),
            [
                "leadsink release 'crm 42' --sink a --as delivered|not-delivered",
                "leadsink release 'crm 42' --sink b --as delivered|not-delivered",
                "leadsink release 'crm 42' --test --sink a --as delivered|not-delivered",
            ]
        );
        assert_eq!(
            commands(&both(State::Dead)),
            ["leadsink retry 'crm 42'", "leadsink retry 'crm 42' --test"]
        );
        assert_eq!(commands(&both(State::Due)), [""; 0]);
    }
}
