//! Judges one step after another: what the flow wanted, then what every exchange must hold.

mod alone;
mod counting;
mod findings;
mod telling;
mod told;

use std::collections::BTreeMap;

pub use alone::Alone;
use alone::{Looks, sent};
pub use findings::fault;
use hashbrown::HashMap;
use telling::{broken, gap, gap_of, observation, unknown};
pub use told::Told;

use crate::check::reused_values::Given;
use crate::check::shown_codes::Seen;
use crate::check::{Judged, Looked, reused_values, shown_codes};
use crate::contract::{Contract, Level};
use crate::event::{Blocked, DeclaredGap, StepEvent};
use crate::exchange::Exchange;
use crate::expect::{Assertion, Held, Test};
use crate::judge::result::{CheckResult, StepResult, Tally};
use crate::judge::waiving::Waiving;
use crate::verdict::Verdict;

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

    /// Judges a step, of which is told by itself already.
    pub fn step(&mut self, event: StepEvent, alone: Alone<'a>) -> StepResult {
        let mut checks = Vec::new();
        if self.flow != event.flow {
            self.forgiven.clear();
        }
        self.flow.clone_from(&event.flow);
        self.step.clone_from(&event.step);
        for (assertion, held) in event.assertions.iter().zip(alone.held) {
            self.assertion(assertion, held, &event, &mut checks);
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
        self.universal(&event, alone.looks, &mut checks);
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

    fn assertion(
        &mut self,
        assertion: &Assertion,
        held: Option<Held>,
        event: &StepEvent,
        checks: &mut Vec<CheckResult>,
    ) {
        // What was refused for want of something that the profile does not give is blocked, not broken.
        let wanting = event.blocked.is_some() && matches!(assertion.test, Test::Answer(_));
        let held = match (&event.blocked, held) {
            (Some(blocked), _) if wanting => Held::Unknown(blocked.reason.clone()),
            (_, Some(held)) => held,
            (_, None) => {
                if let Some(cause) = self.forgivable(checks) {
                    return self.after_waived(&cause, ANOTHER_ANSWER, &assertion.proves, checks);
                }
                Held::Unknown(ANOTHER_ANSWER.to_owned())
            }
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

    fn universal(&mut self, event: &StepEvent, looks: Vec<Looks<'a>>, checks: &mut Vec<CheckResult>) {
        let sent = sent(event);
        // Which of concurrent calls wins is chance; what holds for them is not counted, so that equal runs count equally.
        let racing = event.assertions.iter().any(|assertion| matches!(assertion.test, Test::AcceptedAtMost(_)));
        let scope = if self.apart { event.flow.clone() } else { String::new() };
        for (exchange, Looks { held, told: mut all }) in event.exchanges.iter().zip(looks) {
            let Some(looked) = Looked::new(self.contract, exchange, sent, event.wrong_field.as_deref()) else {
                continue;
            };
            let reused = self.given.entry(scope.clone()).or_default().look(&looked);
            all.extend(reused.into_iter().map(|judged| (reused_values::CHECK.id, judged)));
            if !self.codes_are_fixed {
                let shown = self.seen.entry(scope.clone()).or_default().look(&looked);
                all.extend(shown.into_iter().map(|judged| (shown_codes::CHECK.id, judged)));
            }
            if !racing {
                for requirement in held {
                    self.tallied(Some(requirement), Verdict::Pass);
                }
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
}
