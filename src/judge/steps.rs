//! Judges one step after another: what the flow wanted, then what every exchange must hold.

use std::collections::{BTreeMap, HashMap};

use crate::check::reused_values::Given;
use crate::check::shown_codes::Seen;
use crate::check::{Judged, Looked, look, reused_values, shown_codes};
use crate::contract::{Contract, Level};
use crate::event::{Blocked, DeclaredGap, StepEvent};
use crate::exchange::{Exchange, FailureKind, Outcome};
use crate::expect::{Assertion, Held, Kind, Test, describe, holds};
use crate::judge::result::{CheckResult, Finding, FlowResult, StepResult, Tally};
use crate::judge::waiving::Waiving;
use crate::verdict::{Mismatch, Place, Verdict};

/// The check id of what a flow asked for.
pub const EXPECT: &str = "expect";
/// Why a value of an answer is not judged.
const ANOTHER_ANSWER: &str = "the answer is not the expected one, so its values tell nothing";

/// What is known while the steps of a run are judged.
pub struct Judging<'a> {
    contract: &'a Contract,
    strict: bool,
    /// The target's codes are always the same, and so no secret.
    pub codes_are_fixed: bool,
    /// What somebody has answered for.
    pub waiving: Waiving,
    /// What the target cannot show, by its profile.
    pub gaps: Vec<DeclaredGap>,
    /// Each flow meets a deployment of its own, so values are compared within flows.
    apart: bool,
    given: HashMap<String, Given>,
    seen: HashMap<String, Seen>,
    tallies: HashMap<String, Tally>,
    observed: BTreeMap<String, Vec<String>>,
    unowned: Tally,
    flows: HashMap<String, Tally>,
    flow: String,
    step: String,
    /// Steps of the flow under way whose only failures are waived, with the id of the first of them.
    forgiven: HashMap<String, String>,
    after: HashMap<(String, String), String>,
    undecided: usize,
}

impl<'a> Judging<'a> {
    /// Nothing is judged yet.
    pub fn new(contract: &'a Contract, strict: bool, apart: bool) -> Self {
        Self {
            contract,
            strict,
            codes_are_fixed: false,
            waiving: Waiving::default(),
            gaps: Vec::new(),
            apart,
            given: HashMap::new(),
            seen: HashMap::new(),
            tallies: HashMap::new(),
            observed: BTreeMap::new(),
            unowned: Tally::default(),
            flows: HashMap::new(),
            flow: String::new(),
            step: String::new(),
            forgiven: HashMap::new(),
            after: HashMap::new(),
            undecided: 0,
        }
    }

    /// The checks of one requirement by verdict.
    pub fn tally(&self, requirement: &str) -> Tally {
        self.tallies.get(requirement).copied().unwrap_or_default()
    }

    /// The checks of one flow by verdict.
    pub fn flow(&self, flow: &str) -> Tally {
        self.flows.get(flow).copied().unwrap_or_default()
    }

    /// What was seen of an `observe`, each kind of answer once.
    pub fn observed(&self, requirement: &str) -> &[String] {
        self.observed.get(requirement).map(Vec::as_slice).unwrap_or_default()
    }

    /// Checks that count for the conclusion and could not be judged.
    pub fn undecided(&self) -> usize {
        self.undecided
    }

    /// All checks by verdict.
    pub fn total(&self) -> Tally {
        let mut total = self.unowned;
        for verdict in Verdict::ALL {
            let sum: usize = self.tallies.values().map(|tally| tally.get(verdict)).sum();
            (0..sum).for_each(|_| total.add(verdict));
        }
        total
    }

