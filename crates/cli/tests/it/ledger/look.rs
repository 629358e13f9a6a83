//! `status` and `list`.

use std::process::Stdio;

use leadsink::outbox::Control;

use super::outbox::{Outbox, accepted, refused};

#[test]
fn status_shows_sinks_what_holds_them_up_and_what_to_do() {
    let outbox = Outbox::mixture();
    let hold = Control::Hold {
        sink: "ntherm".into(),
        reason: "the credentials were refused".into(),
    };
    outbox.wait(outbox.store.control(hold, outbox.then));
    let ran = outbox.run(&["status"]);
    assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{}", ran.out);
    let worker = format!("Process {} works on `leadsink.db`.", std::process::id());
    assert_eq!(
        ran.out.replace(&worker, "Process N works on `leadsink.db`."),
        "\
SINK     DUE  IN FLIGHT  AWAITING  DELIVERED  REFUSED  UNKNOWN  DEAD
enerflo    1          0         0          1        1        1     1
ntherm     1          1         1          0        0        0     0
all        2          1         1          1        1        1     1

Process N works on `leadsink.db`.
ntherm: held, since the account is at fault: the credentials were refused; mend that, then `leadsink resume ntherm`.

1 delivery is unknown: nobody knows whether the vendor has the lead, and it is not sent again. Look there, then say what you found:
    leadsink list --state unknown
    leadsink release LEAD --sink enerflo --as delivered|not-delivered

1 delivery is dead: not tried any more, and certainly not at the vendor. See why, mend it, and try again:
    leadsink list --state dead
    leadsink retry --sink enerflo
"
    );
}

#[test]
fn an_outbox_of_which_nothing_is_left_to_do_says_no_more_than_its_table() {
    let outbox = Outbox::new();
    let empty = outbox.run(&["status"]).out;
    assert!(
        empty.starts_with("Nothing was filed in `leadsink.db` yet.\n"),
        "{empty}"
    );
    outbox.deliver("a", "enerflo", accepted("p-1"));
    let room = outbox.close();
    assert_eq!(
        room.run(&["status"]).out,
        "\
SINK     DUE  IN FLIGHT  DELIVERED  REFUSED  UNKNOWN  DEAD
enerflo    0          0          1        0        0     0

Nothing works on `leadsink.db` at the moment.
"
    );
}

#[test]
fn status_in_json_has_every_state_and_every_end() {
    let outbox = Outbox::mixture();
    outbox.wait(outbox.store.control(Control::Pause("enerflo".into()), outbox.then));
    let ran = outbox.run(&["status", "--json"]);
    let document = ran.json();
    assert_eq!(document["outbox"], "leadsink.db");
    assert_eq!(document["worker"], std::process::id());
    let enerflo = &document["sinks"][0];
    assert_eq!(
        serde_json::to_string(enerflo).unwrap(),
        "{\"breaker\":\"closed\",\"breaker_until\":null,\
         \"conclusions\":{\"accepted\":1,\"cancelled\":0,\"duplicate\":0,\"rejected\":1,\"released\":0,\"superseded\":0,\
         \"updated\":0},\"hold\":null,\"in_doubt\":1,\"not_before\":null,\"paused\":true,\"sink\":\"enerflo\",\
         \"states\":{\"awaiting_callback\":0,\"dead\":1,\"done\":2,\"due\":1,\"held\":1,\"leased\":0}}"
    );
}

