//! The table of known headers, folded by [`squash`](super::fold::squash). Where they come from: Facebook and Instagram
//! Lead Ads exports, Google Ads lead forms (download and webhook), LeadConduit's standard fields, the exports of HubSpot
//! and Salesforce, and what people write on their own web forms, also in Spanish, German and French.

use leadsink_core::Field::{self, *};
use leadsink_core::value::PhoneType;

/// What a header means, before the other headers of the file are known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// A field, whatever else there is.
    Field(Field),
    /// A telephone of a kind, which takes the next place that is free.
    Phone(PhoneType),
    /// An e-mail address of a kind, which takes the next place that is free.
    OtherEmail,
    /// A full name; a first name beside a column of last names.
    Name,
    /// A street beside columns of city or postal code; else a whole address.
    Address,
    /// A street for post beside columns of its city; else a whole address for post.
    MailingAddress,
    /// A lead id; the lower the rank, the surer.
    LeadId(u8),
    /// Where an ad platform showed the ad: `fb`, `ig`.
    Platform,
    /// Data of an ad platform about the ad, kept in `extra`.
    Ad,
    /// What the command line adds to rows that are to be mended.
    Mending,
}

use Meaning::{Ad, LeadId, Name, OtherEmail, Phone, Platform};

/// The headers of the lead itself; the names of one meaning are apart by a space.
pub(super) const NAMES: &[(Meaning, &str)] = &[
    (
        Meaning::Field(Salutation),
        "salutation honorific nameprefix prefix anrede",
    ),
    (
        Meaning::Field(FirstName),
        "firstname fname first givenname forename firstnames nombre primernombre vorname prenom namefirst \
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
         nombreyapellido vorundnachname nomcomplet whatisyourname whatsyourname",
    ),
    (Name, "name contact contactname customer leadname prospect client"),
    (
        Meaning::Field(Organization),
        "organization organisation company companyname business businessname employer empresa firma account \
         accountname",
    ),
    (
        Meaning::Field(Email),
        "email emailaddress mail emailid useremail correo correoelectronico emailadresse adresseemail courriel \
         emailaddr personalemail whatisyouremail whatisyouremailaddress emailprimary email1",
    ),
    (
        OtherEmail,
        "workemail businessemail companyemail homeemail otheremail alternateemail alternativeemail \
         workemailaddress",
    ),
    (
        Meaning::Field(Email2),
        "email2 secondaryemail secondemail additionalemail emailsecondary additionalemailaddresses emailaddress2",
    ),
    (
        Meaning::Field(Phone1),
        "phone phonenumber phone1 telephone telephonenumber tel phoneno userphone contactnumber contactphone \
         primaryphone phoneprimary bestphone bestphonenumber daytimephone dayphone telefono numerodetelefono \
         telefon telefonnummer phonenumber1 callbacknumber whatisyourphonenumber whatsyourphonenumber \
         phoneformatted fullphonenumber",
    ),
    (
        Phone(PhoneType::Mobile),
        "mobile mobilephone mobilephonenumber mobilenumber cell cellphone cellphonenumber cellnumber celular \
         handy smsnumber textnumber mobileno whatsapp whatsappnumber whatsappphonenumber",
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
    (
        Meaning::Field(ElectricProvider),
        "electricprovider utilitycompany utilityprovider utility electriccompany electricutility powercompany \
         electricitycompany electricityprovider energyprovider energycompany utilityelectriccompanyname \
         currentutilitycompany electricutilitycompany electricutilityprovider powerprovider \
         currentutilityprovider utilityname companiadeluz electricsupplier",
    ),
    (
        Meaning::Field(ElectricBill),
        "electricbill averagemonthlybill monthlybill monthlyelectricbill averageelectricbill electricitybill \
         powerbill energybill utilitybill monthlyelectricitybill averagemonthlyelectricbill avgmonthlybill \
         monthlypowerbill monthlyutilitybill averagebill avgbill bill billamount utilityelectricmonthlyamount \
         averageelectricitybill currentelectricbill monthlyenergybill averageutilitybill averagepowerbill \
         electricbillamount averagemonthlyelectricitybill monthlyelectriccost avgelectricbill electricmonthlybill \
         stromrechnung reciboluz averagemonthlyutilitybill averagemonthlypowerbill averagemonthlyenergybill \
         electricmonthlyamount monthlyelectricspend",
    ),
    (
        Meaning::Field(ElectricUsage),
        "electricusage monthlyusage monthlykwh kwh kwhusage kwhpermonth energyusage monthlyenergyusage \
         averagemonthlyusage electricityusage averageusage usage usagekwh monthlyusagekwh averagemonthlykwh",
    ),
    (Meaning::Field(GasProvider), "gasprovider gascompany gasutility"),
    (Meaning::Field(GasBill), "gasbill monthlygasbill averagegasbill"),
    (Meaning::Field(Sector), "sector customertype residentialorcommercial"),
    (Meaning::Field(ConstructionType), "constructiontype"),
    (
        Meaning::Field(Ownership),
        "ownership homeowner ownhome ownorrent rentorown homeownership homeownershipstatus homeownerstatus \
         areyouahomeowner areyouthehomeowner doyouownyourhome doyouownthehome currentlyrentorown modernizeownhome \
         ownhouse ownerstatus ownershipstatus ownsorrents ownsproperty ownproperty propertyownership \
         isthehomeowner ishomeowner areyouhomeowner ownrent ownerorrenter residenceownership ownyourhome",
    ),
    (
        Meaning::Field(RoofType),
        "rooftype roof typeofroof roofmaterial propertyrooftype roofingmaterial roofingtype",
    ),
    (
        Meaning::Field(Storeys),
        "storeys stories numberofstories numberofstoreys homestories floors",
    ),
    (
        Meaning::Field(YearBuilt),
        "yearbuilt propertyyearbuilt builtin yearhomebuilt homeyearbuilt",
    ),
    (
        Meaning::Field(SquareFeet),
        "squarefeet sqft squarefootage propertysquarefeet homesize livingarea homesquarefootage homesqft",
    ),
    (
        Meaning::Field(SunExposure),
        "sunexposure propertysunexposure roofshade shade shading roofshading sunlight roofsunexposure",
    ),
    (
        Meaning::Field(CertificateUrl),
        "certificateurl trustedformcerturl xxtrustedformcerturl trustedform trustedformurl trustedformcert \
         trustedformcertificate trustedformcertificateurl certurl trustedformcerturlrequired tfcerturl \
         trustedformlink",
    ),
    (
        Meaning::Field(JornayaId),
        "jornayaid universalleadid leadidid leadidtoken jornaya jornayaleadid jornayatoken universalid \
         jornayaleadidtoken leadidtokenid universalleadidtoken",
    ),
    (
        Meaning::Field(ConsentText),
        "consenttext consent tcpaconsent tcpatext tcpalanguage tcpa optin optintext disclosure disclosuretext \
         consentlanguage smsconsent marketingconsent consenttocontact mobileoptin tcpadisclosure termsaccepted \
         agreetoterms smsoptin emailoptin gdprconsent consentgiven",
    ),
    (
        Meaning::Field(ConsentAt),
        "consentat consenttime consentdate consenttimestamp optintime optindate tcpatimestamp",
    ),
    (
        Meaning::Field(ConsentIp),
        "consentip ipaddress ip userip clientip ipaddr remoteip visitorip optinip sourceip leadip",
    ),
    (Meaning::Field(UserAgent), "useragent browseruseragent"),
    (
        Meaning::Field(Source),
        "source leadsource originalsource leadsourcename vendorname trafficsource leadprovider origin \
         originaltrafficsource publishername leadorigin",
    ),
    (Meaning::Field(VendorLeadSource), "vendorleadsource"),
    (
        Meaning::Field(Campaign),
        "campaign campaignname facebookcampaignname googlecampaignname tiktokcampaignname",
    ),
    (
        Meaning::Field(Referrer),
        "referrer referer referralurl referrerurl referringurl httpreferer referringpage",
    ),
    (
        Meaning::Field(LandingPage),
        "landingpage landingpageurl pageurl sourceurl landingurl submissionurl formurl url conversionpage \
         unbouncepageurl entryurl",
    ),
    (
        Meaning::Field(SubmittedAt),
        "submittedat createdtime submitted submissiondate submissiontime submittedon datesubmitted created \
         createdat createdate createddate datecreated timestamp sourcetimestamp leadsubmittime submittime \
         leadcreatedat leaddate dateadded entrydate createdon leadcreated leadcreatedtime submissiondatetime \
         submissiontimestamp datetime completedat optindatetime date time leadtime creationtime",
    ),
    (Meaning::Field(Status), "leadstatus status"),
    (Meaning::Field(Creator), "creator createdby enteredby"),
    (
        Meaning::Field(Owner),
        "owner leadowner contactowner assignedto salesrep leadowneremail rep recordowner ownername assignee \
         closer",
    ),
    (Meaning::Field(Setter), "setter appointmentsetter setby"),
    (Meaning::Field(Office), "office branch salesoffice"),
    (
        Meaning::Field(AppointmentStart),
        "appointmentstart appointment appointmentdate appointmenttime appointmentdatetime apptdate appttime appt \
         appointmentat",
    ),
    (
        Meaning::Field(AppointmentMinutes),
        "appointmentminutes appointmentduration appointmentlength",
    ),
    (Meaning::Field(AppointmentTimeZone), "appointmenttimezone"),
    (
        Meaning::Field(Notes),
        "notes note comments comment message messages remarks additionalinformation additionalinfo \
         additionalcomments description commentsquestions questionscomments questionsorcomments \
         commentsorquestions additionalnotes yourmessage notas comentarios mensaje bemerkungen nachricht \
         leadnotes otherinfo anythingelse anythingelseweshouldknow",
    ),
    (
        LeadId(0),
        "id leadid leadgenid facebookleadgenid facebookleadid googleleadid",
    ),
    (
        LeadId(1),
        "recordid recordidcontact contactid hsobjectid vid leaduuid uuid 18digitid caseid leadrecordid \
         recordidlead",
    ),
    (
        LeadId(2),
        "submissionid entryid responseid externalid reference referenceid leadreference externalleadid \
         responsetoken leadnumber customerid homeadvisorleadid homebuddyleadid prospectid refid transactionid",
    ),
    (Platform, "platform facebookplatform"),
    (Meaning::Mending, "leadsinkcode leadsinkmessage leadsinksink"),
    (
        Ad,
        "adid adname adsetid adsetname adgroupid adgroupname campaignid formid formname isorganic inboxurl \
         retaileritemid partnername pageid pagename gclid gclkey googlekey creativeid assetid assetgroupid \
         gclidfield apiversion istest adaccountid adaccountname customdisclaimerresponses facebookadid \
         facebookadname facebookadgroupid facebookadsetid facebookadsetname facebookcampaignid facebookformid \
         facebookisorganic facebookpageid googleadid googleadname googleadgroupid googleadgroupname \
         googlecampaignid googleclid googlecreativeid googleformid leadstage fbclid gbraid wbraid campaigntype \
         leadformid leadformname tiktokadid tiktokadname tiktokformid",
    ),
];

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
