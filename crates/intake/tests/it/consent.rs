//! Who agreed, who refused, and what a file says about either.

use leadsink_core::{Field, Lead};
use leadsink_intake::{Row, RowOutcome};

use crate::support::{lead, rows, texts, verdicts, warnings};

fn answers(lead: &Lead) -> Vec<String> {
    let answers = lead.consent.answers.iter();
    answers
        .map(|answer| format!("{}={}", answer.question.as_str(), answer.answer.as_str()))
        .collect()
}

fn only(text: &str) -> Row {
    rows(text).1.remove(0)
}

#[test]
fn a_refused_consent_is_no_proof() {
    for (header, cell) in [
        ("Opt In", "No"),
        ("opt_in", "false"),
        ("Consent", "Declined"),
        ("Email Opt In", "Unsubscribed"),
        ("TCPA Consent", "0"),
        ("Do you consent to be called?", "no"),
        ("Do you agree to the terms?", "No"),
        ("Unsubscribed", "yes"),
        ("Do Not Call", "TRUE"),
    ] {
        let row = only(&format!("ad_id,form_id,Name,{header}\n1,2,A B,{cell}\n"));
        let lead = lead(&row);
        assert!(
            lead.consent.answers.is_empty() && lead.consent.text.is_none(),
            "{header}"
        );
        assert_eq!(lead.extra[header], cell);
        assert_eq!(warnings(&row), ["consent_refused"], "{header}");
        let RowOutcome::Lead { warnings, .. } = &row.outcome else {
            panic!("it is a lead");
        };
        assert_eq!(warnings[0].field, Some(Field::ConsentText));
        assert_eq!(warnings[0].column.as_deref(), Some(header));
    }
    let row = only(r#"[{"name":"A B","tcpa_consent":false}]"#);
    assert!(lead(&row).consent.answers.is_empty());
    assert_eq!(warnings(&row), ["consent_refused"]);
    let row = only("Name,Unsubscribed\nA B,no\n");
    assert!(warnings(&row).is_empty());
}

#[test]
fn a_given_consent_is_an_answer_and_its_words_are_the_text() {
    let row = only("Name,Opt In\nA B,Yes\n");
    assert_eq!(answers(lead(&row)), ["Opt In=Yes"]);
    let row = only("Name,Consent\nA B,I agree that Solar Co may call me about its offers.\n");
    assert_eq!(
        texts(lead(&row), &[Field::ConsentText]),
        "I agree that Solar Co may call me about its offers."
    );
}

#[test]
fn a_yes_stands_beside_the_text_and_a_no_withholds_it() {
    let table = |cells: &str| only(&format!("Name,Opt In,SMS Consent,Disclosure\nA B,{cells}\n"));
    let row = table("yes,no,I agree to be called about solar offers.");
    assert_eq!(answers(lead(&row)), ["Opt In=yes"]);
    assert_eq!(
        texts(lead(&row), &[Field::ConsentText]),
        "I agree to be called about solar offers."
    );
    let row = table("no,yes,I agree to be called about solar offers.");
    assert_eq!(texts(lead(&row), &[Field::ConsentText]), "-");
    assert!(answers(lead(&row)).is_empty());
    assert_eq!(lead(&row).extra.len(), 3);
}

#[test]
fn an_opt_out_or_a_refused_question_outweighs_every_other_answer() {
    for (header, cell) in [
        ("Do Not Call", "1"),
        ("Do Not Call", "yes"),
        ("Unsubscribed", "true"),
        ("I agree to be contacted by phone", "no"),
    ] {
        let row = only(&format!(
            "Name,Opt In,Disclosure,{header}\nA B,yes,I agree to be called.,{cell}\n"
        ));
        assert!(answers(lead(&row)).is_empty(), "{header}");
        assert_eq!(texts(lead(&row), &[Field::ConsentText]), "-", "{header}");
        assert_eq!(warnings(&row), ["consent_refused"], "{header}");
        assert_eq!(lead(&row).extra.len(), 3, "nothing is dropped");
    }
    let row = only("Name,Opt In,Do Not Call\nA B,yes,no\n");
    assert_eq!(answers(lead(&row)), ["Opt In=yes"]);
    let ad = "id,ad_id,form_id,platform,full_name,how_old_is_your_roof?,do_you_agree_to_be_contacted?\nl:1,ag:1,f:1,fb,A B,10,no\n";
    assert!(answers(lead(&only(ad))).is_empty());
}

#[test]
fn a_sentence_of_consent_is_recognised_whatever_word_it_ends_in() {
    for header in [
        "I consent to be contacted by phone",
        "I agree to be contacted by phone and SMS",
        "Opted In",
    ] {
        let row = only(&format!("Name,{header}\nA B,TRUE\n"));
        assert_eq!(answers(lead(&row)).len(), 1, "{header}");
    }
}

#[test]
fn answers_of_json_are_the_answers_of_the_form() {
    let wanted = ["Do you own your home?=yes", "Pets?=2"];
    for text in [
        r#"[{"name":"A B","answers":{"Do you own your home?":"yes","Pets?":2}}]"#,
        r#"[{"name":"A B","answers":[{"question":"Do you own your home?","answer":"yes"},{"question":"Pets?","answer":2}]}]"#,
        r#"[{"name":"A B","questions":["Do you own your home?","Pets?"],"answers":["yes",2]}]"#,
        r#"[{"name":"A B","consent":{"answers":[{"question":"Do you own your home?","answer":"yes"},{"question":"Pets?","answer":"2"}]}}]"#,
    ] {
        let row = only(text);
        assert_eq!(answers(lead(&row)), wanted, "{text}");
        assert_eq!(texts(lead(&row), &[Field::Ownership]), "own");
        assert!(lead(&row).extra.is_empty());
    }
    let row = only(r#"[{"name":"A B","answers":{"Do you consent to calls?":"no","Why":["a","b"]}}]"#);
    assert!(answers(lead(&row)).is_empty());
    assert_eq!(lead(&row).extra["Why"], "a, b");
    assert_eq!(warnings(&row), ["consent_refused"]);
    // Lists of two lengths are of no use, and are kept.
    let row = only(r#"[{"name":"A B","questions":["a","b"],"answers":["x"]}]"#);
    assert_eq!(lead(&row).extra.len(), 2);
}

#[test]
fn extensions_of_json_are_kept_as_json() {
    let text = r#"[{"name":"A B","extensions":{"ntherm":{"extra_data":[{"n":1.50}]}}},{"name":"C D","extensions":7},
        {"name":"E F","extensions":null}]"#;
    let (_, rows) = rows(text);
    assert_eq!(verdicts(&rows), ["lead", "extensions_invalid", "lead"]);
    let first = lead(&rows[0]);
    assert_eq!(first.extensions["ntherm"]["extra_data"][0]["n"], 1.5);
    assert!(first.extra.is_empty() && lead(&rows[2]).extensions.is_empty());
}

#[test]
fn a_proof_that_cannot_be_read_is_named_with_its_field() {
    let row = only("Name,TrustedForm Cert URL\nA B,see attachment\n");
    let RowOutcome::Lead { warnings, .. } = &row.outcome else {
        panic!("it is a lead");
    };
    assert_eq!(warnings[0].field, Some(Field::CertificateUrl));
    assert_eq!(warnings[0].column.as_deref(), Some("TrustedForm Cert URL"));
}
