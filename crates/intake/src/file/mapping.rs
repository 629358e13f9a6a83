//! Mapping files: one line a column, `Header = field`, to keep what a form's columns are beside its exports.

use super::{Target, UnknownName};

/// A mapping file cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line} of the mapping: {problem}")]
pub struct MappingError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong with it.
    pub problem: MappingProblem,
}

/// What is wrong with a line of a mapping file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MappingProblem {
    /// The line is not `Header = field`.
    #[error("it is not written as `Header = field`")]
    Form,
    /// The field does not exist.
    #[error(transparent)]
    Target(#[from] UnknownName),
    /// The header stands on an earlier line already.
    #[error("its header stands on line {0} already; keep one of them")]
    Twice(usize),
}

/// Reads a mapping file: lines `Header = field`, blank lines and comments that begin with `#`.
///
/// A header may stand in double quotes, as it must where it begins with `#`. The text behind the last `=` is the field,
/// so a header may hold `=`.
///
/// ```
/// use leadsink_intake::{Target, parse_mapping_file};
///
/// let mapping = parse_mapping_file("# our form\nRooftop = roof_type\n\"Ref #\" = id\n")?;
/// assert_eq!(mapping[1], ("Ref #".to_owned(), Target::LeadId));
/// # Ok::<(), leadsink_intake::MappingError>(())
/// ```
///
/// # Errors
/// When a line has another form, names no field, or repeats a header; the error names the line.
pub fn parse_mapping_file(text: &str) -> Result<Vec<(String, Target)>, MappingError> {
    let mut mapping: Vec<(String, Target)> = Vec::new();
    let mut lines = Vec::new();
    for (index, line) in text.trim_start_matches('\u{feff}').lines().enumerate() {
        let line_number = index + 1;
        let error = |problem| MappingError {
            line: line_number,
            problem,
        };
        let line = line.trim();
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        let line = match line.split_once(" #") {
            Some((entry, _comment)) if entry.contains('=') => entry,
            _ => line,
        };
        let (header, target) = line.rsplit_once('=').ok_or(error(MappingProblem::Form))?;
        let header = unquote(header.trim());
        if header.is_empty() {
            return Err(error(MappingProblem::Form));
        }
        let target = unquote(target.trim()).parse::<Target>();
        let target = target.map_err(|unknown| error(unknown.into()))?;
        if let Some(earlier) = mapping.iter().position(|(known, _)| known == header) {
            return Err(error(MappingProblem::Twice(lines[earlier])));
        }
        mapping.push((header.to_owned(), target));
        lines.push(line_number);
    }
    Ok(mapping)
}

fn unquote(text: &str) -> &str {
    let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use leadsink_core::Field;

    use super::*;

    #[test]
    fn headers_comments_and_quotes_are_read() {
        let mapping =
            parse_mapping_file("\n# c\n Phone  = phone_1 # the cell = 1\r\n\"#id\" = id\nIs a=b? = answer\n").unwrap();
        let wanted = [
            ("Phone".to_owned(), Target::Field(Field::Phone1)),
            ("#id".to_owned(), Target::LeadId),
            ("Is a=b?".to_owned(), Target::Answer),
        ];
        assert_eq!(mapping, wanted);
    }

    #[test]
    fn a_bad_line_is_named() {
        for (text, message) in [
            (
                "a = email\nb",
                "line 2 of the mapping: it is not written as `Header = field`",
            ),
            (
                "a = emial",
                "line 1 of the mapping: no field is called `emial`; did you mean `email`?",
            ),
            (
                "a = email\n\na = city",
                "line 3 of the mapping: its header stands on line 1 already; keep one of them",
            ),
        ] {
            assert_eq!(parse_mapping_file(text).unwrap_err().to_string(), message);
        }
    }
}
