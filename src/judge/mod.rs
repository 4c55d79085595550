//! Turns events into a [`RunResult`]; the only place that counts.
//!
//! The same events always give the same result, so a recording can be judged again, offline.

mod attempts;
pub mod comparison;
mod conclusion;
pub mod drift;
pub mod matrix;
mod ledger;
mod requirements;
pub mod result;
mod steps;
mod waiving;

use std::collections::BTreeSet;
use std::io::BufRead;
use std::time::Duration;

use thiserror::Error;

pub use result::RunResult;
pub use steps::EXPECT;

use crate::contract::Contract;
use crate::event::{Event, FORMAT, RunStarted, StepEvent};
use crate::judge::result::{Counts, FlowResult, StepResult, Tally};
use crate::recording::{Chain, ChainError};
use crate::verdict::Verdict;

/// Why a recording cannot be judged.
#[derive(Debug, Error)]
pub enum RecordingError {
    /// It cannot be read.
    #[error("cannot read the recording: {0}")]
    Unreadable(#[from] std::io::Error),
    /// A line is no event.
    #[error("line {line} of the recording is no event: {message}")]
    Malformed {
        /// From 1.
        line: usize,
        /// Why.
        message: String,
    },
    /// It was written by another version of the tool.
    #[error("the recording has format {found}, and this tool reads format {FORMAT}")]
    Format {
        /// The format it has.
        found: u32,
    },
    /// A line is not the one that was written after the line before.
    #[error("line {line} of the recording was not written by this tool in this place: {cause}")]
    Chain {
        /// From 1.
        line: usize,
        /// What is wrong with it.
        cause: ChainError,
    },
    /// Its first event is not the start of a run.
    #[error("the recording does not begin with the start of a run")]
    NoStart,
    /// It was made against another contract, so its requirements are not these.
    #[error(
        "the recording was made with another contract ({found}) than this one ({here}): judge it with the tool that made it"
    )]
    OtherContract {
        /// The digest in the recording.
        found: String,
        /// The digest of the contract at hand.
        here: String,
    },
}

/// Reads the events of a recording, one JSON document a line, each sealed to the line before (see
/// [`crate::recording`]). A last line that was cut off is left out.
///
/// # Errors
/// What is wrong with it, with the line.
pub fn read_recording(mut reader: impl BufRead, contract: &Contract) -> Result<Vec<Event>, RecordingError> {
    let mut events = Vec::new();
    let mut chain = Chain::default();
    let mut line = Vec::new();
    for number in 1.. {
        line.clear();
        if reader.read_until(b'\n', &mut line)? == 0 {
            break;
        }
        if line.trim_ascii().is_empty() {
            continue;
        }
        match chain.open(&line) {
            Ok(event) if events.is_empty() => events.push(usable(event, contract)?),
            Ok(event) => events.push(event),
            Err(_) if events.is_empty() && format_of(&line).is_some_and(|found| found != FORMAT) => {
                return Err(RecordingError::Format { found: format_of(&line).unwrap_or_default() });
            }
            // A run that was killed leaves the beginning of a line, which may end within a character.
            Err(ChainError::NoEvent(_)) if !events.is_empty() && !line.ends_with(b"\n") => break,
            Err(ChainError::NoEvent(message)) => return Err(RecordingError::Malformed { line: number, message }),
            Err(_) if !matches!(serde_json::from_slice(&line), Ok(Event::RunStarted(_))) && events.is_empty() => {
                return Err(RecordingError::NoStart);
            }
            Err(cause) => return Err(RecordingError::Chain { line: number, cause }),
        }
    }
    if events.is_empty() { Err(RecordingError::NoStart) } else { Ok(events) }
}

/// The first event, if what follows can be judged here.
fn usable(first: Event, contract: &Contract) -> Result<Event, RecordingError> {
    match &first {
        Event::RunStarted(start) if start.format != FORMAT => Err(RecordingError::Format { found: start.format }),
        Event::RunStarted(start) if start.contract_digest != contract.digest() => Err(RecordingError::OtherContract {
            found: start.contract_digest.clone(),
            here: contract.digest().to_owned(),
        }),
        Event::RunStarted(_) => Ok(first),
        _ => Err(RecordingError::NoStart),
    }
}

