//! Lead files to measure with. The same row number always gives the same row, so a file of any length can be written
//! again, and a longer one begins with a shorter one.

use std::fmt;
use std::io::{self, Write};
use std::str::FromStr;

/// What a file looks like.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// An export as an advertising platform makes it, of which a plain loop can make the same requests. Only the
    /// telephones need a library: they are written in five ways.
    Plain,
    /// The export of a web form: states by name, nine-digit ZIP codes, units, bills with a currency, answers in words.
    Form,
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "plain" => Ok(Self::Plain),
            "form" => Ok(Self::Form),
            _ => Err(format!("`{text}` is no kind of file; there are `plain` and `form`")),
        }
    }
}

const FIRST: [&str; 15] = [
    "Shaun", "Sandra", "William", "Jack", "Crystal", "Maria", "Ana", "Robert", "Linda", "José", "Karen", "Ahmed",
    "Wei", "Olga", "Peter",
];
const LAST: [&str; 15] = [
    "Castro", "Owens", "Matthews", "Hunt", "Garcia", "Smith", "Johnson", "Nguyen", "O'Brien", "Lee", "Patel", "Brown",
    "Davis", "Lopez", "Walker",
];
const STREETS: [&str; 8] = [
    "Spencer Street",
    "West 66th Place",
    "Fraternity Street",
    "Honeydew Dr",
    "Oak Avenue",
    "Front Beach Road",
    "Summit Street",
    "Copeland Way",
];
const SOURCES: [&str; 4] = ["Facebook", "Instagram", "Google Ads", "Website"];
const STATUSES: [&str; 3] = ["New", "Needs Contact", "Qualified"];
const OFFICES: [&str; 3] = ["Columbus Office", "Denver Office", "Bay Area"];
const NOTES: [&str; 6] = [
    "",
    "",
    "HOA approval needed; gate code 4521",
    "\"Has a pool, wants a battery\"",
    "Roof replaced in 2019",
    "Prefers text messages",
];

/// City, state, ZIP code, area code; then state and ZIP code as the form has them.
const PLACES: [(&str, &str, &str, u16, &str, &str); 7] = [
    ("Columbus", "OH", "43201", 614, "OH", "43201"),
    ("Arvada", "CO", "80004", 303, "CO", "80004"),
    ("San Jose", "CA", "95112", 408, "CA", "95112"),
    ("Austin", "TX", "78701", 512, "TX", "78701"),
    ("Cleveland", "OH", "44101", 216, "OH", "44101"),
    ("Tampa", "FL", "33602", 813, "Florida", "33602"),
    ("Phoenix", "AZ", "85003", 602, "AZ", "85003-1234"),
];

const PLAIN_HEADER: &str =
    "id,First Name,Last Name,Email,Phone,Street Address,City,State,ZIP,Lead Source,Lead Status,Office,Notes";
const FORM_HEADER: &str = "First Name,Last Name,Email Address,Phone,Street Address,Apt / Unit,City,State,ZIP,\
                           Utility Company,Average Monthly Bill,Own Home?,Best Time To Call,Comments,\
                           TrustedForm Cert URL,Submitted At,IP Address";

/// Writes a file of so many rows beneath its header. Nothing of it is held.
///
/// # Errors
/// When it cannot be written.
pub fn write(kind: Kind, rows: u64, out: &mut impl Write) -> io::Result<()> {
    let (header, row): (_, fn(u64) -> String) = match kind {
        Kind::Plain => (PLAIN_HEADER, plain_row),
        Kind::Form => (FORM_HEADER, form_row),
    };
    writeln!(out, "{header}")?;
    (0..rows).try_for_each(|n| writeln!(out, "{}", row(n)))
}

