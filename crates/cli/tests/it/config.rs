//! `--to`, `--config` and `--set`: every mistake is told with its place and the way out.

use crate::support::{CONFIG, LEADS, Room, vendor_ids};

fn error(config: &str, args: &[&str]) -> String {
    let room = Room::new().with("leads.csv", LEADS).with("leadsink.toml", config);
    let ran = room.run(&[&["check", "leads.csv"], args].concat());
    assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{}", ran.err);
    ran.err
}

#[test]
fn an_unknown_vendor_says_what_there_is() {
    assert_eq!(
        error(CONFIG, &["--to", "ntherrm"]),
        format!(
            "error: `--to ntherrm` cannot be used: no vendor is called `ntherrm`; did you mean `ntherm`?; compiled in: {}\n\
             hint: the sinks of `leadsink.toml` are `main`\n",
            vendor_ids()
        )
    );
    assert!(
        error(CONFIG, &["--to", "mian"]).ends_with("hint: `leadsink.toml` has a sink `main`; did you mean that?\n")
    );
    let vendor = CONFIG.replace("\"ntherm\"", "\"nobody\"");
    assert!(
        error(&vendor, &[])
            .starts_with("error: `leadsink.toml`: `sinks.main.vendor` cannot be used: no vendor is called `nobody`")
    );
}

#[test]
fn a_misspelt_key_is_told_with_its_path_and_a_suggestion() {
    let config = CONFIG.replace("campaign =", "campain =");
    let told = error(&config, &[]);
    assert!(
        told.starts_with(
            "error: `leadsink.toml`: `sinks.main.config.campain` is no key of NTherm; did you mean `campaign`?\n"
        ),
        "{told}"
    );
    assert!(error(CONFIG, &["--set", "main.pasword=hunter2"]).starts_with(
        "error: `--set main.pasword=…` cannot be used: `pasword` is no key of NTherm; did you mean `password`?\n"
    ));
}

#[test]
fn a_wrong_base_url_is_told_with_what_it_may_be() {
    let config = format!("{CONFIG}base_url = \"http://api.example.com\"\n");
    let told = error(&config, &[]);
    assert!(
        told.starts_with("error: `leadsink.toml`: `sinks.main.config.base_url` cannot be used: "),
        "{told}"
    );
    let told = error(CONFIG, &["--set", "base_url=api.example.com"]);
    assert!(
        told.starts_with("error: `--set base_url=…`: `sinks.main.config.base_url` cannot be used: "),
        "{told}"
    );
    let room = Room::new().with("leads.csv", LEADS).with("leadsink.toml", config);
    let ran = room.run(&["check", "leads.csv", "--set", "base_url=http://127.0.0.1:9"]);
    assert_eq!(ran.code, Some(1), "{}", ran.err);
}

#[test]
fn a_damaged_file_is_told_with_line_and_column_and_no_secret() {
    let told = error("[sinks.main.config]\npassword = \"hunter2\n", &[]);
    assert!(told.starts_with("error: `leadsink.toml` line 2, column "), "{told}");
    assert!(!told.contains("hunter2"), "{told}");
}

#[test]
fn a_file_that_is_named_must_exist() {
    assert_eq!(
        error(CONFIG, &["--config", "other.toml"]),
        "error: cannot read `other.toml`: no such file or directory\n\
         hint: `leadsink init` writes a commented file to begin with\n"
    );
}

#[test]
fn a_vendor_needs_no_file() {
    let room = Room::new().with("leads.csv", LEADS);
    let ran = room.run(&["check", "leads.csv", "--to", "ntherm", "--set", "campaign=2024"]);
    assert!(
        ran.out.contains("\nNTherm would take 3 of 3 leads\n"),
        "{}{}",
        ran.out,
        ran.err
    );
    let ran = room.run(&["check", "leads.csv", "--to", "ntherm"]);
    assert_eq!(ran.code, Some(4));
    assert!(ran.out.contains("set `campaign` in the config"), "{}", ran.out);
}
