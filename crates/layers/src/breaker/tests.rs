//! Who is let through, and whose word counts.

use super::*;

impl Breaker {
    /// A delivery that is let through and ends so.
    fn pass(&self, sign: Sign) {
        self.enter().unwrap().sign = sign;
    }

    fn after_failures(n: u32) -> Self {
        let breaker = Self::new();
        (0..n).for_each(|_| breaker.pass(Sign::Down));
        breaker
    }

    fn seconds(&self) -> Option<u64> {
        self.open_for().map(|pause| pause.as_secs())
    }
}

async fn pass_time(seconds: u64) {
    tokio::time::advance(Duration::from_secs(seconds)).await;
}

#[tokio::test(start_paused = true)]
async fn the_fifth_failure_in_a_row_opens_it() {
    let breaker = Breaker::after_failures(4);
    breaker.pass(Sign::Up);
    (0..4).for_each(|_| breaker.pass(Sign::Down));
    assert_eq!(breaker.open_for(), None);
    breaker.pass(Sign::None);
    breaker.pass(Sign::Down);
    assert_eq!(breaker.seconds(), Some(30));
    assert!(breaker.enter().is_err());
}

#[tokio::test(start_paused = true)]
async fn exactly_one_tries_after_the_pause() {
    let breaker = Breaker::after_failures(5);
    pass_time(29).await;
    assert!(breaker.enter().is_err());
    pass_time(1).await;
    let trial = breaker.enter().unwrap();
    assert!(trial.is_trial);
    // Not a second one, however long the first takes.
    pass_time(3600).await;
    assert_eq!(breaker.enter().unwrap_err(), None);
    assert_eq!(breaker.seconds(), Some(0));
    drop(trial);
}

#[tokio::test(start_paused = true)]
async fn a_failed_trial_opens_it_for_longer_and_an_answer_closes_it() {
    let breaker = Breaker::after_failures(5);
    for pause in [30, 60, 120, 240, 300, 300] {
        assert_eq!(breaker.seconds(), Some(pause));
        pass_time(pause).await;
        breaker.pass(Sign::Down);
    }
    pass_time(300).await;
    breaker.pass(Sign::Up);
    assert_eq!(breaker.open_for(), None);
    // And all is forgotten.
    (0..4).for_each(|_| breaker.pass(Sign::Down));
    assert_eq!(breaker.open_for(), None);
    breaker.pass(Sign::Down);
    assert_eq!(breaker.seconds(), Some(30));
}

#[tokio::test(start_paused = true)]
async fn a_late_answer_changes_nothing() {
    for sign in [Sign::Up, Sign::Down, Sign::None] {
        let breaker = Breaker::new();
        let mut late: Vec<_> = (0..3).map(|_| breaker.enter().unwrap()).collect();
        late.iter_mut().for_each(|permit| permit.sign = sign);
        let mut late = late.into_iter();
        (0..5).for_each(|_| breaker.pass(Sign::Down));
        // While it is open, while one tries, and after it has closed.
        drop(late.next());
        assert_eq!(breaker.seconds(), Some(30), "{sign:?}");
        pass_time(30).await;
        let mut trial = breaker.enter().unwrap();
        drop(late.next());
        assert_eq!(breaker.enter().unwrap_err(), None, "{sign:?}");
        trial.sign = Sign::Up;
        drop(trial);
        (0..4).for_each(|_| breaker.pass(Sign::Down));
        drop(late.next());
        assert_eq!(breaker.open_for(), None, "{sign:?}");
        breaker.pass(Sign::Down);
        assert_eq!(breaker.seconds(), Some(30), "{sign:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_trial_that_told_nothing_gives_way_to_another() {
    let breaker = Breaker::after_failures(5);
    pass_time(30).await;
    for _ in 0..3 {
        let trial = breaker.enter().unwrap();
        assert!(trial.is_trial && breaker.enter().is_err());
        drop(trial);
    }
    breaker.pass(Sign::Down);
    assert_eq!(breaker.seconds(), Some(60));
}
