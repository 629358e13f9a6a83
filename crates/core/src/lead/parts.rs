//! The parts of a lead: plain structs whose leaves are `Option` or `Vec`.

use std::fmt;
use std::net::IpAddr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::value::{
    Amount, Answer, ConstructionType, Country, Email, Gender, Latitude, Longitude, Moment, Ownership, PartialDate,
    ParticipantKind, Phone, PhoneType, PostalCode, Sector, State, Text, WebUrl,
};

/// Makes a part of the lead: every leaf optional, serde default, `Debug` without values.
macro_rules! part {
    ($(#[$doc:meta])* $name:ident { $($(#[$fdoc:meta])* $field:ident: $type:ty),+ $(,)? }) => {
        $(#[$doc])*
        #[derive(Clone, Default, PartialEq, Serialize, Deserialize)]
        #[serde(default, deny_unknown_fields)]
        pub struct $name {
            $($(#[$fdoc])*
            #[serde(skip_serializing_if = "crate::lead::parts::is_default")]
            pub $field: $type),+
        }
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(***)"))
            }
        }
    };
}

/// Whether a part can be left out of the JSON.
pub(crate) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

part! {
    /// A telephone of the person.
    PhoneEntry {
        /// The number in E.164.
        number: Option<Phone>,
        /// The extension to dial behind it.
        extension: Option<Text>,
        /// What kind of telephone it is.
        kind: Option<PhoneType>,
    }
}

part! {
    /// The person and how to reach them.
    Contact {
        /// Dr., Mrs., Ms.
        salutation: Option<Text>,
        /// Given name.
        first_name: Option<Text>,
        /// Middle names or initials.
        middle_name: Option<Text>,
        /// Family name with its particles.
        last_name: Option<Text>,
        /// Jr., III, Esq.
        name_suffix: Option<Text>,
        /// The whole name as it was given.
        full_name: Option<Text>,
        /// The company or public body.
        organization: Option<Text>,
        /// Person, company or public body.
        kind: Option<ParticipantKind>,
        /// The e-mail address.
        email: Option<Email>,
        /// A second e-mail address.
        email_2: Option<Email>,
        /// Up to three telephones.
        phones: [PhoneEntry; 3],
        /// When to call, in the person's words.
        time_to_contact: Option<Text>,
        /// Date of birth.
        date_of_birth: Option<PartialDate>,
        /// Gender.
        gender: Option<Gender>,
        /// The language to speak.
        language: Option<Text>,
    }
}

part! {
    /// A postal address, in parts or in one line that nobody has taken apart.
    Address {
        /// House number and street.
        street: Option<Text>,
        /// Apartment, suite, floor.
        unit: Option<Text>,
        /// City.
        city: Option<Text>,
        /// County.
        county: Option<Text>,
        /// State, province or territory.
        state: Option<State>,
        /// Postal code.
        postal_code: Option<PostalCode>,
        /// Country, where it was given.
        country: Option<Country>,
        /// Degrees north.
        latitude: Option<Latitude>,
        /// Degrees east.
        longitude: Option<Longitude>,
        /// The whole address in one line, where its parts are not known.
        unparsed: Option<Text>,
    }
}

impl Address {
    /// The country: as given, else that of the state or postal code, else the United States.
    #[must_use]
    pub fn country(&self) -> Country {
        self.country
            .or_else(|| self.state.as_ref().map(State::country))
            .or_else(|| self.postal_code.as_ref().map(PostalCode::country))
            .unwrap_or(Country::US)
    }

    /// Whether country, state and postal code agree on the country.
    #[must_use]
    pub fn is_consistent(&self) -> bool {
        let country = self.country();
        self.state.as_ref().is_none_or(|state| state.country() == country)
            && self.postal_code.as_ref().is_none_or(|code| code.country() == country)
    }

    /// Reads an address and refuses one of two countries.
    pub(crate) fn deserialize_consistent<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let address = Self::deserialize(deserializer)?;
        if address.is_consistent() {
            Ok(address)
        } else {
            Err(serde::de::Error::custom(
                "state, postal code and country of an address are not of one country",
            ))
        }
    }

    /// Street and unit in one line.
    #[must_use]
    pub fn street_line(&self) -> Option<std::borrow::Cow<'_, str>> {
        let street = self.street.as_ref()?.as_str();
        Some(match &self.unit {
            Some(unit) => format!("{street} {}", unit.as_str()).into(),
            None => street.into(),
        })
    }
}

