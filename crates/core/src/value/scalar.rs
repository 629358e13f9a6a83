//! Leaves that the standard library or a kept crate already has.

use std::borrow::Cow;
use std::net::IpAddr;

use jiff::Timestamp;
use jiff::tz::Offset;

use super::{Decimal, Leaf, NotCanonical};

/// Implements [`Leaf`] by `FromStr` and a way to write the text, and demands that the text reads back to itself.
macro_rules! leaves {
    ($($type:ty, $text:expr, $kind:literal, $why:literal);+ $(;)?) => {$(
        impl Leaf for $type {
            const KIND: &'static str = $kind;
            fn text(&self) -> Cow<'_, str> {
                Cow::Owned($text(self))
            }
            fn from_text(text: &str) -> Result<Self, NotCanonical> {
                let error = NotCanonical::new($kind, $why);
                let value = text.parse::<$type>().map_err(|_| error)?;
                if value.text() == text { Ok(value) } else { Err(error) }
            }
        }
    )+};
}

leaves! {
    u8, u8::to_string, "small number", "it is no whole number from 0 to 255";
    u16, u16::to_string, "number", "it is no whole number from 0 to 65535";
    u32, u32::to_string, "number", "it is no whole number from 0 to 4294967295";
    Decimal, Decimal::to_string, "decimal number", "it is no plain decimal number";
    IpAddr, of_address, "IP address", "it is no IPv4 or IPv6 address in its shortest form";
    Timestamp, of_instant, "point in time", "it is not written as `2026-01-31T10:00:00Z`";
}

/// As `Display` writes it; an IPv4 address without its machinery, since each lead of a file may have one.
fn of_address(address: &IpAddr) -> String {
    let IpAddr::V4(address) = address else {
        return address.to_string();
    };
    let mut text = String::with_capacity(15);
    for (index, octet) in address.octets().into_iter().enumerate() {
        if index > 0 {
            text.push('.');
        }
        if octet > 99 {
            text.push(digit(octet / 100));
        }
        if octet > 9 {
            text.push(digit(octet / 10 % 10));
        }
        text.push(digit(octet % 10));
    }
    text
}

/// As `Display` writes it; a whole second of a year of four digits without its machinery.
pub(super) fn of_instant(instant: &Timestamp) -> String {
    let utc = Offset::UTC.to_datetime(*instant);
    let Some(year) = u16::try_from(utc.year()).ok().filter(|_| utc.subsec_nanosecond() == 0) else {
        return instant.to_string();
    };
    let mut text = *b"0000-00-00T00:00:00Z";
    let [century, year] = [year / 100, year % 100].map(|two| i8::try_from(two).unwrap_or_default());
    for (at, two) in [
        (0, century),
        (2, year),
        (5, utc.month()),
        (8, utc.day()),
        (11, utc.hour()),
        (14, utc.minute()),
        (17, utc.second()),
    ] {
        text[at] += two.unsigned_abs() / 10;
        text[at + 1] += two.unsigned_abs() % 10;
    }
    std::str::from_utf8(&text).unwrap_or_default().to_owned()
}

const fn digit(digit: u8) -> char {
    (b'0' + digit) as char
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_instants_are_written_as_they_show_themselves() {
        for address in [
            "0.0.0.0",
            "9.10.99.100",
            "255.255.255.255",
            "203.0.113.48",
            "2001:db8::1",
        ] {
            let address: IpAddr = address.parse().unwrap();
            assert_eq!(address.text(), address.to_string());
        }
        for second in [0, -1, 1_790_369_340, -62_167_219_200, -62_167_219_201, 253_402_207_200] {
            let instant = Timestamp::from_second(second).unwrap();
            assert_eq!(instant.text(), instant.to_string());
        }
        for text in [
            "2026-01-31T10:00:00.5Z",
            "0999-12-31T23:59:59Z",
            "1969-12-31T23:59:59.000000001Z",
        ] {
            let instant: Timestamp = text.parse().unwrap();
            assert_eq!(instant.text(), instant.to_string());
        }
    }

    #[test]
    fn text_reads_back() {
        assert_eq!(u8::from_text("3").unwrap().text(), "3");
        assert!(u8::from_text("03").is_err() && u8::from_text("300").is_err());
        assert_eq!(Decimal::from_text("-90.350").unwrap().text(), "-90.350");
        assert!(Timestamp::from_text("2026-01-31T10:00:00-05:00").is_err());
        assert!(IpAddr::from_text("203.0.113.9").is_ok());
    }
}
