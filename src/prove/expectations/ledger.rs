//! What is known of each expectation after some runs.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::answers::Answers;
use super::inventory::{Home, Key, inventory};
use super::trial::{Tried, try_expectation};
use super::{Expectation, ExpectationFate};
use crate::event::Event;
use crate::expect::Assertion;
use crate::plan::Plan;

/// In how many places an expectation that stands in many is tried before it is given up.
const TRIES: usize = 8;

/// The expectations of a plan, and what came of those that were met.
#[derive(Debug, Clone)]
pub struct Ledger {
    plan: Arc<Plan>,
    answers: Answers,
    known: BTreeMap<Key, Known>,
}

#[derive(Debug, Clone)]
struct Known {
    home: Home,
    met: Option<Met>,
}

#[derive(Debug, Clone)]
struct Met {
    requirements: Vec<String>,
    tried: Tried,
    tries: usize,
}

impl Ledger {
    /// Nothing is known of any expectation of these flows.
    pub fn new(plan: Arc<Plan>) -> Self {
        let known = inventory(&plan).into_iter().map(|(key, home)| (key, Known { home, met: None })).collect();
        Self { plan, answers: Answers::default(), known }
    }

    /// Takes in what a run without any wrong recorded.
    pub fn learn(&mut self, events: &[Event]) {
        self.answers.learn(events);
        for event in events {
            let Event::Step(step) = event else { continue };
            for (index, assertion) in step.assertions.iter().enumerate() {
                let Some(known) = Key::of(step, index).and_then(|key| self.known.get_mut(&key)) else { continue };
                if known.is_settled() {
                    continue;
                }
                let tried = try_expectation(step, index, &self.answers, &self.plan.contract);
                known.take(tried, assertion);
            }
        }
    }

    /// The expectations alone that none of these runs meets.
    #[must_use]
    pub fn rest(&self, runs: &[Vec<Event>]) -> Self {
        let mut known = self.known.clone();
        for key in runs.iter().flatten().flat_map(keys) {
            known.remove(&key);
        }
        Self { plan: self.plan.clone(), answers: Answers::default(), known }
    }

    /// Takes in a run of which little is new.
    pub fn learn_rest(&mut self, events: &[Event]) {
        if events.iter().flat_map(keys).any(|key| self.known.contains_key(&key)) {
            self.learn(events);
        }
    }

    /// Takes in what another ledger knows of what this one does not know yet.
    pub fn merge(&mut self, other: Self) {
        for (key, known) in other.known {
            if let Some(here) = self.known.get_mut(&key).filter(|here| here.met.is_none()) {
                here.met = known.met;
            }
        }
    }

    /// What came of all of them, in the order of their places.
    pub fn close(self) -> Vec<Expectation> {
        self.known.into_iter().map(|(key, known)| expectation(key, known)).collect()
    }
}

/// The expectations that an event meets.
fn keys(event: &Event) -> Vec<Key> {
    match event {
        Event::Step(step) => (0..step.assertions.len()).filter_map(|index| Key::of(step, index)).collect(),
        Event::RunStarted(_)
        | Event::FlowStarted { .. }
        | Event::Throttled { .. }
        | Event::Reconnected { .. }
        | Event::FlowEnded { .. }
        | Event::RunEnded { .. } => Vec::new(),
    }
}

impl Known {
    fn is_settled(&self) -> bool {
        self.met.as_ref().is_some_and(|met| met.tried.fate == ExpectationFate::Live || met.tries >= TRIES)
    }

    fn take(&mut self, tried: Tried, assertion: &Assertion) {
        match &mut self.met {
            Some(met) => {
                met.tries += 1;
                if tried.fate > met.tried.fate {
                    met.tried = tried;
                }
            }
            None => self.met = Some(Met { requirements: assertion.proves.clone(), tried, tries: 1 }),
        }
    }
}

fn expectation(key: Key, known: Known) -> Expectation {
    let (file, line, column) = key.place;
    let mut expectation = Expectation {
        place: format!("{file}:{line}:{column}"),
        case: key.case,
        asks: key.asks.to_owned(),
        requirements: key.shows.iter().cloned().collect(),
        within: known.home.within,
        fate: if known.home.conditional { ExpectationFate::Untried } else { ExpectationFate::NeverMet },
        change: String::new(),
        overlapped_by: std::collections::BTreeSet::new(),
        mutants: 0,
        caught: 0,
    };
    if let Some(Met { requirements, tried, .. }) = known.met {
        expectation.requirements = requirements.into_iter().collect();
        expectation.fate = tried.fate;
        expectation.change = tried.change;
        expectation.overlapped_by = tried.overlapped_by;
        (expectation.mutants, expectation.caught) = (tried.mutants, tried.caught);
    }
    expectation
}
