//! When requests start, to the millisecond.

use super::*;

const SECOND: Duration = Duration::from_secs(1);
const MINUTE: Duration = Duration::from_secs(60);
const DAY: Duration = Duration::from_secs(24 * 3600);

fn schedule(limits: &[(u32, Duration)]) -> Schedule {
    Schedule::new(
        limits
            .iter()
            .map(|(requests, per)| Limit::new("leads", *requests, *per)),
    )
}

impl Schedule {
    /// The turn of a request that counts for every limit and has no deadline.
    fn take(&mut self, now: Instant) -> Turn {
        self.reserve(now, None, CountsFor::AllQuotas).unwrap()
    }
}

/// The starts of `n` requests that all ask at once, in milliseconds after it.
fn starts(schedule: &mut Schedule, now: Instant, n: usize) -> Vec<u128> {
    starts_of(schedule, now, n, CountsFor::AllQuotas)
}

fn starts_of(schedule: &mut Schedule, now: Instant, n: usize, counts_for: CountsFor) -> Vec<u128> {
    let mut start = || schedule.reserve(now, None, counts_for).unwrap().start;
    (0..n).map(|_| (start() - now).as_millis()).collect()
}

/// The most requests in any window, both ends included.
fn most_in(starts: &[Instant], window: Duration) -> usize {
    let within = |(index, first): (usize, &Instant)| {
        let rest = &starts[index..];
        rest.iter().take_while(|start| **start <= *first + window).count()
    };
    starts.iter().enumerate().map(within).max().unwrap_or(0)
}

#[test]
fn three_hundred_a_minute_are_never_exceeded_and_well_used() {
    let (mut schedule, now) = (schedule(&[(300, MINUTE)]), Instant::now());
    let starts: Vec<_> = (0..6000).map(|_| schedule.take(now).start).collect();
    // A tenth at once, then one each 204 ms.
    let first: Vec<_> = starts[28..33].iter().map(|start| (*start - now).as_millis()).collect();
    assert_eq!(first, [0, 0, 204, 408, 612]);
    for (requests, window) in [(900, MINUTE), (6000, MINUTE), (6000, MINUTE + SECOND)] {
        assert_eq!(most_in(&starts[..requests], window), 300, "{requests} in {window:?}");
    }
    let used = 6000.0 / ((starts[5999] - now).as_secs_f64() / 60.0) / 300.0;
    assert!((0.98..1.0).contains(&used), "{used}");
}

#[test]
fn a_small_quota_gives_five_at_once() {
    let now = Instant::now();
    let times = starts(&mut schedule(&[(10, MINUTE)]), now, 12);
    assert_eq!(times[..7], [0, 0, 0, 0, 0, 6_120, 12_240]);
    assert_eq!(times[9..], [30_600, 61_200, 61_200]);
    assert_eq!(starts(&mut schedule(&[(1, MINUTE)]), now, 3), [0, 61_200, 122_400]);
    assert_eq!(starts(&mut schedule(&[]), now, 3), [0, 0, 0]);
}

#[test]
fn a_quota_of_a_day_is_counted_and_not_spread() {
    let mut schedule = schedule(&[(1000, DAY)]);
    let times = starts(&mut schedule, Instant::now(), 1001);
    assert_eq!((times[999], times[1000]), (0, DAY.as_millis() * 51 / 50));
}

#[test]
fn all_limits_must_have_room() {
    let mut schedule = schedule(&[(10, MINUTE), (12, DAY)]);
    let times = starts(&mut schedule, Instant::now(), 13);
    assert_eq!((times[9], times[11]), (30_600, 61_200));
    assert_eq!(times[12], DAY.as_millis() * 51 / 50);
}

#[test]
fn who_waits_keeps_its_place_when_the_vendor_holds_the_sink() {
    let (mut schedule, now) = (schedule(&[(10, MINUTE)]), Instant::now());
    starts(&mut schedule, now, 5);
    let tickets: Vec<_> = (0..3).map(|_| schedule.take(now).ticket).collect();
    let hold_from = now + SECOND;
    schedule.refused(now, hold_from, Some(41 * SECOND));
    let newcomer = schedule.take(hold_from).ticket;
    let mut at = |ticket| (schedule.still_waits(ticket, hold_from).unwrap() - hold_from).as_millis();
    // Then no burst: one each 6.12 s.
    let times: Vec<_> = tickets.iter().copied().chain([newcomer]).map(&mut at).collect();
    assert_eq!(times, [41_000, 47_120, 53_240, 59_360]);
    let (second, then) = (tickets[1], hold_from + 47 * SECOND);
    assert!(schedule.still_waits(second, then).is_some());
    assert_eq!(schedule.still_waits(second, then + SECOND), None);
    assert_eq!(schedule.held_until(hold_from), Some(hold_from + 41 * SECOND));
    assert_eq!(schedule.held_until(hold_from + 41 * SECOND), None);
}

