//! What is told of steps, each by itself, while a run goes on: it need not be done when the run is over.

use std::collections::{HashMap, VecDeque};

use super::Alone;
use crate::contract::Contract;
use crate::event::{Event, StepEvent};

/// What was told of the steps of flows, of all attempts one after the other.
#[derive(Debug, Default)]
pub struct Told<'a> {
    /// By flow: its steps in their order, each with its id.
    flows: HashMap<String, VecDeque<(String, Alone<'a>)>>,
}

impl<'a> Told<'a> {
    /// Tells of the steps among these events, which need not be all.
    pub fn of(events: &[Event], contract: &'a Contract) -> Self {
        let mut told = Self::default();
        for event in events {
            if let Event::Step(step) = event {
                let steps = told.flows.entry(step.flow.clone()).or_default();
                steps.push_back((step.step.clone(), Alone::of(step, contract)));
            }
        }
        told
    }

    /// Takes in what was told of later events.
    pub fn append(&mut self, later: Self) {
        for (flow, mut steps) in later.flows {
            self.flows.entry(flow).or_default().append(&mut steps);
        }
    }

    /// What was told of the next step of a flow; of one of which nothing was, it is told now.
    pub(in crate::judge) fn next(&mut self, step: &StepEvent, contract: &'a Contract) -> Alone<'a> {
        let next = self.flows.get_mut(&step.flow).and_then(VecDeque::pop_front);
        next.filter(|(id, _)| *id == step.step).map_or_else(|| Alone::of(step, contract), |(_, alone)| alone)
    }
}
