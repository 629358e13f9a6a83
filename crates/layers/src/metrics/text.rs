//! The text format of Prometheus, version 0.0.4: <https://prometheus.io/docs/instrumenting/exposition_formats/>.

use std::fmt::{self, Display, Write};

use super::{BOUNDS, Counts, Durations, Sink};

pub(super) fn render(counts: &Counts) -> String {
    let mut page = String::new();
    // Nothing fails on the way into a string.
    let _ = write_page(&mut page, counts);
    page
}

fn write_page(page: &mut String, counts: &Counts) -> fmt::Result {
    const ATTEMPTS: &str = "leadsink_attempts_total";
    family(
        page,
        ATTEMPTS,
        "counter",
        "Attempts that were made, repetitions included.",
    )?;
    for (sink, count) in &counts.attempts {
        writeln!(page, "{ATTEMPTS}{{{sink}}} {count}")?;
    }
    const DELIVERIES: &str = "leadsink_deliveries_total";
    family(
        page,
        DELIVERIES,
        "counter",
        "Deliveries that ended, by what became of them.",
    )?;
    for ((sink, ending), count) in &counts.deliveries {
        let (outcome, error) = (Label("outcome", ending.outcome), Label("error", ending.error));
        writeln!(page, "{DELIVERIES}{{{sink},{outcome},{error}}} {count}")?;
    }
    const DURATION: &str = "leadsink_delivery_duration_seconds";
    let help = "Time of whole deliveries, with all attempts and the waits before and between them.";
    family(page, DURATION, "histogram", help)?;
    for ((sink, outcome), durations) in &counts.durations {
        let labels = format!("{sink},{}", Label("outcome", outcome));
        histogram(page, DURATION, &labels, durations)?;
    }
    Ok(())
}

/// The two lines that come before the samples of a metric. The help texts are ours and need no escape.
fn family(page: &mut String, name: &str, kind: &str, help: &str) -> fmt::Result {
    writeln!(page, "# HELP {name} {help}\n# TYPE {name} {kind}")
}

fn histogram(page: &mut String, name: &str, labels: &str, durations: &Durations) -> fmt::Result {
    let mut so_far = 0;
    for (bound, within) in BOUNDS.iter().zip(durations.within) {
        so_far += within;
        writeln!(page, "{name}_bucket{{{labels},le=\"{bound}\"}} {so_far}")?;
    }
    writeln!(page, "{name}_bucket{{{labels},le=\"+Inf\"}} {}", durations.count)?;
    writeln!(page, "{name}_sum{{{labels}}} {}", durations.sum.as_secs_f64())?;
    writeln!(page, "{name}_count{{{labels}}} {}", durations.count)
}

impl Display for Sink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{},{}", Label("vendor", self.vendor), Label("sink", &self.name))
    }
}

/// A label with its value, escaped: a person chose the name of a sink.
struct Label<'a>(&'static str, &'a str);

impl Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}=\"", self.0)?;
        for char in self.1.chars() {
            match char {
                '\\' => f.write_str("\\\\")?,
                '"' => f.write_str("\\\"")?,
                '\n' => f.write_str("\\n")?,
                other => f.write_char(other)?,
            }
        }
        f.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::metrics::{Ending, Metrics};

    const ACCEPTED: Ending = Ending {
        outcome: "accepted",
        error: "none",
    };

    fn sink(name: &str) -> Sink {
        Sink {
            vendor: "acme",
            name: name.into(),
        }
    }

    #[test]
    fn without_a_delivery_the_page_names_its_metrics() {
        assert_eq!(
            Metrics::new().render(),
            "\
# HELP leadsink_attempts_total Attempts that were made, repetitions included.
# TYPE leadsink_attempts_total counter
# HELP leadsink_deliveries_total Deliveries that ended, by what became of them.
# TYPE leadsink_deliveries_total counter
# HELP leadsink_delivery_duration_seconds Time of whole deliveries, with all attempts and the waits before and between them.
# TYPE leadsink_delivery_duration_seconds histogram
"
        );
    }

    #[test]
    fn buckets_count_all_that_took_no_longer() {
        let metrics = Metrics::new();
        for millis in [50, 100, 101, 7_250, 3_600_000, 4_000_000] {
            metrics.count(sink("main"), 1, ACCEPTED, Duration::from_millis(millis));
        }
        let page = metrics.render();
        let labels = r#"vendor="acme",sink="main",outcome="accepted""#;
        let buckets = [
            ("0.1", 2),
            ("0.25", 3),
            ("0.5", 3),
            ("1", 3),
            ("2.5", 3),
            ("5", 3),
            ("10", 4),
            ("30", 4),
            ("60", 4),
            ("120", 4),
            ("300", 4),
            ("600", 4),
            ("3600", 5),
            ("+Inf", 6),
        ];
        let name = "leadsink_delivery_duration_seconds";
        let mut expected: Vec<_> = buckets
            .iter()
            .map(|(le, count)| format!(r#"{name}_bucket{{{labels},le="{le}"}} {count}"#))
            .collect();
        expected.push(format!("{name}_sum{{{labels}}} 7607.501"));
        expected.push(format!("{name}_count{{{labels}}} 6"));
        let lines: Vec<_> = page.lines().filter(|line| line.starts_with(name)).collect();
        assert_eq!(lines, expected);
    }

    #[test]
    fn the_name_of_a_sink_is_escaped() {
        let metrics = Metrics::new();
        metrics.count(sink("a \"b\"\\\nc"), 1, ACCEPTED, Duration::ZERO);
        let line = r#"leadsink_attempts_total{vendor="acme",sink="a \"b\"\\\nc"} 1"#;
        assert!(metrics.render().lines().any(|found| found == line));
    }
}
