//! Makes a lead of a record: each field from the first of its columns that is not empty, and everything else kept.

mod consent;
mod finish;
mod place;
mod work;

use std::borrow::Cow;

use leadsink_core::value::{Country, Text};
use leadsink_core::{Field, Lead};

use super::columns::{ANSWERS, Columns, asks_consent, by_priority};
use super::layout::QUESTION;
use super::row::{Record, RowNote};
use super::{ReadOptions, Target};
use crate::value::{DecimalStyle, text};
use work::Work;

/// What the columns of a file become, in the order in which they are read.
pub(super) struct Assembler {
    fields: Vec<(Field, Vec<usize>)>,
    ids: Vec<usize>,
    answers: Vec<Answering>,
    /// Whether each column is a question of an ad platform's form.
    questions: Vec<bool>,
    extras: Vec<usize>,
    places: Vec<usize>,
    house_numbers: Vec<usize>,
    extensions: Vec<usize>,
    lenient: bool,
    country: Option<Country>,
    source: Option<Text>,
    decimal: DecimalStyle,
}

/// A column whose cells are answers.
struct Answering {
    index: usize,
    /// What was asked; nothing where the header is no text.
    question: Option<Text>,
    /// A no to it is a refusal.
    asks_consent: bool,
}

impl Answering {
    fn new(index: usize, header: &str) -> Self {
        let header = header.strip_prefix(ANSWERS).unwrap_or(header);
        let question = if header.contains(' ') {
            Cow::Borrowed(header)
        } else {
            Cow::Owned(header.replace('_', " "))
        };
        Self {
            index,
            asks_consent: asks_consent(&question),
            question: text::parse(&question).ok().flatten(),
        }
    }
}

/// A lead and what was wrong with its record.
pub(super) struct Assembled {
    pub(super) lead: Box<Lead>,
    pub(super) problems: Vec<RowNote>,
    pub(super) warnings: Vec<RowNote>,
}

impl Assembler {
    pub(super) fn new(columns: &Columns, options: &ReadOptions, decimal: DecimalStyle) -> Self {
        let mut assembler = Self {
            fields: Vec::new(),
            ids: Vec::new(),
            answers: Vec::new(),
            questions: columns.columns.iter().map(|column| column.why == QUESTION).collect(),
            extras: Vec::new(),
            places: Vec::new(),
            house_numbers: Vec::new(),
            extensions: Vec::new(),
            lenient: options.lenient,
            country: options.country,
            source: options
                .source
                .as_deref()
                .and_then(|source| text::parse(source).ok().flatten()),
            decimal,
        };
        for index in by_priority(columns) {
            let column = &columns.columns[index];
            match column.target {
                Target::Field(field) => match assembler.fields.iter_mut().find(|(known, _)| *known == field) {
                    Some((_, indexes)) => indexes.push(index),
                    None => assembler.fields.push((field, vec![index])),
                },
                Target::LeadId => assembler.ids.push(index),
                Target::Answer => assembler.answers.push(Answering::new(index, &column.header)),
                Target::CityStateZip => assembler.places.push(index),
                Target::HouseNumber => assembler.house_numbers.push(index),
                Target::Extensions => assembler.extensions.push(index),
                Target::Extra => assembler.extras.push(index),
                Target::Ignore => {}
            }
            if column.why == QUESTION && column.target != Target::Answer {
                assembler.answers.push(Answering::new(index, &column.header));
            }
        }
        // A country says how a state is read, and a state how a postal code is.
        assembler.fields.sort_by_key(|(field, _)| match field {
            Field::Country | Field::MailingCountry => (0, *field),
            Field::State | Field::MailingState => (1, *field),
            _ => (2, *field),
        });
        assembler
    }

    /// Makes a lead of a record.
    pub(super) fn assemble(&self, columns: &Columns, record: &Record) -> Assembled {
        let mut work = Work::new(self, columns, record);
        for (field, indexes) in &self.fields {
            work.field(*field, indexes);
        }
        work.places();
        work.house_number();
        work.extensions();
        work.answers();
        work.extras();
        work.withhold_proof();
        work.finish();
        Assembled {
            lead: work.lead,
            problems: work.problems,
            warnings: work.warnings,
        }
    }
}
