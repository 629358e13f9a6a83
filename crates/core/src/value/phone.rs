//! Telephone numbers.

use super::checked_text;

checked_text! {
    /// A telephone number in E.164: `+`, country code, national number, 7 to 15 digits. An extension stands apart.
    /// Whether the number exists is the business of `leadsink-intake`. `Debug` is redacted.
    Phone, "phone number", check
}

impl Phone {
    /// The ten national digits of a number of the North American plan (`+1`), else nothing.
    #[must_use]
    pub fn nanp(&self) -> Option<&str> {
        self.as_str().strip_prefix("+1").filter(|national| national.len() == 10)
    }
}

fn check(value: &str) -> Result<(), &'static str> {
    let Some(digits) = value.strip_prefix('+') else {
        return Err("it does not begin with `+` and the country code");
    };
    if !(7..=15).contains(&digits.len()) {
        return Err("it has fewer than 7 or more than 15 digits");
    }
    if digits.starts_with('0') || !digits.bytes().all(|b| b.is_ascii_digit()) {
        return Err("it is not all digits, or the country code begins with 0");
    }
    if digits.starts_with('1') && digits.len() != 11 {
        return Err("a number with country code 1 has ten national digits");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_e164_is_canonical() {
        assert_eq!(Phone::new("+12175550123").unwrap().nanp(), Some("2175550123"));
        assert_eq!(Phone::new("+442079460000").unwrap().nanp(), None);
        for bad in [
            "2175550123",
            "+1217555012",
            "+1 217 555 0123",
            "+02175550123",
            "+",
            "+1217555012x",
        ] {
            assert!(Phone::new(bad).is_err(), "{bad}");
        }
    }
}
