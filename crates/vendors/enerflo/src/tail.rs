//! What an address in one line says of city, state and postal code: its end does, where such parts stand.

use leadsink_core::Address;

use crate::address::spelt_out;

/// Which parts a line ends with. Further in front `CT` may be a court and `Austin` an avenue: what stands there does not
/// count, and a part that comes twice does no harm.
pub(crate) struct Told {
    pub(crate) city: bool,
    pub(crate) state: bool,
    pub(crate) code: bool,
}

impl Told {
    /// Looks at the end of a line, country last.
    pub(crate) fn by(line: &str, site: &Address) -> Self {
        let mut line = words(line);
        for country in ["united states of america", "united states", "usa", "us"] {
            drop_end(&mut line, &words(country));
        }
        if let Some(country) = spelt_out(site.country().as_str()) {
            drop_end(&mut line, &words(country));
        }
        let code = site.postal_code.as_ref().is_some_and(|code| {
            let zip = code.zip5().map(words);
            drop_end(&mut line, &words(code.code()))
                || zip.is_some_and(|zip| {
                    // The last four digits of another form of it may stand behind.
                    let is_plus_four = line.len() > 1 && line[..line.len() - 1].ends_with(&zip);
                    if is_plus_four && line.last().is_some_and(|word| is_digits(word, 4)) {
                        line.pop();
                    }
                    drop_end(&mut line, &zip)
                })
        });
        // One that the lead does not name as a part.
        let has_other = !code && line.len() > 1 && line.last().is_some_and(|word| is_digits(word, 5));
        if has_other {
            line.pop();
        }
        let has_zip = code || has_other;
        let ends_with_city = |line: &[String]| {
            site.city
                .as_ref()
                .is_some_and(|city| line.ends_with(&words(city.as_str())))
        };
        // `Ct` at the end of a street alone is a court, before a ZIP or behind the city it is a state.
        let mut before = line.clone();
        let state = site.state.as_ref();
        let state = state.is_some_and(|state| drop_end(&mut before, &words(state.code())))
            && (has_zip || ends_with_city(&before));
        let city = ends_with_city(if state { &before } else { &line });
        Self { city, state, code }
    }
}

fn is_digits(word: &str, many: usize) -> bool {
    word.len() == many && word.bytes().all(|byte| byte.is_ascii_digit())
}

/// Takes words away from the end; tells whether they stood there.
fn drop_end(line: &mut Vec<String>, words: &[String]) -> bool {
    // A street must be left in front.
    let is_there = !words.is_empty() && line.len() > words.len() && line.ends_with(words);
    if is_there {
        line.truncate(line.len() - words.len());
    }
    is_there
}

/// Whether a line ends with the words of a part.
pub(crate) fn ends_with(line: &str, part: &str) -> bool {
    words(line).ends_with(&words(part))
}

/// The words of a text, whatever the capitals and the punctuation.
fn words(text: &str) -> Vec<String> {
    text.split(is_between)
        .filter(|word| !word.is_empty())
        .map(str::to_lowercase)
        .collect()
}

/// Whether the words of a part stand in the line, one behind another.
pub(crate) fn holds(line: &str, part: &str) -> bool {
    let (line, part) = (words(line), words(part));
    part.is_empty() || line.windows(part.len()).any(|run| run == part)
}

/// What stands between words.
pub(crate) fn is_between(c: char) -> bool {
    !c.is_alphanumeric()
}
