//! The run without any wrong: what its servers asked for, and its events where nothing can differ from it.

use std::collections::HashMap;
use std::sync::Arc;

use crate::deployments::AskedByFlow;
use crate::event::Event;
use crate::reference::{Fault, VariantSet};

/// A run on servers that played nothing.
///
/// A server that never asked for a switch does the same with it. So a flow need only be run where its server asks.
#[derive(Debug, Default)]
pub(super) struct CleanRun {
    events: Vec<Event>,
    asked: Arc<AskedByFlow>,
}

impl CleanRun {
    /// The events of the run, and what its servers asked for.
    pub(super) fn new(events: Vec<Event>, asked: Arc<AskedByFlow>) -> Self {
        Self { events, asked }
    }

    /// Whether a fault could change anything in a flow.
    pub(super) fn meets(&self, flow: &str, fault: &Fault) -> bool {
        self.asked.any(flow, |asked| asked.has(fault))
    }

    /// Whether one of these freedoms could change anything in a flow.
    pub(super) fn differs(&self, flow: &str, variants: VariantSet) -> bool {
        self.asked.any(flow, |asked| asked.any_of(variants))
    }

    /// The events of the run, those of some flows replaced.
    pub(super) fn with(&self, mut flows: HashMap<String, Vec<Event>>) -> Vec<Event> {
        let mut events = Vec::with_capacity(self.events.len());
        let mut replaced = false;
        for event in &self.events {
            if let Event::FlowStarted { flow } = event
                && let Some(others) = flows.remove(flow)
            {
                events.extend(others);
                replaced = true;
            }
            if !replaced {
                events.push(event.clone());
            }
            replaced &= !matches!(event, Event::FlowEnded { .. });
        }
        events
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Longest;

    fn flow(id: &str, elapsed_ms: f64) -> Vec<Event> {
        let ended = Event::FlowEnded {
            flow: id.to_owned(),
            elapsed_ms,
            longest: Longest::default(),
            fault_of_tool: None,
            ended: Vec::new(),
        };
        vec![Event::FlowStarted { flow: id.to_owned() }, ended]
    }

    #[test]
    fn the_events_of_a_flow_stand_where_those_of_the_clean_run_did() {
        let end = Event::RunEnded { interrupted: false, stopped_at_failure: false, elapsed_ms: 1.0 };
        let clean =
            CleanRun::new([flow("a", 1.0), flow("b", 2.0), flow("c", 3.0), vec![end.clone()]].concat(), Arc::default());
        let others = HashMap::from([("b".to_owned(), flow("b", 9.0))]);
        assert_eq!(clean.with(others), [flow("a", 1.0), flow("b", 9.0), flow("c", 3.0), vec![end]].concat());
    }

    #[test]
    fn what_is_not_known_to_be_the_same_may_differ() {
        let clean = CleanRun::default();
        assert!(clean.differs("a", VariantSet::EMPTY));
    }
}
