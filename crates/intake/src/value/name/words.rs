//! The words that are not a person's own name: titles, suffixes and particles. All are in lower case without full stops.

/// Titles that are no given name.
const TITLES: &[&str] = &[
    "mr",
    "mrs",
    "ms",
    "miss",
    "mx",
    "dr",
    "prof",
    "professor",
    "rev",
    "reverend",
    "sra",
    "srta",
    "mister",
    "doctor",
    "hon",
    "honorable",
    "monsieur",
    "madame",
    "mme",
    "mlle",
    "mademoiselle",
    "herr",
    "frau",
    "señor",
    "senor",
    "señora",
    "senora",
    "señorita",
    "senorita",
];

/// Titles that may be a given name too: they need a full stop or a full name behind them.
const WEAK_TITLES: &[&str] = &[
    "sr",
    "fr",
    "father",
    "sir",
    "lady",
    "madam",
    "capt",
    "captain",
    "lt",
    "lieutenant",
    "sgt",
    "sergeant",
    "col",
    "colonel",
    "maj",
    "major",
    "gen",
    "general",
    "cpl",
    "corporal",
    "pvt",
    "cmdr",
    "cdr",
    "rabbi",
    "pastor",
    "imam",
    "judge",
    "sister",
    "brother",
    "officer",
    "chief",
    "don",
    "dona",
];

const SUFFIXES: &[&str] = &[
    "jr", "sr", "jnr", "snr", "ii", "iii", "iv", "2nd", "3rd", "4th", "esq", "esquire", "md", "phd", "dds", "dvm",
    "dmd", "cpa", "mba", "llb", "llm", "edd", "psyd", "usn", "usaf", "usmc", "ret", "junior", "senior",
];

/// Suffixes that may be a family name or an initial too: they need capitals, and a full name before them.
const WEAK_SUFFIXES: &[&str] = &[
    "v", "vi", "vii", "rn", "jd", "pe", "do", "od", "dc", "bsn", "np", "pa", "cfa", "cfp",
];

const PARTICLES: &[&str] = &[
    "de", "del", "della", "delle", "dello", "dei", "degli", "di", "da", "das", "do", "dos", "du", "des", "la", "las",
    "le", "los", "van", "von", "vom", "zu", "zum", "zur", "den", "der", "ter", "ten", "te", "'t", "op", "af", "av",
    "el", "al", "bin", "ibn", "bint", "ben", "abu", "st", "ste", "saint", "sainte", "san", "santa", "santo", "mac",
    "mc", "fitz", "o'",
];

/// What a firm or a trust has behind its name.
const ORGANISATIONS: &[&str] = &[
    "llc", "inc", "ltd", "corp", "llp", "pllc", "gmbh", "lp", "pc", "plc", "co", "trust", "trustee",
];

/// What a person is to the home or the firm, apart by `|`.
const ROLES: &str = "owner|homeowner|home owner|co-owner|coowner|property owner|business owner|landlord|tenant|renter|\
    manager|property manager|president|ceo|cfo|director|agent|realtor|spouse|wife|husband|primary|decision maker|cell|\
    mobile|home|work|trustee";

/// A word in lower case without full stops and commas.
fn bare(word: &str) -> String {
    let kept = word.chars().filter(|c| !matches!(c, '.' | ','));
    kept.flat_map(char::to_lowercase)
        .map(|c| if c == '’' { '\'' } else { c })
        .collect()
}

/// Whether a word is a title, with so many words of the name behind it.
pub(super) fn is_title(word: &str, behind: usize) -> bool {
    let bare = bare(word);
    TITLES.contains(&bare.as_str())
        || (WEAK_TITLES.contains(&bare.as_str()) && (behind >= 2 || (word.ends_with('.') && behind >= 1)))
}

/// Whether the letters before a full stop are a title and no initials: `Mr` in `Mr.John`.
pub(super) fn is_glued_title(word: &str) -> bool {
    TITLES.contains(&bare(word).as_str())
}

/// Whether a word is of the name of a firm, behind the name of a person.
pub(super) fn is_organisation(word: &str) -> bool {
    ORGANISATIONS.contains(&bare(word).as_str())
}

/// Whether the words say what somebody is, such as `Owner`.
pub(super) fn is_role(words: &str) -> bool {
    let words = words.trim().to_lowercase();
    ROLES.split('|').any(|role| role == words)
}

/// Whether a word is a suffix, with so many words of the name before it.
pub(super) fn is_suffix(word: &str, before: usize) -> bool {
    let bare = bare(word);
    let capital = word.chars().all(|c| c.is_uppercase() || c == '.');
    (SUFFIXES.contains(&bare.as_str()) && before >= 1)
        || (WEAK_SUFFIXES.contains(&bare.as_str()) && capital && before >= 2)
}

/// Whether a word behind a comma is a suffix and no given name.
pub(super) fn is_suffix_behind_comma(word: &str) -> bool {
    let bare = bare(word);
    let capital = word.chars().all(|c| c.is_uppercase() || c == '.');
    SUFFIXES.contains(&bare.as_str()) || (WEAK_SUFFIXES.contains(&bare.as_str()) && capital && bare.len() > 1)
}

/// Whether a word begins or continues a family name, such as `van` or `St.`
pub(super) fn is_particle(word: &str) -> bool {
    PARTICLES.contains(&bare(word).as_str())
}

/// Whether a word joins two persons or two titles.
pub(super) fn is_and(word: &str) -> bool {
    matches!(word, "&" | "+" | "/" | "et" | "und") || word.eq_ignore_ascii_case("and")
}
