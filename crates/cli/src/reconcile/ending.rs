//! What came of it: the counts, the exit code, and the document that `--json` prints.

use std::collections::BTreeMap;
use std::path::PathBuf;

use serde::Serialize;

use super::ask::Asked;
use super::doubts::OldReport;
use crate::exit::Exit;
use crate::send::Fate;
use crate::send::tally::{self, Tally};

/// The end of the command.
#[derive(Debug, Serialize)]
pub(super) struct Ending {
    #[serde(serialize_with = "as_number")]
    pub(super) exit: Exit,
    /// The new report; nothing where there is nothing new to tell.
    pub(super) report: Option<String>,
    pub(super) sinks: Vec<SinkEnding>,
}

/// What came of the leads in doubt at one sink.
#[derive(Debug, Serialize)]
pub(super) struct SinkEnding {
    pub(super) sink: String,
    pub(super) vendor: &'static str,
    #[serde(skip)]
    pub(super) vendor_name: &'static str,
    /// How many leads there were in doubt.
    pub(super) in_doubt: u64,
    /// Those that the vendor has.
    pub(super) found: u64,
    /// Those that it does not have.
    pub(super) not_found: u64,
    /// Those that are in doubt as before.
    pub(super) still_in_doubt: u64,
    /// Whether the vendor, or this account, can tell at all.
    pub(super) can_tell: bool,
    /// Why not all leads were asked about.
    pub(super) stopped: Option<String>,
    /// Why leads stay in doubt.
    pub(super) reasons: Vec<ReasonEnding>,
}

/// A reason, with the number of leads.
#[derive(Debug, Serialize)]
pub(super) struct ReasonEnding {
    pub(super) code: String,
    pub(super) text: String,
    pub(super) leads: u64,
}

fn as_number<S: serde::Serializer>(exit: &Exit, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u8(*exit as u8)
}

impl Ending {
    /// Counts what is in the report now. The exit code speaks of all of it, as that of `send` does.
    pub(super) fn of(old: &OldReport, asked: Vec<Asked>, report: Option<PathBuf>) -> Self {
        let mut counts = old.counts.clone();
        for sink in &asked {
            let of_sink = counts.entry(sink.name.as_str().into()).or_default();
            for doubt in &sink.doubts {
                let before = of_sink.entry(Fate::Ambiguous).or_default();
                *before = before.saturating_sub(1);
                *of_sink.entry(doubt.line.outcome).or_default() += 1;
            }
        }
        let tallies: Vec<_> = counts.into_values().map(Tally::carrying).collect();
        Self {
            exit: tally::exit(&tallies, false),
            report: report.map(|path| path.display().to_string()),
            sinks: asked.into_iter().map(SinkEnding::of).collect(),
        }
    }

    /// The leads that may be sent again.
    pub(super) fn not_found(&self) -> u64 {
        self.sinks.iter().map(|sink| sink.not_found).sum()
    }
}

impl SinkEnding {
    fn of(asked: Asked) -> Self {
        let lines = || asked.doubts.iter().map(|doubt| &doubt.line);
        let of = |fate: Fate| lines().filter(|line| line.outcome == fate).count() as u64;
        let mut reasons: BTreeMap<(String, String), u64> = BTreeMap::new();
        for doubt in asked.doubts.iter().filter(|doubt| doubt.is_told) {
            // The last reason is that of the look.
            if let (Fate::Ambiguous, Some(reason)) = (doubt.line.outcome, doubt.line.reasons.last()) {
                let why = (reason.code.to_string(), reason.text.clone());
                *reasons.entry(why).or_default() += 1;
            }
        }
        let reason = |((code, text), leads)| ReasonEnding { code, text, leads };
        Self {
            in_doubt: asked.doubts.len() as u64,
            found: of(Fate::Accepted),
            not_found: of(Fate::Failed),
            still_in_doubt: of(Fate::Ambiguous),
            sink: asked.name,
            vendor: asked.vendor,
            vendor_name: asked.vendor_name,
            can_tell: asked.can_tell,
            stopped: asked.stopped,
            reasons: reasons.into_iter().map(reason).collect(),
        }
    }
}
