//! Headers of the person: names, telephones, e-mail addresses, and what is known of them.

use leadsink_core::Field::*;
use leadsink_core::value::PhoneType;

use super::Meaning::{self, Name, OtherEmail, Phone};

pub(super) const PERSON: &[(Meaning, &str)] = &[
    (
        Meaning::Field(Salutation),
        "salutation honorific nameprefix prefix anrede",
    ),
    (
        Meaning::Field(FirstName),
        "firstname fname first givenname forename firstnames primernombre vorname prenom namefirst \
         customerfirst",
    ),
    (
        Meaning::Field(MiddleName),
        "middlename middleinitial mi middle segundonombre",
    ),
    (
        Meaning::Field(LastName),
        "lastname lname last surname familyname lastnames apellido apellidos nachname nomdefamille namelast",
    ),
    (Meaning::Field(NameSuffix), "namesuffix suffix"),
    (
        Meaning::Field(FullName),
        "fullname completename firstandlastname firstlastname firstnamelastname nameofhomeowner nombrecompleto \
         nombreyapellido nombreyapellidos vorundnachname nomcomplet prenometnom nometprenom vollstandigername \
         vollername lastnamefirstname namelastfirst nameoftheowner whatisyourname whatsyourname",
    ),
    (
        Name,
        "name nombre nom contact contactname customer leadname prospect client",
    ),
    (
        Meaning::Field(Organization),
        "organization organisation company companyname business businessname employer empresa firma account \
         accountname companyaccount companyoraccount",
    ),
    (
        Meaning::Field(Email),
        "email emailaddress mail emailid useremail correo correoelectronico emailadresse adresseemail courriel \
         emailaddr personalemail whatisyouremail whatisyouremailaddress emailprimary email1 \
         bestemail bestemailaddress",
    ),
    (
        OtherEmail,
        "workemail businessemail companyemail homeemail otheremail alternateemail alternativeemail \
         workemailaddress",
    ),
    (
        Meaning::Field(Email2),
        "email2 secondaryemail secondemail additionalemail emailsecondary additionalemailaddresses emailaddress2 \
         email2address",
    ),
    (
        Meaning::Field(Phone1),
        "phone phonenumber phone1 telephone telephonenumber tel phoneno userphone contactnumber contactphone \
         primaryphone phoneprimary bestphone bestphonenumber daytimephone dayphone telefono numerodetelefono \
         telefon telefonnummer phonenumber1 callbacknumber whatisyourphonenumber whatsyourphonenumber \
         phoneformatted fullphonenumber ph phonenum numerodetelephone",
    ),
    (
        Phone(PhoneType::Mobile),
        "mobile mobilephone mobilephonenumber mobilenumber cell cellphone cellphonenumber cellnumber celular \
         handy smsnumber textnumber mobileno whatsapp whatsappnumber whatsappphonenumber telephoneportable \
         numerodetelephoneportable telefonomovil telefonocelular numerodecelular mobiltelefon mobilnummer \
         handynummer",
    ),
    (
        Phone(PhoneType::Home),
        "homephone homephonenumber landline eveningphone residentialphone homenumber",
    ),
    (
        Phone(PhoneType::Work),
        "workphone workphonenumber businessphone officephone companyphone companyphonenumber worknumber",
    ),
    (
        Meaning::Field(Phone2),
        "phone2 phonenumber2 secondaryphone secondphone alternatephone alternativephone altphone otherphone \
         phonesecondary additionalphone secondaryphonenumber alternatephonenumber",
    ),
    (Meaning::Field(Phone3), "phone3 phonenumber3 thirdphone"),
    (Meaning::Field(Phone1Extension), "extension ext phoneextension phoneext"),
    (Meaning::Field(Phone1Type), "phonetype typeofphone"),
    (
        Meaning::Field(TimeToContact),
        "timetocontact besttimetocall besttimetocontact besttimetoreach besttimetoreachyou besttime preferredtime \
         preferredcalltime preferredcontacttime contacttime calltime whentocall besttimetocontactyou \
         besttimetocallyou preferredtimetocall besttimetobecontacted callbacktime",
    ),
    (
        Meaning::Field(DateOfBirth),
        "dateofbirth dob birthdate birthday birthdaydate fechadenacimiento geburtsdatum",
    ),
    (Meaning::Field(Gender), "gender sex genero geschlecht"),
    (
        Meaning::Field(Language),
        "language preferredlanguage spokenlanguage idioma sprache locale languagepreference",
    ),
    (
        Meaning::Field(DecisionMaker),
        "decisionmaker decisionmakername spouse spousename coowner",
    ),
];
