//! Tries one expectation of one recorded step: what turns red for a change with it, and what without it.

use std::collections::BTreeSet;

use super::ExpectationFate;
use super::answers::Answers;
use super::changes::{Changed, changes};
use crate::contract::{Contract, Level};
use crate::event::StepEvent;
use crate::expect::{Assertion, Kind, Test};
use crate::judge::judge_step;
use crate::judge::result::{CheckResult, StepResult};
use crate::verdict::Verdict;

/// What came of trying.
#[derive(Debug, Clone)]
pub(super) struct Tried {
    pub(super) fate: ExpectationFate,
    /// The change that decided.
    pub(super) change: String,
    pub(super) overlapped_by: BTreeSet<String>,
    pub(super) mutants: usize,
    pub(super) caught: usize,
}

/// What one change turns red.
enum Seen {
    /// It is no other observation, where nothing more is asked.
    NothingNew,
    Nothing,
    WithOthers(BTreeSet<String>),
    Alone,
}

/// Tries every change that breaks the expectation of this index.
pub(super) fn try_expectation(event: &StepEvent, index: usize, answers: &Answers, contract: &Contract) -> Tried {
    let fate = ExpectationFate::Dead;
    let (change, overlapped_by) = (String::new(), BTreeSet::new());
    let mut tried = Tried { fate, change, overlapped_by, mutants: 0, caught: 0 };
    for changed in changes(event, index, answers) {
        let seen = look(event, &changed, index, contract);
        tried.mutants += usize::from(!matches!(seen, Seen::NothingNew));
        let (fate, by) = match seen {
            Seen::NothingNew | Seen::Nothing => continue,
            Seen::WithOthers(by) => (ExpectationFate::Overlapped, by),
            Seen::Alone => (ExpectationFate::Live, BTreeSet::new()),
        };
        tried.caught += 1;
        if fate > tried.fate {
            (tried.fate, tried.change, tried.overlapped_by) = (fate, changed.about, by);
        }
    }
    tried
}

fn look(event: &StepEvent, changed: &Changed, index: usize, contract: &Contract) -> Seen {
    let assertion = &event.assertions[index];
    let judged = judge_step(changed.event.clone(), contract);
    let own = own_checks(&judged, &changed.event.assertions, index);
    let wanted = wanted(assertion, contract);
    if wanted.is_empty() && !assertion.proves.is_empty() {
        // What is only observed never turns red; another observation is what it is for.
        let before = judge_step(event.clone(), contract);
        let before = own_checks(&before, &event.assertions, index);
        let differs = own.iter().zip(before).any(|(now, before)| now.note != before.note);
        return if differs { Seen::Alone } else { Seen::NothingNew };
    }
    let is_red = |check: &CheckResult| match &check.requirement {
        Some(requirement) => !wanted.contains(requirement) || check.verdict == Verdict::Fail,
        // An answer on the way shows nothing by itself, but the flow ends there.
        None => check.verdict == Verdict::Blocked,
    };
    if own.is_empty() || !own.iter().all(is_red) {
        return Seen::Nothing;
    }
    let without = without(&changed.event, index);
    others(&judge_step(without.clone(), contract), &without.assertions, &wanted)
}

/// Whether all that an expectation shows is red without it as well, and for what.
fn others(judged: &StepResult, assertions: &[Assertion], wanted: &BTreeSet<String>) -> Seen {
    let mut by = BTreeSet::new();
    let mut missed: BTreeSet<&String> = wanted.iter().collect();
    let of_assertions: usize = assertions.iter().map(checks_of).sum();
    for (at, check) in judged.checks.iter().enumerate().filter(|(_, check)| check.verdict == Verdict::Fail) {
        let Some(requirement) = check.requirement.as_ref().filter(|requirement| wanted.contains(*requirement)) else {
            continue;
        };
        missed.remove(requirement);
        by.insert(if at < of_assertions { place_of(at, assertions) } else { format!("check {}", check.check) });
    }
    if wanted.is_empty() || !missed.is_empty() { Seen::Alone } else { Seen::WithOthers(by) }
}

/// Where the expectation stands that a check belongs to.
fn place_of(at: usize, assertions: &[Assertion]) -> String {
    let mut end = 0;
    let holder = assertions.iter().find(|assertion| {
        end += checks_of(assertion);
        at < end
    });
    holder.map_or_else(String::new, |assertion| assertion.place.to_string())
}

/// The requirements that have to turn red.
fn wanted(assertion: &Assertion, contract: &Contract) -> BTreeSet<String> {
    let level = |id: &String| contract.requirement(id).map_or(Level::Must, |rule| rule.level);
    assertion.proves.iter().filter(|id| level(id) != Level::Observe).cloned().collect()
}

/// The checks that are about one expectation: a step's result has those of its expectations first, in their order.
fn own_checks<'r>(judged: &'r StepResult, assertions: &[Assertion], index: usize) -> &'r [CheckResult] {
    let before: usize = assertions[..index].iter().map(checks_of).sum();
    judged.checks.get(before..before + checks_of(&assertions[index])).unwrap_or_default()
}

fn checks_of(assertion: &Assertion) -> usize {
    assertion.proves.len().max(1)
}

/// The step as it is when the expectation is deleted.
pub(super) fn without(event: &StepEvent, index: usize) -> StepEvent {
    let mut event = event.clone();
    match &mut event.assertions[index].test {
        // A call always expects something; what expects nothing is `open`.
        Test::Answer(kinds) if index == 0 => *kinds = vec![Kind::Open],
        _ => drop(event.assertions.remove(index)),
    }
    event
}
