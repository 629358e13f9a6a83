//! How fast leads get out, beside the peer: against a quick server, against a slow one, and over how many connections.

use std::path::Path;

use super::child::median;
use super::line::Line;
use super::server::Server;
use super::stage::{Kind, Sent, Side, Stage};
use crate::workspace::Result;

const SIDES: [Side; 3] = [Side::Leadsink, Side::Peer, Side::PeerOneThread];

/// What a side did in all its rounds, by the median.
#[derive(Clone, Copy)]
struct Pace {
    leads_per_second: f64,
    /// In microseconds.
    cpu_per_lead: f64,
}

/// Leads a second and CPU a lead, at concurrency 64, start-up included.
pub(super) fn loopback(stage: &Stage) -> Result<Vec<Line>> {
    let rows = stage.scaled(50_000);
    let file = stage.leads(Kind::Plain, rows)?;
    let mut server = stage.server(0, None)?;
    let [leadsink, peer, one_thread] = paces(stage, &SIDES, &file, rows, &mut server, 64)?;
    let leads = |what: &str, other: Pace| {
        let line = Line::new(
            "loopback",
            format!("leads a second, {what}"),
            "/s",
            leadsink.leads_per_second,
        );
        line.beside(other.leads_per_second)
    };
    let cpu = |what: &str, other: Pace| {
        let line = Line::new("loopback", format!("CPU a lead, {what}"), "us", leadsink.cpu_per_lead);
        line.beside(other.cpu_per_lead)
    };
    Ok(vec![
        leads("beside the peer", peer).ratio_at_least(1.0),
        cpu("beside the peer", peer).ratio_at_most(0.9),
        leads("beside the peer on one thread", one_thread),
        cpu("beside the peer on one thread", one_thread),
    ])
}

/// Leads a second with a vendor that takes 50 ms to answer: five seconds' worth.
pub(super) fn slow(stage: &Stage) -> Result<Vec<Line>> {
    let mut server = stage.server(50, None)?;
    let mut lines = Vec::new();
    for concurrency in [64, 512] {
        let rows = stage.scaled(u64::from(concurrency) * 100);
        let file = stage.leads(Kind::Plain, rows)?;
        let [leadsink, peer] = paces(
            stage,
            &[Side::Leadsink, Side::Peer],
            &file,
            rows,
            &mut server,
            concurrency,
        )?;
        let what = format!("leads a second, 50 ms, concurrency {concurrency}");
        lines.push(
            Line::new("slow", what, "/s", leadsink.leads_per_second)
                .beside(peer.leads_per_second)
                .ratio_at_least(0.97),
        );
    }
    Ok(lines)
}

/// Leads a second through an outbox, every lead synced to the disk before and after it is sent, beside the plain send.
pub(super) fn outbox(stage: &Stage) -> Result<Vec<Line>> {
    let mut server = stage.server(50, None)?;
    let mut lines = Vec::new();
    for concurrency in [64, 512] {
        let rows = stage.scaled(u64::from(concurrency) * 100);
        let file = stage.leads(Kind::Plain, rows)?;
        let sides = [Side::Outbox, Side::Leadsink];
        let [outbox, plain] = paces(stage, &sides, &file, rows, &mut server, concurrency)?;
        let what = format!("leads a second, 50 ms, concurrency {concurrency}");
        lines.push(
            Line::new("outbox", what, "/s", outbox.leads_per_second)
                .beside(plain.leads_per_second)
                .ratio_at_least(0.9),
        );
        let what = format!("CPU a lead, 50 ms, concurrency {concurrency}");
        lines.push(Line::new("outbox", what, "us", outbox.cpu_per_lead).beside(plain.cpu_per_lead));
    }
    Ok(lines)
}

/// Lets the sides take turns, another one first each time, and sees that all send the same bodies.
fn paces<const N: usize>(
    stage: &Stage,
    sides: &[Side; N],
    file: &Path,
    rows: u64,
    server: &mut Server,
    concurrency: u32,
) -> Result<[Pace; N]> {
    let mut walls = [const { Vec::new() }; N];
    let mut cpus = [const { Vec::new() }; N];
    let mut bodies = None;
    for round in 0..stage.rounds as usize {
        for turn in 0..N {
            let index = (round + turn) % N;
            let Sent { usage, received } = stage.sent(sides[index], file, server, concurrency)?;
            walls[index].push(usage.wall.as_secs_f64());
            cpus[index].push(usage.cpu.as_secs_f64());
            if received.requests != rows {
                return Err(format!(
                    "{:?} made {} requests of {rows} rows",
                    sides[index], received.requests
                ));
            }
            let first = bodies.get_or_insert_with(|| received.bodies.clone());
            if *first != received.bodies {
                let other = &received.bodies;
                return Err(format!(
                    "the sides do not send the same bodies: {first} and, by {:?}, {other}",
                    sides[index]
                ));
            }
        }
    }
    let rows = rows as f64;
    Ok(std::array::from_fn(|index| Pace {
        leads_per_second: rows / median(walls[index].clone()),
        cpu_per_lead: median(cpus[index].clone()) * 1e6 / rows,
    }))
}

/// Connections opened at concurrency 64, at most one each and one for every request made again.
pub(super) fn connections(stage: &Stage) -> Result<Vec<Line>> {
    const CONCURRENCY: u32 = 64;
    let rows = stage.scaled(10_000);
    let file = stage.leads(Kind::Plain, rows)?;
    let mut lines = Vec::new();
    for (what, faults) in [("every lead taken", None), ("every lead refused with 400", Some("400"))] {
        // A server each: one that is reset may still hold the connections of the client before.
        let received = |side| -> Result<_> {
            let mut server = stage.server(0, faults)?;
            Ok(stage.refused(side, &file, &mut server, CONCURRENCY)?.received)
        };
        let (ours, peer) = (received(Side::Leadsink)?, received(Side::Peer)?);
        let again = ours.requests.saturating_sub(rows);
        lines.push(
            Line::new("connections", format!("opened, {what}"), "", ours.connections as f64)
                .beside(peer.connections as f64)
                .at_most(f64::from(CONCURRENCY) + again as f64),
        );
        let most = Line::new(
            "connections",
            format!("open at once, {what}"),
            "",
            ours.most_open as f64,
        );
        lines.push(most.beside(peer.most_open as f64).at_most(f64::from(CONCURRENCY)));
        if ours.requests < rows {
            return Err(format!("{} requests of {rows} rows, {what}", ours.requests));
        }
    }
    Ok(lines)
}
