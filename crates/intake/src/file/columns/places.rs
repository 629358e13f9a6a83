//! The table of headers that are parts of an address, apart from the others since a word before them says whose
//! address it is.

use leadsink_core::Field::*;

use super::names::Meaning::{self, Address, CityStateZip, HouseNumber};

/// The parts of an address. A word before them says whose address it is.
pub(super) const ADDRESS_PARTS: &[(Meaning, &str)] = &[
    (
        Meaning::Field(Street),
        "street streetaddress address1 addressline1 streetaddress1 street1 addressstreet streetline1 \
         addressstreet1 streetaddressline1 houseaddress strasse strase rue calle line1 addressaddressline1 \
         streetname strasseundhausnummer straseundhausnummer whatisyourstreetaddress whatsyourstreetaddress",
    ),
    (
        Meaning::Field(Unit),
        "unit apt apartment suite aptunit unitapt address2 addressline2 streetaddress2 street2 aptsuite \
         unitnumber aptnumber apartmentnumber streetaddressline2 aptno unitno aptorunit line2 addressunit \
         apartmentunit suiteapt aptsuiteunit addressstreet2 aptsuiteetc apartmentsuite apartmentsuiteetc \
         addressaddressline2",
    ),
    (
        Meaning::Field(City),
        "city town addresscity citytown towncity locality ciudad ort stadt ville cityname suburb municipality",
    ),
    (Meaning::Field(County), "county parish addresscounty countyname"),
    (
        Meaning::Field(State),
        "state province region stateregion stateprovince provincestate addressstate statecode estado bundesland \
         st stateorprovince stateprovinceregion stateprovincecode usstate statename addressregion \
         stateabbreviation regionstate administrativearea whatstatedoyoulivein \
         whichstatedoyoulivein stateregionprovince provinceterritory stateterritory stateprovinceterritory prov",
    ),
    (
        Meaning::Field(PostalCode),
        "postalcode zip zipcode postcode postal zippostal zippostalcode zipcodepostalcode addresszip \
         addresspostalcode addresszipcode codigopostal plz postleitzahl codepostal zip5 postalzip postalzipcode \
         pincode whatisyourzipcode whatsyourzipcode postalcodezip zipcode5",
    ),
    (
        Meaning::Field(Country),
        "country countryregion countrycode addresscountry pais land nation countryname",
    ),
    (Meaning::Field(Latitude), "latitude lat addresslatitude geolat"),
    (
        Meaning::Field(Longitude),
        "longitude lon lng long addresslongitude geolng",
    ),
    (
        Meaning::Field(UnparsedAddress),
        "fulladdress completeaddress addressfull formattedaddress wholeaddress",
    ),
    (
        Address,
        "address direccion adresse addressline adressepostale anschrift whatisyouraddress whatsyouraddress \
         whatisyourhomeaddress whatsyourhomeaddress",
    ),
    (
        CityStateZip,
        "citystatezip citystatezipcode citystatepostalcode citystateandzip citystateandzipcode citystzip \
         citystate cityandstate cityst addresscitystatezip cityprovincepostalcode",
    ),
    (
        HouseNumber,
        "housenumber houseno housenum streetnumber streetno streetnum buildingnumber hausnummer addressnumber \
         addressstreetnumber",
    ),
];

/// Words before a part of an address that say that it is the site.
pub(super) const SITE: &[&str] = &[
    "property",
    "home",
    "service",
    "site",
    "installation",
    "install",
    "project",
    "house",
    "residence",
    "physical",
    "residential",
    "current",
    "your",
    "customer",
    "contact",
    "lead",
    "homeowner",
    "client",
    "primary",
    "person",
];

/// Words before a part of an address that say that it is for post.
pub(super) const MAILING: &[&str] = &["mailing", "billing", "postal", "correspondence", "mail", "shipping"];
