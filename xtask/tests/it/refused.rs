//! What cannot be made is refused, and touches nothing.

use crate::copy::{Copy, run};

#[test]
fn a_bad_or_taken_name_is_refused_and_touches_nothing() {
    let copy = Copy::new("refused");
    let before = copy.files();
    for (args, says) in [
        (&["Acme"][..], "`Acme` cannot be an id: write lower-case letters"),
        (&["acme-crm"], "`acme-crm` cannot be an id"),
        (&["../acme"], "`../acme` cannot be an id"),
        (&["gen"], "Rust keeps the word for itself"),
        (
            &["ntherm"],
            "the vendor `ntherm` is there already, in `crates/vendors/ntherm`",
        ),
        (
            &["testkit"],
            "the id `testkit` is taken: a crate of Rust or of this workspace",
        ),
        (&["http"], "the id `http` is taken: a crate that this workspace uses"),
        (
            &["intake"],
            "the id `intake` is taken: a crate of Rust or of this workspace",
        ),
        (&["default"], "the id `default` is taken: a feature of `leadsink`"),
        (
            &["countries"],
            "the id `countries` is taken: a module that would stand beside it",
        ),
        (&["post"], "the id `post` is taken: core's code holds the word"),
        (&["acme", "--name", "Acme \"CRM\""], "the name cannot be used"),
        (
            &["acme", "--name", "Lead"],
            "the sink would be called `Lead`, as something else",
        ),
        (&["acme", "--docs", "docs.example.com"], "`--docs` cannot be used"),
    ] {
        let ended = copy.xtask(&[&["new-vendor"], args].concat());
        assert!(!ended.is_well && ended.text.contains(says), "{args:?}: {}", ended.text);
        assert!(copy.files() == before, "{args:?} changed something");
    }
}

#[test]
fn a_place_that_is_not_as_expected_is_named_and_nothing_is_touched() {
    let copy = Copy::new("unexpected");
    for (path, from, to) in [
        (
            "Cargo.toml",
            "[workspace.dependencies]",
            "[workspace.dependencies] # all",
        ),
        ("crates/leadsink/src/vendors.rs", "vendors! {", "vendors!{"),
        (
            "crates/leadsink/Cargo.toml",
            "[features]",
            "[features]\n## Acme.\nacme = []",
        ),
        ("crates/cli/src/demo/expected.csv", "row,enerflo", "row;enerflo"),
        ("tests/Cargo.toml", "\"ntherm\", ", ""),
        ("crates/sandbox/README.md", "## Where the vendors are", "## The vendors"),
    ] {
        let good = copy.read(path);
        copy.change(path, |text| text.replacen(from, to, 1));
        let before = copy.files();
        let ended = copy.xtask(&["new-vendor", "acme"]);
        let is_told = ended.text.contains(&format!("`{path}`")) || ended.text.contains("the id `acme` is taken");
        assert!(!ended.is_well && is_told, "{path}: {}", ended.text);
        assert!(copy.files() == before, "{path}: something was changed");
        copy.change(path, |_| good);
    }
}

#[test]
fn a_build_that_fails_comes_before_the_first_file() {
    let copy = Copy::new("not-built");
    let before = copy.files();
    // Only what compiles asks for the compiler.
    let ended = run(copy
        .xtask_command(&["new-vendor", "acme"])
        .env("RUSTC", "no-such-compiler"));
    assert!(
        !ended.is_well
            && ended
                .text
                .contains("`cargo build --quiet --package leadsink-cli` ended with"),
        "{}",
        ended.text
    );
    copy.assert_unchanged(&before);
}

#[test]
fn half_a_vendor_is_refused_with_how_to_take_it_away() {
    let copy = Copy::new("half");
    copy.make_folder("crates/sandbox/src/vendors/acme");
    let before = copy.files();
    let ended = copy.xtask(&["new-vendor", "acme"]);
    let undo = "\n  git clean -fd crates/vendors/acme crates/sandbox/src/vendors/acme\n";
    for says in [
        "`crates/sandbox/src/vendors/acme` is there already; nothing was changed",
        undo,
    ] {
        assert!(!ended.is_well && ended.text.contains(says), "{}", ended.text);
    }
    copy.assert_unchanged(&before);
}