#[test]
fn a_pause_after_a_hold_allows_a_burst_again() {
    let (mut schedule, now) = (schedule(&[(300, MINUTE)]), Instant::now());
    schedule.refused(now, now, Some(SECOND));
    assert_eq!(starts(&mut schedule, now, 3), [1_000, 1_204, 1_408]);
    assert_eq!(starts(&mut schedule, now + MINUTE, 2), [0, 0]);
}

#[test]
fn without_a_pace_requests_begin_slowly_after_a_hold() {
    for limits in [&[][..], &[(10_000, DAY)]] {
        let (mut schedule, now) = (schedule(limits), Instant::now());
        starts(&mut schedule, now, 20);
        schedule.refused(now, now, Some(2 * SECOND));
        let mut times = starts(&mut schedule, now, 3);
        times.extend(starts(&mut schedule, now + Duration::from_millis(2_800), 2));
        assert_eq!(times, [2_000, 2_500, 2_750, 75, 137]);
        let later = starts(&mut schedule, now + MINUTE, 20);
        assert!(later[10..].iter().all(|time| *time < 200), "{later:?}");
    }
}

#[test]
fn refusals_that_follow_each_other_hold_longer_and_longer() {
    let (mut schedule, start) = (schedule(&[]), Instant::now());
    let mut now = start;
    let mut holds = Vec::new();
    for _ in 0..8 {
        schedule.refused(now, now, None);
        // Answers to requests that left before the hold are the same refusal.
        schedule.refused(now, now + SECOND / 2, None);
        assert!(!schedule.answered(now));
        let until = schedule.held_until(now).unwrap();
        holds.push((until - now).as_secs());
        now = until;
    }
    assert_eq!(holds, [1, 2, 4, 8, 16, 32, 60, 60]);
    assert!(schedule.answered(now));
    schedule.refused(now, now, None);
    assert_eq!(schedule.held_until(now), Some(now + SECOND));
}

#[test]
fn a_longer_hold_stands_against_a_shorter_one() {
    let (mut schedule, now) = (schedule(&[]), Instant::now());
    schedule.hold(now, now + MINUTE);
    schedule.refused(now, now + SECOND, Some(SECOND));
    assert_eq!(schedule.held_until(now), Some(now + MINUTE));
}

#[test]
fn a_turn_after_the_deadline_is_refused_and_costs_nothing() {
    let (mut schedule, now) = (schedule(&[(10, MINUTE)]), Instant::now());
    starts(&mut schedule, now, 5);
    let why = schedule
        .reserve(now, Some(now + 6 * SECOND), CountsFor::AllQuotas)
        .unwrap_err();
    assert_eq!(
        why,
        "the quota (`leads`, 10 in 60 s) leaves no turn within the time for this delivery"
    );
    assert_eq!(starts(&mut schedule, now, 1), [6_120]);
    schedule.hold(now, now + MINUTE);
    let late = schedule.reserve(now + 30 * SECOND, Some(now + MINUTE), CountsFor::AllQuotas);
    let why = late.unwrap_err();
    assert_eq!(why, "the vendor asked to wait for longer than this delivery may take");
}

