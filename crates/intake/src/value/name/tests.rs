//! Tables of what `name` reads, apart so that the parser stays short.

use super::*;

/// Salutation, first, middle, last and suffix, apart by `|`.
fn read(text: &str) -> String {
    match parse(text) {
        Ok(Some(name)) => [name.salutation, name.first, name.middle, name.last, name.suffix]
            .map(|part| part.map(|part| part.as_str().to_owned()).unwrap_or_default())
            .join("|"),
        Ok(None) => "absent".to_owned(),
        Err(bad) => bad.code.to_owned(),
    }
}

#[test]
fn full_names_are_split() {
    for (input, wanted) in [
        ("John Smith", "|John||Smith|"),
        ("Sandra St. John", "|Sandra||St. John|"),
        ("Keith de la Cruz", "|Keith||de la Cruz|"),
        ("John Van Der Berg", "|John||Van Der Berg|"),
        ("Lisa  Steele", "|Lisa||Steele|"),
        ("Ashley  O'Brien", "|Ashley||O'Brien|"),
        ("Tamara Núñez", "|Tamara||Núñez|"),
        ("Kevin Smith-Jones", "|Kevin||Smith-Jones|"),
        ("Joe Mclaughlin", "|Joe||Mclaughlin|"),
        ("JOHN SMITH", "|JOHN||SMITH|"),
        ("Mary Ann Smith", "|Mary|Ann|Smith|"),
        ("J. R. R. Tolkien", "|J.|R. R.|Tolkien|"),
        ("Anna Maria van der Berg-Smith", "|Anna|Maria|van der Berg-Smith|"),
        ("Mary O' Brien", "|Mary||O' Brien|"),
        ("Linda Saint James", "|Linda||Saint James|"),
        ("José Ortega y Gasset", "|José||Ortega y Gasset|"),
        ("Van Morrison", "|Van||Morrison|"),
        ("Ben Ali", "|Ben||Ali|"),
        ("John Do", "|John||Do|"),
        ("Kevin", "|Kevin|||"),
        ("de la Cruz", "|||de la Cruz|"),
        ("St. John", "|||St. John|"),
        ("👋 Kevin Smith ☀️", "|Kevin||Smith|"),
        ("John \"Jack\" Smith", "|John||Smith|"),
        ("John (Jack) Smith", "|John||Smith|"),
        ("John Smith, 45", "|John||Smith|"),
        ("John Smith, LLC", "|John||Smith|"),
        ("Smith Solar, Inc.", "|Smith||Solar|"),
        ("John Smith LLC", "|John||Smith|"),
        ("John Smith, Owner", "|John||Smith|"),
        ("John Smith 555-1234", "|John||Smith|"),
        ("John Smith (555) 123-4567", "|John||Smith|"),
        ("John Smith 2", "|John||Smith|"),
        ("John Smith - Owner", "|John||Smith|"),
        ("Mary Smith - Jones", "|Mary|Smith|Jones|"),
        ("Jane Doe c/o John Doe", "|Jane||Doe|"),
        ("c/o John Doe", "|John||Doe|"),
        ("Mr.John Smith", "Mr.|John||Smith|"),
        ("J.R. Smith", "|J.R.||Smith|"),
        ("'John Smith'", "|John||Smith|"),
        ("William 'Bill' Gates", "|William||Gates|"),
        ("William ‘Bill’ Gates", "|William||Gates|"),
        ("Attn: John Smith", "|John||Smith|"),
        ("Name: John Smith", "|John||Smith|"),
        ("ATTN John Smith", "|John||Smith|"),
        ("Gerard 't Hooft", "|Gerard||'t Hooft|"),
        ("<test lead: dummy data for full_name>", "absent"),
        ("n/a", "absent"),
    ] {
        assert_eq!(read(input), wanted, "{input}");
    }
}

