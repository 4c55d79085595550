//! The verdict on the whole: green means tested.

use super::result::{Conclusion, Counts, RequirementResult, Status};
use crate::contract::Level;
use crate::verdict::Verdict;

/// What the conclusion rests on.
pub struct Known<'a> {
    /// What was counted.
    pub counts: &'a Counts,
    /// What became of each requirement.
    pub requirements: &'a [RequirementResult],
    /// Checks that count and could not be judged.
    pub undecided: usize,
    /// Whether the run was stopped before its end.
    pub interrupted: bool,
    /// Whether the tool itself failed.
    pub fault_of_tool: bool,
    /// Whether `should` counts.
    pub strict: bool,
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
    } else if checks.fail > 0 {
        Conclusion::NonConformant
    } else if known.fault_of_tool {
        Conclusion::Internal
    } else if known.undecided > 0 || unjudged || checks.pass == 0 {
        Conclusion::Inconclusive
    } else {
        Conclusion::Conformant
    }
}

/// The conclusion in a sentence.
pub fn sentence(conclusion: Conclusion, counts: &Counts, undecided: usize) -> String {
    let coverage = &counts.requirements;
    let several =
        |count: usize, one: &str, many: &str| if count == 1 { format!("1 {one}") } else { format!("{count} {many}") };
    match conclusion {
        Conclusion::Conformant => {
            let warned = match coverage.broken {
                0 => String::new(),
                broken => format!(
                    ", {} only as warnings",
                    several(broken, "requirement is broken", "requirements are broken")
                ),
            };
            format!(
                "every requirement that counts was judged and held: {} of {} held{warned}",
                coverage.held, coverage.observable
            )
        }
        Conclusion::NonConformant => {
            format!(
                "{}, in {}",
                several(coverage.broken, "requirement is broken", "requirements are broken"),
                several(counts.checks.fail, "check", "checks")
            )
        }
        Conclusion::NothingSent => "no request was sent, so nothing is known".to_owned(),
        Conclusion::Inconclusive => {
            format!(
                "nothing that was judged failed, but {} could not be judged",
                several(undecided.max(1), "check that counts", "checks that count")
            )
        }
        Conclusion::Interrupted => "the run was stopped before its end, and says nothing about the rest".to_owned(),
        Conclusion::Internal => "the tool itself failed; this says nothing about the target".to_owned(),
    }
}
