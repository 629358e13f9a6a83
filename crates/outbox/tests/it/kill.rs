//! A process that is killed in the middle of its work: what it was told is stored is stored, and what it may have sent is in
//! doubt. The process is this test binary itself, told to be the victim.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use bytes::Bytes;
use leadsink_core::{LeadId, Repeat, Timestamp};
use leadsink_outbox::sqlite::Role;
use leadsink_outbox::{
    Answer, Begin, ClaimRequest, Ending, Exhaustion, Finish, LeadStore, LeadUid, NewDelivery, NewLead, Query, RawHash,
    ReapLimits, SqliteStore, State, Then, Verdict, Wanted, WorkerId,
};
use tempfile::TempDir;

/// Names the outbox to the victim, and the number of its life.
const VICTIM: &str = "OUTBOX_VICTIM";

const LIVES: u8 = 4;

fn open(path: &Path, life: u8) -> SqliteStore {
    SqliteStore::open(path, Role::Worker(WorkerId::new(Timestamp::UNIX_EPOCH, [life; 10]))).unwrap()
}

fn lead(key: &str) -> NewLead {
    NewLead {
        uid: LeadUid::new(Timestamp::UNIX_EPOCH, [0; 10]),
        source: "file".into(),
        key: LeadId::new(key).unwrap(),
        raw_hash: RawHash([7; 32]),
        body: Bytes::from_static(b"{}"),
        update: false,
        deliveries: vec![NewDelivery {
            sink: "main".into(),
            callback_token: None,
            merges: false,
        }],
    }
}

/// Accepts and delivers until it is killed, and says each thing after it was done: `sent` before its end is stored.
#[tokio::test]
async fn victim() {
    let Some(path) = std::env::var_os(VICTIM) else {
        return;
    };
    let life = std::process::id();
    let store = open(Path::new(&path), 0);
    let mut out = std::io::stdout();
    for round in 0_u64.. {
        let now = Timestamp::now();
        let keys = (0..5).map(|n| format!("{life}-{round}-{n}")).collect::<Vec<_>>();
        let leads = keys.iter().map(|key| lead(key)).collect();
        store.accept(leads, now).await.unwrap();
        for key in &keys {
            writeln!(out, "kept {key}").unwrap();
        }
        let request = ClaimRequest {
            sink: "main".into(),
            slots: 4,
            lease: Duration::from_secs(30),
            trial: Duration::from_secs(30),
            quotas: Vec::new(),
            max_attempts: u32::MAX,
            wanted: Wanted::Ordinary,
        };
        for claim in store.claim(request, now).await.unwrap().claims {
            let fence = claim.fence;
            if claim.doubt.is_some() {
                // The life before may have sent it, and nobody can be asked.
                let ending = Ending::Postponed {
                    failure: None,
                    then: Then::Stop,
                };
                store.finish(vec![Finish { fence, ending }], now).await.unwrap();
                continue;
            }
            let begin = Begin {
                fence,
                prepared: Bytes::from_static(b"bytes"),
                repeat: Repeat::NeverBlindly,
            };
            assert_eq!(
                store.begin(vec![begin], Duration::from_secs(30), now).await,
                Ok(vec![true])
            );
            writeln!(out, "sent {}", claim.key).unwrap();
            let ending = Ending::Answered(Answer::new(Verdict::Accepted));
            store.finish(vec![Finish { fence, ending }], now).await.unwrap();
            writeln!(out, "done {}", claim.key).unwrap();
        }
    }
}

/// Lets a victim live for so many lines, kills it, and gives back all that it said.
fn life_of(path: &Path, lines: usize) -> Vec<String> {
    let mut victim = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "kill::victim", "--nocapture"])
        .env(VICTIM, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut said = BufReader::new(victim.stdout.take().unwrap())
        .lines()
        .map(Result::unwrap);
    let mut all = said.by_ref().take(lines).collect::<Vec<_>>();
    victim.kill().unwrap();
    all.extend(said);
    victim.wait().unwrap();
    all
}

#[tokio::test]
async fn a_killed_process_loses_nothing_and_repeats_nothing_in_silence() {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("outbox.db");
    let (mut kept, mut sent, mut done) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for life in 1..=LIVES {
        for line in life_of(&path, 37 * usize::from(life)) {
            // Cut off by the kill, or a line of the test harness.
            let (set, key) = match line.split_once(' ') {
                Some(("kept", key)) => (&mut kept, key),
                Some(("sent", key)) => (&mut sent, key),
                Some(("done", key)) => (&mut done, key),
                _ => continue,
            };
            set.insert(key.to_owned());
        }
        let store = open(&path, life);
        let limits = ReapLimits {
            default: Exhaustion {
                max_attempts: 1,
                max_age: Duration::from_secs(1),
            },
            by_sink: std::collections::BTreeMap::new(),
        };
        store.reap(limits, Timestamp::now()).await.unwrap();
        let query = Query {
            limit: 100_000,
            ..Query::default()
        };
        let found = store.list(query).await.unwrap().deliveries;
        let keys = found.iter().map(|view| view.key.as_str()).collect::<BTreeSet<_>>();
        assert!(kept.iter().all(|key| keys.contains(key.as_str())), "something was lost");
        for view in &found {
            let key = view.key.as_str();
            // Between `sent` and its end, a request would be on its way.
            let expected = match view.state {
                State::Done => sent.contains(key),
                State::Held => !done.contains(key),
                State::Due if view.in_doubt => !done.contains(key),
                _ => !sent.contains(key),
            };
            assert!(expected, "{key} is {:?}", view.state);
        }
        let in_doubt = found.iter().filter(|view| view.in_doubt).count();
        assert!(in_doubt <= usize::from(life), "one in flight for each life");
    }
    assert!(done.len() > 20, "{}", done.len());
}