    /// Judges a step.
    pub fn step(&mut self, event: StepEvent) -> StepResult {
        let mut checks = Vec::new();
        if self.flow != event.flow {
            self.forgiven.clear();
        }
        self.flow.clone_from(&event.flow);
        self.step.clone_from(&event.step);
        for assertion in &event.assertions {
            self.assertion(assertion, &event, &mut checks);
        }
        for requirement in &event.inapplicable {
            checks.push(self.count(EXPECT, Some(requirement.as_str()), Verdict::NotApplicable, None, None));
        }
        if let Some(blocked) = &event.blocked {
            if let Some(after) = &blocked.after {
                self.after.insert((event.flow.clone(), event.step.clone()), after.clone());
            }
            self.blocked(blocked, &mut checks);
        }
        self.universal(&event, &mut checks);
        self.forgive(&checks);
        let mut exchanges = event.exchanges;
        exchanges.iter_mut().for_each(Exchange::forget_json);
        let verdict = checks.iter().map(|check| check.verdict).max().unwrap_or(Verdict::Pass);
        StepResult {
            step: event.step,
            about: event.about,
            does: event.does,
            place: event.place,
            verdict,
            exchanges,
            checks,
        }
    }

    /// What a step was to show and did not, because it was not done.
    fn blocked(&mut self, blocked: &Blocked, checks: &mut Vec<CheckResult>) {
        let cause = blocked.after.as_ref().and_then(|after| self.forgiven.get(after)).cloned();
        if let Some(cause) = cause {
            return self.after_waived(&cause, &blocked.reason, &blocked.proves, checks);
        }
        if blocked.proves.is_empty() {
            let (verdict, reason) = self.undone(None, blocked);
            checks.push(self.count(EXPECT, None, verdict, None, Some(reason)));
        }
        for requirement in &blocked.proves {
            let judged = checks.iter().any(|check| check.requirement.as_ref() == Some(requirement));
            if !judged {
                let (verdict, reason) = self.undone(Some(requirement), blocked);
                checks.push(self.count(EXPECT, Some(requirement.as_str()), verdict, None, Some(reason)));
            }
        }
    }

    /// The verdict on what was not done: a declared gap, or else blocked.
    fn undone(&self, requirement: Option<&String>, blocked: &Blocked) -> (Verdict, String) {
        match gap(&self.gaps, requirement, Some(blocked)) {
            Some(reason) => (Verdict::Skipped, reason),
            None => (Verdict::Blocked, blocked.reason.clone()),
        }
    }

    /// What cannot be judged after a failure that is waived is waived with it.
    fn after_waived(&mut self, cause: &str, reason: &str, proves: &[String], checks: &mut Vec<CheckResult>) {
        let note = Some(format!("{reason}; that is waived ({cause})"));
        if proves.is_empty() {
            checks.push(self.count(EXPECT, None, Verdict::Waived, None, note.clone()));
        }
        for requirement in proves {
            let judged = checks.iter().any(|check| check.requirement.as_ref() == Some(requirement));
            if !judged {
                self.waiving.follow(cause, format!("{}/{}/{requirement}", self.flow, self.step));
                checks.push(self.count(EXPECT, Some(requirement.as_str()), Verdict::Waived, None, note.clone()));
            }
        }
    }

    /// Notes a step whose failures are all waived: what is not done after it is so for that reason.
    fn forgive(&mut self, checks: &[CheckResult]) {
        if let Some(cause) = self.forgivable(checks) {
            self.forgiven.insert(self.step.clone(), cause);
        }
    }

    /// The id of the first waived result of the step under way, where nothing of it is wrong that is not waived.
    fn forgivable(&self, checks: &[CheckResult]) -> Option<String> {
        let wrong = |verdict| matches!(verdict, Verdict::Fail | Verdict::Broken | Verdict::Blocked);
        if checks.iter().any(|check| wrong(check.verdict)) {
            return None;
        }
        let waived = checks.iter().find(|check| check.verdict == Verdict::Waived)?;
        let name = waived.requirement.as_deref().unwrap_or("step");
        Some(format!("{}/{}/{name}", self.flow, self.step))
    }

