//! The cells of a record as parts of one piece of text: however many there are, they cost two allocations.

use std::ops::Range;

/// The cells of one record. A record is far smaller than 4 GiB, so four bytes hold a place in it.
#[derive(Clone, Default)]
pub(super) struct Cells {
    text: String,
    spans: Vec<(u32, u32)>,
}

impl Cells {
    /// Keeps the text of a record, of which cells are to be spans.
    pub(super) fn of(text: &str, cells: usize) -> Self {
        Self {
            text: text.to_owned(),
            spans: Vec::with_capacity(cells),
        }
    }

    /// Adds a cell that stands in the text.
    pub(super) fn push_span(&mut self, span: Range<usize>) {
        let [begin, end] = [span.start, span.end].map(|at| u32::try_from(at).unwrap_or(u32::MAX));
        self.spans.push((begin, end));
    }

    /// Adds a cell.
    pub(super) fn push(&mut self, cell: &str) {
        self.push_parts([cell]);
    }

    /// Adds a cell that stands in parts.
    pub(super) fn push_parts<'a>(&mut self, parts: impl IntoIterator<Item = &'a str>) {
        let begin = self.text.len();
        self.text.extend(parts);
        self.push_span(begin..self.text.len());
    }

    pub(super) const fn len(&self) -> usize {
        self.spans.len()
    }

    #[inline]
    pub(super) fn get(&self, index: usize) -> Option<&str> {
        let (begin, end) = *self.spans.get(index)?;
        self.text.get(begin as usize..end as usize)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    #[cfg(test)]
    pub(super) fn join(&self, mark: &str) -> String {
        self.iter().collect::<Vec<_>>().join(mark)
    }
}

impl PartialEq for Cells {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Cells {}

impl<T: AsRef<str>> FromIterator<T> for Cells {
    fn from_iter<I: IntoIterator<Item = T>>(cells: I) -> Self {
        let mut made = Self::default();
        for cell in cells {
            made.push(cell.as_ref());
        }
        made
    }
}

impl std::fmt::Debug for Cells {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} cells", self.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_told_apart_and_may_be_empty() {
        let cells: Cells = ["a", "", "é", ""].into_iter().collect();
        assert_eq!(cells.iter().collect::<Vec<_>>(), ["a", "", "é", ""]);
        assert_eq!((cells.len(), cells.get(2), cells.get(4)), (4, Some("é"), None));
    }

    #[test]
    fn spans_and_parts_make_the_same_cells() {
        let mut cells = Cells::of("a,\"b\"\"c\"", 2);
        cells.push_span(0..1);
        cells.push_parts(["b", "\"c"]);
        assert_eq!(cells, ["a", "b\"c"].into_iter().collect());
    }
}
