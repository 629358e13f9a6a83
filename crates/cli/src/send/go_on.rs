//! The command to go on with: the same one, from the report on.

use std::ffi::OsString;
use std::path::Path;

use leadsink::ConfigKey;

use super::report;
use crate::args::{CONCURRENCY, ConfigArgs, PaceArgs};
use crate::outbox::OutboxPlace;
use crate::output::quote;

/// The options that are replaced: each names a file that is there now.
const REPLACED: [&str; 2] = ["--report", "--resume"];

/// The command that delivers what is due in an outbox, quoted for a shell: as it is delivered now.
pub(crate) fn work(to: &[String], config: &ConfigArgs, pace: PaceArgs, outbox: &OutboxPlace) -> String {
    let mut words = vec!["leadsink work".to_owned()];
    let mut option = |name: &str, value: &str| words.extend([name.to_owned(), quote(value)]);
    if !to.is_empty() {
        option("--to", &to.join(","));
    }
    if !outbox.is_usual() {
        option("--outbox", &outbox.to_string());
    }
    if let Some(config) = &config.config {
        option("--config", &config.to_string_lossy());
    }
    if pace.concurrency != CONCURRENCY {
        option("--concurrency", &pace.concurrency.to_string());
    }
    if let Some(timeout) = pace.timeout {
        option("--timeout", &timeout.as_secs_f64().to_string());
    }
    if let Some(attempts) = pace.attempts {
        option("--attempts", &attempts.to_string());
    }
    if let Some(lease) = pace.lease {
        option("--lease", &lease.as_secs_f64().to_string());
    }
    let keys = keys();
    for setting in &config.set {
        option("--set", &masked(setting, &keys));
    }
    words.join(" ")
}

/// The command again that was told to stop before it had filed all, without the files that it would find there.
pub(crate) fn again(args: impl IntoIterator<Item = OsString>) -> String {
    replay(args, None)
}

/// The command that sends what a run left over, quoted for a shell.
pub(crate) fn command(args: impl IntoIterator<Item = OsString>, report: &Path) -> String {
    replay(args, Some(report))
}

/// The keys of every vendor's configuration.
fn keys() -> Vec<&'static ConfigKey> {
    let registry = leadsink::registry();
    let entries = registry.entries().iter();
    entries.flat_map(|entry| entry.descriptor.config).collect()
}

fn replay(args: impl IntoIterator<Item = OsString>, report: Option<&Path>) -> String {
    let mut words = vec!["leadsink".to_owned()];
    let mut args = args.into_iter().skip(1);
    let keys = keys();
    // Whoever goes on with a report gets the rest's rejects in a file of their own.
    let mend = |path: &Path| report.map(|_| rejects(path));
    while let Some(arg) = args.next() {
        let text = arg.to_string_lossy();
        if text == "--rejects" {
            words.extend(args.next().and_then(|path| mend(path.as_ref())));
        } else if let Some(path) = text.strip_prefix("--rejects=") {
            words.extend(mend(path.as_ref()));
        } else if REPLACED.contains(&&*text) {
            args.next();
        } else if text == "--set" {
            words.push(text.into_owned());
            words.extend(args.next().map(|text| quote(&masked(&text.to_string_lossy(), &keys))));
        } else if text == "--outbox" {
            words.push(text.into_owned());
            words.extend(args.next().map(|place| quote(&OutboxPlace::mask(&place))));
        } else if let Some(place) = text.strip_prefix("--outbox=") {
            words.push(quote(&format!("--outbox={}", OutboxPlace::mask(place.as_ref()))));
        } else if let Some(setting) = text.strip_prefix("--set=") {
            words.push(quote(&format!("--set={}", masked(setting, &keys))));
        } else if !REPLACED
            .iter()
            .any(|option| text.strip_prefix(option).is_some_and(|rest| rest.starts_with('=')))
        {
            words.push(quote(&text));
        }
    }
    if let Some(report) = report {
        words.extend(["--resume".to_owned(), quote(&report.to_string_lossy())]);
    }
    words.join(" ")
}

/// The rest's rejects go to a file of their own.
fn rejects(path: &Path) -> String {
    format!("--rejects {}", quote(&report::free(path).to_string_lossy()))
}

/// A setting, without its value unless that is certainly no credential: the command is printed, and may be kept.
fn masked(setting: &str, keys: &[&ConfigKey]) -> String {
    let Some((left, value)) = setting.split_once('=') else {
        // It was refused, and may be a password.
        return "***".to_owned();
    };
    // Before the key may stand the name of a sink, behind it the way into a table.
    let named = || {
        keys.iter()
            .filter(|key| left.split('.').any(|part| part.trim() == key.key))
    };
    let is_secret = named().any(|key| key.credential);
    let is_known = named().next().is_some();
    if is_known && !is_secret {
        format!("{left}={value}")
    } else {
        format!("{left}=***")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::outbox::tests::{place, usual};

    #[test]
    fn work_goes_on_as_it_was_told_to_deliver() {
        let mut pace = PaceArgs {
            concurrency: CONCURRENCY,
            timeout: None,
            attempts: None,
            lease: None,
        };
        let mut config = ConfigArgs::default();
        assert_eq!(work(&[], &config, pace, &usual()), "leadsink work");
        pace.concurrency = 4;
        pace.attempts = Some(2);
        pace.lease = Some(std::time::Duration::from_secs(90));
        config.config = Some("c.toml".into());
        config.set = vec!["api_key=secret".to_owned()];
        assert_eq!(
            work(&["a".into(), "b".into()], &config, pace, &place("x y.db")),
            "leadsink work --to a,b --outbox 'x y.db' --config c.toml --concurrency 4 --attempts 2 --lease 90 --set 'api_key=***'"
        );
    }

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
            "no/such/x.csv",
            "--set",
            "campaign=it's",
        ];
        assert_eq!(
            command(args.map(OsString::from), Path::new("r.ndjson")),
            "leadsink send 'my leads.csv' --to main --rejects no/such/x.csv --set 'campaign=it'\\''s' --resume r.ndjson"
        );
    }

    #[test]
    fn the_password_of_a_server_is_not_shown() {
        let url = "postgres://a:hunter2@db/c";
        for args in [
            &["", "send", "--outbox", url][..],
            &["", "send", &format!("--outbox={url}")],
        ] {
            let shown = again(args.iter().map(OsString::from));
            assert!(
                shown.contains("postgres://a:***@db/c") && !shown.contains("hunter2"),
                "{shown}"
            );
        }
    }

    #[test]
    fn no_value_is_shown_that_may_be_a_credential() {
        let shown = |setting: &str| {
            let apart = command(["", "--set", setting].map(OsString::from), Path::new("r"));
            let joined = command(["".into(), format!("--set={setting}").into()], Path::new("r"));
            assert_eq!(joined.replace("'--set=", "--set='"), apart.replace("--set ", "--set="));
            apart.split_once("--set ").unwrap().1.replace(" --resume r", "")
        };
        for (setting, wanted) in [
            ("password=c2Vj==", "'password=***'"),
            ("password=c2VjcmV0", "'password=***'"),
            ("a=b.password=c2Vj", "'a=***'"),
            ("main.password=hunter2", "'main.password=***'"),
            ("campaign.password=hunter2", "'campaign.password=***'"),
            ("pasword=hunter2", "'pasword=***'"),
            (" password =hunter2", "' password =***'"),
            ("hunter2", "'***'"),
            ("campaign=a=b", "campaign=a=b"),
            ("main.campaign=SOLAR", "main.campaign=SOLAR"),
        ] {
            assert_eq!(shown(setting), wanted);
        }
    }
}
