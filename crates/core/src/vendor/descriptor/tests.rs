//! Tests of the facts of a vendor.

use super::*;
use crate::delivery::Draft;

#[test]
fn every_unmet_rule_is_named() {
    const RULES: &[Rule] = &[Rule::Required(Field::City), Rule::AnyOf(&[Field::Email, Field::Phone1])];
    let descriptor = Descriptor::new("acme", "Acme", "").with_rules(RULES);
    let lead = Lead::builder().id("1").build().unwrap();
    let messages: Vec<_> = descriptor
        .unmet(&lead)
        .into_iter()
        .map(|problem| problem.message)
        .collect();
    assert_eq!(
        messages,
        [
            "Acme needs `city`, and the lead has none",
            "Acme needs one of `email`, `phone_1`, and the lead has none of them"
        ]
    );
}

#[test]
fn a_lead_is_complete_with_every_problem_once_and_the_rest_named() {
    const RULES: &[Rule] = &[Rule::Required(Field::City)];
    const MAPPING: &[FieldMapping] = &[FieldMapping::new(Field::City, "city")];
    let facts = Descriptor::new("acme", "Acme", "")
        .with_rules(RULES)
        .with_mapping(MAPPING);
    let draft = Draft::post_json("https://api.example.com/".parse().unwrap(), "{}");
    let mapped = || Ok(Prepared::new(draft.clone(), Repeat::Safe));
    let lead = Lead::builder().id("1").city("Waco").roof_type("slate").build().unwrap();
    let prepared = facts.complete(&lead, facts.unmet(&lead), mapped()).unwrap();
    assert_eq!(prepared.unmapped, [FieldRef::from(Field::RoofType)]);

    let lead = Lead::builder().id("1").build().unwrap();
    let unfit = Unfit {
        problems: vec![
            Problem::new("city", "it is missing").at(Field::City),
            Problem::new("other", "."),
        ],
    };
    let codes = |result: Result<Prepared, Unfit>| {
        let problems = result.unwrap_err().problems.into_iter();
        problems.map(|problem| problem.code).collect::<Vec<_>>()
    };
    assert_eq!(codes(facts.complete(&lead, facts.unmet(&lead), mapped())), ["required"]);
    assert_eq!(
        codes(facts.complete(&lead, facts.unmet(&lead), Err(unfit))),
        ["required", "other"]
    );
}
