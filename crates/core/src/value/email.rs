//! E-mail addresses.

use super::checked_text;

checked_text! {
    /// An e-mail address in lower case: an ASCII dot-atom, `@`, and a host name of at least two labels that is no IP
    /// address; 254 characters at most. `Debug` is redacted.
    Email, "e-mail", check
}

impl Email {
    /// The part before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.as_str().split_once('@').map_or("", |(local, _)| local)
    }

    /// The part behind the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        let at = self.as_str().bytes().position(|byte| byte == b'@');
        at.map_or("", |at| &self.as_str()[at + 1..])
    }
}

fn check(value: &str) -> Result<(), &'static str> {
    if value.len() > 254 {
        return Err("it is longer than 254 characters");
    }
    if value.bytes().fold(false, |any, b| any | b.is_ascii_uppercase()) {
        return Err("it is not in lower case");
    }
    let Some(at) = value.bytes().position(|b| b == b'@') else {
        return Err("it has no `@`");
    };
    let local = &value.as_bytes()[..at];
    if local.is_empty() || local.len() > 64 {
        return Err("the part before the `@` is empty or too long");
    }
    // An atom must stand before, between and behind the full stops.
    let mut before = b'.';
    for &byte in local {
        if byte == b'.' && before == b'.' || byte != b'.' && !is_atom(byte) {
            return Err(LOCAL);
        }
        before = byte;
    }
    if before == b'.' {
        return Err(LOCAL);
    }
    check_domain(&value[at + 1..])
}

const LOCAL: &str = "the part before the `@` has characters that do not belong there";

const fn is_atom(byte: u8) -> bool {
    matches!(byte,
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'/' | b'=' | b'?'
        | b'^'..=b'`' | b'{'..=b'~')
}

fn check_domain(domain: &str) -> Result<(), &'static str> {
    let mut labels = 0;
    let mut last: &[u8] = b"";
    for label in domain.as_bytes().split(|b| *b == b'.') {
        labels += 1;
        last = label;
        if label.is_empty() || label.len() > 63 || label.starts_with(b"-") || label.ends_with(b"-") {
            return Err("the domain has an empty or misplaced part");
        }
        if !label.iter().all(|b| b.is_ascii_alphanumeric() || *b == b'-') {
            return Err("the domain has characters that do not belong there");
        }
    }
    if labels < 2 {
        return Err("the domain has no dot");
    }
    if last.iter().all(u8::is_ascii_digit) {
        return Err("the domain is an IP address or ends in digits");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn canonical_addresses_are_taken_and_others_refused() {
        for good in [
            "jane@example.com",
            "o'brien+x@mail.example.co.uk",
            "a@xn--bcher-kva.example",
        ] {
            assert!(Email::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "jane",
            "jane@",
            "@example.com",
            "jane@localhost",
            "jane@192.168.0.1",
            "jane@-example.com",
            "jane@example.com.",
            "jane@exa mple.com",
            "ja..ne@example.com",
            "Jane@example.com",
            "a@b@example.com",
            "jane@example..com",
        ] {
            assert!(Email::new(bad).is_err(), "{bad}");
        }
    }
}
