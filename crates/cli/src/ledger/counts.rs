//! How many deliveries stand where, as a table.

use super::sinks::SinkStatus;
use super::tally::Tally;
use super::word::Standing;
use crate::output::{Cell, Paint, Style, Table, count};
use crate::summary::{Outcomes, Said};

/// All sinks together.
pub(super) fn sum(sinks: &[SinkStatus]) -> Tally {
    let mut all = Tally::default();
    for sink in sinks {
        all.merge(&sink.tally);
    }
    all
}

/// A row a sink; a row a state where that is too wide.
pub(super) fn counts(sinks: &[SinkStatus], style: Style, width: Option<usize>) -> String {
    let wide = table(sinks);
    if wide.fits(width) {
        return wide.render(style, width);
    }
    let mut table = Outcomes::of("COUNT");
    for sink in sinks {
        let said = |standing: Standing| Said::painted(standing.as_str(), standing.paint(), standing.meaning());
        let rows = Standing::ALL.map(|standing| (said(standing), sink.tally.get(standing)));
        table.sink(&sink.name, rows);
    }
    table.render(style, width)
}

/// Columns that few outboxes need are left out where nothing stands in them.
fn table(sinks: &[SinkStatus]) -> Table {
    let all = sum(sinks);
    let is_rare = |standing| matches!(standing, Standing::Awaiting | Standing::Cancelled);
    let columns: Vec<_> = Standing::ALL
        .into_iter()
        .filter(|standing| !is_rare(*standing) || all.get(*standing) > 0)
        .collect();
    let head: Vec<_> = std::iter::once("SINK")
        .chain(columns.iter().map(|column| title(*column)))
        .collect();
    let mut table = Table::new(&head);
    for column in 1..head.len() {
        table = table.right(column);
    }
    let mut row = |name: Cell, tally: &Tally| {
        let cells = columns.iter().map(|column| match tally.get(*column) {
            0 => Cell::new("0", Paint::Dim),
            n => Cell::new(count(n), column.paint()),
        });
        table.row(std::iter::once(name).chain(cells));
    };
    let shown: Vec<_> = sinks.iter().filter(|sink| sink.tally.total() > 0).collect();
    for sink in &shown {
        row(Cell::new(&sink.name, Paint::Bold), &sink.tally);
    }
    if shown.len() > 1 {
        row(Cell::new("all", Paint::Dim), &all);
    }
    table
}

const fn title(standing: Standing) -> &'static str {
    match standing {
        Standing::Due => "DUE",
        Standing::InFlight => "IN FLIGHT",
        Standing::Awaiting => "AWAITING",
        Standing::Delivered => "DELIVERED",
        Standing::Refused => "REFUSED",
        Standing::Unknown => "UNKNOWN",
        Standing::Dead => "DEAD",
        Standing::Cancelled => "CANCELLED",
    }
}

#[cfg(test)]
pub(super) mod tests {
    use leadsink::outbox::{Conclusion, Count, State};

    use super::super::sinks::gather;
    use super::*;

    pub(in super::super) fn count_of(
        sink: &str,
        state: State,
        conclusion: Option<Conclusion>,
        deliveries: u64,
    ) -> Count {
        Count {
            sink: sink.into(),
            state,
            conclusion,
            deliveries,
            in_doubt: 0,
        }
    }

    pub(in super::super) fn mixture() -> Vec<SinkStatus> {
        let ended = |sink, end, n| count_of(sink, State::Done, Some(end), n);
        let counts = [
            count_of("enerflo", State::Due, None, 12),
            ended("enerflo", Conclusion::Accepted, 3000),
            ended("enerflo", Conclusion::Updated, 120),
            ended("enerflo", Conclusion::Rejected, 14),
            count_of("ntherm", State::AwaitingCallback, None, 5),
            count_of("ntherm", State::Dead, None, 1),
            count_of("ntherm", State::Held, None, 3),
        ];
        gather(&counts, Vec::new())
    }

    #[test]
    fn a_row_a_sink_and_one_for_all() {
        assert_eq!(
            table(&mixture()).render(Style::PLAIN, None),
            "SINK     DUE  IN FLIGHT  AWAITING  DELIVERED  REFUSED  UNKNOWN  DEAD\n\
             enerflo   12          0         0      3,120       14        0     0\n\
             ntherm     0          0         5          0        0        3     1\n\
             all       12          0         5      3,120       14        3     1\n"
        );
    }

    fn every_state(deliveries: u64) -> Vec<SinkStatus> {
        let open = State::ALL.iter().filter(|state| **state != State::Done);
        let ends = Conclusion::ALL.iter().map(|end| (State::Done, Some(*end)));
        let all = open.map(|state| (*state, None)).chain(ends);
        let count = |(state, conclusion)| count_of("leadconduit", state, conclusion, deliveries);
        gather(&all.map(count).collect::<Vec<_>>(), Vec::new())
    }

    #[test]
    fn every_state_of_a_small_outbox_fits_80_columns() {
        assert_eq!(
            counts(&every_state(100), Style::PLAIN, Some(80)),
            "SINK         DUE      IN  AWAITING  DELIVERED  REFUSED  UNKNOWN  DEAD  CANCELLED\n                  \
                              FLIGHT\n\
             leadconduit  100     100       100        400      100      100   100        200\n"
        );
    }

    #[test]
    fn where_a_large_outbox_does_not_fit_each_state_has_a_row() {
        let text = counts(&every_state(1_000_000), Style::PLAIN, Some(80));
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
        assert!(
            text.contains("\n             delivered  4,000,000  the vendor has the lead\n"),
            "{text}"
        );
        let wide = counts(&every_state(1_000_000), Style::PLAIN, Some(120));
        assert_eq!(wide.lines().count(), 2, "{wide}");
    }
}
