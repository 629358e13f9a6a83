//! Which lead is meant where several sources have its id: the one of a file, or the one that was sent as a test.

use std::sync::Arc;

use leadsink::LeadId;
use leadsink::outbox::LeadView;

use crate::exit::CliError;
use crate::output::quote;

/// Where the leads of files come from: an id is that of one lead, whichever file it stands in.
pub(crate) const FILES: &str = "files";

/// Where those come from that were sent as tests.
pub(crate) const TESTS: &str = "tests";

/// The source that is meant.
pub(super) fn pick(key: &LeadId, views: &[LeadView], is_test: bool) -> Result<Arc<str>, CliError> {
    let from = |source: &str| views.iter().find(|view| *view.source == *source);
    let only = || {
        let (first, rest) = views.split_first()?;
        rest.iter().all(|view| view.source == first.source).then_some(first)
    };
    let found = if is_test {
        from(TESTS)
    } else {
        from(FILES).or_else(only)
    };
    let key = key.as_str();
    match found {
        Some(view) => Ok(Arc::clone(&view.source)),
        None if is_test => Err(CliError::new(format!("no lead `{key}` was sent as a test"))
            .with_hint("without `--test` it is the one of your files")),
        None => Err(
            CliError::new(format!("several sources have a lead `{key}`, and no file"))
                .with_hint("`--test` takes the one that was sent as a test"),
        ),
    }
}

/// The lead in the words of a command.
pub(super) fn lead_words(key: &LeadId, source: &str) -> String {
    let test = if source == TESTS { " --test" } else { "" };
    quote(key.as_str()) + test
}

#[cfg(test)]
mod tests {
    use super::super::lead::tests::view;
    use super::*;

    fn picked(sources: &[&str], is_test: bool) -> Option<String> {
        let views: Vec<_> = sources.iter().map(|source| view(source, 1)).collect();
        let found = pick(&views[0].key, &views, is_test).ok();
        found.map(|source| source.to_string())
    }

    #[test]
    fn of_several_sources_it_is_the_files_unless_a_test_is_meant() {
        let both = ["files", "files", "tests"];
        assert_eq!(picked(&both, false).as_deref(), Some("files"));
        assert_eq!(picked(&both, true).as_deref(), Some("tests"));
        assert_eq!(picked(&["tests", "tests"], false).as_deref(), Some("tests"));
        assert_eq!(picked(&["web"], false).as_deref(), Some("web"));
        assert_eq!(picked(&["files"], true), None);
        assert_eq!(picked(&["tests", "web"], false), None, "nobody said which");
    }

    #[test]
    fn a_command_says_that_the_lead_is_a_test() {
        let key = LeadId::new("crm 42").unwrap();
        assert_eq!(lead_words(&key, FILES), "'crm 42'");
        assert_eq!(lead_words(&key, TESTS), "'crm 42' --test");
    }
}
