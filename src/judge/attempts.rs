//! A run that was done several times: its worst attempt, and every result that was not the same in all of them.

use std::collections::{BTreeMap, BTreeSet};

use super::Keep;
use super::conclusion::several;
use super::result::{Attempt, Conclusion, Finding, RunResult, Unstable, WaiverResult, WaiverState};
use super::run;
use crate::event::{Event, RunStarted};
use crate::verdict::Verdict;

/// The events of each attempt: every start of a run begins one.
pub fn apart(mut events: Vec<Event>) -> Vec<Vec<Event>> {
    let starts = events.iter().enumerate().filter(|(_, event)| matches!(event, Event::RunStarted(_)));
    let starts: Vec<usize> = starts.map(|(at, _)| at).filter(|&at| at > 0).collect();
    let mut attempts: Vec<Vec<Event>> = starts.into_iter().rev().map(|at| events.split_off(at)).collect();
    attempts.push(events);
    attempts.reverse();
    attempts
}

/// How many attempts a run was to have.
pub fn wanted(start: &RunStarted) -> usize {
    start.attempt.map_or(1, |attempt| usize::try_from(attempt.of).unwrap_or(usize::MAX))
}

/// The judged attempts of a run.
pub struct Attempts {
    wanted: usize,
    several: bool,
    keep: Keep,
    results: Vec<RunResult>,
    seen: Vec<Seen>,
}

impl Attempts {
    /// None is judged yet of so many that were wanted and so many that were recorded; `keep` is what the result is to
    /// hold.
    pub fn new(wanted: usize, recorded: usize, keep: Keep) -> Self {
        Self { wanted, several: wanted > 1 || recorded > 1, keep, results: Vec::new(), seen: Vec::new() }
    }

    /// What an attempt has to hold when it is added: of several all has to be known, even what is as it should be, to
    /// tell what is not the same every time.
    pub fn needed(&self) -> Keep {
        if self.several { Keep::Everything } else { self.keep }
    }

    /// Adds the next attempt, of which no more is held than the result needs.
    pub fn add(&mut self, mut result: RunResult) {
        if self.several {
            self.seen.push(seen(&result));
            result.flows.iter_mut().for_each(|flow| run::keep_of(flow, self.keep));
        }
        self.results.push(result);
    }

    /// The result of the whole run; none without an attempt.
    pub fn together(mut self) -> Option<RunResult> {
        if self.several { together(self.results, &self.seen, self.wanted) } else { self.results.pop() }
    }
}

/// One result of all attempts: everything of the worst, and what is unstable. Where attempts are missing, the run was
/// interrupted, whatever the others say.
fn together(results: Vec<RunResult>, seen: &[Seen], wanted: usize) -> Option<RunResult> {
    let attempts: Vec<Attempt> = results.iter().zip(1..).map(|(result, number)| attempt(result, number)).collect();
    let unstable = unstable(seen);
    let waivers = waivers(&results);
    let elapsed_ms = results.iter().map(|result| result.elapsed_ms).sum();
    let drift = results.iter().filter_map(|result| result.drift.as_ref()).max_by_key(|drift| drift.drifts.len());
    let drift = drift.cloned();
    let worst = (0..results.len()).rev().max_by_key(|at| gravity(results[*at].conclusion))?;
    let mut result = results.into_iter().nth(worst)?;
    let missing = attempts.len() < wanted;
    if missing {
        result.conclusion = Conclusion::Interrupted;
        result.summary = format!("{} of {wanted} attempts were done", attempts.len());
    }
    let green = matches!(result.conclusion, Conclusion::Conformant | Conclusion::ConformantWithWaivers);
    let counted: Vec<&Unstable> = unstable.iter().filter(|result| !result.waived).collect();
    let failed = counted.iter().any(|result| result.verdicts.iter().flatten().any(|it| is_failure(*it)));
    let wrong = waivers.iter().filter(|waiver| waiver.state.fails()).count();
    let undecided = result.conclusion == Conclusion::Inconclusive;
    if (green || undecided) && (failed || wrong > 0) {
        result.conclusion = Conclusion::NonConformant;
    } else if green && !counted.is_empty() {
        result.conclusion = Conclusion::Inconclusive;
    }
    if wrong > 0 {
        result.summary.push_str(&format!("; {}", several(wrong, "waiver must go", "waivers must go")));
    }
    if !unstable.is_empty() {
        result.summary = format!(
            "{} unstable over {} attempts; in the worst, {}",
            several(unstable.len(), "result is", "results are"),
            attempts.len(),
            result.summary
        );
    } else if !missing {
        result.summary = format!("{}, in each of {} attempts alike", result.summary, attempts.len());
    }
    result.partial |= missing;
    Some(RunResult { attempts, unstable, waivers, elapsed_ms, drift, ..result })
}

