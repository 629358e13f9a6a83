//! Sets of fields, and references to one item of a list field.

use std::fmt;

use super::{Field, Lead};

/// A set of fields, kept in one integer.
#[derive(Clone, Copy, Default, PartialEq, Eq)]
pub struct FieldSet(u128);

impl FieldSet {
    /// The set without fields.
    pub const EMPTY: Self = Self(0);

    /// Whether the field is in the set.
    #[must_use]
    pub const fn contains(self, field: Field) -> bool {
        self.0 & (1 << field as u8) != 0
    }

    /// The set with one more field.
    #[must_use]
    pub const fn with(self, field: Field) -> Self {
        Self(self.0 | (1 << field as u8))
    }

    /// The fields of this set that are not in the other.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    /// Whether no field is in the set.
    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The fields in the order of the lead.
    pub fn iter(self) -> impl Iterator<Item = Field> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let index = rest.trailing_zeros() as usize;
            rest &= rest.wrapping_sub(1);
            Field::ALL.get(index).copied()
        })
    }
}

impl FromIterator<Field> for FieldSet {
    fn from_iter<I: IntoIterator<Item = Field>>(fields: I) -> Self {
        fields.into_iter().fold(Self::EMPTY, Self::with)
    }
}

impl fmt::Debug for FieldSet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.iter().map(Field::name)).finish()
    }
}

/// A field, or one item of a list field, such as `extra.roof colour` or `answers.2`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct FieldRef {
    /// The field.
    pub field: Field,
    /// The key or index of the item, where the field is a list.
    pub item: Option<Box<str>>,
}

impl FieldRef {
    /// The references that a field of a lead stands for: one an item for `extra`, else the field itself.
    pub fn expand(field: Field, lead: &Lead) -> impl Iterator<Item = Self> {
        let of_item = move |key: &str| Self {
            field,
            item: Some(key.into()),
        };
        let is_list = field == Field::Extra;
        let items = is_list.then(|| lead.extra.keys().map(move |key| of_item(key)));
        let itself = (!is_list).then(|| field.into());
        items.into_iter().flatten().chain(itself)
    }
}

impl From<Field> for FieldRef {
    fn from(field: Field) -> Self {
        Self { field, item: None }
    }
}

impl fmt::Display for FieldRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.item {
            Some(item) => write!(f, "{}.{item}", self.field),
            None => write!(f, "{}", self.field),
        }
    }
}

impl serde::Serialize for FieldRef {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.item {
            Some(_) => serializer.collect_str(self),
            None => serializer.serialize_str(self.field.name()),
        }
    }
}

impl<'de> serde::Deserialize<'de> for FieldRef {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
        let (name, item) = text
            .split_once('.')
            .map_or((&*text, None), |(name, item)| (name, Some(item.into())));
        Ok(Self {
            field: name.parse().map_err(serde::de::Error::custom)?,
            item,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_set_yields_its_fields_in_order() {
        let set: FieldSet = [Field::Extra, Field::Email, Field::Salutation].into_iter().collect();
        assert_eq!(
            set.iter().collect::<Vec<_>>(),
            [Field::Salutation, Field::Email, Field::Extra]
        );
        assert_eq!(set.minus(FieldSet::EMPTY.with(Field::Email)).iter().count(), 2);
        assert_eq!(format!("{:?}", set.minus(set)), "{}");
    }
}
