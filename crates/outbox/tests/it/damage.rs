//! A file that is damaged, page by page: a clear error or correct work, no panic, and nothing is sent twice.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bytes::Bytes;
use leadsink_core::{LeadId, Repeat, Timestamp};
use leadsink_outbox::sqlite::Role;
use leadsink_outbox::{
    Answer, Begin, Claim, ClaimRequest, Ending, Exhaustion, Failure, Finish, LeadStore, LeadUid, NewDelivery, NewLead,
    RawHash, ReapLimits, SqliteStore, StoreError, StoreErrorKind, Then, Verdict, Wanted, WorkerId,
};
use tempfile::TempDir;

const PAGE: usize = 8192;
const LEADS: u32 = 200;
const LEASE: Duration = Duration::from_secs(30);

/// How often each lead was sent.
type Sent = BTreeMap<String, u32>;

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).unwrap()
}

fn open(path: &Path, start: u8) -> Result<SqliteStore, StoreError> {
    SqliteStore::open(path, Role::Worker(WorkerId::new(now(), [start; 10])))
}

fn lead(n: u32) -> NewLead {
    NewLead {
        uid: LeadUid::new(now(), [0; 10]),
        source: "file".into(),
        key: LeadId::new(format!("lead-{n}")).unwrap(),
        raw_hash: RawHash([7; 32]),
        body: Bytes::from(vec![b'x'; 200]),
        update: false,
        deliveries: vec![NewDelivery {
            sink: "main".into(),
            callback_token: None,
            merges: false,
        }],
    }
}

async fn claim(store: &SqliteStore, slots: u32) -> Result<Vec<Claim>, StoreError> {
    let request = ClaimRequest {
        sink: "main".into(),
        slots,
        lease: LEASE,
        trial: LEASE,
        quotas: Vec::new(),
        max_attempts: 25,
        wanted: Wanted::Ordinary,
    };
    Ok(store.claim(request, now()).await?.claims)
}

/// Delivers as a dispatcher does, so many at most and some at a time, to a vendor that does not deduplicate.
async fn deliver(store: &SqliteStore, mut most: u32, sent: &mut Sent) -> Result<(), StoreError> {
    while most > 0 {
        let claims = claim(store, most.min(20)).await?;
        most -= u32::try_from(claims.len()).unwrap();
        let (again, first): (Vec<_>, Vec<_>) = claims.into_iter().partition(|claim| claim.doubt.is_some());
        if again.is_empty() && first.is_empty() {
            break;
        }
        let begins = first.iter().map(|claim| Begin {
            fence: claim.fence,
            prepared: Bytes::from_static(b"bytes"),
            repeat: Repeat::NeverBlindly,
        });
        let begun = store.begin(begins.collect(), LEASE, now()).await?;
        let mut ends = Vec::new();
        for (claim, _) in first.iter().zip(begun).filter(|(_, begun)| *begun) {
            *sent.entry(claim.key.as_str().to_owned()).or_default() += 1;
            ends.push(Finish {
                fence: claim.fence,
                ending: Ending::Answered(Answer::new(Verdict::Accepted)),
            });
        }
        ends.extend(again.iter().map(|claim| Finish {
            fence: claim.fence,
            ending: Ending::Postponed {
                failure: Some(Failure::new("undecided", "nobody can be asked")),
                then: Then::Stop,
            },
        }));
        store.finish(ends, now()).await?;
    }
    Ok(())
}

/// An outbox that was closed, of which a part was delivered, as bytes.
async fn sound(sent: &mut Sent) -> Vec<u8> {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("outbox.db");
    let store = open(&path, 1).unwrap();
    store.accept((0..LEADS).map(lead).collect(), now()).await.unwrap();
    deliver(&store, LEADS / 3, sent).await.unwrap();
    drop(store);
    std::fs::read(path).unwrap()
}

