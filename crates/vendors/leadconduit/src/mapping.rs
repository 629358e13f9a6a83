//! From the lead to the fields of a submission. A vendor that is reached through a flow adds its own fields to it.

use leadsink_core::{Field, FieldRef, FieldSet, Findings, Lead, Note, Prepared, Problem, Unfit, Warning};

use crate::client::Client;
use crate::descriptor::{COMMENTS, DESCRIPTOR};
use crate::options::LeadConduitOptions;
use crate::standard;
use crate::wire::Fields;

/// A lead on its way to a flow: the fields so far, and what was found.
#[derive(Debug)]
pub struct Mapping<'a> {
    lead: &'a Lead,
    /// The fields so far.
    pub fields: Fields<'a>,
    /// What there is to say beside them.
    pub found: Findings,
    /// Members of the lead's `extra` that found no field.
    left: Vec<FieldRef>,
}

impl<'a> Mapping<'a> {
    /// Begins with the reference, which is the id of the lead, and the standard fields but for those that the caller sends in
    /// its own way. `found` is what the caller found before.
    #[must_use]
    pub fn new(lead: &'a Lead, own: FieldSet, mut found: Findings) -> Self {
        let mut fields = Fields::new();
        fields.push("reference", lead.id.as_str());
        standard::push(lead, own, &mut fields, &mut found);
        Self {
            lead,
            fields,
            found,
            left: Vec::new(),
        }
    }

    /// Adds what the account sends with every lead, the mark of a test, and `comments` with all that is not `mapped`; writes
    /// the request.
    ///
    /// # Errors
    /// When the flow cannot take the lead as it is; every problem at once.
    pub fn finish(mut self, client: &'a Client, mapped: FieldSet, is_test: Option<bool>) -> Result<Prepared, Unfit> {
        self.account(client, is_test);
        let Self {
            lead,
            mut fields,
            mut found,
            left,
        } = self;
        if !lead.attachments.is_empty() {
            let message = "a flow takes no files; their names stand in `comments`, their content is not sent";
            found.warn(Warning::new("attachment_not_sent", message).at(Field::Attachments));
        }
        found.carry_too(Field::Notes);
        let note = Note::new(lead, found.note(lead, mapped));
        fields.push_some(COMMENTS, note.map(|note| note.to_string()));
        let mut prepared = found.prepare(|| Ok(Prepared::new(client.draft(&fields)?, client.repeat())))?;
        prepared.unmapped.extend(left);
        Ok(prepared)
    }

    /// The constants of the account, the members of `extra` that it names fields for, and the mark of a test.
    pub(crate) fn account(&mut self, client: &'a Client, is_test: Option<bool>) {
        let config = client.config();
        for (id, text) in &config.extra {
            self.fields.push(id.as_str(), text.as_str());
        }
        for (name, text) in &self.lead.extra {
            // A blank text says nothing and would be sent as if it did.
            match config.extra_fields.get(name) {
                Some(id) if !text.trim().is_empty() => self.fields.push(id.as_str(), text.as_str()),
                _ => self.left.push(FieldRef {
                    field: Field::Extra,
                    item: Some(name.as_str().into()),
                }),
            }
        }
        if !self.left.is_empty() {
            self.found.carry_too(Field::Extra);
        }
        if is_test.unwrap_or(config.is_test) {
            self.fields.push("is_test", "true");
        }
    }
}

/// Maps a lead for LeadConduit itself.
pub(crate) fn map(client: &Client, lead: &Lead) -> Result<Prepared, Unfit> {
    let mut found = Findings::default();
    let options = options(lead).unwrap_or_else(|problem| {
        found.problem(problem);
        LeadConduitOptions::default()
    });
    let mapping = Mapping::new(lead, FieldSet::EMPTY, found);
    mapping.finish(client, DESCRIPTOR.mapped(), options.is_test)
}

