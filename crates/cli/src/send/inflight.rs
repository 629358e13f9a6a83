//! The leads under way, in a file beside the report: it tells the next run what a process that died had begun.
//!
//! The report itself has only ends. What stands here and has no end there may have arrived, and is not sent again.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Write};
use std::path::{Path, PathBuf};

use leadsink::{ByDelivery, DeliveryId, LeadId, PrepareContext};
use serde::{Deserialize, Serialize};

use super::lines::{Lines, member};
use super::report::create_new;
use crate::exit::CliError;

/// The file is written anew, without what has ended, when so many bytes were added to it.
const GROWTH: u64 = 1 << 20;

/// The leads under way.
#[derive(Debug)]
pub(crate) struct Inflight {
    path: PathBuf,
    lines: Lines,
    /// The lines of what is under way.
    open: HashMap<Key, Box<[u8]>, ByDelivery>,
    /// How long it grows until it is written anew.
    limit: u64,
    growth: u64,
}

/// Which delivery it is: of a row that repeats another one, the lead is the same.
type Key = (u64, DeliveryId);

/// A delivery that began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Begun {
    pub(crate) row: u64,
    pub(crate) lead: LeadId,
    pub(crate) sink: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) callback_token: Option<String>,
}

/// A delivery that came to nothing before a byte was sent.
#[derive(Serialize)]
struct UnsentLine {
    unsent: u64,
    delivery: DeliveryId,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Begun(Begun),
    Unsent { unsent: u64, delivery: String },
}

/// What began and has no end yet, by row and delivery.
pub(crate) type Open = BTreeMap<(u64, String), Begun>;

/// The key of a delivery in what was read.
pub(crate) fn key(row: u64, lead: &LeadId, sink: &str) -> (u64, String) {
    (row, DeliveryId::new(lead, sink).to_string())
}

impl Inflight {
    /// Creates the file beside a report, readable by its owner alone.
    pub(crate) fn create(report: &Path) -> Result<Self, CliError> {
        let path = path_of(report);
        let file = create_new(&path).map_err(|error| {
            if path.is_file() {
                error.with_hint("it names leads that were under way when a run died; keep it beside its report")
            } else {
                error
            }
        })?;
        Ok(Self {
            lines: Lines::new(file),
            path,
            open: HashMap::default(),
            limit: GROWTH,
            growth: GROWTH,
        })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds that a delivery begins. It must not before [`flush`](Self::flush) has written it.
    pub(crate) fn begin(&mut self, row: u64, lead: &LeadId, sink: &str, cx: &PrepareContext) -> io::Result<()> {
        let line = self.lines.add(|to| {
            member(to, "{\"row\":", &row)?;
            member(to, ",\"lead\":", lead)?;
            member(to, ",\"sink\":", sink)?;
            if let Some(token) = &cx.callback_token {
                member(to, ",\"callback_token\":", token.as_str())?;
            }
            to.push(b'}');
            serde_json::Result::Ok(())
        })?;
        self.open.insert((row, cx.delivery), line.into());
        Ok(())
    }

    /// Forgets a delivery whose end is in the report.
    pub(crate) fn end(&mut self, row: u64, delivery: DeliveryId) {
        self.open.remove(&(row, delivery));
    }

    /// Adds that nothing was sent, where the report cannot tell.
    pub(crate) fn unsent(&mut self, row: u64, delivery: DeliveryId) -> io::Result<()> {
        self.end(row, delivery);
        let line = UnsentLine { unsent: row, delivery };
        self.lines.add(|to| serde_json::to_writer(to, &line)).map(drop)
    }

    /// Writes what was added.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        let result = self.lines.flush();
        if self.lines.length() >= self.limit {
            // If it fails, the longer file says the same, and it is tried again later.
            let _ = self.compact();
            self.limit = self.lines.length() + self.growth;
        }
        result
    }

    /// Puts a file in its place that holds only what is under way: it stays small however long the run is.
    fn compact(&mut self) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut draft = tempfile::Builder::new()
            .prefix(".leadsink-inflight-")
            .tempfile_in(folder.unwrap_or(Path::new(".")))?;
        let open: Vec<_> = self.open.values().map(|line| &**line).collect();
        draft.write_all(&open.concat())?;
        let file = draft.persist(&self.path).map_err(|error| error.error)?;
        self.lines = Lines::new(file);
        Ok(())
    }

    /// Takes the file away, unless something in it has no end in the report.
    pub(crate) fn finish(self) {
        if self.open.is_empty() {
            // A file that stays names deliveries that all have their ends.
            let _ = fs::remove_file(&self.path);
        }
    }
}

/// The file that belongs to a report.
pub(crate) fn path_of(report: &Path) -> PathBuf {
    let mut path = OsString::from(report);
    path.push(".inflight");
    path.into()
}

