//! How far a run is: a line a sink that is written anew on a terminal, now and then a plain line elsewhere; always on standard
//! error.

use std::collections::VecDeque;
use std::io::{self, IsTerminal as _};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use leadsink::Timestamp;
use leadsink::outbox::{Breaker, Lane, LaneNumbers};

use super::books::Books;
use crate::output::{self, Cell, Paint, Style, Table, clock, count};
use crate::send::Fate;

/// How long it stays quiet where there is no terminal.
const QUIET: Duration = Duration::from_secs(5);

/// The same is not said again for so long.
const SAME: Duration = Duration::from_secs(60);

/// A rate is that of so long a time.
const SPAN: Duration = Duration::from_secs(5);

/// What is left is judged by so long a time: quotas go by the minute, and let leads through in bursts.
const LONG: Duration = Duration::from_secs(65);

/// Below so many columns the titles are short.
const WIDE: usize = 100;

/// What a line says of a sink.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Line {
    pub(super) sink: String,
    /// Deliveries a second that came to an end.
    pub(super) rate: f64,
    pub(super) in_flight: u64,
    pub(super) due: u64,
    pub(super) delivered: u64,
    pub(super) refused: u64,
    pub(super) unknown: u64,
    pub(super) dead: u64,
    pub(super) breaker: String,
    pub(super) quota: String,
    pub(super) left: String,
}

impl Line {
    fn is_busy(&self) -> bool {
        self.due + self.in_flight > 0
    }
}

/// The live view.
#[derive(Debug)]
pub(super) struct Live {
    bar: Option<ProgressBar>,
    noted: Instant,
    /// What was noted last of each sink, and when.
    said: Vec<Option<(Instant, Line)>>,
    /// For each sink, how many deliveries had ended at some times of late, a second apart.
    seen: Vec<VecDeque<(Instant, u64)>>,
}

impl Live {
    pub(super) fn new(sinks: usize) -> Self {
        let bar = io::stderr().is_terminal().then(|| {
            let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
            if let Ok(style) = ProgressStyle::with_template("{msg}") {
                bar.set_style(style);
            }
            bar
        });
        Self {
            bar,
            noted: Instant::now(),
            said: vec![None; sinks],
            seen: vec![VecDeque::new(); sinks],
        }
    }

    /// Whether it is time to show something.
    pub(super) fn is_due(&self) -> bool {
        self.bar.is_some() || self.noted.elapsed() >= QUIET
    }

    /// Shows where things stand.
    pub(super) fn show(&mut self, head: &str, lines: &[Line]) {
        match &self.bar {
            Some(bar) => {
                let width = output::stderr_width();
                let table = table(lines, width).render(Style::stderr(), width);
                bar.set_message(format!("{head}\n{}", table.trim_end()));
            }
            None => {
                let now = Instant::now();
                self.noted = now;
                for (line, said) in lines.iter().zip(&mut self.said) {
                    let is_news = said
                        .as_ref()
                        .is_none_or(|(at, said)| said != line || now.duration_since(*at) >= SAME);
                    if is_news && (line.is_busy() || said.is_some()) {
                        output::note(&plain(line));
                        *said = Some((now, line.clone()));
                    }
                }
            }
        }
    }

    /// How many deliveries of a sink came to an end a second: of late, and over a longer time.
    pub(super) fn rates(&mut self, sink: usize, ended: u64) -> (f64, f64) {
        let now = Instant::now();
        let seen = &mut self.seen[sink];
        if seen
            .back()
            .is_none_or(|(at, _)| now.duration_since(*at) >= Duration::from_secs(1))
        {
            seen.push_back((now, ended));
        }
        while seen.get(1).is_some_and(|(at, _)| now.duration_since(*at) > LONG) {
            seen.pop_front();
        }
        let since = |from: Option<&(Instant, u64)>| match from {
            Some((at, before)) if now > *at => (ended - before) as f64 / now.duration_since(*at).as_secs_f64().max(1.0),
            _ => 0.0,
        };
        // Where it is shown seldom, late is long ago.
        let of_late = seen
            .iter()
            .rev()
            .skip(1)
            .take_while(|(at, _)| now.duration_since(*at) <= SPAN)
            .last();
        let of_late = of_late.or_else(|| seen.iter().rev().nth(1));
        (since(of_late), since(seen.front()))
    }

