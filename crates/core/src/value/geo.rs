//! Degrees on the globe.

use std::borrow::Cow;

use super::{Decimal, Leaf, NotCanonical, redacted_debug, serde_as_text};

/// Makes an angle with its bound.
macro_rules! degrees {
    ($(#[$doc:meta])* $name:ident, $kind:literal, $most:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Decimal);

        impl $name {
            /// Checks the bound.
            ///
            /// # Errors
            /// When there is no such angle.
            pub fn new(degrees: Decimal) -> Result<Self, NotCanonical> {
                if degrees.abs() <= Decimal::new($most, 0) {
                    Ok(Self(degrees.normalize()))
                } else {
                    Err(NotCanonical::new($kind, concat!("it is more than ", $most, " degrees")))
                }
            }

            /// The degrees.
            #[must_use]
            pub const fn degrees(self) -> Decimal {
                self.0
            }
        }

        impl Leaf for $name {
            const KIND: &'static str = $kind;
            fn text(&self) -> Cow<'_, str> {
                Cow::Owned(self.0.to_string())
            }
            fn from_text(text: &str) -> Result<Self, NotCanonical> {
                let degrees = Decimal::from_text(text).map_err(|error| NotCanonical::new($kind, error.why))?;
                Self::new(degrees)
            }
        }
        redacted_debug!($name);
        serde_as_text!($name);
    };
}

degrees! {
    /// Degrees north, negative to the south; 90 at most. `Debug` is redacted.
    Latitude, "latitude", 90
}

degrees! {
    /// Degrees east, negative to the west; 180 at most. `Debug` is redacted.
    Longitude, "longitude", 180
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn angles_beyond_the_globe_are_refused() {
        assert_eq!(Latitude::from_text("-33.8688").unwrap().text(), "-33.8688");
        assert!(Latitude::from_text("90.1").is_err() && Longitude::from_text("-181").is_err());
        assert!(Longitude::from_text("150.5 E").is_err());
    }
}
