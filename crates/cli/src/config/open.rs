//! Finds what `--to` names, puts the settings in, and opens it.

use std::ffi::OsString;

use leadsink::{Entry, Registry, suggest};
use toml::Table;

use super::build::Trouble;
use super::delivery::{self, Delivery};
use super::file::{ConfigFile, key_path};
use super::named::Named;
use super::setting::Setting;
use super::{OpenSink, Purpose};
use crate::exit::CliError;
use crate::output::list;

pub(super) struct Opening<'a> {
    pub(super) registry: &'a Registry,
    pub(super) file: &'a ConfigFile,
    pub(super) purpose: Purpose,
    pub(super) env: &'a dyn Fn(&str) -> Option<OsString>,
}

impl Opening<'_> {
    pub(super) fn open(&self, to: &[String], set: &[String]) -> Result<Vec<OpenSink>, CliError> {
        self.look_over()?;
        let mut sinks = self.named(to)?;
        for text in set {
            self.set(Setting::parse(text)?, &mut sinks)?;
        }
        let mut open = Vec::with_capacity(sinks.len());
        let mut troubles: Vec<Trouble> = Vec::new();
        for sink in sinks {
            let delivery = self.delivery(&sink.name, &sink.retry, &sink.quotas, sink.entry)?;
            match self.build(&sink) {
                Ok(shared) => open.push(OpenSink {
                    vendor: sink.entry.descriptor.id,
                    name: sink.name,
                    sink: shared,
                    retry: delivery.retry,
                    stack: delivery.stack,
                }),
                Err(trouble) => troubles.push(trouble),
            }
        }
        if troubles.is_empty() {
            Ok(open)
        } else {
            Err(Trouble::all(&troubles))
        }
    }

    /// Finds misspelt keys also in sinks that are not opened now.
    fn look_over(&self) -> Result<(), CliError> {
        for sink in &self.file.sinks {
            let Ok(entry) = self.registry.get(&sink.vendor) else {
                continue;
            };
            let known = || entry.descriptor.config.iter().map(|known| known.key);
            if let Some(key) = sink.config.keys().find(|key| known().all(|known| known != **key)) {
                let suggestion = suggest(key, known());
                let path = key_path(&["sinks", &sink.name, "config", key]);
                return Err(self.unknown_key(&path, entry, suggestion));
            }
            self.delivery(&sink.name, &sink.retry, &sink.quotas, entry)?;
        }
        Ok(())
    }

    fn delivery(&self, sink: &str, retry: &Table, quotas: &Table, entry: &Entry) -> Result<Delivery, CliError> {
        delivery::delivery(retry, quotas, entry.descriptor).map_err(|(keys, what)| {
            let path: Vec<_> = ["sinks", sink]
                .into_iter()
                .chain(keys.iter().map(String::as_str))
                .collect();
            CliError::new(format!("{}: `{}` {what}", self.file.name(), key_path(&path)))
        })
    }

    fn unknown_key(&self, path: &str, entry: &Entry, suggestion: Option<&str>) -> CliError {
        let vendor = entry.descriptor;
        let near = suggestion
            .map(|near| format!("; did you mean `{near}`?"))
            .unwrap_or_default();
        let keys: Vec<_> = vendor.config.iter().map(|known| format!("`{}`", known.key)).collect();
        CliError::new(format!(
            "{}: `{path}` is no key of {}{near}",
            self.file.name(),
            vendor.name
        ))
        .with_hint(format!("the keys of {} are {}", vendor.name, list(&keys)))
    }

    fn named(&self, to: &[String]) -> Result<Vec<Named<'_>>, CliError> {
        let in_file: Vec<_> = self.file.sinks.iter().map(|sink| sink.name.clone()).collect();
        let names = match to {
            [] if self.purpose == Purpose::Check => &*in_file,
            [] => return Err(self.nothing_named()),
            names => names,
        };
        let mut sinks: Vec<Named<'_>> = Vec::with_capacity(names.len());
        for name in names {
            let name = name.trim();
            // A sink that is named twice is still one: nobody wants a lead twice.
            if !sinks.iter().any(|sink| sink.name == name) {
                sinks.push(self.find(name)?);
            }
        }
        Ok(sinks)
    }

    fn find(&self, name: &str) -> Result<Named<'_>, CliError> {
        let table = self.file.sinks.iter().find(|sink| sink.name == name);
        let entry = match table {
            Some(table) => self.registry.get(&table.vendor).map_err(|error| {
                let path = key_path(&["sinks", name, "vendor"]);
                CliError::new(format!("{}: `{path}` cannot be used: {error}", self.file.name()))
            })?,
            None => self.registry.get(name).map_err(|error| {
                let names: Vec<_> = self.file.sinks.iter().map(|sink| &*sink.name).collect();
                let hint = match &*names {
                    [] => {
                        "`leadsink vendors` lists the vendors; a `[sinks.NAME]` of leadsink.toml is another name".into()
                    }
                    names => match suggest(name, names.iter().copied()) {
                        Some(near) => format!("{} has a sink `{near}`; did you mean that?", self.file.name()),
                        None => format!("the sinks of {} are {}", self.file.name(), quoted(names)),
                    },
                };
                CliError::new(format!("{} cannot be used: {error}", self.named_by(name))).with_hint(hint)
            })?,
        };
        Ok(Named {
            name: name.to_owned(),
            entry,
            config: table.map(|table| table.config.clone()).unwrap_or_default(),
            retry: table.map(|table| table.retry.clone()).unwrap_or_default(),
            quotas: table.map(|table| table.quotas.clone()).unwrap_or_default(),
            in_file: table.is_some(),
            set: Vec::new(),
        })
    }

    /// How a sink is named on the command line, for messages.
    pub(super) fn named_by(&self, name: &str) -> String {
        match self.purpose {
            Purpose::Ask => format!("sink `{name}`"),
            _ => format!("`--to {name}`"),
        }
    }

    fn nothing_named(&self) -> CliError {
        let sinks: Vec<_> = self.file.sinks.iter().map(|sink| &*sink.name).collect();
        let vendors: Vec<_> = self
            .registry
            .entries()
            .iter()
            .map(|entry| entry.descriptor.id)
            .collect();
        let hint = match (&*sinks, &*vendors) {
            ([], []) => "no vendor is compiled in".to_owned(),
            ([], vendors) => format!("the vendors are {}", quoted(vendors)),
            (sinks, _) => format!("the sinks of {} are {}", self.file.name(), quoted(sinks)),
        };
        CliError::new("no sink is named; `--to NAME` says where the leads go").with_hint(hint)
    }

    fn set(&self, setting: Setting<'_>, sinks: &mut [Named<'_>]) -> Result<(), CliError> {
        let one = sinks
            .iter_mut()
            .filter(|sink| setting.only_for(&sink.name).is_some())
            .max_by_key(|sink| sink.name.len());
        if let Some(sink) = one {
            let key = setting.only_for(&sink.name).unwrap_or_default();
            return sink.set(setting, key);
        }
        if sinks.is_empty() {
            let message = format!(
                "`--set {}=…` cannot be used: there is no sink to set it for",
                setting.left
            );
            return Err(CliError::new(message).with_hint("`--to NAME` names one"));
        }
        for sink in sinks {
            sink.set(setting, setting.left)?;
        }
        Ok(())
    }
}

fn quoted(names: &[&str]) -> String {
    let names: Vec<_> = names.iter().map(|name| format!("`{name}`")).collect();
    list(&names)
}
