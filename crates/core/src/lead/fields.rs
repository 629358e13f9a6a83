//! The one table of fields. It makes the enum [`Field`], everything a field can do, and the builder's setters.

use std::borrow::Cow;
use std::fmt;
use std::str::FromStr;

use super::Lead;
use super::builder::LeadBuilder;
use super::set::FieldSet;
use super::slot::Slot;
use crate::value::NotCanonical;

/// Kind of the slot at a path, found by type inference.
const fn kind_of<S: Slot>(_: fn(&Lead) -> &S) -> &'static str {
    S::KIND
}

macro_rules! fields {
    (
        leaves { $($variant:ident $name:ident [$($path:tt)+] $doc:literal;)+ }
        lists { $($lvariant:ident $lname:ident [$($lpath:tt)+] $ldoc:literal;)+ }
    ) => {
        /// A field of the canonical lead. The name is stable: command line, mapping tables and stored leads use it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        #[repr(u8)]
        pub enum Field {
            $(#[doc = $doc] $variant,)+
            $(#[doc = $ldoc] $lvariant,)+
        }

        impl Field {
            /// Every field, in the order of the lead.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+ $(Self::$lvariant,)+];

            /// The stable name, such as `first_name`.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self {
                    $(Self::$variant => stringify!($name),)+
                    $(Self::$lvariant => stringify!($lname),)+
                }
            }

            /// What the field is, in one line.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self {
                    $(Self::$variant => $doc,)+
                    $(Self::$lvariant => $ldoc,)+
                }
            }

            /// The kind of value that it holds.
            #[must_use]
            pub fn kind(self) -> &'static str {
                match self {
                    $(Self::$variant => kind_of(|lead| &lead.$($path)+),)+
                    $(Self::$lvariant => kind_of(|lead| &lead.$($lpath)+),)+
                }
            }

            /// The value of a lead as canonical text; JSON for lists. It may be personal data.
            #[must_use]
            pub fn get(self, lead: &Lead) -> Option<Cow<'_, str>> {
                match self {
                    $(Self::$variant => Slot::text(&lead.$($path)+),)+
                    $(Self::$lvariant => Slot::text(&lead.$($lpath)+),)+
                }
            }

            /// Whether a lead has a value.
            #[must_use]
            pub fn has(self, lead: &Lead) -> bool {
                match self {
                    $(Self::$variant => Slot::has(&lead.$($path)+),)+
                    $(Self::$lvariant => Slot::has(&lead.$($lpath)+),)+
                }
            }

            /// The fields that a lead has a value for.
            pub(super) fn present(lead: &Lead) -> FieldSet {
                let mut present = FieldSet::EMPTY;
                $(if Slot::has(&lead.$($path)+) { present = present.with(Self::$variant); })+
                $(if Slot::has(&lead.$($lpath)+) { present = present.with(Self::$lvariant); })+
                present
            }

            /// Sets the value of a lead from canonical text.
            ///
            /// # Errors
            /// When the text is not the canonical form of the field's kind; the lead is unchanged then.
            pub fn set(self, lead: &mut Lead, text: &str) -> Result<(), NotCanonical> {
                match self {
                    $(Self::$variant => Slot::set(&mut lead.$($path)+, text),)+
                    $(Self::$lvariant => Slot::set(&mut lead.$($lpath)+, text),)+
                }
            }

            /// Takes the value of a lead away.
            pub fn clear(self, lead: &mut Lead) {
                match self {
                    $(Self::$variant => Slot::clear(&mut lead.$($path)+),)+
                    $(Self::$lvariant => Slot::clear(&mut lead.$($lpath)+),)+
                }
            }
        }

        /// One setter a field; each takes canonical text, a refused one is reported by [`LeadBuilder::build`].
        impl LeadBuilder {
            $(
                #[doc = $doc]
                pub fn $name(self, value: impl AsRef<str>) -> Self {
                    self.with(Field::$variant, value)
                }
            )+
        }
    };
}