    fn assertion(&mut self, assertion: &Assertion, event: &StepEvent, checks: &mut Vec<CheckResult>) {
        // What was refused for want of something that the profile does not give is blocked, not broken.
        let wanting = event.blocked.is_some() && matches!(assertion.test, Test::Answer(_));
        let held = match &event.blocked {
            Some(blocked) if wanting => Held::Unknown(blocked.reason.clone()),
            _ if is_of_another_answer(assertion, event) => {
                if let Some(cause) = self.forgivable(checks) {
                    return self.after_waived(&cause, ANOTHER_ANSWER, &assertion.proves, checks);
                }
                Held::Unknown(ANOTHER_ANSWER.to_owned())
            }
            _ => holds(assertion, &event.exchanges),
        };
        let (verdict_of, mismatch, note): (Box<dyn Fn(Level) -> Verdict>, _, _) = match held {
            Held::Yes => (Box::new(|_| Verdict::Pass), None, None),
            Held::No(mismatch) => {
                let strict = self.strict;
                (Box::new(move |level| broken(level, strict)), Some(mismatch), None)
            }
            Held::Unknown(reason) => {
                let verdict = unknown(event);
                (Box::new(move |_| verdict), None, Some(reason))
            }
        };
        if assertion.proves.is_empty() {
            let verdict = match verdict_of(Level::Must) {
                // A step on the way that shows nothing by itself.
                Verdict::Fail => Verdict::Blocked,
                verdict => verdict,
            };
            let reason = gap(&self.gaps, None, event.blocked.as_ref());
            let (verdict, note) = match reason.filter(|_| verdict == Verdict::Blocked && mismatch.is_none()) {
                Some(reason) => (Verdict::Skipped, Some(reason)),
                _ => (verdict, note),
            };
            checks.push(self.count(EXPECT, None, verdict, mismatch, note));
            return;
        }
        for requirement in &assertion.proves {
            let level = self.contract.requirement(requirement).map_or(Level::Must, |requirement| requirement.level);
            // Nothing can be observed of an answer that did not come.
            if level == Level::Observe && verdict_of(level) != Verdict::Broken {
                let seen = observation(assertion, &event.exchanges, mismatch.is_none());
                self.note(requirement, &seen);
                checks.push(self.count(EXPECT, Some(requirement.as_str()), Verdict::Pass, None, Some(seen)));
                continue;
            }
            let (verdict, note) = match gap_of(&self.gaps, requirement, verdict_of(level), event) {
                Some(reason) => (Verdict::Skipped, Some(reason)),
                None => (verdict_of(level), note.clone()),
            };
            checks.push(self.count(EXPECT, Some(requirement.as_str()), verdict, mismatch.clone(), note));
        }
    }

    fn universal(&mut self, event: &StepEvent, checks: &mut Vec<CheckResult>) {
        let bad_bearer = event
            .assertions
            .iter()
            .any(|assertion| matches!(&assertion.test, Test::Answer(kinds) if kinds.contains(&Kind::Unauthorized)));
        // Which of concurrent calls wins is chance; what holds for them is not counted, so that equal runs count equally.
        let racing = event.assertions.iter().any(|assertion| matches!(assertion.test, Test::AcceptedAtMost(_)));
        let scope = if self.apart { event.flow.clone() } else { String::new() };
        for exchange in &event.exchanges {
            let wrong_field = event.wrong_field.as_deref();
            let Some(looked) = Looked::new(self.contract, exchange, bad_bearer, wrong_field) else { continue };
            let mut all = look(&looked);
            let reused = self.given.entry(scope.clone()).or_default().look(&looked);
            all.extend(reused.into_iter().map(|judged| (reused_values::CHECK.id, judged)));
            if !self.codes_are_fixed {
                let shown = self.seen.entry(scope.clone()).or_default().look(&looked);
                all.extend(shown.into_iter().map(|judged| (shown_codes::CHECK.id, judged)));
            }
            for (id, Judged { requirement, mismatch, seen }) in all {
                seen.iter().for_each(|seen| self.note(requirement, seen));
                if racing && mismatch.is_none() {
                    continue;
                }
                let level = || self.contract.requirement(requirement).map_or(Level::Must, |known| known.level);
                let verdict = if mismatch.is_none() { Verdict::Pass } else { broken(level(), self.strict) };
                // Those that passed are counted and not kept.
                if verdict == Verdict::Pass {
                    self.tallied(Some(requirement), verdict);
                } else {
                    checks.push(self.count(id, Some(requirement), verdict, mismatch, None));
                }
            }
        }
    }

