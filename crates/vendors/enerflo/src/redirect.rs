//! The documented `GET`: an address that a person who is logged into Enerflo opens in a browser. It adds or updates the
//! lead and leads on to a page of it. Types keep apart what each page needs.

use std::fmt;

use leadsink_core::{FieldRef, Findings, HttpVendor as _, Lead, Problem, Unfit, Warning};
use serde_json::Value;
use url::Url;

use crate::auth;
use crate::descriptor::DESCRIPTOR;
use crate::mapping::{self, Way};
use crate::sink::Enerflo;

/// Browsers and servers take addresses up to about this length.
const LONGEST: usize = 8000;

/// Where the browser goes once Enerflo has the lead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Redirect {
    /// To the lead's profile.
    Profile,
    /// To a calendar, to make an appointment.
    Scheduling(Calendar),
    /// To the deal that is made from this template.
    Deal {
        /// The id of the deal template.
        template: u64,
    },
}

/// A calendar of Enerflo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Calendar {
    /// By its slug, such as `solar_consultation`.
    Slug(String),
    /// By the number of its appointment type.
    Id(u64),
}

/// An address for a browser. It holds personal data, and perhaps the key, so `Debug` shows the host only.
#[derive(Clone, PartialEq)]
#[must_use]
pub struct BrowserUrl {
    url: Url,
    unmapped: Vec<FieldRef>,
    warnings: Vec<Warning>,
}

impl BrowserUrl {
    /// The address.
    #[must_use]
    pub const fn as_url(&self) -> &Url {
        &self.url
    }

    /// The address itself, of which everybody takes care then.
    #[must_use]
    pub fn into_url(self) -> Url {
        self.url
    }

    /// The fields of the lead that stand in the note only.
    #[must_use]
    pub fn unmapped(&self) -> &[FieldRef] {
        &self.unmapped
    }

    /// What a person should know.
    #[must_use]
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }
}

impl fmt::Debug for BrowserUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BrowserUrl")
            .field("host", &self.url.host_str())
            .finish_non_exhaustive()
    }
}

impl Enerflo {
    /// The address by which a browser adds or updates the lead and goes on to a page of it. It holds no key. What it cannot
    /// carry, of the lead or of its options, stands among the [`warnings`](BrowserUrl::warnings).
    ///
    /// ```
    /// use leadsink_core::{Lead, Vendor};
    /// use leadsink_enerflo::{Calendar, Enerflo, EnerfloConfig, Redirect};
    ///
    /// let sink = Enerflo::from_config(EnerfloConfig::new("11595ee3c3ad592e52.31523696"))?;
    /// let lead = Lead::builder().id("yj3Shbi2").address("2214 N Honeydew Dr, Saratoga Springs").build()?;
    /// let redirect = Redirect::Scheduling(Calendar::Slug("solar_consultation".into()));
    /// let url = sink.browser_url(&lead, &redirect)?;
    /// assert!(url.as_url().as_str().ends_with("browser_redirect=scheduling&calendar=solar_consultation"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    ///
    /// # Errors
    /// When Enerflo cannot take the lead as it is, or the address gets too long; every problem at once.
    pub fn browser_url(&self, lead: &Lead, redirect: &Redirect) -> Result<BrowserUrl, Unfit> {
        let mut found = Findings::default();
        self.unmet(lead).into_iter().for_each(|problem| found.problem(problem));
        let mut options = mapping::options(lead, &mut found);
        let (page, calendar) = match redirect {
            Redirect::Profile => ("profile", None),
            Redirect::Scheduling(calendar) => {
                if matches!(calendar, Calendar::Slug(slug) if slug.trim().is_empty()) {
                    let message = "the slug of the calendar is blank; name the calendar, or give its number";
                    found.problem(Problem::new("calendar", message));
                }
                (options.calendar, options.calendar_id) = (None, None);
                ("scheduling", Some(calendar))
            }
            Redirect::Deal { template } => {
                options.create_deal = Some(*template);
                ("deal", None)
            }
        };
        let body = mapping::body(self, lead, &options, Way::Address, &mut found);
        let mut url = self.lead_add.url().clone();
        let members = match serde_json::to_value(&body.lead) {
            Ok(Value::Object(members)) => members,
            _ => return Err(Problem::new("encoding", "the lead cannot be written as JSON").into()),
        };
        let mut query = url.query_pairs_mut();
        for (name, value) in members {
            match value {
                Value::String(text) => query.append_pair(&name, &text),
                other => query.append_pair(&name, &other.to_string()),
            };
        }
        query.append_pair("browser_redirect", page);
        match calendar {
            Some(Calendar::Slug(slug)) => query.append_pair("calendar", slug),
            Some(Calendar::Id(id)) => query.append_pair("calendar_id", &id.to_string()),
            None => &mut query,
        };
        drop(query);
        if url.as_str().len() > LONGEST {
            let message = "the lead makes an address of more than 8,000 characters; shorten its notes, or post it";
            found.problem(Problem::new("url_too_long", message));
        }
        self.finished(lead, found, url)
    }

    fn finished(&self, lead: &Lead, found: Findings, url: Url) -> Result<BrowserUrl, Unfit> {
        use leadsink_core::{Draft, Prepared, Repeat};
        let draft = Draft::new(http::Method::GET, url, http::HeaderMap::new(), "");
        let prepared = found.prepare(|| Ok(Prepared::new(draft, Repeat::Safe)))?;
        let without_field = lead.fields().minus(DESCRIPTOR.mapped());
        let more = without_field.iter().flat_map(|field| FieldRef::expand(field, lead));
        Ok(BrowserUrl {
            url: prepared.request.url,
            unmapped: prepared.unmapped.into_iter().chain(more).collect(),
            warnings: prepared.warnings,
        })
    }

