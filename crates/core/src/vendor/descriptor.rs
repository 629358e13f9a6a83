//! The published facts of a vendor: what it needs, what becomes of each field, how it is configured, what it allows.

use std::time::Duration;

use crate::delivery::{Prepared, Problem, Repeat, Unfit};
use crate::{Field, FieldRef, FieldSet, Lead};

/// The facts of a vendor, as a constant: `Copy`, all slices `'static`.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Descriptor {
    /// The stable id: folder, feature, config and command line use it.
    pub id: &'static str,
    /// The name for people.
    pub name: &'static str,
    /// Where the vendor documents its interface.
    pub docs: &'static str,
    /// What a lead must have.
    pub rules: &'static [Rule],
    /// What becomes of each field.
    pub mapping: &'static [FieldMapping],
    mapped: FieldSet,
    /// The wire field that takes, readable, what no wire field of its own exists for.
    pub note: Option<&'static str>,
    /// The field that does so where a setting sends the lead another way.
    pub note_elsewhere: Option<&'static str>,
    /// The keys of its configuration.
    pub config: &'static [ConfigKey],
    /// Whether its usual request may be sent again when nobody saw the answer.
    pub repeat: Repeat,
    /// The limits that the vendor documents.
    pub quotas: &'static [Quota],
    /// The limit for one request.
    pub timeout: Duration,
    /// Whether the vendor's last word may come later, to an address that carries the delivery's call-back token.
    pub answers_late: bool,
    /// The option under `extensions.<id>` that marks a lead as a test, where the vendor knows such a mark.
    pub test_mark: Option<&'static str>,
    /// When the mark does nothing, so that a test would be taken for a real lead.
    pub test_caveat: Option<&'static str>,
}

impl Descriptor {
    /// A vendor of which only id, name and documents are known: no rules, nothing mapped, never repeated blindly, 30 s.
    #[must_use]
    pub const fn new(id: &'static str, name: &'static str, docs: &'static str) -> Self {
        Self {
            id,
            name,
            docs,
            rules: &[],
            mapping: &[],
            mapped: FieldSet::EMPTY,
            note: None,
            note_elsewhere: None,
            config: &[],
            repeat: Repeat::NeverBlindly,
            quotas: &[],
            timeout: Duration::from_secs(30),
            answers_late: false,
            test_mark: None,
            test_caveat: None,
        }
    }

    /// Sets what a lead must have.
    #[must_use]
    pub const fn with_rules(mut self, rules: &'static [Rule]) -> Self {
        self.rules = rules;
        self
    }

    /// Sets what becomes of each field.
    #[must_use]
    pub const fn with_mapping(mut self, mapping: &'static [FieldMapping]) -> Self {
        self.mapping = mapping;
        self.mapped = FieldSet::EMPTY;
        let mut index = 0;
        while index < mapping.len() {
            self.mapped = self.mapped.with(mapping[index].field);
            index += 1;
        }
        self
    }

    /// Sets the wire field for what has none of its own.
    #[must_use]
    pub const fn with_note(mut self, note: &'static str) -> Self {
        self.note = Some(note);
        self
    }

    /// Sets the wire field for what has none of its own where a setting sends the lead another way.
    #[must_use]
    pub const fn with_note_elsewhere(mut self, note: &'static str) -> Self {
        self.note_elsewhere = Some(note);
        self
    }

    /// Sets the keys of the configuration.
    #[must_use]
    pub const fn with_config(mut self, config: &'static [ConfigKey]) -> Self {
        self.config = config;
        self
    }

    /// Sets whether the usual request may be repeated.
    #[must_use]
    pub const fn with_repeat(mut self, repeat: Repeat) -> Self {
        self.repeat = repeat;
        self
    }

    /// Sets the documented limits.
    #[must_use]
    pub const fn with_quotas(mut self, quotas: &'static [Quota]) -> Self {
        self.quotas = quotas;
        self
    }

    /// Sets the limit for one request.
    #[must_use]
    pub const fn with_timeout(mut self, timeout: Duration) -> Self {
        self.timeout = timeout;
        self
    }

    /// Says that the vendor's last word may come later, so that every delivery has a call-back token.
    #[must_use]
    pub const fn with_late_answers(mut self) -> Self {
        self.answers_late = true;
        self
    }

    /// Sets the option of a lead that marks it as a test. A lead whose option is `true` goes out with the vendor's mark; what
    /// the vendor makes of that, where it is not certain, belongs into [`with_test_caveat`](Self::with_test_caveat).
    #[must_use]
    pub const fn with_test_mark(mut self, option: &'static str) -> Self {
        self.test_mark = Some(option);
        self
    }

    /// Says when the mark of a test does nothing, as a clause that follows a semicolon. People see it before a test is sent.
    #[must_use]
    pub const fn with_test_caveat(mut self, when: &'static str) -> Self {
        self.test_caveat = Some(when);
        self
    }

    /// The fields that have a wire field of their own.
    #[must_use]
    pub const fn mapped(&self) -> FieldSet {
        self.mapped
    }

    /// What a lead lacks by the rules.
    #[must_use]
    pub fn unmet(&self, lead: &Lead) -> Vec<Problem> {
        self.rules
            .iter()
            .filter_map(|rule| rule.unmet(lead, self.name))
            .collect()
    }

