//! Puts lines into a file at their place in an order, and leaves everything else as it is.

use crate::workspace::Result;

/// What the lines of a file are sorted by, where one could be added.
pub(super) type KeyOf<'a> = &'a dyn Fn(&[&str], usize) -> Option<String>;

/// Puts lines before the first of their like with a greater key, else behind the last one.
///
/// `section` is the line that begins the part to look at, which ends at the next line that begins alike; an empty one means
/// the whole file.
pub(super) fn insert(text: &str, section: &str, key_of: KeyOf<'_>, key: &str, new: &str) -> Result<String> {
    let lines: Vec<_> = text.lines().collect();
    let (begin, end) = part(&lines, section)?;
    let keys = (begin..end).filter_map(|index| Some((index, key_of(&lines, index)?)));
    let keys: Vec<_> = keys.collect();
    let Some((last, _)) = keys.last() else {
        return Err(format!("has no line by which the place for `{key}` could be found"));
    };
    if keys.iter().any(|(_, known)| known == key) {
        return Err(format!("names `{key}` already"));
    }
    let at = match keys.iter().find(|(_, known)| known.as_str() > key) {
        Some((index, _)) => *index,
        // Behind the last one, and as many lines further as it has more than one.
        None => last + new.lines().count(),
    };
    let mut all = lines;
    all.splice(at..at, new.lines());
    Ok(all.join("\n") + "\n")
}

/// The lines of a part: from the one behind its heading to the next heading.
fn part(lines: &[&str], section: &str) -> Result<(usize, usize)> {
    if section.is_empty() {
        return Ok((0, lines.len()));
    }
    let begin = lines
        .iter()
        .position(|line| *line == section)
        .ok_or_else(|| format!("has no line `{section}`"))?;
    // `[features]` ends at the next `[`, `## Vendors` at the next `## `.
    let mark = if section.starts_with('[') { "[" } else { "## " };
    let end = lines[begin + 1..].iter().position(|line| line.starts_with(mark));
    Ok((begin + 1, end.map_or(lines.len(), |end| begin + 1 + end)))
}

/// Puts a word into a list that has all vendors: before the first of them that is greater, else behind the last.
pub(super) fn insert_item<'a>(items: &mut Vec<&'a str>, vendors: &[String], id: &'a str) -> Result {
    if items.contains(&id) {
        return Err(format!("names `{id}` already"));
    }
    if let Some(missing) = vendors.iter().find(|vendor| !items.contains(&vendor.as_str())) {
        return Err(format!("lacks `{missing}` in the list for `{id}`"));
    }
    let is_vendor = |item: &&str| vendors.iter().any(|vendor| vendor == item);
    let last = items.iter().rposition(is_vendor).ok_or("has no vendor in its list")?;
    let first_greater = items.iter().position(|item| is_vendor(item) && *item > id);
    items.insert(first_greater.unwrap_or(last + 1), id);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lines `- word`.
    fn word(lines: &[&str], index: usize) -> Option<String> {
        lines[index].strip_prefix("- ").map(str::to_owned)
    }

    #[test]
    fn a_line_comes_to_its_place_and_the_rest_stays() {
        let text = "[a]\n- b # first\n- d\n\n[b]\n- a\n";
        let at = |key: &str| insert(text, "[a]", &word, key, &format!("- {key}"));
        let text_with = |lines: &str| Ok(format!("[a]\n{lines}\n\n[b]\n- a\n"));
        assert_eq!(at("a"), text_with("- a\n- b # first\n- d"));
        assert_eq!(at("c"), text_with("- b # first\n- c\n- d"));
        assert_eq!(at("e"), text_with("- b # first\n- d\n- e"));
    }

    #[test]
    fn a_place_that_is_not_there_and_a_line_that_is_are_errors() {
        for (section, key, error) in [
            ("[a]", "d", "names `d` already"),
            ("[c]", "d", "has no line `[c]`"),
            ("[b]", "d", "has no line by which the place for `d` could be found"),
        ] {
            assert_eq!(
                insert("[a]\n- d\n[b]\n", section, &word, key, "- d").unwrap_err(),
                error
            );
        }
    }

    #[test]
    fn a_word_comes_to_its_place_among_the_vendors() {
        let vendors = ["b".to_owned(), "d".to_owned()];
        for (id, wanted) in [("a", ["z", "a", "b", "d", "c"]), ("e", ["z", "b", "d", "e", "c"])] {
            let mut items = vec!["z", "b", "d", "c"];
            insert_item(&mut items, &vendors, id).unwrap();
            assert_eq!(items, wanted);
        }
        assert!(insert_item(&mut vec!["b"], &vendors, "b").is_err());
        assert_eq!(
            insert_item(&mut vec!["b"], &vendors, "a").unwrap_err(),
            "lacks `d` in the list for `a`"
        );
    }
}