    /// Puts the key into the address as `api_key`. Whoever sees it, in a history or the log of a server, can add leads to
    /// the account: for a browser that has no other way.
    pub fn with_key_in_url(&self, mut address: BrowserUrl) -> BrowserUrl {
        auth::add_to_query(&mut address.url, &self.config.api_key);
        address
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::EnerfloConfig;
    use leadsink_core::{Field, Vendor as _};
    use serde_json::json;

    fn sink() -> Enerflo {
        Enerflo::from_config(EnerfloConfig::new("s3cret+&").with_create_deal(7)).unwrap()
    }

    fn lead() -> Lead {
        Lead::builder()
            .id("yj3Shbi2")
            .full_name("Zoë & Søn")
            .address("2214 N Honeydew Dr Saratoga Springs, UT 84045")
            .build()
            .unwrap()
    }

    const BEGINNING: &str = "https://enerflo.io/api/v1/partner/action/lead/add?";
    const LEAD: &str = "&fullAddress=2214+N+Honeydew+Dr+Saratoga+Springs%2C+UT+84045&full_name=Zo%C3%AB+%26+S%C3%B8n\
                        &integration_record_id=yj3Shbi2";

    #[test]
    fn each_page_has_what_it_needs() {
        let slug = Calendar::Slug("solar & roof".into());
        let table = [
            (Redirect::Profile, "createDeal=7", "profile"),
            (Redirect::Deal { template: 101 }, "createDeal=101", "deal"),
            (
                Redirect::Scheduling(slug),
                "createDeal=7",
                "scheduling&calendar=solar+%26+roof",
            ),
            (
                Redirect::Scheduling(Calendar::Id(3)),
                "createDeal=7",
                "scheduling&calendar_id=3",
            ),
        ];
        for (redirect, deal, page) in table {
            let url = sink().browser_url(&lead(), &redirect).unwrap();
            assert_eq!(
                url.as_url().as_str(),
                format!("{BEGINNING}{deal}{LEAD}&browser_redirect={page}")
            );
        }
    }

    #[test]
    fn the_key_is_there_only_when_asked_for_and_nothing_is_in_debug() {
        let url = sink().browser_url(&lead(), &Redirect::Profile).unwrap();
        assert!(!url.as_url().as_str().contains("s3cret"));
        let keyed = sink().with_key_in_url(url);
        assert!(keyed.as_url().as_str().ends_with("&api_key=s3cret%2B%26"));
        assert_eq!(format!("{keyed:?}"), r#"BrowserUrl { host: Some("enerflo.io"), .. }"#);
    }

    #[test]
    fn what_an_address_cannot_carry_stands_in_its_note() {
        let mut lead = lead();
        Field::AppointmentStart.set(&mut lead, "2026-02-04T16:00:00Z").unwrap();
        Field::RoofType.set(&mut lead, "slate").unwrap();
        let url = sink().browser_url(&lead, &Redirect::Profile).unwrap();
        let note = url
            .as_url()
            .query_pairs()
            .find(|(name, _)| name == "add_note")
            .unwrap()
            .1;
        assert_eq!(note, "Roof type: slate\nAppointment start: 2026-02-04T16:00:00Z");
        assert_eq!(url.unmapped(), [Field::AppointmentStart.into(), Field::RoofType.into()]);
        assert_eq!(url.warnings()[0].code, "appointment_not_sent");
    }

    #[test]
    fn what_only_the_options_say_is_told_and_no_field_is_blamed() {
        let mut lead = lead();
        let options = json!({"appointment": {"type_id": 3, "name": "Closing"}, "survey_data": {"roof": "slate"}});
        lead.extensions.insert("enerflo".into(), options);
        let url = sink().browser_url(&lead, &Redirect::Profile).unwrap();
        assert!(url.unmapped().is_empty(), "{:?}", url.unmapped());
        let told: Vec<_> = url
            .warnings()
            .iter()
            .map(|warning| (&*warning.code, &warning.field))
            .collect();
        assert_eq!(told, [("survey_not_sent", &None), ("appointment_not_sent", &None)]);
        let file = r#"[{"name":"a.jpg","kind":"bill","base64":"QUJD"}]"#;
        Field::Attachments.set(&mut lead, file).unwrap();
        let url = sink().browser_url(&lead, &Redirect::Profile).unwrap();
        assert_eq!(url.unmapped(), [Field::Attachments.into()]);
        assert_eq!(url.warnings().len(), 3);
    }

    #[test]
    fn a_blank_calendar_is_no_calendar() {
        let blank = Redirect::Scheduling(Calendar::Slug(" ".into()));
        assert_eq!(
            sink().browser_url(&lead(), &blank).unwrap_err().problems[0].code,
            "calendar"
        );
    }

    #[test]
    fn a_lead_that_does_not_fit_makes_no_address() {
        let mut lead = Lead::builder().id("1").notes("n".repeat(8000)).build().unwrap();
        lead.extensions.insert("enerflo".into(), json!({"survey": 1}));
        let unfit = sink().browser_url(&lead, &Redirect::Profile).unwrap_err();
        let codes: Vec<_> = unfit.problems.iter().map(|problem| &*problem.code).collect();
        assert_eq!(codes, ["required", "extension", "url_too_long"]);
    }
}
