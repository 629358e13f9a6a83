//! The command `init`: a commented configuration, from what the vendors say of their keys.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::time::Duration;

use leadsink::{ConfigKey, Descriptor, Need, Quota};

use crate::args::InitArgs;
use crate::exit::{CliError, Exit, Outcome};
use crate::output::{Out, wrap};

const HEAD: &str = "\
# The sinks that leadsink delivers to. `leadsink check FILE` and `leadsink send FILE --to NAME` read this file.
#
# A table [sinks.NAME] is one account at a vendor; NAME is free, and stands in reports. Once leads were sent, keep it:
# it is how leadsink knows that a lead went there.
#
# A value of a table [sinks.NAME.config] may stand elsewhere: { env = \"VARIABLE\" } takes it from the environment,
# { file = \"path\" } from a file beside this one. Credentials belong there.
";

/// How wide comments are.
const WIDTH: usize = 110;

pub(crate) fn run(args: &InitArgs) -> Outcome {
    let registry = leadsink::registry();
    let mut vendors: Vec<&Descriptor> = Vec::new();
    for id in &args.vendor {
        let vendor = registry.get(id.trim())?.descriptor;
        if !vendors.iter().any(|known| known.id == vendor.id) {
            vendors.push(vendor);
        }
    }
    if vendors.is_empty() {
        vendors.extend(registry.entries().iter().map(|entry| entry.descriptor));
    }
    let text = render(&vendors);
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .open(&args.path)
        .map_err(|error| match error.kind() {
            io::ErrorKind::AlreadyExists => CliError::new(format!("`{}` exists already", args.path.display()))
                .with_hint("name another file, or move it away; it is not overwritten"),
            _ => CliError::io("write", &args.path, &error),
        })?;
    file.write_all(text.as_bytes())
        .map_err(|error| CliError::io("write", &args.path, &error))?;
    let mut out = Out::new();
    out.line(format_args!("wrote {}", args.path.display()))?;
    out.line("next: fill in the keys without `#`, set the variables, then `leadsink check FILE`")?;
    out.done(Exit::Well)
}

/// The whole file for these vendors.
fn render(vendors: &[&Descriptor]) -> String {
    let mut text = HEAD.to_owned();
    for vendor in vendors {
        let _ = write!(
            text,
            "\n# {}: {}\n[sinks.{}]\nvendor = \"{}\"\n\n[sinks.{}.config]\n",
            vendor.name, vendor.docs, vendor.id, vendor.id, vendor.id
        );
        for (index, key) in vendor.config.iter().enumerate() {
            if index > 0 {
                text.push('\n');
            }
            render_key(vendor, key, &mut text);
        }
        render_delivery(vendor, &mut text);
    }
    text
}

/// The two tables that say how leads are delivered, commented out.
fn render_delivery(vendor: &Descriptor, text: &mut String) {
    let quotas = match vendor.quotas {
        // Whoever documents no limit may still have told this account one.
        [] => vec!["leads = \"300/min\"".to_owned()],
        quotas => classes(quotas),
    };
    let why = if vendor.quotas.is_empty() {
        "How many requests this account may make in a time; the documents set no limit."
    } else {
        "How many requests this account may make in a time, where that is not the documented limit; \"off\" for no limit."
    };
    let tables = [
        (
            "retry",
            "How often a lead is tried, where that is safe, and for how long from its first failure on; 25 times and 4 hours \
             unless set. With `--no-outbox` 3 times, and for how long from its turn by the quota, without end unless set.",
            vec!["attempts = 25".to_owned(), "deadline = \"4h\"".to_owned()],
        ),
        ("quotas", why, quotas),
    ];
    for (table, why, lines) in tables {
        let _ = writeln!(text, "\n# {why}\n# [sinks.{}.{table}]", vendor.id);
        for line in lines {
            let _ = writeln!(text, "# {line}");
        }
    }
}

/// A line for each class of the documented limits.
fn classes(quotas: &[Quota]) -> Vec<String> {
    let mut classes: Vec<_> = quotas.iter().map(|quota| quota.class).collect();
    classes.dedup();
    let line = |class| {
        let limits: Vec<_> = quotas.iter().filter(|quota| quota.class == class).map(limit).collect();
        match &*limits {
            [limit] => format!("{class} = {limit}"),
            limits => format!("{class} = [{}]", limits.join(", ")),
        }
    };
    classes.into_iter().map(line).collect()
}

/// A documented limit as it is written.
fn limit(quota: &Quota) -> String {
    const UNITS: [(Duration, &str); 3] = [
        (Duration::from_secs(60), "min"),
        (Duration::from_secs(3600), "hour"),
        (Duration::from_secs(86_400), "day"),
    ];
    let unit = UNITS.iter().find(|(per, _)| *per == quota.per);
    let per = match unit {
        Some((_, unit)) => (*unit).to_owned(),
        None if quota.per.subsec_nanos() == 0 => format!("{}s", quota.per.as_secs()),
        None => format!("{}ms", quota.per.as_millis()),
    };
    format!("\"{}/{per}\"", quota.requests)
}

