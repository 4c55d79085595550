//! Answers that operations gave in a run: what another answer to a request could have been.

use std::collections::BTreeMap;

use crate::event::Event;
use crate::exchange::{Body, Response};
use crate::prove::mutants::When;

/// One answer of each kind that each operation gave.
#[derive(Debug, Clone, Default)]
pub(super) struct Answers(BTreeMap<String, BTreeMap<When, Response>>);

impl Answers {
    /// Takes in a run; what is known stays.
    pub(super) fn learn(&mut self, events: &[Event]) {
        let steps = events.iter().filter_map(|event| match event {
            Event::Step(step) => Some(step),
            Event::RunStarted(_)
            | Event::FlowStarted { .. }
            | Event::Throttled { .. }
            | Event::Reconnected { .. }
            | Event::FlowEnded { .. }
            | Event::RunEnded { .. } => None,
        });
        for exchange in steps.flat_map(|step| &step.exchanges) {
            let Some(response) = exchange.response() else { continue };
            if let Some(when) = When::of_response(response) {
                let known = self.0.entry(exchange.request.operation.clone()).or_default();
                known.entry(when).or_insert_with(|| response.clone());
            }
        }
    }

    /// What an operation can answer, each in words: what it was seen to answer, then what any server can.
    pub(super) fn of(&self, operation: &str) -> Vec<(String, Response)> {
        let seen = self.0.get(operation).into_iter().flatten();
        let mut all: Vec<_> = seen.map(|(when, response)| (said(when), response.clone())).collect();
        all.push(("accepted with an empty object".to_owned(), bare(200)));
        all.push(("refused with an empty object".to_owned(), bare(400)));
        all
    }

    /// How an operation accepts.
    pub(super) fn accepted(&self, operation: &str) -> Response {
        let known = self.0.get(operation).and_then(|known| known.get(&When::Accepted));
        known.cloned().unwrap_or_else(|| bare(200))
    }
}

fn said(when: &When) -> String {
    match when {
        When::Accepted => "accepted".to_owned(),
        When::Error(error) => format!("refused with `{error}`"),
        When::Invalid => "refused as invalid input".to_owned(),
    }
}

fn bare(status: u16) -> Response {
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    Response::new(status, headers, Body::Text("{}".to_owned()))
}