/// The options of a lead.
///
/// # Errors
/// When they cannot be read.
pub(crate) fn options(lead: &Lead) -> Result<LeadConduitOptions, Problem> {
    lead.options().map_err(|error| {
        let message = format!("{error}; the only key is `is_test`, true or false");
        Problem::new("extension", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Format, LeadConduitConfig};
    use crate::ids::FieldId;
    use crate::wire::text_of;
    use leadsink_core::LeadBuilder;
    use serde_json::json;

    fn config() -> LeadConduitConfig {
        LeadConduitConfig::for_source("0f9a4c7e0f9a4c7e0f9a4c7e", "58c6f0b1a2b3c4d5e6f70819")
    }

    fn mapped(config: LeadConduitConfig, lead: LeadBuilder) -> Result<Prepared, Unfit> {
        map(&Client::new(config, None).unwrap(), &lead.id("crm-42").build().unwrap())
    }

    fn text(prepared: &Prepared, id: &str) -> Option<String> {
        text_of(&prepared.request.body, Format::Form, id)
    }

    #[test]
    fn the_reference_is_the_id_of_the_lead() {
        let prepared = mapped(config(), Lead::builder()).unwrap();
        assert_eq!(&prepared.request.body[..], b"reference=crm-42");
        assert_eq!(
            prepared.request.url.as_str(),
            "https://app.leadconduit.com/flows/***/sources/***/submit"
        );
    }

    #[test]
    fn a_test_is_marked_by_the_lead_before_the_account() {
        let option = |is_test: bool| Lead::builder().extension("leadconduit", json!({ "is_test": is_test }));
        let table = [
            (config(), Lead::builder(), None),
            (config(), option(true), Some("true")),
            (config().with_is_test(true), Lead::builder(), Some("true")),
            (config().with_is_test(true), option(false), None),
        ];
        for (config, lead, mark) in table {
            assert_eq!(text(&mapped(config, lead).unwrap(), "is_test").as_deref(), mark);
        }
    }

    #[test]
    fn members_of_extra_go_to_the_fields_that_the_account_names() {
        let id = |id: &str| FieldId::new(id).unwrap();
        let config = config()
            .with_extra(id("vendor_name"), "Acme")
            .with_extra_field("roof pitch", id("custom.roof_pitch"))
            .with_extra_field("pool", id("custom.pool"));
        let lead = Lead::builder()
            .extra("roof pitch", "5/12")
            .extra("hoa", "Kinney")
            .extra("pool", " ");
        let prepared = mapped(config.clone(), lead).unwrap();
        assert_eq!(text(&prepared, "vendor_name").as_deref(), Some("Acme"));
        assert_eq!(text(&prepared, "custom.roof_pitch").as_deref(), Some("5/12"));
        assert_eq!(text(&prepared, "custom.pool"), None);
        assert!(text(&prepared, "comments").unwrap().contains("hoa: Kinney"));
        let unmapped: Vec<_> = prepared.unmapped.iter().map(ToString::to_string).collect();
        assert_eq!(unmapped, ["extra.hoa", "extra.pool"]);

        let prepared = mapped(config, Lead::builder().extra("roof pitch", "5/12")).unwrap();
        assert_eq!(text(&prepared, "comments"), None);
        assert!(prepared.unmapped.is_empty());
    }

    #[test]
    fn comments_hold_the_notes_and_what_has_no_field() {
        let lead = Lead::builder().notes("Ring twice.").storeys("2").gender("other");
        let prepared = mapped(config(), lead).unwrap();
        assert_eq!(
            text(&prepared, "comments").as_deref(),
            Some("Ring twice.\n\nGender: other\nStoreys: 2")
        );
    }

    #[test]
    fn options_that_nobody_reads_are_a_problem() {
        let lead = Lead::builder().extension("leadconduit", json!({ "is_test": "yes" }));
        let unfit = mapped(config(), lead).unwrap_err();
        assert_eq!(unfit.problems[0].code, "extension");
    }

    #[test]
    fn json_says_the_same_as_a_form() {
        let lead = || Lead::builder().first_name("Zoë").electric_provider("SCE").notes("a\nb");
        let form = mapped(config(), lead()).unwrap().request;
        let json = mapped(config().with_format(Format::Json), lead()).unwrap().request;
        for id in ["reference", "first_name", "utility.electric.company.name", "comments"] {
            assert_eq!(
                text_of(&form.body, Format::Form, id),
                text_of(&json.body, Format::Json, id),
                "{id}"
            );
        }
        assert_eq!(json.headers["content-type"], "application/json");
        assert_eq!(form.headers["content-type"], "application/x-www-form-urlencoded");
        assert_eq!(form.headers["accept"], "application/json");
    }
}
