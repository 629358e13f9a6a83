//! Parts of an address that have no field of their own: a place in one cell, a house number, a territory of the United
//! States that is written as a country.

use leadsink_core::Field;
use leadsink_core::value::{Country, PostalCode, State, Text};

use super::work::Work;
use crate::file::row::RowNote;
use crate::value::{BadValue, Hints, city, country, is_absent, postal_code, state, street, text};

/// Countries of their own by ISO 3166 whose post is that of the United States, where they are states.
const TERRITORIES: &[&str] = &["AS", "FM", "GU", "MH", "MP", "PR", "PW", "VI"];

impl Work<'_> {
    /// Reads a country. A territory of the United States is a state of them.
    pub(super) fn country(&mut self, field: Field, cell: &str) -> Result<(), BadValue> {
        let mailing = field == Field::MailingCountry;
        let Some(mut country) = country::parse(cell)? else {
            return Ok(());
        };
        if TERRITORIES.contains(&country.as_str()) {
            self.territories[usize::from(mailing)] = State::new(Country::US, country.as_str()).ok();
            country = Country::US;
        }
        let address = if mailing {
            &mut self.lead.mailing
        } else {
            &mut self.lead.site
        };
        address.country = Some(country);
        Ok(())
    }

    /// Takes a territory for the state where no other is named.
    pub(super) fn fill_territories(&mut self) {
        let [site, mailing] = std::mem::take(&mut self.territories);
        let unread = |field: Field| self.unread.iter().any(|(other, _)| *other == field);
        let (bad_site, bad_mailing) = (unread(Field::State), unread(Field::MailingState));
        let addresses = [
            (&mut self.lead.site, site, bad_site),
            (&mut self.lead.mailing, mailing, bad_mailing),
        ];
        for (address, territory, bad) in addresses {
            if address.state.is_none() && !bad {
                address.state = territory;
            }
        }
    }

    /// Takes the unit out of a street only where no column holds one, and puts the house number before it.
    pub(super) fn street(&mut self, field: Field, cell: &str) -> Result<(), BadValue> {
        let mailing = field == Field::MailingStreet;
        let Some(mut parts) = street::split(cell)? else {
            return Ok(());
        };
        let mut joined = None;
        if let Some(number) = self.house_number_cell().filter(|_| !mailing) {
            let known = street::house_number(parts.0.as_str());
            let mut numbered = known.is_some_and(|known| known.eq_ignore_ascii_case(number));
            if known.is_none()
                && let Ok(Some(whole)) = street::split(&format!("{number} {cell}"))
            {
                joined = Some(format!("{number} {cell}"));
                parts = whole;
                numbered = true;
            }
            self.numbered = numbered;
        }
        let (street, own_unit) = parts;
        let unit = if mailing { Field::MailingUnit } else { Field::Unit };
        let columns = self
            .plan
            .fields
            .iter()
            .filter(|(other, _)| *other == unit)
            .flat_map(|(_, indexes)| indexes);
        let taken = columns.into_iter().any(|index| !is_absent(self.record.cell(*index)));
        let address = if mailing {
            &mut self.lead.mailing
        } else {
            &mut self.lead.site
        };
        if taken && own_unit.is_some() {
            address.street = text::parse(joined.as_deref().unwrap_or(cell))?;
        } else {
            address.street = Some(street);
            address.unit = own_unit;
        }
        Ok(())
    }

    fn house_number_cell(&self) -> Option<&str> {
        let cells = self
            .plan
            .house_numbers
            .iter()
            .map(|index| self.record.cell(*index).trim());
        cells
            .into_iter()
            .find(|cell| !is_absent(cell) && cell.len() <= 12 && cell.contains(|c: char| c.is_ascii_digit()))
    }

    /// Keeps a house number that no street took.
    pub(super) fn house_number(&mut self) {
        for index in self.plan.house_numbers.iter().copied() {
            if !self.numbered && !is_absent(self.record.cell(index)) {
                self.keep(index);
            }
        }
    }

    /// Takes places such as `Austin, TX 78704` apart. What has a column of its own comes first.
    pub(super) fn places(&mut self) {
        for index in self.plan.places.iter().copied() {
            let cell = self.record.cell(index);
            if is_absent(cell) {
                continue;
            }
            let Some(place) = Place::parse(cell, &self.hints(Field::City, cell)) else {
                let message =
                    "it is no city with its state and ZIP code, as in `Austin, TX 78704`; the text is kept in `extra`";
                let note = RowNote::new("place_unreadable", message).about(self.header(index), None);
                self.warnings.push(note);
                self.keep(index);
                continue;
            };
            let site = &mut self.lead.site;
            let differs = site.city.as_ref().is_some_and(|city| *city != place.city)
                || site.state.as_ref().is_some_and(|state| *state != place.state)
                || (site.postal_code.is_some() && place.postal_code.is_some() && site.postal_code != place.postal_code);
            site.city.get_or_insert(place.city);
            site.state.get_or_insert(place.state);
            site.postal_code = site.postal_code.take().or(place.postal_code);
            if differs {
                self.keep(index);
            }
        }
    }
}

