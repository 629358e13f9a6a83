//! The commands that look at an outbox and steer it, most of them while a worker has the file.

mod lead;
mod look;
pub(crate) mod outbox;
mod steer;

use crate::support::Room;

/// Each command, complete.
pub(crate) const EVERY: [&[&str]; 9] = [
    &["status"],
    &["status", "lost"],
    &["list"],
    &["retry", "--all"],
    &["cancel", "--all"],
    &["release", "lost", "--as", "delivered"],
    &["pause", "enerflo"],
    &["resume", "enerflo"],
    &["purge", "--before", "1d"],
];

#[test]
fn where_there_is_no_outbox_it_is_said_and_none_is_made() {
    let room = Room::new().with("empty.db", "");
    for args in EVERY {
        let ran = room.run(args);
        assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{args:?}");
        assert_eq!(
            ran.err,
            "error: there is no outbox at `leadsink.db`\n\
             hint: `leadsink send FILE --to NAME` makes one; `--outbox FILE` names another\n",
            "{args:?}"
        );
        let ran = room.run(&[args, &["--outbox", "empty.db"]].concat());
        assert_eq!(ran.code, Some(2), "{args:?}");
        assert!(
            ran.err.starts_with("error: there is no outbox at `empty.db`\n"),
            "{}",
            ran.err
        );
    }
    let left = std::fs::read_dir(room.path("."))
        .unwrap()
        .map(|file| file.unwrap().file_name());
    assert_eq!(left.collect::<Vec<_>>(), ["empty.db"]);
    assert_eq!(room.path("empty.db").metadata().unwrap().len(), 0);
}

#[test]
fn a_file_that_is_no_outbox_is_refused() {
    let room = Room::new().with("leads.csv", "First Name,Phone\n".repeat(100));
    for args in EVERY {
        let ran = room.run(&[args, &["--outbox", "leads.csv"]].concat());
        assert_eq!(ran.code, Some(2), "{args:?}");
        assert_eq!(
            ran.err,
            "error: outbox `leads.csv`: the file is no outbox; name another file\nhint: `--outbox FILE` names another\n",
            "{args:?}"
        );
    }
}

#[test]
fn a_folder_is_no_outbox() {
    let room = Room::new();
    for args in EVERY {
        let ran = room.run(&[args, &["--outbox", "."]].concat());
        assert_eq!(ran.code, Some(2), "{args:?}");
        assert_eq!(
            ran.err, "error: `.` is a folder; name the file of an outbox\n",
            "{args:?}"
        );
    }
}

#[test]
fn a_lead_that_is_not_there_is_an_error() {
    let outbox = outbox::Outbox::new();
    for args in [
        &["status", "crm-42"][..],
        &["retry", "crm-42"],
        &["cancel", "crm-42"],
        &["release", "crm-42", "--as", "delivered"],
    ] {
        let ran = outbox.run(args);
        assert_eq!((ran.code, &*ran.out), (Some(2), ""), "{args:?}");
        assert_eq!(
            ran.err,
            "error: there is no lead `crm-42` in `leadsink.db`\nhint: `leadsink list` shows what is there\n"
        );
    }
}
