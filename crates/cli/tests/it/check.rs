//! `check`: what is told of a file, and how it ends.

use crate::support::{CONFIG, LEADS, Room};

#[test]
fn bad_rows_are_told_with_their_reasons_and_no_value() {
    let room = Room::new().with("leads.csv", LEADS);
    let ran = room.run(&["check", "leads.csv"]);
    assert_eq!((ran.code, &*ran.err), (Some(1), ""));
    for part in [
        "leads.csv\n  CSV, comma-separated, utf-8\n  5 rows: 3 good, 1 bad, 1 repeated\n",
        "  Roof colour           extra            not recognised\n",
        "\nBad rows\n  ROW  COLUMN  CODE             WHY\n    3  Phone   phone_too_short  ",
        "\nRepeated rows, not sent\n  row 5 repeats 1\n",
    ] {
        assert!(ran.out.contains(part), "{part}\n{}", ran.out);
    }
    for value in ["Ada", "Quill", "example.com", "0101", "555", "Pine", "Austin", "78704"] {
        assert!(!ran.out.contains(value), "{value}\n{}", ran.out);
    }
}

#[test]
fn each_sink_says_how_many_it_would_take_and_needs_no_credentials() {
    let room = Room::new().with("leads.csv", LEADS).with("leadsink.toml", CONFIG);
    let ran = room.run(&["check", "leads.csv"]);
    assert_eq!((ran.code, &*ran.err), (Some(1), ""));
    assert!(
        ran.out.contains("\nmain (NTherm) would take 3 of 3 leads\n"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("`extra_data`: extra.Roof colour (1)"), "{}", ran.out);
}

#[test]
fn a_file_without_faults_ends_well() {
    let good: Vec<_> = LEADS.lines().take(3).collect();
    let room = Room::new().with("leads.csv", good.join("\n"));
    assert_eq!(room.run(&["check", "leads.csv"]).code, Some(0));
    assert_eq!(room.run_with_input(&["check", "-"], good.join("\n")).code, Some(0));
}

#[test]
fn good_rows_that_no_sink_takes_have_a_code_of_their_own() {
    let leads = "name,email,phone\nAda Quill,ada@example.com,5125550101\n";
    let room = Room::new().with("leads.csv", leads).with("leadsink.toml", CONFIG);
    let ran = room.run(&["check", "leads.csv"]);
    assert_eq!(ran.code, Some(4), "{}", ran.err);
    assert!(
        ran.out.contains("would take 0 of 1 lead\n  not taken, because\n"),
        "{}",
        ran.out
    );
    assert!(ran.out.contains("NTherm needs `street`"), "{}", ran.out);
}

#[test]
fn the_json_document_keeps_its_keys() {
    let room = Room::new().with("leads.csv", LEADS).with("leadsink.toml", CONFIG);
    let ran = room.run(&["check", "leads.csv", "--json"]);
    let json = ran.json();
    let keys: Vec<_> = json.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(
        keys.join(" "),
        "bad bad_rows blank columns decimal delimiter duplicate_rows duplicates encoding error file format good gzip \
         not_found rows sinks skipped_lines warnings"
    );
    assert_eq!(json["rows"], 5);
    assert_eq!(json["bad_rows"][0]["row"], 3);
    assert_eq!(json["bad_rows"][0]["line"], 4);
    assert_eq!(json["bad_rows"][0]["problems"][0]["field"], "phone_1");
    assert_eq!(json["bad_rows"][0]["problems"][0]["code"], "phone_too_short");
    assert_eq!(json["duplicate_rows"][0]["first_row"], 1);
    assert_eq!(json["columns"][3]["target"], "phone_1");
    let sink = &json["sinks"][0];
    assert_eq!((&sink["name"], &sink["vendor"]), (&"main".into(), &"ntherm".into()));
    assert_eq!((&sink["would_take"], &sink["unfit"]), (&3.into(), &0.into()));
    assert_eq!(sink["unmapped"][0]["field"], "extra.Roof colour");
    assert_eq!(json["error"], serde_json::Value::Null);
}

#[test]
fn rows_and_limit_choose_what_is_read() {
    let room = Room::new().with("leads.csv", LEADS);
    for (args, rows) in [
        (vec!["--rows", "2-3"], 2),
        (vec!["--rows", "-1"], 1),
        (vec!["--rows", "4-"], 2),
        (vec!["--rows", "2-", "--limit", "1"], 1),
        (vec!["--limit", "0"], 0),
    ] {
        let ran = room.run(&[&["check", "leads.csv", "--json"], &*args].concat());
        assert_eq!(ran.json()["rows"], rows, "{args:?}");
    }
    let ran = room.run(&["check", "leads.csv", "--rows", "99-"]);
    assert_eq!(ran.code, Some(0));
    assert_eq!(ran.err, "warning: no row of the file is among those asked for\n");
}

#[test]
fn options_override_what_is_detected() {
    let room = Room::new()
        .with("leads.txt", "Wer;Tel;Note\nAda Quill;5125550101;a,b\n")
        .with("map.txt", "Wer = full_name\nTel = extra\n");
    let ran = room.run(&[
        "check",
        "leads.txt",
        "--mapping",
        "map.txt",
        "--column",
        "Tel=phone_1",
        "--json",
    ]);
    let json = ran.json();
    let targets: Vec<_> = (0..3)
        .map(|index| json["columns"][index]["target"].as_str().unwrap())
        .collect();
    assert_eq!(targets, ["full_name", "phone_1", "notes"], "{}", ran.out);
    let ran = room.run(&["check", "leads.txt", "--mapping", "none.txt"]);
    assert_eq!(ran.err, "error: cannot read `none.txt`: no such file or directory\n");
}

#[test]
fn a_file_that_is_none_is_named_with_what_to_do() {
    let room = Room::new()
        .with("empty.csv", "")
        .with("header.csv", "name,email\n")
        .with("book.xlsx", b"PK\x03\x04xl/workbook.xml");
    for (file, part) in [
        ("none.csv", "there is no such file"),
        (".", "it is a directory"),
        ("empty.csv", "it is empty"),
        ("header.csv", "it has a header and no rows"),
        ("book.xlsx", "save it as CSV"),
    ] {
        let ran = room.run(&["check", file]);
        assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{file}");
        assert!(
            ran.err.starts_with(&format!("error: cannot read `{file}`: ")),
            "{}",
            ran.err
        );
        assert!(ran.err.contains(part), "{}", ran.err);
    }
    let ran = room.run(&["check", "-"]);
    assert_eq!(ran.code, Some(2));
}