    /// Says something above the view.
    pub(super) fn say(&self, print: fn(&str), text: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| print(text)),
            None => print(text),
        }
    }

    /// Takes the view away.
    pub(super) fn clear(&self) {
        if let Some(bar) = &self.bar {
            bar.finish_and_clear();
        }
    }
}

/// What is shown of a sink.
pub(super) fn line(
    books: &Books,
    sink: usize,
    numbers: Option<&LaneNumbers>,
    lane: Option<&Lane>,
    quota: String,
    (rate, long_rate): (f64, f64),
    now: Timestamp,
) -> Line {
    let book = &books.sinks[sink];
    let of = |fate| book.tally.of(fate);
    let waits = lane.and_then(|lane| lane.not_before).filter(|until| now < *until);
    let breaker = match lane {
        Some(lane) if lane.is_paused => "paused".to_owned(),
        Some(lane) if lane.hold.is_some() => "held".to_owned(),
        Some(lane) => match lane.breaker {
            Breaker::Closed => "closed".to_owned(),
            Breaker::Open { until } if now < until => format!("open {}", until_clock(until, now)),
            Breaker::Open { .. } | Breaker::HalfOpen { .. } => "trying".to_owned(),
        },
        None => "closed".to_owned(),
    };
    let left = if book.due == 0 || long_rate <= 0.0 {
        "-".to_owned()
    } else {
        clock(Duration::from_secs_f64(book.due as f64 / long_rate))
    };
    Line {
        sink: book.name.to_string(),
        rate,
        in_flight: numbers.map_or(0, |numbers| u64::from(numbers.in_flight)),
        due: book.due,
        delivered: book.tally.delivered(),
        refused: of(Fate::Rejected),
        unknown: of(Fate::Ambiguous),
        dead: of(Fate::Failed),
        breaker,
        quota: waits.map_or(quota, |until| format!("wait {}", until_clock(until, now))),
        left,
    }
}

/// How long it is until then, rounded up: what is waited for is not waited for in vain.
pub(super) fn until_clock(until: Timestamp, now: Timestamp) -> String {
    let left = Duration::try_from(until.duration_since(now)).unwrap_or_default();
    clock(Duration::from_secs(left.as_secs() + 1))
}

fn table(lines: &[Line], width: Option<usize>) -> Table {
    let is_wide = width.is_none_or(|width| width >= WIDE);
    let head = if is_wide {
        [
            "SINK",
            "RATE",
            "IN FLIGHT",
            "DUE",
            "DELIVERED",
            "REFUSED",
            "UNKNOWN",
            "DEAD",
            "BREAKER",
            "QUOTA LEFT",
            "TIME LEFT",
        ]
    } else {
        [
            "SINK", "RATE", "FLY", "DUE", "DONE", "REF", "UNK", "DEAD", "BREAKER", "QUOTA", "LEFT",
        ]
    };
    let mut table = Table::new(&head).right(10);
    for column in 1..8 {
        table = table.right(column).solid(column);
    }
    for line in lines {
        let some = |n: u64, paint| Cell::new(count(n), if n > 0 { paint } else { Paint::Plain });
        let is_well = line.breaker == "closed";
        // One line a sink, whatever there is to say.
        let (sink, breaker, quota) = if is_wide {
            (line.sink.clone(), &*line.breaker, &*line.quota)
        } else {
            let breaker = line.breaker.split(' ').next().unwrap_or_default();
            (shortened(&line.sink), breaker, line.quota.trim_start_matches("wait "))
        };
        table.row([
            Cell::new(sink, Paint::Bold),
            Cell::from(format!("{}/s", count(line.rate.round() as u64))),
            Cell::from(count(line.in_flight)),
            Cell::from(count(line.due)),
            some(line.delivered, Paint::Green),
            some(line.refused, Paint::Red),
            some(line.unknown, Paint::Yellow),
            some(line.dead, Paint::Red),
            Cell::new(breaker, if is_well { Paint::Plain } else { Paint::Yellow }),
            Cell::from(quota),
            Cell::from(&line.left),
        ]);
    }
    table
}

