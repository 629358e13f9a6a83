//! Reads the cells of one record into a lead, and notes what cannot be read.

use std::borrow::Cow;

use leadsink_core::value::State;
use leadsink_core::{Field, Lead, LeadId};

use super::Assembler;
use crate::file::columns::Columns;
use crate::file::fields::{self, is_critical, platform, without_prefix};
use crate::file::identity;
use crate::file::row::{Record, RowNote};
use crate::value::clean::trimmed;
use crate::value::consent::{self, Consent};
use crate::value::{BadValue, Hints, Parsed, boolean, is_absent, name, phone};

/// The id of a lead until its own is known.
pub(super) fn place_holder() -> LeadId {
    LeadId::new("-").unwrap_or_else(|_| unreachable!("`-` is a lead id"))
}

/// Whether no leading zero was lost, which only the state could tell.
fn is_whole_zip(cell: &str) -> bool {
    cell.len() == 5 && cell.bytes().all(|byte| byte.is_ascii_digit())
}

/// A record on its way to a lead.
pub(super) struct Work<'a> {
    pub(super) plan: &'a Assembler,
    pub(super) columns: &'a Columns,
    pub(super) record: &'a Record,
    pub(super) lead: Box<Lead>,
    /// Whether the lead has the id of the file; a place-holder stands there otherwise, until the end.
    pub(super) is_named: bool,
    pub(super) problems: Vec<RowNote>,
    pub(super) warnings: Vec<RowNote>,
    /// The texts of fields that could not be read.
    pub(super) unread: Vec<(Field, String)>,
    pub(super) bad_name: bool,
    /// The person does not agree to be contacted, whatever else the row says.
    pub(super) is_refused: bool,
    /// The territories that site and mailing address have for a country.
    pub(super) territories: [Option<State>; 2],
    /// The house number stands in the street.
    pub(super) numbered: bool,
}

impl<'a> Work<'a> {
    pub(super) fn new(plan: &'a Assembler, columns: &'a Columns, record: &'a Record) -> Self {
        let id = plan.ids.first().map(|index| identity::given(record.cell(*index)));
        let id = id.and_then(|id| id.ok().flatten());
        Self {
            plan,
            columns,
            record,
            is_named: id.is_some(),
            lead: Box::new(Lead::new(id.unwrap_or_else(place_holder))),
            problems: Vec::new(),
            warnings: Vec::new(),
            unread: Vec::new(),
            bad_name: false,
            is_refused: false,
            territories: [None, None],
            numbered: false,
        }
    }

    pub(super) fn header(&self, index: usize) -> &str {
        &self.columns.columns[index].header
    }

    pub(super) fn keep(&mut self, index: usize) {
        let (header, cell) = (self.header(index).to_owned(), self.record.cell(index).to_owned());
        self.lead.extra.insert(header, cell);
    }

    pub(super) fn hints(&self, field: Field, cell: &str) -> Hints {
        use Field::{
            Email, FirstName, FullName, LastName, MailingCity, MailingCountry, MailingLatitude, MailingLongitude,
            MailingPostalCode, MailingState, Notes, Phone1, Phone2, Phone3, PostalCode,
        };
        if matches!(field, FirstName | LastName | FullName | Email | Notes) {
            return Hints::default();
        }
        let mailing = matches!(
            field,
            MailingCity | MailingState | MailingPostalCode | MailingCountry | MailingLatitude | MailingLongitude
        );
        let address = if mailing { &self.lead.mailing } else { &self.lead.site };
        let hints = Hints::default()
            .with_country(address.country.or(self.plan.country))
            .with_decimal(self.plan.decimal);
        let state = || {
            address
                .state
                .as_ref()
                .or(self.territories[usize::from(mailing)].as_ref())
        };
        match field {
            PostalCode | MailingPostalCode if !is_whole_zip(cell) => hints.with_state(state().cloned()),
            // Of these the state tells no more than its country.
            PostalCode | MailingPostalCode | Phone1 | Phone2 | Phone3 if hints.country.is_none() => {
                hints.with_country(state().map(State::country))
            }
            _ => hints,
        }
    }

