//! What both ways into SolarNexus ask of a value: closed lists, wrapped items, and a party that makes sense.

use serde_json::{Map, Value};

const ENERGIES: [&str; 4] = ["electricity", "natural gas", "heating oil", "propane"];
const MONTHS: [&str; 12] = [
    "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
];
const BUSINESSES: [&str; 5] = [
    "corporation",
    "sole proprietor",
    "llc (corporation)",
    "llc (non-corporation)",
    "partnership",
];

pub(super) const OWNERS: [&str; 2] = ["user", "workgroup"];
pub(super) const SECTORS: [&str; 2] = ["commercial", "residential"];
pub(super) const CONSTRUCTIONS: [&str; 2] = ["new construction", "retrofit"];

/// Says that a value is none of a closed list.
pub(super) fn choice(name: &str, value: Option<&str>, choices: &[&str]) -> Option<String> {
    let value = value?;
    (!choices.contains(&value)).then(|| format!("{name} must be one of: {}", choices.join(", ")))
}

/// Checks a participant. The document's default tax entity, "individual", is none that it lists for a business or a
/// government, so those must name theirs.
pub(super) fn participant(kind: Option<&str>, entity: Option<&str>, has_company: bool) -> Vec<String> {
    let entities: &[&str] = match kind {
        None | Some("individual") => &["individual"],
        Some("government") => &["tax exempt"],
        Some("business") => &BUSINESSES,
        Some(_) => return vec!["participant type must be one of: individual, government, business".to_owned()],
    };
    let is_individual = entities == ["individual"];
    let mut problems = Vec::new();
    match entity {
        None if is_individual => {}
        None => problems.push("tax entity is required".to_owned()),
        Some(_) => problems.extend(choice("tax entity", entity, entities)),
    }
    if !is_individual && !has_company {
        problems.push("company name is required".to_owned());
    }
    problems
}

/// Checks an owner: what becomes of half of one is not documented, so it is refused.
pub(super) fn owner(has_id: bool, kind: Option<&str>) -> Option<String> {
    if has_id != kind.is_some() {
        return Some("sales owner id and type are required together".to_owned());
    }
    choice("sales owner type", kind, &OWNERS)
}

/// Checks the roles, an open list of which "Customer" is added by default.
pub(super) fn roles(value: &Value) -> Result<(), String> {
    let list = value.as_array().ok_or("roles must be an array")?;
    for role in list {
        match role.as_str().map(str::trim) {
            None | Some("") => return Err("roles must be names".to_owned()),
            Some("Customer") => return Err("the role Customer is added by default".to_owned()),
            Some(_) => {}
        }
    }
    Ok(())
}

/// Checks `Array<{application_reference_id: {id: string, source: string}}>`.
pub(super) fn references(value: &Value) -> Result<(), String> {
    for reference in unwrapped(value, "application_reference_id")? {
        only(reference, &["id", "source"], "application_reference_id")?;
        for name in ["id", "source"] {
            if !reference
                .get(name)
                .is_some_and(|value| value.is_string() && value != "")
            {
                return Err(format!("application_reference_id.{name} must be a string"));
            }
        }
    }
    Ok(())
}

/// Checks `Array<{utility_service: {energy, utility_name, notes, energy_use, energy_costs}}>`.
pub(super) fn services(value: &Value) -> Result<(), String> {
    for service in unwrapped(value, "utility_service")? {
        let names = ["energy", "utility_name", "notes", "energy_use", "energy_costs"];
        only(service, &names, "utility_service")?;
        let energy = service.get("energy").and_then(Value::as_str).unwrap_or_default();
        if let Some(problem) = choice("utility_service.energy", Some(energy), &ENERGIES) {
            return Err(problem);
        }
        for name in ["utility_name", "notes"] {
            if service.get(name).is_some_and(|value| !value.is_string()) {
                return Err(format!("utility_service.{name} must be a string"));
            }
        }
        for name in ["energy_use", "energy_costs"] {
            if service.get(name).is_some_and(|value| !is_use(value)) {
                return Err(format!(
                    "utility_service.{name} must be monthly_avg or months, in numbers"
                ));
            }
        }
    }
    Ok(())
}

/// Reads `{monthly_avg: number}` or `{jan: number, feb: number, ...}`.
fn is_use(value: &Value) -> bool {
    let Some(fields) = value.as_object().filter(|fields| !fields.is_empty()) else {
        return false;
    };
    let is_average = fields.len() == 1 && fields.contains_key("monthly_avg");
    let are_months = fields.keys().all(|name| MONTHS.contains(&name.as_str()));
    (is_average || are_months) && fields.values().all(Value::is_number)
}

/// Takes each item of an array out of the object that wraps it, which has no other member.
fn unwrapped<'a>(value: &'a Value, wrapper: &str) -> Result<Vec<&'a Map<String, Value>>, String> {
    let list = value
        .as_array()
        .ok_or_else(|| format!("an array of {wrapper} is expected"))?;
    let items = list.iter().map(|item| {
        let item = item.as_object().filter(|item| item.len() == 1);
        item.and_then(|item| item.get(wrapper)?.as_object())
    });
    let items: Option<Vec<_>> = items.collect();
    items.ok_or_else(|| format!("each item must be an object with {wrapper} and nothing else"))
}

fn only(object: &Map<String, Value>, names: &[&str], place: &str) -> Result<(), String> {
    let unknown = object.keys().find(|name| !names.contains(&name.as_str()));
    unknown.map_or(Ok(()), |name| Err(format!("{place}.{name} is not known")))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn use_is_an_average_or_months_and_not_both() {
        for right in [json!({"monthly_avg": 150}), json!({"jan": 1.5, "feb": 2})] {
            assert!(is_use(&right), "{right}");
        }
        for wrong in [
            json!({}),
            json!(150),
            json!({"monthly_avg": "150"}),
            json!({"monthly_avg": 1, "jan": 1}),
            json!({"january": 1}),
        ] {
            assert!(!is_use(&wrong), "{wrong}");
        }
    }

    #[test]
    fn tax_entity_fits_the_kind_of_party() {
        let problems = |kind, entity| participant(kind, entity, true).len();
        for (kind, entity) in [
            (None, None),
            (Some("individual"), Some("individual")),
            (Some("government"), Some("tax exempt")),
            (Some("business"), Some("llc (non-corporation)")),
        ] {
            assert_eq!(problems(kind, entity), 0, "{kind:?} {entity:?}");
        }
        for (kind, entity) in [
            (None, Some("corporation")),
            (Some("government"), None),
            (Some("business"), Some("individual")),
            (Some("business"), None),
            (Some("Business"), Some("corporation")),
        ] {
            assert_eq!(problems(kind, entity), 1, "{kind:?} {entity:?}");
        }
        assert_eq!(participant(Some("business"), Some("partnership"), false).len(), 1);
        assert_eq!(participant(None, None, false).len(), 0);
    }
}
