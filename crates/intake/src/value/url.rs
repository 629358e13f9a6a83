//! Web addresses, and TrustedForm certificates among them.

use leadsink_core::value::WebUrl;

use super::absent::is_absent;
use super::clean::{has_inner_control, tidy};
use super::{BadValue, Parsed};

const INVALID: BadValue = BadValue::new(
    "url_invalid",
    "it is no web address, or it holds a user name or a password; check it",
);

/// Reads an absolute `http` or `https` address.
///
/// # Errors
/// When it is none.
pub fn parse(text: &str) -> Parsed<WebUrl> {
    match read(text)? {
        Some(url) if !has_good_host(&url) => Err(INVALID),
        url => Ok(url),
    }
}

fn read(text: &str) -> Parsed<WebUrl> {
    if is_absent(text) {
        return Ok(None);
    }
    let tidied = tidy(text);
    let url = tidied
        .strip_prefix('<')
        .and_then(|text| text.strip_suffix('>'))
        .unwrap_or(&tidied);
    if has_inner_control(text) || url.as_bytes().contains(&b' ') {
        return Err(BadValue::new(
            "url_space",
            "the web address holds white space; give one address only",
        ));
    }
    if !starts_with_ignore_case(url, "http://") && !starts_with_ignore_case(url, "https://") {
        return Err(BadValue::new(
            "url_scheme",
            "the web address does not begin with `http://` or `https://`; give it in full",
        ));
    }
    WebUrl::new(url).map(Some).map_err(|_| INVALID)
}

/// Whether the host is written where it belongs and somebody can have it. Browsers read `http:///x` as the host `x`.
fn has_good_host(url: &WebUrl) -> bool {
    let behind = url.as_str().split_once("//").map_or("", |(_, behind)| behind);
    if behind.starts_with(['/', '\\']) {
        return false;
    }
    let parsed = ::url::Url::parse(url.as_str()).ok();
    match parsed.as_ref().and_then(::url::Url::host) {
        Some(::url::Host::Domain(domain)) => domain.strip_suffix('.').unwrap_or(domain).split('.').all(is_good_label),
        Some(_) => true,
        None => false,
    }
}

fn is_good_label(label: &str) -> bool {
    (1..=63).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
}

fn starts_with_ignore_case(text: &str, prefix: &str) -> bool {
    let start = text.as_bytes().get(..prefix.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(prefix.as_bytes()))
}

const TRUSTED_FORM: &str = "https://cert.trustedform.com";

/// Whether a text seems to be the address of a TrustedForm certificate, on whatever host.
pub(crate) fn names_trustedform(text: &str) -> bool {
    const NAME: &[u8] = b"trustedform";
    starts_with_ignore_case(text, TRUSTED_FORM)
        || text
            .as_bytes()
            .windows(NAME.len())
            .any(|part| part.eq_ignore_ascii_case(NAME))
}

