//! Recognises columns by the meaning of their headers. A header is looked up alone first; then the file as a whole
//! decides what is ambiguous, such as `address` or `name`.

mod fold;
mod lookup;
mod names;
mod places;
mod questions;

use leadsink_core::Field;
use leadsink_core::value::PhoneType;

use super::layout::{Column, NOT_RECOGNISED, OVERRIDE, QUESTION, RECOGNISED};
use super::{ReadOptions, Target};
use fold::squash;
pub(super) use lookup::is_known;
use lookup::meaning;
use names::{AD_MARKS, Meaning};

/// What the columns of a file are.
#[derive(Clone, Debug, Default)]
pub(super) struct Columns {
    pub(super) columns: Vec<Column>,
    pub(super) details: Vec<Detail>,
    /// Overrides whose header is not there.
    pub(super) not_found: Vec<String>,
}

/// What is known of a column beside its target.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Detail {
    /// The kind of telephone that the header names.
    pub(super) phone_type: Option<PhoneType>,
    /// The values are the short names of an ad platform's places.
    pub(super) platform: bool,
    /// The values may have the prefix of an ad platform's ids.
    pub(super) ad: bool,
}

/// Names columns apart: an empty header gets its number, a repeated one a count.
pub(super) fn unique(header: &str, index: usize, earlier: &[String]) -> String {
    let name = match header.trim() {
        "" => format!("column {}", index + 1),
        name => name.to_owned(),
    };
    if !earlier.contains(&name) {
        return name;
    }
    let mut count = 2;
    while earlier.contains(&format!("{name} ({count})")) {
        count += 1;
    }
    format!("{name} ({count})")
}

/// Finds out what each column is.
pub(super) fn resolve(headers: &[String], options: &ReadOptions) -> Columns {
    let mut resolver = Resolver::new(headers);
    resolver.overrides(options);
    resolver.recognise();
    resolver.share();
    resolver.found
}

struct Resolver<'a> {
    headers: &'a [String],
    meanings: Vec<Option<Meaning>>,
    /// The file is the export of an ad platform.
    ads: bool,
    found: Columns,
}

impl<'a> Resolver<'a> {
    fn new(headers: &'a [String]) -> Self {
        let column = |(index, header): (usize, &String)| Column {
            index,
            header: header.clone(),
            target: Target::Extra,
            why: NOT_RECOGNISED,
            second_of: None,
        };
        Self {
            headers,
            meanings: headers.iter().map(|header| meaning(header)).collect(),
            ads: headers
                .iter()
                .filter(|header| AD_MARKS.contains(&squash(header).as_str()))
                .count()
                >= 2,
            found: Columns {
                columns: headers.iter().enumerate().map(column).collect(),
                details: vec![Detail::default(); headers.len()],
                not_found: Vec::new(),
            },
        }
    }

    fn set(&mut self, index: usize, target: Target, why: &'static str) {
        let column = &mut self.found.columns[index];
        (column.target, column.why) = (target, why);
    }

    fn overrides(&mut self, options: &ReadOptions) {
        let id_column = options.id_column.iter().map(|header| (header, Target::LeadId));
        let columns = options.columns.iter().map(|(header, target)| (header, *target));
        for (header, target) in columns.chain(id_column) {
            let exact = self.headers.iter().position(|known| known.trim() == header.trim());
            let folded = || self.headers.iter().position(|known| squash(known) == squash(header));
            match exact.or_else(folded) {
                Some(index) => {
                    self.meanings[index] = None;
                    self.set(index, target, OVERRIDE);
                }
                None => self.found.not_found.push(header.clone()),
            }
        }
    }

    fn has(&self, field: Field) -> bool {
        self.found
            .columns
            .iter()
            .any(|column| column.target == Target::Field(field))
    }

    fn means(&self, fields: &[Field]) -> bool {
        let meant = |meaning: &Meaning| matches!(meaning, Meaning::Field(field) if fields.contains(field));
        self.meanings.iter().flatten().any(meant) || fields.iter().any(|field| self.has(*field))
    }