fields! {
    leaves {
        Salutation salutation [contact.salutation] "Dr., Mrs., Ms.";
        FirstName first_name [contact.first_name] "Given name.";
        MiddleName middle_name [contact.middle_name] "Middle names or initials.";
        LastName last_name [contact.last_name] "Family name with its particles.";
        NameSuffix name_suffix [contact.name_suffix] "Jr., III, Esq.";
        FullName full_name [contact.full_name] "The whole name as it was given.";
        Organization organization [contact.organization] "Company or public body.";
        ParticipantKind participant_kind [contact.kind] "Individual, business or government.";
        Email email [contact.email] "E-mail address.";
        Email2 email_2 [contact.email_2] "Second e-mail address.";
        Phone1 phone_1 [contact.phones[0].number] "Telephone in E.164.";
        Phone1Extension phone_1_extension [contact.phones[0].extension] "Extension of the telephone.";
        Phone1Type phone_1_type [contact.phones[0].kind] "Kind of the telephone.";
        Phone2 phone_2 [contact.phones[1].number] "Second telephone in E.164.";
        Phone2Extension phone_2_extension [contact.phones[1].extension] "Extension of the second telephone.";
        Phone2Type phone_2_type [contact.phones[1].kind] "Kind of the second telephone.";
        Phone3 phone_3 [contact.phones[2].number] "Third telephone in E.164.";
        Phone3Extension phone_3_extension [contact.phones[2].extension] "Extension of the third telephone.";
        Phone3Type phone_3_type [contact.phones[2].kind] "Kind of the third telephone.";
        TimeToContact time_to_contact [contact.time_to_contact] "When to call, in the person's words.";
        DateOfBirth date_of_birth [contact.date_of_birth] "Date of birth; may be partial.";
        Gender gender [contact.gender] "Gender.";
        Language language [contact.language] "Language to speak.";
        DecisionMaker decision_maker [decision_maker] "Name of the decision maker.";
        Street street [site.street] "House number and street of the site.";
        Unit unit [site.unit] "Apartment, suite or floor of the site.";
        City city [site.city] "City of the site.";
        County county [site.county] "County of the site.";
        State state [site.state] "State, province or territory of the site.";
        PostalCode postal_code [site.postal_code] "Postal code of the site.";
        Country country [site.country] "Country of the site.";
        Latitude latitude [site.latitude] "Degrees north of the site.";
        Longitude longitude [site.longitude] "Degrees east of the site.";
        UnparsedAddress address [site.unparsed] "Site address in one line, where its parts are not known.";
        MailingStreet mailing_street [mailing.street] "House number and street for post.";
        MailingUnit mailing_unit [mailing.unit] "Apartment, suite or floor for post.";
        MailingCity mailing_city [mailing.city] "City for post.";
        MailingCounty mailing_county [mailing.county] "County for post.";
        MailingState mailing_state [mailing.state] "State, province or territory for post.";
        MailingPostalCode mailing_postal_code [mailing.postal_code] "Postal code for post.";
        MailingCountry mailing_country [mailing.country] "Country for post.";
        MailingLatitude mailing_latitude [mailing.latitude] "Degrees north of the mailing address.";
        MailingLongitude mailing_longitude [mailing.longitude] "Degrees east of the mailing address.";
        MailingUnparsedAddress mailing_address [mailing.unparsed] "Mailing address in one line, where its parts are not known.";
        ElectricProvider electric_provider [electric.provider] "Electric utility.";
        ElectricBill electric_bill [electric.bill] "Electricity bill a month.";
        ElectricUsage electric_usage [electric.usage] "Electricity used a month, in kWh.";
        GasProvider gas_provider [gas.provider] "Natural gas utility.";
        GasBill gas_bill [gas.bill] "Natural gas bill a month.";
        GasUsage gas_usage [gas.usage] "Natural gas used a month.";
        OilProvider oil_provider [oil.provider] "Heating oil supplier.";
        OilBill oil_bill [oil.bill] "Heating oil bill a month.";
        OilUsage oil_usage [oil.usage] "Heating oil used a month.";
        PropaneProvider propane_provider [propane.provider] "Propane supplier.";
        PropaneBill propane_bill [propane.bill] "Propane bill a month.";
        PropaneUsage propane_usage [propane.usage] "Propane used a month.";
        Sector sector [property.sector] "Residential or commercial.";
        ConstructionType construction_type [property.construction_type] "New construction or retrofit.";
        Ownership ownership [property.ownership] "Whether the person owns the home.";
        RoofType roof_type [property.roof_type] "Roof: shingle, tile, metal.";
        Storeys storeys [property.storeys] "Number of storeys.";
        Phases phases [property.phases] "Number of electrical phases.";
        YearBuilt year_built [property.year_built] "Year in which the building was built.";
        SquareFeet square_feet [property.square_feet] "Living area in square feet.";
        SunExposure sun_exposure [property.sun_exposure] "How much sun the roof gets.";
        CertificateUrl certificate_url [consent.certificate_url] "Consent certificate, such as TrustedForm.";
        JornayaId jornaya_id [consent.jornaya_id] "Jornaya (universal) lead id.";
        ConsentText consent_text [consent.text] "Text that the person agreed to.";
        ConsentAt consent_at [consent.at] "When the person agreed.";
        ConsentIp consent_ip [consent.ip] "IP address from which the person agreed.";
        UserAgent user_agent [consent.user_agent] "Browser with which the person agreed.";
        Source source [source.name] "Platform, partner or form that the lead came from.";
        Campaign campaign [source.campaign] "Campaign that the lead came from.";
        VendorLeadSource vendor_lead_source [source.vendor_lead_source] "Lead source as the receiving vendor names it.";
        Referrer referrer [source.referrer] "Page that the person came from.";
        LandingPage landing_page [source.landing_page] "Page on which the form stood.";
        UtmSource utm_source [source.utm.source] "utm_source of the visit.";
        UtmMedium utm_medium [source.utm.medium] "utm_medium of the visit.";
        UtmCampaign utm_campaign [source.utm.campaign] "utm_campaign of the visit.";
        UtmTerm utm_term [source.utm.term] "utm_term of the visit.";
        UtmContent utm_content [source.utm.content] "utm_content of the visit.";
        SubmittedAt submitted_at [source.submitted_at] "When the person sent the form.";
        Status lead_status [status] "The lead's state in the system it comes from.";
        Creator creator [assignment.creator] "Who entered the lead.";
        Owner owner [assignment.owner] "Whose lead it is.";
        Setter setter [assignment.setter] "Who set the appointment.";
        Office office [assignment.office] "Office that works on it.";
        AppointmentStart appointment_start [appointment.start] "When the appointment begins.";
        AppointmentMinutes appointment_minutes [appointment.minutes] "Length of the appointment in minutes.";
        AppointmentName appointment_name [appointment.name] "Title of the appointment.";
        AppointmentType appointment_type [appointment.kind] "The vendor's id of the appointment type.";
        AppointmentTimeZone appointment_time_zone [appointment.time_zone] "IANA time zone of the appointment.";
        AppointmentAssignee appointment_assignee [appointment.assignee] "Who goes to the appointment.";
        Notes notes [notes] "Remarks for people.";
    }
    lists {
        Answers answers [consent.answers] "Questions of the form and their answers.";
        Attachments attachments [attachments] "Attached files.";
        Extra extra [extra] "What no field names, by the name it came with.";
    }
}

