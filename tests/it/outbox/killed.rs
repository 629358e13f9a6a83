//! `kill -9` at random points of deliveries to every vendor. What arrived is told by the sandbox's own record; what is known of
//! it, by the outbox. The full size is that of `cargo xtask soak`.
#![expect(
    clippy::print_stderr,
    reason = "the figures of the proof, and the seed to have it again"
)]

use std::collections::HashMap;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use leadsink::Repeat;
use leadsink::outbox::sqlite::Role;
use leadsink::outbox::{Conclusion, DeliveryView, LeadStore as _, Query, SqliteStore, State};
use leadsink_sandbox::Sandbox;

use crate::run::{Stage, VENDORS};

/// So long the last run may take.
const LIMIT: Duration = Duration::from_secs(180);

/// Nothing more is to be killed where nothing was sent for so long: what is left waits for its time.
const IDLE: Duration = Duration::from_secs(2);

/// Whether the whole proof is wanted, or a short seed of it.
fn is_soak() -> bool {
    std::env::var_os("LEADSINK_SOAK").is_some()
}

/// SplitMix64: the same kills for the same seed.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, end: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % end
    }
}

/// A name that is that of one lead only, and the same in every encoding.
fn name(lead: usize) -> String {
    let letter = |n: usize| char::from(b'a' + u8::try_from(n % 26).unwrap());
    let letters: String = [lead, lead / 26, lead / 676].map(letter).iter().collect();
    format!("Zq{letters}zq")
}

fn csv(leads: usize) -> String {
    let header = "id,First Name,Last Name,Email,Phone,Street Address,City,State,ZIP,TrustedForm Cert URL\n";
    (0..leads).fold(header.to_owned(), |text, n| {
        let phone = 5_125_550_100 + n;
        let certificate = format!("https://cert.trustedform.com/{n:040x}");
        text + &format!(
            "L{n},Jane,{},jane{n}@example.com,{phone},{n} Main St,Austin,TX,78704,{certificate}\n",
            name(n)
        )
    })
}

