//! Random courses of events, the same in each run, after each step of which the store agrees with the model.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use super::lab::{Lab, MAIN, answered, at, failed, must, of_lead, unknown};
use super::model::{Delivery, MAX_ATTEMPTS, Word};
use crate::attempt::{Ending, Finished, Standing, Then};
use crate::claim::{Claim, ClaimRequest};
use crate::control::{Control, Release, Selection};
use crate::rules::{Exhaustion, ReapLimits};
use crate::view::Query;
use crate::word::{State, Verdict};

const STEPS: u32 = 2000;

/// A small generator of our own: a course of events must not change with a library.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn pick<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let sides = u64::try_from(of.len()).ok().filter(|sides| *sides > 0)?;
        of.get(usize::try_from(self.roll(sides)).ok()?)
    }

    fn verdict(&mut self) -> Verdict {
        *self.pick(Verdict::ALL).unwrap_or(&Verdict::Accepted)
    }
}

/// The course of events: the model beside the store.
struct Course {
    dice: Dice,
    second: i64,
    model: BTreeMap<String, Delivery>,
    /// Every claim ever made, also those that are over or lost.
    claims: Vec<Claim>,
    events: u32,
    seen: BTreeSet<State>,
}

pub(super) async fn any_course_of_events_agrees_with_the_model(lab: &mut Lab<'_>) {
    let mut course = Course {
        dice: Dice(0x9e37_79b9_7f4a_7c15),
        second: 0,
        model: BTreeMap::new(),
        claims: Vec::new(),
        events: 0,
        seen: BTreeSet::new(),
    };
    for step in 0..STEPS {
        course.step(lab, step).await;
        course.compare(lab, step).await;
    }
    // A course in which nothing happens proves nothing.
    assert_eq!(course.seen.into_iter().collect::<Vec<_>>(), State::ALL);
}

impl Course {
    async fn step(&mut self, lab: &mut Lab<'_>, step: u32) {
        match self.dice.roll(16) {
            0 | 1 => {
                // New ones all the time, and some of them again.
                let key = format!("lead-{}-{}", step / 100, self.dice.roll(8));
                let lead = lab.lead(&key);
                lab.accept(vec![lead]).await;
                let now = self.second;
                self.model.entry(key).or_insert_with(|| Delivery::new(now));
            }
            2..=4 => self.claim(lab).await,
            5..=7 => self.begin(lab).await,
            8..=11 => self.finish(lab).await,
            12 => {
                self.second += i64::try_from(self.dice.roll(200)).unwrap_or(0);
                lab.set(self.second);
            }
            13 => self.call_back(lab).await,
            14 => self.lose(lab).await,
            _ => self.command(lab).await,
        }
    }

    async fn claim(&mut self, lab: &Lab<'_>) {
        let slots = u32::try_from(self.dice.roll(4)).unwrap_or(0);
        let request = ClaimRequest {
            max_attempts: MAX_ATTEMPTS,
            ..lab.request(MAIN, slots)
        };
        let got = lab.claims(request).await;
        let due = self
            .model
            .values()
            .filter(|delivery| delivery.state == State::Due && delivery.due <= self.second);
        let (suspects, ordinary): (Vec<_>, Vec<_>) = due.partition(|delivery| delivery.is_suspect());
        let (some, most) = (got.claims.len(), slots as usize);
        assert_eq!(some, ordinary.len().min(most), "deliveries that are due");
        if some < most {
            assert_eq!(got.suspects.len(), suspects.len(), "suspects that are due");
        }
        let mut claims = got.claims;
        if let Some(suspect) = got.suspects.first() {
            let alone = lab.claim_alone(*suspect).await;
            assert_eq!(alone.len(), 1);
            claims.extend(alone);
        }
        for claim in claims {
            let delivery = self.model.get_mut(claim.key.as_str()).filter(|delivery| {
                delivery.state == State::Due && delivery.due <= self.second && delivery.doubt == claim.doubt.is_some()
            });
            let number = delivery.map(Delivery::claim);
            assert_eq!(number, Some(claim.fence.claim), "{}", claim.key);
            self.claims.push(claim);
        }
    }

    fn any_claim(&mut self) -> Option<(Claim, &mut Delivery)> {
        // Mostly one of the last, so that courses come to an end.
        let recent = self.claims.len().saturating_sub(6);
        let from = if self.dice.roll(4) == 0 { 0 } else { recent };
        let claim = self.dice.pick(self.claims.get(from..)?)?.clone();
        let delivery = self.model.get_mut(claim.key.as_str())?;
        Some((claim, delivery))
    }

