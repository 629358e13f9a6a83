//! Projects: the places that an organisation works on, each with its contacts.

use leadsink_core::{DeliverContext, HttpResponse, Result, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::client::{Client, read};
use super::contacts::Contact;
use super::lenient;
use super::pages::Row;
use crate::roof;

/// A project: what can be written of it. What is sent as text comes back as number or truth value. `Debug` shows the id only.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
#[non_exhaustive]
pub struct Project {
    /// The id.
    #[serde(deserialize_with = "lenient::id")]
    pub id: Option<u64>,
    /// The URL, absolute or from the root.
    #[serde(deserialize_with = "lenient::text")]
    pub url: Option<String>,
    /// The id of the lead that it was made from, or one that OpenSolar made. Rows of a list have none.
    #[serde(deserialize_with = "lenient::text")]
    pub identifier: Option<String>,
    /// When it was made, as it came.
    #[serde(deserialize_with = "lenient::text")]
    pub created_date: Option<String>,
    /// Whether people live there.
    #[serde(deserialize_with = "lenient::flag")]
    pub is_residential: Option<bool>,
    /// Where it came from.
    #[serde(deserialize_with = "lenient::text")]
    pub lead_source: Option<String>,
    /// The remarks.
    #[serde(deserialize_with = "lenient::text")]
    pub notes: Option<String>,
    /// Degrees north.
    #[serde(deserialize_with = "lenient::number")]
    pub lat: Option<f64>,
    /// Degrees east.
    #[serde(deserialize_with = "lenient::number")]
    pub lon: Option<f64>,
    /// House number and street.
    #[serde(deserialize_with = "lenient::text")]
    pub address: Option<String>,
    /// The city.
    #[serde(deserialize_with = "lenient::text")]
    pub locality: Option<String>,
    /// The state.
    #[serde(deserialize_with = "lenient::text")]
    pub state: Option<String>,
    /// The country, two letters.
    #[serde(deserialize_with = "lenient::text")]
    pub country_iso2: Option<String>,
    /// The postal code.
    #[serde(deserialize_with = "lenient::text")]
    pub zip: Option<String>,
    /// The electrical phases.
    pub number_of_phases: Option<Phases>,
    /// The roof.
    pub roof_type: Option<RoofType>,
    /// The team member.
    pub assigned_role: Option<Link>,
    /// The installer.
    pub assigned_installer_role: Option<Link>,
    /// The site inspector.
    pub assigned_site_inspector_role: Option<Link>,
    /// The title.
    #[serde(deserialize_with = "lenient::text")]
    pub title: Option<String>,
    /// Notes about the site.
    #[serde(deserialize_with = "lenient::text")]
    pub site_notes: Option<String>,
    /// What is used or paid, as `usage_data_source` and `values`; it comes as a text of JSON, which is read here.
    #[serde(deserialize_with = "lenient::json")]
    pub usage: Option<Value>,
    /// The account's own first field.
    #[serde(deserialize_with = "lenient::text")]
    pub custom_project_info_1: Option<String>,
    /// The account's own second field.
    #[serde(deserialize_with = "lenient::text")]
    pub custom_project_info_2: Option<String>,
    /// The account's own third field.
    #[serde(deserialize_with = "lenient::text")]
    pub custom_project_info_3: Option<String>,
    /// The account's own fourth field.
    #[serde(deserialize_with = "lenient::text")]
    pub custom_project_info_4: Option<String>,
    /// The account's own fifth field.
    #[serde(deserialize_with = "lenient::text")]
    pub custom_project_info_5: Option<String>,
    /// The ids of its contacts; nothing where they were not told.
    #[serde(deserialize_with = "lenient::ids")]
    pub contacts: Option<Vec<u64>>,
    /// Its contacts.
    #[serde(deserialize_with = "lenient::list")]
    pub contacts_data: Vec<Contact>,
}

impl std::fmt::Debug for Project {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Project")
            .field("id", &self.id())
            .finish_non_exhaustive()
    }
}

impl Row for Project {
    fn id(&self) -> Option<u64> {
        self.id.or_else(|| lenient::id_of(&self.url.clone()?.into()))
    }
}

/// A number of electrical phases.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Value")]
#[non_exhaustive]
pub enum Phases {
    /// So many.
    Count(u32),
    /// Anything else, as it came.
    Other(String),
}

impl From<Value> for Phases {
    fn from(value: Value) -> Self {
        let text = lenient::text_of(&value).unwrap_or_default();
        match text.trim().parse() {
            Ok(count) => Self::Count(count),
            Err(_) => Self::Other(text),
        }
    }
}

/// The URL of something else, as it came: absolute or from the root, of whatever host.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Value")]
pub struct Link(String);

impl Link {
    /// The id at its end.
    #[must_use]
    pub fn id(&self) -> Option<u64> {
        lenient::id_of(&self.0.clone().into())
    }

    /// As it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Value> for Link {
    fn from(value: Value) -> Self {
        Self(lenient::text_of(&value).unwrap_or_default())
    }
}

/// A roof type: a URL, of which those with an unknown id are kept as they are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Value")]
pub struct RoofType(Link);

impl RoofType {
    /// The id.
    #[must_use]
    pub fn id(&self) -> Option<u64> {
        self.0.id()
    }

    /// The name, where it is one of the documents.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        self.id().and_then(roof::name)
    }

    /// As it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl From<Value> for RoofType {
    fn from(value: Value) -> Self {
        Self(value.into())
    }
}

impl Project {
    /// The id, also where only the URL says it.
    #[must_use]
    pub fn id(&self) -> Option<u64> {
        Row::id(self)
    }

