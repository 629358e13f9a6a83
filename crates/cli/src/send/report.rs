//! The report file: where it goes, and that nothing is ever written over.

use std::ffi::OsString;
use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::inflight;
use super::line::Line;
use super::lines::Lines;
use super::run_line::RunLine;
use crate::exit::CliError;

/// A report under way. The lines of each turn of the run go to the file at once, so that what was delivered is known even
/// if the process dies.
#[derive(Debug)]
pub(crate) struct Report {
    path: PathBuf,
    lines: Lines,
}

impl Report {
    /// Creates the report, readable by its owner alone, and takes over what an earlier one had.
    pub(crate) fn create(path: &Path, carry: Option<Carry<'_>>) -> Result<Self, CliError> {
        let file = match carry {
            Some(carry) if is_special(path) => {
                let mut file = create_new(path)?;
                carry(&mut file)?;
                file
            }
            Some(carry) => create_whole(path, carry)?,
            None => create_new(path)?,
        };
        Ok(Self {
            path: path.to_owned(),
            lines: Lines::new(file),
        })
    }

    /// Writes what stands above the lines of a run. A file that takes nothing shows itself so before anything is sent.
    pub(crate) fn begin(&mut self, run: &RunLine) -> Result<(), CliError> {
        let mut begin = || {
            self.lines.add(|to| serde_json::to_writer(to, run))?;
            self.lines.flush()
        };
        begin().map_err(|error| failed(&self.path, &error))
    }

    /// Takes the file away again, where the run did not come to begin.
    pub(crate) fn discard(self) {
        if !is_special(&self.path) {
            // What is left behind is an empty file, or what the earlier report says too.
            let _ = std::fs::remove_file(&self.path);
        }
    }

    /// Whether it can be gone on from: not so a device or a pipe, which keeps nothing.
    pub(crate) fn is_kept(&self) -> bool {
        !is_special(&self.path)
    }

    /// Where it is.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Adds a line, which is written by [`flush`](Self::flush).
    pub(crate) fn add(&mut self, line: &Line) -> io::Result<()> {
        self.lines.add(|to| line.write(to)).map(drop)
    }

    /// Writes the lines that were added. Where a full disk takes a part of them and keeps it, `ends_whole` tells.
    pub(crate) fn flush(&mut self) -> io::Result<()> {
        self.lines.flush()
    }
}

/// Writes the lines that a new report takes over.
pub(crate) type Carry<'a> = Box<dyn FnOnce(&mut File) -> Result<(), CliError> + 'a>;

/// Opens a file that is not there yet for its owner alone, or a device or pipe as it is.
pub(crate) fn create_new(path: &Path) -> Result<File, CliError> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(!is_special(path));
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map_err(|error| failed(path, &error))
}

fn failed(path: &Path, error: &io::Error) -> CliError {
    match error.kind() {
        io::ErrorKind::AlreadyExists => CliError::new(format!("`{}` is there already", path.display()))
            .with_hint("it would be overwritten; name another file, or move this one away"),
        _ => CliError::io("write", path, error).with_hint("name another place with `--report FILE`"),
    }
}

/// Fills a file of another name and gives it its own only when it is whole: a report that lacked a part of what the
/// earlier one had would make the next run send those leads again.
fn create_whole(path: &Path, carry: Carry<'_>) -> Result<File, CliError> {
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    // Such a file is made with the mode 0600.
    let mut draft = tempfile::Builder::new()
        .prefix(".leadsink-report-")
        .tempfile_in(folder)
        .map_err(|error| failed(path, &error))?;
    carry(draft.as_file_mut())?;
    draft
        .persist_noclobber(path)
        .map_err(|error| failed(path, &error.error))
}

/// A device or a pipe, which is written to as it is.
fn is_special(path: &Path) -> bool {
    path.metadata()
        .is_ok_and(|metadata| !metadata.is_file() && !metadata.is_dir())
}

fn is_free(path: &Path) -> bool {
    path.symlink_metadata().is_err()
}

