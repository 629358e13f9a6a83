//! Addresses whose parts stand in fewer or more columns than the lead has fields.

use leadsink_core::{Field, Lead};

use crate::support::{lead, rows, texts, verdicts, warnings};

const PLACE: [Field; 4] = [Field::City, Field::State, Field::PostalCode, Field::Country];

fn place(lead: &Lead) -> String {
    texts(lead, &PLACE)
}

#[test]
fn territories_that_are_written_as_countries_are_of_the_united_states() {
    let text = "Name,City,State,Zip,Country\nA B,San Juan,PR,00901,Puerto Rico\nC D,Ponce,,731,PR\n\
                E F,Hagatna,Guam,96910,GU\nG H,St. Thomas,,00802,VI\n";
    let (_, rows) = rows(text);
    assert_eq!(verdicts(&rows), ["lead"; 4]);
    assert_eq!(place(lead(&rows[0])), "San Juan | PR | 00901 | US");
    assert_eq!(place(lead(&rows[1])), "Ponce | PR | 00731 | US");
    assert_eq!(place(lead(&rows[2])), "Hagatna | GU | 96910 | US");
    assert_eq!(place(lead(&rows[3])), "St. Thomas | VI | 00802 | US");
    assert_eq!(&*lead(&rows[0]).raw[&Field::Country], "Puerto Rico");
}

#[test]
fn city_state_and_zip_in_one_column_are_taken_apart() {
    for header in [
        "City/State/Zip",
        "City, State, Zip",
        "city_state_zip",
        "City State ZIP Code",
    ] {
        let text = format!(
            "Name,\"{header}\"\nA B,\"Austin, TX 78704\"\nC D,\"Boston, Massachusetts, 2134\"\nE F,Salt Lake City UT 84101-1234\n\
             G H,\"New York, NY\"\nI J,78704\nK L,somewhere\nM N,\"Toronto, ON M5V 2T6\"\n"
        );
        let (_, rows) = rows(text);
        assert_eq!(verdicts(&rows), ["lead"; 7], "{header}");
        let places: Vec<String> = rows.iter().map(|row| place(lead(row))).collect();
        assert_eq!(
            places,
            [
                "Austin | TX | 78704 | -",
                "Boston | MA | 02134 | -",
                "Salt Lake City | UT | 84101-1234 | -",
                "New York | NY | - | -",
                "- | - | - | -",
                "- | - | - | -",
                "Toronto | CA-ON | CA-M5V 2T6 | -"
            ]
        );
        for row in &rows[4..6] {
            assert_eq!(warnings(row), ["place_unreadable"]);
            assert_eq!(lead(row).extra.len(), 1);
        }
    }
}

#[test]
fn columns_of_their_own_come_before_the_place_in_one() {
    let (_, rows) = rows("Name,City,City/State/Zip\nA B,Austin,\"Dallas, TX 75201\"\n");
    assert_eq!(place(lead(&rows[0])), "Austin | TX | 75201 | -");
    assert_eq!(lead(&rows[0]).extra["City/State/Zip"], "Dallas, TX 75201");
}

#[test]
fn a_house_number_joins_its_street() {
    let text = "Name,House Number,Street Name,City\nA B,12,Main St Apt 4,X\nC D,,Main St,X\nE F,12,12 Main St,X\n\
                G H,12,,X\n";
    let (_, rows) = rows(text);
    let streets: Vec<String> = rows
        .iter()
        .map(|row| texts(lead(row), &[Field::Street, Field::Unit]))
        .collect();
    assert_eq!(
        streets,
        ["12 Main St | Apt 4", "Main St | -", "12 Main St | -", "- | -"]
    );
    assert_eq!(lead(&rows[3]).extra["House Number"], "12");
    assert!(lead(&rows[0]).extra.is_empty() && lead(&rows[2]).extra.is_empty());
}

#[test]
fn an_address_stands_in_for_a_blank_street() {
    let text =
        "Name,Address,Street,City,State,Zip\nA B,1 Main St,,Austin,TX,78704\nC D,9 Elm St,2 Oak St,Austin,TX,78704\n";
    let (_, rows) = rows(text);
    let fields = [Field::Street, Field::UnparsedAddress];
    assert_eq!(texts(lead(&rows[0]), &fields), "1 Main St | -");
    assert_eq!(texts(lead(&rows[1]), &fields), "2 Oak St | -");
    assert_eq!(lead(&rows[1]).extra["Address"], "9 Elm St");
}

#[test]
fn a_reordered_name_keeps_its_original() {
    let (_, rows) = rows("Name\n\"Smith, John\"\n");
    let lead = lead(&rows[0]);
    assert_eq!(
        texts(lead, &[Field::FullName, Field::FirstName, Field::LastName]),
        "John Smith | John | Smith"
    );
    assert_eq!(&*lead.raw[&Field::FullName], "Smith, John");
}