/// Reads the address of a TrustedForm certificate. Scheme and host are compared exactly in the text itself, since
/// credentials are sent to it and programs differ in how they read odd addresses.
///
/// # Errors
/// When it is no such address.
pub fn trustedform(text: &str) -> Parsed<WebUrl> {
    // As nearly every certificate is written.
    if let Some(id) = text
        .strip_prefix(TRUSTED_FORM)
        .and_then(|behind| behind.strip_prefix('/'))
        && !id.is_empty()
        && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    {
        return WebUrl::new(text).map(Some).map_err(|_| INVALID);
    }
    let Some(url) = read(text)? else {
        return Ok(None);
    };
    if starts_with_ignore_case(url.as_str(), "http://") {
        return Err(BadValue::new(
            "trustedform_scheme",
            "the certificate address does not begin with `https://`",
        ));
    }
    let behind = url.as_str().get(TRUSTED_FORM.len()..).unwrap_or_default();
    let is_whole_host = behind.is_empty() || behind.starts_with(['/', '?', '#']);
    if !starts_with_ignore_case(url.as_str(), TRUSTED_FORM) || !is_whole_host {
        return Err(BadValue::new(
            "trustedform_host",
            "the certificate address is not on the host `cert.trustedform.com`; nothing is sent to another host",
        ));
    }
    let path = behind.strip_prefix('/').unwrap_or_default();
    let id = path.split(['?', '#']).next().unwrap_or_default();
    let id = id.strip_suffix('/').unwrap_or(id);
    if id.is_empty() || !id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_') {
        return Err(BadValue::new(
            "trustedform_id",
            "the certificate address names no certificate; give it in full",
        ));
    }
    Ok(Some(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn web_addresses_are_kept_as_written() {
        for good in [
            "https://Example.com/a?b=c",
            "HTTP://example.com",
            "http://localhost:8080/x",
        ] {
            assert_eq!(parse(&format!(" {good}\r\n")).unwrap().unwrap().as_str(), good);
        }
        for quoted in [
            "\"https://example.com/x\"",
            "“https://example.com/x”",
            "<https://example.com/x>",
        ] {
            assert_eq!(parse(quoted).unwrap().unwrap().as_str(), "https://example.com/x");
        }
        for good in [
            "https://example.com./x",
            "https://203.0.113.48/x",
            "https://[2001:db8::1]/x",
            "https://my_site.example.com",
        ] {
            assert!(parse(good).is_ok(), "{good}");
        }
        assert_eq!(parse("n/a"), Ok(None));
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for (input, code) in [
            ("/relative/path", "url_scheme"),
            ("mailto:a@b.com", "url_scheme"),
            ("javascript:alert(1)", "url_scheme"),
            ("ftp://example.com", "url_scheme"),
            ("www.example.com/x", "url_scheme"),
            ("https://exa mple.com", "url_space"),
            ("https://a.com\nhttps://b.com", "url_space"),
            ("https://", "url_invalid"),
            ("http:///x", "url_invalid"),
            ("https://.com", "url_invalid"),
            ("https://example..com/", "url_invalid"),
            ("https://-example.com/", "url_invalid"),
            ("https://example-.com/", "url_invalid"),
            ("https:///example.com", "url_invalid"),
            ("https://\\\\example.com", "url_invalid"),
            ("https://u:p@example.com/", "url_invalid"),
        ] {
            assert_eq!(parse(input).unwrap_err().code, code, "{input}");
        }
    }

    #[test]
    fn only_the_certificate_host_itself_is_trusted() {
        let good = "https://cert.trustedform.com/309d6b79965eda32dae445508201e2bd73ab4876";
        assert_eq!(trustedform(good).unwrap().unwrap().as_str(), good);
        assert!(trustedform("HTTPS://Cert.TrustedForm.com/309d6b/").unwrap().is_some());
        assert_eq!(trustedform("null"), Ok(None));
        for (input, code) in [
            ("https://cert.trustedform.com.evil.example/309d6b", "trustedform_host"),
            ("https://certxtrustedform.com/309d6b", "trustedform_host"),
            ("https://evil.example/cert.trustedform.com/309d6b", "trustedform_host"),
            (
                "https://evil.example/?https://cert.trustedform.com/309d6b",
                "trustedform_host",
            ),
            ("https://sub.cert.trustedform.com/309d6b", "trustedform_host"),
            ("https://ping.trustedform.com/309d6b", "trustedform_host"),
            ("https://cert.trustedform.com:8443/309d6b", "trustedform_host"),
            ("https://cert.trustedform.com./309d6b", "trustedform_host"),
            ("https:///cert.trustedform.com/309d6b", "trustedform_host"),
            ("https://cert.trustedform.com@evil.example/309d6b", "url_invalid"),
            ("https://cert.trustedform.com\\@evil.example/309d6b", "trustedform_host"),
            ("http://cert.trustedform.com/309d6b", "trustedform_scheme"),
            ("https://cert.trustedform.com/", "trustedform_id"),
            ("https://cert.trustedform.com", "trustedform_id"),
            ("https://cert.trustedform.com?id=1", "trustedform_id"),
            ("https://cert.trustedform.com:443/309d6b", "trustedform_host"),
            ("https://cert.trustedform.com.", "trustedform_host"),
            ("https://cert.trustedform.com//evil.example/", "trustedform_id"),
            ("https://cert.trustedform.com/../309d6b", "trustedform_id"),
            ("https://cert.trustedform.com/309d6b@evil.example", "trustedform_id"),
        ] {
            assert_eq!(trustedform(input).unwrap_err().code, code, "{input}");
        }
    }
}
