//! Runs single flows against servers that were told to do something wrong.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fate::Red;
use super::met::Meeting;
use crate::contract::Contract;
use crate::deployments::Embedded;
use crate::event::Event;
use crate::judge::judge_flow;
use crate::plan::{Plan, PlanError, Selection};
use crate::reference::Options;
use crate::runner::{Deaf, Going, Places, Stop, run_flow};
use crate::suite::needs::{calls, proves};
use crate::suite::{Flow, Suites};
use crate::verdict::Verdict;

/// Everything that a proof is made with.
#[derive(Debug)]
pub struct Bench {
    /// Contract, suites and all flows.
    pub plan: Arc<Plan>,
    /// The seed of everything random.
    pub seed: u64,
    servers: Embedded,
    flows: Arc<[Known]>,
    /// A universal check that is taken away.
    missing: Option<&'static str>,
}

/// A flow, and what is known of it without running it.
#[derive(Debug)]
struct Known {
    flow: Arc<Flow>,
    /// With those of its fixtures.
    calls: BTreeSet<String>,
    proves: BTreeSet<String>,
}

/// Requirements that turned red, and where.
pub type Reds = BTreeMap<String, BTreeSet<Red>>;

impl Bench {
    /// A bench for all flows of these suites.
    ///
    /// # Errors
    /// There is no flow.
    pub fn new(contract: Arc<Contract>, suites: Arc<Suites>, servers: Embedded, seed: u64) -> Result<Self, PlanError> {
        let plan = Arc::new(Plan::new(contract, suites, &Selection::default())?);
        let known =
            |flow: &Arc<Flow>| Known { flow: flow.clone(), calls: calls(flow, &plan.suites), proves: proves(flow) };
        let flows = plan.flows.iter().map(known).collect();
        Ok(Self { plan, seed, servers, flows, missing: None })
    }

    /// The same bench, to which one universal check is blind.
    pub(super) fn without(&self, check: &'static str) -> Self {
        let servers = self.servers.playing(Options::default());
        Self { plan: self.plan.clone(), seed: self.seed, servers, flows: self.flows.clone(), missing: Some(check) }
    }

    /// Servers with these options.
    pub(super) fn servers(&self, options: Options) -> Embedded {
        self.servers.playing(options)
    }

    /// The flows that can meet a wrong of an operation: those that call it, or all.
    pub(super) fn calling(&self, operation: &str) -> impl Iterator<Item = &Arc<Flow>> {
        let meets = move |known: &&Known| operation == "all" || known.calls.contains(operation);
        self.flows.iter().filter(meets).map(|known| &known.flow)
    }

    /// The flows that get an answer; those that show one of these requirements first, then those that get it soon.
    pub(super) fn meeting(&self, meeting: &Meeting, named: &[String]) -> Vec<&Arc<Flow>> {
        let known = |id: &String| self.flows.iter().find(|known| known.flow.id == *id);
        let mut flows: Vec<(bool, usize, &Known)> = meeting
            .flows
            .iter()
            .filter_map(|(id, soon)| {
                let known = known(id)?;
                let shows = named.iter().any(|named| known.proves.contains(named));
                Some((!shows, *soon, known))
            })
            .collect();
        flows.sort_by_key(|(others, soon, _)| (*others, *soon));
        flows.into_iter().map(|(_, _, known)| &known.flow).collect()
    }

    /// Runs one flow.
    pub(super) async fn events(&self, servers: &Embedded, flow: &Flow) -> Vec<Event> {
        let (stop, place) = (Stop::default(), Places::new(1).take().await);
        let going = Going { seed: self.seed, nonce: "prove", stop: &stop, place, observer: &Deaf, time: None };
        run_flow(&self.plan, servers, flow, going).await
    }

    /// Runs one flow, and says what turned red in it.
    pub(super) async fn reds(&self, servers: &Embedded, flow: &Flow) -> Reds {
        let events = self.events(servers, flow).await;
        let mut reds = Reds::new();
        for (at, step) in judge_flow(events, &self.plan.contract).into_iter().enumerate() {
            for check in step.checks.into_iter().filter(|check| check.verdict == Verdict::Fail) {
                if self.missing.is_some_and(|missing| missing == check.check) {
                    continue;
                }
                let Some(requirement) = check.requirement else { continue };
                let seen = check.mismatch.map_or_else(String::new, |mismatch| {
                    let place = if mismatch.place.is_empty() { String::new() } else { format!("{}: ", mismatch.place) };
                    format!("{place}expected {}, found {}", mismatch.expected, mismatch.actual)
                });
                let red = Red { flow: flow.id.clone(), at, step: step.step.clone(), check: check.check, seen };
                reds.entry(requirement).or_default().insert(red);
            }
        }
        reds
    }
}
