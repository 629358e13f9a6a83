//! Closed sets of words: each is an enum with one canonical word a variant.

/// Makes an enum whose variants have one canonical word each.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $kind:literal { $($(#[$vdoc:meta])* $variant:ident = $word:literal),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum $name { $($(#[$vdoc])* $variant),+ }

        impl $name {
            /// Every value.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The canonical word.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        impl $crate::value::Leaf for $name {
            const KIND: &'static str = $kind;
            fn text(&self) -> std::borrow::Cow<'_, str> { std::borrow::Cow::Borrowed(self.as_str()) }
            fn from_text(text: &str) -> Result<Self, $crate::value::NotCanonical> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::value::NotCanonical::new($kind, concat!("it is none of", $(" `", $word, "`"),+))),
                }
            }
        }
        $crate::value::serde_as_text!($name);
    };
}

words! {
    /// Who takes part: a person, a company or a public body.
    ParticipantKind, "participant kind" {
        /// A private person.
        Individual = "individual",
        /// A company.
        Business = "business",
        /// A public body.
        Government = "government",
    }
}

words! {
    /// What kind of telephone a number belongs to.
    PhoneType, "phone type" {
        /// A mobile telephone.
        Mobile = "mobile",
        /// A land line at home.
        Home = "home",
        /// A telephone at work.
        Work = "work",
        /// A number that is free for the caller.
        TollFree = "toll_free",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// How a person describes their gender.
    Gender, "gender" {
        /// Female.
        Female = "female",
        /// Male.
        Male = "male",
        /// Neither of the two.
        Other = "other",
    }
}

words! {
    /// Whether the person owns the home.
    Ownership, "home ownership" {
        /// The person owns it.
        Own = "own",
        /// The person rents it.
        Rent = "rent",
        /// Neither, such as living with family.
        Other = "other",
    }
}

words! {
    /// What the site is used for.
    Sector, "sector" {
        /// People live there.
        Residential = "residential",
        /// A business works there.
        Commercial = "commercial",
    }
}

words! {
    /// Whether the building stands already.
    ConstructionType, "construction type" {
        /// It is being built.
        NewConstruction = "new construction",
        /// It stands already.
        Retrofit = "retrofit",
    }
}
