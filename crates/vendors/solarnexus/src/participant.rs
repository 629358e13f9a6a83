//! Who takes part, how that is taxed, and where post goes. The document's rules: a public body is tax exempt, a business is one
//! of five and has no default, and both have a name.

use std::borrow::Cow;

use leadsink_core::value::{Country, Leaf, ParticipantKind};
use leadsink_core::{Address, Field, Findings, Lead, Problem};

use crate::config::SolarNexusConfig;
use crate::kinds::TaxEntity;
use crate::options::SolarNexusOptions;

/// The tax entity, as far as it is more than SolarNexus takes for granted.
pub(crate) fn tax_entity(
    lead: &Lead,
    options: &SolarNexusOptions,
    config: &SolarNexusConfig,
    found: &mut Findings,
) -> Option<TaxEntity> {
    let kind = lead.contact.kind.unwrap_or(ParticipantKind::Individual);
    if kind != ParticipantKind::Individual && lead.contact.organization.is_none() {
        let message = "SolarNexus needs the name of a business or public body; give it as `organization`";
        found.problem(Problem::new("organization_missing", message).at(Field::Organization));
    }
    let given = options.tax_entity;
    let unfit = |found: &mut Findings, message: &'static str| {
        found.problem(Problem::new("tax_entity", message).at(Field::ParticipantKind));
        None
    };
    match (kind, given) {
        (ParticipantKind::Government, None | Some(TaxEntity::TaxExempt)) => Some(TaxEntity::TaxExempt),
        (ParticipantKind::Government, Some(_)) => unfit(found, "a public body is `tax exempt` to SolarNexus"),
        (ParticipantKind::Business, Some(TaxEntity::Individual | TaxEntity::TaxExempt)) => unfit(
            found,
            "a business is to SolarNexus `corporation`, `sole proprietor`, `llc (corporation)`, `llc (non-corporation)` or `partnership`",
        ),
        (ParticipantKind::Business, Some(entity)) => Some(entity),
        (ParticipantKind::Business, None) => {
            let account = config.business_tax_entity;
            if account.is_none() {
                let message = "SolarNexus needs the tax entity of a business and has no default; give `extensions.solarnexus.tax_entity`, or `business_tax_entity` in the config";
                found.problem(Problem::new("tax_entity_missing", message).at(Field::ParticipantKind));
            }
            account.map(TaxEntity::from)
        }
        (_, None | Some(TaxEntity::Individual)) => given,
        (_, Some(_)) => unfit(
            found,
            "a private person is taxed as `individual`; set the lead's `participant_kind` for a business or public body",
        ),
    }
}

/// The mailing address as SolarNexus names its parts.
#[derive(Default)]
pub(crate) struct Mailing<'a> {
    pub(crate) street1: Option<Cow<'a, str>>,
    pub(crate) city: Option<&'a str>,
    pub(crate) state: Option<&'a str>,
    pub(crate) zip: Option<&'a str>,
    pub(crate) country: Option<Cow<'a, str>>,
}

/// Maps the mailing address; its parts that have no place are left over.
pub(crate) fn mailing<'a>(lead: &'a Lead, found: &mut Findings) -> Mailing<'a> {
    let address = &lead.mailing;
    if address.street.is_none() && address.unit.is_some() {
        found.left_over(Field::MailingUnit);
    }
    Mailing {
        street1: address.street_line(),
        city: address.city.as_ref().map(|city| city.as_str()),
        state: address.state.as_ref().map(|state| state.code()),
        zip: address.postal_code.as_ref().map(|code| code.code()),
        country: country(address),
    }
}

/// The country where it is given or not the United States, which SolarNexus takes for granted.
pub(crate) fn country(address: &Address) -> Option<Cow<'_, str>> {
    let given = address.country.as_ref().map(Leaf::text);
    let abroad = || Some(address.country()).filter(|country| *country != Country::US);
    given.or_else(|| abroad().map(|country| country.as_str().to_owned().into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kinds::BusinessTaxEntity;
    use leadsink_core::LeadBuilder;

    fn entity(lead: LeadBuilder, given: Option<TaxEntity>, account: bool) -> (Option<TaxEntity>, Vec<String>) {
        let lead = lead.id("1").build().unwrap();
        let options = SolarNexusOptions {
            tax_entity: given,
            ..SolarNexusOptions::default()
        };
        let mut config = SolarNexusConfig::default();
        if account {
            config = config.with_business_tax_entity(BusinessTaxEntity::Partnership);
        }
        let mut found = Findings::default();
        let entity = tax_entity(&lead, &options, &config, &mut found);
        (
            entity,
            found
                .problems()
                .iter()
                .map(|problem| problem.code.to_string())
                .collect(),
        )
    }

    #[test]
    fn kind_and_tax_entity_go_together() {
        use TaxEntity::{Corporation, Individual, Partnership, TaxExempt};
        let table = [
            (None, None, None, ""),
            (None, Some(Individual), Some(Individual), ""),
            (None, Some(Corporation), None, "tax_entity"),
            (Some("individual"), None, None, ""),
            (Some("individual"), Some(TaxExempt), None, "tax_entity"),
            (Some("government"), None, Some(TaxExempt), ""),
            (Some("government"), Some(TaxExempt), Some(TaxExempt), ""),
            (Some("government"), Some(Corporation), None, "tax_entity"),
            (Some("business"), None, None, "tax_entity_missing"),
            (Some("business"), Some(Corporation), Some(Corporation), ""),
            (Some("business"), Some(Individual), None, "tax_entity"),
            (Some("business"), Some(TaxExempt), None, "tax_entity"),
        ];
        for (kind, given, sent, problem) in table {
            let lead = Lead::builder().organization("Zilker Dental");
            let lead = kind.into_iter().fold(lead, LeadBuilder::participant_kind);
            let (entity, problems) = entity(lead, given, false);
            assert_eq!(
                (entity, problems.join(" ").as_str()),
                (sent, problem),
                "{kind:?} {given:?}"
            );
        }
        let business = Lead::builder()
            .organization("Zilker Dental")
            .participant_kind("business");
        assert_eq!(entity(business, None, true).0, Some(Partnership));
    }

    #[test]
    fn a_business_and_a_public_body_have_a_name() {
        for kind in ["business", "government"] {
            let lead = Lead::builder().participant_kind(kind);
            assert_eq!(entity(lead, None, true).1, ["organization_missing"], "{kind}");
        }
        assert!(
            entity(Lead::builder().participant_kind("individual"), None, false)
                .1
                .is_empty()
        );
    }

    #[test]
    fn a_unit_without_a_street_is_left_over() {
        let lead = Lead::builder()
            .id("1")
            .mailing_unit("Suite 1")
            .mailing_state("CA-ON")
            .build()
            .unwrap();
        let mut found = Findings::default();
        let mailing = mailing(&lead, &mut found);
        assert_eq!((mailing.street1, mailing.state), (None, Some("ON")));
        assert_eq!(mailing.country.as_deref(), Some("CA"));
        assert!(found.note(&lead, lead.fields()).contains(Field::MailingUnit));
    }
}
