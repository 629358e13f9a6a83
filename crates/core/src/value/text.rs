//! Free text: the leaf for everything that has no stricter type.

use super::checked_text;

checked_text! {
    /// Free text: not blank, trimmed, without control characters other than line break and tab. `Debug` is redacted.
    Text, "text", check
}

fn check(value: &str) -> Result<(), &'static str> {
    // Most text is one line of plain ASCII, which needs no look at its characters.
    if let [b'!'..=b'~', .., b'!'..=b'~'] | [b'!'..=b'~'] = value.as_bytes()
        && super::is_printable_ascii(value)
    {
        return Ok(());
    }
    if value.is_empty() {
        return Err("it is empty");
    }
    if value.trim().len() != value.len() {
        return Err("it begins or ends with white space");
    }
    if value.chars().any(|c| c.is_control() && c != '\n' && c != '\t') {
        return Err("it holds a control character");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blank_untrimmed_and_control_characters_are_refused() {
        for bad in ["", " ", "a ", "\ta", "a\0b", "a\rb"] {
            assert!(Text::new(bad).is_err(), "{bad:?}");
        }
        assert_eq!(Text::new("a\nb\tc ü").unwrap().as_str(), "a\nb\tc ü");
    }

    #[test]
    fn debug_is_redacted() {
        assert_eq!(format!("{:?}", Text::new("Jane").unwrap()), "Text(***)");
    }

    #[test]
    fn a_refused_value_is_not_echoed_by_serde() {
        let error = serde_json::from_str::<Text>("\"secret \"").unwrap_err().to_string();
        assert!(!error.contains("secret"), "{error}");
    }
}