    /// Reads one field from its columns.
    pub(super) fn field(&mut self, field: Field, indexes: &[usize]) {
        if field == Field::ConsentText {
            self.consents(indexes);
            return;
        }
        let record = self.record;
        let read = |index: &usize| {
            let raw = record.cell(*index);
            (*index, raw, without_prefix(Some(field), raw))
        };
        let Some((index, raw, chosen)) = indexes.iter().map(read).find(|(_, _, cell)| !is_absent(cell)) else {
            return;
        };
        for (other, _, text) in indexes.iter().filter(|other| **other != index).map(read) {
            if !is_absent(text) && !text.eq_ignore_ascii_case(chosen) {
                self.keep(other);
            }
        }
        // Ad platforms write the options of a question as `over_$300`.
        let question = self.plan.questions[index] && !chosen.contains(' ');
        let chosen = if question {
            Cow::Owned(chosen.replace('_', " "))
        } else {
            Cow::Borrowed(chosen)
        };
        match self.read(field, index, &chosen, raw) {
            Ok(differs) => {
                if differs.unwrap_or_else(|| field.get(&self.lead).is_some_and(|text| text != raw)) {
                    self.lead.raw.insert(field, raw.into());
                }
            }
            Err(bad) => self.unreadable(field, index, bad),
        }
    }

    /// Reads a cell, and says whether its canonical text is another than the raw one where that is known already.
    fn read(&mut self, field: Field, index: usize, cell: &str, raw: &str) -> Parsed<bool> {
        let hints = self.hints(field, cell);
        let detail = self.columns.details[index];
        match field {
            Field::Phone1 | Field::Phone2 | Field::Phone3 => {
                let place = usize::from(field >= Field::Phone2) + usize::from(field >= Field::Phone3);
                if let Some(parts) = phone::parse(cell, &hints)? {
                    let entry = &mut self.lead.contact.phones[place];
                    entry.number = Some(parts.number);
                    entry.extension = parts.extension;
                    entry.kind = parts.kind.or(detail.phone_type);
                }
            }
            Field::FullName => {
                if let Some(parts) = name::parse(cell)? {
                    self.full_name(parts);
                }
            }
            Field::Street | Field::MailingStreet => self.street(field, cell)?,
            Field::Source if detail.platform => self.lead.source.name = platform(cell),
            Field::Country | Field::MailingCountry => self.country(field, cell)?,
            _ => return fields::read(&mut self.lead, field, cell, raw, &hints),
        }
        Ok(None)
    }

    /// Fills the parts of a name that have no columns of their own. `FullName` comes behind them.
    fn full_name(&mut self, parts: name::NameParts) {
        let contact = &mut self.lead.contact;
        if contact.first_name.is_none() && contact.last_name.is_none() {
            contact.first_name = parts.first;
            contact.last_name = parts.last;
            contact.middle_name = contact.middle_name.take().or(parts.middle);
            contact.salutation = contact.salutation.take().or(parts.salutation);
            contact.name_suffix = contact.name_suffix.take().or(parts.suffix);
        }
        contact.full_name = Some(parts.full);
    }

    pub(super) fn unreadable(&mut self, field: Field, index: usize, bad: BadValue) {
        let cell = self.record.cell(index).trim().to_owned();
        self.unread.push((field, cell));
        let critical = is_critical(field);
        self.bad_name |= critical && matches!(field, Field::FirstName | Field::LastName | Field::FullName);
        if critical && !self.plan.lenient {
            let state = |(other, _): &(Field, String)| matches!(other, Field::State | Field::MailingState);
            if bad.code == "zip_length" && self.unread.iter().any(state) {
                // Without the state a lost zero cannot be restored: the state is what is wrong.
                return;
            }
            let note = RowNote::new(bad.code, bad.message).about(self.header(index), field);
            self.problems.push(note);
            return;
        }
        // The text of a question stays among the answers.
        let place = if self.plan.questions[index] {
            "answers"
        } else {
            self.keep(index);
            "extra"
        };
        let message = format!("{}; the text is kept in `{place}`", bad.message);
        self.warnings
            .push(RowNote::new(bad.code, message).about(self.header(index), field));
    }

    pub(super) fn extras(&mut self) {
        for index in self.plan.extras.iter().copied() {
            let cell = self.record.cell(index);
            if trimmed(cell).is_empty() {
                continue;
            }
            self.keep(index);
            if self.columns.details[index].opt_out
                && (boolean::parse(cell) == Ok(Some(true)) || consent::parse(cell) == Ok(Some(Consent::Refused)))
                && boolean::parse(cell) != Ok(Some(false))
            {
                self.refused(index);
            }
            let bare = without_prefix(None, cell);
            if self.columns.details[index].ad && !bare.is_empty() && bare.bytes().all(|byte| byte.is_ascii_digit()) {
                self.lead.extra.insert(self.header(index).to_owned(), bare.to_owned());
            }
        }
    }
}
