//! What became of each requirement, and how many were judged.

use std::collections::BTreeSet;

use super::conclusion::several;
use super::result::{Coverage, RequirementResult, Status, Tally};
use super::steps::Judging;
use crate::check::{is_universal, learned_by};
use crate::contract::{Contract, Level, Requirement};
use crate::event::RunStarted;

/// Every requirement of the contract, in its order.
pub fn judge(judging: &Judging<'_>, contract: &Contract, start: &RunStarted) -> Vec<RequirementResult> {
    let planned: BTreeSet<&str> = start.flows.iter().flat_map(|flow| flow.proves.iter().map(String::as_str)).collect();
    let one = |requirement: &Requirement| {
        let unseen = unseen(&requirement.id, start);
        let tally = judging.tally(&requirement.id);
        // What passed because nothing could be seen is no pass.
        let checks = if unseen && tally.fail + tally.warn + tally.waived == 0 { Tally::default() } else { tally };
        let seen = judging.observed(&requirement.id);
        let gap = declared(requirement, start);
        let (status, note) =
            status(requirement, checks, seen, planned.contains(requirement.id.as_str()), start.partial, gap);
        RequirementResult {
            id: requirement.id.clone(),
            level: requirement.level,
            kind: requirement.kind,
            operation: requirement.operation.clone(),
            says: requirement.says.clone(),
            source: requirement.source.clone(),
            refs: requirement.refs.clone(),
            status,
            note,
            checks,
        }
    };
    contract.requirements().iter().map(one).collect()
}

fn status(
    requirement: &Requirement,
    checks: Tally,
    seen: &[String],
    planned: bool,
    partial: bool,
    gap: Option<&str>,
) -> (Status, Option<String>) {
    let note = |text: &str| Some(text.to_owned());
    if let Some(why) = &requirement.unobservable {
        return (Status::Unobservable, Some(why.clone()));
    }
    if requirement.level == Level::Observe && checks.pass > 0 {
        let seen = (!seen.is_empty()).then(|| seen.join("; "));
        return (Status::Observed, seen);
    }
    if checks.fail + checks.warn > 0 {
        return (Status::Broken, None);
    }
    if checks.waived > 0 {
        return (Status::Waived, Some(several(checks.waived, "check is waived", "checks are waived")));
    }
    let undecided = checks.blocked + checks.broken;
    if undecided == 0 && checks.skipped > 0 {
        let held = match checks.pass {
            0 => String::new(),
            pass => format!("{} held, and ", several(pass, "check", "checks")),
        };
        let reason = gap.unwrap_or("what the target lacks is a declared gap");
        let were = several(checks.skipped, "was left out", "were left out");
        return (Status::Gap, Some(format!("{held}{were}: {reason}")));
    }
    match (checks.pass, undecided, checks.not_applicable) {
        (0, 0, 0) if gap.is_some() => (Status::Gap, gap.map(str::to_owned)),
        (0, 0, 0) if planned => (Status::NotJudged, note("no step that shows it was reached")),
        (0, 0, 0) if partial => (Status::NotSelected, None),
        (0, 0, 0) if !is_universal(&requirement.id) => (Status::NotJudged, note("no flow shows it")),
        (0, 0, 0) => (Status::NoOccasion, note("nothing in the run gave an occasion to look at it")),
        (0, 0, _) => (Status::NotApplicable, note("the target made another choice that the contract leaves open")),
        (0, undecided, _) => {
            let checks = several(undecided, "check", "checks");
            (Status::NotJudged, Some(format!("{checks} could not be judged, and none was")))
        }
        (pass, 0, _) if pass > 0 => (Status::Held, None),
        (pass, undecided, _) => {
            let held = several(pass, "check", "checks");
            (Status::NotJudged, Some(format!("{held} held, and {undecided} could not be judged")))
        }
    }
}

/// Why a requirement need not be judged, by the profile: it is a declared gap itself, or that is by which the secret
/// would be learned that it is about, or fixed codes are, and they cannot show it.
fn declared<'a>(requirement: &Requirement, start: &'a RunStarted) -> Option<&'a str> {
    let hidden = start.target.fixed_codes && requirement.fixed_code.is_some();
    let unlearned = learned_by(&requirement.id).filter(|_| unseen(&requirement.id, start));
    start
        .target
        .gap(&requirement.id)
        .or_else(|| start.target.gap(unlearned?))
        .or_else(|| start.target.gap("fixed-code").filter(|_| hidden))
}

/// Whether the secret that a requirement is about is never learned with this profile.
fn unseen(requirement: &str, start: &RunStarted) -> bool {
    learned_by(requirement).is_some_and(|capability| start.target.learns_no.iter().any(|lacking| lacking == capability))
}

/// Counts `must` and `should` requirements by status.
pub fn coverage(requirements: &[RequirementResult]) -> Coverage {
    let mut coverage = Coverage::default();
    for requirement in requirements.iter().filter(|requirement| requirement.level != Level::Observe) {
        coverage.observable += usize::from(requirement.status != Status::Unobservable);
        match requirement.status {
            Status::Held => coverage.held += 1,
            Status::Broken => coverage.broken += 1,
            Status::Waived => coverage.waived += 1,
            Status::NotApplicable => coverage.not_applicable += 1,
            Status::Gap => coverage.gaps += 1,
            Status::NotJudged | Status::NoOccasion | Status::NotSelected | Status::Unobservable | Status::Observed => {}
        }
    }
    coverage.judged = coverage.held + coverage.broken + coverage.waived;
    coverage.not_judged = coverage.observable - coverage.judged;
    coverage
}