part! {
    /// What the person pays for and uses of one kind of energy.
    Utility {
        /// The utility company.
        provider: Option<Text>,
        /// What is paid, in the currency of the site's country.
        bill: Option<Amount>,
        /// What is used, in the unit that the energy is billed in.
        usage: Option<Amount>,
    }
}

part! {
    /// The building.
    Property {
        /// Residential or commercial.
        sector: Option<Sector>,
        /// New construction or retrofit.
        construction_type: Option<ConstructionType>,
        /// Whether the person owns it.
        ownership: Option<Ownership>,
        /// Shingle, tile, metal.
        roof_type: Option<Text>,
        /// Number of storeys.
        storeys: Option<u8>,
        /// Number of electrical phases.
        phases: Option<u8>,
        /// The year it was built.
        year_built: Option<u16>,
        /// Living area in square feet.
        square_feet: Option<u32>,
        /// How much sun the roof gets, in the person's words.
        sun_exposure: Option<Text>,
    }
}

part! {
    /// Proof that the person agreed to be contacted.
    Consent {
        /// The certificate, such as a TrustedForm one, as it was written.
        certificate_url: Option<WebUrl>,
        /// The Jornaya (universal) lead id.
        jornaya_id: Option<Text>,
        /// What the form asked and the person answered.
        answers: Vec<Answer>,
        /// The text that the person agreed to.
        text: Option<Text>,
        /// When the person agreed.
        at: Option<Timestamp>,
        /// From which address.
        ip: Option<IpAddr>,
        /// With which browser.
        user_agent: Option<Text>,
    }
}

part! {
    /// The `utm_*` parameters of the visit.
    Utm {
        /// `utm_source`.
        source: Option<Text>,
        /// `utm_medium`.
        medium: Option<Text>,
        /// `utm_campaign`.
        campaign: Option<Text>,
        /// `utm_term`.
        term: Option<Text>,
        /// `utm_content`.
        content: Option<Text>,
    }
}

part! {
    /// Where the lead came from.
    Source {
        /// The platform, partner or form.
        name: Option<Text>,
        /// The campaign.
        campaign: Option<Text>,
        /// The lead source as the receiving vendor names it.
        vendor_lead_source: Option<Text>,
        /// The page that the person came from.
        referrer: Option<WebUrl>,
        /// The page on which the form stood.
        landing_page: Option<WebUrl>,
        /// The parameters of the visit.
        utm: Utm,
        /// When the person sent the form.
        submitted_at: Option<Timestamp>,
    }
}

part! {
    /// Who works on the lead, by e-mail address, id or name, as the vendor asks.
    Assignment {
        /// Who entered it.
        creator: Option<Text>,
        /// Whose lead it is.
        owner: Option<Text>,
        /// Who set the appointment.
        setter: Option<Text>,
        /// The office.
        office: Option<Text>,
    }
}

part! {
    /// An agreed appointment.
    Appointment {
        /// When it begins.
        start: Option<Moment>,
        /// How long it takes, in minutes.
        minutes: Option<u16>,
        /// Its title.
        name: Option<Text>,
        /// The vendor's id of its type.
        kind: Option<Text>,
        /// The IANA time zone of the place.
        time_zone: Option<Text>,
        /// Who goes there.
        assignee: Option<Text>,
    }
}
