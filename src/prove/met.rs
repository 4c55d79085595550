//! Which flows get which kind of answer, as a run without any wrong shows it.

use std::collections::BTreeMap;

use super::mutants::When;
use crate::event::Event;
use crate::reference::VariantSet;

/// A kind of answer of an operation.
pub type Answered = (String, When);

/// The flows that get each kind of answer, and on what server.
#[derive(Debug, Default)]
pub struct Met(BTreeMap<Answered, Meeting>);

/// The flows that get a kind of answer.
#[derive(Debug, Clone)]
pub struct Meeting {
    /// The freedoms of the server that gives it.
    pub variants: VariantSet,
    /// Ids of flows, and how many answers each gets up to that one.
    pub flows: Vec<(String, usize)>,
}

impl Met {
    /// Takes in a run; what is known from an earlier one stays.
    pub fn learn(&mut self, events: &[Event], variants: VariantSet) {
        let mut found: BTreeMap<Answered, Meeting> = BTreeMap::new();
        let mut answers: BTreeMap<&str, usize> = BTreeMap::new();
        let steps = events.iter().filter_map(|event| match event {
            Event::Step(step) => Some(step),
            _ => None,
        });
        for (flow, exchange) in steps.flat_map(|step| step.exchanges.iter().map(|exchange| (&step.flow, exchange))) {
            let count = answers.entry(flow).or_default();
            *count += 1;
            let Some(when) = exchange.response().and_then(When::of_response) else { continue };
            let answered = (exchange.request.operation.clone(), when);
            let meeting = found.entry(answered).or_insert_with(|| Meeting { variants, flows: Vec::new() });
            if meeting.flows.iter().all(|(known, _)| known != flow) {
                meeting.flows.push((flow.clone(), *count));
            }
        }
        for (answered, meeting) in found {
            self.0.entry(answered).or_insert(meeting);
        }
    }

    /// The flows that get a kind of answer.
    pub fn get(&self, operation: &str, when: &When) -> Option<&Meeting> {
        self.0.get(&(operation.to_owned(), when.clone()))
    }
}
