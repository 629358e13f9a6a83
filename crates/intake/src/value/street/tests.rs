//! Tables of what `street` reads, apart so that the parser stays short.

use super::*;

/// House number, street and unit, apart by `|`.
fn read(text: &str) -> String {
    match parse(text) {
        Ok(Some(parts)) => {
            let text = |part: Option<Text>| part.map(|part| part.as_str().to_owned()).unwrap_or_default();
            format!(
                "{}|{}|{}",
                text(parts.house_number),
                parts.street.as_str(),
                text(parts.unit)
            )
        }
        Ok(None) => "absent".to_owned(),
        Err(bad) => bad.code.to_owned(),
    }
}

#[test]
fn house_number_and_unit_are_told_apart() {
    for (input, wanted) in [
        ("17878 Front Beach Road", "17878|17878 Front Beach Road|"),
        ("1514 16th Street Southeast", "1514|1514 16th Street Southeast|"),
        ("3098 Vermont 122", "3098|3098 Vermont 122|"),
        ("5837  West Evans Drive ", "5837|5837 West Evans Drive|"),
        ("123 Main St Apt 4B", "123|123 Main St|Apt 4B"),
        ("123 Main St, Apt. 4B", "123|123 Main St|Apt. 4B"),
        ("123 Main St Apt4B", "123|123 Main St|Apt4B"),
        ("123 Main St APT#4", "123|123 Main St|APT#4"),
        ("123 Main St, Apt#4", "123|123 Main St|Apt#4"),
        ("123 Main St Unit#4", "123|123 Main St|Unit#4"),
        ("123 Main St Apt.#4B", "123|123 Main St|Apt.#4B"),
        ("123 Main St Unit-4", "123|123 Main St|Unit-4"),
        ("\"123 Main St\nApt 4\"", "123|123 Main St|Apt 4"),
        ("9 Montello Street #11", "9|9 Montello Street|#11"),
        ("9 Montello Street # 11", "9|9 Montello Street|# 11"),
        ("9 Montello Street#11", "9|9 Montello Street|#11"),
        ("9 Montello Street, Unit #11", "9|9 Montello Street|Unit #11"),
        (
            "100 Market St Suite 200, Floor 2",
            "100|100 Market St|Suite 200, Floor 2",
        ),
        ("100 Market St Bldg 3 Apt 12", "100|100 Market St|Bldg 3 Apt 12"),
        ("100 Market St, 2nd Floor", "100|100 Market St|2nd Floor"),
        ("100 Market St Unit B", "100|100 Market St|Unit B"),
        ("100 Market St PH", "100|100 Market St|PH"),
        ("Apt 4, 123 Main St", "123|123 Main St|Apt 4"),
        ("123 Main St\nApt 4", "123|123 Main St|Apt 4"),
        ("123 Main St\r\nRear Building", "123|123 Main St, Rear Building|"),
        ("c/o Jane Doe\n123 Main St", "|c/o Jane Doe, 123 Main St|"),
        ("123 Main St, Austin, TX 78704", "123|123 Main St, Austin, TX 78704|"),
        ("123A Main St", "123A|123A Main St|"),
        ("12-34 Union Tpke", "12-34|12-34 Union Tpke|"),
        ("123 1/2 Main St", "123 1/2|123 1/2 Main St|"),
        ("N6W23001 Bluemound Rd", "N6W23001|N6W23001 Bluemound Rd|"),
        ("n/a", "absent"),
        ("!!", "street_invalid"),
    ] {
        assert_eq!(read(input), wanted, "{input}");
    }
}

#[test]
fn what_only_looks_like_a_number_or_unit_stays_in_the_street() {
    for (input, wanted) in [
        ("PO Box 12", "|PO Box 12|"),
        ("P.O. Box 12", "|P.O. Box 12|"),
        ("P O Box 12", "|P O Box 12|"),
        ("RR 2 Box 15", "|RR 2 Box 15|"),
        ("General Delivery", "|General Delivery|"),
        ("16th Street", "|16th Street|"),
        ("1st Ave", "|1st Ave|"),
        ("12 Lot Lane", "12|12 Lot Lane|"),
        ("5 Space Park Dr", "5|5 Space Park Dr|"),
        ("12 Suite St", "12|12 Suite St|"),
        ("100 Floor Ave", "100|100 Floor Ave|"),
        ("12", "|12|"),
    ] {
        assert_eq!(read(input), wanted, "{input}");
    }
}
