//! The members of a lead's lists: answers of a form, and attached files.

use serde::{Deserialize, Serialize};

use super::Text;

/// A question of the form that the person filled in, and the answer. `Debug` is redacted.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answer {
    /// The question as the person read it, or the form's name for it.
    pub question: Text,
    /// What the person answered.
    pub answer: Text,
}

/// A file that travels with the lead, such as an electricity bill. `Debug` is redacted.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attachment {
    /// The file name.
    pub name: Text,
    /// What the file is, in free text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Text>,
    /// The content in standard base64 with padding.
    pub base64: Text,
}

super::redacted_debug!(Answer);
super::redacted_debug!(Attachment);
