//! Mapping a lead and encoding its request, for each vendor that is compiled in.

use criterion::{Criterion, criterion_group, criterion_main};
use leadsink::{DeliveryId, Lead, PrepareContext, Timestamp, registry};
use serde_json::{Map, Value};

/// A lead that every vendor takes.
fn lead() -> Lead {
    Lead::builder()
        .id("24000000001")
        .first_name("Maria")
        .last_name("Lopez")
        .email("maria.1@example.com")
        .phone_1("+16142000001")
        .street("2 Spencer Street")
        .city("Columbus")
        .state("OH")
        .postal_code("43201")
        .source("Facebook")
        .electric_provider("AEP")
        .roof_type("slate")
        .notes("HOA approval needed; gate code 4521")
        .certificate_url("https://cert.trustedform.com/0123456789abcdef0123456789abcdef01234567")
        .build()
        .expect("a lead")
}

fn prepare(c: &mut Criterion) {
    let mut group = c.benchmark_group("prepare");
    let lead = lead();
    let registry = registry();
    // One without a mapping table is not written yet, and takes no lead.
    let written = registry
        .entries()
        .iter()
        .filter(|entry| !entry.descriptor.mapping.is_empty());
    for entry in written {
        // What an account must have; nothing is sent, so the mark that stands for a credential is as good as one.
        let missing = entry.missing(&Value::Object(Map::new()));
        let config = missing.iter().map(|key| {
            let value = match (key.credential, key.example.parse::<u64>()) {
                (true, _) => Value::from("***"),
                (false, Ok(number)) => Value::from(number),
                (false, Err(_)) => Value::from("BENCH"),
            };
            (key.key.to_owned(), value)
        });
        let sink = entry.build(Value::Object(config.collect())).expect("a configuration");
        let cx = PrepareContext::new(DeliveryId::new(&lead.id, entry.descriptor.id), Timestamp::UNIX_EPOCH);
        group.bench_function(entry.descriptor.id, |b| {
            b.iter(|| sink.prepare(&lead, &cx).expect("it fits"));
        });
    }
    group.finish();
}

criterion_group!(benches, prepare);
criterion_main!(benches);
