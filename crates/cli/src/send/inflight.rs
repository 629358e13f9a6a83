//! The leads under way, in a file beside the report: it tells the next run what a process that died had begun.
//!
//! The report itself has only ends. What stands here and has no end there may have arrived, and is not sent again.

use std::collections::{BTreeMap, HashMap};
use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use leadsink::{LeadId, PrepareContext};
use serde::{Deserialize, Serialize};

use super::report::create_new;
use crate::exit::CliError;

/// The file is written anew, without what has ended, when so many bytes were added to it.
const GROWTH: u64 = 1 << 20;

/// The leads under way.
#[derive(Debug)]
pub(crate) struct Inflight {
    path: PathBuf,
    file: File,
    /// The lines of what is under way, by call-back token.
    open: HashMap<String, Vec<u8>>,
    /// The bytes of all whole lines.
    length: u64,
    /// How long it grows until it is written anew.
    limit: u64,
    growth: u64,
}

/// A delivery that began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Begun {
    pub(crate) row: u64,
    pub(crate) lead: LeadId,
    pub(crate) sink: String,
    pub(crate) delivery: String,
    pub(crate) callback_token: String,
}

/// A delivery that came to nothing before a byte was sent; the report's line about it has no token.
#[derive(Serialize, Deserialize)]
struct Unsent {
    unsent: String,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Entry {
    Begun(Begun),
    Unsent(Unsent),
}

/// What began and has no end yet, by call-back token.
pub(crate) type Open = BTreeMap<String, Begun>;

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
            file,
            path,
            open: HashMap::new(),
            length: 0,
            limit: GROWTH,
            growth: GROWTH,
        })
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Writes that a delivery begins, with one call. Without its line it must not begin.
    pub(crate) fn begin(&mut self, row: u64, lead: &LeadId, sink: &str, cx: &PrepareContext) -> io::Result<()> {
        let begun = Begun {
            row,
            lead: lead.clone(),
            sink: sink.to_owned(),
            delivery: cx.delivery.to_string(),
            callback_token: token(cx).to_owned(),
        };
        let line = line(&begun)?;
        self.add(&line)?;
        self.open.insert(begun.callback_token, line);
        Ok(())
    }

    /// Forgets a delivery whose end is in the report.
    pub(crate) fn end(&mut self, cx: &PrepareContext) {
        self.open.remove(token(cx));
    }

    /// Writes that nothing was sent, where the report cannot tell.
    pub(crate) fn unsent(&mut self, cx: &PrepareContext) -> io::Result<()> {
        self.end(cx);
        let unsent = token(cx).to_owned();
        self.add(&line(&Unsent { unsent })?)
    }

    fn add(&mut self, line: &[u8]) -> io::Result<()> {
        if let Err(error) = self.file.write_all(line) {
            // What a full disk took of the line is taken away again: others may follow.
            let _ = self.file.set_len(self.length);
            let _ = self.file.seek(SeekFrom::Start(self.length));
            return Err(error);
        }
        self.length += line.len() as u64;
        if self.length >= self.limit {
            // If it fails, the longer file says the same, and it is tried again later.
            let _ = self.compact(line);
            self.limit = self.length + self.growth;
        }
        Ok(())
    }

    /// Puts a file in its place that holds only what is under way: it stays small however long the run is.
    fn compact(&mut self, newest: &[u8]) -> io::Result<()> {
        let folder = self.path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let mut draft = tempfile::Builder::new()
            .prefix(".leadsink-inflight-")
            .tempfile_in(folder.unwrap_or(Path::new(".")))?;
        let open: Vec<_> = self.open.values().map(Vec::as_slice).chain([newest]).collect();
        let text = open.concat();
        draft.write_all(&text)?;
        self.file = draft.persist(&self.path).map_err(|error| error.error)?;
        self.length = text.len() as u64;
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

/// The token, which every context of a run has.
fn token(cx: &PrepareContext) -> &str {
    cx.callback_token.as_ref().map_or("", |token| token.as_str())
}

fn line(entry: &impl Serialize) -> io::Result<Vec<u8>> {
    let mut line = serde_json::to_vec(entry)?;
    line.push(b'\n');
    Ok(line)
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
            Ok(Entry::Begun(begun)) => drop(open.insert(begun.callback_token.clone(), begun)),
            Ok(Entry::Unsent(Unsent { unsent })) => drop(open.remove(&unsent)),
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
        inflight.unsent(&cx(2).1).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = inflight.path().metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o777, 0o600);
        }
        let open = read(&report).unwrap().unwrap();
        let begun: Vec<_> = open.values().collect();
        assert_eq!((begun[0].row, begun[0].lead.as_str(), begun.len()), (1, "lead-1", 1));
        assert_eq!(begun[0].callback_token, "00000000000000000000000000000001");
    }

    #[test]
    fn it_stays_while_something_has_no_end() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("r");
        let (lead, cx) = cx(1);
        let mut inflight = Inflight::create(&report).unwrap();
        inflight.begin(1, &lead, "main", &cx).unwrap();
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
            assert!(rows(&report).contains(&1) && rows(&report).contains(&(n as u64)), "{n}");
            inflight.end(&cx);
        }
        assert!(inflight.path().metadata().unwrap().len() < 2500);
        inflight.end(&first_cx);
        let path = inflight.path().to_owned();
        inflight.finish();
        assert!(!path.exists());
    }

    #[test]
    fn a_line_that_was_cut_short_began_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let report = folder.path().join("r");
        let (lead, cx) = cx(1);
        Inflight::create(&report).unwrap().begin(1, &lead, "main", &cx).unwrap();
        let text = fs::read_to_string(path_of(&report)).unwrap();
        fs::write(path_of(&report), format!("{text}{}", &text[..text.len() - 1])).unwrap();
        assert_eq!(rows(&report), [1]);
        fs::write(path_of(&report), &text[..text.len() - 1]).unwrap();
        assert!(rows(&report).is_empty());
        fs::write(path_of(&report), "{}\n").unwrap();
        assert!(read(&report).is_err());
    }
}