/// Reads what a run had begun; nothing where it ended as it should, and the file is gone.
pub(crate) fn read(report: &Path) -> Result<Option<Open>, CliError> {
    let path = path_of(report);
    let failed = |error: io::Error| CliError::io("read", &path, &error);
    let mut input = match File::open(&path) {
        Ok(file) => BufReader::new(file),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let mut open = Open::new();
    let mut text = Vec::new();
    let mut number = 0_u64;
    while input.read_until(b'\n', &mut text).map_err(failed)? > 0 {
        number += 1;
        // A delivery begins when its line is whole: one that was cut short did not.
        if text.last() != Some(&b'\n') {
            break;
        }
        match serde_json::from_slice(&text) {
            Ok(Entry::Begun(begun)) => drop(open.insert(key(begun.row, &begun.lead, &begun.sink), begun)),
            Ok(Entry::Unsent { unsent, delivery }) => drop(open.remove(&(unsent, delivery))),
            Err(_) => {
                let message = format!("line {number} of `{}` names no delivery", path.display());
                return Err(CliError::new(message).with_hint("it was written beside the report that is resumed"));
            }
        }
        text.clear();
    }
    Ok(Some(open))
}

#[cfg(test)]
mod tests {
    use leadsink::{CallbackToken, DeliveryId, Timestamp};

    use super::*;

    fn cx(n: u128) -> (LeadId, PrepareContext) {
        let lead = LeadId::new(format!("lead-{n}")).unwrap();
        let cx = PrepareContext::new(DeliveryId::new(&lead, "main"), Timestamp::now())
            .with_callback_token(CallbackToken::from_bits(n));
        (lead, cx)
    }

    fn rows(report: &Path) -> Vec<u64> {
        let mut rows: Vec<_> = read(report).unwrap().unwrap().values().map(|begun| begun.row).collect();
        rows.sort_unstable();
        rows
    }

    #[test]
    fn what_began_is_read_back_with_its_token() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("r");
        assert_eq!(read(&report).unwrap(), None);
        let mut inflight = Inflight::create(&report).unwrap();
        for n in 1..=2 {
            let (lead, cx) = cx(n);
            inflight.begin(n as u64, &lead, "main", &cx).unwrap();
        }
        inflight.unsent(2, cx(2).1.delivery).unwrap();
        inflight.flush().unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = inflight.path().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let open = read(&report).unwrap().unwrap();
        let begun: Vec<_> = open.values().collect();
        assert_eq!((begun[0].row, begun[0].lead.as_str(), begun.len()), (1, "lead-1", 1));
        let token = begun[0].callback_token.as_deref();
        assert_eq!(token, Some("00000000000000000000000000000001"));
    }

    #[test]
    fn it_stays_while_something_has_no_end() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("r");
        let (lead, cx) = cx(1);
        let mut inflight = Inflight::create(&report).unwrap();
        inflight.begin(1, &lead, "main", &cx).unwrap();
        inflight.flush().unwrap();
        inflight.finish();
        assert_eq!(rows(&report), [1]);
        let error = Inflight::create(&report).unwrap_err();
        assert!(error.message.ends_with("r.inflight` is there already"), "{error}");
    }

    #[test]
    fn it_stays_small_and_forgets_nothing_that_is_open() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("r");
        let mut inflight = Inflight::create(&report).unwrap();
        (inflight.limit, inflight.growth) = (1000, 1000);
        let (first, first_cx) = cx(1);
        inflight.begin(1, &first, "main", &first_cx).unwrap();
        for n in 2..=100 {
            let (lead, cx) = cx(n);
            inflight.begin(n as u64, &lead, "main", &cx).unwrap();
            inflight.flush().unwrap();
            assert!(rows(&report).contains(&1) && rows(&report).contains(&(n as u64)), "{n}");
            inflight.end(n as u64, cx.delivery);
        }
        assert!(inflight.path().metadata().unwrap().len() < 2500);
        inflight.end(1, first_cx.delivery);
        let path = inflight.path().to_owned();
        inflight.finish();
        assert!(!path.exists());
    }

    #[test]
    fn a_line_that_was_cut_short_began_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("r");
        let (lead, cx) = cx(1);
        let mut inflight = Inflight::create(&report).unwrap();
        inflight.begin(1, &lead, "main", &cx).unwrap();
        inflight.flush().unwrap();
        let text = fs::read_to_string(path_of(&report)).unwrap();
        fs::write(path_of(&report), format!("{text}{}", &text[..text.len() - 1])).unwrap();
        assert_eq!(rows(&report), [1]);
        fs::write(path_of(&report), &text[..text.len() - 1]).unwrap();
        assert!(rows(&report).is_empty());
        fs::write(path_of(&report), "{}\n").unwrap();
        assert!(read(&report).is_err());
    }
}
