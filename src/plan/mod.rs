//! Which flows a run does, and what each needs. No network.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::contract::Contract;
use crate::event::PlannedFlow;
use crate::suite::needs::{calls, needs, proves};
use crate::suite::{Flow, Suites};

/// What a run does.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The contract that the flows are held against.
    pub contract: Arc<Contract>,
    /// The suites, for their fixtures.
    pub suites: Arc<Suites>,
    /// The flows in the order of the suites.
    pub flows: Vec<Arc<Flow>>,
    /// Whether flows were left out by a selection.
    pub partial: bool,
}

/// Which flows are wanted. Flows must match every list that is not empty, with any of its items.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// Suite ids.
    pub suites: Vec<String>,
    /// Flow ids.
    pub flows: Vec<String>,
    /// Operation ids.
    pub operations: Vec<String>,
    /// Requirement ids.
    pub requirements: Vec<String>,
}

/// Why nothing can be planned.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlanError {
    /// A name that there is not.
    #[error("there is no {kind} `{name}`{}", near.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    Unknown {
        /// What was named: suite, flow, operation, requirement.
        kind: &'static str,
        /// The name.
        name: String,
        /// The nearest name there is.
        near: Option<String>,
    },
    /// The selection leaves nothing.
    #[error("no flow is selected: nothing matches all of the given filters")]
    Nothing,
}

impl Selection {
    /// Whether everything is wanted.
    pub fn is_everything(&self) -> bool {
        self.suites.is_empty() && self.flows.is_empty() && self.operations.is_empty() && self.requirements.is_empty()
    }
}

impl Plan {
    /// Selects flows.
    ///
    /// # Errors
    /// A name that there is not, or that nothing is left.
    pub fn new(contract: Arc<Contract>, suites: Arc<Suites>, selection: &Selection) -> Result<Self, PlanError> {
        let all: Vec<Arc<Flow>> = suites.suites.iter().flat_map(|suite| suite.flows.iter().cloned()).collect();
        check("suite", &selection.suites, all.iter().map(|flow| flow.suite.as_str()))?;
        check("flow", &selection.flows, all.iter().map(|flow| flow.id.as_str()))?;
        check("operation", &selection.operations, contract.operations().iter().map(|operation| operation.id.as_str()))?;
        check(
            "requirement",
            &selection.requirements,
            contract.requirements().iter().map(|requirement| requirement.id.as_str()),
        )?;
        let wanted = |flow: &Arc<Flow>| {
            let any = |list: &[String], has: &dyn Fn(&String) -> bool| list.is_empty() || list.iter().any(has);
            any(&selection.suites, &|suite| *suite == flow.suite)
                && any(&selection.flows, &|id| *id == flow.id)
                && (selection.operations.is_empty() || {
                    let called = calls(flow, &suites);
                    selection.operations.iter().any(|operation| called.contains(operation))
                })
                && (selection.requirements.is_empty() || {
                    let proven = proves(flow);
                    selection.requirements.iter().any(|requirement| proven.contains(requirement))
                })
        };
        let flows: Vec<_> = all.into_iter().filter(wanted).collect();
        if flows.is_empty() {
            return Err(PlanError::Nothing);
        }
        Ok(Self { contract, suites, flows, partial: !selection.is_everything() })
    }

    /// The flows as a recording lists them.
    pub fn listed(&self) -> Vec<PlannedFlow> {
        let listed = |flow: &Arc<Flow>| PlannedFlow {
            id: flow.id.clone(),
            suite: flow.suite.clone(),
            about: flow.about.clone(),
            place: flow.place.clone(),
            proves: proves(flow).into_iter().collect(),
        };
        self.flows.iter().map(listed).collect()
    }

    /// Whether a flow moves the target's clock, or may have to.
    pub fn moves_clock(&self, flow: &Flow) -> bool {
        let needs = needs(flow, &self.suites);
        needs.clock || needs.may_wait
    }

    /// Every requirement that some flow of the suites is written to show.
    pub fn shown(&self) -> BTreeSet<String> {
        self.flows.iter().flat_map(|flow| proves(flow)).collect()
    }
}

fn check<'a>(kind: &'static str, names: &[String], known: impl Iterator<Item = &'a str>) -> Result<(), PlanError> {
    let known: BTreeSet<&str> = known.collect();
    match names.iter().find(|name| !known.contains(name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let near = known.iter().min_by_key(|candidate| strsim::damerau_levenshtein(name, candidate));
            Err(PlanError::Unknown { kind, name: name.clone(), near: near.map(|near| (*near).to_owned()) })
        }
    }
}