/// The format that a first line states, also one of another version that is no event here.
fn format_of(line: &[u8]) -> Option<u32> {
    let start = serde_json::from_slice::<serde_json::Value>(line).ok()?;
    u32::try_from(start.get("format")?.as_u64()?).ok()
}

/// Judges the events of a run, or of all its attempts; `strict` also where the run was not.
///
/// # Errors
/// The events do not begin with the start of a run.
pub fn judge(events: Vec<Event>, contract: &Contract, strict: bool) -> Result<RunResult, RecordingError> {
    let Some(Event::RunStarted(start)) = events.first() else { return Err(RecordingError::NoStart) };
    let wanted = attempts::wanted(start);
    let mut all = attempts::apart(events);
    if wanted <= 1 && all.len() == 1 {
        return judge_one(all.pop().unwrap_or_default(), contract, strict);
    }
    let results = all.into_iter().map(|events| judge_one(events, contract, strict)).collect::<Result<Vec<_>, _>>()?;
    attempts::together(results, wanted).ok_or(RecordingError::NoStart)
}

/// Judges one attempt.
fn judge_one(events: Vec<Event>, contract: &Contract, strict: bool) -> Result<RunResult, RecordingError> {
    let mut events = events;
    let Some(Event::RunStarted(start)) = events.first().cloned() else { return Err(RecordingError::NoStart) };
    // A recording has the flows as they ended; the result has them as they were planned.
    events.sort_by_cached_key(|event| place_of(event, &start));
    let strict = strict || start.strict;
    let mut judging = steps::Judging::new(contract, strict, start.target.embedded);
    judging.codes_are_fixed = start.target.fixed_codes;
    judging.waiving = waiving::Waiving::new(&start);
    judging.gaps.clone_from(&start.target.gaps);
    // A recording without its end was cut off.
    let (mut interrupted, mut stopped_at_failure, mut elapsed_ms) = (true, false, 0.0);
    let mut ledger = ledger::Ledger::new(contract);
    let mut counts = Counts::default();
    let mut flows: Vec<FlowResult> = Vec::new();
    let mut fault_of_tool = false;
    let mut unfinished: BTreeSet<&str> = start.flows.iter().map(|flow| flow.id.as_str()).collect();
    for event in events {
        match event {
            Event::RunStarted(_) => {}
            Event::FlowStarted { flow } => flows.push(begin(&start, &flow)),
            Event::Step(step) => {
                counts.requests += step.exchanges.len();
                if !start.target.embedded {
                    ledger.see(&step);
                }
                if let Some(flow) = flows.iter_mut().rfind(|flow| flow.id == step.flow) {
                    flow.steps.push(judging.step(*step));
                }
            }
            Event::Throttled { seconds, .. } => {
                counts.throttled += 1;
                counts.throttled_ms += milliseconds(seconds);
            }
            Event::Reconnected { .. } => counts.reconnected += 1,
            Event::FlowEnded { flow, elapsed_ms, fault_of_tool: fault } => {
                unfinished.remove(flow.as_str());
                if let Some(flow) = flows.iter_mut().rfind(|result| result.id == flow) {
                    flow.elapsed_ms = elapsed_ms;
                    fault_of_tool |= fault.is_some();
                    flow.steps.extend(fault.map(steps::fault));
                }
            }
            Event::RunEnded { interrupted: early, stopped_at_failure: stopped, elapsed_ms: elapsed } => {
                (interrupted, stopped_at_failure, elapsed_ms) = (early, stopped, elapsed);
            }
        }
    }
    // Whatever a recording says of its end: a flow that never ended was not tested.
    interrupted |= !unfinished.is_empty();
    for flow in &mut flows {
        flow.verdict = flow
            .steps
            .iter()
            .map(|step| step.verdict)
            .filter(|verdict| counts_for_flow(*verdict))
            .max()
            .unwrap_or(Verdict::Pass);
        flow.checks = judging.flow(&flow.id);
        counts.flows.add(flow.verdict);
    }
    counts.checks = judging.total();
    let requirements = requirements::judge(&judging, contract, &start);
    counts.requirements = requirements::coverage(&requirements);
    let findings = judging.findings(&flows);
    let undecided = judging.undecided();
    let extent = waiving::Extent { start: &start, cut_short: interrupted || stopped_at_failure };
    let waivers = judging.waiving.results(extent);
    let drift = drift::of(&start, &flows);
    let known = conclusion::Known {
        counts: &counts,
        requirements: &requirements,
        undecided,
        // One attempt alone cannot tell whether a waiver is still needed.
        waivers: if start.attempt.is_none() { &waivers } else { &[] },
        drift: drift.as_ref(),
        interrupted,
        fault_of_tool,
        strict,
    };
    let conclusion = conclusion::conclude(&known);
    let summary = conclusion::sentence(conclusion, &known) + &conclusion::conditions(&start.target);
    Ok(RunResult {
        format: result::FORMAT,
        tool: start.tool,
        contract_digest: start.contract_digest,
        suites_digest: start.suites_digest,
        target: start.target,
        seed: start.seed,
        strict,
        partial: start.partial || interrupted || stopped_at_failure,
        started_ms: start.started_ms,
        elapsed_ms,
        conclusion,
        summary,
        counts,
        requirements,
        findings,
        waivers,
        accounts: ledger.accounts(),
        drift,
        attempts: Vec::new(),
        unstable: Vec::new(),
        flows,
    })
}

