//! Which flows a run does, and what each needs. No network.

mod budget;
mod cost;
pub mod outlook;
mod partition;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

pub use cost::Cost;

use crate::check::is_universal;
use crate::contract::Contract;
use crate::diagnostic::suggest;
use crate::event::{Part, PlannedFlow};
use crate::suite::needs::{Waits, calls, needs, proves, waits};
use crate::suite::{Flow, Suites};

pub use budget::Budget;

/// What a run does.
#[derive(Debug, Clone)]
pub struct Plan {
    /// The contract that the flows are held against.
    pub contract: Arc<Contract>,
    /// The suites, for their fixtures.
    pub suites: Arc<Suites>,
    /// The flows in the order of the suites.
    pub flows: Vec<Arc<Flow>>,
    /// Whether flows were left out, by a selection or because another part of the run does them.
    pub partial: bool,
    /// Flows that the limits of the target leave no room for, by id, each with the reason. They are listed, blocked, and
    /// never a pass.
    pub left_out: BTreeMap<String, String>,
    /// What part of a run it is, where it is not the whole.
    pub part: Option<Box<Part>>,
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
    #[error("there is no {kind} `{name}`{}", hint.as_ref().map(|hint| format!("; {hint}")).unwrap_or_default())]
    Unknown {
        /// What was named: suite, flow, operation, requirement.
        kind: &'static str,
        /// The name.
        name: String,
        /// The nearest name there is, or all of few.
        hint: Option<String>,
    },
    /// The selection leaves nothing.
    #[error("no flow is selected: nothing matches all of the given filters")]
    Nothing,
    /// A part of the run has no flow.
    #[error("part {number} of {of} has no flow: there are only {flows}")]
    NothingLeft {
        /// The part.
        number: usize,
        /// How many parts there are.
        of: usize,
        /// How many flows there are.
        flows: usize,
    },
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
                    // What is judged on every answer is shown by every flow.
                    selection.requirements.iter().any(|id| is_universal(id) || proven.contains(id))
                })
        };
        let flows: Vec<_> = all.into_iter().filter(wanted).collect();
        if flows.is_empty() {
            return Err(PlanError::Nothing);
        }
        let (partial, left_out) = (!selection.is_everything(), BTreeMap::new());
        Ok(Self { contract, suites, flows, partial, left_out, part: None })
    }

    /// The plan with what does not fit left out; what fits is chosen so that it shows most.
    #[must_use]
    pub fn within(mut self, budget: &Budget) -> Self {
        self.left_out = budget::left_out(&self, budget);
        self
    }

    /// One of so many parts of this plan, from 1: each flow is in exactly one, and all parts are expected to take about
    /// as long. Equal plans have equal parts.
    ///
    /// # Errors
    /// There are fewer flows than parts.
    pub fn part(mut self, number: usize, of: usize) -> Result<Self, PlanError> {
        let flows = self.flows.len();
        let places = partition::places(&self, number, of);
        if places.is_empty() {
            return Err(PlanError::NothingLeft { number, of, flows });
        }
        self.flows = places.iter().map(|&place| self.flows[place].clone()).collect();
        let selected = self.partial;
        self.part = Some(Box::new(Part { numbers: vec![number], of, places, flows, selected, incomplete: false }));
        self.partial = true;
        Ok(self)
    }

    /// The flows as a recording lists them.
    pub fn listed(&self) -> Vec<PlannedFlow> {
        let listed = |flow: &Arc<Flow>| PlannedFlow {
            id: flow.id.clone(),
            suite: flow.suite.clone(),
            about: flow.about.clone(),
            place: flow.place.clone(),
            proves: proves(flow).into_iter().collect(),
            accepted: None,
        };
        self.flows.iter().map(listed).collect()
    }

    /// Whether a flow moves the target's clock, or may have to.
    pub fn moves_clock(&self, flow: &Flow) -> bool {
        let needs = needs(flow, &self.suites);
        needs.clock || needs.may_wait
    }

    /// How much a flow waits, for an order in which long waits begin early.
    pub fn waits(&self, flow: &Flow) -> Waits {
        waits(flow, &self.suites)
    }

    /// What a flow is expected to take.
    pub fn cost(&self, flow: &Flow) -> Cost {
        cost::of(flow, &self.suites)
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
        Some(name) => Err(PlanError::Unknown { kind, name: name.clone(), hint: suggest(name, known) }),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use rstest::rstest;

    use super::*;
    use crate::generate::with_generated;

    static CONTRACT: LazyLock<Arc<Contract>> = LazyLock::new(|| Arc::new(Contract::embedded().unwrap()));
    static SUITES: LazyLock<Arc<Suites>> =
        LazyLock::new(|| Arc::new(with_generated(Suites::embedded(&CONTRACT).unwrap(), &CONTRACT)));

    fn plan(selection: &Selection) -> Result<Plan, PlanError> {
        Plan::new(CONTRACT.clone(), SUITES.clone(), selection)
    }

    fn selection(suites: &[&str], flows: &[&str], operations: &[&str], requirements: &[&str]) -> Selection {
        let owned = |list: &[&str]| list.iter().map(|item| (*item).to_owned()).collect();
        Selection {
            suites: owned(suites),
            flows: owned(flows),
            operations: owned(operations),
            requirements: owned(requirements),
        }
    }

    fn ids(plan: &Plan) -> Vec<&str> {
        plan.flows.iter().map(|flow| flow.id.as_str()).collect()
    }

    #[test]
    fn without_a_selection_every_flow_is_planned_in_the_order_of_the_suites() {
        let plan = plan(&Selection::default()).unwrap();
        assert!(!plan.partial);
        assert_eq!(ids(&plan), SUITES.flows().map(|flow| flow.id.as_str()).collect::<Vec<_>>());
        let listed = plan.listed();
        assert_eq!(listed.iter().map(|flow| flow.id.as_str()).collect::<Vec<_>>(), ids(&plan));
    }

    #[test]
    fn lists_are_alternatives_and_kinds_must_all_match() {
        let all = |selection: &Selection| plan(selection).unwrap();
        let one = all(&selection(&["logout"], &[], &[], &[]));
        assert!(one.partial && one.flows.iter().all(|flow| flow.suite == "logout"));
        let two = all(&selection(&["logout", "races"], &[], &[], &[]));
        let races = all(&selection(&["races"], &[], &[], &[]));
        assert_eq!(two.flows.len(), one.flows.len() + races.flows.len());
        let both = all(&selection(&["races"], &[], &["POST /auth/refresh"], &[]));
        assert!(!both.flows.is_empty() && both.flows.len() < races.flows.len(), "{:?}", ids(&both));
        let first = one.flows[0].id.as_str();
        assert_eq!(ids(&all(&selection(&["logout"], &[first], &[], &[]))), [first]);
    }

    #[test]
    fn a_requirement_selects_the_flows_that_are_written_to_show_it() {
        let plan = plan(&selection(&[], &[], &[], &["logout-ends-access"])).unwrap();
        assert!(plan.flows.iter().all(|flow| proves(flow).contains("logout-ends-access")));
        let others = SUITES.flows().filter(|flow| proves(flow).contains("logout-ends-access")).count();
        assert_eq!(plan.flows.len(), others);
        assert!(plan.shown().contains("logout-ends-access"));
    }

    #[rstest]
    #[case::suite(selection(&["logou"], &[], &[], &[]), "there is no suite `logou`; did you mean `logout`?")]
    #[case::case_counts(selection(&["Logout"], &[], &[], &[]), "there is no suite `Logout`; did you mean `logout`?")]
    #[case::empty(selection(&[""], &[], &[], &[]), "there is no suite ``")]
    #[case::flow(
        selection(&[], &["cases-read-a-profle"], &[], &[]),
        "there is no flow `cases-read-a-profle`; did you mean `cases-read-a-profile`?"
    )]
    #[case::operation(
        selection(&[], &[], &["post /auth/tokens"], &[]),
        "there is no operation `post /auth/tokens`; did you mean `POST /auth/token`?"
    )]
    #[case::requirement(
        selection(&[], &[], &[], &["no-server-eror"]),
        "there is no requirement `no-server-eror`; did you mean `no-server-error`?"
    )]
    #[case::second_of_a_list(
        selection(&["logout", "logot"], &[], &[], &[]),
        "there is no suite `logot`; did you mean `logout`?"
    )]
    #[case::nothing_near(selection(&["quite-another-thing"], &[], &[], &[]), "there is no suite `quite-another-thing`")]
    fn a_name_that_there_is_not_is_an_error(#[case] selection: Selection, #[case] message: &str) {
        assert_eq!(plan(&selection).unwrap_err().to_string(), message);
    }

    #[rstest]
    #[case::of_another_suite(selection(&["races"], &["cases-read-a-profile"], &[], &[]))]
    #[case::not_called(selection(&["guest"], &[], &["GET /auth/verify/email"], &[]))]
    #[case::shown_by_no_flow(selection(&[], &[], &[], &["password-stored-hashed"]))]
    fn a_selection_that_leaves_nothing_is_an_error(#[case] selection: Selection) {
        assert_eq!(plan(&selection).unwrap_err(), PlanError::Nothing);
    }

    #[test]
    fn every_requirement_is_shown_by_a_flow_or_a_check_or_is_unobservable() {
        let shown = plan(&Selection::default()).unwrap().shown();
        let checked = |id: &str| crate::check::CHECKS.iter().any(|check| check.requirements.contains(&id));
        let successes: BTreeSet<_> =
            CONTRACT.operations().iter().filter_map(|operation| operation.success_requirement.clone()).collect();
        let missing: Vec<&str> = CONTRACT
            .requirements()
            .iter()
            .filter(|it| it.unobservable.is_none() && !shown.contains(&it.id) && !checked(&it.id))
            .filter(|it| !successes.contains(&it.id))
            .map(|it| it.id.as_str())
            .collect();
        assert_eq!(missing, Vec::<&str>::new());
    }

    #[rstest]
    #[case(1)]
    #[case(3)]
    #[case(8)]
    fn every_flow_is_in_one_part_and_no_part_takes_much_longer(#[case] of: usize) {
        let whole = plan(&Selection::default()).unwrap();
        let parts: Vec<Plan> = (1..=of).map(|number| whole.clone().part(number, of).unwrap()).collect();
        let mut places: Vec<usize> = parts.iter().flat_map(|part| part.part.clone().unwrap().places).collect();
        places.sort_unstable();
        assert_eq!(places, (0..whole.flows.len()).collect::<Vec<_>>());
        let weight = |plan: &Plan| plan.flows.iter().map(|flow| plan.cost(flow).weight()).sum::<u64>();
        let (least, most) = (parts.iter().map(weight).min().unwrap(), parts.iter().map(weight).max().unwrap());
        assert!(most * 100 <= least * 105, "{least} to {most}");
        let again = whole.clone().part(1, of).unwrap();
        assert_eq!(ids(&again), ids(&parts[0]));
    }

    #[test]
    fn a_part_without_a_flow_is_an_error() {
        let one = plan(&selection(&["logout"], &[], &[], &[])).unwrap();
        let flows = one.flows.len();
        let error = one.part(flows + 1, flows + 1).unwrap_err();
        assert_eq!(error, PlanError::NothingLeft { number: flows + 1, of: flows + 1, flows });
    }

    #[test]
    fn a_flow_that_waits_moves_the_clock() {
        let plan = plan(&Selection::default()).unwrap();
        let moving = plan.flows.iter().filter(|flow| plan.moves_clock(flow)).count();
        assert!(moving > 0 && moving < plan.flows.len(), "{moving}");
        let flow = plan.flows.iter().find(|flow| flow.id == "cases-read-a-profile").unwrap();
        assert!(!plan.moves_clock(flow));
    }
}
