//! What a flow is expected to take, for who starts first and for who takes which part. Counts steps, measures nothing.

use crate::suite::{Action, Flow, Given, Step, Suites};

/// Rounds of a repetition that are expected: how many it takes is the target's to choose, and most choose few.
const ROUNDS: u32 = 5;

/// What a flow is expected to take; ordered by what takes longer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cost {
    /// Times that it waits: each may be an hour.
    pub waits: u32,
    /// Requests, messages that are read and users that are blocked, one after the other.
    pub exchanges: u32,
}

impl Cost {
    /// One number for all of it: a wait costs what so many exchanges do, by a clock that can be moved.
    pub fn weight(self) -> u64 {
        u64::from(self.exchanges) + 2 * u64::from(self.waits) + 1
    }
}

/// What a flow is expected to take, with its fixtures.
pub(super) fn of(flow: &Flow, suites: &Suites) -> Cost {
    let mut cost = Cost::default();
    given(&flow.given, suites, &mut cost);
    steps(&flow.steps, 1, &mut cost);
    cost
}

fn given(all: &[Given], suites: &Suites, cost: &mut Cost) {
    let fixture = |given: &Given| suites.fixtures.iter().find(|fixture| fixture.id == given.fixture);
    for fixture in all.iter().filter_map(fixture) {
        given(&fixture.given, suites, cost);
        steps(&fixture.steps, 1, cost);
    }
}

fn steps(all: &[Step], times: u32, cost: &mut Cost) {
    for step in all {
        match &step.action {
            Action::Call(_) | Action::Together { .. } | Action::Block { .. } => cost.exchanges += times,
            Action::Code { .. } | Action::Mail { .. } => cost.exchanges += times,
            Action::Repeat { at_most, steps: inner, .. } => steps(inner, times * (*at_most).min(ROUNDS), cost),
            // Most conditional waits are for what few targets do.
            Action::Wait(_) if step.when.is_empty() => cost.waits += times,
            Action::Wait(_) | Action::Make(_) | Action::Check(_) => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::contract::Contract;
    use crate::plan::{Plan, Selection};

    #[test]
    fn what_waits_and_what_sends_much_costs_more() {
        let contract = Arc::new(Contract::embedded().unwrap());
        let suites = Arc::new(Suites::embedded(&contract).unwrap());
        let plan = Plan::new(contract, suites, &Selection::default()).unwrap();
        let cost = |id: &str| plan.cost(plan.flows.iter().find(|flow| flow.id == id).unwrap());
        let (many, guess) = (cost("ask-for-many-tokens"), cost("guess-codes-until-refused"));
        // Four requests and a code make the account, and four are in each of five rounds.
        assert!(many.waits == 0 && many.exchanges >= 25, "{many:?}");
        assert!(guess > many && guess.waits > 0, "{guess:?}");
    }
}
