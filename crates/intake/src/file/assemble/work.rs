//! Reads the cells of one record into a lead, and notes what cannot be read.

use leadsink_core::value::State;
use leadsink_core::{Field, Lead, LeadId};

use super::Assembler;
use crate::file::columns::Columns;
use crate::file::fields::{canonical, is_critical, platform, without_prefix};
use crate::file::layout::QUESTION;
use crate::file::row::{Record, RowNote};
use crate::value::consent::{self, Consent};
use crate::value::{BadValue, Hints, boolean, is_absent, name, phone};

/// The id of a lead until its own is known.
pub(super) fn place_holder() -> LeadId {
    LeadId::new("-").unwrap_or_else(|_| unreachable!("`-` is a lead id"))
}

/// A record on its way to a lead.
pub(super) struct Work<'a> {
    pub(super) plan: &'a Assembler,
    pub(super) columns: &'a Columns,
    pub(super) record: &'a Record,
    pub(super) lead: Lead,
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
        Self {
            plan,
            columns,
            record,
            lead: Lead::new(place_holder()),
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

    pub(super) fn hints(&self, field: Field) -> Hints {
        let mailing = field.name().starts_with("mailing");
        let address = if mailing { &self.lead.mailing } else { &self.lead.site };
        let territory = &self.territories[usize::from(mailing)];
        Hints::default()
            .with_country(address.country.or(self.plan.country))
            .with_state(address.state.clone().or_else(|| territory.clone()))
            .with_decimal(self.plan.decimal)
    }

    /// Reads one field from its columns.
    pub(super) fn field(&mut self, field: Field, indexes: &[usize]) {
        if field == Field::ConsentText {
            self.consents(indexes);
            return;
        }
        let cell = |index: usize| without_prefix(Some(field), self.record.cell(index));
        let Some(index) = indexes.iter().copied().find(|index| !is_absent(cell(*index))) else {
            return;
        };
        let chosen = cell(index);
        let others: Vec<usize> = indexes.iter().copied().filter(|other| *other != index).collect();
        for other in others {
            let text = cell(other);
            if !is_absent(text) && !text.eq_ignore_ascii_case(chosen) {
                self.keep(other);
            }
        }
        // Ad platforms write the options of a question as `over_$300`.
        let spaced = chosen.replace('_', " ");
        let question = self.columns.columns[index].why == QUESTION && !chosen.contains(' ');
        let chosen = if question { spaced.as_str() } else { chosen };
        match self.read(field, index, chosen) {
            Ok(()) => {
                let raw = self.record.cell(index);
                if field.get(&self.lead).is_some_and(|text| text != raw) {
                    self.lead.raw.insert(field, raw.into());
                }
            }
            Err(bad) => self.unreadable(field, index, bad),
        }
    }

    fn read(&mut self, field: Field, index: usize, cell: &str) -> Result<(), BadValue> {
        let hints = self.hints(field);
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
            _ => {
                if let Some(text) = canonical(field, cell, &hints)? {
                    let refused = BadValue::new("not_canonical", "the value has no canonical form; check the column");
                    field.set(&mut self.lead, &text).map_err(|_| refused)?;
                }
            }
        }
        Ok(())
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
        let place = if self.columns.columns[index].why == QUESTION {
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
            if cell.trim().is_empty() {
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