fn plain_row(n: u64) -> String {
    let mut draw = Draw(n);
    let (first, last) = (draw.of(&FIRST), draw.of(&LAST));
    let &(city, state, zip, area, ..) = draw.of(&PLACES);
    let phone = Telephone { area, n };
    let phone = match n % 5 {
        0 => format!("{phone}"),
        1 => phone.written("(", ") ", "-"),
        2 => phone.written("", "-", "-"),
        3 => phone.written("", ".", "."),
        _ => phone.written("+1 ", " ", " "),
    };
    let (house, street) = (1 + n % 9999, draw.of(&STREETS));
    let (source, status, office, notes) = (
        draw.of(&SOURCES),
        draw.of(&STATUSES),
        draw.of(&OFFICES),
        draw.of(&NOTES),
    );
    let email = first.to_lowercase().replace('é', "e");
    format!(
        "{},{first},{last},{email}.{n}@example.com,{phone},{house} {street},{city},{state},{zip},{source},{status},{office},{notes}",
        24_000_000_001 + n,
    )
}

fn form_row(n: u64) -> String {
    let mut draw = Draw(n);
    let (first, last) = (draw.of(&FIRST), draw.of(&LAST));
    let &(city, .., area, state, zip) = draw.of(&PLACES);
    let phone = Telephone { area, n };
    let phone = match draw.below(4) {
        0 => phone.written("", ".", "."),
        1 => phone.written("(", ") ", "-"),
        2 => phone.written("+1", "", ""),
        _ => phone.written("", "-", "-"),
    };
    let (house, street) = (1 + n % 9999, draw.of(&STREETS));
    let unit = draw.of(&["", "", "Apt 4", "#12"]);
    let utility = draw.of(&["AEP", "PG&E", "APS", "Duke Energy"]);
    let bill = 80 + draw.below(420);
    let own = draw.of(&["Yes", "No"]);
    let time = draw.of(&["Morning", "Afternoon", "Evening"]);
    let notes = draw.of(&NOTES);
    let certificate = (u128::from(draw.next()) << 32) | u128::from(n);
    let (month, day, hour, minute) = (1 + n % 12, 1 + n % 28, n % 24, n % 60);
    let email = first.to_lowercase().replace('é', "e");
    format!(
        "{first},{last},{email}.{n}@example.com,{phone},{house} {street},{unit},{city},{state},{zip},{utility},${bill}.00,{own},\
         {time},{notes},https://cert.trustedform.com/{certificate:040x},2026-{month:02}-{day:02}T{hour:02}:{minute:02}:00Z,\
         203.0.113.{}",
        n % 256,
    )
}

/// A number of the North American plan; no two rows of a file with fewer than eight million have the same.
struct Telephone {
    area: u16,
    n: u64,
}

impl Telephone {
    fn written(&self, before: &str, behind_area: &str, behind_exchange: &str) -> String {
        let subscriber = 2_000_000 + self.n % 7_999_999;
        let (exchange, line) = (subscriber / 10_000, subscriber % 10_000);
        format!("{before}{}{behind_area}{exchange}{behind_exchange}{line:04}", self.area)
    }
}

impl fmt::Display for Telephone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.written("", "", ""))
    }
}

/// Draws for one row, by splitmix64.
struct Draw(u64);

impl Draw {
    fn next(&mut self) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .wrapping_add(0xd1b5_4a32_d192_ed03);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, end: u64) -> u64 {
        self.next() % end
    }

    fn of<'a, T>(&mut self, choice: &'a [T]) -> &'a T {
        let index = self.below(choice.len() as u64) as usize;
        &choice[index]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(kind: Kind, rows: u64) -> String {
        let mut out = Vec::new();
        write(kind, rows, &mut out).unwrap();
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn a_longer_file_begins_with_the_shorter_one() {
        for kind in [Kind::Plain, Kind::Form] {
            let longer = written(kind, 50);
            assert!(longer.starts_with(&written(kind, 20)));
            assert_eq!(longer.lines().count(), 51);
        }
    }

    #[test]
    fn telephones_are_written_in_five_ways() {
        let file = written(Kind::Plain, 5);
        let phones = file.lines().skip(1).map(|line| line.split(',').nth(4).unwrap());
        let forms: Vec<_> = phones
            .map(|phone| phone.replace(|c: char| c.is_ascii_digit(), "9"))
            .collect();
        assert_eq!(
            forms,
            [
                "9999999999",
                "(999) 999-9999",
                "999-999-9999",
                "999.999.9999",
                "+9 999 999 9999"
            ]
        );
    }
}
