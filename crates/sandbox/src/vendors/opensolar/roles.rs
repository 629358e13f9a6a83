//! The team: the two people of the document's samples, or those that the sandbox was told.

use serde_json::{Value, json};

use super::{ORG, org_url, url};
use crate::settings::Settings;

/// A member of the team.
pub(super) struct Role {
    pub(super) id: u64,
    email: String,
    user_email: String,
    first_name: String,
    family_name: String,
    is_admin: bool,
}

/// Returns the team, by id.
pub(super) fn team(settings: &Settings) -> Vec<Role> {
    let Some(known) = &settings.known_users else {
        // As printed: Bob's own address is not that of his login.
        return vec![
            role(50, "bob@company.com.au", "bob@company.com", ("Bob", "Company"), true),
            role(
                77,
                "john@workplace.com.au",
                "john@workplace.com.au",
                ("John", "Person"),
                false,
            ),
        ];
    };
    let mut emails: Vec<&String> = known.iter().collect();
    emails.sort();
    let numbered = (50..).zip(emails);
    numbered
        .map(|(id, email)| role(id, email, email, ("User", &id.to_string()), false))
        .collect()
}

fn role(id: u64, email: &str, user_email: &str, (first, family): (&str, &str), is_admin: bool) -> Role {
    Role {
        id,
        email: email.to_owned(),
        user_email: user_email.to_owned(),
        first_name: first.to_owned(),
        family_name: family.to_owned(),
        is_admin,
    }
}

impl Role {
    pub(super) fn display(&self) -> String {
        format!("{} {}", self.first_name, self.family_name)
    }

    pub(super) fn is_admin(&self) -> bool {
        self.is_admin
    }

    pub(super) fn user_email(&self) -> &str {
        &self.user_email
    }

    pub(super) fn show(&self) -> Value {
        json!({
            "id": self.id,
            "email": self.email,
            "is_admin": self.is_admin,
            "user": url(&format!("/auth/users/{}/", self.id)),
            "user_email": self.user_email,
            "org": url(&format!("/api/orgs/{ORG}/")),
            "is_hidden": false,
            "url": org_url("roles", self.id),
            "first_name": self.first_name,
            "family_name": self.family_name,
            "job_title": "Sales Person",
            "accreditation": "",
            "user_phone": "",
            "display": self.display(),
            "phone": "94811111",
            "allow_email_notifications": true,
            "portrait_image": null,
            "google_calendar_id": null,
            "has_logged_in": true,
            "schedule_meeting_url": null,
            "schedule_meeting_label": null,
            "user_is_staff": false,
            "org_name": "SunCo",
        })
    }
}
