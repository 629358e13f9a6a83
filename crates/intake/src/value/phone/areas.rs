//! Area codes of the North American plan of which libphonenumber takes every number with an exchange of 200 to 999, and
//! gives all the same type. Most numbers of most files are in one, so they are read without its tables, which cost 20 ms
//! to load. All other numbers go to the library; a test compares its answers with these lists.

use leadsink_core::value::{Country, Phone, PhoneType};

use super::PhoneParts;

/// Land lines and mobile telephones of the United States.
const UNITED_STATES: &str = "\
    201 202 203 205 206 207 208 209 210 212 213 214 215 216 217 218 219 220 223 224 225 227 228 229 231 234 235 239 \
    240 248 251 252 253 254 256 260 262 267 269 270 272 274 276 279 281 283 301 302 303 304 305 307 308 309 310 312 \
    313 314 315 316 317 318 319 320 321 323 324 325 326 327 329 330 331 332 334 336 337 339 341 346 347 350 351 352 \
    353 360 361 363 364 369 380 385 386 401 402 404 405 406 407 408 409 410 412 413 414 415 417 419 423 424 425 430 \
    432 434 435 440 442 443 445 447 448 458 463 464 469 470 472 475 478 479 480 484 501 502 503 504 505 507 508 509 \
    510 512 513 515 516 517 518 520 530 531 534 539 540 541 551 557 559 561 562 563 564 567 570 571 572 573 574 575 \
    580 582 585 586 601 602 603 605 606 607 608 609 610 612 614 615 616 617 618 619 620 623 626 628 629 630 631 636 \
    640 641 645 646 650 651 656 657 659 660 661 662 667 669 678 680 681 682 686 689 701 702 703 704 706 707 708 712 \
    713 714 715 716 717 718 719 720 724 725 726 727 728 730 731 732 734 737 738 740 743 747 748 754 757 760 762 763 \
    765 769 770 771 772 773 774 775 779 781 785 786 801 802 803 804 805 806 808 810 812 813 814 815 816 817 818 820 \
    821 826 828 830 831 832 835 838 839 840 843 845 847 848 850 854 856 857 858 859 860 862 863 864 865 870 872 878 \
    901 903 904 906 907 908 909 910 912 913 914 915 916 917 918 919 920 925 928 929 930 931 934 936 937 938 940 941 \
    943 945 947 948 949 951 952 954 956 959 970 971 972 973 975 978 979 980 984 985 986 989";

/// Those of Canada.
const CANADA: &str = "\
    204 226 236 249 250 257 263 273 289 306 343 354 365 367 368 382 403 416 418 428 431 437 438 450 468 474 506 514 \
    519 548 579 581 584 587 604 613 639 647 672 683 705 709 742 753 778 780 782 807 819 825 867 873 879 902 905 942";

/// Numbers that are free for the caller, wherever in the plan.
const TOLL_FREE: &str = "\
    800 833 844 855 866 877 888";

/// What the numbers of an area code are.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Area {
    /// The library must be asked.
    Other,
    UnitedStates,
    Canada,
    TollFree,
}

/// What each area code is.
static AREAS: [Area; 1000] = {
    let mut areas = [Area::Other; 1000];
    mark(&mut areas, UNITED_STATES, Area::UnitedStates);
    mark(&mut areas, CANADA, Area::Canada);
    mark(&mut areas, TOLL_FREE, Area::TollFree);
    areas
};

const fn mark(areas: &mut [Area; 1000], codes: &str, area: Area) {
    let codes = codes.as_bytes();
    let mut at = 0;
    while at < codes.len() {
        areas[index([codes[at], codes[at + 1], codes[at + 2]])] = area;
        at += 4;
    }
}

const fn index(code: [u8; 3]) -> usize {
    (code[0] - b'0') as usize * 100 + (code[1] - b'0') as usize * 10 + (code[2] - b'0') as usize
}

