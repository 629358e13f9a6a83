//! Tables of what `phone` reads, apart so that the parser stays short.

use super::*;

fn e164(text: &str) -> String {
    let parts = parse(text, &Hints::default());
    parts.map_or_else(
        |bad| bad.code.to_owned(),
        |parts| parts.map_or("absent".to_owned(), |parts| parts.number.as_str().to_owned()),
    )
}

#[test]
fn messy_numbers_become_e164() {
    for (input, wanted) in [
        ("858-232-4411 cell", "+18582324411"),
        ("858-232-4411 (cell, call after 5)", "+18582324411"),
        ("001 619 555 0134", "+16195550134"),
        ("011 44 20 7946 0958", "+442079460958"),
        ("0044 20 7946 0958", "+442079460958"),
        ("+44 (0)20 7946 0958", "+442079460958"),
        ("p:305.555.0100", "+13055550100"),
        ("p:+1 (602) 555-0107", "+16025550107"),
        ("tel:+1-217-555-0123;ext=42", "+12175550123"),
        ("Cell: (415) 555-0101", "+14155550101"),
        ("1 404 555 0115", "+14045550115"),
        ("4055550133 ", "+14055550133"),
        ("217/555-0123", "+12175550123"),
        ("２１７５５５０１２３", "+12175550123"),
        ("217–555‑0123", "+12175550123"),
        ("\u{202a}+1\u{a0}(217)\u{a0}555-0123\u{202c}", "+12175550123"),
        ("\u{feff}2175550123\r\n", "+12175550123"),
        ("2175550123.0", "+12175550123"),
        ("2.175550123E+9", "+12175550123"),
        ("=\"2175550123\"", "+12175550123"),
        ("217_555_0123", "+12175550123"),
        ("[217] 555-0123", "+12175550123"),
        ("++12175550123", "+12175550123"),
        ("1-800-FLOWERS ext 5", "+18003569377"),
        ("1-800-FLOWERS x5", "+18003569377"),
        ("\"2175550123\"", "+12175550123"),
        ("1-800-FLOWERS", "+18003569377"),
        ("n/a", "absent"),
        ("---", "absent"),
    ] {
        assert_eq!(e164(input), wanted, "{input}");
    }
}

#[test]
fn what_is_no_single_number_says_why() {
    for (input, code) in [
        ("call me", "phone_letters"),
        ("call 911", "phone_letters"),
        ("see notes", "phone_letters"),
        ("555-0138", "phone_too_short"),
        ("p:555-0105", "phone_too_short"),
        ("555-0138 x42", "phone_too_short"),
        ("12345", "phone_too_short"),
        ("+", "phone_too_short"),
        ("+1 217 555", "phone_too_short"),
        ("217555012345", "phone_too_long"),
        ("+1 217 555 0123 99", "phone_too_long"),
        ("999-555-0123", "phone_invalid"),
        ("0000000000", "phone_invalid"),
        ("1234567890", "phone_invalid"),
        ("123-456-7890", "phone_invalid"),
        ("111-111-1111", "phone_invalid"),
        ("+999 555 0123 45", "phone_invalid"),
        ("2.17555E+9", "phone_scientific"),
        ("2,17555E+09", "phone_scientific"),
        ("2175550123;2175550124", "phone_list"),
        ("2175550123, 2175550124", "phone_list"),
        ("2175550123 or 2175550124", "phone_list"),
        ("2175550123/2175550124", "phone_list"),
        ("+12175550123 +12175550124", "phone_list"),
        ("217-555-0123 cell 217-555-0124 home", "phone_list"),
        ("2175550123\n2175550124", "phone_control_character"),
        ("217\u{0}5550123", "phone_control_character"),
    ] {
        assert_eq!(e164(input), code, "{input}");
    }
}

#[test]
fn extensions_are_kept_apart() {
    for input in [
        "217-555-0123 x42",
        "217-555-0123 ext. 42",
        "217-555-0123, Extension 42",
        "217_555_0123 [x42]",
        "1-217-555-0123 ext 42",
        "217-555-0123 #42",
        "217-555-0123,,42",
        "+1 217 555 0123;ext=42",
    ] {
        let parts = parse(input, &Hints::default()).unwrap().unwrap();
        assert_eq!(parts.number.as_str(), "+12175550123", "{input}");
        assert_eq!(parts.extension.unwrap().as_str(), "42", "{input}");
    }
}

#[test]
fn the_digits_tell_region_and_kind() {
    for (input, region, kind) in [
        ("416-555-0123", Some("CA"), None),
        ("787-555-0123", Some("PR"), None),
        ("671-555-0123", Some("GU"), None),
        ("340-555-0123", Some("VI"), None),
        ("217-555-0123", Some("US"), None),
        ("833-555-0123", None, Some(PhoneType::TollFree)),
        ("888-555-0123", None, Some(PhoneType::TollFree)),
        ("+44 7400 123456", Some("GB"), Some(PhoneType::Mobile)),
        ("+61 412 345 678", Some("AU"), Some(PhoneType::Mobile)),
    ] {
        let parts = parse(input, &Hints::default()).unwrap().unwrap();
        assert_eq!(
            parts.region.map(|region| region.as_str().to_owned()).as_deref(),
            region,
            "{input}"
        );
        assert_eq!(parts.kind, kind, "{input}");
    }
}

#[test]
fn the_country_code_is_told_from_the_national_number() {
    for (input, wanted) in [
        ("217 555 0123", ("1", "2175550123")),
        ("+44 20 7946 0958", ("44", "2079460958")),
        ("+353 1 679 0000", ("353", "16790000")),
    ] {
        let parts = parse(input, &Hints::default()).unwrap().unwrap();
        assert_eq!(parts.country_code_and_national(), wanted, "{input}");
    }
}

#[test]
fn fictional_numbers_of_every_area_are_valid() {
    for area in [
        "305", "415", "614", "202", "205", "602", "303", "907", "802", "404", "617", "212", "916",
    ] {
        for last in ["0100", "0150", "0199"] {
            assert!(e164(&format!("({area}) 555-{last}")).starts_with("+1"), "{area} {last}");
        }
    }
}

#[test]
fn the_hinted_country_reads_national_numbers() {
    let read = |text, country| {
        let parts = parse(text, &Hints::default().with_country(country)).unwrap().unwrap();
        parts.number.as_str().to_owned()
    };
    assert_eq!(read("0412 345 678", Country::AU), "+61412345678");
    assert_eq!(read("020 7946 0958", Country::GB), "+442079460958");
    assert_eq!(read("0011 1 217 555 0123", Country::AU), "+12175550123");
    assert_eq!(read("416 555 0123", Country::CA), "+14165550123");
}
