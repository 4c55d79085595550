//! Takes each universal check away in turn: something that only it sees must then survive.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::bench::Bench;
use super::fate::{Kind, Trial};
use super::met::Met;
use super::mutants::Mutant;
use super::run::try_mutant;

/// How many mutants that a check alone seems to see are tried without it.
const TRIES: usize = 12;

/// What a proof without one universal check would have missed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct CheckTrial {
    /// The check.
    pub id: String,
    /// Faults, and where there is none, a mutant, that nothing else sees. Where there is none of either, the check could
    /// be deleted and nobody would notice.
    pub missed: Vec<String>,
}

/// What may survive without a check.
pub(super) struct Candidates {
    /// Faults whose rule it alone turned red; all their flows were run.
    faults: Vec<String>,
    /// Mutants that it alone was seen to catch, before other flows were run.
    mutants: Vec<Arc<Mutant>>,
}

/// The trials that a check alone was seen to catch; the mutants that few flows meet come first.
pub(super) fn candidates(check: &str, trials: &[Trial], mutants: &[Arc<Mutant>], met: &Met) -> Candidates {
    let alone = |trial: &&Trial| {
        let mut reds = trial.wanted().iter().filter_map(|named| trial.red.get(named)).flatten().peekable();
        trial.is_caught() && reds.peek().is_some() && reds.all(|red| red.check == check)
    };
    let seen: Vec<&Trial> = trials.iter().filter(alone).collect();
    let faults = seen.iter().filter(|trial| trial.kind == Kind::Fault).map(|trial| trial.id.clone()).collect();
    let mut mutants: Vec<&Arc<Mutant>> =
        mutants.iter().filter(|mutant| seen.iter().any(|trial| trial.id == mutant.id)).collect();
    mutants.sort_by_key(|mutant| met.get(&mutant.operation, &mutant.when).map_or(0, |meeting| meeting.flows.len()));
    Candidates { faults, mutants: mutants.into_iter().take(TRIES).cloned().collect() }
}

/// Tries what a check alone was seen to catch, without it.
pub(super) async fn try_without(bench: &Bench, met: &Met, check: &'static str, candidates: Candidates) -> CheckTrial {
    let mut missed = candidates.faults;
    if missed.is_empty() {
        let bench = bench.without(check);
        for mutant in candidates.mutants {
            let trial = try_mutant(&bench, met, &mutant).await;
            if !trial.is_caught() {
                missed.push(trial.id);
                break;
            }
        }
    }
    CheckTrial { id: check.to_owned(), missed }
}
