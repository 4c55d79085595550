//! Judges a run event by event, so that nothing but the result has to be held in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::sync_channel;
use std::thread;
use std::time::Duration;

use super::conclusion::{self, Known};
use super::drift::{self, OfFlow};
use super::ledger::Ledger;
use super::places::Places;
use super::requirements;
use super::result::{self, AccountResult, Counts, DriftResult, FlowResult, RunResult, Speed, StepResult, Tally};
use super::steps::{self, Alone, Judging, Told};
use super::waiving::{Extent, Waiving};
use crate::contract::Contract;
use crate::event::{Event, Longest, RunStarted};
use crate::exchange::Outcome;
use crate::verdict::Verdict;

/// Events that are handed from one thread to another at a time.
pub(super) const TOGETHER: usize = 64;
/// How many times so many may lie there and not be taken.
pub(super) const AHEAD: usize = 4;

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
    accounts: Vec<AccountResult>,
    flows: Vec<FlowResult>,
    /// By the place in `flows`, of those that are over; none where nothing is compared.
    drifts: BTreeMap<usize, OfFlow>,
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
            accounts: Vec::new(),
            flows: Vec::new(),
            drifts: BTreeMap::new(),
            fault_of_tool: false,
            longest: None,
            // A recording without its end was cut off.
            interrupted: true,
            stopped_at_failure: false,
            elapsed_ms: 0.0,
        }
    }

    /// Takes all events, some at a time, in the order of [`Places`]. Another thread keeps the ledger, and tells of each
    /// step by itself what was not told while the run went on.
    pub fn take_all(&mut self, events: impl Iterator<Item = Vec<Event>> + Send, told: &mut Told<'a>) {
        let contract = self.contract;
        let mut ledger = Ledger::new(contract, &self.start.accounts_before);
        let kept = !self.start.target.embedded;
        let mut tell = move |ledger: &mut Ledger<'a>, event: Event| {
            if kept {
                ledger.see(&event);
            }
            let alone = if let Event::Step(step) = &event { Some(told.next(step, contract)) } else { None };
            (alone, event)
        };
        let accounts = thread::scope(|scope| {
            let (sender, receiver) = sync_channel(AHEAD);
            let telling = scope.spawn(move || {
                for some in events {
                    let some: Vec<_> = some.into_iter().map(|event| tell(&mut ledger, event)).collect();
                    // Where nobody judges any more, there is a panic on the way.
                    if sender.send(some).is_err() {
                        break;
                    }
                }
                ledger.accounts()
            });
            receiver.into_iter().flatten().for_each(|(alone, event)| self.take(event, alone));
            // A panic of the thread is one of this thread, too.
            telling.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        });
        self.accounts = accounts;
    }

    fn take(&mut self, event: Event, alone: Option<Alone<'a>>) {
        match event {
            Event::RunStarted(_) => {}
            Event::FlowStarted { flow } => self.flows.push(self.begin(&flow)),
            Event::Step(step) => {
                self.counts.requests += step.exchanges.len();
                for exchange in &step.exchanges {
                    if let Outcome::Answer(response) = &exchange.outcome {
                        self.start.target.see(response);
                    }
                }
                // A flow that is compared with what was accepted is needed whole until it is over.
                let keep = if self.start.drift.is_some() { Keep::Everything } else { self.keep };
                if let Some(flow) = self.flows.iter_mut().rfind(|flow| flow.id == step.flow) {
                    let alone = alone.unwrap_or_else(|| Alone::of(&step, self.contract));
                    let mut step = self.judging.step(*step, alone);
                    keep_of_step(&mut step, keep);
                    flow.steps.push(step);
                }
            }
            Event::Throttled { seconds, .. } => {
                self.counts.throttled += 1;
                self.counts.throttled_ms += milliseconds(seconds);
            }
            Event::Reconnected { .. } => self.counts.reconnected += 1,
            Event::FlowEnded { flow, elapsed_ms, longest, fault_of_tool, ended: _ } => {
                self.unfinished.remove(flow.as_str());
                if let Some(at) = self.flows.iter().rposition(|result| result.id == flow) {
                    self.flows[at].elapsed_ms = elapsed_ms;
                    self.fault_of_tool |= fault_of_tool.is_some();
                    self.flows[at].steps.extend(fault_of_tool.map(steps::fault));
                    self.compare(at);
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
        (0..self.flows.len()).for_each(|at| self.compare(at));
        self.count_flows();
        self.counts.checks = self.judging.total();
        let requirements = requirements::judge(&self.judging, self.contract, &self.start);
        self.counts.requirements = requirements::coverage(&requirements);
        let findings = self.judging.findings(&self.flows);
        let undecided = self.judging.undecided();
        let extent = Extent { start: &self.start, cut_short: interrupted || self.stopped_at_failure };
        let waivers = std::mem::take(&mut self.judging.waiving).results(extent);
        let drift = self.drift();
        let known = Known {
            counts: &self.counts,
            requirements: &requirements,
            undecided,
            // One attempt alone cannot tell whether a waiver is still needed.
            waivers: if self.start.attempt.is_none() { &waivers } else { &[] },
            drift: drift.as_ref(),
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
            accounts: self.accounts,
            drift,
            attempts: Vec::new(),
            unstable: Vec::new(),
            changed: None,
            flows: self.flows,
        }
    }

    fn count_flows(&mut self) {
        for flow in &mut self.flows {
            flow.verdict = verdict_of(flow);
            flow.checks = self.judging.flow(&flow.id);
            self.counts.flows.add(flow.verdict);
            keep_of(flow, self.keep);
        }
    }

    /// Compares a flow that is over with what was accepted of it, once; after that it is needed no more.
    fn compare(&mut self, at: usize) {
        if self.start.drift.is_none() || self.drifts.contains_key(&at) {
            return;
        }
        let flow = &mut self.flows[at];
        flow.verdict = verdict_of(flow);
        let planned = self.places.planned(&flow.id).and_then(|place| self.start.flows.get(place));
        self.drifts.insert(at, planned.map(|planned| drift::compare(planned, flow)).unwrap_or_default());
        keep_of(flow, self.keep);
    }

    /// In what the answers differ from those that were accepted; nothing, where they are not compared.
    fn drift(&mut self) -> Option<DriftResult> {
        let drifts = std::mem::take(&mut self.drifts);
        let mut drift = self.start.drift.map(|comparing| drift::together(comparing, drifts.into_values()))?;
        drift::leave_out_builds(&mut drift.drifts, &self.start.target);
        Some(drift)
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

/// Leaves of a flow what is to be held.
pub(super) fn keep_of(flow: &mut FlowResult, keep: Keep) {
    flow.steps.iter_mut().for_each(|step| keep_of_step(step, keep));
}

fn keep_of_step(step: &mut StepResult, keep: Keep) {
    if keep == Keep::Findings && matches!(step.verdict, Verdict::Pass | Verdict::NotApplicable) {
        step.exchanges = Vec::new();
        step.checks = Vec::new();
    }
    step.checks.shrink_to_fit();
}

/// The worst verdict of the steps.
fn verdict_of(flow: &FlowResult) -> Verdict {
    let verdicts = flow.steps.iter().map(|step| step.verdict).filter(|verdict| counts_for_flow(*verdict));
    verdicts.max().unwrap_or(Verdict::Pass)
}

fn milliseconds(seconds: f64) -> u64 {
    Duration::try_from_secs_f64(seconds).map_or(0, |wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
}

/// What does not apply says nothing about a flow.
fn counts_for_flow(verdict: Verdict) -> bool {
    verdict != Verdict::NotApplicable
}
