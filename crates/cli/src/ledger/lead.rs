//! One lead for people: each revision, each delivery, every attempt. It was asked for, so that the vendor's words are shown.

use leadsink::Timestamp;
use leadsink::outbox::{AttemptView, Conclusion, DeliveryView, LeadView};

use super::attempts;
use super::open::Ledger;
use super::step::{Step, steps_beneath};
use super::time::{distance, show};
use super::word::Standing;
use crate::exit::CliError;
use crate::output::{Out, Style, clean, plural, quote};
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
            out.line(format!(
                "  {} {}{}",
                style.bold(&clean(&delivery.sink)),
                style.paint(standing.paint(), standing.as_str()),
                clean(&rest(delivery, attempts, now))
            ))?;
            if !attempts.is_empty() {
                out.bytes(attempts::table(attempts, standing == Standing::Due, now).render(style, width))?;
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

/// What is to say of a delivery behind its standing.
fn rest(delivery: &DeliveryView, attempts: &[AttemptView], now: Timestamp) -> String {
    let mut parts = Vec::new();
    parts.extend(ending(delivery.conclusion).map(str::to_owned));
    let since = || format!("since {}", show(delivery.changed_at));
    match Standing::of(delivery.state, delivery.conclusion) {
        Standing::Due => parts.push(distance(delivery.due_at, now)),
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
    let has = |wanted| {
        let deliveries = views.iter().flat_map(|view| &view.deliveries);
        let standing = |delivery: &DeliveryView| Standing::of(delivery.state, delivery.conclusion);
        deliveries.into_iter().any(|(delivery, _)| standing(delivery) == wanted)
    };
    let Some(key) = views.first().map(|view| quote(view.key.as_str())) else {
        return Vec::new();
    };
    let mut steps = Vec::new();
    if has(Standing::Unknown) {
        steps.push(Step {
            why: "Nobody knows whether the vendor has it. Look there, then say what you found:".to_owned(),
            commands: vec![command(&format!("release {key} --as delivered|not-delivered"))],
        });
    }
    if has(Standing::Dead) && views.iter().any(|view| !view.is_purged) {
        steps.push(Step {
            why: "It was tried as often as it may be. Mend what was wrong, and try again:".to_owned(),
            commands: vec![command(&format!("retry {key}"))],
        });
    }
    steps
}

#[cfg(test)]
mod tests {
    use leadsink::LeadId;
    use leadsink::outbox::{DeliveryNo, LeadUid, State};

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(1_800_000_000 + second).unwrap()
    }

    fn delivery(state: State, conclusion: Option<Conclusion>) -> DeliveryView {
        DeliveryView {
            no: DeliveryNo(1),
            lead: LeadUid::new(at(0), [0; 10]),
            source: "leads.csv".into(),
            key: LeadId::new("crm 42").unwrap(),
            revision: 1,
            sink: "main".into(),
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

    fn lead(delivery: DeliveryView) -> LeadView {
        LeadView {
            uid: delivery.lead,
            source: "leads.csv".into(),
            key: delivery.key.clone(),
            revision: 2,
            accepted_at: at(0),
            is_purged: false,
            deliveries: vec![(delivery, Vec::new())],
        }
    }

    #[test]
    fn a_delivery_says_where_it_stands_since_when_and_how_it_ended() {
        let told = |delivery: &DeliveryView| rest(delivery, &[], at(100));
        let mut due = delivery(State::Due, None);
        assert_eq!(told(&due), ", in 60 s");
        (due.in_doubt, due.attempts) = (true, 2);
        assert_eq!(
            told(&due),
            ", in 60 s, 2 attempts spent, in doubt: the vendor may have it"
        );
        assert_eq!(told(&delivery(State::Held, None)), ", since 2027-01-15T08:00:40Z");
        let mut merged = delivery(State::Done, Some(Conclusion::Updated));
        merged.vendor_ref = Some("p-7".into());
        assert_eq!(
            told(&merged),
            ", merged into a lead that the vendor had, at 2027-01-15T08:00:40Z, vendor's id p-7"
        );
    }

    #[test]
    fn the_title_names_source_revision_and_purge() {
        let mut view = lead(delivery(State::Due, None));
        assert_eq!(
            title(&view),
            "crm 42 from leads.csv, revision 2, filed 2027-01-15T08:00:00Z"
        );
        (view.revision, view.is_purged) = (1, true);
        assert_eq!(
            title(&view),
            "crm 42 from leads.csv, filed 2027-01-15T08:00:00Z, purged"
        );
    }

    #[test]
    fn what_a_person_can_do_is_told_with_the_command() {
        let commands = |state| {
            let views = [lead(delivery(state, None))];
            let steps = steps(&views, |words| format!("leadsink {words}"));
            steps.into_iter().flat_map(|step| step.commands).collect::<Vec<_>>()
        };
        assert_eq!(
            commands(State::Held),
            ["leadsink release 'crm 42' --as delivered|not-delivered"]
        );
        assert_eq!(commands(State::Dead), ["leadsink retry 'crm 42'"]);
        assert_eq!(commands(State::Due), [""; 0]);
    }
}