#[test]
fn a_process_that_is_killed_again_and_again_loses_nothing_and_doubles_nothing_that_costs_money() {
    let (leads, kills, slots) = if is_soak() { (1000, 20, 16) } else { (60, 3, 4) };
    let seed = std::env::var("LEADSINK_SEED").ok().and_then(|seed| seed.parse().ok());
    let seed = seed.unwrap_or_else(|| u64::from(std::process::id()));
    eprintln!("LEADSINK_SEED={seed}");
    let mut numbers = Numbers(seed);
    let stage = Stage::with(Sandbox::builder().delay(Duration::from_millis(20)));
    let file = stage.write("leads.csv", csv(leads));
    let concurrency = slots.to_string();
    let args = |verb: &str| {
        let mut command = stage.command([verb]);
        if verb == "send" {
            command.arg(&file);
        }
        command.args(["--to", &VENDORS.join(","), "--concurrency", &concurrency]);
        command.stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let all = u64::try_from(leads * VENDORS.len()).unwrap();
    let mut interrupted = 0;
    for kill in 0..kills {
        let before = stage.sandbox.counts().requests;
        // Some kills find the file filed already, so that `work` is killed too.
        let mut child = args(if kill % 3 == 2 { "work" } else { "send" }).spawn().unwrap();
        if kill % 4 == 3 {
            // While it starts, takes up what the one before left, or files.
            std::thread::park_timeout(Duration::from_micros(numbers.below(100_000)));
        } else {
            let after = before + 1 + numbers.below(all / kills);
            let mut seen = (before, Instant::now());
            while child.try_wait().unwrap().is_none() && seen.0 < after && seen.1.elapsed() < IDLE {
                std::thread::park_timeout(Duration::from_micros(500));
                let requests = stage.sandbox.counts().requests;
                if requests > seen.0 {
                    seen = (requests, Instant::now());
                }
            }
        }
        interrupted += u64::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
    }
    assert!(interrupted > 0, "no process was alive when it was killed");
    // What is left is delivered; what is in doubt is asked about, which may take hours where a vendor cannot tell, or held.
    let ledger = settled(&stage, args("send"), leads * VENDORS.len());

    let counts = made(&stage);
    let mut unknown = 0;
    let mut doubles = 0;
    for delivery in &ledger {
        let (vendor, lead) = (&*delivery.sink, number(delivery));
        let made = counts.get(&(vendor.to_owned(), lead)).copied().unwrap_or_default();
        match delivery.state {
            State::Done | State::AwaitingCallback => {
                assert!(made > 0, "{vendor}: L{lead} is said to have arrived");
                assert_ne!(
                    delivery.conclusion,
                    Some(Conclusion::Rejected),
                    "{vendor}: L{lead}: it is a good one"
                );
            }
            _ => unknown += 1,
        }
        if merges(vendor) {
            doubles += made.saturating_sub(1);
        } else {
            assert!(made <= 1, "{vendor}: L{lead} was made {made} times");
        }
    }
    eprintln!(
        "{all} deliveries, {interrupted} kills: {unknown} unknown, {doubles} sent twice where the vendor merges them"
    );
    // At most what was in flight, each time: what the vendor has, and as much whose answer is being written down.
    let in_flight = kills * slots * 2;
    let merging = VENDORS.iter().filter(|vendor| merges(vendor)).count();
    let others = u64::try_from(VENDORS.len() - merging).unwrap();
    assert!(unknown <= in_flight * others, "{unknown} in doubt");
    assert!(
        doubles <= in_flight * u64::try_from(merging).unwrap(),
        "{doubles} sent twice"
    );
}

/// Whether a vendor takes what comes twice for one.
fn merges(vendor: &str) -> bool {
    let registry = leadsink::registry();
    registry.get(vendor).unwrap().descriptor.repeat == Repeat::Safe
}

/// Runs until every delivery is over or in doubt, and then stops.
fn settled(stage: &Stage, mut command: Command, deliveries: usize) -> Vec<DeliveryView> {
    let mut child = command.spawn().unwrap();
    let end = Instant::now() + LIMIT;
    let is_settled = |delivery: &DeliveryView| match delivery.state {
        State::Done | State::AwaitingCallback | State::Held => true,
        State::Due => delivery.in_doubt,
        State::Leased | State::Dead => false,
    };
    let mut ledger = Vec::new();
    while ledger.len() < deliveries || !ledger.iter().all(is_settled) {
        if Instant::now() > end {
            child.kill().unwrap();
            panic!("not everything comes to an end:\n{}", stage.run(["status"]).stdout);
        }
        std::thread::park_timeout(Duration::from_millis(100));
        ledger = self::ledger(stage);
    }
    let stopped = Command::new("kill").args(["-INT", &child.id().to_string()]).status();
    assert!(stopped.unwrap().success());
    child.wait().unwrap();
    assert_eq!(ledger.len(), deliveries, "a lead is in the outbox twice");
    ledger
}

/// How often each vendor was asked to take each lead, by its own record, whatever it answered: one that refuses what comes twice
/// must not hide it.
fn made(stage: &Stage) -> HashMap<(String, usize), u64> {
    let mut made = HashMap::new();
    for got in stage.sandbox.received().iter().filter(|got| got.method == "POST") {
        // OpenSolar gets names in contacts, too.
        if got.vendor == "opensolar" && !got.path.contains("projects") {
            continue;
        }
        let text = format!("{} {}", got.path, got.body);
        let Some(at) = text.find("Zq") else { continue };
        let lead = text[at + 2..at + 5]
            .bytes()
            .rev()
            .fold(0, |n, letter| n * 26 + usize::from(letter - b'a'));
        *made.entry((got.vendor.to_owned(), lead)).or_default() += 1;
    }
    made
}

/// Every delivery as it stands.
fn ledger(stage: &Stage) -> Vec<DeliveryView> {
    let store = SqliteStore::open(stage.path("leadsink.db"), Role::Reader).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let query = Query {
        limit: 100_000,
        ..Query::default()
    };
    let page = runtime.block_on(store.list(query)).unwrap();
    assert_eq!(page.next, None);
    page.deliveries
}

/// The number in the id of a delivery's lead.
fn number(delivery: &DeliveryView) -> usize {
    delivery.key.as_str().trim_start_matches('L').parse().unwrap()
}