    /// A mapped lead in the light of what it lacks by the rules: every problem at once, each field named once; and what has no
    /// wire field of its own named as unmapped, beside what the lead has at all. A [`HttpVendor`](crate::HttpVendor) gets it by itself.
    ///
    /// # Errors
    /// When the lead lacks something, or could not be mapped.
    pub fn complete(
        &self,
        lead: &Lead,
        mut problems: Vec<Problem>,
        mapped: Result<Prepared, Unfit>,
    ) -> Result<Prepared, Unfit> {
        match mapped {
            Ok(mut prepared) if problems.is_empty() => {
                if prepared.fields.is_empty() {
                    prepared.fields = lead.fields();
                }
                let unmapped = prepared.fields.minus(self.mapped());
                let Prepared { unmapped: refs, .. } = &mut prepared;
                refs.reserve(unmapped.iter().count());
                for field in unmapped.iter() {
                    FieldRef::expand(field, lead).for_each(|item| refs.push(item));
                }
                Ok(prepared)
            }
            Ok(_) => Err(Unfit { problems }),
            Err(unfit) => {
                // A field that is missing is named once, by its rule.
                let known = |field: &Option<FieldRef>| {
                    field.is_some() && problems.iter().any(|problem| problem.field == *field)
                };
                let more: Vec<_> = unfit
                    .problems
                    .into_iter()
                    .filter(|problem| !known(&problem.field))
                    .collect();
                problems.extend(more);
                Err(Unfit { problems })
            }
        }
    }
}

/// What a lead must have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rule {
    /// This field.
    Required(Field),
    /// At least one of these fields.
    AnyOf(&'static [Field]),
}

impl Rule {
    fn unmet(&self, lead: &Lead, vendor: &str) -> Option<Problem> {
        match self {
            Self::Required(field) if !field.has(lead) => {
                Some(Problem::new("required", format!("{vendor} needs `{field}`, and the lead has none")).at(*field))
            }
            Self::AnyOf(fields) if !fields.iter().any(|field| field.has(lead)) => {
                let names: Vec<_> = fields.iter().map(|field| format!("`{field}`")).collect();
                let message = format!(
                    "{vendor} needs one of {}, and the lead has none of them",
                    names.join(", ")
                );
                Some(Problem {
                    field: fields.first().map(|field| (*field).into()),
                    ..Problem::new("required", message)
                })
            }
            _ => None,
        }
    }
}

/// What becomes of a field of the lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FieldMapping {
    /// The field of the lead.
    pub field: Field,
    /// Where its value goes: the path in the request's body.
    pub wire: &'static str,
    /// How it gets there, where that is not plain.
    pub note: &'static str,
}

impl FieldMapping {
    /// A field that goes to a wire field.
    #[must_use]
    pub const fn new(field: Field, wire: &'static str) -> Self {
        Self { field, wire, note: "" }
    }

    /// Says how it gets there.
    #[must_use]
    pub const fn with_note(mut self, note: &'static str) -> Self {
        self.note = note;
        self
    }
}

/// Whether a key of the configuration must be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Need {
    /// Nothing can be sent without it.
    Required,
    /// Required, unless this other key is `true`, or stands there with any other value than `false`.
    Unless(&'static str),
    /// It may be left out.
    Optional,
}

/// A key of a vendor's configuration.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ConfigKey {
    /// The key.
    pub key: &'static str,
    /// What it is, in one line; the commented configuration file prints it.
    pub doc: &'static str,
    /// Whether it must be there.
    pub need: Need,
    /// Whether it is a credential: not needed to see a mapping, never shown.
    pub credential: bool,
    /// An example or the default, as TOML.
    pub example: &'static str,
}

impl ConfigKey {
    /// A key that may be left out; the example is its default.
    #[must_use]
    pub const fn optional(key: &'static str, example: &'static str, doc: &'static str) -> Self {
        Self {
            key,
            doc,
            need: Need::Optional,
            credential: false,
            example,
        }
    }

    /// A key that must be there.
    #[must_use]
    pub const fn required(key: &'static str, example: &'static str, doc: &'static str) -> Self {
        Self {
            key,
            doc,
            need: Need::Required,
            credential: false,
            example,
        }
    }

    /// A credential that must be there.
    #[must_use]
    pub const fn credential(key: &'static str, example: &'static str, doc: &'static str) -> Self {
        Self {
            key,
            doc,
            need: Need::Required,
            credential: true,
            example,
        }
    }

    /// Makes it a credential: not needed to see a mapping, never shown.
    #[must_use]
    pub const fn secret(mut self) -> Self {
        self.credential = true;
        self
    }

    /// Makes it required unless another key is `true`, or stands there with any other value than `false`.
    #[must_use]
    pub const fn unless(mut self, other: &'static str) -> Self {
        self.need = Need::Unless(other);
        self
    }
}

/// How many requests of one class a vendor takes in a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The class of requests it counts, such as `leads`: those that name it, and those that name none.
    pub class: &'static str,
    /// How many.
    pub requests: u32,
    /// In what time.
    pub per: Duration,
}

#[cfg(test)]
mod tests;
