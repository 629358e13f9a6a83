//! Tables: aligned columns, wrapped where the terminal is narrow, plain where there is none.

use super::style::{Paint, Style};
use super::text::{clean, columns, wrap};

const GAP: usize = 2;
/// A column is not made narrower than this.
const NARROWEST: usize = 10;

/// One cell: its text, made harmless, and how it looks.
#[derive(Clone, Debug)]
pub(crate) struct Cell {
    text: String,
    paint: Paint,
}

impl Cell {
    /// A painted cell.
    pub(crate) fn new(text: impl AsRef<str>, paint: Paint) -> Self {
        Self {
            text: clean(text.as_ref()),
            paint,
        }
    }
}

impl<S: AsRef<str>> From<S> for Cell {
    fn from(text: S) -> Self {
        Self::new(text, Paint::Plain)
    }
}

/// A table with a head.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    head: Vec<&'static str>,
    right: Vec<bool>,
    solid: Vec<bool>,
    rows: Vec<Vec<Cell>>,
    indent: usize,
}

impl Table {
    /// A table with these columns; they are aligned left.
    pub(crate) fn new(head: &[&'static str]) -> Self {
        Self {
            head: head.to_vec(),
            right: vec![false; head.len()],
            solid: vec![false; head.len()],
            rows: Vec::new(),
            indent: 0,
        }
    }

    /// Aligns a column right, as numbers are.
    #[must_use]
    pub(crate) fn right(mut self, column: usize) -> Self {
        if let Some(right) = self.right.get_mut(column) {
            *right = true;
        }
        self
    }

    /// Keeps a column as wide as it is while others can be narrowed.
    #[must_use]
    pub(crate) fn solid(mut self, column: usize) -> Self {
        if let Some(solid) = self.solid.get_mut(column) {
            *solid = true;
        }
        self
    }

    /// Indents the whole table.
    #[must_use]
    pub(crate) const fn indented(mut self, indent: usize) -> Self {
        self.indent = indent;
        self
    }

    /// Adds a row, a cell for every column.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = Cell>) {
        self.rows.push(cells.into_iter().collect());
    }

    /// The lines of the table, each with its line feed.
    pub(crate) fn render(&self, style: Style, width: Option<usize>) -> String {
        let widths = self.widths(width);
        let head: Vec<_> = self.head.iter().map(|title| Cell::new(title, Paint::Dim)).collect();
        let mut text = String::new();
        for row in std::iter::once(&head).chain(&self.rows) {
            self.render_row(row, &widths, style, &mut text);
        }
        text
    }

    fn render_row(&self, row: &[Cell], widths: &[usize], style: Style, text: &mut String) {
        let cells: Vec<Vec<String>> = row
            .iter()
            .zip(widths)
            .map(|(cell, width)| {
                if columns(&cell.text) <= *width {
                    vec![cell.text.clone()]
                } else {
                    wrap(&cell.text, *width)
                }
            })
            .collect();
        let height = cells.iter().map(Vec::len).max().unwrap_or_default();
        for line in 0..height {
            let mut spaces = self.indent;
            for (column, lines) in cells.iter().enumerate() {
                let part = lines.get(line).map_or("", |part| part);
                let padding = widths[column] - columns(part).min(widths[column]);
                let (before, after) = if self.right[column] { (padding, 0) } else { (0, padding) };
                spaces += before;
                if !part.is_empty() {
                    // Blanks are written only before text, so that no line ends in them.
                    text.extend(std::iter::repeat_n(' ', spaces));
                    text.push_str(&style.paint(row[column].paint, part));
                    spaces = 0;
                }
                spaces += columns_left(part, after, widths[column] - before) + GAP;
            }
            text.push('\n');
        }
    }

    /// Whether there is room for it without a broken word.
    pub(crate) fn fits(&self, width: Option<usize>) -> bool {
        width.is_none_or(|width| self.words().iter().sum::<usize>() <= self.room(width))
    }

    /// What is left for the columns themselves.
    fn room(&self, width: usize) -> usize {
        width.saturating_sub(self.indent + GAP * self.head.len().saturating_sub(1))
    }

    fn widest(&self, column: usize, measure: fn(&str) -> usize) -> usize {
        let cells = self.rows.iter().filter_map(|row| row.get(column));
        let title = measure(self.head[column]);
        cells.map(|cell| measure(&cell.text)).fold(title, usize::max)
    }

    /// The width of each column that breaks no word.
    fn words(&self) -> Vec<usize> {
        let word = |column: usize| {
            let measure = if self.solid[column] { columns } else { longest_word };
            self.widest(column, measure)
        };
        (0..self.head.len()).map(word).collect()
    }

    /// The width of each column: what its cells need, or less where all of them together do not fit.
    fn widths(&self, width: Option<usize>) -> Vec<usize> {
        let mut widths: Vec<_> = (0..self.head.len())
            .map(|column| self.widest(column, columns))
            .collect();
        let Some(width) = width else { return widths };
        let room = self.room(width);
        let words = self.words();
        // Words are broken only where there is no other way, and those of solid columns last.
        narrow(&mut widths, room, &words);
        let solid = |(solid, word): (&bool, &usize)| if *solid { *word } else { NARROWEST };
        let least: Vec<_> = self.solid.iter().zip(&words).map(solid).collect();
        narrow(&mut widths, room, &least);
        narrow(&mut widths, room, &vec![NARROWEST; words.len()]);
        widths
    }
}

/// Takes from the widest columns until all fit, but leaves each the least it needs.
fn narrow(widths: &mut [usize], room: usize, least: &[usize]) {
    while widths.iter().sum::<usize>() > room {
        let spare = widths.iter_mut().zip(least).filter(|(width, least)| **width > **least);
        let Some((widest, _)) = spare.max_by_key(|(width, _)| **width) else {
            return;
        };
        *widest -= 1;
    }
}

fn longest_word(text: &str) -> usize {
    text.split(' ').map(columns).max().unwrap_or_default()
}

/// The blanks that an empty or short cell leaves behind it.
fn columns_left(part: &str, after: usize, whole: usize) -> usize {
    if part.is_empty() { whole } else { after }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Table {
        let mut table = Table::new(&["FIELD", "ROWS", "NOTE"]).right(1);
        table.row(["email".into(), "7".into(), "as it is".into()]);
        table.row(["phone_1".into(), "1,204".into(), "".into()]);
        table
    }

    #[test]
    fn columns_are_aligned_and_no_line_ends_in_blanks() {
        assert_eq!(
            table().render(Style::PLAIN, None),
            "FIELD     ROWS  NOTE\nemail        7  as it is\nphone_1  1,204\n"
        );
    }

    #[test]
    fn the_widest_column_is_wrapped_where_there_is_no_room() {
        let mut table = table();
        table.row(["city".into(), "3".into(), "the city of the site, in capitals".into()]);
        let text = table.indented(2).render(Style::PLAIN, Some(36));
        assert!(text.lines().all(|line| columns(line) <= 36), "{text}");
        assert!(
            text.ends_with("  city         3  the city of the\n                  site, in capitals\n"),
            "{text}"
        );
    }

    #[test]
    fn a_solid_column_is_broken_after_all_others() {
        let table = |solid| {
            let mut table = Table::new(&["ID", "NOTE"]);
            if solid {
                table = table.solid(0);
            }
            table.row(["0123456789abcdef".into(), "https://example.com/".into()]);
            table.render(Style::PLAIN, Some(30))
        };
        assert!(table(true).contains("0123456789abcdef"), "{}", table(true));
        assert!(!table(false).contains("0123456789abcdef"), "{}", table(false));
    }
}
