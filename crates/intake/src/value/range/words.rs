//! What the words around an amount mean, in English, Spanish, French and German.

use leadsink_core::value::Decimal;

use crate::value::clean::key;

/// What a word says about the amounts beside it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Meaning {
    /// The amount is the high end.
    Under,
    /// The amount is the low end.
    Over,
    /// The next bound is meant the other way round.
    Not,
    /// A bound right behind it is meant the other way round: `al menos`, `au plus`.
    AtThe,
    /// `and up`, or the beginning of `up to`.
    Up,
    /// A `to` right behind it is no bound: `equal to`.
    Equal,
    /// Stands between both ends, or before the high end.
    To,
    /// Stands between both ends, or before a bound.
    And,
    /// Another period than the month.
    OtherPeriod,
    /// A unit, a currency or the month.
    Unit,
    /// Changes nothing, but does not belong right behind a number.
    Chatter,
    /// Nobody knows; it may be a bound.
    Unknown,
}

/// The meaning of a word.
pub(super) fn meaning(word: &str) -> Meaning {
    match key(word).as_str() {
        "under" | "below" | "less" | "fewer" | "lower" | "smaller" | "younger" | "max" | "maximum" | "maximal"
        | "most" | "upto" | "within" | "menos" | "menor" | "maximo" | "debajo" | "moins" | "unter" | "weniger"
        | "hochstens" | "hoechstens" => Meaning::Under,
        "over" | "above" | "more" | "greater" | "higher" | "bigger" | "larger" | "older" | "plus" | "min"
        | "minimum" | "minimal" | "least" | "exceed" | "exceeds" | "exceeding" | "beyond" | "from" | "starting"
        | "starts" | "upward" | "upwards" | "onward" | "onwards" | "mas" | "mayor" | "minimo" | "desde" | "uber"
        | "ueber" | "mehr" | "mindestens" | "ab" | "von" => Meaning::Over,
        "no" | "not" | "doesnt" | "pas" | "nicht" => Meaning::Not,
        "al" | "au" | "lo" => Meaning::AtThe,
        "up" => Meaning::Up,
        "equal" => Meaning::Equal,
        "to" | "through" | "thru" | "until" | "till" | "hasta" | "bis" | "jusqua" => Meaning::To,
        "and" | "y" | "et" | "und" => Meaning::And,
        "year" | "years" | "yearly" | "yr" | "annual" | "annually" | "annum" | "pa" | "week" | "weekly" | "wk"
        | "day" | "daily" | "quarter" | "quarterly" | "bimonthly" | "months" | "ano" | "anual" | "semana" | "dia"
        | "annee" | "semaine" | "jour" | "jahr" | "jahrlich" | "woche" | "tag" => Meaning::OtherPeriod,
        word if UNITS.split('|').any(|known| known == word) => Meaning::Unit,
        word if CHATTER.split('|').any(|known| known == word) => Meaning::Chatter,
        _ => Meaning::Unknown,
    }
}

/// Units, currencies and the month, apart by `|`.
const UNITS: &str = "kwh|kwhs|kw|wh|watt|watts|kilowatt|kilowatts|hour|hours|therm|therms|ccf|mcf|cf|btu|mmbtu|gj|mj|\
    gal|gals|gallon|gallons|liter|liters|litre|litres|lb|lbs|pound|pounds|sq|ft|sqft|feet|units|usd|cad|aud|nzd|eur|\
    euro|euros|gbp|mxn|dollar|dollars|dolares|buck|bucks|cent|cents|month|monthly|mo|mos|mth|mnth|mes|mensual|\
    mensuales|mois|mensuel|monat|monatlich|ish";

/// What people write around an amount, apart by `|`.
const CHATTER: &str = "a|about|amount|approx|approximate|approximately|are|around|at|average|averages|avg|between|\
    bill|bills|c|ca|cash|circa|consumption|cost|costs|currently|each|exactly|electric|electrical|electricity|energy|estimate|\
    estimated|every|for|gas|guess|heating|household|i|in|is|its|just|like|little|maybe|my|nz|of|oil|on|only|or|our|\
    pay|paying|per|power|probably|propane|range|roughly|say|slightly|spend|spending|than|the|think|total|typical|\
    typically|usage|use|usually|utility|we|well|will|como|cuenta|de|del|el|electrica|en|entre|factura|la|los|luz|o|\
    pago|por|que|unos|environ|facture|le|les|ou|par|als|etwa|oder|pro|rechnung|rund|strom|ungefahr|zu|zwischen|us";

/// By how much the word right behind a number multiplies it, and what stands behind that: `1.5k` is 1500, `2 million` is
/// 2000000, `1 MWh` is 1000 kWh. A lone `m` is a million only right behind the number or as a capital.
pub(super) fn scale(behind: &str) -> (Decimal, &str) {
    let spaced = behind.trim_start_matches(' ');
    let end = spaced.find(|c: char| !c.is_alphabetic()).unwrap_or(spaced.len());
    let (word, rest) = spaced.split_at(end);
    let factor = match word.to_lowercase().as_str() {
        "k" | "thousand" | "mwh" | "tausend" | "mille" => 1000,
        "m" | "mm" if word.starts_with('m') && spaced.len() < behind.len() => return (Decimal::ONE, behind),
        "m" | "mm" | "mil" | "mill" | "million" | "millions" | "mio" | "millón" | "millones" | "millionen" | "gwh" => {
            1_000_000
        }
        _ => return (Decimal::ONE, behind),
    };
    (Decimal::new(factor, 0), rest)
}