#[test]
fn a_list_shows_what_was_asked_for() {
    let outbox = Outbox::mixture();
    let keys = |args: &[&str]| {
        let ran = outbox.run(&[&["list", "--json"], args].concat());
        assert_eq!((ran.code, &*ran.err), (Some(0), ""), "{args:?}");
        let keys = ran
            .lines()
            .into_iter()
            .map(|line| line["lead"].as_str().unwrap().to_owned());
        keys.collect::<Vec<_>>().join(" ")
    };
    assert_eq!(keys(&[]), "given no later lost dead soon out next");
    for (word, wanted) in [
        ("due", "later next"),
        ("in-flight", "out"),
        ("awaiting", "soon"),
        ("delivered", "given"),
        ("refused", "no"),
        ("unknown", "lost"),
        ("held", "lost"),
        ("dead", "dead"),
        ("done", "given no"),
        ("dead,refused", "no dead"),
        ("cancelled", ""),
    ] {
        assert_eq!(keys(&["--state", word]), wanted, "{word}");
    }
    assert_eq!(keys(&["--sink", "ntherm", "--state", "due"]), "next");
    assert_eq!(keys(&["--limit", "2"]), "given no");
    assert_eq!(keys(&["--since", "2h", "--sink", "ntherm"]), "soon out next");
    assert_eq!(keys(&["--since", "30m"]), "", "all were filed an hour ago");
}

#[test]
fn people_get_a_table_and_what_is_left_out_as_a_number() {
    let outbox = Outbox::mixture();
    let ran = outbox.run(&["list", "--sink", "enerflo", "--limit", "3"]);
    assert_eq!(
        ran.out.replace("59 min", "60 min"),
        "\
LEAD   SINK     STATE      CHANGED     NOTE
given  enerflo  delivered  60 min ago
no     enerflo  refused    60 min ago
later  enerflo  due        60 min ago  due in 60 min, tried 1x

2 more; `--limit N` lists more of them, `--json` all.
"
    );
    let some = outbox.run(&["list", "--since", "2h", "--limit", "3"]).out;
    assert!(some.contains("\nThere are more; "), "{some}");
    let none = outbox.run(&["list", "--state", "cancelled"]).out;
    assert_eq!(none, "Nothing of this kind is in the outbox.\n");
}

#[test]
fn a_long_list_comes_whole_and_in_order() {
    let outbox = Outbox::new();
    let keys: Vec<_> = (0..2500).map(|n| format!("lead-{n}")).collect();
    let names: Vec<_> = keys.iter().map(String::as_str).collect();
    outbox.file(&names, "enerflo");
    let lines = outbox.run(&["list", "--json"]).lines();
    assert!(lines.iter().map(|line| line["lead"].as_str().unwrap()).eq(names));
    let table = outbox.run(&["list"]).out;
    assert!(
        table.ends_with("\n2,450 more; `--limit N` lists more of them, `--json` all.\n"),
        "{table}"
    );
    // A reader that has seen enough ends it quietly.
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let mut command = outbox.room.command(&["list", "--json"]);
    let output = command.stdin(Stdio::null()).stdout(writer).output().unwrap();
    assert_eq!((output.status.code(), &*output.stderr), (Some(141), &b""[..]));
}

#[test]
fn a_word_that_is_no_state_and_a_sink_that_is_not_there_get_the_nearest() {
    let outbox = Outbox::mixture();
    let ran = outbox.run(&["list", "--state", "delivred"]);
    assert_eq!(ran.code, Some(2));
    assert!(ran.err.contains("did you mean `delivered`?"), "{}", ran.err);
    let ran = outbox.run(&["list", "--sink", "enerflow"]);
    assert_eq!(ran.code, Some(0));
    assert_eq!(
        ran.err,
        "warning: the outbox has nothing for a sink `enerflow`; did you mean `enerflo`?\n"
    );
}

#[test]
fn to_look_leaves_the_file_as_it_is() {
    let outbox = Outbox::new();
    outbox.deliver("a", "enerflo", refused());
    let room = outbox.close();
    let before = std::fs::read(room.path("leadsink.db")).unwrap();
    for args in [&["status"][..], &["status", "a"], &["list"]] {
        assert_eq!(room.run(args).code, Some(0), "{args:?}");
    }
    assert!(before == std::fs::read(room.path("leadsink.db")).unwrap());
}