#[test]
fn titles_and_suffixes_are_taken_apart() {
    for (input, wanted) in [
        ("Dr. John Q. Smith Jr.", "Dr.|John|Q.|Smith|Jr."),
        ("Mr. Smith", "Mr.|||Smith|"),
        ("Mrs Jane Smith", "Mrs|Jane||Smith|"),
        ("Rev. Dr. Martin King", "Rev. Dr.|Martin||King|"),
        ("Mr. and Mrs. John Smith", "Mr. and Mrs.|John||Smith|"),
        ("Mr. & Mrs. Smith", "Mr. & Mrs.|||Smith|"),
        ("Major Jones", "|Major||Jones|"),
        ("Major Tom Jones", "Major|Tom||Jones|"),
        ("John Smith III", "|John||Smith|III"),
        ("John Smith MD", "|John||Smith|MD"),
        ("John Smith, M.D., Ph.D.", "|John||Smith|M.D., Ph.D."),
        ("Martin Luther King, Jr.", "|Martin|Luther|King|Jr."),
        ("John Paul Smith V", "|John|Paul|Smith|V"),
        ("Anh Do", "|Anh||Do|"),
        ("Herr Hans Müller", "Herr|Hans||Müller|"),
        ("Frau Müller", "Frau|||Müller|"),
        ("Señor Lopez", "Señor|||Lopez|"),
        ("Señora Ana Lopez", "Señora|Ana||Lopez|"),
        ("Señorita Ana Lopez", "Señorita|Ana||Lopez|"),
        ("Mme Dupont", "Mme|||Dupont|"),
        ("Mlle Anne Dupont", "Mlle|Anne||Dupont|"),
        // An initial in most lead files, though a title in French.
        ("M. Night Shyamalan", "|M.|Night|Shyamalan|"),
        ("M. K. Smith", "|M.|K.|Smith|"),
        ("Monsieur Dupont", "Monsieur|||Dupont|"),
        ("Madame Dupont", "Madame|||Dupont|"),
        ("Sr. Juan Lopez", "Sr.|Juan||Lopez|"),
    ] {
        assert_eq!(read(input), wanted, "{input}");
    }
}

#[test]
fn a_comma_puts_the_family_name_first() {
    for (input, wanted) in [
        ("Smith, John", "|John||Smith|"),
        ("Smith,John", "|John||Smith|"),
        ("SMITH, JOHN Q", "|JOHN|Q|SMITH|"),
        ("Smith, John Q., Jr.", "|John|Q.|Smith|Jr."),
        ("Smith Jr., John", "|John||Smith|Jr."),
        ("Smith, Dr. John", "Dr.|John||Smith|"),
        ("De La Cruz, Maria", "|Maria||De La Cruz|"),
        ("Smith, John & Jane", "|John||Smith|"),
        ("Smith, V", "|V||Smith|"),
        ("Smith,", "|Smith|||"),
    ] {
        assert_eq!(read(input), wanted, "{input}");
    }
}

#[test]
fn of_a_couple_the_first_person_counts() {
    for (input, wanted) in [
        ("John & Jane Smith", "|John||Smith|"),
        ("John and Jane Smith", "|John||Smith|"),
        ("John Smith, Jane Smith", "|John||Smith|"),
        ("John Smith; Jane Smith", "|John||Smith|"),
        ("John Smith; Jane Doe", "|John||Smith|"),
        ("Dr. John Smith, Mrs. Jane Smith", "Dr.|John||Smith|"),
        ("García López, María José", "|María|José|García López|"),
        ("John Smith | Jane Doe", "|John||Smith|"),
        ("Smith; John", "|John||Smith|"),
        ("John & Jane", "|John|||"),
        ("John/Jane Smith", "|John||Smith|"),
        ("John&Jane Smith", "|John||Smith|"),
        ("John Smith and Jane Doe", "|John||Smith|"),
        ("Mr. John and Mrs. Jane de la Cruz", "Mr.|John||de la Cruz|"),
    ] {
        assert_eq!(read(input), wanted, "{input}");
    }
    let couple = parse("John  & Jane Smith").unwrap().unwrap();
    assert_eq!(couple.full.as_str(), "John & Jane Smith");
}

#[test]
fn the_full_name_is_in_natural_order_and_without_additions() {
    for (input, wanted) in [
        ("John  Smith", "John Smith"),
        ("Smith, John", "John Smith"),
        ("SMITH, JOHN Q", "JOHN Q SMITH"),
        ("Smith, Dr. John Q., Jr.", "Dr. John Q. Smith Jr."),
        ("Dr. Smith Jr., John", "Dr. John Smith Jr."),
        ("Smith, John, M.D., Ph.D.", "John Smith M.D., Ph.D."),
        ("De La Cruz, Maria", "Maria De La Cruz"),
        ("Smith, John & Jane", "John & Jane Smith"),
        ("Smith, John \"Jack\"", "John Smith"),
        ("John \"Jack\" Smith", "John \"Jack\" Smith"),
        ("Martin Luther King, Jr.", "Martin Luther King, Jr."),
        ("John Smith, LLC", "John Smith, LLC"),
        ("John Smith, Jane Smith", "John Smith, Jane Smith"),
        ("John Smith, 45", "John Smith"),
        ("John Smith 555-1234", "John Smith"),
        ("John Smith - Owner", "John Smith"),
        ("Jane Doe c/o John Doe", "Jane Doe"),
        ("Mr.John Smith", "Mr. John Smith"),
        ("Attn: Smith, John", "John Smith"),
        ("Smith,", "Smith"),
    ] {
        assert_eq!(parse(input).unwrap().unwrap().full.as_str(), wanted, "{input}");
    }
}

#[test]
fn what_is_no_name_is_refused() {
    for bad in ["12345", "!!!", "joe@example.com", "https://example.com/x", "☀️"] {
        assert_eq!(read(bad), "name_invalid", "{bad}");
    }
}