    fn note(&mut self, requirement: &str, seen: &str) {
        let all = self.observed.entry(requirement.to_owned()).or_default();
        if !all.iter().any(|known| known == seen) {
            all.push(seen.to_owned());
        }
    }

    fn count(
        &mut self,
        check: &str,
        requirement: Option<&str>,
        verdict: Verdict,
        mismatch: Option<Mismatch>,
        note: Option<String>,
    ) -> CheckResult {
        let (verdict, by) = self.tallied(requirement, verdict);
        let note = by.or(note);
        CheckResult { check: check.to_owned(), requirement: requirement.map(str::to_owned), verdict, mismatch, note }
    }

    /// Counts what one check came to; its verdict where waivers are taken into account, and by whom it is waived.
    fn tallied(&mut self, requirement: Option<&str>, verdict: Verdict) -> (Verdict, Option<String>) {
        let (verdict, by) = match requirement {
            Some(requirement) => self.waiving.verdict(&self.flow, &self.step, requirement, verdict),
            None => (verdict, None),
        };
        // Most are known, and a name is copied only for those that are not.
        match self.flows.get_mut(&self.flow) {
            Some(tally) => tally.add(verdict),
            None => self.flows.entry(self.flow.clone()).or_default().add(verdict),
        }
        match requirement {
            Some(requirement) => match self.tallies.get_mut(requirement) {
                Some(tally) => tally.add(verdict),
                None => self.tallies.entry(requirement.to_owned()).or_default().add(verdict),
            },
            None => self.unowned.add(verdict),
        }
        let weighs = || {
            requirement.and_then(|id| self.contract.requirement(id)).is_some_and(|requirement| {
                requirement.level == Level::Must || (requirement.level == Level::Should && self.strict)
            })
        };
        // An answer that did not come is one that every universal check would have looked at.
        let undecided = match verdict {
            Verdict::Broken => true,
            Verdict::Blocked => weighs(),
            Verdict::Pass
            | Verdict::NotApplicable
            | Verdict::Skipped
            | Verdict::Waived
            | Verdict::Warn
            | Verdict::Fail => false,
        };
        self.undecided += usize::from(undecided);
        (verdict, by)
    }

    /// Everything that is not as it should be, the gravest first, else in the order of the flows.
    pub fn findings(&self, flows: &[FlowResult]) -> Vec<Finding> {
        let mut findings = Vec::new();
        for flow in flows {
            for step in &flow.steps {
                findings.extend(step.checks.iter().filter_map(|check| self.finding(flow, step, check)));
            }
        }
        let gravity = |finding: &Finding| match finding.verdict {
            Verdict::Fail => 0,
            Verdict::Warn => 1,
            Verdict::Broken => 2,
            Verdict::Waived => 4,
            Verdict::Blocked | Verdict::Skipped | Verdict::NotApplicable | Verdict::Pass => 3,
        };
        findings.sort_by_key(gravity);
        findings
    }

    fn finding(&self, flow: &FlowResult, step: &StepResult, check: &CheckResult) -> Option<Finding> {
        match check.verdict {
            Verdict::Fail | Verdict::Warn | Verdict::Broken | Verdict::Blocked | Verdict::Waived => {}
            Verdict::Pass | Verdict::NotApplicable | Verdict::Skipped => return None,
        }
        let name = check.requirement.as_deref().unwrap_or("step");
        Some(Finding {
            id: format!("{}/{}/{name}", flow.id, step.step),
            verdict: check.verdict,
            requirement: check.requirement.clone(),
            suite: flow.suite.clone(),
            flow: flow.id.clone(),
            step: step.step.clone(),
            about: step.about.clone(),
            does: step.does.clone(),
            place: step.place.clone(),
            mismatch: check.mismatch.clone(),
            reason: check.note.clone(),
            after: self.after.get(&(flow.id.clone(), step.step.clone())).cloned(),
            exchange: step.exchanges.last().map(Exchange::abridged),
        })
    }
}

