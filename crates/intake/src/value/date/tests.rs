//! Tables of what `date` reads, apart so that the parser stays short.

use super::*;
use leadsink_core::value::Leaf as _;

fn read(text: &str, country: Option<Country>) -> String {
    match parse(text, &Hints::default().with_country(country)) {
        Ok(Some(date)) => date.text().into_owned(),
        Ok(None) => "absent".to_owned(),
        Err(bad) => bad.code.to_owned(),
    }
}

#[test]
fn dates_are_read_and_partial_ones_stay_partial() {
    for (input, wanted) in [
        ("1999", "1999"),
        ("12/1999", "1999-12"),
        ("1999-12", "1999-12"),
        ("1999/12", "1999-12"),
        ("Dec 1999", "1999-12"),
        ("December, 1999", "1999-12"),
        ("1999-12-24", "1999-12-24"),
        ("1999/12/24", "1999-12-24"),
        ("19991224", "1999-12-24"),
        ("12241999", "1999-12-24"),
        ("12/24/1999", "1999-12-24"),
        ("1/2/1999", "1999-01-02"),
        ("01-02-1999", "1999-01-02"),
        ("24/12/1999", "1999-12-24"),
        ("24.12.1999", "1999-12-24"),
        ("2.1.1999", "1999-01-02"),
        ("Dec 24, 1999", "1999-12-24"),
        ("Dec. 24th, 1999", "1999-12-24"),
        ("24 December 1999", "1999-12-24"),
        ("24-Dec-1999", "1999-12-24"),
        ("24-Dec-99", "1999-12-24"),
        ("1999-Dec-24", "1999-12-24"),
        ("Fri, Dec 24 1999", "1999-12-24"),
        ("Friday, 24th of December 1999", "1999-12-24"),
        ("12/24/55", "1955-12-24"),
        ("12/24/05", "2005-12-24"),
        ("1999-12-24T00:00:00Z", "1999-12-24"),
        ("12/24/1999 0:00", "1999-12-24"),
        ("2024-02-29", "2024-02-29"),
        ("Jan. 31, '24", "2024-01-31"),
        ("Jan 31 ’24", "2024-01-31"),
        ("31-Jan-'24", "2024-01-31"),
        ("2024-01-31Z", "2024-01-31"),
        ("2024-01-31+01:00", "2024-01-31"),
        ("20240131T100000Z", "2024-01-31"),
        ("4 de julio de 1985", "1985-07-04"),
        ("4 julio 1985", "1985-07-04"),
        ("4. Juli 1985", "1985-07-04"),
        ("4 juillet 1985", "1985-07-04"),
        ("1er février 1985", "1985-02-01"),
        ("24. Dezember 1999", "1999-12-24"),
        ("1 de enero de 1990", "1990-01-01"),
        ("5 März 1990", "1990-03-05"),
        ("3 août 1990", "1990-08-03"),
        ("dic 1990", "1990-12"),
        ("\"1999-12-24\"", "1999-12-24"),
        ("n/a", "absent"),
        ("0000-00-00", "absent"),
    ] {
        assert_eq!(read(input, None), wanted, "{input}");
    }
}

#[test]
fn outside_the_us_the_day_is_first() {
    assert_eq!(read("1/2/1999", Some(Country::GB)), "1999-02-01");
    assert_eq!(read("12/24/1999", Some(Country::GB)), "1999-12-24");
    assert_eq!(read("1/2/1999", Some(Country::US)), "1999-01-02");
}

#[test]
fn what_is_no_date_says_why() {
    for (input, code) in [
        ("2024-13-01", "date_invalid"),
        ("2023-02-29", "date_invalid"),
        ("02/30/2020", "date_invalid"),
        ("13/13/2020", "date_invalid"),
        ("1999-00-24", "date_invalid"),
        ("13/1999", "date_invalid"),
        ("0999", "date_invalid"),
        ("9999", "date_invalid"),
        ("12/24", "date_no_year"),
        ("Dec 24", "date_no_year"),
        ("45291", "date_serial"),
        ("199912", "date_text"),
        ("tomorrow", "date_text"),
        ("maybe 1999", "date_text"),
        ("1999-12-24-1", "date_text"),
        ("-1999", "date_text"),
    ] {
        assert_eq!(read(input, None), code, "{input}");
    }
}
