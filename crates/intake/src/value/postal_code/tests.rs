//! Tables of what `postal_code` reads, apart so that the parser stays short.

use super::*;
use leadsink_core::value::Leaf as _;

fn read(text: &str, state: &str, country: &str) -> String {
    let hints = Hints::default()
        .with_state(State::from_text(state).ok())
        .with_country(Country::new(country).ok());
    match parse(text, &hints) {
        Ok(Some(code)) => code.text().into_owned(),
        Ok(None) => "absent".to_owned(),
        Err(bad) => bad.code.to_owned(),
    }
}

#[test]
fn zip_codes_are_read_with_and_without_extension() {
    for (input, wanted) in [
        ("78704", "78704"),
        ("78704-6789", "78704-6789"),
        ("787046789", "78704-6789"),
        ("78704 6789", "78704-6789"),
        ("78704 - 6789", "78704-6789"),
        ("78704–6789", "78704-6789"),
        ("78704-", "78704"),
        ("78704.0", "78704"),
        ("ZIP 78704", "78704"),
        ("zip: 78704", "78704"),
        ("Zip Code: 78704-6789", "78704-6789"),
        ("postal code 78704", "78704"),
        ("78704 US", "78704"),
        ("78704, USA", "78704"),
        ("78704 United States", "78704"),
        ("TX 78704", "78704"),
        ("TX, 78704-6789", "78704-6789"),
        ("Texas 78704", "78704"),
        ("Washington DC 20001", "20001"),
        ("New York, NY 10001", "10001"),
        ("US-78704", "78704"),
        ("DE-10115", "zip_letters"),
        ("\"02134\"", "02134"),
        ("“02134”", "02134"),
        ("zip:", "absent"),
        ("XX 78704", "zip_letters"),
        ("z:32413-1234", "32413-1234"),
        ("=\"02134\"", "02134"),
        ("'02134", "02134"),
        ("  ", "absent"),
        ("", "absent"),
        ("z:", "absent"),
        ("n/a", "absent"),
        ("ABCDE", "zip_letters"),
        ("z:ABCDE", "zip_letters"),
        ("7870", "zip_length"),
        ("787041", "zip_length"),
        ("78704-67", "zip_length"),
        ("7", "zip_length"),
        ("-78704", "zip_length"),
        ("00000", "zip_invalid"),
    ] {
        assert_eq!(read(input, "", ""), wanted, "{input}");
    }
}

#[test]
fn a_lost_zero_is_restored_where_the_state_agrees() {
    for (input, state, wanted) in [
        ("2134", "MA", "02134"),
        ("2134.0", "MA", "02134"),
        ("z:6040", "CT", "06040"),
        ("2703-1234", "MA", "02703-1234"),
        ("21341234", "MA", "02134-1234"),
        ("5866", "VT", "05866"),
        ("501", "NY", "00501"),
        ("6390", "NY", "06390"),
        ("926", "PR", "00926"),
        ("802", "VI", "00802"),
        ("9012", "AE", "09012"),
        ("2134", "CA", "zip_state_mismatch"),
        ("2134", "NY", "zip_state_mismatch"),
        ("5501", "VT", "zip_state_mismatch"),
        ("2134", "", "zip_length"),
        ("78704", "MA", "78704"),
    ] {
        assert_eq!(read(input, state, ""), wanted, "{input} {state}");
    }
}

#[test]
fn other_countries_have_their_own_forms() {
    for (input, country, wanted) in [
        ("k1a-0b1", "", "CA-K1A 0B1"),
        ("k1a0b1", "CA", "CA-K1A 0B1"),
        ("D1A 0B1", "CA", "postal_code_invalid"),
        ("78704", "CA", "postal_code_invalid"),
        ("K1A 0B1", "US", "zip_letters"),
        ("2000", "AU", "AU-2000"),
        ("Postcode SW1A 1AA", "", "GB-SW1A 1AA"),
        ("ON K1A 0B1", "", "CA-K1A 0B1"),
        ("K1A 0B1 Canada", "CA", "CA-K1A 0B1"),
        ("NSW 2000", "AU", "AU-2000"),
        ("sw1a1aa", "", "GB-SW1A 1AA"),
        ("m1 1ae", "GB", "GB-M1 1AE"),
        ("SW1A", "GB", "postal_code_invalid"),
        ("10115", "DE", "DE-10115"),
        ("00926", "PR", "00926"),
    ] {
        assert_eq!(read(input, "", country), wanted, "{input}");
    }
    assert_eq!(read("800", "AU-NT", ""), "AU-0800");
    assert_eq!(read("800", "AU-NT", "AU"), "AU-0800");
    // Without a country `NT` is of Canada, where no postal code has digits only.
    assert_eq!(read("800", "CA-NT", ""), "AU-0800");
    assert_eq!(read("800", "CA-NT", "AU"), "AU-0800");
    assert_eq!(read("0800", "CA-NT", ""), "AU-0800");
    assert_eq!(read("800", "CA-NT", "CA"), "postal_code_invalid");
    assert_eq!(read("0800", "CA-ON", ""), "postal_code_invalid");
    assert_eq!(read("2000", "AU-NSW", ""), "AU-2000");
    assert_eq!(read("K1A 0B1", "CA-ON", ""), "CA-K1A 0B1");
}
