//! What every proof about lost processes asks in the end: what the vendors got, by the sandbox's own record, beside what the
//! outbox says of it.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::ops::Range;

use leadsink::Repeat;
use leadsink::outbox::{Conclusion, DeliveryNo, DeliveryView, State};
use leadsink_sandbox::Handle;

/// Whether the whole proof is wanted, or a short seed of it.
pub(super) fn is_soak() -> bool {
    std::env::var_os("LEADSINK_SOAK").is_some()
}

/// SplitMix64: the same kills for the same seed.
pub(super) struct Numbers(u64);

impl Numbers {
    /// Those of the seed that is given, or of a new one; says which.
    #[expect(clippy::print_stderr, reason = "the seed to have a run again")]
    pub(super) fn new() -> Self {
        let seed = std::env::var("LEADSINK_SEED").ok().and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| u64::from(std::process::id()));
        eprintln!("LEADSINK_SEED={seed}");
        Self(seed)
    }

    pub(super) fn below(&mut self, end: u64) -> u64 {
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

/// A file of good leads that can be told apart by what a vendor gets of them.
pub(super) fn csv(leads: Range<usize>) -> String {
    let header = "id,First Name,Last Name,Email,Phone,Street Address,City,State,ZIP,TrustedForm Cert URL\n";
    leads.fold(header.to_owned(), |text, n| {
        let phone = 5_125_550_100 + n;
        let certificate = format!("https://cert.trustedform.com/{n:040x}");
        text + &format!(
            "L{n},Jane,{},jane{n}@example.com,{phone},{n} Main St,Austin,TX,78704,{certificate}\n",
            name(n)
        )
    })
}

/// Whether a vendor takes what comes twice for one.
pub(super) fn merges(vendor: &str) -> bool {
    let registry = leadsink::registry();
    registry.get(vendor).unwrap().descriptor.repeat == Repeat::Safe
}

/// How often each vendor was asked to take each lead, by its own record, whatever it answered: one that refuses what comes twice
/// must not hide it.
pub(super) fn made(sandbox: &Handle) -> HashMap<(String, usize), u64> {
    let mut made = HashMap::new();
    for got in sandbox.received().iter().filter(|got| got.method == "POST") {
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

/// The number in the id of a delivery's lead.
pub(super) fn number(delivery: &DeliveryView) -> usize {
    delivery.key.as_str().trim_start_matches('L').parse().unwrap()
}

/// Whether a delivery is over, or in doubt where it may not be repeated: the vendor may be asked about it for hours.
pub(super) fn is_settled(delivery: &DeliveryView) -> bool {
    match delivery.state {
        State::Done | State::AwaitingCallback | State::Held => true,
        State::Due => delivery.in_doubt && !merges(&delivery.sink),
        State::Leased | State::Dead => false,
    }
}

/// What is in doubt, what came twice, by vendor, and what must not be.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) unknown: BTreeMap<String, u64>,
    pub(super) doubles: BTreeMap<String, u64>,
    /// Deliveries, and why they are wrong.
    pub(super) wrong: Vec<(DeliveryNo, String)>,
}

impl Found {
    pub(super) fn unknown(&self) -> u64 {
        self.unknown.values().sum()
    }

    pub(super) fn doubles(&self) -> u64 {
        self.doubles.values().sum()
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (unknown, doubles) = (self.unknown(), self.doubles());
        write!(
            f,
            "{unknown} unknown {:?}, {doubles} sent twice where the vendor merges them {:?}",
            self.unknown, self.doubles
        )
    }
}

/// Holds the outbox's word against the vendors' record when everything is settled: what is said to have arrived has, nothing came
/// twice to a vendor that does not merge it, and what nobody knows stands as unknown there.
pub(super) fn find(sandbox: &Handle, ledger: &[DeliveryView]) -> Found {
    let counts = made(sandbox);
    let mut found = Found::default();
    for delivery in ledger {
        let (vendor, lead) = (&*delivery.sink, number(delivery));
        let made = counts.get(&(vendor.to_owned(), lead)).copied().unwrap_or_default();
        let is_over = matches!(delivery.state, State::Done | State::AwaitingCallback);
        let mut wrong = |why: String| found.wrong.push((delivery.no, format!("{vendor}: L{lead} {why}")));
        if is_over && made == 0 {
            wrong("is said to have arrived".to_owned());
        } else if delivery.conclusion == Some(Conclusion::Rejected) {
            wrong("is refused, and is a good one".to_owned());
        } else if !is_over && !delivery.in_doubt {
            wrong(format!("is {:?}", delivery.state));
        }
        if !merges(vendor) && made > 1 {
            wrong(format!("was made {made} times"));
        }
        if !is_over {
            *found.unknown.entry(vendor.to_owned()).or_default() += 1;
        }
        if merges(vendor) && made > 1 {
            *found.doubles.entry(vendor.to_owned()).or_default() += made - 1;
        }
    }
    found
}
