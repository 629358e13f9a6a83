//! The sentinel that stands for every secret, and where it hides.

use std::sync::LazyLock;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// Stands for every secret in the configuration of a suite. Whatever shows it, plain or in base64, shows a secret.
pub const SECRET_SENTINEL: &str = "sentinel-0f9a4c7e-secret";

/// The sentinel for a credential that must be an id of 24 hexadecimal digits.
pub const SECRET_HEX_SENTINEL: &str = "0f9a4c7e5d8b2a6c0f9a4c7e";

/// The sentinels themselves, and those parts of its base64 that do not depend on the text before and behind it.
static FORMS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let mut forms = Vec::new();
    for sentinel in [SECRET_SENTINEL, SECRET_HEX_SENTINEL] {
        forms.push(sentinel.to_owned());
        for before in 0..3 {
            let text = format!("{}{sentinel}", &"::"[..before]);
            // A sextet that mixes in a neighbouring byte depends on that byte.
            let first = (before * 8).div_ceil(6);
            let last = text.len() * 8 / 6;
            for encoded in [STANDARD.encode(&text), URL_SAFE_NO_PAD.encode(&text)] {
                forms.push(encoded[first..last].to_owned());
            }
        }
    }
    forms.sort_unstable();
    forms.dedup();
    forms
});

/// Whether a text holds a sentinel, plain or in base64.
pub(crate) fn shows_secret(text: &str) -> bool {
    FORMS.iter().any(|form| text.contains(form.as_str()))
}

/// The text with `***` in place of the sentinels.
pub(crate) fn masked(text: &str) -> String {
    FORMS
        .iter()
        .fold(text.to_owned(), |text, form| text.replace(form.as_str(), "***"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentinel_is_found_behind_any_user_name() {
        for user in ["", "a", "ab", "abc", "jane@example.com"] {
            let plain = format!("{user}:{SECRET_SENTINEL}!");
            assert!(shows_secret(&STANDARD.encode(&plain)), "{user}");
            assert!(shows_secret(&URL_SAFE_NO_PAD.encode(&plain)), "{user}");
        }
        assert!(!shows_secret(&STANDARD.encode("user:another-secret-of-that-size")));
    }

    #[test]
    fn a_masked_text_shows_no_secret() {
        assert_eq!(
            masked(&format!(
                "https://example.com/{SECRET_SENTINEL}/x/{SECRET_HEX_SENTINEL}"
            )),
            "https://example.com/***/x/***"
        );
    }
}
