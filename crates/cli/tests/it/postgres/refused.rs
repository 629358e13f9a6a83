//! What is said where a server cannot be used.

use std::net::TcpListener;

use super::bed::{PASSWORD, Schema, harmless};
use crate::ledger::EVERY;
use crate::support::{CONFIG, LEADS, Room};

#[test]
fn where_there_is_no_outbox_it_is_said_and_none_is_made() {
    let Some(schema) = Schema::new() else { return };
    let room = Room::new();
    for args in EVERY.iter().chain([&&["work"][..]]) {
        let ran = schema.run(&room, args);
        assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{args:?}");
        let wanted = format!("error: there is no outbox at `{}`\nhint: ", schema.shown());
        assert!(ran.err.starts_with(&wanted), "{}", ran.err);
    }
    let tables = "SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()";
    assert_eq!(schema.ask(tables).as_deref(), Some("0"));
}

#[test]
fn a_wrong_password_is_refused_and_not_told() {
    let Some(schema) = Schema::new() else { return };
    let room = Room::new();
    let wrong = format!("{PASSWORD}-wrong");
    let ran = harmless(room.run(&["status", "--outbox", &schema.with_password(&wrong)]));
    assert_eq!(ran.code, Some(2));
    let wanted = format!(
        "error: outbox `{}`: the database server refuses the user",
        schema.shown()
    );
    assert!(ran.err.starts_with(&wanted), "{}", ran.err);
}

#[test]
fn a_newer_version_is_refused() {
    let Some(schema) = Schema::new() else { return };
    let room = Room::new();
    schema.execute(
        "CREATE TABLE outbox_version (application text, version integer);
         INSERT INTO outbox_version VALUES ('leadsink', 1000);
         GRANT ALL ON outbox_version TO PUBLIC",
    );
    for args in EVERY {
        let ran = schema.run(&room, args);
        assert_eq!(ran.code, Some(2), "{args:?}");
        assert!(
            ran.err.contains("a newer version of Leadsink wrote the outbox"),
            "{}",
            ran.err
        );
    }
}

#[test]
fn a_server_that_is_not_there_is_said_and_nothing_is_sent() {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let url = format!("postgres://a:{PASSWORD}@127.0.0.1:{port}/outbox");
    let room = Room::new().with("leads.csv", LEADS).with("leadsink.toml", CONFIG);
    let mut send = room.command(&["send", "leads.csv", "--to", "main", "--report", "r", "--outbox", &url]);
    send.env("LEADSINK_TEST_USERNAME", "u")
        .env("LEADSINK_TEST_PASSWORD", "p");
    let sent = harmless(crate::support::Ran::of(&send.output().unwrap()));
    for ran in [sent, harmless(room.run(&["status", "--outbox", &url]))] {
        assert_eq!(ran.code, Some(2));
        let wanted = format!("error: outbox `postgres://a:***@127.0.0.1:{port}/outbox`: there is no connection to the");
        assert!(ran.err.starts_with(&wanted), "{}", ran.err);
    }
    assert!(!room.path("r").exists());
}

#[test]
fn an_address_that_cannot_be_read_is_not_quoted() {
    let room = Room::new();
    for url in [
        format!("postgres://a:{PASSWORD}@host:port/outbox"),
        format!("mysql://a:{PASSWORD}@host/outbox"),
        format!("host=here password={PASSWORD}"),
    ] {
        let option = harmless(room.run(&["status", "--outbox", &url]));
        let mut command = room.command(&["status"]);
        let variable = harmless(crate::support::Ran::of(
            &command.env("LEADSINK_OUTBOX", &url).output().unwrap(),
        ));
        for (ran, name) in [(option, "--outbox <PLACE>"), (variable, "LEADSINK_OUTBOX")] {
            assert_eq!(ran.code, Some(2));
            assert!(
                ran.err.contains(name) && ran.err.contains("postgres://USER"),
                "{}",
                ran.err
            );
        }
    }
}
