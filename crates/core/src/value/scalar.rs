//! Leaves that the standard library or a kept crate already has.

use std::borrow::Cow;
use std::net::IpAddr;

use jiff::Timestamp;
use rust_decimal::Decimal;

use super::{Leaf, NotCanonical};

/// Implements [`Leaf`] by `Display` and `FromStr`, and demands that the text reads back to itself.
macro_rules! by_display {
    ($($type:ty, $kind:literal, $why:literal);+ $(;)?) => {$(
        impl Leaf for $type {
            const KIND: &'static str = $kind;
            fn text(&self) -> Cow<'_, str> {
                Cow::Owned(self.to_string())
            }
            fn from_text(text: &str) -> Result<Self, NotCanonical> {
                let error = NotCanonical::new($kind, $why);
                let value = text.parse::<$type>().map_err(|_| error)?;
                if value.to_string() == text { Ok(value) } else { Err(error) }
            }
        }
    )+};
}

by_display! {
    u8, "small number", "it is no whole number from 0 to 255";
    u16, "number", "it is no whole number from 0 to 65535";
    u32, "number", "it is no whole number from 0 to 4294967295";
    Decimal, "decimal number", "it is no plain decimal number";
    IpAddr, "IP address", "it is no IPv4 or IPv6 address in its shortest form";
    Timestamp, "point in time", "it is not written as `2026-01-31T10:00:00Z`";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_reads_back() {
        assert_eq!(u8::from_text("3").unwrap().text(), "3");
        assert!(u8::from_text("03").is_err() && u8::from_text("300").is_err());
        assert_eq!(Decimal::from_text("-90.350").unwrap().text(), "-90.350");
        assert!(Timestamp::from_text("2026-01-31T10:00:00-05:00").is_err());
        assert!(IpAddr::from_text("203.0.113.9").is_ok());
    }
}
