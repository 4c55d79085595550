//! Compares two judged runs: what got worse, better, new, gone and slower, and which answers drifted between them.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::conclusion::several;
use super::drift::{is_whole, leave_out_builds, taken};
use super::result::{Conclusion, Drift, FlowResult, RunResult, StepResult};
use crate::snapshot;
use crate::verdict::Verdict;

/// The version of the JSON form.
pub const FORMAT: u32 = 1;

/// A flow is slower from so many times its former time on …
const SLOWER_TIMES: f64 = 2.0;
/// … where it is also so many milliseconds longer: below lies noise.
const SLOWER_MS: f64 = 250.0;

/// Two runs, compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Comparison {
    /// [`FORMAT`].
    pub format: u32,
    /// The earlier run.
    pub old: Side,
    /// The later run.
    pub new: Side,
    /// Results whose verdict is worse than it was.
    pub worse: Vec<Change>,
    /// Results whose verdict is better than it was.
    pub better: Vec<Change>,
    /// Results that are not as they should be, in flows or steps that the earlier run did not do.
    pub fresh: Vec<Change>,
    /// Flows that only the later run did; where the earlier one is partial, they need not be new.
    pub new_flows: Vec<String>,
    /// Flows that only the earlier run did; where the later one is partial, they need not be gone.
    pub gone_flows: Vec<String>,
    /// Flows whose answers took far longer.
    pub slower: Vec<Slower>,
    /// In what the answers of both runs differ.
    pub drifts: Vec<Drift>,
    /// The comparison in a sentence.
    pub summary: String,
}

/// What a comparison says of each run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Side {
    /// The target's name.
    pub target: String,
    /// Milliseconds since the Unix epoch.
    pub started_ms: i64,
    /// The verdict on the whole.
    pub conclusion: Conclusion,
    /// Whether flows were selected, or it ended early.
    pub partial: bool,
    /// How many results fail.
    pub failures: usize,
}

/// A result with another verdict.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change {
    /// `flow/step/requirement`.
    pub id: String,
    /// The requirement; `None` for a step that shows none.
    pub requirement: Option<String>,
    /// What the step does.
    pub does: String,
    /// The verdict that it had; `None` where it was not looked at.
    pub was: Option<Verdict>,
    /// The verdict that it has; `None` where it is not looked at any more.
    pub is: Option<Verdict>,
    /// What is wrong now, or was before it got better, in words.
    pub why: String,
}

/// A flow whose answers took longer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Slower {
    /// The flow.
    pub flow: String,
    /// The time of all its answers, in milliseconds, then.
    pub was_ms: f64,
    /// The same now.
    pub is_ms: f64,
}

/// What is known of one result in one run.
struct Known {
    verdict: Verdict,
    requirement: Option<String>,
    does: String,
    why: String,
}

/// Compares.
pub fn compare(old: &RunResult, new: &RunResult) -> Comparison {
    let (was, is) = (results(old), results(new));
    let (done_before, done_now) = (steps(old), steps(new));
    let mut comparison = Comparison {
        format: FORMAT,
        old: side(old),
        new: side(new),
        worse: Vec::new(),
        better: Vec::new(),
        fresh: Vec::new(),
        new_flows: only_in(new, old),
        gone_flows: only_in(old, new),
        slower: slower(old, new),
        drifts: drifts(old, new),
        summary: String::new(),
    };
    for id in was.keys().chain(is.keys()).collect::<BTreeSet<_>>() {
        let (before, now) = (was.get(id), is.get(id));
        // A check of every answer is listed only where it did not pass.
        let implied = |known: Option<&Known>, done: &BTreeSet<String>| {
            known.map(|known| known.verdict).or_else(|| done.contains(step_of(id)).then_some(Verdict::Pass))
        };
        let (was, is) = (implied(before, &done_before), implied(now, &done_now));
        let Some(shown) = now.filter(|now| gravity(now.verdict) > 0).or(before).or(now) else { continue };
        let change = Change {
            id: id.clone(),
            requirement: shown.requirement.clone(),
            does: shown.does.clone(),
            was,
            is,
            why: shown.why.clone(),
        };
        match (was.map(gravity), is.map(gravity)) {
            (Some(was), Some(is)) if is > was => comparison.worse.push(change),
            (Some(was), Some(is)) if is < was => comparison.better.push(change),
            (None, Some(is)) if is > 0 => comparison.fresh.push(change),
            (Some(_) | None, Some(_) | None) => {}
        }
    }
    comparison.summary = summary(&comparison);
    comparison
}

impl Comparison {
    /// Whether something that both runs did is worse now.
    pub fn is_worse(&self) -> bool {
        !self.worse.is_empty()
    }
}

/// How grave a verdict is, where two are compared.
fn gravity(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Pass | Verdict::NotApplicable | Verdict::Skipped => 0,
        Verdict::Waived => 1,
        Verdict::Warn => 2,
        Verdict::Blocked | Verdict::Broken => 3,
        Verdict::Fail => 4,
    }
}

