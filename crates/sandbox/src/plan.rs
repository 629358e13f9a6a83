//! Which fault strikes which request: a queue for the coming requests first, then rates.
//! The rates draw from a seeded generator, so a run can be repeated.

use std::collections::VecDeque;
use std::str::FromStr;
use std::time::Duration;

use crate::checksum::mix;
use crate::fault::{Fault, ParseFaultError};

/// Spoils a share of the requests, each kind of fault at its own rate.
///
/// At most one fault that ends an exchange strikes a request, so their rates are exact and together
/// at most 1; latency is drawn on its own and adds up. The text form is `503=0.1,latency=250ms`;
/// a fault without a rate strikes every request.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct FaultPlan {
    rates: Vec<(Fault, f64)>,
    seed: u64,
}

impl FaultPlan {
    /// Returns a plan of one fault that strikes the share `rate` of the requests, held between 0 and 1.
    #[must_use]
    pub fn rate(fault: Fault, rate: f64) -> Self {
        Self::default().and(fault, rate)
    }

    /// Adds a fault; where the rates exceed 1 together, those named first come first.
    #[must_use]
    pub fn and(mut self, fault: Fault, rate: f64) -> Self {
        self.rates.push((fault, rate.clamp(0.0, 1.0)));
        self
    }

    /// Sets where the draws begin (0 unless told): the same seed spoils the same requests, counted as they come.
    #[must_use]
    pub fn with_seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }
}

impl FromStr for FaultPlan {
    type Err = ParseFaultError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut plan = Self::default();
        for item in text.split(',').map(str::trim).filter(|item| !item.is_empty()) {
            let (fault, rate) = match item.parse() {
                Ok(fault) => (fault, 1.0),
                Err(error) => {
                    let (fault, rate) = item.rsplit_once('=').ok_or(error)?;
                    let rate = rate.parse().ok().filter(|rate| (0.0..=1.0).contains(rate));
                    (fault.parse()?, rate.ok_or_else(|| ParseFaultError(item.to_owned()))?)
                }
            };
            plan = plan.and(fault, rate);
        }
        let together: f64 = plan
            .rates
            .iter()
            .filter(|(fault, _)| !is_latency(*fault))
            .map(|(_, rate)| rate)
            .sum();
        if together > 1.0 + f64::EPSILON {
            return Err(ParseFaultError(format!(
                "{text}` with rates above 1 together in `{text}"
            )));
        }
        Ok(plan)
    }
}

const fn is_latency(fault: Fault) -> bool {
    matches!(fault, Fault::Latency(_))
}

/// What strikes one request: how late the answer comes, and what else becomes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Strike {
    pub(crate) latency: Duration,
    pub(crate) fault: Fault,
}

impl Strike {
    /// Merges a list: latencies add up, and the first other fault counts.
    pub(crate) fn of(faults: &[Fault]) -> Self {
        let mut strike = Self {
            latency: Duration::ZERO,
            fault: Fault::None,
        };
        for fault in faults {
            match fault {
                Fault::Latency(delay) => strike.latency += *delay,
                other if strike.fault == Fault::None => strike.fault = *other,
                _ => {}
            }
        }
        strike
    }

    /// Tells whether anything strikes at all.
    pub(crate) fn is_felt(self) -> bool {
        self.fault != Fault::None || !self.latency.is_zero()
    }

    /// Returns what the record says of the strike; latency shows where nothing else struck.
    pub(crate) fn label(self) -> Option<String> {
        match (self.fault, self.latency.is_zero()) {
            (Fault::None, true) => None,
            (Fault::None, false) => Some(Fault::Latency(self.latency).to_string()),
            (fault, true) => Some(fault.to_string()),
            (fault, false) => Some(format!("{},{fault}", Fault::Latency(self.latency))),
        }
    }
}

/// The faults that lie ahead of one vendor.
#[derive(Debug, Default)]
pub(crate) struct Ahead {
    script: VecDeque<Fault>,
    plan: FaultPlan,
    drawn: u64,
}

impl Ahead {
    pub(crate) fn new(plan: FaultPlan) -> Self {
        Self {
            plan,
            ..Self::default()
        }
    }

    pub(crate) fn append(&mut self, script: impl IntoIterator<Item = Fault>) {
        self.script.extend(script);
    }

    pub(crate) fn replace_plan(&mut self, plan: FaultPlan) {
        self.plan = plan;
        self.drawn = 0;
    }

    pub(crate) fn forget_script(&mut self) {
        self.script.clear();
    }

    /// Takes what strikes the next request: a scripted fault if there is one, else what the rates draw.
    pub(crate) fn next(&mut self) -> Strike {
        if let Some(fault) = self.script.pop_front() {
            return Strike::of(&[fault]);
        }
        let mut struck = Vec::new();
        let draw = self.draw();
        let mut below = 0.0;
        for index in 0..self.plan.rates.len() {
            let (fault, rate) = self.plan.rates[index];
            if is_latency(fault) {
                if self.draw() < rate {
                    struck.push(fault);
                }
            } else {
                if (below..below + rate).contains(&draw) {
                    struck.push(fault);
                }
                below += rate;
            }
        }
        Strike::of(&struck)
    }

    /// Draws from [0, 1) with splitmix64, which needs no state but a counter.
    fn draw(&mut self) -> f64 {
        self.drawn += 1;
        let z = mix(self
            .plan
            .seed
            .wrapping_add(self.drawn.wrapping_mul(0x9e37_79b9_7f4a_7c15)));
        // 53 bits are all that an f64 holds exactly.
        (z >> 11) as f64 / (1_u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strikes(plan: FaultPlan, n: usize) -> Vec<Strike> {
        let mut ahead = Ahead::new(plan);
        (0..n).map(|_| ahead.next()).collect()
    }

    #[test]
    fn rates_are_met_and_repeatable() {
        let plan: FaultPlan = "503=0.1,reset-after=0.05,latency=5=0.5".parse().unwrap();
        let all = strikes(plan.clone(), 20_000);
        let share =
            |wanted: &dyn Fn(&Strike) -> bool| all.iter().filter(|s| wanted(s)).count() as f64 / all.len() as f64;
        assert!((share(&|s| s.fault == Fault::Unavailable { retry_after: None }) - 0.1).abs() < 0.01);
        assert!((share(&|s| s.fault == Fault::ResetAfter) - 0.05).abs() < 0.01);
        assert!((share(&|s| !s.latency.is_zero()) - 0.5).abs() < 0.02);
        assert_eq!(all, strikes(plan.clone(), 20_000));
        assert_ne!(all, strikes(plan.with_seed(7), 20_000));
    }

    #[test]
    fn script_comes_before_rates() {
        let mut ahead = Ahead::new(FaultPlan::rate(Fault::Html, 1.0));
        ahead.append([Fault::None, Fault::Hang]);
        let faults: Vec<_> = (0..3).map(|_| ahead.next().fault).collect();
        assert_eq!(faults, [Fault::None, Fault::Hang, Fault::Html]);
    }

    #[test]
    fn fault_without_rate_strikes_every_request() {
        let plan: FaultPlan = "429;retry-after=2,latency=250ms".parse().unwrap();
        let strike = strikes(plan, 1)[0];
        assert_eq!(strike.label().unwrap(), "latency=250ms,429;retry-after=2");
    }

    #[test]
    fn plan_that_does_not_add_up_is_refused() {
        for text in ["503=0.6,500=0.6", "503=2", "503=x", "teapot=0.1"] {
            assert!(text.parse::<FaultPlan>().is_err(), "{text}");
        }
        assert_eq!("".parse(), Ok(FaultPlan::default()));
    }
}