fn render_key(vendor: &Descriptor, key: &ConfigKey, text: &mut String) {
    let doc = match key.need {
        Need::Unless(other) => {
            let is = if is_switch(vendor, other) { "true" } else { "given" };
            format!("{} Not needed where `{other}` is {is}.", key.doc)
        }
        _ => key.doc.to_owned(),
    };
    for line in wrap(&doc, WIDTH) {
        let _ = writeln!(text, "# {line}");
    }
    let mark = if key.need == Need::Optional { "# " } else { "" };
    let _ = writeln!(text, "{mark}{} = {}", key.key, value(vendor, key));
}

/// Whether a key is switched on, rather than given.
fn is_switch(vendor: &Descriptor, name: &str) -> bool {
    let key = vendor.config.iter().find(|key| key.key == name);
    key.is_some_and(|key| matches!(key.example, "true" | "false"))
}

/// What stands behind the equals sign. A credential is taken from the environment.
fn value(vendor: &Descriptor, key: &ConfigKey) -> String {
    if !key.credential || key.example.starts_with('{') {
        return key.example.to_owned();
    }
    let name = format!("{}_{}", vendor.id, key.key).to_uppercase().replace('-', "_");
    format!("{{ env = \"{name}\" }}")
}

#[cfg(test)]
mod tests {
    use super::*;

    const VENDOR: Descriptor = Descriptor::new("acme", "Acme", "https://acme.example")
        .with_config(&[
            ConfigKey::credential("api_key", "\"k\"", "The key."),
            ConfigKey::required("campaign", "\"SOLAR\"", "The campaign.").unless("campaign_from_lead"),
            ConfigKey::optional("campaign_from_lead", "false", "Takes the lead's."),
            ConfigKey::required("org", "1", "The organisation.").unless("user"),
            ConfigKey::optional("user", "\"u\"", "Who logs in."),
        ])
        .with_quotas(&[
            Quota {
                class: "leads",
                requests: 10,
                per: Duration::from_secs(86_400),
            },
            Quota {
                class: "status",
                requests: 5,
                per: Duration::from_millis(500),
            },
            Quota {
                class: "status",
                requests: 100,
                per: Duration::from_secs(60),
            },
        ]);

    #[test]
    fn keys_are_explained_and_optional_ones_commented_out() {
        let text = render(&[&VENDOR]);
        let body = text.strip_prefix(HEAD).unwrap();
        assert_eq!(
            body,
            "\n# Acme: https://acme.example\n[sinks.acme]\nvendor = \"acme\"\n\n[sinks.acme.config]\n\
             # The key.\napi_key = { env = \"ACME_API_KEY\" }\n\n\
             # The campaign. Not needed where `campaign_from_lead` is true.\ncampaign = \"SOLAR\"\n\n\
             # Takes the lead's.\n# campaign_from_lead = false\n\n\
             # The organisation. Not needed where `user` is given.\norg = 1\n\n\
             # Who logs in.\n# user = \"u\"\n\n\
             # How often a lead is tried, where that is safe, and for how long from its first failure on; 25 times and 4 hours \
             unless set. With `--no-outbox` 3 times, and for how long from its turn by the quota, without end unless set.\n\
             # [sinks.acme.retry]\n# attempts = 25\n# deadline = \"4h\"\n\n\
             # How many requests this account may make in a time, where that is not the documented limit; \"off\" for no \
             limit.\n# [sinks.acme.quotas]\n# leads = \"10/day\"\n# status = [\"5/500ms\", \"100/min\"]\n"
        );
    }

    #[test]
    fn a_limit_reads_back_as_it_was_written() {
        for (millis, wanted) in [(60_000, "9/min"), (10_000, "9/10s"), (1_500, "9/1500ms")] {
            let per = Duration::from_millis(millis);
            let written = limit(&Quota {
                class: "leads",
                requests: 9,
                per,
            });
            assert_eq!(written, format!("\"{wanted}\""));
            assert_eq!(crate::config::limit(wanted), Some((9, per)));
        }
    }

    #[test]
    fn with_every_comment_mark_taken_away_it_is_still_toml() {
        let registry = leadsink::registry();
        for entry in registry.entries() {
            let text = render(&[entry.descriptor]);
            let mut open = String::new();
            for line in text.lines() {
                let key = line.strip_prefix("# ").filter(|line| {
                    let keys = entry.descriptor.config.iter().map(|key| key.key);
                    let quotas = entry.descriptor.quotas.iter().map(|quota| quota.class);
                    let mut known = keys.chain(quotas).chain(["attempts", "deadline", "leads"]);
                    line.starts_with("[sinks.") && line.ends_with(']')
                        || known.any(|key| line.starts_with(&format!("{key} = ")))
                });
                let _ = writeln!(open, "{}", key.unwrap_or(line));
            }
            let table: toml::Table = toml::from_str(&open).unwrap();
            let config = &table["sinks"][entry.descriptor.id]["config"];
            assert_eq!(config.as_table().unwrap().len(), entry.descriptor.config.len());
            let delivery = |name: &str| table["sinks"][entry.descriptor.id][name].as_table().unwrap();
            assert_eq!(delivery("retry").len(), 2);
            let quotas = delivery("quotas");
            assert!(!quotas.is_empty());
            for (class, limits) in quotas {
                assert!(
                    crate::config::limits(limits).is_some_and(|limits| !limits.is_empty()),
                    "{class}"
                );
            }
        }
    }
}
