//! Workers: real processes, each of which can be killed, frozen and woken.

use std::cell::RefCell;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use leadsink::Timestamp;
use leadsink::outbox::{DeliveryView, State};

use super::place::Place;
use crate::outbox::check::{Found, find, is_settled, is_soak};
use crate::run::Stage;

/// So long may pass until everything is settled.
const LIMIT: Duration = Duration::from_secs(240);

/// The time now, in seconds since 1970.
pub(super) fn now() -> f64 {
    Timestamp::now().as_duration().as_secs_f64()
}

/// The lease of the proof: that of the rule, or a short one.
pub(super) fn lease() -> Duration {
    Duration::from_secs(if is_soak() { 30 } else { 4 })
}

/// How often a worker looks for the claims of others that are lost.
pub(super) fn reaping() -> Duration {
    lease() / 3
}

/// How many deliveries of one vendor a worker may have claimed at once: as many as it has slots, half as many that are ahead of those,
/// and as many of which the answer is being written down.
pub(super) const fn at_once(slots: usize) -> usize {
    slots + slots / 2 + slots
}

/// Those who work on an outbox, and how they are told to.
pub(super) struct Crew<'a> {
    pub(super) stage: &'a Stage,
    pub(super) place: &'a Place,
    sinks: String,
    concurrency: String,
    logs: RefCell<Vec<PathBuf>>,
}

impl<'a> Crew<'a> {
    pub(super) fn new(stage: &'a Stage, place: &'a Place, sinks: &[&str], concurrency: usize) -> Self {
        Self {
            stage,
            place,
            sinks: sinks.join(","),
            concurrency: concurrency.to_string(),
            logs: RefCell::default(),
        }
    }

    /// A worker that files what a file holds, and goes on until nothing is due.
    pub(super) fn send(&self, name: &str, file: &Path) -> Worker {
        self.send_by(name, file, &self.place.address(name))
    }

    pub(super) fn send_by(&self, name: &str, file: &Path, address: &str) -> Worker {
        let mut command = self.stage.command(["send"]);
        command.arg(file);
        self.start(command, name, address)
    }

    /// A worker that goes on until it is stopped.
    pub(super) fn work(&self, name: &str) -> Worker {
        self.work_by(name, &self.place.address(name))
    }

    pub(super) fn work_by(&self, name: &str, address: &str) -> Worker {
        let mut command = self.stage.command(["work"]);
        command.arg("--watch");
        self.start(command, name, address)
    }

    fn start(&self, mut command: Command, name: &str, address: &str) -> Worker {
        let path = self.stage.path(&format!("{name}.log"));
        let log = File::create(&path).unwrap();
        self.logs.borrow_mut().push(path);
        command
            .args(["--outbox", address, "--to", &self.sinks])
            .args(["--concurrency", &self.concurrency])
            .args(["--lease", &lease().as_secs().to_string()])
            // A vendor that is slow here is not away.
            .args(["--timeout", "600"])
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .stdin(Stdio::null());
        Worker {
            name: name.to_owned(),
            child: command.spawn().unwrap(),
        }
    }

    /// Waits until every delivery is over or in doubt, and gives them all.
    #[track_caller]
    fn settled(&self, deliveries: usize) -> Vec<DeliveryView> {
        self.wait_until("everything is settled", || {
            let ledger = self.place.ledger();
            (ledger.len() >= deliveries && ledger.iter().all(is_settled)).then_some(ledger)
        })
    }

    /// Waits until everything is settled, and asks what every proof asks.
    #[track_caller]
    pub(super) fn check(&self, deliveries: usize) -> (Vec<DeliveryView>, Found) {
        let ledger = self.settled(deliveries);
        assert_eq!(ledger.len(), deliveries, "a lead is in the outbox twice");
        let found = find(&self.stage.sandbox, &ledger);
        let wrong = found.wrong.iter();
        let told: Vec<_> = wrong
            .map(|(delivery, why)| (why, self.place.history(*delivery)))
            .collect();
        assert!(told.is_empty(), "{told:#?}\n{}", self.told());
        (ledger, found)
    }

    /// Waits until the workers, none of which died, have said what they were answered while the server was away: then nothing is open.
    #[track_caller]
    pub(super) fn wait_for_answers(&self, deliveries: usize) {
        self.wait_until("all answers are recorded", || {
            let ledger = self.place.ledger();
            let is_over = |delivery: &DeliveryView| matches!(delivery.state, State::Done | State::AwaitingCallback);
            (ledger.len() >= deliveries && ledger.iter().all(is_over)).then_some(())
        });
    }

    /// Asks of what they found that nothing is unknown, and that no more was sent twice where that may be than was in flight.
    #[track_caller]
    pub(super) fn check_answers(found: &Found, in_flight: usize) {
        let most = u64::try_from(in_flight).unwrap();
        assert!(
            found.unknown() == 0 && found.doubles.values().all(|count| *count <= most),
            "{found}"
        );
    }

    /// Looks again and again until there is something.
    #[track_caller]
    pub(super) fn wait_until<T>(&self, what: &str, mut look: impl FnMut() -> Option<T>) -> T {
        let end = Instant::now() + LIMIT;
        loop {
            if let Some(found) = look() {
                return found;
            }
            if Instant::now() > end {
                panic!("waited in vain until {what}:\n{}", self.told());
            }
            std::thread::park_timeout(Duration::from_millis(100));
        }
    }

    /// What stands in the outbox unsettled, and what the workers have said.
    fn told(&self) -> String {
        let ledger = self.place.ledger();
        let open = ledger.iter().filter(|delivery| !is_settled(delivery)).take(5);
        let mut told = format!("{} deliveries, open: {:#?}\n", ledger.len(), open.collect::<Vec<_>>());
        for log in &*self.logs.borrow() {
            told += &format!(
                "{}:\n{}\n",
                log.display(),
                std::fs::read_to_string(log).unwrap_or_default()
            );
        }
        told
    }
}

/// A process that works on an outbox. It is killed where it still runs when the test is done with it.
pub(super) struct Worker {
    pub(super) name: String,
    child: Child,
}

impl Worker {
    pub(super) fn is_running(&mut self) -> bool {
        self.child.try_wait().unwrap().is_none()
    }

    /// Kills it as a machine does that loses power, and says when, and whether it still ran.
    pub(super) fn kill(mut self) -> (String, f64, bool) {
        let ran = self.is_running();
        let at = now();
        self.child.kill().unwrap();
        self.child.wait().unwrap();
        (self.name.clone(), at, ran)
    }

    /// Stops it between two instructions.
    pub(super) fn freeze(&self) {
        signal("-STOP", self.child.id());
    }

    /// Lets it go on.
    pub(super) fn wake(&self) {
        signal("-CONT", self.child.id());
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sends a signal to a process.
pub(super) fn signal(signal: &str, process: u32) {
    let sent = Command::new("kill").args([signal, &process.to_string()]).status();
    assert!(sent.unwrap().success(), "{signal} to {process}");
}
