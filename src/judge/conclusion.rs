//! The verdict on the whole: green means tested.

use super::result::{Conclusion, Counts, DriftResult, RequirementResult, Status, WaiverResult};
use crate::contract::Level;
use crate::event::{Part, TargetIdentity};
use crate::verdict::Verdict;

/// What the conclusion rests on.
pub struct Known<'a> {
    /// What was counted.
    pub counts: &'a Counts,
    /// What became of each requirement.
    pub requirements: &'a [RequirementResult],
    /// Checks that count and could not be judged.
    pub undecided: usize,
    /// What became of each waiver.
    pub waivers: &'a [WaiverResult],
    /// In what the answers differ from the accepted ones.
    pub drift: Option<&'a DriftResult>,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
    /// Whether the tool itself failed.
    pub fault_of_tool: bool,
    /// Whether `should` counts.
    pub strict: bool,
    /// What part of a run it is, where it is not the whole.
    pub part: Option<&'a Part>,
}

/// Concludes.
pub fn conclude(known: &Known<'_>) -> Conclusion {
    let checks = &known.counts.checks;
    let unjudged = known.requirements.iter().any(|requirement| {
        let counts = requirement.level == Level::Must || (requirement.level == Level::Should && known.strict);
        counts && requirement.status == Status::NotJudged
    });
    if known.interrupted {
        Conclusion::Interrupted
    } else if known.counts.requests == 0 && !known.fault_of_tool && checks.get(Verdict::Broken) == 0 {
        Conclusion::NothingSent
    } else if checks.fail > 0 || known.waivers.iter().any(|waiver| waiver.state.fails()) || drifted(known, true) > 0 {
        Conclusion::NonConformant
    } else if known.fault_of_tool {
        Conclusion::Internal
    } else if known.undecided > 0 || unjudged || missing(known).is_some() || checks.pass == 0 {
        Conclusion::Inconclusive
    } else if checks.waived > 0 {
        Conclusion::ConformantWithWaivers
    } else {
        Conclusion::Conformant
    }
}

/// The parts of the run that are missing where parts were joined, in words.
fn missing(known: &Known<'_>) -> Option<String> {
    let part = known.part.filter(|part| part.incomplete)?;
    let missing = (1..=part.of).filter(|number| !part.numbers.contains(number)).map(|number| number.to_string());
    let missing: Vec<String> = missing.collect();
    let (noun, verb) = if missing.len() == 1 { ("part", "is") } else { ("parts", "are") };
    Some(format!("{noun} {} of {} {verb} missing", missing.join(", "), part.of))
}

/// The conclusion in a sentence.
pub fn sentence(conclusion: Conclusion, known: &Known<'_>) -> String {
    let (counts, coverage) = (known.counts, &known.counts.requirements);
    let drifts = match drifted(known, false) {
        0 => String::new(),
        drifts => format!("; {} from the accepted answers", several(drifts, "drift", "drifts")),
    };
    let warned = match coverage.broken {
        0 => String::new(),
        broken => {
            format!(", {} only as warnings", several(broken, "requirement is broken", "requirements are broken"))
        }
    };
    match conclusion {
        Conclusion::Conformant => {
            let gaps = gaps(known.requirements);
            format!(
                "every requirement that counts was judged and held{gaps}: {} of {} held{warned}{drifts}",
                coverage.held, coverage.observable
            )
        }
        Conclusion::ConformantWithWaivers => {
            format!(
                "{} of {} requirements held, and {} {} waived, in {}{warned}{drifts}",
                coverage.held,
                coverage.observable,
                coverage.waived,
                if coverage.waived == 1 { "is" } else { "are" },
                several(counts.checks.waived, "check", "checks")
            )
        }
        Conclusion::NonConformant => non_conformant(known),
        Conclusion::NothingSent => "no request was sent, so nothing is known".to_owned(),
        Conclusion::Inconclusive => {
            if let Some(missing) = missing(known) {
                return format!("nothing that was judged failed, but {missing}");
            }
            format!(
                "nothing that was judged failed, but {} could not be judged",
                several(known.undecided.max(1), "check that counts", "checks that count")
            )
        }
        Conclusion::Interrupted => "the run was stopped before its end, and says nothing about the rest".to_owned(),
        Conclusion::Internal => "the tool itself failed; this says nothing about the target".to_owned(),
    }
}

/// What failed, in words: requirements, waivers that are no longer right, or both.
fn non_conformant(known: &Known<'_>) -> String {
    let (checks, broken) = (&known.counts.checks, known.counts.requirements.broken);
    let mut parts = match checks.fail {
        0 => Vec::new(),
        fail => vec![format!(
            "{}, in {}",
            several(broken, "requirement is broken", "requirements are broken"),
            several(fail, "check", "checks")
        )],
    };
    let wrong: Vec<_> = known.waivers.iter().filter(|waiver| waiver.state.fails()).collect();
    let state = |waiver: &&WaiverResult| format!("{} is {}", waiver.waiver.place, waiver.state.word());
    if !wrong.is_empty() {
        let places = wrong.iter().map(state).collect::<Vec<_>>().join(", ");
        parts.push(format!("{}: {places}", several(wrong.len(), "waiver must go", "waivers must go")));
    }
    match drifted(known, true) {
        0 => {}
        drifts => parts.push(format!("{}, which is denied", several(drifts, "drift", "drifts"))),
    }
    parts.join("; ")
}

/// The number of drifts; where `denied`, of those for which the run fails.
fn drifted(known: &Known<'_>, denied: bool) -> usize {
    known.drift.filter(|drift| drift.denied || !denied).map_or(0, |drift| drift.drifts.len())
}

/// So many of something in words, in the one form or the other: `1 check`, `2 checks`.
pub fn several(count: usize, one: &str, many: &str) -> String {
    if count == 1 { format!("1 {one}") } else { format!("{count} {many}") }
}

/// The requirements that the profile declares to be out of reach; each `must` that nothing of showed by its name.
fn gaps(requirements: &[RequirementResult]) -> String {
    let gaps = || requirements.iter().filter(|requirement| requirement.status == Status::Gap);
    let wholly = |requirement: &&RequirementResult| requirement.checks.pass == 0;
    let musts: Vec<&str> =
        gaps().filter(|it| it.level == Level::Must).filter(wholly).map(|it| it.id.as_str()).collect();
    let shoulds = gaps().filter(|it| it.level != Level::Must).filter(wholly).count();
    let partly = gaps().filter(|it| !wholly(it)).count();
    let mut parts = Vec::new();
    if !musts.is_empty() {
        parts.push(format!("must: {}", musts.join(", ")));
    }
    if shoulds > 0 {
        parts.push(format!("{shoulds} of `should`"));
    }
    if partly > 0 {
        parts.push(format!("{partly} in part"));
    }
    if parts.is_empty() { String::new() } else { format!(", but for declared gaps ({})", parts.join("; ")) }
}

/// What every report says of the target beside the conclusion, as it may change what that is worth.
pub fn conditions(target: &TargetIdentity) -> String {
    let mut conditions = String::new();
    if !target.gaps.is_empty() {
        let names: Vec<&str> = target.gaps.iter().map(|gap| gap.name.as_str()).collect();
        conditions.push_str(&format!("; the profile declares {} to be out of reach", names.join(", ")));
    }
    if target.insecure {
        conditions.push_str("; INSECURE, as any certificate was taken");
    }
    conditions
}
