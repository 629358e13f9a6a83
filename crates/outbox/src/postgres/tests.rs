//! The plans of the statements that run all the time: none reads a table, or an index, from end to end.

use std::io::Write as _;

use leadsink_core::Secret;
use tokio_postgres::{Client, NoTls, SimpleQueryMessage};

use super::address::Address;
use super::server::SETTINGS;
use super::{accept, begin, claim, control, event, finish, place, purge, put, read, reap};
use crate::ids::DeliveryNo;
use crate::view::Query;
use crate::word::State;

/// A connection as the store has them, to a schema of its own; none where `cargo xtask test` found no server, which is a failure in
/// CI.
async fn client() -> Option<Client> {
    let Ok(url) = std::env::var("LEADSINK_TEST_POSTGRES") else {
        assert!(
            std::env::var_os("CI").is_none(),
            "`LEADSINK_TEST_POSTGRES` names no server"
        );
        let why = b"skipped: no PostgreSQL; `cargo xtask test` starts one\n";
        std::io::stderr().write_all(why).unwrap();
        return None;
    };
    let address = Address::parse(&Secret::new(url)).unwrap();
    let (client, connection) = address.config().connect(NoTls).await.unwrap();
    tokio::spawn(connection);
    let schema = format!("plans_{}", std::process::id());
    let sql = format!(
        "CREATE SCHEMA {schema}; SET search_path = {schema}; {}",
        include_str!("0001.sql")
    );
    client.batch_execute(&sql).await.unwrap();
    client.batch_execute(SETTINGS).await.unwrap();
    Some(client)
}

/// The plan of a statement whatever its values are.
async fn plan(client: &Client, sql: &str) -> Vec<String> {
    let values = client.prepare(sql).await.unwrap().params().len();
    let values = if values == 0 {
        String::new()
    } else {
        format!("({})", vec!["NULL"; values].join(", "))
    };
    let explain = format!("DEALLOCATE ALL; PREPARE it AS {sql}; EXPLAIN (COSTS OFF) EXECUTE it{values}");
    let rows = client.simple_query(&explain).await.unwrap();
    let line = |row| match row {
        SimpleQueryMessage::Row(row) => row.get(0).map(str::to_owned),
        _ => None,
    };
    rows.into_iter().filter_map(line).collect()
}

/// Scans of an index that begin nowhere in particular.
fn unbounded(plan: &[String]) -> Vec<&str> {
    let mut found = Vec::new();
    for (index, step) in plan.iter().enumerate() {
        let is_bounded = || plan.get(index + 1).is_some_and(|next| next.contains("Index Cond"));
        if step.contains("Seq Scan") || (step.contains("Index") && step.contains("Scan using") && !is_bounded()) {
            found.push(step.trim());
        }
    }
    found
}

const STATEMENTS: &[(&str, &str)] = &[
    ("next due", claim::NEXT_DUE),
    ("lease", claim::LEASE),
    ("suspects", claim::SUSPECTS),
    ("leads", claim::LEADS),
    ("doubts", claim::DOUBTS),
    ("renew", begin::RENEW),
    ("mine", begin::MINE),
    ("prolong", begin::PROLONG),
    ("begin", begin::BEGIN),
    ("current", finish::CURRENT),
    ("others in doubt", finish::OTHERS_IN_DOUBT),
    ("move", put::MOVE),
    ("end attempt", finish::END_ATTEMPT),
    ("add leads", accept::ADD_LEADS),
    ("add deliveries", accept::ADD_DELIVERIES),
    ("known", accept::KNOWN),
    ("supersede", accept::SUPERSEDE),
    ("lock leads", accept::LOCK),
    ("lock deliveries", place::LOCK),
    ("earlier", place::EARLIER),
    ("orphans", reap::ORPHANS),
    ("begun", reap::BEGUN),
    ("lose attempt", reap::LOSE_ATTEMPT),
    ("event", event::FIND),
    ("of lead", read::OF_LEAD),
    ("candidates", purge::CANDIDATES),
    ("over", purge::OVER),
    ("list", read::LIST),
    ("lock lead", control::LOCK_LEAD),
];