/// A step that stands for a flow which the tool itself could not run.
pub fn fault(reason: String) -> StepResult {
    let check = CheckResult {
        check: EXPECT.to_owned(),
        requirement: None,
        verdict: Verdict::Broken,
        mismatch: None,
        note: Some(reason),
    };
    StepResult {
        step: "0".to_owned(),
        about: None,
        does: "run the flow".to_owned(),
        place: Place::default(),
        verdict: Verdict::Broken,
        exchanges: Vec::new(),
        checks: vec![check],
    }
}

/// Why something that could not be judged need not be, by the profile: its requirement is a declared gap, or what was
/// lacking is one. A failure is no gap, whatever was declared.
fn gap(gaps: &[DeclaredGap], requirement: Option<&String>, blocked: Option<&Blocked>) -> Option<String> {
    let lacks = blocked.and_then(|blocked| blocked.lacks.as_ref());
    let named = |name: Option<&String>| gaps.iter().find(|gap| Some(&gap.name) == name);
    let gap = named(requirement).or_else(|| named(lacks))?;
    Some(format!("a declared gap, `{}`: {}", gap.name, gap.reason))
}

fn gap_of(gaps: &[DeclaredGap], requirement: &String, verdict: Verdict, event: &StepEvent) -> Option<String> {
    if verdict == Verdict::Blocked { gap(gaps, Some(requirement), event.blocked.as_ref()) } else { None }
}

fn broken(level: Level, strict: bool) -> Verdict {
    match level {
        Level::Must => Verdict::Fail,
        Level::Should if strict => Verdict::Fail,
        Level::Should => Verdict::Warn,
        Level::Observe => Verdict::Pass,
    }
}

/// Whether an assertion is about a value of an answer that the step did not expect at all.
fn is_of_another_answer(assertion: &Assertion, event: &StepEvent) -> bool {
    let is_expectation = |first: &&Assertion| matches!(first.test, Test::Answer(_));
    matches!(assertion.test, Test::At { .. })
        && event
            .assertions
            .first()
            .filter(is_expectation)
            .is_some_and(|expected| matches!(holds(expected, &event.exchanges), Held::No(_)))
}

/// No usable answer is broken; an answer that tells nothing about this is blocked. Where the target may
/// close the connection, that says nothing at all.
fn unknown(event: &StepEvent) -> Verdict {
    let failure = event.exchanges.iter().find_map(|exchange| match &exchange.outcome {
        Outcome::Failure(failure) => Some(failure.kind),
        Outcome::Answer(_) => None,
    });
    match failure {
        Some(FailureKind::Broken | FailureKind::Timeout) if event.may_close => Verdict::NotApplicable,
        Some(_) => Verdict::Broken,
        None => Verdict::Blocked,
    }
}

fn observation(assertion: &Assertion, exchanges: &[Exchange], held: bool) -> String {
    match &assertion.test {
        Test::Same(..) => if held { "the same" } else { "different" }.to_owned(),
        Test::Differ(..) => if held { "different" } else { "the same" }.to_owned(),
        Test::Answer(_) => {
            exchanges.last().and_then(Exchange::response).map_or_else(|| "no answer".to_owned(), describe)
        }
        Test::At { pointer, .. } => {
            let body = exchanges.last().and_then(Exchange::response).and_then(|response| response.json());
            let value = body.and_then(|body| body.pointer(pointer));
            value
                .map_or_else(|| format!("no {pointer}"), |value| format!("{pointer} is {}", crate::expect::show(value)))
        }
        Test::AcceptedAtMost(_) | Test::Came { .. } => {
            if held { "it came so" } else { "it did not come so" }.to_owned()
        }
    }
}
