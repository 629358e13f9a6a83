//! The table of known headers, folded by [`squash`](super::fold::squash). Where they come from: Facebook and Instagram
//! Lead Ads exports, Google Ads lead forms (download and webhook), LeadConduit's standard fields, the exports of HubSpot
//! and Salesforce, and what people write on their own web forms, also in Spanish, German and French.

mod home;
mod origin;
mod person;

use leadsink_core::Field;
use leadsink_core::value::PhoneType;

use super::places::ADDRESS_PARTS;

/// What a header means, before the other headers of the file are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A field, whatever else there is.
    Field(Field),
    /// A telephone of a kind, which takes the next place that is free.
    Phone(PhoneType),
    /// An e-mail address of a kind, which takes the next place that is free.
    OtherEmail,
    /// A full name; a first name beside a column of last names, or a last name beside a `Vorname` or `Prénom`.
    Name,
    /// A street beside columns of city or postal code; else a whole address.
    Address,
    /// City, state and postal code in one cell.
    CityStateZip,
    /// The number of the house, apart from its street.
    HouseNumber,
    /// A street for post beside columns of its city; else a whole address for post.
    MailingAddress,
    /// A lead id; the lower the rank, the surer.
    LeadId(u8),
    /// Where an ad platform showed the ad: `fb`, `ig`.
    Platform,
    /// Data of an ad platform about the ad, kept in `extra`.
    Ad,
    /// A yes in it says that the person wants no calls or mail; kept in `extra`.
    OptOut,
    /// What the command line adds to rows that are to be mended.
    Mending,
}

/// Every known header with its meaning; the names of one meaning are apart by a space.
pub(super) fn tables() -> impl Iterator<Item = &'static (Meaning, &'static str)> {
    [person::PERSON, home::HOME, origin::ORIGIN, ADDRESS_PARTS]
        .into_iter()
        .flatten()
}

/// Words before any header that say nothing.
pub(super) const FILLERS: &[&str] = &[
    "your",
    "customer",
    "lead",
    "contact",
    "homeowner",
    "client",
    "prospect",
    "applicant",
    "primary",
    "person",
    "the",
    "fields",
    "properties",
    "data",
    "payload",
    "attributes",
    "customers",
    "my",
    "main",
    "consumer",
];

/// Headers that stand in the exports of ad platforms only; two of them make a file one.
pub(super) const AD_MARKS: &[&str] = &[
    "adid",
    "adname",
    "adsetid",
    "adsetname",
    "adgroupid",
    "adgroupname",
    "formid",
    "formname",
    "isorganic",
    "platform",
    "gclid",
    "googlekey",
    "creativeid",
    "assetid",
    "leadsubmittime",
];
