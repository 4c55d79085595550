//! What was proved, and which requirements are guarded by what.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::checks::CheckTrial;
use super::drift::Drifts;
use super::expectations::{Expectation, ExpectationFate};
use super::fate::{Fate, Kind, Trial};
use super::weaknesses::Weakness;
use crate::contract::{Contract, Level};

/// What was proved.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct Proof {
    /// The seed of everything random.
    pub seed: u64,
    /// Identity of the contract, hex.
    pub contract_digest: String,
    /// Identity of the suites, hex.
    pub suites_digest: String,
    /// Whether all faults, mutants and variants were tried.
    pub everything: bool,
    /// Faults and mutants, in the order of their tables.
    pub trials: Vec<Trial>,
    /// Sets of legitimate variants.
    pub freedoms: Vec<FreedomTrial>,
    /// Every expectation of the suites, where they were tried.
    pub expectations: Vec<Expectation>,
    /// Every universal check, taken away in turn; where everything was tried.
    pub checks: Vec<CheckTrial>,
    /// Every requirement that is judged, in the order of the contract.
    pub guards: Vec<Guard>,
    /// What cannot be shown, or is shown by one thing only.
    pub weaknesses: Vec<Weakness>,
    /// What is not as it should be in the clean run.
    pub clean_problems: Vec<String>,
    /// Trials that the tool could not do, and why.
    pub tool_faults: Vec<String>,
    /// Milliseconds.
    pub elapsed_ms: f64,
}

/// One set of variants, tried.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FreedomTrial {
    /// Their ids.
    pub variants: Vec<String>,
    /// What is not as it should be; nothing, if all is well.
    pub problems: Vec<String>,
    /// Where its answers differ from those of a server without any freedom; only of a freedom that is taken alone.
    #[serde(default, skip_serializing_if = "Drifts::is_empty")]
    pub drifts: Drifts,
}

/// What turns a requirement red.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Guard {
    /// The requirement.
    pub id: String,
    /// Its level.
    pub level: Level,
    /// The faults and mutants that name it and turn it red.
    pub killers: Vec<String>,
    /// The flows in which it turned red for one of them.
    pub flows: BTreeSet<String>,
    /// The checks by which it did.
    pub checks: BTreeSet<String>,
}

impl Proof {
    /// The requirements that nothing which names them turns red; only where everything was tried.
    pub fn unguarded(&self) -> impl Iterator<Item = &Guard> {
        self.guards.iter().filter(|guard| self.everything && guard.killers.is_empty())
    }

    /// The sets of variants in which something is wrong.
    pub fn refused(&self) -> impl Iterator<Item = &FreedomTrial> {
        self.freedoms.iter().filter(|trial| !trial.problems.is_empty())
    }

    /// Trials of this kind, and how many of them were caught.
    pub fn score(&self, kind: Kind) -> (usize, usize) {
        let trials = || self.trials.iter().filter(|trial| trial.kind == kind);
        (trials().filter(|trial| trial.is_caught()).count(), trials().count())
    }

    /// The expectations that nothing turns red, or not all that should.
    pub fn idle(&self) -> impl Iterator<Item = &Expectation> {
        self.expectations.iter().filter(|expectation| !expectation.is_well())
    }

    /// How many expectations there are with this fate.
    pub fn expected(&self, fate: ExpectationFate) -> usize {
        self.expectations.iter().filter(|expectation| expectation.fate == fate).count()
    }

    /// The universal checks that could be deleted, and nobody would notice.
    pub fn needless(&self) -> impl Iterator<Item = &CheckTrial> {
        self.checks.iter().filter(|check| check.missed.is_empty())
    }

    /// Whether everything is as it should be.
    pub fn holds(&self) -> bool {
        self.clean_problems.is_empty()
            && self.trials.iter().all(|trial| trial.fate == Fate::Caught)
            && self.unguarded().next().is_none()
            && self.refused().next().is_none()
            && self.idle().next().is_none()
            && self.needless().next().is_none()
    }
}

/// What guards each requirement that a run can break.
pub(super) fn guards(contract: &Contract, trials: &[Trial]) -> Vec<Guard> {
    let judged = contract.requirements().iter();
    let judged = judged.filter(|rule| rule.level != Level::Observe && rule.unobservable.is_none());
    let guard = |rule: &crate::contract::Requirement| {
        let killers: Vec<&Trial> =
            trials.iter().filter(|trial| trial.names.contains(&rule.id) && trial.red.contains_key(&rule.id)).collect();
        let reds = || killers.iter().filter_map(|trial| trial.red.get(&rule.id)).flatten();
        Guard {
            id: rule.id.clone(),
            level: rule.level,
            flows: reds().map(|red| red.flow.clone()).collect(),
            checks: reds().map(|red| red.check.clone()).collect(),
            killers: killers.iter().map(|trial| trial.id.clone()).collect(),
        }
    };
    judged.map(guard).collect()
}