/// A name in at most as many columns as a narrow terminal has for it.
fn shortened(name: &str) -> String {
    const MOST: usize = 10;
    if name.chars().count() <= MOST {
        return name.to_owned();
    }
    name.chars().take(MOST - 1).chain(['…']).collect()
}

/// A sink in one line, where there is no terminal.
fn plain(line: &Line) -> String {
    let mut parts = vec![
        format!("{}/s", count(line.rate.round() as u64)),
        format!("{} in flight", count(line.in_flight)),
        format!("{} due", count(line.due)),
        format!("{} delivered", count(line.delivered)),
    ];
    for (n, what) in [
        (line.refused, "refused"),
        (line.unknown, "unknown"),
        (line.dead, "dead"),
    ] {
        if n > 0 {
            parts.push(format!("{} {what}", count(n)));
        }
    }
    if line.breaker != "closed" {
        parts.push(format!("breaker {}", line.breaker));
    }
    if !line.quota.is_empty() && line.quota != "-" {
        parts.push(format!("quota {}", line.quota));
    }
    if line.left != "-" {
        parts.push(format!("{} left", line.left));
    }
    format!("{}: {}", line.sink, parts.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines() -> Vec<Line> {
        let main = Line {
            sink: "main".into(),
            rate: 1204.3,
            in_flight: 512,
            due: 98_796,
            delivered: 101_204,
            refused: 12,
            unknown: 3,
            dead: 0,
            breaker: "closed".into(),
            quota: "112".into(),
            left: "1:22".into(),
        };
        let other = Line {
            sink: "home-of-solar".into(),
            breaker: "open 0:24".into(),
            quota: "-".into(),
            left: "-".into(),
            due: 4,
            ..Line::default()
        };
        vec![main, other]
    }

    #[test]
    fn a_line_a_sink_fits_into_a_narrow_terminal_and_into_a_wide_one() {
        assert_eq!(
            table(&lines(), Some(80)).render(Style::PLAIN, Some(80)),
            concat!(
                "SINK           RATE  FLY     DUE     DONE  REF  UNK  DEAD  BREAKER  QUOTA  LEFT\n",
                "main        1,204/s  512  98,796  101,204   12    3     0  closed   112    1:22\n",
                "home-of-s…      0/s    0       4        0    0    0     0  open     -         -\n",
            )
        );
        assert_eq!(
            table(&lines(), Some(200)).render(Style::PLAIN, Some(200)),
            concat!(
                "SINK              RATE  IN FLIGHT     DUE  DELIVERED  REFUSED  UNKNOWN  DEAD  BREAKER    QUOTA LEFT  TIME LEFT\n",
                "main           1,204/s        512  98,796    101,204       12        3     0  closed     112              1:22\n",
                "home-of-solar      0/s          0       4          0        0        0     0  open 0:24  -                   -\n",
            )
        );
    }

    #[test]
    fn a_plain_line_says_what_there_is_to_say() {
        let plain: Vec<_> = lines().iter().map(plain).collect();
        assert_eq!(
            plain,
            [
                "main: 1,204/s, 512 in flight, 98,796 due, 101,204 delivered, 12 refused, 3 unknown, quota 112, 1:22 left",
                "home-of-solar: 0/s, 0 in flight, 4 due, 0 delivered, breaker open 0:24",
            ]
        );
    }
}
