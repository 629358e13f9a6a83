//! Contacts as they are changed.

use leadsink_core::{Purpose, Vendor as _};
use leadsink_testkit::{Answer, ScriptedTransport, Value, block_on, json};

use crate::api::Matches;
use crate::{OpenSolar, OpenSolarConfig};

fn sink() -> OpenSolar {
    OpenSolar::from_config(OpenSolarConfig::token("s_1", 1)).unwrap()
}

#[test]
fn a_contact_is_written_as_a_whole_without_what_is_not_ours() {
    let known =
        r#"{"id":60,"first_name":"G","email":"g@example.com","gender":2,"licence_number":"L1","user":5,"phone":null}"#;
    let transport = ScriptedTransport::new([Answer::json(200, known), Answer::json(200, "{}")]);
    let (sink, cx) = (sink(), transport.context());
    let changes = json!({ "first_name": "George", "gender": "2" });
    let known = block_on(sink.client().contact_answer(&cx, 60)).unwrap();
    let written = block_on(
        sink.client()
            .merge_contact(&cx, 60, &known, changes.as_object().unwrap()),
    );
    assert!(written.unwrap().is_some());
    let [_, put] = &transport.seen()[..] else {
        unreachable!("it reads, then writes");
    };
    assert_eq!((put.method.as_str(), put.purpose), ("PUT", Purpose::Question));
    assert_eq!(
        put.json(),
        json!({ "first_name": "George", "email": "g@example.com", "gender": "2", "licence_number": "L1" })
    );
}

#[test]
fn a_contact_is_shown_with_its_id_only() {
    let transport = ScriptedTransport::new([Answer::json(200, r#"{"id":60,"first_name":"George"}"#)]);
    let contact = block_on(sink().client().contact(&transport.context(), 60)).unwrap();
    assert_eq!(contact.first_name.as_deref(), Some("George"));
    assert_eq!(format!("{contact:?}"), "Contact { id: Some(60), .. }");
}

#[test]
fn of_a_list_that_was_not_seen_to_its_end_nobody_is_the_one() {
    let row = |id: usize| json!({ "id": id, "email": format!("e{id}@example.com") });
    let page = |page: usize| (page * 100..page * 100 + 100).map(row).collect::<Value>().to_string();
    let transport = ScriptedTransport::new((0..20).map(|number| Answer::json(200, page(number))));
    let found = block_on(
        sink()
            .client()
            .contacts_with_email(&transport.context(), "E7@example.com"),
    );
    assert!(matches!(found, Ok(Matches::Incomplete(ids)) if ids == [7]));
    assert_eq!(transport.left(), 0);
}

#[test]
fn that_nobody_has_an_address_is_said_by_the_whole_list_only() {
    let fuzzy = || Answer::json(200, r#"[{"id":61,"email":"big.jo@x.example"}]"#);
    let whole = || {
        Answer::json(
            200,
            r#"[{"id":60,"email":"jo@x.example"},{"id":61,"email":"big.jo@x.example"}]"#,
        )
    };
    let refused = || Answer::json(400, r#"{"email":["Unknown filter."]}"#);
    let found = |script: [Answer; 2]| {
        let transport = ScriptedTransport::new(script);
        let found = block_on(
            sink()
                .client()
                .contacts_with_email(&transport.context(), "jo@x.example"),
        );
        assert_eq!(transport.left(), 0, "the whole list was not asked for");
        found
    };
    for filtered in [fuzzy, refused] {
        assert!(matches!(found([filtered(), whole()]), Ok(Matches::One(contact)) if contact.id() == Some(60)));
    }
    assert!(matches!(found([fuzzy(), fuzzy()]), Ok(Matches::None)));
    assert!(found([refused(), refused()]).is_err());
}
