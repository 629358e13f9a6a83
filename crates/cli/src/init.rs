//! The command `init`: a commented configuration, from what the vendors say of their keys.

use std::fmt::Write as _;
use std::fs::OpenOptions;
use std::io::{self, Write as _};

use leadsink::{ConfigKey, Descriptor, Need};

use crate::args::InitArgs;
use crate::exit::{CliError, Exit, Outcome};
use crate::output::{Out, wrap};

const HEAD: &str = "\
# The sinks that leadsink delivers to. `leadsink check FILE` and `leadsink send FILE --to NAME` read this file.
#
# A table [sinks.NAME] is one account at a vendor; NAME is free, and stands in reports. Once leads were sent, keep it:
# it is how leadsink knows that a lead went there.
#
# A value may stand elsewhere: { env = \"VARIABLE\" } takes it from the environment, { file = \"path\" } from a file
# beside this one. Credentials belong there.
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
    }
    text
}

fn render_key(vendor: &Descriptor, key: &ConfigKey, text: &mut String) {
    let doc = match key.need {
        Need::Unless(other) => format!("{} Not needed where `{other}` is true.", key.doc),
        _ => key.doc.to_owned(),
    };
    for line in wrap(&doc, WIDTH) {
        let _ = writeln!(text, "# {line}");
    }
    let mark = if key.need == Need::Optional { "# " } else { "" };
    let _ = writeln!(text, "{mark}{} = {}", key.key, value(vendor, key));
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

    const VENDOR: Descriptor = Descriptor::new("acme", "Acme", "https://acme.example").with_config(&[
        ConfigKey::credential("api_key", "\"k\"", "The key."),
        ConfigKey::required("campaign", "\"SOLAR\"", "The campaign.").unless("campaign_from_lead"),
        ConfigKey::optional("campaign_from_lead", "false", "Takes the lead's."),
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
             # Takes the lead's.\n# campaign_from_lead = false\n"
        );
    }

    #[test]
    fn with_every_comment_mark_taken_away_it_is_still_toml() {
        let registry = leadsink::registry();
        for entry in registry.entries() {
            let text = render(&[entry.descriptor]);
            let mut open = String::new();
            for line in text.lines() {
                let key = line.strip_prefix("# ").filter(|line| {
                    entry
                        .descriptor
                        .config
                        .iter()
                        .any(|key| line.starts_with(&format!("{} = ", key.key)))
                });
                let _ = writeln!(open, "{}", key.unwrap_or(line));
            }
            let table: toml::Table = toml::from_str(&open).unwrap();
            let config = &table["sinks"][entry.descriptor.id]["config"];
            assert_eq!(config.as_table().unwrap().len(), entry.descriptor.config.len());
        }
    }
}
