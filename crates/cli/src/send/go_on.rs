//! The command to go on with: the same one, from the report on.

use std::borrow::Cow;
use std::ffi::OsString;
use std::path::Path;

/// The options that are replaced or left out: each names a file that is there now.
const REPLACED: [&str; 3] = ["--report", "--resume", "--rejects"];

/// The command that sends what a run left over, quoted for a shell.
pub(crate) fn command(args: impl IntoIterator<Item = OsString>, report: &Path) -> String {
    let mut words = vec!["leadsink".to_owned()];
    let mut args = args.into_iter().skip(1);
    while let Some(arg) = args.next() {
        let text = arg.to_string_lossy();
        if REPLACED.contains(&&*text) {
            args.next();
        } else if !REPLACED
            .iter()
            .any(|option| text.strip_prefix(option).is_some_and(|rest| rest.starts_with('=')))
        {
            words.push(quote(&masked(&text)));
        }
    }
    words.push("--resume".to_owned());
    words.push(quote(&report.to_string_lossy()));
    words.join(" ")
}

/// A setting without its value where that may be a credential: the command is printed, and may be kept.
fn masked(word: &str) -> Cow<'_, str> {
    match word.rsplit_once('=') {
        Some((key, _))
            if ["password", "secret", "token", "key"]
                .iter()
                .any(|part| key.to_lowercase().contains(part)) =>
        {
            format!("{key}=***").into()
        }
        _ => word.into(),
    }
}

/// A word as a POSIX shell reads it back.
fn quote(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
    if !word.is_empty() && word.chars().all(plain) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', "'\\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_the_run_are_replaced_and_words_quoted() {
        let args = [
            "/usr/bin/leadsink",
            "send",
            "my leads.csv",
            "--to",
            "main",
            "--report",
            "r.ndjson",
            "--resume=old",
            "--rejects",
            "x.csv",
            "--set",
            "it's=1",
            "--set",
            "main.password=hunter2",
        ];
        assert_eq!(
            command(args.map(OsString::from), Path::new("r.ndjson")),
            "leadsink send 'my leads.csv' --to main --set 'it'\\''s=1' --set 'main.password=***' --resume r.ndjson"
        );
    }
}
