//! What the house uses or pays for electricity, in the forms that OpenSolar calculates with.

use leadsink_core::value::{Amount, Decimal};
use leadsink_core::{Field, Findings, Lead};

use crate::wire::{Usage, Values};

/// The usage, else the bill. What cannot be sent goes to the note.
pub(crate) fn usage(lead: &Lead, found: &mut Findings) -> Option<Usage> {
    let electric = &lead.electric;
    let used = electric
        .usage
        .as_ref()
        .and_then(|amount| of(amount, ["kwh_annual", "kwh_monthly"]));
    let paid = electric
        .bill
        .as_ref()
        .and_then(|amount| of(amount, ["bill_annual", "bill_monthly"]));
    if electric.usage.is_some() && used.is_none() {
        found.left_over(Field::ElectricUsage);
    }
    if electric.bill.is_some() && (used.is_some() || paid.is_none()) {
        found.left_over(Field::ElectricBill);
    }
    used.or(paid)
}

/// A single average as the year's sum, twelve months as they are. Of a range or of some months no sum is made up.
fn of(amount: &Amount, [year, months]: [&'static str; 2]) -> Option<Usage> {
    match amount {
        Amount::Monthly(range) => Some(Usage {
            usage_data_source: year,
            values: Values::Year(rounded(range.as_single()?.checked_mul(Decimal::from(12))?)?),
        }),
        Amount::ByMonth(known) => {
            let mut all = [Decimal::ONE; 12];
            for (month, value) in all.iter_mut().zip(known.iter()) {
                *month = (*value)?;
            }
            Some(Usage {
                usage_data_source: months,
                values: Values::Months(all),
            })
        }
        _ => None,
    }
}

/// The nearest whole number.
fn rounded(number: Decimal) -> Option<i64> {
    let unit = 10_i64.checked_pow(number.scale())?;
    number.mantissa().checked_add(unit / 2).map(|sum| sum.div_euclid(unit))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is sent, and what stands in the note.
    fn sent(usage: &str, bill: &str) -> (String, Vec<Field>) {
        let mut lead = Lead::builder().id("1");
        if !usage.is_empty() {
            lead = lead.electric_usage(usage);
        }
        if !bill.is_empty() {
            lead = lead.electric_bill(bill);
        }
        let lead = lead.build().unwrap();
        let mut found = Findings::default();
        let sent = self::usage(&lead, &mut found);
        let note = found.note(&lead, lead.fields()).iter().collect();
        (serde_json::to_string(&sent).unwrap(), note)
    }

    #[test]
    fn a_single_average_or_twelve_months_are_sent() {
        use Field::{ElectricBill, ElectricUsage};
        const MONTHS: &str = "jan=1 feb=2 mar=3 apr=4 may=5 jun=6 jul=7 aug=8 sep=9 oct=10 nov=11 dec=12.5";
        let table: [(&str, &str, &str, &[Field]); 7] = [
            ("", "", "null", &[]),
            ("1310", "", r#"{"usage_data_source":"kwh_annual","values":15720}"#, &[]),
            (
                "99.96",
                "187.5",
                r#"{"usage_data_source":"kwh_annual","values":1200}"#,
                &[ElectricBill],
            ),
            (
                MONTHS,
                "",
                r#"{"usage_data_source":"kwh_monthly","values":[1,2,3,4,5,6,7,8,9,10,11,12.5]}"#,
                &[],
            ),
            (
                "100-200",
                "187.5",
                r#"{"usage_data_source":"bill_annual","values":2250}"#,
                &[ElectricUsage],
            ),
            ("jan=100", "..90", "null", &[ElectricBill, ElectricUsage]),
            (
                "",
                MONTHS,
                r#"{"usage_data_source":"bill_monthly","values":[1,2,3,4,5,6,7,8,9,10,11,12.5]}"#,
                &[],
            ),
        ];
        for (usage, bill, wanted, note) in table {
            assert_eq!(sent(usage, bill), (wanted.to_owned(), note.to_vec()), "{usage} {bill}");
        }
    }
}