/// What went wrong in a start over a file, if anything did: opens it, reaps, delivers what it can, and asks for each lead.
async fn start(path: &Path, number: u8, sent: &mut Sent) -> Result<(), StoreError> {
    let store = open(path, number)?;
    let limits = ReapLimits {
        default: Exhaustion {
            max_attempts: 25,
            max_age: Duration::from_secs(3600),
        },
        by_sink: BTreeMap::new(),
    };
    let mut worked = store.reap(limits, now()).await.map(drop);
    if worked.is_ok() {
        worked = deliver(&store, LEADS, sent).await;
    }
    for n in 0..LEADS {
        let told = store.lead(&LeadId::new(format!("lead-{n}")).unwrap(), None).await;
        worked = worked.and(told.map(|views| assert!(!views.is_empty(), "lead-{n} is gone in silence")));
    }
    worked
}

struct Damaged {
    _folder: TempDir,
    path: PathBuf,
}

fn damaged(bytes: &[u8]) -> Damaged {
    let folder = TempDir::new().unwrap();
    let path = folder.path().join("outbox.db");
    std::fs::write(&path, bytes).unwrap();
    Damaged { _folder: folder, path }
}

/// Starts twice over damaged bytes, and gives what went wrong.
async fn work(bytes: &[u8], before: &Sent) -> Vec<StoreErrorKind> {
    let file = damaged(bytes);
    let (mut sent, mut errors) = (before.clone(), Vec::new());
    for number in 2..4 {
        let told = start(&file.path, number, &mut sent).await;
        errors.extend(told.err().map(|error| error.kind()));
    }
    let twice: Vec<_> = sent.iter().filter(|(_, times)| **times > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    if errors.is_empty() {
        assert_eq!(sent.len(), LEADS as usize, "all is well, and something was not sent");
    }
    errors
}

#[tokio::test]
async fn a_lost_page_is_an_error_wherever_it_is_and_nothing_is_sent_twice() {
    let mut sent = Sent::new();
    let bytes = sound(&mut sent).await;
    let mut found = 0;
    for page in 1..bytes.len() / PAGE {
        // As a disk gives back what it lost, or what it never wrote.
        let byte = if page % 2 == 0 { 0 } else { 0xff };
        let mut bytes = bytes.clone();
        bytes[page * PAGE..(page + 1) * PAGE].fill(byte);
        let errors = work(&bytes, &sent).await;
        assert!(
            errors.iter().all(|kind| *kind == StoreErrorKind::Corrupt),
            "page {page}: {errors:?}"
        );
        found += usize::from(!errors.is_empty());
    }
    assert!(found > 10, "{found}");
}

#[tokio::test]
async fn a_file_without_its_header_or_its_end_is_refused() {
    let mut sent = Sent::new();
    let bytes = sound(&mut sent).await;
    let mut header = bytes.clone();
    header[..100].fill(0xff);
    let mut magic = bytes.clone();
    magic[..16].fill(0);
    for (bytes, expected) in [
        (&header[..], StoreErrorKind::Foreign),
        (&magic[..], StoreErrorKind::Foreign),
        (&bytes[..bytes.len() / 2 / PAGE * PAGE], StoreErrorKind::Corrupt),
        (&bytes[..bytes.len() - PAGE - 100], StoreErrorKind::Corrupt),
    ] {
        assert_eq!(work(bytes, &sent).await, [expected; 2]);
        assert_eq!(open(&damaged(bytes).path, 9).unwrap_err().kind(), expected);
    }
}

#[tokio::test]
async fn what_can_be_read_of_a_damaged_file_is_still_told() {
    let mut sent = Sent::new();
    let mut bytes = sound(&mut sent).await;
    // The last page holds some of the leads, and nothing of the others.
    let last = bytes.len() - PAGE;
    bytes[last..].fill(0xff);
    let file = damaged(&bytes);
    let store = SqliteStore::open(&file.path, Role::Reader).unwrap();
    let (mut told, mut lost) = (0, 0);
    for n in 0..LEADS {
        match store.lead(&LeadId::new(format!("lead-{n}")).unwrap(), None).await {
            Ok(views) => told += views.len(),
            Err(error) => {
                assert_eq!(error.kind(), StoreErrorKind::Corrupt);
                lost += 1;
            }
        }
    }
    assert!(told > 0 && lost > 0, "{told} {lost}");
}
