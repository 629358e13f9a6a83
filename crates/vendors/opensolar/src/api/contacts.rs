//! Contacts: the customers of an organisation.

use bytes::Bytes;
use http::Method;
use leadsink_core::{DeliverContext, HttpResponse, Purpose, Result};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::client::{Client, read};
use super::lenient;
use super::pages::Row;
use super::roles::same;

/// As many pages of contacts are looked at for one e-mail address.
const PAGES: usize = 20;

/// The members of a contact that are written; every other one is OpenSolar's own.
const WRITTEN: [&str; 10] = [
    "first_name",
    "family_name",
    "email",
    "phone",
    "date_of_birth",
    "gender",
    "passport_number",
    "licence_number",
    "custom_contact_info_1",
    "custom_contact_info_2",
];

/// A customer. What is not looked at is left out. `Debug` shows the id only.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Contact {
    /// The id.
    #[serde(deserialize_with = "lenient::id")]
    pub id: Option<u64>,
    /// The URL, absolute or from the root.
    #[serde(deserialize_with = "lenient::text")]
    pub url: Option<String>,
    /// The given name.
    #[serde(deserialize_with = "lenient::text")]
    pub first_name: Option<String>,
    /// The family name.
    #[serde(deserialize_with = "lenient::text")]
    pub family_name: Option<String>,
    /// The e-mail address.
    #[serde(deserialize_with = "lenient::text")]
    pub email: Option<String>,
    /// The telephone, in whatever form.
    #[serde(deserialize_with = "lenient::text")]
    pub phone: Option<String>,
    /// `YYYY-MM-DD`.
    #[serde(deserialize_with = "lenient::text")]
    pub date_of_birth: Option<String>,
    /// The gender.
    pub gender: Option<Gender>,
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contact").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Row for Contact {
    fn id(&self) -> Option<u64> {
        self.id.or_else(|| lenient::id_of(&self.url.clone()?.into()))
    }
}

/// A gender as OpenSolar numbers it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Value")]
#[non_exhaustive]
pub enum Gender {
    /// 0, or nothing.
    Unset,
    /// 1.
    Female,
    /// 2.
    Male,
    /// Anything else, as it came.
    Other(String),
}

impl From<Value> for Gender {
    fn from(value: Value) -> Self {
        match lenient::text_of(&value).as_deref() {
            None | Some("" | "0") => Self::Unset,
            Some("1") => Self::Female,
            Some("2") => Self::Male,
            Some(other) => Self::Other(other.to_owned()),
        }
    }
}

/// Whose an e-mail address is.
pub(crate) enum Matches {
    /// One contact's.
    One(Contact),
    /// Nobody's.
    None,
    /// These contacts'.
    Several(Vec<u64>),
    /// Not all contacts were seen; these have it.
    Incomplete(Vec<u64>),
}

impl Client {
    /// The contact with an id.
    ///
    /// # Errors
    /// When OpenSolar does not show it.
    pub async fn contact(&self, cx: &DeliverContext, id: u64) -> Result<Contact> {
        read(&self.contact_answer(cx, id).await?)
    }

    async fn contact_answer(&self, cx: &DeliverContext, id: u64) -> Result<HttpResponse> {
        let url = self.of_org(cx, &format!("contacts/{id}/")).await?;
        self.get(cx, url).await
    }

    /// Whose an e-mail address is. The filter of the list is not documented and works for some only: every row is looked at
    /// here, and where the filter finds nothing the whole list is gone through.
    pub(crate) async fn contacts_with_email(&self, cx: &DeliverContext, email: &str) -> Result<Matches> {
        // In an order that holds while pages are read.
        let mut all = self.of_org(cx, "contacts/").await?;
        all.query_pairs_mut().append_pair("ordering", "email");
        let mut filtered = all.clone();
        filtered.query_pairs_mut().append_pair("email", email);
        for (url, is_filtered) in [(filtered, true), (all, false)] {
            let listing = self.list(cx, &url, PAGES, |_: &[Contact]| false).await?;
            let count = listing.rows.len();
            let is_it = |contact: &Contact| contact.email.as_ref().is_some_and(|known| same(known, email));
            let mut found: Vec<_> = listing.rows.into_iter().filter(is_it).collect();
            // Rows with other addresses are all rows: the filter was passed over.
            let is_whole = !is_filtered || count > found.len();
            let ids = |found: &[Contact]| found.iter().filter_map(Row::id).collect();
            match found.len() {
                _ if !listing.complete => return Ok(Matches::Incomplete(ids(&found))),
                0 if is_whole => return Ok(Matches::None),
                0 => {}
                1 => return Ok(found.pop().map_or(Matches::None, Matches::One)),
                _ => return Ok(Matches::Several(ids(&found))),
            }
        }
        Ok(Matches::None)
    }

    /// Changes a contact: it is read, the changes are put over what it has, and the whole of it is written where anything
    /// differs. `None` where nothing does.
    ///
    /// # Errors
    /// When OpenSolar does not show it, or does not answer.
    pub(crate) async fn merge_contact(
        &self,
        cx: &DeliverContext,
        id: u64,
        changes: &Map<String, Value>,
    ) -> Result<Option<HttpResponse>> {
        let response = self.contact_answer(cx, id).await?;
        let mut contact: Map<String, Value> = read(&response)?;
        contact.retain(|member, value| WRITTEN.contains(&member.as_str()) && !value.is_null());
        let text = |value: Option<&Value>| value.and_then(lenient::text_of);
        let differs = |(member, value): (&String, &Value)| text(contact.get(member)) != text(Some(value));
        if !changes.iter().any(differs) {
            return Ok(None);
        }
        contact.extend(changes.clone());
        let url = self.of_org(cx, &format!("contacts/{id}/")).await?;
        let body = Bytes::from(Value::Object(contact).to_string());
        self.write(cx, Method::PUT, url, body, Purpose::Question)
            .await
            .map(Some)
    }
}

#[cfg(test)]
mod tests;
