//! What opening sinks demands for each purpose, with the vendors that are compiled in.

use std::ffi::OsString;

use super::file::ConfigFile;
use super::open::Opening;
use super::{OpenSink, Purpose};
use crate::exit::CliError;

const MAIN: &str = "[sinks.main]\nvendor = \"ntherm\"\n[sinks.main.config]\n";
const SECRETS: &str = "username = { env = \"USER_NAME\" }\npassword = { env = \"PASS_WORD\" }\n";

fn open(text: &str, to: &[&str], set: &[&str], purpose: Purpose) -> Result<Vec<OpenSink>, CliError> {
    let owned = |items: &[&str]| items.iter().map(|item| (*item).to_owned()).collect::<Vec<_>>();
    let registry = leadsink::registry();
    let file = ConfigFile::parse(text, None)?;
    let env = |name: &str| (name == "USER_NAME").then(|| OsString::from("partner"));
    let opening = Opening {
        registry: &registry,
        file: &file,
        purpose,
        env: &env,
    };
    opening.open(&owned(to), &owned(set))
}

#[test]
fn credentials_are_demanded_for_sending_alone() {
    let text = format!("{MAIN}{SECRETS}campaign = \"SOLAR\"\n");
    for purpose in [Purpose::Map, Purpose::Check] {
        assert_eq!(open(&text, &["main"], &[], purpose).unwrap()[0].name, "main");
    }
    let error = open(&text, &["main"], &[], Purpose::Send).unwrap_err();
    assert_eq!(
        error.message,
        "`sinks.main.config.password`: the environment variable `PASS_WORD` is not set"
    );
}

#[test]
fn everything_that_is_missing_is_told_at_once() {
    let error = open(MAIN, &["main", "ntherm"], &[], Purpose::Send).unwrap_err();
    let lines: Vec<_> = error
        .message
        .lines()
        .map(|line| line.split("  The").next().unwrap())
        .collect();
    assert_eq!(
        lines,
        [
            "the configuration cannot be used",
            "  the configuration of sink `main` lacks keys that NTherm needs",
            "    username",
            "    password",
            "    campaign",
            "  the configuration of sink `ntherm` lacks keys that NTherm needs",
            "    username",
            "    password",
            "    campaign",
        ]
    );
    assert!(error.hint.is_some());
}

#[test]
fn a_vendor_that_is_configured_under_another_name_is_pointed_out() {
    let error = open(MAIN, &["ntherm"], &[], Purpose::Send).unwrap_err();
    assert_eq!(
        error.hint.unwrap(),
        "the configuration configures NTherm as `main`; `--to main` takes that"
    );
}

#[test]
fn settings_complete_the_file_and_win_over_it() {
    let text = format!("{MAIN}{SECRETS}campaign = 5\n");
    let set = ["main.password=hunter2", "campaign=SOLAR"];
    let sinks = open(&text, &["main", "main"], &set, Purpose::Send).unwrap();
    assert_eq!((sinks.len(), sinks[0].vendor), (1, "ntherm"));
    let error = open(&text, &["main"], &["main.password=hunter2"], Purpose::Send).unwrap_err();
    assert!(
        error.message.contains("`sinks.main.config.campaign` cannot be used"),
        "{}",
        error.message
    );
    assert!(!error.message.contains("hunter2"));
}

#[test]
fn sending_and_mapping_want_a_name_and_checking_takes_all() {
    let text = format!("{MAIN}campaign = \"A\"\n[sinks.ntherm.config]\ncampaign = \"B\"\n");
    let names = |sinks: Vec<OpenSink>| sinks.into_iter().map(|sink| sink.name).collect::<Vec<_>>();
    assert_eq!(
        names(open(&text, &[], &[], Purpose::Check).unwrap()),
        ["main", "ntherm"]
    );
    assert!(open("", &[], &[], Purpose::Check).unwrap().is_empty());
    let error = open(&text, &[], &[], Purpose::Map).unwrap_err();
    assert_eq!(error.message, "no sink is named; `--to NAME` says where the leads go");
    assert_eq!(
        error.hint.unwrap(),
        "the sinks of the configuration are `main` and `ntherm`"
    );
    let error = open("", &[], &["campaign=A"], Purpose::Check).unwrap_err();
    assert_eq!(
        error.message,
        "`--set campaign=…` cannot be used: there is no sink to set it for"
    );
}
