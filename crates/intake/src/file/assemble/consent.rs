//! Whether the person agreed: columns of consent and the answers of the form. A refusal is never a proof.

use std::collections::BTreeMap;

use leadsink_core::Field;
use leadsink_core::value::Answer;

use super::Answering;
use super::work::Work;
use crate::file::fields::without_prefix;
use crate::file::layout::OVERRIDE;
use crate::file::row::RowNote;
use crate::value::consent::{self, Consent};
use crate::value::{BadValue, text};

impl Work<'_> {
    /// Reads every column of consent: a yes is an answer, a no a warning, and the first text is what was agreed to.
    pub(super) fn consents(&mut self, indexes: &[usize]) {
        let mut texts = Vec::new();
        for index in indexes.iter().copied() {
            match consent::parse(self.record.cell(index)) {
                Ok(None) => {}
                // Whoever names the column knows that a word such as `accepted` is the text.
                Ok(Some(Consent::Given)) if self.columns.columns[index].why != OVERRIDE => {
                    self.answer(&Answering::new(index, self.header(index)));
                }
                Ok(Some(Consent::Given)) => texts.extend(
                    text::parse(self.record.cell(index))
                        .ok()
                        .flatten()
                        .map(|text| (index, text)),
                ),
                Ok(Some(Consent::Refused)) => {
                    self.keep(index);
                    self.refused(index);
                }
                Ok(Some(Consent::Text(text))) => texts.push((index, text)),
                Err(bad) => self.unreadable(Field::ConsentText, index, bad),
            }
        }
        for (index, text) in texts {
            if self.lead.consent.text.as_ref().is_some_and(|first| *first != text) {
                self.keep(index);
            } else {
                let raw = self.record.cell(index);
                if raw != text.as_str() {
                    self.lead.raw.insert(Field::ConsentText, raw.into());
                }
                self.lead.consent.text = Some(text);
            }
        }
    }

    /// Says that the person did not agree, to any way of contact unless the column is about one.
    pub(super) fn refused(&mut self, index: usize) {
        self.is_refused |= !is_of_one_channel(self.header(index));
        let message = "the person does not agree to be contacted; it is kept in `extra` and proves nothing";
        let note = RowNote::new("consent_refused", message).about(self.header(index), Field::ConsentText);
        self.warnings.push(note);
    }

    /// Takes away what would pass for consent where the person refused it: what the form showed was not agreed to, and an
    /// answer to another question does not make up for it. All of it is kept in `extra`.
    pub(super) fn withhold_proof(&mut self) {
        if !self.is_refused {
            return;
        }
        for Answer { question, answer } in std::mem::take(&mut self.lead.consent.answers) {
            let extra = self.lead.extra.entry(question.as_str().to_owned());
            extra.or_insert_with(|| answer.as_str().to_owned());
        }
        if let Some(text) = self.lead.consent.text.take() {
            let extra = self.lead.extra.entry(Field::ConsentText.name().to_owned());
            extra.or_insert_with(|| text.as_str().to_owned());
        }
    }

    pub(super) fn answers(&mut self) {
        let plan = self.plan;
        for column in &plan.answers {
            self.answer(column);
        }
    }

    fn answer(&mut self, column: &Answering) {
        let cell = self.record.cell(column.index);
        if column.asks_consent && consent::parse(cell) == Ok(Some(Consent::Refused)) {
            self.keep(column.index);
            self.refused(column.index);
            return;
        }
        match (&column.question, text::parse(cell)) {
            (Some(question), Ok(Some(answer))) => self.lead.consent.answers.push(Answer {
                question: question.clone(),
                answer,
            }),
            (_, Ok(None)) => {}
            _ => self.keep(column.index),
        }
    }

    /// Takes the options of vendors.
    pub(super) fn extensions(&mut self) {
        for index in self.plan.extensions.iter().copied() {
            let cell = without_prefix(None, self.record.cell(index));
            if cell.is_empty() {
                continue;
            }
            match serde_json::from_str::<BTreeMap<String, serde_json::Value>>(cell) {
                Ok(options) => self.lead.extensions.extend(options),
                Err(_) => {
                    let message = "the extensions are no JSON object; write them as `{\"ntherm\": {…}}`";
                    self.refuse(index, BadValue::new("extensions_invalid", message));
                }
            }
        }
    }

    /// Makes the row bad, or leaves the value out where that is wanted.
    pub(super) fn refuse(&mut self, index: usize, bad: BadValue) {
        let note = RowNote::new(bad.code, bad.message).about(self.header(index), None);
        if self.plan.lenient {
            self.keep(index);
            self.warnings.push(note);
        } else {
            self.problems.push(note);
        }
    }
}

/// Whether a consent is for one way of contact only, so that a refusal says nothing of the others.
fn is_of_one_channel(header: &str) -> bool {
    let header = header.to_lowercase();
    ["sms", "text", "mail", "marketing", "newsletter", "mobile"]
        .iter()
        .any(|channel| header.contains(channel))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn some_consents_are_for_one_way_of_contact() {
        assert!(is_of_one_channel("SMS Opt In") && is_of_one_channel("Email opt-in"));
        assert!(!is_of_one_channel("TCPA Consent") && !is_of_one_channel("Opt In"));
    }
}