/// City, state and postal code.
struct Place {
    city: Text,
    state: State,
    postal_code: Option<PostalCode>,
}

impl Place {
    /// Reads `Austin, TX 78704`, with or without the comma, the postal code and the country.
    fn parse(text: &str, hints: &Hints) -> Option<Self> {
        let text = without_country(text.trim());
        let words: Vec<&str> = text
            .split([' ', ',', '\n', '\t', '/'])
            .filter(|word| !word.is_empty())
            .collect();
        // A postal code is one word or two, and holds a digit.
        let codes = [2, 1].into_iter().filter(|count| words.len() > *count);
        let code = codes.into_iter().find_map(|count| {
            let (rest, code) = words.split_at(words.len() - count);
            let digits = code.iter().all(|word| word.contains(|c: char| c.is_ascii_digit()));
            let (city, state) = city_and_state(rest, hints).filter(|_| digits)?;
            let hints = hints.clone().with_state(state.clone());
            let code = postal_code::parse(&code.join(" "), &hints).ok()??;
            Some((city, state, Some(code)))
        });
        let (city, state, postal_code) = match code {
            Some(found) => found,
            None => {
                let (city, state) = city_and_state(&words, hints)?;
                (city, state, None)
            }
        };
        Some(Self {
            city,
            state,
            postal_code,
        })
    }
}

/// Takes the longest state off the end, so that `New York New York` is the city and the state.
fn city_and_state(words: &[&str], hints: &Hints) -> Option<(Text, State)> {
    (1..=3).rev().filter(|count| words.len() > *count).find_map(|count| {
        let (place, name) = words.split_at(words.len() - count);
        let state = state::parse(&name.join(" "), hints).ok()??;
        let city = city::parse(&place.join(" ")).ok()??;
        let digits = city.as_str().contains(|c: char| c.is_ascii_digit());
        (!digits).then_some((city, state))
    })
}

fn without_country(text: &str) -> &str {
    let Some((place, name)) = text.rsplit_once([',', ' ']) else {
        return text;
    };
    let known = matches!(
        name.trim().to_ascii_uppercase().as_str(),
        "USA" | "US" | "U.S." | "U.S.A." | "CANADA"
    );
    if known {
        place.trim_end_matches([',', ' '])
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_taken_apart() {
        for (text, wanted) in [
            ("Austin, TX 78704", "Austin|TX|78704"),
            ("Austin TX, 78704, USA", "Austin|TX|78704"),
            ("New York New York 10001", "New York|NY|10001"),
            ("Charleston, West Virginia", "Charleston|WV|"),
            ("Boston/MA/2134", "Boston|MA|02134"),
            ("Toronto, ON M5V 2T6", "Toronto|ON|M5V 2T6"),
            ("Washington, District of Columbia 20001", "Washington|DC|20001"),
            ("1 Main St, Austin, TX 78704", "-"),
            ("78704", "-"),
            ("TX 78704", "-"),
            ("Austin 78704", "-"),
            ("Austin", "-"),
        ] {
            let found = Place::parse(text, &Hints::default()).map_or_else(
                || "-".to_owned(),
                |place| {
                    let code = place.postal_code.as_ref().map_or("", PostalCode::code);
                    format!("{}|{}|{code}", place.city.as_str(), place.state.code())
                },
            );
            assert_eq!(found, wanted, "{text}");
        }
    }
}
