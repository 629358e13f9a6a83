//! Names and common abbreviations of states, as `clean::key` writes them; the codes themselves are known to the core.

/// Code, and names apart by `|`.
type Table = &'static [(&'static str, &'static str)];

pub(super) const US: Table = &[
    ("AA", "armed forces americas|armed forces of the americas"),
    (
        "AE",
        "armed forces europe|armed forces africa|armed forces canada|armed forces middle east|armed forces europe the middle east and canada|armed forces",
    ),
    ("AK", "alaska|alas"),
    ("AL", "alabama|ala"),
    ("AP", "armed forces pacific"),
    ("AR", "arkansas|ark"),
    ("AS", "american samoa|samoa"),
    ("AZ", "arizona|ariz"),
    ("CA", "california|calif|cali|cal"),
    ("CO", "colorado|colo|col"),
    ("CT", "connecticut|conn"),
    (
        "DC",
        "district of columbia|washington dc|washington d c|dist of columbia|d c",
    ),
    ("DE", "delaware|del"),
    ("FL", "florida|fla|flor"),
    ("FM", "micronesia|federated states of micronesia"),
    ("GA", "georgia"),
    ("GU", "guam"),
    ("HI", "hawaii"),
    ("IA", "iowa"),
    ("ID", "idaho|ida"),
    ("IL", "illinois|ill|ills"),
    ("IN", "indiana|ind"),
    ("KS", "kansas|kans|kan"),
    ("KY", "kentucky|kent|ken"),
    ("LA", "louisiana"),
    ("MA", "massachusetts|mass"),
    ("MD", "maryland"),
    ("ME", "maine"),
    ("MH", "marshall islands"),
    ("MI", "michigan|mich"),
    ("MN", "minnesota|minn"),
    ("MO", "missouri"),
    (
        "MP",
        "northern mariana islands|northern marianas|mariana islands|cnmi|commonwealth of the northern mariana islands",
    ),
    ("MS", "mississippi|miss"),
    ("MT", "montana|mont"),
    ("NC", "north carolina|n carolina|no carolina|n car|n c"),
    ("ND", "north dakota|n dakota|no dakota|n dak|n d"),
    ("NE", "nebraska|nebr|neb"),
    ("NH", "new hampshire|n hampshire|n h"),
    ("NJ", "new jersey|n jersey|n j"),
    ("NM", "new mexico|n mexico|n mex|new mex|n m"),
    ("NV", "nevada|nev"),
    ("NY", "new york|n york|new york state|nys|n y"),
    ("OH", "ohio"),
    ("OK", "oklahoma|okla"),
    ("OR", "oregon|ore|oreg"),
    ("PA", "pennsylvania|penn|penna"),
    ("PR", "puerto rico|commonwealth of puerto rico|p r"),
    ("PW", "palau"),
    (
        "RI",
        "rhode island|rhode is|r i|rhode island and providence plantations",
    ),
    ("SC", "south carolina|s carolina|so carolina|s car|s c"),
    ("SD", "south dakota|s dakota|so dakota|s dak|s d"),
    ("TN", "tennessee|tenn"),
    ("TX", "texas|tex"),
    ("UT", "utah"),
    ("VA", "virginia|virg|commonwealth of virginia"),
    (
        "VI",
        "us virgin islands|u s virgin islands|virgin islands|virgin islands us|virgin islands of the united states|united states virgin islands|usvi",
    ),
    ("VT", "vermont"),
    ("WA", "washington|wash|washington state|wn"),
    ("WI", "wisconsin|wis|wisc"),
    ("WV", "west virginia|w virginia|wva|w va|w v"),
    ("WY", "wyoming|wyo"),
];

pub(super) const CANADA: Table = &[
    ("AB", "alberta|alta|alb"),
    ("BC", "british columbia|colombie britannique|b c"),
    ("MB", "manitoba|man"),
    ("NB", "new brunswick|nouveau brunswick|n b"),
    (
        "NL",
        "newfoundland and labrador|newfoundland labrador|newfoundland|labrador|nfld|nf|terre neuve et labrador|terre neuve",
    ),
    ("NS", "nova scotia|nouvelle ecosse|n s"),
    ("NT", "northwest territories|nwt|territoires du nord ouest|n w t"),
    ("NU", "nunavut|nvt"),
    ("ON", "ontario|ont"),
    (
        "PE",
        "prince edward island|pei|ile du prince edouard|lile du prince edouard|p e i",
    ),
    ("QC", "quebec|que|pq"),
    ("SK", "saskatchewan|sask"),
    ("YT", "yukon|yukon territory|yk|territoire du yukon"),
];

pub(super) const AUSTRALIA: Table = &[
    ("ACT", "australian capital territory|a c t"),
    ("NSW", "new south wales|n s w"),
    ("NT", "northern territory|n t"),
    ("QLD", "queensland"),
    ("SA", "south australia|s a"),
    ("TAS", "tasmania|tassie"),
    ("VIC", "victoria"),
    ("WA", "western australia|w a|west australia"),
];

#[cfg(test)]
mod tests {
    use leadsink_core::value::{Country, State};

    use super::*;
    use crate::value::clean::key;

    #[test]
    fn codes_exist_and_names_are_keys_of_one_code() {
        for (country, table, count) in [
            (Country::US, US, 62),
            (Country::CA, CANADA, 13),
            (Country::AU, AUSTRALIA, 8),
        ] {
            assert_eq!(table.len(), count);
            let names: Vec<_> = table.iter().flat_map(|(_, names)| names.split('|')).collect();
            for name in &names {
                assert_eq!(key(name), **name);
                assert_eq!(names.iter().filter(|other| *other == name).count(), 1, "{name}");
            }
            for (code, _) in table {
                assert!(State::new(country, *code).is_ok(), "{code}");
            }
        }
    }
}
