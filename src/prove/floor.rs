//! The score that is never to fall: a small file beside the sources.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::expectations::{all_by_kind, live_by_kind};
use super::fate::Kind;
use super::proof::Proof;

/// What a proof has to come to at least.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Floor {
    /// The seed of the proof: which sets of variants there are, and which expectations are needed, hangs on it.
    pub seed: u64,
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
    /// Universal checks without which something would be missed.
    pub checks: usize,
    /// Expectations of the suites without which something would be missed, by what they ask.
    pub expectations: BTreeMap<String, usize>,
    /// All expectations of the suites, those included that a neighbour overlaps and those that are for servers which
    /// nothing here plays: none is deleted unseen.
    pub all_expectations: BTreeMap<String, usize>,
}

impl Floor {
    /// What a proof came to.
    pub fn of(proof: &Proof) -> Self {
        let (faults_caught, faults) = proof.score(Kind::Fault);
        let (mutants_caught, mutants) = proof.score(Kind::Mutant);
        Self {
            seed: proof.seed,
            faults,
            faults_caught,
            mutants,
            mutants_caught,
            freedoms: proof.freedoms.len(),
            freedoms_held: proof.freedoms.len() - proof.refused().count(),
            guarded: proof.guards.iter().filter(|guard| !guard.killers.is_empty()).count(),
            checks: proof.checks.len() - proof.needless().count(),
            expectations: live_by_kind(&proof.expectations),
            all_expectations: all_by_kind(&proof.expectations),
        }
    }

    /// Every number with its name.
    pub fn numbers(&self) -> Vec<(String, usize)> {
        let mut numbers: Vec<(String, usize)> = [
            ("faults", self.faults),
            ("faults caught", self.faults_caught),
            ("mutants", self.mutants),
            ("mutants caught", self.mutants_caught),
            ("sets of variants", self.freedoms),
            ("sets of variants with nothing wrong", self.freedoms_held),
            ("requirements guarded", self.guarded),
            ("checks that are needed", self.checks),
        ]
        .map(|(name, number)| (name.to_owned(), number))
        .into();
        let live = self.expectations.iter();
        numbers.extend(live.map(|(kind, count)| (format!("expectations that are needed: {kind}"), *count)));
        let all = self.all_expectations.iter();
        numbers.extend(all.map(|(kind, count)| (format!("expectations: {kind}"), *count)));
        numbers
    }

    /// Where another score is lower: what, how much there has to be, how much there is.
    pub fn fallen(&self, now: &Self) -> Vec<(String, usize, usize)> {
        let now: BTreeMap<String, usize> = now.numbers().into_iter().collect();
        let floor = self.numbers().into_iter();
        let compared = floor.map(|(name, floor)| {
            let now = now.get(&name).copied().unwrap_or_default();
            (name, floor, now)
        });
        compared.filter(|(_, floor, now)| now < floor).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_score_falls_where_one_number_does() {
        let floor = Floor {
            seed: 0,
            faults: 3,
            faults_caught: 3,
            mutants: 5,
            mutants_caught: 5,
            freedoms: 2,
            freedoms_held: 2,
            guarded: 4,
            checks: 1,
            expectations: BTreeMap::from([("is".to_owned(), 7), ("same".to_owned(), 1)]),
            all_expectations: BTreeMap::from([("is".to_owned(), 8)]),
        };
        assert_eq!(floor.fallen(&floor), []);
        let more = BTreeMap::from([("is".to_owned(), 7), ("isnt".to_owned(), 1), ("same".to_owned(), 2)]);
        assert_eq!(floor.fallen(&Floor { mutants: 9, expectations: more, ..floor.clone() }), []);
        let less = BTreeMap::from([("is".to_owned(), 6), ("isnt".to_owned(), 9)]);
        let all = BTreeMap::from([("is".to_owned(), 7)]);
        let now = Floor {
            mutants: 9,
            mutants_caught: 4,
            guarded: 3,
            expectations: less,
            all_expectations: all,
            ..floor.clone()
        };
        let fallen = floor.fallen(&now);
        let fallen: Vec<_> = fallen.iter().map(|(name, floor, now)| (name.as_str(), *floor, *now)).collect();
        assert_eq!(
            fallen,
            [
                ("mutants caught", 5, 4),
                ("requirements guarded", 4, 3),
                ("expectations that are needed: is", 7, 6),
                ("expectations that are needed: same", 1, 0),
                ("expectations: is", 8, 7)
            ]
        );
    }
}
