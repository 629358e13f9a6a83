//! An outbox that a test fills through the library, as a worker would.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use leadsink::outbox::postgres::Address;
use leadsink::outbox::sqlite::Role;
use leadsink::outbox::{
    Answer, Begin, Claim, ClaimRequest, Ending, Failure, Finish, Finished, LeadStore, LeadUid, NewDelivery, NewLead,
    PostgresStore, RawHash, SqliteStore, StoreError, Then, Verdict, Wanted, WorkerId,
};
use leadsink::{LeadId, Repeat, Secret, Timestamp};
use tokio::runtime::{Builder, Runtime};

use crate::support::{Ran, Room};

/// A worker with its file, in a room to run commands in.
pub(crate) struct Outbox {
    pub(crate) room: Room,
    pub(crate) store: Arc<dyn LeadStore>,
    runtime: Runtime,
    /// An hour ago.
    pub(crate) then: Timestamp,
}

impl Outbox {
    pub(crate) fn new() -> Self {
        let room = Room::new();
        let file = room.path("leadsink.db");
        Self::with(room, async |worker| {
            Arc::new(SqliteStore::open(file, worker).unwrap()) as _
        })
    }

    /// The same on a server.
    fn at(url: &str) -> Self {
        let address = Address::parse(&Secret::new(url)).unwrap();
        Self::with(Room::new(), async |worker| {
            Arc::new(PostgresStore::open(&address, worker).await.unwrap()) as _
        })
    }

    fn with(room: Room, open: impl AsyncFnOnce(Role) -> Arc<dyn LeadStore>) -> Self {
        let then = Timestamp::now() - Duration::from_secs(3600);
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let store = runtime.block_on(open(Role::Worker(WorkerId::new(then, [1; 10]))));
        Self {
            room,
            store,
            runtime,
            then,
        }
    }

    /// Ends the worker; what is left is the file.
    pub(crate) fn close(self) -> Room {
        self.room
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        self.room.run(args)
    }

    /// Runs a command on a server.
    pub(crate) fn run_at(&self, url: &str, args: &[&str]) -> Ran {
        self.run(&[args, &["--outbox", url]].concat())
    }

    pub(crate) fn wait<T>(&self, call: impl Future<Output = Result<T, StoreError>>) -> T {
        self.runtime.block_on(call).unwrap()
    }

    /// Files leads to a sink, as `send` does.
    pub(crate) fn file(&self, keys: &[&str], sink: &str) {
        self.file_from("files", keys, sink);
    }

    /// Files leads to a sink, as `send` does or as `send --test`.
    pub(crate) fn file_from(&self, source: &str, keys: &[&str], sink: &str) {
        let leads = keys.iter().map(|key| self.lead(source, key, sink));
        self.wait(self.store.accept(leads.collect(), self.then));
    }

    /// Files a newer revision of a lead.
    pub(crate) fn update(&self, key: &str, sink: &str) {
        let revision = NewLead {
            raw_hash: RawHash([8; 32]),
            update: true,
            ..self.lead("files", key, sink)
        };
        self.wait(self.store.accept(vec![revision], self.then));
    }

    fn lead(&self, source: &str, key: &str, sink: &str) -> NewLead {
        NewLead {
            uid: LeadUid::new(self.then, [0; 10]),
            source: source.into(),
            key: LeadId::new(key).unwrap(),
            raw_hash: RawHash([7; 32]),
            body: b"Jane Doe".to_vec().into(),
            update: false,
            deliveries: vec![NewDelivery {
                sink: sink.into(),
                callback_token: None,
                merges: true,
            }],
        }
    }

    pub(crate) fn claims(&self, sink: &str) -> Vec<Claim> {
        let request = ClaimRequest {
            sink: sink.into(),
            slots: 10_000,
            lease: Duration::from_secs(30),
            trial: Duration::from_secs(30),
            quotas: Vec::new(),
            max_attempts: 25,
            wanted: Wanted::Ordinary,
        };
        self.wait(self.store.claim(request, Timestamp::now())).claims
    }

    /// Files a lead, tries to deliver it and ends the attempt so.
    pub(crate) fn deliver(&self, key: &str, sink: &str, ending: Ending) {
        self.file(&[key], sink);
        self.attempt(key, sink, ending);
    }

    /// Tries to deliver what is due of a lead, and ends the attempts so.
    pub(crate) fn attempt(&self, key: &str, sink: &str, ending: Ending) {
        let claims = self.claims(sink);
        let mut claims = claims.iter().filter(|claim| claim.key.as_str() == key).peekable();
        assert!(claims.peek().is_some(), "something is due");
        claims.for_each(|claim| self.end(claim, ending.clone()));
    }

    fn end(&self, claim: &Claim, ending: Ending) {
        let begin = Begin {
            fence: claim.fence,
            prepared: b"Jane Doe".to_vec().into(),
            repeat: Repeat::NeverBlindly,
        };
        self.wait(self.store.begin(vec![begin], Duration::from_secs(30), self.then));
        let finish = Finish {
            fence: claim.fence,
            ending,
        };
        let later = self.then + Duration::from_secs(30);
        let finished = self.wait(self.store.finish(vec![finish], later));
        assert!(matches!(finished[..], [Finished::Recorded(_)]));
    }

    /// Every state: `given` is accepted, `no` refused, `later` due in an hour, `lost` unknown and `dead` dead at `enerflo`;
    /// `soon` awaits its last word, `out` is in flight and `next` is due at `ntherm`.
    pub(crate) fn mixture() -> Self {
        Self::new().fill()
    }

    /// The same on a server.
    pub(crate) fn mixture_at(url: &str) -> Self {
        Self::at(url).fill()
    }

    fn fill(self) -> Self {
        let outbox = self;
        outbox.deliver("given", "enerflo", accepted("p-7"));
        outbox.deliver("no", "enerflo", refused());
        let soon = Timestamp::now() + Duration::from_secs(3600);
        outbox.deliver("later", "enerflo", failed(Then::Retry(soon)));
        outbox.deliver("lost", "enerflo", unknown());
        outbox.deliver("dead", "enerflo", failed(Then::Stop));
        outbox.deliver("soon", "ntherm", Ending::Answered(Answer::new(Verdict::Pending)));
        outbox.file(&["out"], "ntherm");
        assert_eq!(outbox.claims("ntherm").len(), 1);
        outbox.file(&["next"], "ntherm");
        outbox
    }
}

pub(crate) fn accepted(vendor_ref: &str) -> Ending {
    Ending::Answered(Answer {
        vendor_ref: Some(vendor_ref.to_owned()),
        detail: Some(r#"{"url":"https://example.com/p/7"}"#.to_owned()),
        ..Answer::new(Verdict::Accepted)
    })
}

/// In words that quote the lead and would steer a terminal.
pub(crate) fn refused() -> Ending {
    let reasons = r#"{"class":"rule","reasons":[{"code":"area","text":"Jane\u001b[2J lives\u202e far away"}]}"#;
    Ending::Answered(Answer {
        status: Some(422),
        detail: Some(reasons.to_owned()),
        ..Answer::new(Verdict::Rejected)
    })
}

pub(crate) fn failed(then: Then) -> Ending {
    Ending::Failed {
        failure: Failure::new("connect", "the connection failed"),
        then,
    }
}

pub(crate) fn unknown() -> Ending {
    Ending::Unknown {
        failure: Failure::new("timeout", "the time ran out"),
        then: Then::Stop,
    }
}