    /// The ids of its contacts, from the URLs or the contacts themselves.
    #[must_use]
    pub fn contact_ids(&self) -> Vec<u64> {
        match &self.contacts {
            Some(ids) if !ids.is_empty() => ids.clone(),
            _ => self.contacts_data.iter().filter_map(Contact::id).collect(),
        }
    }

    /// When it was made.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        self.created_date.as_deref()?.trim().parse().ok()
    }
}

impl Client {
    /// The project with an id.
    ///
    /// # Errors
    /// When OpenSolar does not show it.
    pub async fn project(&self, cx: &DeliverContext, id: u64) -> Result<Project> {
        read(&self.project_answer(cx, id).await?)
    }

    pub(crate) async fn project_answer(&self, cx: &DeliverContext, id: u64) -> Result<HttpResponse> {
        let url = self.of_org(cx, &format!("projects/{id}/")).await?;
        self.get(cx, url).await
    }

    /// Asks for the organisation itself: it answers, or says why not.
    pub(crate) async fn org_answer(&self, cx: &DeliverContext) -> Result<HttpResponse> {
        let url = self.of_org(cx, "").await?;
        self.get(cx, url).await
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn project(json: &str) -> Project {
        serde_json::from_str(json).unwrap()
    }

    #[test]
    fn a_project_is_read_back_in_every_form() {
        // As the document's sample, with the forms that other samples have.
        let project = project(
            r#"{"address":"123 Fake st","id":6624,"identifier":"123456","lat":35.12364,"lon":"128.23216",
                "is_residential":true,"number_of_phases":1,"roof_type":"https://api.opensolar.com/api/roof_types/6/",
                "state":"NSW","url":"https://api.opensolar.com/api/orgs/1/projects/6624/","zip":2020,"systems":[{}],
                "contacts":["/api/orgs/1/contacts/60/"],"created_date":"2020-11-20 02:36:31.019842+00:00",
                "contacts_data":[{"id":60,"gender":2,"email":"g@example.com"},"odd"],"lead_source":null}"#,
        );
        assert_eq!((project.id(), project.contact_ids()), (Some(6624), vec![60]));
        assert_eq!((project.lat, project.lon), (Some(35.12364), Some(128.23216)));
        assert_eq!(
            (project.is_residential, project.number_of_phases.clone()),
            (Some(true), Some(Phases::Count(1)))
        );
        assert_eq!(project.zip.as_deref(), Some("2020"));
        assert_eq!(project.contacts_data[0].gender, Some(super::super::Gender::Male));
        assert_eq!(project.created_at().unwrap().to_string(), "2020-11-20T02:36:31.019842Z");
        let roof = project.roof_type.as_ref().unwrap();
        assert_eq!(
            (roof.id(), roof.name()),
            (Some(6), Some("Composition / Asphalt Shingle"))
        );
        assert_eq!(format!("{project:?}"), "Project { id: Some(6624), .. }");
    }

    #[test]
    fn every_field_that_is_written_is_read() {
        // The forms of the newer samples; `usage` comes as a text.
        let project = project(
            r#"{"id":1,"assigned_role":"https://api.opensolar.com/api/orgs/1/roles/50/","assigned_installer_role":null,
                "assigned_site_inspector_role":"/api/orgs/1/roles/77/","title":"Pool house","site_notes":"Ring twice.",
                "usage":"{\"usage_data_source\":\"kwh_annual\",\"values\":15720}","custom_project_info_1":"a",
                "custom_project_info_2":2,"custom_project_info_3":"","custom_project_info_4":"d","custom_project_info_5":null,
                "contacts_data":[{"url":"/api/orgs/1/contacts/60/","passport_number":"P1","licence_number":7,
                    "custom_contact_info_1":"x","custom_contact_info_2":null}]}"#,
        );
        let id = |link: &Option<Link>| link.as_ref().and_then(Link::id);
        assert_eq!(
            [
                id(&project.assigned_role),
                id(&project.assigned_installer_role),
                id(&project.assigned_site_inspector_role)
            ],
            [Some(50), None, Some(77)]
        );
        let usage = serde_json::json!({ "usage_data_source": "kwh_annual", "values": 15720 });
        assert_eq!(project.usage, Some(usage));
        let texts = [
            &project.title,
            &project.site_notes,
            &project.custom_project_info_1,
            &project.custom_project_info_2,
            &project.custom_project_info_3,
            &project.custom_project_info_4,
            &project.custom_project_info_5,
        ];
        assert_eq!(
            texts.map(|text| text.as_deref().unwrap_or("-")),
            ["Pool house", "Ring twice.", "a", "2", "", "d", "-"]
        );
        let contact = &project.contacts_data[0];
        let texts = [
            &contact.passport_number,
            &contact.licence_number,
            &contact.custom_contact_info_1,
            &contact.custom_contact_info_2,
        ];
        assert_eq!(texts.map(|text| text.as_deref().unwrap_or("-")), ["P1", "7", "x", "-"]);
        assert_eq!(project.contact_ids(), [60]);
    }

    #[test]
    fn what_is_not_known_is_kept() {
        let project = project(
            r#"{"url":"http://localhost:8000/api/orgs/16/projects/12/","roof_type":"/api/roof_types/99/",
                "number_of_phases":"split","contacts_data":[{"gender":"9"},{"gender":null}]}"#,
        );
        assert_eq!(project.id(), Some(12));
        assert_eq!(project.number_of_phases, Some(Phases::Other("split".to_owned())));
        let roof = project.roof_type.as_ref().unwrap();
        assert_eq!(
            (roof.id(), roof.name(), roof.as_str()),
            (Some(99), None, "/api/roof_types/99/")
        );
        use super::super::Gender;
        assert_eq!(project.contacts_data[0].gender, Some(Gender::Other("9".to_owned())));
        assert_eq!(project.contacts_data[1].gender, None);
    }
}
