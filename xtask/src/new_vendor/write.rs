//! Writes many files or none: what was there before is kept until all is well.

use std::fs;
use std::path::PathBuf;

use crate::workspace::{Result, Workspace};

/// A file to write, by its path from the root.
#[derive(Debug)]
pub(super) struct File {
    pub(super) path: String,
    pub(super) text: String,
}

/// What was written so far, and what stood there before.
pub(super) struct Written<'a> {
    workspace: &'a Workspace,
    before: Vec<(String, Option<Vec<u8>>)>,
    /// Folders that were made, each before those in it.
    folders: Vec<PathBuf>,
}

impl<'a> Written<'a> {
    /// Writes the files. When one cannot be written, those before it are put back.
    pub(super) fn all<'f>(workspace: &'a Workspace, files: impl Iterator<Item = &'f File>) -> Result<Self> {
        let mut written = Self {
            workspace,
            before: Vec::new(),
            folders: Vec::new(),
        };
        for file in files {
            if let Err(error) = written.write(file) {
                written.put_back()?;
                return Err(format!("{error}; everything was put back as it was"));
            }
        }
        Ok(written)
    }

    fn write(&mut self, file: &File) -> Result {
        let path = self.workspace.path(&file.path);
        let mut missing: Vec<_> = path
            .ancestors()
            .skip(1)
            .take_while(|folder| !folder.exists())
            .map(PathBuf::from)
            .collect();
        missing.reverse();
        for folder in missing {
            fs::create_dir(&folder)
                .map_err(|error| format!("the folder of `{}` cannot be made: {error}", file.path))?;
            self.folders.push(folder);
        }
        self.remember(&file.path);
        self.workspace.write(&file.path, &file.text)
    }

    /// Keeps what stands in a file that others are about to write.
    pub(super) fn remember(&mut self, path: &str) {
        self.before.push((path.to_owned(), self.workspace.bytes(path)));
    }

    /// Puts everything back as it was.
    pub(super) fn put_back(self) -> Result {
        let mut stuck = Vec::new();
        for (path, before) in self.before.iter().rev() {
            let place = self.workspace.path(path);
            let back = match before {
                Some(bytes) => fs::write(&place, bytes),
                None if place.exists() => fs::remove_file(&place),
                None => Ok(()),
            };
            if back.is_err() {
                stuck.push(format!("`{path}`"));
            }
        }
        for folder in self.folders.iter().rev() {
            if fs::remove_dir(folder).is_err() {
                stuck.push(format!("`{}`", folder.display()));
            }
        }
        match &stuck[..] {
            [] => Ok(()),
            _ => Err(format!(
                "these could not be put back as they were: {}",
                stuck.join(", ")
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_written_leaves_all_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        let place = |path: &str| folder.path().join(path);
        fs::write(place("there"), "old").unwrap();
        let workspace = Workspace::at(folder.path());
        let files = ["there", "new/deep/file", "there/is no folder"].map(|path| File {
            path: path.to_owned(),
            text: "new".to_owned(),
        });
        let error = Written::all(&workspace, files.iter()).err().unwrap();
        assert!(error.starts_with("`there/is no folder` cannot be written"), "{error}");
        assert_eq!(fs::read_to_string(place("there")).unwrap(), "old");
        assert!(!place("new").exists());

        let written = Written::all(&workspace, files[..2].iter()).unwrap();
        assert_eq!(fs::read_to_string(place("new/deep/file")).unwrap(), "new");
        written.put_back().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
