//! What the checks of a run came to, counted and noted.

use super::Judging;
use crate::contract::Level;
use crate::judge::result::{CheckResult, Tally};
use crate::verdict::{Mismatch, Verdict};

impl Judging<'_> {
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

    pub(super) fn note(&mut self, requirement: &str, seen: &str) {
        let all = self.observed.entry(requirement.to_owned()).or_default();
        if !all.iter().any(|known| known == seen) {
            all.push(seen.to_owned());
        }
    }

    pub(super) fn count(
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
    pub(super) fn tallied(&mut self, requirement: Option<&str>, verdict: Verdict) -> (Verdict, Option<String>) {
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
}
