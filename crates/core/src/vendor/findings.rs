//! What a mapping finds beside the values: collected on the way, told all at once.

use std::cell::Cell;

use crate::delivery::{Prepared, Problem, Unfit, Warning};
use crate::{Address, Field, FieldSet, Lead};

/// Collects what a mapping has to say of one lead.
#[derive(Debug, Default)]
pub struct Findings {
    problems: Vec<Problem>,
    warnings: Vec<Warning>,
    unmapped: FieldSet,
    note: FieldSet,
    /// What the lead has, once that was asked for: every field is looked at for it.
    present: Cell<FieldSet>,
}

impl Findings {
    /// Adds a reason why the vendor cannot take the lead.
    pub fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    /// Adds something that a person should know.
    pub fn warn(&mut self, warning: Warning) {
        self.warnings.push(warning);
    }

    /// Puts a field of the mapping table into the note in place of its own wire field.
    pub fn left_over(&mut self, field: Field) {
        self.unmapped = self.unmapped.with(field);
        self.carry_too(field);
    }

    /// Puts a field of the mapping table into the note beside its own wire field.
    pub fn carry_too(&mut self, field: Field) {
        self.note = self.note.with(field);
    }

    /// The problems so far.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }

    /// The warnings so far.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// Puts the parts of a person's name into the note whose words do not stand in the name that is sent, but for those that
    /// are sent apart.
    pub fn name_parts(&mut self, lead: &Lead, name: &str, apart: FieldSet) {
        let contact = &lead.contact;
        let parts = [
            (Field::FirstName, &contact.first_name),
            (Field::MiddleName, &contact.middle_name),
            (Field::LastName, &contact.last_name),
            (Field::NameSuffix, &contact.name_suffix),
        ];
        for (field, part) in parts {
            if let Some(part) = part
                && !apart.contains(field)
                && !holds(name, part.as_str())
            {
                self.left_over(field);
            }
        }
    }

    /// The five digits of a ZIP code. A longer one goes into the note as well, with a warning that says this.
    pub fn zip5<'a>(&mut self, address: &'a Address, field: Field, shortened: &'static str) -> Option<&'a str> {
        let code = address.postal_code.as_ref()?;
        let zip = code.zip5()?;
        if zip.len() < code.code().len() {
            self.warn(Warning::new("postal_code_shortened", shortened).at(field));
            self.carry_too(field);
        }
        Some(zip)
    }

    /// The fields for the note: those of the lead that are not in the mapping table, and those that were put there.
    #[must_use]
    pub fn note(&self, lead: &Lead, mapped: FieldSet) -> FieldSet {
        let present = lead.fields();
        self.present.set(present);
        self.note.iter().fold(present.minus(mapped), FieldSet::with)
    }

    /// The prepared lead with what was found beside it.
    ///
    /// # Errors
    /// With every problem, if there is one; nothing is built then.
    pub fn prepare(self, build: impl FnOnce() -> Result<Prepared, Unfit>) -> Result<Prepared, Unfit> {
        if !self.problems.is_empty() {
            return Err(Unfit {
                problems: self.problems,
            });
        }
        let mut prepared = build()?;
        prepared.fields = self.present.get();
        prepared.unmapped.extend(self.unmapped.iter().map(Into::into));
        prepared.warnings.extend(self.warnings);
        Ok(prepared)
    }
}

/// Whether the words of a part stand in the text, one behind another.
fn holds(text: &str, part: &str) -> bool {
    let mut text = text.split_whitespace();
    loop {
        let mut run = text.clone();
        if part.split_whitespace().all(|word| run.next() == Some(word)) {
            return true;
        }
        if text.next().is_none() {
            return false;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::FieldRef;
    use crate::delivery::{Draft, Repeat};

    fn build() -> Result<Prepared, Unfit> {
        let draft = Draft::post_json("https://api.example.com/".parse().unwrap(), "{}");
        Ok(Prepared::new(draft, Repeat::Safe))
    }

    #[test]
    fn problems_come_all_at_once_and_nothing_is_built() {
        let mut found = Findings::default();
        found.problem(Problem::new("one", "first"));
        found.problem(Problem::new("two", "second").at(Field::City));
        let unfit = found.prepare(|| unreachable!("it has problems")).unwrap_err();
        assert_eq!(unfit.to_string(), "the lead does not fit: first; second");
    }

    #[test]
    fn parts_of_a_name_that_are_not_told_are_left_over() {
        let lead = Lead::builder()
            .id("1")
            .first_name("Mary Ann")
            .middle_name("Q")
            .last_name("Doe");
        let lead = lead.name_suffix("Jr.").build().unwrap();
        let left = |name: &str, apart: FieldSet| {
            let mut found = Findings::default();
            found.name_parts(&lead, name, apart);
            found.note(&lead, lead.fields()).iter().collect::<Vec<_>>()
        };
        use Field::{FirstName, LastName, MiddleName, NameSuffix};
        let all = [FirstName, MiddleName, LastName, NameSuffix];
        assert_eq!(left("", FieldSet::EMPTY), all);
        assert_eq!(left("Ann Mary Q Doe", FieldSet::EMPTY), [FirstName, NameSuffix]);
        assert_eq!(left("Dr. Mary  Ann Q Doe Jr.", FieldSet::EMPTY), []);
        assert_eq!(
            left("", [FirstName, LastName].into_iter().collect()),
            [MiddleName, NameSuffix]
        );
    }

    #[test]
    fn of_a_long_zip_code_nothing_is_lost() {
        let shortened = |code: &str| {
            let lead = Lead::builder().id("1").postal_code(code).build().unwrap();
            let mut found = Findings::default();
            let zip = found
                .zip5(&lead.site, Field::PostalCode, "shortened")
                .map(str::to_owned);
            (
                zip,
                found.note(&lead, lead.fields()).contains(Field::PostalCode),
                found.warnings().len(),
            )
        };
        assert_eq!(shortened("78704"), (Some("78704".into()), false, 0));
        assert_eq!(shortened("78704-6789"), (Some("78704".into()), true, 1));
        assert_eq!(shortened("CA-K1A 0B1"), (None, false, 0));
    }

    #[test]
    fn what_is_left_over_is_unmapped_and_noted() {
        let lead = Lead::builder()
            .id("1")
            .city("Waco")
            .roof_type("slate")
            .storeys("2")
            .build()
            .unwrap();
        let mut found = Findings::default();
        found.left_over(Field::City);
        found.carry_too(Field::Storeys);
        let mapped = [Field::City, Field::Storeys].into_iter().collect();
        let note = [Field::City, Field::RoofType, Field::Storeys].into_iter().collect();
        assert_eq!(found.note(&lead, mapped), note);
        assert_eq!(found.prepare(build).unwrap().unmapped, [FieldRef::from(Field::City)]);
    }
}
