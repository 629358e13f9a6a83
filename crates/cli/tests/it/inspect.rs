//! `inspect`: one answer a value, on arguments and on standard input.

use serde_json::json;

use crate::support::Room;

#[test]
fn values_on_the_command_line_are_read() {
    for (kind, value, normal) in [
        ("phone", "(512) 555-0100 x12", "+15125550100"),
        ("email", " Jane@Example.COM ", "jane@example.com"),
        ("range", "$100 - $150", "100-150"),
        ("date", "03/04/1980", "1980-03-04"),
        ("boolean", "Yes", "true"),
        ("state", "texas", "TX"),
        ("postal-code", "787046789", "78704-6789"),
        ("country", "Canada", "CA"),
    ] {
        let ran = Room::new().run(&["inspect", kind, value]);
        assert_eq!((ran.code, &*ran.err), (Some(0), ""));
        let answer = &ran.lines()[0];
        assert_eq!(answer["input"], value);
        assert_eq!(
            (&answer["valid"], &answer["normal"]),
            (&true.into(), &normal.into()),
            "{kind}"
        );
    }
    assert_eq!(
        Room::new().run(&["inspect", "phone", "5125550100x12"]).lines()[0]["extension"],
        "12"
    );
}

#[test]
fn a_value_that_cannot_be_read_is_a_finding() {
    let ran = Room::new().run(&["inspect", "phone", "nope", "5125550100"]);
    assert_eq!(ran.code, Some(0));
    let answers = ran.lines();
    assert_eq!(answers.len(), 2);
    assert_eq!(
        (&answers[0]["valid"], &answers[0]["normal"]),
        (&false.into(), &json!(null))
    );
    assert!(answers[0]["code"].is_string() && answers[0]["message"].is_string());
}

#[test]
fn state_and_country_are_the_context() {
    let normal = |args: &[&str]| Room::new().run(args).lines()[0]["normal"].clone();
    assert_eq!(normal(&["inspect", "postal-code", "2116", "--state", "MA"]), "02116");
    assert_eq!(
        normal(&["inspect", "phone", "0412 345 678", "--country", "Australia"]),
        "+61412345678"
    );
    let ran = Room::new().run(&["inspect", "phone", "1", "--state", "Nowhere"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.starts_with("error: `--state Nowhere` cannot be used: "),
        "{}",
        ran.err
    );
}

#[test]
fn standard_input_has_json_strings_and_each_line_one_answer() {
    let ran = Room::new().run_with_input(
        &["inspect", "email"],
        "\"A@example.com\"\nnull\n\nbare\n\"b@example.com\"",
    );
    assert_eq!(ran.code, Some(2));
    let answers = ran.lines();
    assert_eq!(answers.len(), 4, "{}", ran.out);
    assert_eq!(answers[0]["normal"], "a@example.com");
    assert_eq!(
        (&answers[1]["input"], &answers[1]["code"]),
        (&json!(null), &"absent".into())
    );
    assert_eq!(
        (&answers[2]["input"], &answers[2]["code"]),
        (&"bare".into(), &"not_json".into())
    );
    assert_eq!(answers[3]["valid"], true);
    assert!(
        ran.err
            .starts_with("error: line 4 of standard input is no JSON string\nhint: "),
        "{}",
        ran.err
    );
}

#[test]
fn a_misspelt_kind_gets_a_suggestion() {
    let ran = Room::new().run(&["inspect", "fone", "1"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        ran.err.contains("no kind is called `fone`; did you mean `phone`?"),
        "{}",
        ran.err
    );
}
