//! The score that is never to fall: a small file beside the sources.

use serde::{Deserialize, Serialize};

use super::fate::Kind;
use super::proof::Proof;

/// What a proof has to come to at least.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// Faults that were tried.
    pub faults: usize,
    /// Faults that were caught.
    pub faults_caught: usize,
    /// Mutants that were tried.
    pub mutants: usize,
    /// Mutants that were caught.
    pub mutants_caught: usize,
    /// Sets of variants that were tried.
    pub freedoms: usize,
    /// Sets of variants in which nothing was wrong.
    pub freedoms_held: usize,
    /// Requirements that something which names them turned red.
    pub guarded: usize,
}

impl Floor {
    /// What a proof came to.
    pub fn of(proof: &Proof) -> Self {
        let (faults_caught, faults) = proof.score(Kind::Fault);
        let (mutants_caught, mutants) = proof.score(Kind::Mutant);
        Self {
            faults,
            faults_caught,
            mutants,
            mutants_caught,
            freedoms: proof.freedoms.len(),
            freedoms_held: proof.freedoms.len() - proof.refused().count(),
            guarded: proof.guards.iter().filter(|guard| !guard.killers.is_empty()).count(),
        }
    }

    /// Every number with its name.
    pub fn numbers(&self) -> [(&'static str, usize); 7] {
        [
            ("faults", self.faults),
            ("faults caught", self.faults_caught),
            ("mutants", self.mutants),
            ("mutants caught", self.mutants_caught),
            ("sets of variants", self.freedoms),
            ("sets of variants with nothing wrong", self.freedoms_held),
            ("requirements guarded", self.guarded),
        ]
    }

    /// Where another score is lower: what, how much there has to be, how much there is.
    pub fn fallen(&self, now: &Self) -> Vec<(&'static str, usize, usize)> {
        let pairs = self.numbers().into_iter().zip(now.numbers());
        pairs.filter(|((_, floor), (_, now))| now < floor).map(|((name, floor), (_, now))| (name, floor, now)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_falls_where_one_number_does() {
        let floor = Floor {
            faults: 3,
            faults_caught: 3,
            mutants: 5,
            mutants_caught: 5,
            freedoms: 2,
            freedoms_held: 2,
            guarded: 4,
        };
        assert_eq!(floor.fallen(&floor), []);
        assert_eq!(floor.fallen(&Floor { mutants: 9, mutants_caught: 9, ..floor }), []);
        let fallen = floor.fallen(&Floor { mutants: 9, mutants_caught: 4, guarded: 3, ..floor });
        assert_eq!(fallen, [("mutants caught", 5, 4), ("requirements guarded", 4, 3)]);
    }
}
