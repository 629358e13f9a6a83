//! Reading lead files: from bytes to canonical leads.

use std::io::Cursor;
use std::time::Duration;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use leadsink::intake::{self, ReadOptions, RowOutcome};
use leadsink_bench::leads::{self, Kind};

const ROWS: u64 = 1_000;

fn read(c: &mut Criterion) {
    let mut group = c.benchmark_group("read");
    group
        .throughput(Throughput::Elements(ROWS))
        .measurement_time(Duration::from_secs(3));
    for (name, kind) in [("plain", Kind::Plain), ("form", Kind::Form)] {
        let mut file = Vec::new();
        leads::write(kind, ROWS, &mut file).expect("memory takes it");
        group.bench_function(name, |b| {
            b.iter(|| {
                let input = Cursor::new(file.clone());
                let rows = intake::read(input, "bench", &ReadOptions::new()).expect("a lead file");
                let is_lead = |outcome| matches!(outcome, RowOutcome::Lead { .. });
                assert!(rows.into_iter().all(|row| row.is_ok_and(|row| is_lead(row.outcome))));
            });
        });
    }
    group.finish();
}

criterion_group!(benches, read);
criterion_main!(benches);
