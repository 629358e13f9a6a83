//! Decides what each column is, once every header and the signs of the values are known.

use leadsink_core::Field;

use super::fold::squash;
use super::lookup::meaning;
use super::names::{AD_MARKS, Meaning};
use super::{ANSWERS, Columns, Detail, ReadOptions, Signs, Target, by_priority, questions};
use crate::file::layout::{Column, NOT_RECOGNISED, OVERRIDE, QUESTION, RECOGNISED};

/// Finds out what each column is.
pub(in crate::file) fn resolve(headers: &[String], options: &ReadOptions, signs: Signs) -> Columns {
    let marks = headers
        .iter()
        .filter(|header| AD_MARKS.contains(&squash(header).as_str()));
    let mut columns = Columns {
        ads: signs.ads || marks.count() >= 2,
        signs,
        ..Columns::default()
    };
    extend(&mut columns, headers, options);
    columns
}

/// Finds out what the columns are that were added to the headers. What the others are does not change.
pub(in crate::file) fn extend(columns: &mut Columns, headers: &[String], options: &ReadOptions) {
    let from = columns.columns.len();
    for (index, header) in headers.iter().enumerate().skip(from) {
        columns.columns.push(Column {
            index,
            header: header.clone(),
            target: Target::Extra,
            why: NOT_RECOGNISED,
            second_of: None,
        });
        columns.details.push(Detail::default());
        columns.meanings.push(meaning(header));
    }
    tell_jornaya(columns, from);
    let mut resolver = Resolver {
        headers,
        from,
        meanings: columns.meanings.clone(),
        found: columns,
    };
    resolver.overrides(options);
    resolver.json_parts();
    resolver.recognise();
    resolver.share();
}

struct Resolver<'a> {
    headers: &'a [String],
    /// The first of the columns that are asked about.
    from: usize,
    meanings: Vec<Option<Meaning>>,
    found: &'a mut Columns,
}

