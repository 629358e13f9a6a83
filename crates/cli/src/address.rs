//! Which sinks a row is for, where a column of the file says so: a mended row goes only where it was refused.

use leadsink::intake::Record;

/// The column that names the sinks of a row, separated by commas as `--to` takes them. Blank means every sink.
pub(crate) const SINK: &str = "leadsink_sink";

/// The sinks that a row is for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Address(Option<Box<str>>);

impl Address {
    /// Whether the row is for this sink.
    pub(crate) fn includes(&self, sink: &str) -> bool {
        self.0
            .as_deref()
            .is_none_or(|names| names.split(',').any(|name| name.trim() == sink))
    }

    /// The names as they stand in the file, where they do.
    pub(crate) fn as_written(&self) -> Option<&str> {
        self.0.as_deref()
    }

    #[cfg(test)]
    pub(crate) fn new(names: &str) -> Self {
        Self(Some(names.into()))
    }
}

/// Finds the column. In JSON the columns grow with the keys, so it looks at those that are new.
#[derive(Debug, Default)]
pub(crate) struct AddressColumn {
    index: Option<usize>,
    seen: usize,
}

impl AddressColumn {
    /// The sinks that a record is for.
    pub(crate) fn of(&mut self, header: &[String], record: &Record) -> Address {
        if self.index.is_none() && self.seen < header.len() {
            self.index = header.iter().position(|name| name == SINK);
            self.seen = header.len();
        }
        let names = self.index.and_then(|index| record.cells().nth(index)).map(str::trim);
        Address(names.filter(|names| !names.is_empty()).map(Into::into))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_for_the_sinks_that_are_named_or_for_all() {
        let some = Address::new("a, b c");
        assert!(some.includes("a") && some.includes("b c") && !some.includes("b"));
        assert!(Address::default().includes("a"));
    }
}
