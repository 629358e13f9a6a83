//! IP addresses.

use std::net::{IpAddr, Ipv4Addr, SocketAddr};

use super::absent::is_absent;
use super::clean::plain;
use super::{BadValue, Parsed};

/// Reads an IPv4 or IPv6 address, without a port. An IPv4 address in the clothes of IPv6 is IPv4.
///
/// # Errors
/// When it is none, or several.
pub fn parse(text: &str) -> Parsed<IpAddr> {
    if let Ok(address) = text.parse::<Ipv4Addr>() {
        return Ok(Some(address.into()));
    }
    if is_absent(text) {
        return Ok(None);
    }
    let text = plain(text);
    if text.bytes().any(|byte| matches!(byte, b',' | b';' | b' ')) {
        return Err(BadValue::new(
            "ip_list",
            "there are several addresses; give the first one only",
        ));
    }
    let bare = text
        .strip_prefix('[')
        .and_then(|text| text.strip_suffix(']'))
        .unwrap_or(&text);
    let address = bare
        .parse()
        .or_else(|_| text.parse::<SocketAddr>().map(|socket| socket.ip()));
    let address: IpAddr = address.map_err(|_| BadValue::new("ip_invalid", "it is no IPv4 or IPv6 address"))?;
    Ok(Some(address.to_canonical()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_in_their_shortest_form() {
        for (input, wanted) in [
            ("203.0.113.48", "203.0.113.48"),
            (" 203.0.113.48\r\n", "203.0.113.48"),
            ("2001:DB8:0:0::1", "2001:db8::1"),
            ("::ffff:203.0.113.48", "203.0.113.48"),
            ("\"203.0.113.48\"", "203.0.113.48"),
            ("“203.0.113.48”", "203.0.113.48"),
            ("203.0.113.48:51234", "203.0.113.48"),
            ("[2001:db8::1]:443", "2001:db8::1"),
        ] {
            assert_eq!(parse(input).unwrap().unwrap().to_string(), wanted);
        }
        assert_eq!(parse("n/a"), Ok(None));
        for (input, code) in [
            ("256.1.1.1", "ip_invalid"),
            ("01.2.3.4", "ip_invalid"),
            ("1.2.3", "ip_invalid"),
            ("localhost", "ip_invalid"),
            ("203.0.113.48, 10.0.0.1", "ip_list"),
        ] {
            assert_eq!(parse(input).unwrap_err().code, code, "{input}");
        }
    }
}