/// Judges the steps of one flow by themselves, as strictly as can be: for who needs no whole result.
pub fn judge_flow(events: Vec<Event>, contract: &Contract) -> Vec<StepResult> {
    let mut judging = steps::Judging::new(contract, true, true);
    let judged = |event| match event {
        Event::Step(step) => Some(judging.step(*step)),
        Event::FlowEnded { fault_of_tool, .. } => fault_of_tool.map(steps::fault),
        Event::RunStarted(_)
        | Event::FlowStarted { .. }
        | Event::Throttled { .. }
        | Event::Reconnected { .. }
        | Event::RunEnded { .. } => None,
    };
    events.into_iter().filter_map(judged).collect()
}

/// Judges one step by itself, as strictly as can be: what it gave or sent is compared with no other step.
///
/// The checks of what it expected come first, in order: one for each requirement that an expectation shows, or one where
/// it shows none.
pub fn judge_step(event: StepEvent, contract: &Contract) -> StepResult {
    steps::Judging::new(contract, true, true).step(event)
}

/// Where an event belongs: the start, then flow after flow, then the end.
fn place_of(event: &Event, start: &RunStarted) -> usize {
    let of_flow = |id: &str| 1 + start.flows.iter().position(|flow| flow.id == id).unwrap_or(start.flows.len());
    match event {
        Event::RunStarted(_) => 0,
        Event::FlowStarted { flow }
        | Event::FlowEnded { flow, .. }
        | Event::Throttled { flow, .. }
        | Event::Reconnected { flow, .. } => of_flow(flow),
        Event::Step(step) => of_flow(&step.flow),
        Event::RunEnded { .. } => usize::MAX,
    }
}

fn milliseconds(seconds: f64) -> u64 {
    Duration::try_from_secs_f64(seconds).map_or(0, |wait| u64::try_from(wait.as_millis()).unwrap_or(u64::MAX))
}

/// What does not apply says nothing about a flow.
fn counts_for_flow(verdict: Verdict) -> bool {
    verdict != Verdict::NotApplicable
}

fn begin(start: &RunStarted, id: &str) -> FlowResult {
    let planned = start.flows.iter().find(|flow| flow.id == id);
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

#[cfg(test)]
mod tests;
