//! Connections are found again: no more than deliveries side by side, and one for each that a fault has broken.

use leadsink_sandbox::{Background, Fault, FaultPlan, Sandbox};

use crate::run::{Stage, UNPACED, outcomes_at};

/// NTherm on the stage, Enerflo beside it: connections are counted for a whole sandbox.
fn stage(plan: &FaultPlan) -> (Stage, Background) {
    let mut stage = Stage::with(Sandbox::builder().faults(plan.clone()));
    let enerflo = Background::start(Sandbox::builder().faults(plan.clone())).unwrap();
    stage.config = stage.sandbox.config_toml("ntherm").unwrap() + &enerflo.config_toml("enerflo").unwrap() + UNPACED;
    (stage, enerflo)
}

#[test]
fn there_are_no_more_connections_than_deliveries_side_by_side() {
    let refused = FaultPlan::rate(Fault::BadRequest, 1.0);
    for (plan, ntherm_says, enerflo_says) in [
        (FaultPlan::default(), "pending", "accepted"),
        (refused, "rejected", "rejected"),
    ] {
        for concurrency in [1, 16, 64] {
            let rows = 2 * concurrency as usize + 20;
            let (stage, enerflo) = stage(&plan);
            let number = concurrency.to_string();
            let (ended, report) = stage.send_to_both(&stage.leads(rows), &["--concurrency", &number]);
            assert_eq!(outcomes_at(&report, "ntherm"), vec![ntherm_says; rows], "{ended:?}");
            assert_eq!(outcomes_at(&report, "enerflo"), vec![enerflo_says; rows], "{ended:?}");
            for (sink, sandbox) in [("ntherm", &stage.sandbox), ("enerflo", &enerflo)] {
                let counts = sandbox.counts();
                let told = format!("{sink}, {ntherm_says}, {concurrency} side by side: {counts:?}");
                assert_eq!(counts.requests, rows as u64, "{told}");
                assert!(counts.most_open_connections <= concurrency, "{told}");
                assert!(counts.connections <= concurrency, "{told}");
            }
        }
    }
}

#[test]
fn a_connection_that_broke_is_replaced_by_one() {
    const BROKEN: u64 = 8;
    const ROWS: usize = 60;
    for concurrency in [1, 16] {
        let (stage, enerflo) = stage(&FaultPlan::default());
        for (vendor, sandbox) in [("ntherm", &stage.sandbox), ("enerflo", &enerflo)] {
            let script = (0..BROKEN).flat_map(|_| [Fault::None, Fault::ResetAfter]);
            sandbox.script(vendor, script).unwrap();
        }
        let number = concurrency.to_string();
        let (ended, report) = stage.send_to_both(&stage.leads(ROWS), &["--concurrency", &number]);
        let count = |sink, outcome| outcomes_at(&report, sink).iter().filter(|was| **was == outcome).count() as u64;
        assert_eq!(count("ntherm", "ambiguous"), BROKEN, "{ended:?}");
        assert_eq!(count("enerflo", "updated"), BROKEN, "{ended:?}");
        for (sink, sandbox, retries) in [("ntherm", &stage.sandbox, 0), ("enerflo", &enerflo, BROKEN)] {
            let counts = sandbox.counts();
            let told = format!("{sink}, {concurrency} side by side: {counts:?}");
            assert_eq!(counts.requests, ROWS as u64 + retries, "{told}");
            assert!(counts.connections <= concurrency + BROKEN, "{told}");
            assert!(counts.most_open_connections <= concurrency, "{told}");
        }
    }
}
