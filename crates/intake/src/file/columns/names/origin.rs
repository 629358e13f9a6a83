//! Headers of where a lead comes from and what became of it: consent, source, ids, people who work on it.

use leadsink_core::Field::*;

use super::Meaning::{self, Ad, LeadId, Platform};

pub(super) const ORIGIN: &[(Meaning, &str)] = &[
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
         agreetoterms smsoptin emailoptin gdprconsent consentgiven consentdescription consentstatus optinstatus \
         smsoptinstatus",
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
         responsetoken leadnumber refnumber referencenumber customerid homeadvisorleadid homebuddyleadid prospectid refid transactionid",
    ),
    (Platform, "platform facebookplatform"),
    (Meaning::Mending, "leadsinkcode leadsinkmessage leadsinksink"),
    (
        Ad,
        "googleclickid leadsourcedetail leadsourcedetails lastcontacteddate lastcontacted lastactivitydate \
         lastmodifieddate istestlead leadscore adid adname adsetid adsetname adgroupid adgroupname campaignid formid formname isorganic inboxurl \
         retaileritemid partnername pageid pagename gclid gclkey googlekey creativeid assetid assetgroupid \
         gclidfield apiversion istest adaccountid adaccountname customdisclaimerresponses facebookadid \
         facebookadname facebookadgroupid facebookadsetid facebookadsetname facebookcampaignid facebookformid \
         facebookisorganic facebookpageid googleadid googleadname googleadgroupid googleadgroupname \
         googlecampaignid googleclid googlecreativeid googleformid leadstage fbclid gbraid wbraid campaigntype \
         leadformid leadformname tiktokadid tiktokadname tiktokformid",
    ),
];
