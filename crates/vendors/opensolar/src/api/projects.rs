//! Projects: the places that an organisation works on, each with its contacts.

use leadsink_core::{DeliverContext, HttpResponse, Result, Timestamp};
use serde::Deserialize;
use serde_json::Value;

use super::client::{Client, read};
use super::contacts::Contact;
use super::lenient;
use super::pages::Row;
use crate::roof;

/// As many pages of projects are looked at.
const PAGES: usize = 10;

/// A project. What is sent as text comes back as number or truth value; what is not looked at is left out. `Debug` shows
/// the id only.
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
    /// The number of electrical phases.
    #[serde(deserialize_with = "lenient::number")]
    pub number_of_phases: Option<f64>,
    /// The roof.
    pub roof_type: Option<RoofType>,
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

/// A roof type: a URL, of which those with an unknown id are kept as they are.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "Value")]
pub struct RoofType(String);

impl RoofType {
    /// The id.
    #[must_use]
    pub fn id(&self) -> Option<u64> {
        lenient::id_of(&self.0.clone().into())
    }

    /// The name, where it is one of the documents.
    #[must_use]
    pub fn name(&self) -> Option<&'static str> {
        self.id().and_then(roof::name)
    }

    /// As it came.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Value> for RoofType {
    fn from(value: Value) -> Self {
        Self(lenient::text_of(&value).unwrap_or_default())
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
            _ => self.contacts_data.iter().filter_map(Row::id).collect(),
        }
    }

    /// When it was made.
    #[must_use]
    pub fn created_at(&self) -> Option<Timestamp> {
        self.created_date.as_deref()?.trim().parse().ok()
    }
}

/// The projects that may have been made since a time.
pub(crate) struct Window {
    /// The newest first, as far as the list says.
    pub(crate) projects: Vec<Project>,
    /// Whether none is missing.
    pub(crate) complete: bool,
    /// When the list was given, by OpenSolar's clock.
    pub(crate) date: Option<Timestamp>,
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

    /// Lists projects, the newest first, back to a time. That the list is in order is seen, not believed.
    pub(crate) async fn projects_since(&self, cx: &DeliverContext, since: Option<Timestamp>) -> Result<Window> {
        let mut url = self.of_org(cx, "projects/").await?;
        url.query_pairs_mut()
            .append_pair("fieldset", "list")
            .append_pair("ordering", "-created_date");
        let reaches_back = |rows: &[Project]| {
            let times: Option<Vec<_>> = rows.iter().map(Project::created_at).collect();
            let (Some(times), Some(since)) = (times, since) else {
                return false;
            };
            times.is_sorted_by(|one, next| one >= next) && times.last().is_some_and(|oldest| *oldest < since)
        };
        let listing = self.list(cx, &url, PAGES, reaches_back).await?;
        let complete = listing.complete || reaches_back(&listing.rows);
        let is_recent = |project: &Project| match (project.created_at(), since) {
            (Some(at), Some(since)) => at >= since,
            _ => true,
        };
        let projects = listing.rows.into_iter().filter(is_recent).collect();
        Ok(Window {
            projects,
            complete,
            date: listing.date,
        })
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
            (project.is_residential, project.number_of_phases),
            (Some(true), Some(1.0))
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
    fn what_is_not_known_is_kept() {
        let project = project(
            r#"{"url":"http://localhost:8000/api/orgs/16/projects/12/","roof_type":"/api/roof_types/99/",
                "contacts_data":[{"gender":"9"},{"gender":null}]}"#,
        );
        assert_eq!(project.id(), Some(12));
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
