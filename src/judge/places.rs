//! Where the events of a run belong: a recording has the flows as they ended, a result as they were planned.

use hashbrown::HashMap;

use crate::event::{Event, RunStarted};

/// The order in which the events of a run are judged.
#[derive(Debug, Default)]
pub struct Places(HashMap<String, usize>);

impl Places {
    /// The order that a run planned.
    pub fn new(start: &RunStarted) -> Self {
        Self(start.flows.iter().enumerate().map(|(at, flow)| (flow.id.clone(), at)).collect())
    }

    /// Where an event belongs: the start, then flow after flow, then the end.
    pub fn of(&self, event: &Event) -> usize {
        match event {
            Event::RunStarted(_) => 0,
            Event::FlowStarted { flow }
            | Event::FlowEnded { flow, .. }
            | Event::Throttled { flow, .. }
            | Event::Reconnected { flow, .. } => self.of_flow(flow),
            Event::Step(step) => self.of_flow(&step.flow),
            Event::RunEnded { .. } => usize::MAX,
        }
    }

    /// The number of a flow in the plan, from 0.
    pub fn planned(&self, flow: &str) -> Option<usize> {
        self.0.get(flow).copied()
    }

    /// Where the events of a flow belong.
    pub fn of_flow(&self, flow: &str) -> usize {
        1 + self.planned(flow).unwrap_or(self.0.len())
    }
}
