//! A generated part of a file that people write: it stands between two marks, and says which command makes it.

use crate::workspace::Result;

/// The marks around a part.
#[derive(Clone, Copy)]
pub(crate) struct Block {
    pub(crate) begin: &'static str,
    pub(crate) end: &'static str,
}

/// The vendor table of the root README.
pub(crate) const VENDORS: Block = Block {
    begin: "<!-- vendors:begin -->",
    end: "<!-- vendors:end -->",
};

/// What becomes of each field of a lead at a vendor.
pub(super) const MAPPING: Block = Block {
    begin: "<!-- mapping:begin -->",
    end: "<!-- mapping:end -->",
};

/// The keys of a vendor's configuration.
pub(super) const CONFIG: Block = Block {
    begin: "<!-- config:begin -->",
    end: "<!-- config:end -->",
};

const NOTICE: &str = "<!-- Written by `cargo xtask gen`. Do not edit. -->";

/// The text with the part between the marks replaced.
pub(super) fn replace(path: &str, text: &str, block: Block, content: &str) -> Result<String> {
    let Block { begin, end } = block;
    let missing = || format!("`{path}` has no `{begin}` with `{end}` after it; put both where the table belongs");
    let (before, rest) = text.split_once(begin).ok_or_else(missing)?;
    let (_, after) = rest.split_once(end).ok_or_else(missing)?;
    Ok(format!(
        "{before}{begin}\n{NOTICE}\n\n{}\n\n{end}{after}",
        content.trim_end()
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_stands_between_the_marks_changes() {
        let text = "a\n<!-- config:begin -->\nold\n<!-- config:end -->\nb\n";
        let once = replace("x", text, CONFIG, "| new |\n").unwrap();
        assert_eq!(
            once,
            format!("a\n<!-- config:begin -->\n{NOTICE}\n\n| new |\n\n<!-- config:end -->\nb\n")
        );
        assert_eq!(replace("x", &once, CONFIG, "| new |\n").unwrap(), once);
    }

    #[test]
    fn missing_marks_name_the_file() {
        for text in ["", "<!-- config:end --><!-- config:begin -->"] {
            let error = replace("docs/x.md", text, CONFIG, "").unwrap_err();
            assert!(
                error.starts_with("`docs/x.md` has no `<!-- config:begin -->`"),
                "{error}"
            );
        }
    }
}