const _: () = assert!(Field::ALL.len() <= 128, "FieldSet holds 128 fields");

impl fmt::Display for Field {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// No field has this name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no field is called `{name}`{}", suggestion.map(|s| format!("; did you mean `{s}`?")).unwrap_or_default())]
pub struct UnknownField {
    /// The name that was asked for.
    pub name: String,
    /// The nearest name there is.
    pub suggestion: Option<&'static str>,
}

impl FromStr for Field {
    type Err = UnknownField;

    fn from_str(name: &str) -> Result<Self, UnknownField> {
        Self::ALL
            .iter()
            .copied()
            .find(|field| field.name() == name)
            .ok_or_else(|| UnknownField {
                name: name.to_owned(),
                suggestion: crate::suggest(name, Self::ALL.iter().map(|field| field.name())),
            })
    }
}

impl serde::Serialize for Field {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name())
    }
}

impl<'de> serde::Deserialize<'de> for Field {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = Cow::<'de, str>::deserialize(deserializer)?;
        name.parse().map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_read_back() {
        for (index, field) in Field::ALL.iter().enumerate() {
            assert_eq!(field.name().parse(), Ok(*field));
            assert_eq!(*field as usize, index);
            assert!(!field.kind().is_empty() && field.description().ends_with('.'));
        }
    }

    #[test]
    fn a_misspelt_name_gets_a_suggestion() {
        let error = "fist_name".parse::<Field>().unwrap_err();
        assert_eq!(
            error.to_string(),
            "no field is called `fist_name`; did you mean `first_name`?"
        );
    }
}
