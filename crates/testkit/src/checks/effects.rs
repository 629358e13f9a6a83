//! What a field does to the request, found out by varying that field alone in leads of many shapes.

use std::collections::{BTreeMap, BTreeSet};

use leadsink_core::{Descriptor, Field, Lead, Rule, SharedSink};

use super::{prepare, with, without};
use crate::Suite;
use crate::fixtures::{full_lead, further_samples, other_sample, sample};
use crate::wire::{Wire, covers};

/// The wire paths that changed when one field did.
#[derive(Debug, Default)]
pub(super) struct Effects {
    /// The paths that carry the field: their value changed with it, or they came with it and are not the same whatever it
    /// says. Each with the lead in which that was seen.
    pub(super) changed: BTreeMap<String, String>,
    /// The paths that came along with the field and are the same whatever it says: the city that goes apart once a street is
    /// known, the title of an appointment that gets a time.
    pub(super) along: BTreeMap<String, String>,
    /// All paths that changed, proof that a row is at work. Those that stand here alone are no reproach: what the field
    /// displaces, and what it does in a lead whose country, state and postal code disagree.
    pub(super) seen: BTreeSet<String>,
}

impl Effects {
    /// Every path that changed.
    pub(super) fn paths(&self) -> impl Iterator<Item = &String> {
        self.seen.iter()
    }
}

/// Varies a field in leads of many shapes: full and minimal, without its rivals for the same wire field, without the
/// alternatives that make it needless, and alone.
pub(super) fn effects(suite: &Suite, sink: &SharedSink, field: Field) -> Effects {
    let mut effects = Effects::default();
    for (name, base) in bases(suite, sink, field) {
        vary(sink, field, &name, &base, &mut effects);
    }
    effects
}

/// Whether a field ever touches a path in a full or minimal lead of which one other field is away or different. Many leads;
/// for rows that showed no effect otherwise, such as the one for an organization that only a business has.
pub(super) fn is_seen_beside_others(suite: &Suite, sink: &SharedSink, field: Field, wire: &str) -> bool {
    let touches = |base: &Lead| {
        let mut effects = Effects::default();
        vary(sink, field, "", base, &mut effects);
        effects.paths().any(|path| covers(wire, path))
    };
    let others = Field::ALL.iter().copied().filter(|other| *other != field);
    others.into_iter().any(|other| {
        [full_lead(), suite.minimal()].iter().any(|base| {
            touches(&without(base, other)) || texts(other).iter().any(|text| touches(&with(base, other, text)))
        })
    })
}

/// Whether varying the field in this lead changes anything at all.
pub(super) fn is_visible(sink: &SharedSink, field: Field, lead: &Lead) -> bool {
    let mut effects = Effects::default();
    vary(sink, field, "", lead, &mut effects);
    effects.paths().next().is_some()
}

fn texts(field: Field) -> Vec<String> {
    let further = further_samples(field).iter().copied().map(str::to_owned);
    [sample(field), other_sample(field)]
        .into_iter()
        .chain(further)
        .collect()
}

fn vary(sink: &SharedSink, field: Field, name: &str, base: &Lead, effects: &mut Effects) {
    let wire = |lead: &Lead| Some(Wire::of(&prepare(sink, lead).ok()?));
    let absent = without(base, field);
    let nothing = wire(&absent).filter(|_| is_consistent(&absent));
    let mut first: Option<Wire> = None;
    // What came with the field, what its value decides, and how many values were tried.
    let (mut came, mut decided, mut tried) = (BTreeSet::new(), BTreeSet::new(), 0);
    for text in texts(field) {
        let lead = with(base, field, &text);
        let Some(wire) = wire(&lead) else { continue };
        let consistent = is_consistent(&lead);
        tried += usize::from(consistent);
        for reference in nothing.iter().chain(&first) {
            let is_first = Some(reference) == first.as_ref();
            for change in reference.changes(&wire) {
                effects.seen.insert(change.path.clone());
                if consistent && is_first {
                    decided.insert(change.path.clone());
                }
                // Where nothing is left, something else was displaced, such as an address that gives way to another.
                if consistent && change.after && change.before {
                    effects.changed.entry(change.path).or_insert_with(|| name.to_owned());
                } else if consistent && change.after && !is_first {
                    came.insert(change.path);
                }
            }
        }
        if consistent && first.is_none() {
            first = Some(wire);
        }
    }
    for path in came {
        let own = tried < 2 || decided.contains(&path);
        let paths = if own { &mut effects.changed } else { &mut effects.along };
        paths.entry(path).or_insert_with(|| name.to_owned());
    }
}

fn is_consistent(lead: &Lead) -> bool {
    lead.site.is_consistent() && lead.mailing.is_consistent()
}

/// The leads, without the field, in which it is varied.
fn bases(suite: &Suite, sink: &SharedSink, field: Field) -> Vec<(String, Lead)> {
    let facts = suite.descriptor();
    let (full, minimal) = (full_lead(), suite.minimal());
    let mut bases: Vec<(String, Lead)> = Vec::new();
    let mut add = |name: String, lead: Lead| {
        let lead = without(&lead, field);
        if bases.iter().all(|(_, base)| *base != lead) {
            bases.push((name, lead));
        }
    };
    let mut add_without = |what: &str, fields: &[Field]| {
        for (name, lead) in [("full", &full), ("minimal", &minimal)] {
            let base = fields.iter().fold(lead.clone(), |lead, other| without(&lead, *other));
            add(format!("{name} lead{what}"), base);
        }
    };
    add_without("", &[]);
    add_without(" without its rivals", &rivals(facts, field));
    for rule in facts.rules {
        if let Rule::AnyOf(fields) = rule
            && fields.contains(&field)
        {
            add_without(" without the alternatives", fields);
        }
    }
    match field {
        Field::Country => add_without(" without state and postal code", &[Field::State, Field::PostalCode]),
        Field::MailingCountry => {
            let region = [Field::MailingState, Field::MailingPostalCode];
            add_without(" without state and postal code", &region);
        }
        _ => {}
    }
    let alone = alone(sink, with(&minimal, field, &sample(field)), field);
    add("lead of little more than the field".to_owned(), alone);
    bases
}

/// The fields that go to the same wire field and may be away.
fn rivals(facts: &Descriptor, field: Field) -> Vec<Field> {
    let own = |wire: &str| {
        let mut rows = facts.mapping.iter().filter(|row| row.field == field);
        rows.any(|row| covers(row.wire, wire) || covers(wire, row.wire))
    };
    let rows = facts.mapping.iter().filter(|row| row.field != field && own(row.wire));
    rows.map(|row| row.field)
        .filter(|rival| !facts.rules.contains(&Rule::Required(*rival)))
        .collect()
}

/// The lead without every field that is not needed beside this one.
fn alone(sink: &SharedSink, lead: Lead, field: Field) -> Lead {
    let others: Vec<_> = lead.fields().iter().filter(|other| *other != field).collect();
    others.into_iter().fold(lead, |lead, other| {
        let less = without(&lead, other);
        if prepare(sink, &less).is_ok() { less } else { lead }
    })
}
