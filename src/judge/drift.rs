//! Holds the answers of a run against the accepted snapshots: what differs is drift.

use super::result::{Drift, DriftResult, FlowResult};
use crate::event::{Comparing, PlannedFlow, TargetIdentity};
use crate::generate::fuzz;
use crate::snapshot::{self, Difference, DriftKind, Snapshot, Step};
use crate::verdict::Verdict;

/// The drift of one flow.
#[derive(Debug, Default)]
pub(super) struct OfFlow {
    /// Whether there was an accepted snapshot to compare with.
    compared: bool,
    drifts: Vec<Drift>,
}

/// The drift of a run from that of its flows.
pub(super) fn together(comparing: Comparing, flows: impl IntoIterator<Item = OfFlow>) -> DriftResult {
    let mut result = DriftResult { denied: comparing.denied, compared: 0, drifts: Vec::new() };
    for flow in flows {
        result.compared += usize::from(flow.compared);
        result.drifts.extend(flow.drifts);
    }
    result
}

/// Leaves out the header by which the target names its build: another build is told as that.
pub(super) fn leave_out_builds(drifts: &mut Vec<Drift>, target: &TargetIdentity) {
    let Some(header) = target.build_header.as_ref().map(|name| format!("header {name}")) else { return };
    drifts.retain(|drift| drift.at != header);
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

/// Compares a flow that is over, with its verdict and all its exchanges, with what was accepted of it.
pub(super) fn compare(planned: &PlannedFlow, flow: &FlowResult) -> OfFlow {
    let taken = taken(flow);
    let accepted = planned.accepted.as_deref().map(Snapshot::parse);
    let (accepted, taken) = match (accepted, taken) {
        (None | Some(Err(_)), None) => return OfFlow::default(),
        (None | Some(Err(_)), Some(_)) => {
            let (step, does, at) = (String::new(), String::new(), String::new());
            let new = Difference { step, does, kind: DriftKind::NewFlow, at, accepted: None, actual: None };
            return OfFlow { compared: false, drifts: vec![Drift::of(flow, new)] };
        }
        (Some(Ok(accepted)), taken) => (accepted, taken.unwrap_or_default()),
    };
    let mut result = OfFlow { compared: true, drifts: Vec::new() };
    for difference in snapshot::compare(&accepted, &taken) {
        // A flow that ended early did not come to its last steps, which its findings tell.
        if difference.kind == DriftKind::GoneStep && !is_whole(flow) {
            continue;
        }
        result.drifts.push(Drift::of(flow, difference));
    }
    result
}
