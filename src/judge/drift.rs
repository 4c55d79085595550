//! Holds the answers of a run against the accepted snapshots: what differs is drift.

use super::result::{Drift, DriftResult, FlowResult};
use crate::event::{PlannedFlow, RunStarted};
use crate::generate::fuzz;
use crate::snapshot::{self, Difference, DriftKind, Snapshot, Step};
use crate::verdict::Verdict;

/// The drift of a run; `None` where the run compared nothing.
pub fn of(start: &RunStarted, flows: &[FlowResult]) -> Option<DriftResult> {
    let denied = start.drift?.denied;
    let mut result = DriftResult { denied, compared: 0, drifts: Vec::new() };
    for flow in flows {
        let Some(planned) = start.flows.iter().find(|planned| planned.id == flow.id) else { continue };
        compare(planned, flow, &mut result);
    }
    Some(result)
}

/// The snapshot of a flow. Random cases, and a flow that nothing answered, have none.
pub fn taken(flow: &FlowResult) -> Option<Snapshot> {
    if flow.suite == fuzz::SUITE {
        return None;
    }
    let steps: Vec<Step<'_>> = flow
        .steps
        .iter()
        .map(|step| Step { label: &step.step, does: &step.does, exchanges: &step.exchanges })
        .collect();
    Some(Snapshot::of(&steps)).filter(|snapshot| !snapshot.is_empty())
}

impl Drift {
    /// A difference, at its place in a flow.
    pub(super) fn of(flow: &FlowResult, difference: Difference) -> Self {
        let step = flow.steps.iter().find(|step| step.step == difference.step);
        Self {
            suite: flow.suite.clone(),
            flow: flow.id.clone(),
            place: step.map_or_else(|| flow.place.clone(), |step| step.place.clone()),
            step: difference.step,
            does: difference.does,
            kind: difference.kind,
            at: difference.at,
            accepted: difference.accepted,
            actual: difference.actual,
        }
    }
}

/// Whether a flow came to its end, so that its snapshot is whole.
pub fn is_whole(flow: &FlowResult) -> bool {
    match flow.verdict {
        Verdict::Pass | Verdict::NotApplicable | Verdict::Warn => true,
        Verdict::Skipped | Verdict::Waived | Verdict::Blocked | Verdict::Broken | Verdict::Fail => false,
    }
}

fn compare(planned: &PlannedFlow, flow: &FlowResult, result: &mut DriftResult) {
    let taken = taken(flow);
    let accepted = planned.accepted.as_deref().map(Snapshot::parse);
    let (accepted, taken) = match (accepted, taken) {
        (None | Some(Err(_)), None) => return,
        (None | Some(Err(_)), Some(_)) => {
            let (step, does, at) = (String::new(), String::new(), String::new());
            let new = Difference { step, does, kind: DriftKind::NewFlow, at, accepted: None, actual: None };
            result.drifts.push(Drift::of(flow, new));
            return;
        }
        (Some(Ok(accepted)), taken) => (accepted, taken.unwrap_or_default()),
    };
    result.compared += 1;
    for difference in snapshot::compare(&accepted, &taken) {
        // A flow that ended early did not come to its last steps, which its findings tell.
        if difference.kind == DriftKind::GoneStep && !is_whole(flow) {
            continue;
        }
        result.drifts.push(Drift::of(flow, difference));
    }
}