fn attempt(result: &RunResult, number: u32) -> Attempt {
    Attempt {
        number,
        seed: result.seed,
        conclusion: result.conclusion,
        checks: result.counts.checks,
        elapsed_ms: result.elapsed_ms,
    }
}

/// How grave a conclusion is.
fn gravity(conclusion: Conclusion) -> u8 {
    match conclusion {
        Conclusion::Conformant => 0,
        Conclusion::ConformantWithWaivers => 1,
        Conclusion::NothingSent => 2,
        Conclusion::Inconclusive => 3,
        Conclusion::Internal => 4,
        Conclusion::NonConformant => 5,
        Conclusion::Interrupted => 6,
    }
}

fn is_failure(verdict: Verdict) -> bool {
    matches!(verdict, Verdict::Fail | Verdict::Warn)
}

/// What one attempt knows of its results.
struct Seen {
    verdicts: BTreeMap<String, Verdict>,
    /// `flow/step` of what was done.
    done: BTreeSet<String>,
    findings: BTreeMap<String, Finding>,
}

fn seen(result: &RunResult) -> Seen {
    let mut seen = Seen { verdicts: BTreeMap::new(), done: BTreeSet::new(), findings: BTreeMap::new() };
    for (flow, step) in result.flows.iter().flat_map(|flow| flow.steps.iter().map(move |step| (flow, step))) {
        let place = format!("{}/{}", flow.id, step.step);
        for check in &step.checks {
            let id = format!("{place}/{}", check.requirement.as_deref().unwrap_or("step"));
            let verdict = seen.verdicts.entry(id).or_insert(check.verdict);
            *verdict = check.verdict.max(*verdict);
        }
        if !step.exchanges.is_empty() {
            seen.done.insert(place);
        }
    }
    for finding in &result.findings {
        seen.findings.entry(finding.id.clone()).or_insert_with(|| finding.clone());
    }
    seen
}

fn unstable(attempts: &[Seen]) -> Vec<Unstable> {
    let ids: BTreeSet<&String> = attempts.iter().flat_map(|seen| seen.verdicts.keys()).collect();
    ids.into_iter().filter_map(|id| judged(id, attempts)).collect()
}

/// A result that passed in some attempts and not in others.
fn judged(id: &str, attempts: &[Seen]) -> Option<Unstable> {
    let step = id.rsplit_once('/').map_or(id, |(step, _)| step);
    // A check of every answer is listed only where it did not pass.
    let verdict =
        |seen: &Seen| seen.verdicts.get(id).copied().or_else(|| seen.done.contains(step).then_some(Verdict::Pass));
    let verdicts: Vec<Option<Verdict>> = attempts.iter().map(verdict).collect();
    let looked = |verdict: &&Verdict| !matches!(verdict, Verdict::NotApplicable | Verdict::Skipped);
    let looked: Vec<&Verdict> = verdicts.iter().flatten().filter(looked).collect();
    let passes = looked.iter().filter(|verdict| ***verdict == Verdict::Pass).count();
    if passes == 0 || passes == looked.len() {
        return None;
    }
    let findings: Vec<&Finding> = attempts.iter().filter_map(|seen| seen.findings.get(id)).collect();
    // What an earlier step of the flow kept from being done is told by that step.
    if !findings.is_empty() && findings.iter().all(|finding| finding.after.is_some()) {
        return None;
    }
    let waived = looked.iter().all(|verdict| matches!(verdict, Verdict::Pass | Verdict::Waived));
    let finding = findings.into_iter().max_by_key(|finding| finding.verdict).cloned();
    Some(Unstable { id: id.to_owned(), passes, judged: looked.len(), waived, verdicts, finding })
}

/// What became of each waiver over all attempts: one attempt that needs it is enough.
fn waivers(results: &[RunResult]) -> Vec<WaiverResult> {
    let Some(first) = results.first() else { return Vec::new() };
    let gravity = |state: WaiverState| match state {
        WaiverState::Unmatched => 0,
        WaiverState::Stale => 1,
        WaiverState::Untold => 2,
        WaiverState::Applied => 3,
        WaiverState::Expired => 4,
    };
    let all = |at: usize| results.iter().filter_map(move |result| result.waivers.get(at));
    (0..first.waivers.len()).filter_map(|at| all(at).max_by_key(|waiver| gravity(waiver.state)).cloned()).collect()
}
