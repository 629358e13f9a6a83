//! Contacts: the customers of an organisation.

use bytes::Bytes;
use http::Method;
use leadsink_core::{DeliverContext, Disposition, HttpResponse, Purpose, Result};
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

/// A customer: what can be written of it. `Debug` shows the id only.
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
    /// The number of the passport.
    #[serde(deserialize_with = "lenient::text")]
    pub passport_number: Option<String>,
    /// The number of the driving licence.
    #[serde(deserialize_with = "lenient::text")]
    pub licence_number: Option<String>,
    /// The account's own first field.
    #[serde(deserialize_with = "lenient::text")]
    pub custom_contact_info_1: Option<String>,
    /// The account's own second field.
    #[serde(deserialize_with = "lenient::text")]
    pub custom_contact_info_2: Option<String>,
}

impl Contact {
    /// The id, also where only the URL says it.
    #[must_use]
    pub fn id(&self) -> Option<u64> {
        self.id.or_else(|| lenient::id_of(&self.url.clone()?.into()))
    }
}

impl std::fmt::Debug for Contact {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Contact").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Row for Contact {
    fn id(&self) -> Option<u64> {
        Self::id(self)
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
    One(Box<Contact>),
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

    pub(crate) async fn contact_answer(&self, cx: &DeliverContext, id: u64) -> Result<HttpResponse> {
        let url = self.of_org(cx, &format!("contacts/{id}/")).await?;
        self.get(cx, url).await
    }

    /// Whose an e-mail address is. The filter of the list is not documented and works for some only: every row is looked at
    /// here, and where the filter finds nothing or is refused the whole list is gone through: only that proves that nobody has it.
    pub(crate) async fn contacts_with_email(&self, cx: &DeliverContext, email: &str) -> Result<Matches> {
        // In an order that holds while pages are read.
        let mut all = self.of_org(cx, "contacts/").await?;
        all.query_pairs_mut().append_pair("ordering", "email");
        let mut filtered = all.clone();
        filtered.query_pairs_mut().append_pair("email", email);
        for (url, is_filtered) in [(filtered, true), (all, false)] {
            let listing = match self.list::<Contact>(cx, url, PAGES).await {
                Err(error) if is_filtered && error.disposition() == Disposition::Permanent => continue,
                listing => listing?,
            };
            let is_it = |contact: &Contact| contact.email.as_ref().is_some_and(|known| same(known, email));
            let mut found: Vec<_> = listing.rows.into_iter().filter(is_it).collect();
            let ids = |found: &[Contact]| found.iter().filter_map(Contact::id).collect();
            if !listing.over {
                return Ok(Matches::Incomplete(ids(&found)));
            }
            if found.len() > 1 {
                return Ok(Matches::Several(ids(&found)));
            }
            if let Some(only) = found.pop() {
                return Ok(Matches::One(only.into()));
            }
        }
        Ok(Matches::None)
    }

    /// Changes a contact that was read: the changes are put over what it has, and the whole of it is written where anything
    /// differs. `None` where nothing does.
    ///
    /// # Errors
    /// When the contact cannot be read, or OpenSolar does not answer.
    pub(crate) async fn merge_contact(
        &self,
        cx: &DeliverContext,
        id: u64,
        known: &HttpResponse,
        changes: &Map<String, Value>,
    ) -> Result<Option<HttpResponse>> {
        let mut contact: Map<String, Value> = read(known)?;
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