    async fn begin(&mut self, lab: &Lab<'_>) {
        if let Some((claim, delivery)) = self.any_claim() {
            assert_eq!(lab.begin(&claim, "bytes").await, delivery.begin(claim.fence.claim));
        }
    }

    async fn finish(&mut self, lab: &Lab<'_>) {
        let second = self.second;
        let again = second + i64::try_from(self.dice.roll(100)).unwrap_or(0);
        let (sort, verdict) = (self.dice.roll(9), self.dice.verdict());
        let Some((claim, delivery)) = self.any_claim() else {
            return;
        };
        let retry = Then::Retry(at(again));
        let fails = |unseen, again| Word::Failed { unseen, again };
        let (ending, word) = match sort {
            0 | 1 => (answered(verdict), Word::Answered(verdict)),
            2 | 3 => (failed(retry), fails(false, Some(again))),
            4 | 5 => (unknown(retry), fails(true, Some(again))),
            6 => (failed(Then::Stop), fails(false, None)),
            7 => (Ending::Absent { due_at: at(again) }, Word::Absent(again)),
            _ => {
                let postponed = Ending::Postponed {
                    failure: None,
                    then: retry,
                };
                (postponed, Word::Postponed(again))
            }
        };
        let expected = match delivery.finish(claim.fence.claim, word, second) {
            Ok(()) => Finished::Recorded(Standing {
                state: delivery.state,
                conclusion: delivery.ended.and_then(Verdict::conclusion),
                in_doubt: delivery.doubt,
            }),
            Err(settled) => Finished::Stale { settled },
        };
        assert_eq!(lab.finish(&claim, ending).await, expected, "{} {word:?}", claim.key);
    }

    async fn call_back(&mut self, lab: &Lab<'_>) {
        let verdict = self.dice.verdict();
        self.events += 1;
        let event = self.events.to_string();
        if let Some((claim, delivery)) = self.any_claim() {
            delivery.call_back(verdict);
            lab.call_back(&claim, &event, verdict).await;
        }
    }

    async fn lose(&mut self, lab: &mut Lab<'_>) {
        lab.restart().await;
        self.second += 100;
        lab.set(self.second);
        let limits = ReapLimits {
            default: Exhaustion {
                max_attempts: MAX_ATTEMPTS,
                // No loss is judged by age.
                max_age: Duration::ZERO,
            },
            by_sink: BTreeMap::new(),
        };
        must(lab.store().reap(limits, lab.now()).await);
        for delivery in self.model.values_mut() {
            delivery.lose(self.second);
        }
    }

    async fn command(&mut self, lab: &Lab<'_>) {
        let second = self.second;
        if self.dice.roll(3) == 0 {
            lab.control(Control::Retry(Selection::default())).await;
            self.model.values_mut().for_each(|delivery| delivery.retry(second));
        } else if let Some((claim, delivery)) = self.any_claim() {
            delivery.not_delivered(second);
            let of = of_lead(claim.key.as_str());
            let to = Release::NotDelivered;
            lab.control(Control::Release { of, to }).await;
        }
    }

    async fn compare(&mut self, lab: &Lab<'_>, step: u32) {
        let query = Query {
            limit: 1000,
            ..Query::default()
        };
        let page = must(lab.store().list(query).await);
        assert_eq!(page.deliveries.len(), self.model.len(), "step {step}");
        self.compare_counts(lab, step).await;
        for view in page.deliveries {
            self.seen.insert(view.state);
            let Some(model) = self.model.get(view.key.as_str()) else {
                panic!("step {step}: `{}` is in the store alone", view.key);
            };
            let conclusion = model.ended.and_then(Verdict::conclusion);
            assert_eq!(
                (view.state, view.attempts, view.in_doubt, view.conclusion),
                (model.state, model.spent, model.doubt, conclusion),
                "step {step}: `{}`",
                view.key
            );
            if view.state == State::Due {
                assert_eq!(view.due_at, at(model.due), "step {step}: `{}`", view.key);
            }
        }
    }

    async fn compare_counts(&self, lab: &Lab<'_>, step: u32) {
        let mut expected = BTreeMap::<_, (u64, u64)>::new();
        for delivery in self.model.values() {
            let conclusion = delivery.ended.and_then(Verdict::conclusion);
            let (deliveries, in_doubt) = expected.entry((delivery.state, conclusion)).or_default();
            *deliveries += 1;
            *in_doubt += u64::from(delivery.doubt);
        }
        let counts = must(lab.store().counts().await).into_iter().map(|count| {
            let what = (count.state, count.conclusion);
            (what, (count.deliveries, count.in_doubt))
        });
        assert_eq!(counts.collect::<Vec<_>>(), Vec::from_iter(expected), "step {step}");
    }
}
