//! Judges a run event by event, so that nothing but the result has to be held in memory.

use std::collections::BTreeSet;
use std::time::Duration;

use super::conclusion::{self, Known};
use super::ledger::Ledger;
use super::places::Places;
use super::requirements;
use super::result::{self, Counts, FlowResult, RunResult, Speed, StepResult, Tally};
use super::steps::{self, Judging};
use super::waiving::{Extent, Waiving};
use crate::contract::Contract;
use crate::event::{Event, Longest, RunStarted};
use crate::verdict::Verdict;

/// What of the steps a result is to hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Keep {
    /// Every exchange and every check of every step.
    Everything,
    /// Those of steps in which something is not as it should be; of the others what they did.
    Findings,
}

/// A run that is being judged.
pub struct Judge<'a> {
    contract: &'a Contract,
    start: RunStarted,
    places: Places,
    keep: Keep,
    strict: bool,
    judging: Judging<'a>,
    counts: Counts,
    ledger: Ledger<'a>,
    flows: Vec<FlowResult>,
    unfinished: BTreeSet<String>,
    fault_of_tool: bool,
    longest: Option<(Longest, String)>,
    interrupted: bool,
    stopped_at_failure: bool,
    elapsed_ms: f64,
}

impl<'a> Judge<'a> {
    /// A run of which nothing but the start is known; `strict` also where the run was not.
    pub fn new(start: RunStarted, contract: &'a Contract, strict: bool, keep: Keep) -> Self {
        let strict = strict || start.strict;
        let mut judging = Judging::new(contract, strict, start.target.embedded);
        judging.codes_are_fixed = start.target.fixed_codes;
        judging.waiving = Waiving::new(&start);
        judging.gaps.clone_from(&start.target.gaps);
        Self {
            contract,
            places: Places::new(&start),
            unfinished: start.flows.iter().map(|flow| flow.id.clone()).collect(),
            start,
            keep,
            strict,
            judging,
            counts: Counts::default(),
            ledger: Ledger::new(contract),
            flows: Vec::new(),
            fault_of_tool: false,
            longest: None,
            // A recording without its end was cut off.
            interrupted: true,
            stopped_at_failure: false,
            elapsed_ms: 0.0,
        }
    }

    /// Takes the next event, in the order of [`Places`].
    pub fn take(&mut self, event: Event) {
        match event {
            Event::RunStarted(_) => {}
            Event::FlowStarted { flow } => self.flows.push(self.begin(&flow)),
            Event::Step(step) => {
                self.counts.requests += step.exchanges.len();
                if !self.start.target.embedded {
                    self.ledger.see(&step);
                }
                if let Some(flow) = self.flows.iter_mut().rfind(|flow| flow.id == step.flow) {
                    flow.steps.push(kept(self.judging.step(*step), self.keep));
                }
            }
            Event::Throttled { seconds, .. } => {
                self.counts.throttled += 1;
                self.counts.throttled_ms += milliseconds(seconds);
            }
            Event::Reconnected { .. } => self.counts.reconnected += 1,
            Event::FlowEnded { flow, elapsed_ms, longest, fault_of_tool } => {
                self.unfinished.remove(flow.as_str());
                if let Some(flow) = self.flows.iter_mut().rfind(|result| result.id == flow) {
                    flow.elapsed_ms = elapsed_ms;
                    self.fault_of_tool |= fault_of_tool.is_some();
                    flow.steps.extend(fault_of_tool.map(steps::fault));
                }
                if longest.ms > self.longest.as_ref().map_or(0.0, |(known, _)| known.ms) {
                    self.longest = Some((longest, flow));
                }
            }
            Event::RunEnded { interrupted, stopped_at_failure, elapsed_ms } => {
                self.interrupted = interrupted;
                self.stopped_at_failure = stopped_at_failure;
                self.elapsed_ms = elapsed_ms;
            }
        }
    }

    /// The result, when all events were taken.
    pub fn conclude(mut self) -> RunResult {
        // Whatever a recording says of its end: a flow that never ended was not tested.
        let interrupted = self.interrupted || !self.unfinished.is_empty();
        self.count_flows();
        self.counts.checks = self.judging.total();
        let requirements = requirements::judge(&self.judging, self.contract, &self.start);
        self.counts.requirements = requirements::coverage(&requirements);
        let findings = self.judging.findings(&self.flows);
        let undecided = self.judging.undecided();
        let extent = Extent { start: &self.start, cut_short: interrupted || self.stopped_at_failure };
        let waivers = std::mem::take(&mut self.judging.waiving).results(extent);
        let known = Known {
            counts: &self.counts,
            requirements: &requirements,
            undecided,
            waivers: &waivers,
            interrupted,
            fault_of_tool: self.fault_of_tool,
            strict: self.strict,
            part: self.start.part.as_deref(),
        };
        let conclusion = conclusion::conclude(&known);
        let summary = conclusion::sentence(conclusion, &known) + &conclusion::conditions(&self.start.target);
        let speed = self.speed();
        RunResult {
            format: result::FORMAT,
            speed,
            summary,
            tool: self.start.tool,
            contract_digest: self.start.contract_digest,
            suites_digest: self.start.suites_digest,
            target: self.start.target,
            seed: self.start.seed,
            strict: self.strict,
            partial: self.start.partial || interrupted || self.stopped_at_failure,
            started_ms: self.start.started_ms,
            elapsed_ms: self.elapsed_ms,
            conclusion,
            counts: self.counts,
            requirements,
            findings,
            waivers,
            accounts: self.ledger.accounts(),
            flows: self.flows,
        }
    }

    fn count_flows(&mut self) {
        for flow in &mut self.flows {
            let verdicts = flow.steps.iter().map(|step| step.verdict).filter(|verdict| counts_for_flow(*verdict));
            flow.verdict = verdicts.max().unwrap_or(Verdict::Pass);
            flow.checks = self.judging.flow(&flow.id);
            self.counts.flows.add(flow.verdict);
        }
    }

    /// How near the run came to the shortest possible time.
    fn speed(&self) -> Option<Speed> {
        let (longest, flow) = self.longest.as_ref()?;
        (self.elapsed_ms > 0.0).then(|| Speed {
            critical_path_ms: (longest.ms * 1e3).round() / 1e3,
            critical_flow: flow.clone(),
            critical_requests: longest.requests,
            efficiency: ((longest.ms / self.elapsed_ms).min(1.0) * 1e3).round() / 1e3,
        })
    }

    fn begin(&self, id: &str) -> FlowResult {
        let planned = self.places.planned(id).and_then(|at| self.start.flows.get(at));
        FlowResult {
            suite: planned.map(|flow| flow.suite.clone()).unwrap_or_default(),
            id: id.to_owned(),
            about: planned.map(|flow| flow.about.clone()).unwrap_or_default(),
            place: planned.map(|flow| flow.place.clone()).unwrap_or_default(),
            verdict: Verdict::Pass,
            elapsed_ms: 0.0,
            checks: Tally::default(),
            steps: Vec::new(),
        }
    }
}

fn kept(mut step: StepResult, keep: Keep) -> StepResult {
    if keep == Keep::Findings && matches!(step.verdict, Verdict::Pass | Verdict::NotApplicable) {
        step.exchanges = Vec::new();
        step.checks = Vec::new();
    }
    step
}

fn milliseconds(seconds: f64) -> u64 {
    Duration::try_from_secs_f64(seconds).map_or(0, |wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
}

/// What does not apply says nothing about a flow.
fn counts_for_flow(verdict: Verdict) -> bool {
    verdict != Verdict::NotApplicable
}
