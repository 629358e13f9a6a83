//! The projects and contacts that the fake has. Nothing is told apart by its identifier: whether the vendor does so is
//! not known, so a project that is posted twice is there twice.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde_json::{Map, Value, json};

use super::check::Written;
use crate::checksum::{hash, mix};
use crate::record::Keep;
use crate::settings::Settings;

/// The first project and the first contact have the ids of the document's sample.
const FIRST_PROJECT: u64 = 6624;
const FIRST_CONTACT: u64 = 60;

#[derive(Default)]
pub(super) struct Store {
    pub(super) projects: BTreeMap<u64, Record>,
    pub(super) contacts: BTreeMap<u64, Record>,
    /// Who has an e-mail, by the hash of it in lower case: kept in a long run too.
    emails: HashMap<u64, Vec<u64>>,
    /// How many projects and contacts were ever created: no id is given twice.
    made: u64,
    met: u64,
}

/// A project or a contact. In a run that keeps no more than counts, its fields are not kept.
#[derive(Clone)]
pub(super) struct Record {
    pub(super) created: Timestamp,
    pub(super) modified: Timestamp,
    pub(super) fields: Map<String, Value>,
    /// The contacts of a project, or the projects of a contact.
    pub(super) links: Vec<u64>,
}

impl Record {
    fn new(fields: Map<String, Value>) -> Self {
        let now = Timestamp::now();
        Self {
            created: now,
            modified: now,
            fields,
            links: Vec::new(),
        }
    }

    pub(super) fn text(&self, name: &str) -> &str {
        self.fields.get(name).and_then(Value::as_str).unwrap_or_default()
    }
}

impl Store {
    pub(super) fn has_contact(&self, id: u64) -> bool {
        self.contacts.contains_key(&id)
    }

    /// Tells whether the e-mail belongs to another contact than `but`.
    pub(super) fn has_email(&self, email: &str, but: Option<u64>) -> bool {
        let owners = self.emails.get(&key(email));
        owners.is_some_and(|owners| owners.iter().any(|id| Some(*id) != but))
    }

    /// Creates a project with its new contacts, all of which were checked.
    pub(super) fn create_project(&mut self, written: Written, settings: &Settings) -> (u64, Record) {
        let id = FIRST_PROJECT + self.made;
        self.made += 1;
        let mut record = Record::new(written.fields);
        self.link(id, &mut record, written.contacts, written.new_contacts, settings);
        let has_identifier = !record.text("identifier").is_empty();
        if !has_identifier {
            record.fields.insert("identifier".to_owned(), Value::from(uuid(id)));
        }
        self.projects.insert(id, kept(&record, settings));
        (id, record)
    }

    /// Changes a project: `contacts` replaces those it has, `contacts_new` adds to them.
    pub(super) fn update_project(&mut self, id: u64, written: Written, settings: &Settings) -> Option<Record> {
        let mut record = self.projects.get(&id)?.clone();
        record.fields.extend(written.fields);
        self.link(id, &mut record, written.contacts, written.new_contacts, settings);
        record.modified = Timestamp::now();
        self.projects.insert(id, kept(&record, settings));
        Some(record)
    }

    pub(super) fn create_contact(&mut self, fields: Map<String, Value>, settings: &Settings) -> u64 {
        let id = FIRST_CONTACT + self.met;
        self.met += 1;
        let record = Record::new(fields);
        self.own(record.text("email"), id);
        self.contacts.insert(id, kept(&record, settings));
        id
    }

    /// Changes a contact. What is not sent is kept, as the vendor is seen to do in spite of the verb PUT.
    pub(super) fn update_contact(&mut self, id: u64, fields: Map<String, Value>, settings: &Settings) {
        let Some(mut record) = self.contacts.get(&id).cloned() else {
            return;
        };
        self.disown(record.text("email"), id);
        record.fields.extend(fields);
        record.modified = Timestamp::now();
        self.own(record.text("email"), id);
        self.contacts.insert(id, kept(&record, settings));
    }

    pub(super) fn delete_contact(&mut self, id: u64) -> bool {
        let Some(record) = self.contacts.remove(&id) else {
            return false;
        };
        self.disown(record.text("email"), id);
        for project in record.links {
            if let Some(project) = self.projects.get_mut(&project) {
                project.links.retain(|contact| *contact != id);
            }
        }
        true
    }

    pub(super) fn delete_project(&mut self, id: u64) -> bool {
        let Some(record) = self.projects.remove(&id) else {
            return false;
        };
        self.unlink(id, &record.links);
        true
    }

    pub(super) fn clear(&mut self) {
        *self = Self::default();
    }

    /// Replaces the contacts of a project, if there are others, and adds the new ones.
    fn link(
        &mut self,
        id: u64,
        record: &mut Record,
        contacts: Option<Vec<u64>>,
        new: Vec<Map<String, Value>>,
        settings: &Settings,
    ) {
        self.unlink(id, &record.links);
        record.links = contacts.unwrap_or(std::mem::take(&mut record.links));
        for fields in new {
            record.links.push(self.create_contact(fields, settings));
        }
        for contact in &record.links {
            if let Some(contact) = self.contacts.get_mut(contact) {
                contact.links.push(id);
            }
        }
    }

    fn unlink(&mut self, id: u64, contacts: &[u64]) {
        for contact in contacts {
            if let Some(contact) = self.contacts.get_mut(contact) {
                contact.links.retain(|project| *project != id);
            }
        }
    }

    fn own(&mut self, email: &str, id: u64) {
        if !email.is_empty() {
            self.emails.entry(key(email)).or_default().push(id);
        }
    }

    fn disown(&mut self, email: &str, id: u64) {
        if let Some(owners) = self.emails.get_mut(&key(email)) {
            owners.retain(|owner| *owner != id);
        }
    }
}

fn key(email: &str) -> u64 {
    hash(email.to_lowercase().as_bytes())
}

fn kept(record: &Record, settings: &Settings) -> Record {
    match settings.keep {
        Keep::All => record.clone(),
        Keep::Counts => Record {
            fields: Map::new(),
            ..record.clone()
        },
    }
}

/// Makes the identifier of a project that was given none, "automatically generated by OpenSolar".
fn uuid(id: u64) -> String {
    let digits = format!("{:016x}{:016x}", mix(id), mix(!id));
    let parts = [
        &digits[..8],
        &digits[8..12],
        &digits[13..16],
        &digits[17..20],
        &digits[20..],
    ];
    format!("{}-{}-4{}-8{}-{}", parts[0], parts[1], parts[2], parts[3], parts[4])
}

/// Writes a time as the document prints it.
pub(super) fn time(at: Timestamp) -> Value {
    json!(at.strftime("%Y-%m-%dT%H:%M:%S.%6fZ").to_string())
}
