//! Writes many files or none: what was there before is kept until all is well.

use std::fs;
use std::path::PathBuf;

pub(super) use crate::generate::File;
use crate::workspace::{Result, Workspace};

/// What was written so far, and what stood there before.
pub(super) struct Written<'a> {
    workspace: &'a Workspace,
    before: Vec<(String, Option<Vec<u8>>)>,
    /// Folders that were made, each before those in it.
    folders: Vec<PathBuf>,
}

impl<'a> Written<'a> {
    pub(super) const fn new(workspace: &'a Workspace) -> Self {
        Self {
            workspace,
            before: Vec::new(),
            folders: Vec::new(),
        }
    }

    /// Writes the files, up to the first that cannot be written.
    pub(super) fn all<'f>(&mut self, files: impl IntoIterator<Item = &'f File>) -> Result {
        files.into_iter().try_for_each(|file| self.write(file))
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

    /// Puts everything back as it was, and adds to the error whether that was done.
    pub(super) fn undone(self, error: &str) -> String {
        match self.put_back() {
            Ok(()) => format!("{error}; everything was put back as it was"),
            Err(stuck) => format!("{error}; and {stuck}"),
        }
    }

    fn put_back(self) -> Result {
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
        let mut written = Written::new(&workspace);
        let error = written.all(&files).unwrap_err();
        let error = written.undone(&error);
        assert!(error.starts_with("`there/is no folder` cannot be written"), "{error}");
        assert!(error.ends_with("; everything was put back as it was"), "{error}");
        assert_eq!(fs::read_to_string(place("there")).unwrap(), "old");
        assert!(!place("new").exists());

        let mut written = Written::new(&workspace);
        written.all(&files[..2]).unwrap();
        assert_eq!(fs::read_to_string(place("new/deep/file")).unwrap(), "new");
        written.put_back().unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn what_cannot_be_put_back_is_told_with_what_went_wrong() {
        let folder = tempfile::tempdir().unwrap();
        let workspace = Workspace::at(folder.path());
        let mut written = Written::new(&workspace);
        let file = File {
            path: "new/file".to_owned(),
            text: String::new(),
        };
        written.all([&file]).unwrap();
        // Somebody else's, so that the folder is not empty.
        fs::write(folder.path().join("new/other"), "").unwrap();
        let error = written.undone("it failed");
        assert!(
            error.starts_with("it failed; and these could not be put back as they were: `"),
            "{error}"
        );
    }
}