/// Reads a number as people in North America write it, with nothing beside it, of an area that is known here. Without
/// `+1` it must be meant for the plan. Nothing where the library must be asked.
pub(super) fn read(text: &str, in_plan: bool) -> Option<PhoneParts> {
    let text = text.as_bytes();
    let (has_plus, text) = match text {
        [b'+', b'1', rest @ ..] => (true, rest),
        [b'1', rest @ ..] => (false, rest),
        _ => (false, text),
    };
    if !has_plus && !in_plan {
        return None;
    }
    let (area, text) = match without_marks(text) {
        [b'(', a, b, c, b')', rest @ ..] => ([*a, *b, *c], rest),
        [a, b, c, rest @ ..] => ([*a, *b, *c], rest),
        _ => return None,
    };
    let (exchange, text) = without_marks(text).split_first_chunk::<3>()?;
    let line: &[u8; 4] = without_marks(text).try_into().ok()?;
    let digits = [&area[..], exchange, line];
    if !digits.iter().all(|part| part.iter().all(u8::is_ascii_digit)) || exchange[0] < b'2' {
        return None;
    }
    let (kind, region) = match AREAS[index(area)] {
        Area::Other => return None,
        Area::UnitedStates => (None, Some(Country::US)),
        Area::Canada => (None, Some(Country::CA)),
        Area::TollFree => (Some(PhoneType::TollFree), None),
    };
    let mut number = *b"+1##########";
    number[2..5].copy_from_slice(&area);
    number[5..8].copy_from_slice(exchange);
    number[8..].copy_from_slice(line);
    Some(PhoneParts {
        number: Phone::new(std::str::from_utf8(&number).ok()?).ok()?,
        extension: None,
        kind,
        region,
    })
}

/// What stands behind the marks between two groups of digits.
fn without_marks(text: &[u8]) -> &[u8] {
    let marks = text
        .iter()
        .take_while(|byte| matches!(byte, b' ' | b'-' | b'.'))
        .count();
    &text[marks..]
}

#[cfg(test)]
mod tests {
    use rlibphonenumber::{PhoneNumberType, Region};

    use super::*;

    #[test]
    fn the_library_says_the_same_of_every_area() {
        let asked = |digits: &str| {
            let (number, region, number_type) = super::super::read(digits, Region::US, true).unwrap();
            (number.national_number.to_string(), region, number_type)
        };
        for (codes, region, number_type) in [
            (UNITED_STATES, Region::US, PhoneNumberType::FixedLineOrMobile),
            (CANADA, Region::CA, PhoneNumberType::FixedLineOrMobile),
            (TOLL_FREE, Region::US, PhoneNumberType::TollFree),
        ] {
            for (index, code) in codes.split(' ').enumerate() {
                // Another exchange and line for each area, so that together they are many.
                let other = format!("{}{:04}", 200 + index * 97 % 800, index * 7919 % 10_000);
                for line in ["2000000", "9999999", "5550123", &other] {
                    let digits = format!("{code}{line}");
                    assert_eq!(asked(&digits), (digits.clone(), region, number_type), "{digits}");
                }
            }
        }
    }

    #[test]
    fn numbers_are_read_in_the_usual_forms_only() {
        let number = |text| read(text, true).map(|parts| parts.number.as_str().to_owned());
        for text in [
            "6145550123",
            "614-555-0123",
            "614.555.0123",
            "(614) 555-0123",
            "(614)555-0123",
            "+16145550123",
            "+1 (614) 555-0123",
            "1-614-555-0123",
        ] {
            assert_eq!(number(text).as_deref(), Some("+16145550123"), "{text}");
        }
        for text in [
            "",
            "614-555-012",
            "614-555-01234",
            "614-155-0123",
            "999-555-0123",
            "787-555-0123",
            "6145550123.0",
            "614-555-0123 x4",
            "+44 614 555 0123",
            "614/555-0123",
            "614) 555-0123",
        ] {
            assert_eq!(number(text), None, "{text}");
        }
        assert!(read("614-555-0123", false).is_none() && read("+16145550123", false).is_some());
    }
}
