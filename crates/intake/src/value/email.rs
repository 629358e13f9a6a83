//! E-mail addresses.

use std::borrow::Cow;

use leadsink_core::value::Email;
use psl::{Psl, Type};

use super::absent::is_absent;
use super::clean::{has_inner_control, key, plain};
use super::{BadValue, Parsed};

const NO_AT: BadValue = BadValue::new("email_no_at", "the e-mail address has no `@`");
const NO_LOCAL: BadValue = BadValue::new("email_no_local", "the e-mail address has nothing before the `@`");
const NO_DOMAIN: BadValue = BadValue::new("email_no_domain", "the e-mail address has no domain behind the `@`");
const LIST: BadValue = BadValue::new("email_list", "there are several e-mail addresses; give one only");
const CONTROL: BadValue = BadValue::new(
    "email_control_character",
    "the e-mail address holds a control character",
);
const SPACE: BadValue = BadValue::new("email_space", "the e-mail address holds a space; check it");
const NON_ASCII: BadValue = BadValue::new(
    "email_non_ascii",
    "the e-mail address has letters before the `@` that are not plain ASCII; check it",
);
const INVALID: BadValue = BadValue::new("email_invalid", "it is no e-mail address; check it");
const DOMAIN: BadValue = BadValue::new(
    "email_domain",
    "nobody can have the domain of the e-mail address; check its ending, such as `.con` for `.com`",
);

/// Reads an address in lower case, also from `Name <a@b>` and `mailto:`. The domain must be registrable by the public
/// suffix list.
///
/// # Errors
/// When it is no address, or several.
pub fn parse(text: &str) -> Parsed<Email> {
    if let Some(email) = simple(text) {
        return Ok(Some(email));
    }
    if is_absent(text) {
        return Ok(None);
    }
    if has_inner_control(text) {
        // A line break or a tab is what several addresses are pasted with.
        return Err(if text.matches('@').count() > 1 { LIST } else { CONTROL });
    }
    let text = plain(text);
    let address = bare_address(&text)?;
    let Some((local, domain)) = address.split_once('@') else {
        return Err(NO_AT);
    };
    if domain.contains('@') {
        let is_list = domain.contains([',', ';', '/', '|', '&', ' ']) || local.contains([',', ';', ' ']);
        return Err(if is_list { LIST } else { INVALID });
    }
    if domain.is_empty() {
        return Err(NO_DOMAIN);
    }
    if local.is_empty() {
        return Err(NO_LOCAL);
    }
    if address.contains(' ') {
        return Err(SPACE);
    }
    if !local.is_ascii() {
        return Err(NON_ASCII);
    }
    let domain = ascii_domain(domain)?;
    let email = Email::new(format!("{}@{domain}", local.to_ascii_lowercase())).map_err(|_| {
        let local_is_good = Email::new(format!("{}@example.com", local.to_ascii_lowercase())).is_ok();
        if local_is_good { DOMAIN } else { INVALID }
    })?;
    if is_registrable(email.domain()) {
        Ok(Some(email))
    } else {
        Err(DOMAIN)
    }
}

/// An address with nothing around it, of letters, digits and the marks that nothing else is known by.
fn simple(text: &str) -> Option<Email> {
    let is_simple =
        |byte: u8| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'_' | b'-' | b'+' | b'@');
    let [b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9', .., b'a'..=b'z' | b'A'..=b'Z'] = text.as_bytes() else {
        return None;
    };
    let all = text.bytes().fold(true, |all, byte| all & is_simple(byte));
    let email = Email::new(if all { text.to_ascii_lowercase() } else { return None }).ok()?;
    is_registrable(email.domain()).then_some(email)
}

/// The public suffix of a domain, such as `co.uk`.
pub(crate) fn public_suffix(email: &Email) -> Option<&str> {
    psl::suffix_str(email.domain())
}

/// Takes the name, `mailto:`, a label, a remark and stray punctuation away.
fn bare_address(text: &str) -> Result<&str, BadValue> {
    let text = without_label_and_remark(text);
    let mut address = text;
    if let Some((_, behind)) = text.split_once('<') {
        let (inside, rest) = behind.split_once('>').unwrap_or((behind, ""));
        if rest.contains('@') {
            return Err(LIST);
        }
        address = inside;
    }
    address = address.trim_matches(|c: char| c == ' ' || c == '"' || c == '\'');
    if let Some(scheme) = address.get(..7)
        && scheme.eq_ignore_ascii_case("mailto:")
    {
        let behind = &address[7..];
        address = behind.split('?').next().unwrap_or(behind);
    }
    let stray = |c: char| matches!(c, '.' | ',' | ';' | ':' | ' ' | '>' | ')' | '"' | '\'');
    Ok(address
        .trim_end_matches(stray)
        .trim_start_matches([' ', ',', ';', ':', '(', '"']))
}

/// The address of `Email: joe@example.com (work)`. A remark with an address of its own stays.
fn without_label_and_remark(text: &str) -> &str {
    let text = match text.split_once(':') {
        Some((label, behind)) if is_label(label) || (behind.starts_with(' ') && is_words(label)) => behind.trim_start(),
        _ => text,
    };
    match text.split_once(['(', '[']) {
        Some((address, remark)) if address.contains('@') && remark.ends_with([')', ']']) && is_words(remark) => {
            address.trim_end()
        }
        _ => text,
    }
}

