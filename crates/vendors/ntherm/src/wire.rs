//! The bodies of the requests, named and ordered as in the document.

use std::borrow::Cow;

use serde::Serialize;

use crate::extra::ExtraData;

/// About as many bytes as a lead takes.
pub(crate) const SIZE: usize = 1024;

/// The body of `postLead`. What the lead does not hold is left out, never sent as `null` or blank.
#[derive(Serialize)]
pub(crate) struct PostLead<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_number: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) customer_name: Option<Cow<'a, str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) city: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) zip: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) certificate_url: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) street: Option<&'a str>,
    /// Not in the document's list; its sample sends it in place of `street`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) customer_address: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) dm_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) utility: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) call_back_url: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mailing_street: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mailing_city: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mailing_zip: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) mailing_state: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) vendor_campaign_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) email: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) extra_data: Option<ExtraData<'a>>,
}

/// The body of `prePing`.
#[derive(Serialize)]
pub(crate) struct PrePing<'a> {
    pub(crate) phone_number: &'a str,
}