    fn recognise(&mut self) {
        use Field::{City, MailingCity, MailingPostalCode, MailingState, MailingStreet, PostalCode, State, Street};
        // An export with a mailing address only means the home by it.
        let no_site =
            !self.means(&[Street, City, State, PostalCode]) && !self.meanings.contains(&Some(Meaning::Address));
        if no_site {
            for meaning in self.meanings.iter_mut().flatten() {
                *meaning = meaning.at_site();
            }
        }
        let first_name = self.means(&[Field::LastName]) && !self.means(&[Field::FirstName, Field::FullName]);
        let street = self.means(&[City, State, PostalCode]) && !self.means(&[Street]);
        let mailing_street =
            self.means(&[MailingCity, MailingState, MailingPostalCode]) && !self.means(&[MailingStreet]);
        for index in 0..self.headers.len() {
            let Some(meaning) = self.meanings[index] else {
                self.ask(index);
                continue;
            };
            let field = match meaning {
                Meaning::Field(field) => field,
                Meaning::Name if first_name => Field::FirstName,
                Meaning::Name => Field::FullName,
                Meaning::Address if street => Street,
                Meaning::Address => Field::UnparsedAddress,
                Meaning::MailingAddress if mailing_street => MailingStreet,
                Meaning::MailingAddress => Field::MailingUnparsedAddress,
                Meaning::Platform => {
                    self.found.details[index].platform = true;
                    Field::Source
                }
                Meaning::Ad => {
                    self.found.details[index].ad = true;
                    self.set(index, Target::Extra, RECOGNISED);
                    continue;
                }
                Meaning::Mending => {
                    self.set(index, Target::Ignore, RECOGNISED);
                    continue;
                }
                // These take what the others leave free.
                Meaning::Phone(_) | Meaning::OtherEmail | Meaning::LeadId(_) => continue,
            };
            let asked = self.ads && questions::is_asked(field) && questions::is_question(&self.headers[index]);
            self.set(index, Target::Field(field), if asked { QUESTION } else { RECOGNISED });
        }
        self.take_free_places();
        self.choose_id();
    }

    /// Takes a header that no table knows as a question.
    fn ask(&mut self, index: usize) {
        let header = &self.headers[index];
        if self.found.columns[index].why == OVERRIDE || !questions::is_question(header) {
            return;
        }
        match questions::field(header) {
            Some(field) if self.ads && questions::is_asked(field) => self.set(index, Target::Field(field), QUESTION),
            Some(field) => self.set(index, Target::Field(field), RECOGNISED),
            None if self.ads => self.set(index, Target::Answer, QUESTION),
            None => {}
        }
    }

    fn take_free_places(&mut self) {
        for index in 0..self.headers.len() {
            let places: &[Field] = match self.meanings[index] {
                Some(Meaning::Phone(kind)) => {
                    self.found.details[index].phone_type = Some(kind);
                    &[Field::Phone1, Field::Phone2, Field::Phone3]
                }
                Some(Meaning::OtherEmail) => &[Field::Email, Field::Email2],
                _ => continue,
            };
            let free = places.iter().find(|field| !self.has(**field));
            self.set(
                index,
                free.map_or(Target::Extra, |field| Target::Field(*field)),
                RECOGNISED,
            );
        }
    }

    /// Takes the surest id; ids of other systems stay in `extra`, since two kinds of id may collide.
    fn choose_id(&mut self) {
        let taken = self.found.columns.iter().any(|column| column.target == Target::LeadId);
        let rank = |meaning: &Option<Meaning>| match meaning {
            Some(Meaning::LeadId(rank)) => Some(*rank),
            _ => None,
        };
        let ranks: Vec<Option<u8>> = self.meanings.iter().map(rank).collect();
        let best = ranks.iter().flatten().min().copied();
        let mut chosen = taken;
        for (index, rank) in ranks.into_iter().enumerate() {
            if rank.is_some() {
                let target = if !chosen && rank == best {
                    Target::LeadId
                } else {
                    Target::Extra
                };
                chosen |= target == Target::LeadId;
                self.set(index, target, RECOGNISED);
            }
        }
    }

    /// Marks the later ones of several columns for one field; a column that the caller named comes first.
    fn share(&mut self) {
        let order = by_priority(&self.found.columns);
        for (place, &index) in order.iter().enumerate() {
            let target = self.found.columns[index].target;
            if matches!(target, Target::Field(_) | Target::LeadId) {
                let same = |other: &&usize| self.found.columns[**other].target == target;
                self.found.columns[index].second_of = order[..place].iter().find(same).copied();
            }
        }
    }
}

/// The columns in the order in which they are asked for a value: those that the caller named, then as in the file.
pub(super) fn by_priority(columns: &[Column]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|index| columns[*index].why != OVERRIDE);
    order
}

#[cfg(test)]
mod tests;