#[test]
fn classes_do_not_wait_for_each_other() {
    const WRITE: CountsFor = CountsFor::Class("writes");
    const READ: CountsFor = CountsFor::Class("reads");
    let limits = || [Limit::new("writes", 10, MINUTE), Limit::new("reads", 20, MINUTE)];
    let (mut schedule, now) = (Schedule::new(limits()), Instant::now());
    assert_eq!(starts_of(&mut schedule, now, 5, WRITE), [0; 5]);
    assert_eq!(starts_of(&mut schedule, now, 2, WRITE), [6_120, 12_240]);
    assert_eq!(starts_of(&mut schedule, now, 6, READ), [0, 0, 0, 0, 0, 3_060]);
    assert_eq!(starts_of(&mut schedule, now, 3, CountsFor::NoClass), [0; 3]);
    // One of all classes waits behind those of each.
    assert_eq!(starts(&mut schedule, now, 1), [18_360]);
    assert_eq!(starts_of(&mut schedule, now, 1, READ), [18_360]);
    let why = schedule.reserve(now, Some(now + SECOND), WRITE).unwrap_err();
    assert!(why.starts_with("the quota (`writes`, 10 in 60 s)"), "{why}");

    let whole = Limit::new("mine", 5, MINUTE).for_all();
    let mut schedule = Schedule::new(limits().into_iter().chain([whole]));
    assert_eq!(starts_of(&mut schedule, now, 5, CountsFor::NoClass), [0; 5]);
    assert_eq!(starts_of(&mut schedule, now, 1, READ), [61_200]);
}

#[test]
fn what_its_quota_holds_up_until_tomorrow_holds_up_nobody_else() {
    let (mut schedule, now) = (schedule(&[(2, DAY)]), Instant::now());
    schedule.refused(now, now, Some(SECOND));
    assert_eq!(starts(&mut schedule, now, 2), [1_000, 1_500]);
    assert!(starts(&mut schedule, now, 1)[0] > DAY.as_millis());
    assert_eq!(starts_of(&mut schedule, now, 2, CountsFor::NoClass), [1_750, 1_875]);
}

/// A thousand runs of arrivals and refusals at random times, of two classes and of all.
#[test]
fn whatever_happens_no_window_is_overfull_and_nobody_overtakes() {
    let limits = [
        ("one", 7, SECOND),
        ("one", 30, 10 * SECOND),
        ("two", 5, SECOND),
        ("two", 80, 100 * SECOND),
    ];
    let classes = [
        CountsFor::Class("one"),
        CountsFor::Class("two"),
        CountsFor::AllQuotas,
        CountsFor::NoClass,
    ];
    let random = crate::backoff::Randomness::new(Some(1));
    let below = |n: u64| random.next() % n;
    for run in 0..1000 {
        let limit = |(class, requests, per)| Limit::new(class, requests, per);
        let (mut schedule, mut now) = (Schedule::new(limits.map(limit)), Instant::now());
        let mut held = Vec::new();
        // All requests, with the start as known at last.
        let mut turns: Vec<Turn> = Vec::new();
        for _ in 0..200 {
            now += Duration::from_millis(below(300));
            if below(30) == 0 {
                let asked = (below(2) == 0).then(|| Duration::from_millis(1 + below(20_000)));
                schedule.refused(now, now, asked);
                held.extend(schedule.held_until(now).map(|until| (now, until)));
                for turn in turns.iter_mut().filter(|turn| now < turn.start) {
                    let later = schedule.still_waits(turn.ticket, now).unwrap();
                    assert!(
                        turn.start <= later,
                        "run {run}: a hold moved a start to an earlier time"
                    );
                    turn.start = later;
                }
            }
            let class = classes[usize::try_from(below(4)).unwrap()];
            let turn = schedule.reserve(now, None, class).unwrap();
            assert!(now <= turn.start);
            turns.push(turn);
        }
        for (class, requests, per) in limits {
            let counted = turns
                .iter()
                .filter(|turn| Limit::new(class, requests, per).counts(turn.counts_for));
            let starts: Vec<_> = counted.map(|turn| turn.start).collect();
            assert!(starts.is_sorted(), "run {run}");
            assert!(
                most_in(&starts, per) <= requests as usize,
                "run {run}: {requests} in {per:?}"
            );
        }
        for (from, until) in held {
            let within = |turn: &Turn| from < turn.start && turn.start < until;
            assert!(!turns.iter().any(within), "run {run}");
        }
    }
}

#[test]
fn a_limit_of_a_class_that_the_vendor_does_not_document_counts_every_request() {
    let limits = ["leads", "mine"].map(|class| Limit::new(class, 5, MINUTE));
    let mut schedule = Schedule::new(limits);
    schedule.know(&[Quota {
        class: "leads",
        requests: 300,
        per: MINUTE,
    }]);
    let for_all: Vec<_> = schedule.rules.iter().map(|rule| rule.limit.for_all).collect();
    assert_eq!(for_all, [false, true]);
}