/// Those of them that look at what is open.
const OF_OPEN: &[&str] = &["next due", "lease", "orphans", "list"];

/// What a command does to one lead.
const OF_LEAD: &[(&str, &control::Update)] = &[
    ("retry dead", &control::RETRY_DEAD),
    ("retry now", &control::RETRY_NOW),
    ("cancel", &control::CANCEL),
    ("delivered", &control::DELIVERED),
    ("not delivered", &control::NOT_DELIVERED),
];

#[test]
fn no_page_of_a_long_list_sorts_all_that_is_open() {
    let pages = [
        (vec![State::Due], None, read::LIST),
        (vec![State::Leased, State::Due], None, read::LIST),
        (vec![State::Held], Some(DeliveryNo(1000)), read::LIST),
        (vec![State::Held], None, read::LIST_OPEN),
    ];
    for (states, after, expected) in pages {
        let query = Query {
            states,
            after,
            ..Query::default()
        };
        assert_eq!(read::list_sql(&query), expected);
    }
}

#[tokio::test]
async fn nothing_that_runs_all_the_time_slows_down_with_history() {
    let Some(client) = client().await else {
        return;
    };
    let fill = "
        INSERT INTO lead (uid, source, idem_key, revision, raw_hash, accepted_at, body)
        SELECT gen_random_uuid(), 'file', n::text, 1, '', now(), '' FROM generate_series(1, 5000) n;
        INSERT INTO delivery (lead, sink, state, due_at, accepted_at, changed_at, conclusion)
        SELECT id, 'main', 'done', now(), now(), now(), 'accepted' FROM lead;
        INSERT INTO attempt (delivery, claim, started_at) SELECT id, 1, now() FROM delivery;
        INSERT INTO delivery (lead, sink, state, due_at, accepted_at, changed_at)
        SELECT id, 'other', 'due', now(), now(), now() FROM lead WHERE id <= 1000";
    let deliver = "UPDATE delivery SET state = 'done', conclusion = 'accepted' WHERE state = 'due'; ANALYZE";
    // As it is at first, when nothing is known of the tables; with a history that nobody has looked at yet; then; and when all
    // is delivered, so that little seems to be open ever.
    for change in ["", fill, "ANALYZE", deliver] {
        client.batch_execute(change).await.unwrap();
        for (name, sql) in STATEMENTS {
            let plan = plan(&client, sql).await;
            assert_eq!(unbounded(&plan), [""; 0], "{name}: {plan:#?}");
            let of_open = plan.iter().any(|step| step.contains("delivery_open"));
            assert!(!of_open || OF_OPEN.contains(name), "{name} looks at others: {plan:#?}");
            let lists_all = plan.iter().any(|step| step.contains("hashed SubPlan"));
            assert!(!lists_all, "{name} lists all that is open: {plan:#?}");
        }
        for (name, update) in OF_LEAD {
            let plan = plan(&client, update.of_lead).await;
            assert_eq!(unbounded(&plan), [""; 0], "{name}: {plan:#?}");
            let all_open = plan.iter().any(|step| step.contains("using delivery_open"));
            assert!(!all_open, "{name} looks at other leads: {plan:#?}");
        }
    }
    for (sql, index) in [
        (claim::NEXT_DUE, "using delivery_open"),
        (claim::LEASE, "using delivery_open"),
        (read::LIST, "using delivery_pkey"),
    ] {
        let plan = plan(&client, sql).await;
        assert!(plan.iter().any(|step| step.contains(index)), "{plan:#?}");
        assert!(!plan.iter().any(|step| step.contains("Sort")), "{plan:#?}");
    }
    for (sql, index) in [
        (read::LIST_OPEN, "delivery_open"),
        (read::COUNT_OPEN, "delivery_open"),
        (read::COUNT_ENDED, "delivery_ended"),
    ] {
        let plan = plan(&client, sql).await;
        assert!(plan.iter().any(|step| step.contains(index)), "{plan:#?}");
    }
    client
        .batch_execute(&format!("DROP SCHEMA plans_{} CASCADE", std::process::id()))
        .await
        .unwrap();
}
