//! Standard output that is closed or full.

use std::fs::OpenOptions;

use crate::support::{LEADS, Room};

#[test]
fn a_reader_that_has_gone_ends_the_command_quietly() {
    let room = Room::new().with("leads.csv", LEADS);
    for args in [
        &["check", "leads.csv"][..],
        &["vendors"],
        &["fields", "ntherm", "--json"],
        &["inspect", "phone", "1"],
    ] {
        let (reader, writer) = std::io::pipe().unwrap();
        drop(reader);
        let output = room.command(args).stdout(writer).output().unwrap();
        assert_eq!(output.status.code(), Some(141), "{args:?}");
        assert!(output.stderr.is_empty(), "{args:?}");
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_full_disk_is_told() {
    let room = Room::new().with("leads.csv", LEADS);
    let full = OpenOptions::new().write(true).open("/dev/full").unwrap();
    let output = room.command(&["check", "leads.csv"]).stdout(full).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: cannot write to standard output: no space left on device\n"
    );
}

#[test]
fn without_arguments_there_is_help() {
    let ran = Room::new().run(&[]);
    assert_eq!((ran.code, &*ran.out), (Some(2), ""));
    assert!(ran.err.contains("Usage: leadsink <COMMAND>"), "{}", ran.err);
    let ran = Room::new().run(&["--help"]);
    assert_eq!(ran.code, Some(0));
    assert!(ran.out.contains("Exit codes, the first that applies:"), "{}", ran.out);
}
