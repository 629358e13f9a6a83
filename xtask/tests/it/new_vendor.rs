//! A vendor that was made from the templates: all is well with it but for what is not written yet, and that is said.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::copy::{Copy, Ended, Files};

/// The copy with the vendor, what was said when it was made, and what had been there.
static MADE: LazyLock<(Copy, Ended, Files)> = LazyLock::new(|| {
    let copy = Copy::new("made");
    fails_late(&copy);
    let args = [
        "new-vendor",
        "acme",
        "--name",
        "Acme CRM",
        "--docs",
        "https://docs.example.com",
    ];
    let before = copy.files();
    let ended = copy.xtask(&args);
    assert!(ended.is_well, "{}", ended.text);
    (copy, ended, before)
});

/// What was written is put back when a file cannot be made that comes after it. In the same copy, since both build it.
fn fails_late(copy: &Copy) {
    let readme = "crates/vendors/ntherm/README.md";
    let good = copy.read(readme);
    copy.change(readme, |text| text.replace("<!-- mapping:begin -->", ""));
    let before = copy.files();
    let ended = copy.xtask(&["new-vendor", "acme"]);
    let told = "`cargo xtask gen` failed: 1 of the files cannot be made, for the reasons above; everything was put back as it was";
    for says in [
        told,
        "`crates/vendors/ntherm/README.md` has no `<!-- mapping:begin -->`",
    ] {
        assert!(!ended.is_well && ended.text.contains(says), "{}", ended.text);
    }
    copy.assert_unchanged(&before);
    copy.write(readme, &good);
}

/// The checks that fail until the mapping is written; the others have nothing to complain of yet.
const UNWRITTEN: [&str; 14] = [
    "contract_is_kept",
    "credentials_are_marked_sensitive",
    "doubt_is_sticky",
    "every_answer_has_a_disposition",
    "insecure_addresses_are_refused",
    "mapping_table_is_true",
    "nothing_is_dropped_in_silence",
    "nothing_is_left_unwritten",
    "optional_fields_are_optional",
    "personal_data_stays_out_of_logs",
    "requests_carry_purpose_and_limits",
    "requests_look_like_their_snapshots",
    "secrets_stay_secret",
    "unicode_survives",
];

/// What is to be written, by the list that one of the checks makes.
const TO_WRITE: [&str; 11] = [
    "README.md",
    "contract/accepted.json",
    "contract/refused.json",
    "src/auth.rs",
    "src/config.rs",
    "src/descriptor.rs",
    "src/mapping.rs",
    "src/response.rs",
    "src/sink.rs",
    "src/wire.rs",
    "tests/conformance.rs",
];

#[track_caller]
fn assert_well(ended: &Ended) {
    assert!(ended.is_well, "{}", ended.text);
}

#[test]
fn what_was_made_and_what_is_to_do_is_told() {
    let (_, ended, _) = &*MADE;
    for line in [
        "\nmade\n  crates/vendors/acme/Cargo.toml\n",
        "\nchanged\n  Cargo.toml                         the crate\n",
        "\nnext\n  crates/leadsink/docs/adding-a-vendor.md          leads through all of this with a small vendor\n",
        "\n  crates/leadsink/README.md          the row of the vendor table\n",
        "\n  crates/cli/docs/leadsink.toml      the tables of its configuration\n",
        "\n  cargo test -p leadsink-acme nothing_is_left      lists what is to be written in the crate, file by file\n",
    ] {
        assert!(ended.text.contains(line), "{}", ended.text);
    }
}

#[test]
fn a_second_time_is_refused_and_touches_nothing() {
    let (copy, ..) = &*MADE;
    let before = copy.files();
    let ended = copy.xtask(&["new-vendor", "acme"]);
    let undo = "\n  git clean -fd crates/vendors/acme crates/sandbox/src/vendors/acme\n";
    for says in [
        "`acme` is there already",
        "\n  git restore Cargo.lock Cargo.toml README.md crates/",
        undo,
    ] {
        assert!(!ended.is_well && ended.text.contains(says), "{}", ended.text);
    }
    copy.assert_unchanged(&before);
}

#[test]
fn it_is_formatted_and_tidy_and_what_is_generated_is_up_to_date() {
    let (copy, ..) = &*MADE;
    assert_well(&copy.cargo(&["fmt", "--all", "--check"]));
    assert_well(&copy.xtask(&["tidy"]));
    assert_well(&copy.xtask(&["gen", "--check"]));
}

#[test]
fn it_has_no_lints() {
    let (copy, ..) = &*MADE;
    let packages = ["-p", "leadsink-acme", "-p", "leadsink-sandbox"];
    let clippy = [
        &["clippy"],
        &packages[..],
        &["--lib", "--tests", "--", "-D", "warnings"],
    ]
    .concat();
    assert_well(&copy.cargo(&clippy));
}

#[test]
fn what_was_told_to_be_changed_was_changed_and_nothing_else() {
    let (copy, ended, before) = &*MADE;
    let (_, told) = ended.text.split_once("\nchanged\n").unwrap();
    let (told, _) = told.split_once("\n\n").unwrap();
    let told = told.lines().filter_map(|line| line.split_whitespace().next());
    let told: BTreeSet<_> = told.map(str::to_owned).collect();
    let changed = copy.changed_since(before);
    let was_there = changed.iter().filter(|path| before.contains_key(*path));
    assert_eq!(told, was_there.map(|path| copy.shown(path)).collect());
}

/// The demo takes each vendor that is compiled in, as the sandbox plays it.
#[test]
fn nothing_is_expected_of_it_and_nothing_is_sent() {
    let (copy, ..) = &*MADE;
    assert_well(&copy.cargo(&["run", "--quiet", "-p", "leadsink-cli", "--", "demo"]));
}

#[test]
fn exactly_what_is_not_written_fails_and_says_which_file_to_open_and_what_to_write() {
    let (copy, ..) = &*MADE;
    let ended = copy.cargo(&["test", "--no-fail-fast", "-p", "leadsink-acme"]);
    let lines = || ended.text.lines();
    let failed = lines().filter_map(|line| line.strip_prefix("test ")?.strip_suffix(" ... FAILED"));
    let mut failed: Vec<_> = failed.collect();
    failed.sort_unstable();
    let wanted = UNWRITTEN.map(|name| format!("conformance::{name}"));
    assert_eq!(failed, wanted, "{}", ended.text);
    for name in &wanted {
        let (_, said) = ended.text.split_once(&format!("---- {name} stdout ----")).unwrap();
        let (said, _) = said.split_once("\n---- ").unwrap_or((said, ""));
        let opened = said
            .lines()
            .filter_map(|line| line.split_once("    open crates/vendors/acme/"));
        let mut opened = opened.map(|(_, rest)| rest.split_once(": ").unwrap());
        assert!(opened.clone().count() > 0, "{name}: {said}");
        assert!(
            opened.all(|(file, what)| file.contains('.') && what.len() > 20),
            "{name}: {said}"
        );
    }
    for file in TO_WRITE {
        let open = format!("    open crates/vendors/acme/{file}:");
        assert!(ended.text.contains(&open), "{file} is not on the list: {}", ended.text);
    }
    let map = "open crates/vendors/acme/src/mapping.rs: map the lead to the vendor's request, and remove";
    assert!(ended.text.contains(map), "{}", ended.text);
}