impl Resolver<'_> {
    fn set(&mut self, index: usize, target: Target, why: &'static str) {
        let column = &mut self.found.columns[index];
        (column.target, column.why) = (target, why);
    }

    fn overrides(&mut self, options: &ReadOptions) {
        let id_column = options.id_column.iter().map(|header| (header, Target::LeadId));
        let columns = options.columns.iter().map(|(header, target)| (header, *target));
        for (header, target) in columns.chain(id_column) {
            if self.from > 0 && !self.found.not_found.contains(header) {
                continue;
            }
            let found = |test: &dyn Fn(&String) -> bool| {
                let position = self.headers.iter().skip(self.from).position(test);
                position.map(|position| self.from + position)
            };
            let exact = found(&|known| known.trim() == header.trim());
            let folded = || found(&|known| squash(known) == squash(header));
            match exact.or_else(folded) {
                Some(index) => {
                    self.meanings[index] = None;
                    self.found.meanings[index] = None;
                    self.found.not_found.retain(|missing| missing != header);
                    self.set(index, target, OVERRIDE);
                }
                None if self.found.not_found.contains(header) => {}
                None => self.found.not_found.push(header.clone()),
            }
        }
    }

    /// Takes the parts of a JSON record that no form has as columns: the answers, and the options of vendors.
    fn json_parts(&mut self) {
        for index in self.from..self.headers.len() {
            if self.found.columns[index].why == OVERRIDE {
                continue;
            }
            let header = &self.headers[index];
            if self.found.signs.json && header == "extensions" {
                self.set(index, Target::Extensions, RECOGNISED);
            } else if let Some(question) = header.strip_prefix(ANSWERS) {
                let known = match meaning(question) {
                    Some(Meaning::Field(field)) => Some(field),
                    _ => questions::field(question),
                };
                let field = known.filter(|field| questions::is_asked(*field));
                self.set(index, field.map_or(Target::Answer, Target::Field), QUESTION);
            } else {
                continue;
            }
            self.meanings[index] = None;
            self.found.meanings[index] = None;
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
        let place = self.meanings.contains(&Some(Meaning::CityStateZip));
        // An export with a mailing address only means the home by it.
        let site = |field: &Field| matches!(field, Street | City | State | PostalCode);
        let meant = |meaning: &Meaning| match meaning {
            Meaning::Field(field) => site(field),
            meaning => *meaning == Meaning::Address,
        };
        let named = |column: &Column| match &column.target {
            Target::Field(field) => column.why == OVERRIDE && site(field),
            _ => false,
        };
        let has_site = self.meanings.iter().flatten().any(meant) || self.found.columns.iter().any(named);
        if !place && !has_site {
            for meaning in self.meanings.iter_mut().flatten() {
                *meaning = meaning.at_site();
            }
        }
        let first_name = self.means(&[Field::LastName]) && !self.means(&[Field::FirstName, Field::FullName]);
        let last_name = !self.means(&[Field::LastName, Field::FullName]) && self.has_foreign_first_name();
        let street = place || self.means(&[City, State, PostalCode]);
        let mailing_street = self.means(&[MailingCity, MailingState, MailingPostalCode]);
        let other_street = [Street, MailingStreet].map(|street| self.means(&[street]));
        for index in self.from..self.headers.len() {
            let Some(meaning) = self.meanings[index] else {
                self.ask(index);
                continue;
            };
            let field = match meaning {
                Meaning::Field(field) => field,
                Meaning::Name if first_name => Field::FirstName,
                Meaning::Name if last_name => Field::LastName,
                Meaning::Name => Field::FullName,
                Meaning::Address if street => {
                    self.found.details[index].stand_in = other_street[0];
                    Street
                }
                Meaning::Address => Field::UnparsedAddress,
                Meaning::MailingAddress if mailing_street => {
                    self.found.details[index].stand_in = other_street[1];
                    MailingStreet
                }
                Meaning::MailingAddress => Field::MailingUnparsedAddress,
                Meaning::Platform => {
                    self.found.details[index].platform = true;
                    Field::Source
                }
                Meaning::Ad | Meaning::OptOut => {
                    let detail = &mut self.found.details[index];
                    (detail.ad, detail.opt_out) = (meaning == Meaning::Ad, meaning == Meaning::OptOut);
                    self.set(index, Target::Extra, RECOGNISED);
                    continue;
                }
                Meaning::CityStateZip | Meaning::HouseNumber | Meaning::Mending => {
                    let target = match meaning {
                        Meaning::CityStateZip => Target::CityStateZip,
                        Meaning::HouseNumber => Target::HouseNumber,
                        _ => Target::Ignore,
                    };
                    self.set(index, target, RECOGNISED);
                    continue;
                }
                // These take what the others leave free.
                Meaning::Phone(_) | Meaning::OtherEmail | Meaning::LeadId(_) => continue,
            };
            let asked = self.found.ads && questions::is_asked(field) && questions::is_question(&self.headers[index]);
            self.set(index, Target::Field(field), if asked { QUESTION } else { RECOGNISED });
        }
        self.take_free_places();
        self.choose_id();
    }

    /// Whether a German or French form asks for the first name, beside which `Name` and `Nom` are the last.
    fn has_foreign_first_name(&self) -> bool {
        let foreign = |header: &String| matches!(squash(header).as_str(), "vorname" | "prenom");
        self.headers.iter().any(foreign)
    }

    /// Takes a header that no table knows as a question.
    fn ask(&mut self, index: usize) {
        let header = &self.headers[index];
        if self.found.columns[index].why != NOT_RECOGNISED {
            return;
        }
        match questions::field(header).filter(|_| questions::is_long(header)) {
            Some(field) if self.found.ads && questions::is_asked(field) => {
                self.set(index, Target::Field(field), QUESTION)
            }
            Some(field) => self.set(index, Target::Field(field), RECOGNISED),
            None if self.found.ads && questions::is_question(header) => self.set(index, Target::Answer, QUESTION),
            None if questions::is_consent(header) => self.set(index, Target::Field(Field::ConsentText), RECOGNISED),
            None => {}
        }
    }

    fn take_free_places(&mut self) {
        for index in self.from..self.headers.len() {
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
        for (index, rank) in ranks.into_iter().enumerate().skip(self.from) {
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
        let order = by_priority(self.found);
        for (place, &index) in order.iter().enumerate().filter(|(_, index)| **index >= self.from) {
            let target = self.found.columns[index].target;
            if matches!(target, Target::Field(_) | Target::LeadId) {
                let same = |other: &&usize| self.found.columns[**other].target == target;
                self.found.columns[index].second_of = order[..place].iter().find(same).copied();
            }
        }
    }
}

/// A `leadid` full of UUIDs beside another id is the one of Jornaya.
fn tell_jornaya(columns: &mut Columns, from: usize) {
    let is_id = |meaning: &Option<Meaning>| matches!(meaning, Some(Meaning::LeadId(_)));
    if columns.meanings.iter().filter(|meaning| is_id(meaning)).count() < 2 {
        return;
    }
    let (uuids, headers) = (&columns.signs.uuids, &columns.columns);
    for (index, meaning) in columns.meanings.iter_mut().enumerate().skip(from) {
        let named = headers[index].header.trim().eq_ignore_ascii_case("leadid");
        if named && is_id(meaning) && uuids.contains(&index) {
            *meaning = Some(Meaning::Field(Field::JornayaId));
        }
    }
}
