//! What is settled once all cells of a record are read: gaps, contradictions, the name and the id.

use leadsink_core::{Field, LeadId};

use super::work::{Work, place_holder};
use crate::file::identity;
use crate::file::row::RowNote;
use crate::value::BadValue;

impl Work<'_> {
    pub(super) fn finish(&mut self) {
        if self.lead.source.name.is_none() {
            self.lead.source.name.clone_from(&self.plan.source);
        }
        self.close_gaps();
        self.fill_territories();
        self.check_countries();
        self.check_name();
        self.set_id();
    }

    /// Moves telephones up, so that whoever has one has a first one.
    fn close_gaps(&mut self) {
        const PLACES: [Field; 3] = [Field::Phone1, Field::Phone2, Field::Phone3];
        for (to, from) in [(0, 1), (1, 2), (0, 1)] {
            let phones = &mut self.lead.contact.phones;
            if phones[to].number.is_none() && phones[from].number.is_some() {
                phones.swap(to, from);
                if let Some(raw) = self.lead.raw.remove(&PLACES[from]) {
                    self.lead.raw.insert(PLACES[to], raw);
                }
            }
        }
    }

    /// A state and a postal code of two countries cannot both be right.
    fn check_countries(&mut self) {
        for (state, code) in [
            (Field::State, Field::PostalCode),
            (Field::MailingState, Field::MailingPostalCode),
        ] {
            let address = if state == Field::State {
                &self.lead.site
            } else {
                &self.lead.mailing
            };
            if address.is_consistent() {
                continue;
            }
            let column = self.plan.fields.iter().find(|(field, _)| *field == code).or_else(|| {
                let mut fields = self.plan.fields.iter();
                fields.find(|(field, _)| *field == state)
            });
            let Some((field, index)) = column.and_then(|(field, indexes)| Some((*field, *indexes.first()?))) else {
                continue;
            };
            let message = "country, state and postal code are not of one country; correct the one that is wrong";
            self.unreadable(field, index, BadValue::new("countries_differ", message));
            if self.plan.lenient {
                field.clear(&mut self.lead);
                self.lead.raw.remove(&field);
            }
        }
    }

    fn check_name(&mut self) {
        let contact = &self.lead.contact;
        let parts = [
            &contact.first_name,
            &contact.last_name,
            &contact.full_name,
            &contact.organization,
        ];
        if self.bad_name || parts.iter().any(|part| part.is_some()) {
            return;
        }
        let named = |(field, _): &&(Field, _)| {
            matches!(
                field,
                Field::FirstName | Field::LastName | Field::FullName | Field::Organization
            )
        };
        let indexes = self.plan.fields.iter().filter(named).flat_map(|(_, indexes)| indexes);
        let headers: Vec<&str> = indexes.map(|index| self.header(*index)).collect();
        let note = if headers.is_empty() {
            RowNote::new(
                "no_name",
                "no column is known as a name; name it, as in `--column \"Header=full_name\"`",
            )
        } else {
            RowNote::new("no_name", "the lead has no name; fill it in").about(headers.join(", "), None)
        };
        if self.plan.lenient {
            self.warnings.push(note);
        } else {
            self.problems.push(note);
        }
    }

    fn set_id(&mut self) {
        if self.is_named {
            return;
        }
        for index in self.plan.ids.iter().copied() {
            match identity::given(self.record.cell(index)) {
                Ok(None) => {}
                Ok(Some(id)) => {
                    self.lead.id = id;
                    return;
                }
                Err(bad) => self.refuse(index, bad),
            }
        }
        let hash = identity::hashed(&self.lead, &self.unread, self.record).hyphenated();
        let mut text = uuid::Uuid::encode_buffer();
        self.lead.id = LeadId::new(&*hash.encode_lower(&mut text)).unwrap_or_else(|_| place_holder());
    }
}
