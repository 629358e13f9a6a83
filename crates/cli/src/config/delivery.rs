//! How leads are delivered to a sink: the tables `[sinks.NAME.retry]` and `[sinks.NAME.quotas]`.

use std::time::Duration;

use leadsink::layers::{Limit, Stack};
use leadsink::{Descriptor, suggest};
use toml::{Table, Value};

/// The keys of `[sinks.NAME.retry]`.
const RETRY: [&str; 2] = ["attempts", "deadline"];

/// The most attempts that make sense for one lead in one run.
const MOST_ATTEMPTS: i64 = 100;

/// What the table `retry` says; where it says nothing, the outbox and the plain send each have their own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Retry {
    /// How often a lead is tried.
    pub(crate) attempts: Option<u32>,
    /// For how long it is tried.
    pub(crate) deadline: Option<Duration>,
}

/// How leads are delivered to a sink.
#[derive(Clone, Debug)]
pub(crate) struct Delivery {
    pub(crate) retry: Retry,
    pub(crate) stack: Stack,
}

/// What the tables say. A problem is a path beneath the sink, and what is wrong with it.
pub(super) fn delivery(retry: &Table, quotas: &Table, vendor: &Descriptor) -> Result<Delivery, (Vec<String>, String)> {
    let retry = self::retry(retry)?;
    let mut stack = Stack::new();
    if let Some(attempts) = retry.attempts {
        stack = stack.with_attempts(attempts);
    }
    if let Some(deadline) = retry.deadline {
        stack = stack.with_deadline(deadline);
    }
    for (class, value) in quotas {
        let bad = |what: &str| (vec!["quotas".to_owned(), class.clone()], what.to_owned());
        let known: Vec<_> = vendor.quotas.iter().map(|quota| quota.class).collect();
        // A vendor that documents no limit may still have told this account one.
        if !known.is_empty() && !known.contains(&&**class) {
            return Err(bad(&unknown(class, &known)));
        }
        if value.as_str() == Some("off") {
            stack = stack.without_quota(class);
            continue;
        }
        for (requests, per) in limits(value).ok_or_else(|| bad(LIMIT))? {
            stack = stack.with_limit(Limit::new(class.clone(), requests, per));
        }
    }
    Ok(Delivery { retry, stack })
}

fn retry(table: &Table) -> Result<Retry, (Vec<String>, String)> {
    let mut retry = Retry::default();
    for (key, value) in table {
        let bad = |what: &str| (vec!["retry".to_owned(), key.clone()], what.to_owned());
        match (&**key, value) {
            ("attempts", Value::Integer(n @ 1..=MOST_ATTEMPTS)) => retry.attempts = Some(*n as u32),
            ("attempts", _) => return Err(bad("is not a number of attempts from 1 to 100")),
            ("deadline", value) => {
                let time = value.as_str().and_then(duration);
                retry.deadline = Some(time.ok_or_else(|| bad("is not a time such as `\"10m\"`"))?);
            }
            _ => return Err(bad(&unknown(key, &RETRY))),
        }
    }
    Ok(retry)
}

const LIMIT: &str = "is not a limit such as `\"300/min\"`, a list of them, or `\"off\"`";

/// One limit, or several of which each holds.
pub(crate) fn limits(value: &Value) -> Option<Vec<(u32, Duration)>> {
    match value {
        Value::String(text) => Some(vec![limit(text)?]),
        Value::Array(items) if !items.is_empty() => items.iter().map(|item| limit(item.as_str()?)).collect(),
        _ => None,
    }
}

fn unknown(key: &str, known: &[&str]) -> String {
    let near = suggest(key, known.iter().copied()).map(|near| format!("; did you mean `{near}`?"));
    format!("is no key of it{}", near.unwrap_or_default())
}

/// A number of requests and the time that it is for: `300/min`, `10000/day`, `5/500ms`.
pub(crate) fn limit(text: &str) -> Option<(u32, Duration)> {
    let (requests, per) = text.split_once('/')?;
    let requests = requests.trim().parse().ok().filter(|n| *n > 0)?;
    let per = per.trim();
    let per = if per.starts_with(|c: char| c.is_ascii_digit()) {
        duration(per)
    } else {
        duration(&format!("1{per}"))
    };
    Some((requests, per?))
}

/// A whole number and its unit: `500ms`, `30s`, `10m`, `1h`, `1d`.
pub(crate) fn duration(text: &str) -> Option<Duration> {
    let end = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(end);
    let number: u64 = number.parse().ok().filter(|n| *n > 0)?;
    let seconds = |one: u64| number.checked_mul(one).map(Duration::from_secs);
    match unit.trim() {
        "ms" => Some(Duration::from_millis(number)),
        "s" | "sec" | "second" => seconds(1),
        "m" | "min" | "minute" => seconds(60),
        "h" | "hour" => seconds(3600),
        "d" | "day" => seconds(24 * 3600),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use leadsink::Quota;

    use super::*;

    const VENDOR: Descriptor = Descriptor::new("acme", "Acme", "").with_quotas(&[Quota {
        class: "leads",
        requests: 300,
        per: Duration::from_secs(60),
    }]);

    fn problem(retry: &str, quotas: &str) -> Option<String> {
        let table = |text: &str| toml::from_str::<Table>(text).unwrap();
        let result = delivery(&table(retry), &table(quotas), &VENDOR);
        result.err().map(|(path, what)| format!("{} {what}", path.join(".")))
    }

    #[test]
    fn what_can_be_read_is_taken_and_what_cannot_is_named() {
        for (retry, quotas) in [
            ("", ""),
            ("attempts = 1\ndeadline = \"10m\"", "leads = \"off\""),
            ("", "leads = \"600/min\""),
            ("", "leads = [\"10/min\", \"10000/day\"]"),
        ] {
            assert_eq!(problem(retry, quotas), None, "{retry} {quotas}");
        }
        for (retry, quotas, wanted) in [
            (
                "attempts = 0",
                "",
                "retry.attempts is not a number of attempts from 1 to 100",
            ),
            (
                "atempts = 1",
                "",
                "retry.atempts is no key of it; did you mean `attempts`?",
            ),
            ("deadline = 10", "", "retry.deadline is not a time such as `\"10m\"`"),
            (
                "",
                "lead = \"1/s\"",
                "quotas.lead is no key of it; did you mean `leads`?",
            ),
            (
                "",
                "leads = 300",
                "quotas.leads is not a limit such as `\"300/min\"`, a list of them, or `\"off\"`",
            ),
            (
                "",
                "leads = \"0/min\"",
                "quotas.leads is not a limit such as `\"300/min\"`, a list of them, or `\"off\"`",
            ),
        ] {
            assert_eq!(problem(retry, quotas).as_deref(), Some(wanted));
        }
        for quotas in ["leads = []", "leads = [\"10/min\", \"off\"]", "leads = [5]"] {
            assert!(problem("", quotas).is_some(), "{quotas}");
        }
    }

    #[test]
    fn a_limit_is_so_many_in_a_time() {
        let time = |text: &str| limit(text).map(|(requests, per)| (requests, per.as_millis()));
        assert_eq!(time("300/min"), Some((300, 60_000)));
        assert_eq!(time("10000 / day"), Some((10_000, 86_400_000)));
        assert_eq!(time("300/60ms"), Some((300, 60)));
        for text in ["300", "300/", "x/min", "300/fortnight", "300/0s", "-1/s"] {
            assert_eq!(time(text), None, "{text}");
        }
    }
}
