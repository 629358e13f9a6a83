//! OpenSolar's roof types: their names and ids, and which of them a lead means.

use std::sync::LazyLock;

/// The roof types of the documents; the last two came back from the account of a user.
const ROOFS: [(u64, &str); 21] = [
    (6, "Composition / Asphalt Shingle"),
    (7, "Flat Concrete"),
    (8, "Flat Foam"),
    (9, "Membrane EPDM"),
    (10, "Membrane PVC"),
    (11, "Membrane TPO"),
    (12, "Metal Decramastic"),
    (13, "Metal Shingle"),
    (14, "Metal Standing Seam"),
    (15, "Metal Stone Coated"),
    (16, "Metal Tin"),
    (17, "Tar and Gravel / Bitumen"),
    (18, "Thatched"),
    (19, "Tile Clay"),
    (20, "Tile Concrete"),
    (21, "Tile Slate"),
    (22, "Wood/Shake Shingle"),
    (23, "Other"),
    (24, "Kliplock"),
    (25, "Rolled Asphalt"),
    (26, "Trapezoidal"),
];

/// What else people call them, where it can be nothing else.
const ALSO: [(u64, &str); 18] = [
    (6, "Composition Shingle"),
    (6, "Comp Shingle"),
    (6, "Asphalt"),
    (6, "Composition"),
    (9, "EPDM"),
    (10, "PVC"),
    (11, "TPO"),
    (12, "Decramastic"),
    (14, "Standing Seam"),
    (15, "Stone Coated Steel"),
    (16, "Tin"),
    (17, "Tar and Gravel"),
    (17, "Bitumen"),
    (18, "Thatch"),
    (21, "Slate"),
    (22, "Wood Shake"),
    (22, "Wood Shingle"),
    (24, "Klip-Lok"),
];

/// The name of a roof type.
pub(crate) fn name(id: u64) -> Option<&'static str> {
    ROOFS.iter().find(|(known, _)| *known == id).map(|(_, name)| *name)
}

/// The words of every name, made once. Of two names with a stroke between them each will do.
static NAMES: LazyLock<Vec<(u64, Vec<String>)>> = LazyLock::new(|| {
    let known = ROOFS.iter().chain(&ALSO);
    let names = known.flat_map(|(id, name)| {
        std::iter::once(*name)
            .chain(name.split(" / "))
            .map(|name| (*id, words(name)))
    });
    names.collect()
});

/// The roof type that a text names, whatever the order of its words and its punctuation: "standing seam metal", "clay tile
/// roof". A text that may mean several names none.
pub(crate) fn id(text: &str) -> Option<u64> {
    let wanted = words(text);
    NAMES.iter().find(|(_, name)| *name == wanted).map(|(id, _)| *id)
}

/// The words of a name, sorted, without "roof", "and" and the plural.
fn words(text: &str) -> Vec<String> {
    let mut words: Vec<String> = text
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(|word| {
            let word = word.to_lowercase();
            match word.as_str() {
                "tiles" | "tiled" => "tile".to_owned(),
                "shingles" | "shingled" => "shingle".to_owned(),
                "shakes" => "shake".to_owned(),
                _ => word,
            }
        })
        .filter(|word| !matches!(word.as_str(), "roof" | "roofing" | "and"))
        .collect();
    words.sort_unstable();
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_of_the_documents_is_known() {
        for (known, name) in ROOFS {
            assert_eq!(id(name), Some(known), "{name}");
            assert_eq!(self::name(known), Some(name));
        }
        for (known, name) in ALSO {
            assert_eq!(id(name), Some(known), "{name}");
        }
        assert_eq!(self::name(99), None);
    }

    #[test]
    fn order_case_and_plural_do_not_matter() {
        for (text, wanted) in [
            ("asphalt shingle", Some(6)),
            ("Asphalt shingles", Some(6)),
            ("standing seam metal", Some(14)),
            ("Clay tile roof", Some(19)),
            ("concrete tiles", Some(20)),
            ("WOOD / SHAKE SHINGLE", Some(22)),
            // These may mean several.
            ("metal", None),
            ("tile", None),
            ("shingle", None),
            ("flat", None),
            ("", None),
            ("瓦", None),
        ] {
            assert_eq!(id(text), wanted, "{text}");
        }
    }
}
