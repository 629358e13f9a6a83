//! What the values of the first rows say about their columns, where the headers alone do not tell.

use super::fold::squash;

/// What the values of the first rows say. `Debug` holds no value.
#[derive(Clone, Debug, Default)]
pub(in crate::file) struct Signs {
    /// The records are JSON.
    pub(in crate::file) json: bool,
    /// There are values as only ad platforms write them.
    pub(super) ads: bool,
    /// The columns full of UUIDs.
    pub(super) uuids: Vec<usize>,
}

impl Signs {
    /// Looks at the values of the first rows.
    pub(in crate::file) fn of(json: bool, headers: &[String], rows: &[Vec<Box<str>>]) -> Self {
        let mostly = |index: usize, test: &dyn Fn(&str) -> bool| {
            let cells = rows.iter().filter_map(|row| row.get(index)).map(|cell| cell.trim());
            let (mut filled, mut good) = (0, 0);
            for cell in cells.filter(|cell| !cell.is_empty()) {
                filled += 1;
                good += usize::from(test(cell));
            }
            2 * good > filled
        };
        let is_ad = |(index, header): (usize, &String)| {
            let platform = squash(header) == "platform";
            mostly(index, &has_prefix) || (platform && mostly(index, &is_platform))
        };
        Self {
            json,
            ads: headers.iter().enumerate().any(is_ad),
            uuids: (0..headers.len()).filter(|index| mostly(*index, &is_uuid)).collect(),
        }
    }
}

/// Whether a value has the prefix by which Facebook keeps ids, telephones and postal codes from becoming numbers.
fn has_prefix(cell: &str) -> bool {
    let Some((prefix, value)) = cell.split_once(':') else {
        return false;
    };
    let digits = value.bytes().filter(u8::is_ascii_digit).count();
    match prefix {
        "l" | "f" | "ag" | "as" | "c" => digits >= 4 && digits == value.len(),
        "p" => {
            digits >= 7
                && value
                    .bytes()
                    .all(|byte| byte.is_ascii_digit() || b" +().-".contains(&byte))
        }
        "z" => digits >= 3 && value.len() <= 10,
        _ => false,
    }
}

fn is_platform(cell: &str) -> bool {
    matches!(cell.to_ascii_lowercase().as_str(), "fb" | "ig" | "an" | "msg")
}

fn is_uuid(cell: &str) -> bool {
    cell.len() == 36 && uuid::Uuid::try_parse(cell).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_of_facebook_are_known_by_what_is_behind_them() {
        for cell in ["l:1000001", "ag:1737", "p:+1 (512) 555-0100", "z:78704", "z:M5V 2T6"] {
            assert!(has_prefix(cell), "{cell}");
        }
        for cell in ["l:ength", "c:\\users", "p:hone", "12:30", "z:", "f:1 x", "as: is"] {
            assert!(!has_prefix(cell), "{cell}");
        }
    }
}
