//! What was counted.

use serde::{Deserialize, Serialize};

use crate::verdict::Verdict;

/// What was counted; checks by verdict, requirements by status.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Counts {
    /// Requests that were sent.
    pub requests: usize,
    /// Answers with 429 that were waited out.
    pub throttled: usize,
    /// Milliseconds of these waits together; those of flows side by side are counted each.
    #[serde(default)]
    pub throttled_ms: u64,
    /// Requests that were sent again because there had been no connection, once for each time.
    #[serde(default)]
    pub reconnected: usize,
    /// Checks by verdict: one check is one requirement looked at on one step or answer.
    pub checks: Tally,
    /// Flows by their worst verdict.
    pub flows: Tally,
    /// `must` and `should` requirements by status.
    pub requirements: Coverage,
}

/// Numbers by verdict.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Tally {
    /// Passed.
    pub pass: usize,
    /// Broken `must`, or `should` under `--strict`.
    pub fail: usize,
    /// Broken `should`.
    pub warn: usize,
    /// What it needs was never obtained.
    pub blocked: usize,
    /// No usable answer.
    pub broken: usize,
    /// Not selected, or a declared gap.
    pub skipped: usize,
    /// Waived failures.
    pub waived: usize,
    /// Does not apply to this target.
    pub not_applicable: usize,
}

impl Tally {
    /// Counts one more.
    pub fn add(&mut self, verdict: Verdict) {
        *self.slot(verdict) += 1;
    }

    /// The number for a verdict.
    pub fn get(&self, verdict: Verdict) -> usize {
        let mut copy = *self;
        *copy.slot(verdict)
    }

    /// The worst verdict of one that was judged. What was left out does not hide what was looked at, and is the worst
    /// only where there is nothing else; nothing where nothing was counted.
    pub fn worst(&self) -> Option<Verdict> {
        let has = |verdict: &Verdict| self.get(*verdict) > 0;
        let unjudged = [Verdict::Skipped, Verdict::NotApplicable];
        let judged = Verdict::ALL.into_iter().rev().filter(has).find(|verdict| !unjudged.contains(verdict));
        judged.or_else(|| unjudged.into_iter().find(has))
    }

    fn slot(&mut self, verdict: Verdict) -> &mut usize {
        match verdict {
            Verdict::Pass => &mut self.pass,
            Verdict::Fail => &mut self.fail,
            Verdict::Warn => &mut self.warn,
            Verdict::Blocked => &mut self.blocked,
            Verdict::Broken => &mut self.broken,
            Verdict::Skipped => &mut self.skipped,
            Verdict::Waived => &mut self.waived,
            Verdict::NotApplicable => &mut self.not_applicable,
        }
    }
}

/// `must` and `should` requirements by status.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Coverage {
    /// All of them that HTTP can show.
    pub observable: usize,
    /// Judged: held, broken or waived.
    pub judged: usize,
    /// Judged, and held.
    pub held: usize,
    /// Judged, and broken.
    pub broken: usize,
    /// Broken, or not judged after what is broken, and waived.
    pub waived: usize,
    /// Not judged, for whatever reason.
    pub not_judged: usize,
    /// Of those not judged: do not apply to a choice that the target made.
    pub not_applicable: usize,
    /// Of those not judged: declared gaps of the profile.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub gaps: usize,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "the signature is that of serde")]
fn is_zero(count: &usize) -> bool {
    *count == 0
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::none(Tally::default(), None)]
    #[case::held(Tally { pass: 3, skipped: 1, not_applicable: 1, ..Tally::default() }, Some(Verdict::Pass))]
    #[case::left_out(Tally { skipped: 1, not_applicable: 1, ..Tally::default() }, Some(Verdict::Skipped))]
    #[case::failed(Tally { pass: 3, fail: 1, broken: 2, ..Tally::default() }, Some(Verdict::Fail))]
    #[case::open(Tally { pass: 3, blocked: 1, skipped: 2, ..Tally::default() }, Some(Verdict::Blocked))]
    fn what_was_left_out_hides_nothing(#[case] checks: Tally, #[case] verdict: Option<Verdict>) {
        assert_eq!(checks.worst(), verdict);
    }
}
