//! How a field reads and writes its place in the lead, as canonical text.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::value::{Answer, Attachment, Leaf, NotCanonical};

/// A place in a lead that a field names.
pub(crate) trait Slot {
    const KIND: &'static str;
    fn text(&self) -> Option<Cow<'_, str>>;
    fn set(&mut self, text: &str) -> Result<(), NotCanonical>;
    fn clear(&mut self);
    fn has(&self) -> bool;
}

impl<T: Leaf> Slot for Option<T> {
    const KIND: &'static str = T::KIND;
    fn text(&self) -> Option<Cow<'_, str>> {
        self.as_ref().map(Leaf::text)
    }
    fn set(&mut self, text: &str) -> Result<(), NotCanonical> {
        *self = Some(T::from_text(text)?);
        Ok(())
    }
    fn clear(&mut self) {
        *self = None;
    }
    fn has(&self) -> bool {
        self.is_some()
    }
}

/// Lists and maps have their JSON as canonical text.
macro_rules! json_slot {
    ($($type:ty, $kind:literal);+ $(;)?) => {$(
        impl Slot for $type {
            const KIND: &'static str = $kind;
            fn text(&self) -> Option<Cow<'_, str>> {
                if self.is_empty() { None } else { serde_json::to_string(self).ok().map(Cow::Owned) }
            }
            fn set(&mut self, text: &str) -> Result<(), NotCanonical> {
                *self = serde_json::from_str(text).map_err(|_| NotCanonical::new($kind, "it is not the JSON of such a list"))?;
                Ok(())
            }
            fn clear(&mut self) {
                <$type>::clear(self);
            }
            fn has(&self) -> bool {
                !self.is_empty()
            }
        }
    )+};
}

json_slot! {
    Vec<Answer>, "answers";
    Vec<Attachment>, "attachments";
    BTreeMap<String, String>, "name-value pairs";
}