/// Whether the last line of a file has its end, as far as can be told.
pub(crate) fn ends_whole(path: &Path) -> bool {
    let last = || {
        let mut file = File::open(path)?;
        file.seek(SeekFrom::End(-1))?;
        let mut last = [0];
        file.read_exact(&mut last).map(|()| last[0])
    };
    is_special(path) || last().map_or(true, |last: u8| last == b'\n')
}

/// Where the report goes unless told: beside the input, under a name that is free.
pub(crate) fn default_path(input: &Path) -> PathBuf {
    let base = if input == Path::new("-") {
        Path::new("leadsink-stdin")
    } else {
        input
    };
    let mut name = OsString::from(base);
    name.push(".report.ndjson");
    free(Path::new(&name))
}

/// Where a report goes that comes after another one, unless told: beside it, under the next free number.
pub(crate) fn next(report: &Path) -> PathBuf {
    let first = || {
        let stem = report.file_stem()?.to_str()?;
        let (base, number) = stem.rsplit_once('-')?;
        number.parse::<u32>().ok()?;
        let mut first = report.with_file_name(base).into_os_string();
        if let Some(extension) = report.extension() {
            first.push(".");
            first.push(extension);
        }
        Some(PathBuf::from(first)).filter(|first| !is_free(first))
    };
    free(&first().unwrap_or_else(|| report.to_owned()))
}

/// Refuses a path at which something is that would be overwritten.
pub(crate) fn check_free(path: &Path) -> Result<(), CliError> {
    if is_free(path) || is_special(path) {
        Ok(())
    } else {
        Err(failed(path, &io::ErrorKind::AlreadyExists.into()))
    }
}

/// The path, or one like it with a number, at which nothing is yet.
pub(crate) fn free(path: &Path) -> PathBuf {
    let numbered = |n: u32| {
        let mut name = path.file_stem().unwrap_or_default().to_owned();
        name.push(format!("-{n}"));
        if let Some(extension) = path.extension() {
            name.push(".");
            name.push(extension);
        }
        path.with_file_name(name)
    };
    std::iter::once(path.to_owned())
        .chain((2..).map(numbered))
        .find(|path| is_free(path) && is_free(&inflight::path_of(path)))
        .unwrap_or_else(|| path.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::send::fate::Fate;

    #[test]
    fn a_report_is_its_owners_alone_and_never_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ndjson");
        let mut report = Report::create(&path, None).unwrap();
        report
            .add(&Line::unsent(1, None, &"main".into(), Fate::BadRow, Vec::new()))
            .unwrap();
        report.flush().unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        }
        let error = Report::create(&path, None).unwrap_err();
        assert!(error.message.ends_with("is there already"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap().lines().count(), 1);
    }

    #[test]
    fn the_default_stands_beside_the_input_under_a_free_name() {
        let folder = tempfile::tempdir().unwrap();
        let input = folder.path().join("leads.csv");
        let first = default_path(&input);
        assert_eq!(first, folder.path().join("leads.csv.report.ndjson"));
        std::fs::write(first, "").unwrap();
        let second = folder.path().join("leads.csv.report-2.ndjson");
        assert_eq!(default_path(&input), second);
        std::fs::write(inflight::path_of(&second), "").unwrap();
        assert_eq!(default_path(&input), folder.path().join("leads.csv.report-3.ndjson"));
        assert_eq!(default_path(Path::new("-")), Path::new("leadsink-stdin.report.ndjson"));
    }

    #[test]
    fn the_next_report_has_the_next_number() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for (old, new) in [
            ("a.csv.report.ndjson", "a.csv.report-2.ndjson"),
            ("a.csv.report-2.ndjson", "a.csv.report-3.ndjson"),
            ("r-2026", "r-2026-2"),
        ] {
            std::fs::write(at(old), "").unwrap();
            assert_eq!(next(&at(old)), at(new));
        }
        assert!(check_free(&at("r-2026")).is_err() && check_free(&at("new")).is_ok());
    }

    #[test]
    fn a_report_that_cannot_be_carried_over_is_not_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.ndjson");
        let carry: Carry<'_> = Box::new(|_| Err(CliError::new("broken")));
        Report::create(&path, Some(carry)).unwrap_err();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
    }
}