/// Whether it is letters and spaces, as of `work)`, and no part of an address.
fn is_words(text: &str) -> bool {
    let text = text.trim_end_matches([')', ']']);
    text.chars()
        .all(|c| c.is_alphabetic() || matches!(c, ' ' | '-' | ',' | '/'))
}

fn is_label(label: &str) -> bool {
    matches!(
        key(label).as_str(),
        "email"
            | "e mail"
            | "mail"
            | "email address"
            | "e mail address"
            | "work email"
            | "home email"
            | "correo"
            | "correo electronico"
            | "courriel"
    )
}

fn ascii_domain(domain: &str) -> Result<Cow<'_, str>, BadValue> {
    if domain.is_ascii() {
        return Ok(if domain.bytes().any(|b| b.is_ascii_uppercase()) {
            Cow::Owned(domain.to_ascii_lowercase())
        } else {
            Cow::Borrowed(domain)
        });
    }
    match ::url::Host::parse(domain) {
        Ok(::url::Host::Domain(domain)) => Ok(Cow::Owned(domain)),
        _ => Err(DOMAIN),
    }
}

/// Whether somebody can have the domain: its ending is known, and it is not a public ending itself. The endings that
/// private firms hand out (`github.io`) are domains of those firms and may have mail.
fn is_registrable(domain: &str) -> bool {
    let Some(suffix) = psl::List.suffix(domain.as_bytes()) else {
        return false;
    };
    suffix.is_known() && (suffix.as_bytes().len() < domain.len() || suffix.typ() == Some(Type::Private))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_out_of_their_surroundings() {
        for (input, wanted) in [
            ("STEVEN.ST.JOHN15@EXAMPLE.COM", "steven.st.john15@example.com"),
            (" joe@example.com.\r\n", "joe@example.com"),
            ("joe@example.com,", "joe@example.com"),
            ("mailto:Joe@Example.com?subject=hi", "joe@example.com"),
            ("Joe Smith <joe@example.com>", "joe@example.com"),
            ("\"joe@home\" <joe@example.com>", "joe@example.com"),
            ("<joe@example.com>", "joe@example.com"),
            ("joe@example.com (work)", "joe@example.com"),
            ("Email: joe@example.com", "joe@example.com"),
            ("joe@example.com(work)", "joe@example.com"),
            ("joe@example.com [home]", "joe@example.com"),
            ("Work: joe@example.com", "joe@example.com"),
            ("E-mail:joe@example.com", "joe@example.com"),
            ("email address: joe@example.com (home)", "joe@example.com"),
            ("\"joe@example.com\"", "joe@example.com"),
            ("“joe@example.com”", "joe@example.com"),
            ("'joe@example.com'", "joe@example.com"),
            ("joe+solar@mail.example.co.uk", "joe+solar@mail.example.co.uk"),
            ("o'brien@example.com", "o'brien@example.com"),
            ("\u{feff}joe\u{200b}@example.com\u{a0}", "joe@example.com"),
            ("joe@bücher.de", "joe@xn--bcher-kva.de"),
            ("joe@github.io", "joe@github.io"),
            ("joe＠example．com", "joe@example.com"),
        ] {
            assert_eq!(parse(input).unwrap().unwrap().as_str(), wanted, "{input}");
        }
        for nothing in ["", "null", "N/A", "-"] {
            assert_eq!(parse(nothing), Ok(None));
        }
    }

    #[test]
    fn bad_addresses_say_why() {
        for (input, code) in [
            ("william@", "email_no_domain"),
            ("@example.com", "email_no_local"),
            ("example.com", "email_no_at"),
            ("call me", "email_no_at"),
            ("joe@localhost", "email_domain"),
            ("joe@192.168.0.1", "email_domain"),
            ("joe@[192.168.0.1]", "email_domain"),
            ("joe:x@example.com", "email_invalid"),
            ("joe@(work)", "email_no_domain"),
            ("joe@-example.com", "email_domain"),
            ("joe@exa_mple.com", "email_domain"),
            ("joe@example..com", "email_domain"),
            ("joe@co.uk", "email_domain"),
            ("joe@com", "email_domain"),
            ("joe@gmail.con", "email_domain"),
            ("joe@@example.com", "email_invalid"),
            ("jo..e@example.com", "email_invalid"),
            (".joe@example.com", "email_invalid"),
            ("\"jo e\"@example.com", "email_space"),
            ("joe @example.com", "email_space"),
            ("josé@example.com", "email_non_ascii"),
            ("a@example.com;b@example.com", "email_list"),
            ("a@example.com, b@example.com", "email_list"),
            ("a@example.com (b@example.com)", "email_list"),
            ("Email: a@example.com Email: b@example.com", "email_list"),
            ("a@example.com b@example.com", "email_list"),
            ("a@example.com\nb@example.com", "email_list"),
            ("A <a@example.com>, B <b@example.com>", "email_list"),
            ("joe\0@example.com", "email_control_character"),
            ("joe@example.com\r\nBcc: x", "email_control_character"),
        ] {
            assert_eq!(parse(input).unwrap_err().code, code, "{input}");
        }
    }

    #[test]
    fn the_public_suffix_may_have_two_labels() {
        let email = parse("joe@mail.example.co.uk").unwrap().unwrap();
        assert_eq!(public_suffix(&email), Some("co.uk"));
    }
}
