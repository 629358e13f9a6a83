//! What a site uses of each energy, as utility services. Of electricity the company and an average bill have fields of their
//! own in a flow, which SolarNexus adds to its services without overwriting; so a service is made only where there is more.

use std::collections::BTreeMap;

use leadsink_core::lead::Utility;
use leadsink_core::value::{Amount, Decimal, Leaf, Range};
use leadsink_core::{Field, Findings, Lead};
use serde_json::Number;

use crate::kinds::{Energy, Monthly, Period};
use crate::options::UtilityService;

/// The energies of a lead with their fields: company, bill, use.
fn energies(lead: &Lead) -> [(Energy, &Utility, [Field; 3]); 4] {
    use Field::{
        ElectricBill, ElectricProvider, ElectricUsage, GasBill, GasProvider, GasUsage, OilBill, OilProvider, OilUsage,
        PropaneBill, PropaneProvider, PropaneUsage,
    };
    [
        (
            Energy::Electricity,
            &lead.electric,
            [ElectricProvider, ElectricBill, ElectricUsage],
        ),
        (Energy::NaturalGas, &lead.gas, [GasProvider, GasBill, GasUsage]),
        (Energy::HeatingOil, &lead.oil, [OilProvider, OilBill, OilUsage]),
        (
            Energy::Propane,
            &lead.propane,
            [PropaneProvider, PropaneBill, PropaneUsage],
        ),
    ]
}

/// The services of the lead's options, then those made of its fields. `in_fields` says that company and average bill of
/// electricity have fields of their own.
pub(crate) fn services(
    lead: &Lead,
    given: &[UtilityService],
    in_fields: bool,
    found: &mut Findings,
) -> Vec<UtilityService> {
    let mut services = given.to_vec();
    for (energy, utility, fields) in energies(lead) {
        if *utility == Utility::default() {
            continue;
        }
        let is_given = given.iter().any(|service| service.energy == energy);
        if is_given {
            // What the options say goes before it; nothing of it is lost.
            let there = fields.into_iter().filter(|field| field.has(lead));
            there.for_each(|field| found.left_over(field));
        } else if energy != Energy::Electricity || !in_fields || is_more_than_fields(utility) {
            services.push(service(energy, utility));
        }
    }
    services
}

/// Whether there is more than the two fields of a flow can hold.
fn is_more_than_fields(utility: &Utility) -> bool {
    utility.usage.is_some() || !matches!(utility.bill, None | Some(Amount::Monthly(_)))
}

fn service(energy: Energy, utility: &Utility) -> UtilityService {
    let mut notes = Vec::new();
    let mut amounts = |label: &str, amount: &Option<Amount>| {
        let amount = amount.as_ref()?;
        let exact = exact(amount);
        if exact.is_none() {
            notes.push(format!("{label}: {}", amount.text()));
        }
        exact
    };
    let energy_use = amounts("use a month", &utility.usage);
    let energy_costs = amounts("bill a month", &utility.bill);
    UtilityService {
        energy,
        utility_name: utility.provider.as_ref().map(|name| name.as_str().to_owned()),
        notes: (!notes.is_empty()).then(|| notes.join("; ")),
        energy_use,
        energy_costs,
    }
}

/// An amount in numbers; a range has none, and stands in the notes.
fn exact(amount: &Amount) -> Option<Monthly> {
    let number = |amount: Decimal| amount.to_string().parse::<Number>().ok();
    let amounts: BTreeMap<_, _> = match amount {
        Amount::Monthly(range) => {
            let average = Range::as_single(range).and_then(number)?;
            [(Period::MonthlyAvg, average)].into()
        }
        Amount::ByMonth(months) => {
            let months = Period::MONTHS.into_iter().zip(months.iter());
            months
                .filter_map(|(month, amount)| Some((month, number((*amount)?)?)))
                .collect()
        }
        _ => return None,
    };
    Monthly::try_from(amounts).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use leadsink_core::LeadBuilder;

    fn made(lead: LeadBuilder, given: &str, in_fields: bool) -> (String, Vec<Field>) {
        let lead = lead.id("1").build().unwrap();
        let given: Vec<UtilityService> = serde_json::from_str(given).unwrap();
        let mut found = Findings::default();
        let services = services(&lead, &given, in_fields, &mut found);
        let left = found.note(&lead, lead.fields()).iter().collect();
        (serde_json::to_string(&services).unwrap(), left)
    }

    fn electric() -> LeadBuilder {
        Lead::builder().electric_provider("SCE").electric_bill("150")
    }

    #[test]
    fn what_two_fields_hold_needs_no_service() {
        assert_eq!(made(electric(), "[]", true).0, "[]");
        assert_eq!(
            made(electric(), "[]", false).0,
            r#"[{"energy":"electricity","utility_name":"SCE","energy_costs":{"monthly_avg":150}}]"#
        );
        assert_eq!(
            made(electric().electric_usage("1310"), "[]", true).0,
            r#"[{"energy":"electricity","utility_name":"SCE","energy_use":{"monthly_avg":1310},"energy_costs":{"monthly_avg":150}}]"#
        );
        assert_eq!(
            made(Lead::builder().electric_bill("jan=100 mar=90.25"), "[]", true).0,
            r#"[{"energy":"electricity","energy_costs":{"jan":100,"mar":90.25}}]"#
        );
    }

    #[test]
    fn a_range_is_told_in_the_notes() {
        let lead = Lead::builder().gas_usage("30-40").gas_bill("..60");
        assert_eq!(
            made(lead, "[]", true).0,
            r#"[{"energy":"natural gas","notes":"use a month: 30-40; bill a month: ..60"}]"#
        );
    }

    #[test]
    fn a_service_of_the_options_goes_first_and_displaces_nothing_in_silence() {
        let given = r#"[{"energy":"electricity","utility_name":"LADWP"}]"#;
        let lead = electric().oil_provider("Hill Country Oil");
        let (services, left) = made(lead, given, true);
        assert_eq!(
            services,
            r#"[{"energy":"electricity","utility_name":"LADWP"},{"energy":"heating oil","utility_name":"Hill Country Oil"}]"#
        );
        assert_eq!(left, [Field::ElectricProvider, Field::ElectricBill]);
    }
}