fn side(result: &RunResult) -> Side {
    Side {
        target: result.target.name.clone(),
        started_ms: result.started_ms,
        conclusion: result.conclusion,
        partial: result.partial,
        failures: result.counts.checks.fail,
    }
}

/// Every result by its id, with its worst verdict.
fn results(result: &RunResult) -> BTreeMap<String, Known> {
    let mut results: BTreeMap<String, Known> = BTreeMap::new();
    for (flow, step) in result.flows.iter().flat_map(|flow| flow.steps.iter().map(move |step| (flow, step))) {
        for check in &step.checks {
            let id = format!("{}/{}/{}", flow.id, step.step, check.requirement.as_deref().unwrap_or("step"));
            if results.get(&id).is_some_and(|known| gravity(known.verdict) >= gravity(check.verdict)) {
                continue;
            }
            let mismatch = check.mismatch.as_ref().map(|it| format!("expected {}, found {}", it.expected, it.actual));
            let known = Known {
                verdict: check.verdict,
                requirement: check.requirement.clone(),
                does: step.does.clone(),
                why: mismatch.or(check.note.clone()).unwrap_or_default(),
            };
            results.insert(id, known);
        }
    }
    results
}

/// `flow/step` of every step that was done.
fn steps(result: &RunResult) -> BTreeSet<String> {
    let done = |step: &&StepResult| !step.exchanges.is_empty();
    let of = |flow: &'_ FlowResult| -> Vec<String> {
        flow.steps.iter().filter(done).map(|step| format!("{}/{}", flow.id, step.step)).collect()
    };
    result.flows.iter().flat_map(of).collect()
}

fn step_of(id: &str) -> &str {
    id.rsplit_once('/').map_or(id, |(step, _)| step)
}

fn only_in(here: &RunResult, there: &RunResult) -> Vec<String> {
    let known = |flow: &&FlowResult| !there.flows.iter().any(|other| other.id == flow.id);
    here.flows.iter().filter(known).map(|flow| flow.id.clone()).collect()
}

/// The flows that both runs did.
fn pairs<'a>(old: &'a RunResult, new: &'a RunResult) -> impl Iterator<Item = (&'a FlowResult, &'a FlowResult)> {
    let before: BTreeMap<&str, &FlowResult> = old.flows.iter().map(|flow| (flow.id.as_str(), flow)).collect();
    new.flows.iter().filter_map(move |flow| Some((*before.get(flow.id.as_str())?, flow)))
}

/// Only the time that the target took: a wait that the flow asks for is not the target's.
fn answered_ms(flow: &FlowResult) -> f64 {
    flow.steps.iter().flat_map(|step| &step.exchanges).map(|exchange| exchange.elapsed_ms).sum()
}

fn slower(old: &RunResult, new: &RunResult) -> Vec<Slower> {
    let one = |(was, is): (&FlowResult, &FlowResult)| {
        let slower = Slower { flow: is.id.clone(), was_ms: answered_ms(was), is_ms: answered_ms(is) };
        let is_slower = slower.is_ms >= slower.was_ms * SLOWER_TIMES
            && slower.is_ms - slower.was_ms >= SLOWER_MS
            && is_whole(was)
            && is_whole(is);
        is_slower.then_some(slower)
    };
    pairs(old, new).filter_map(one).collect()
}

fn drifts(old: &RunResult, new: &RunResult) -> Vec<Drift> {
    let of = |(was, is): (&FlowResult, &FlowResult)| -> Vec<Drift> {
        if !is_whole(was) || !is_whole(is) {
            return Vec::new();
        }
        let (Some(before), Some(now)) = (taken(was), taken(is)) else { return Vec::new() };
        snapshot::compare(&before, &now).into_iter().map(|difference| Drift::of(is, difference)).collect()
    };
    let mut drifts = pairs(old, new).flat_map(of).collect();
    leave_out_builds(&mut drifts, &new.target);
    drifts
}

fn summary(comparison: &Comparison) -> String {
    let parts = [
        (comparison.worse.len(), "worse"),
        (comparison.better.len(), "better"),
        (comparison.fresh.len(), "wrong where the earlier run did not look"),
        (comparison.slower.len(), "slower"),
        (comparison.drifts.len(), "drifted"),
    ];
    let mut found: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, what)| format!("{count} {what}")).collect();
    let (new, gone) = (comparison.new_flows.len(), comparison.gone_flows.len());
    if new > 0 {
        let flows = if comparison.old.partial { ["flow", "flows"] } else { ["new flow", "new flows"] };
        let which = if comparison.old.partial { " that the earlier run, a part, did not do" } else { "" };
        found.push(format!("{}{which}", several(new, flows[0], flows[1])));
    }
    if gone > 0 {
        let which = if comparison.new.partial { "that the later run, a part, did not do" } else { "gone" };
        found.push(format!("{} {which}", several(gone, "flow", "flows")));
    }
    match (comparison.is_worse(), found.is_empty()) {
        (_, true) => "nothing changed".to_owned(),
        (true, false) => found.join(", "),
        (false, false) => format!("nothing is worse: {}", found.join(", ")),
    }
}
