//! Findings that say the same thing, put together. The order of the findings is kept.

use crate::judge::result::Finding;
use crate::verdict::Verdict;

/// All findings of a run, grouped.
pub(super) struct Groups<'a> {
    /// What has to be shown in full.
    pub(super) blocks: Vec<Block<'a>>,
    /// What could not be judged because something was never obtained, by what that was.
    pub(super) gaps: Vec<Gap<'a>>,
    /// What was only not done because an earlier step of its flow failed.
    pub(super) aftermaths: Vec<Aftermath<'a>>,
}

/// One finding, and others that differ from it in nothing but where they are. Blocks of one requirement stand
/// together.
pub(super) struct Block<'a> {
    /// The first.
    pub(super) first: &'a Finding,
    /// The others.
    pub(super) others: Vec<&'a Finding>,
}

/// Steps that were not done for the same reason.
pub(super) struct Gap<'a> {
    /// What was missing, without what it was missing for.
    pub(super) reason: &'a str,
    /// The steps, and what they were to show.
    pub(super) findings: Vec<&'a Finding>,
}

/// The steps of one flow that were not done because an earlier one failed.
pub(super) struct Aftermath<'a> {
    /// The flow.
    pub(super) flow: &'a str,
    /// The step that failed.
    pub(super) after: &'a str,
    /// Those that were not done.
    pub(super) findings: Vec<&'a Finding>,
}

/// Groups findings.
pub(super) fn groups(findings: &[Finding]) -> Groups<'_> {
    let mut groups = Groups { blocks: Vec::new(), gaps: Vec::new(), aftermaths: Vec::new() };
    for finding in findings {
        match &finding.after {
            Some(after) => add_aftermath(&mut groups.aftermaths, finding, after),
            None if finding.verdict == Verdict::Blocked => add_gap(&mut groups.gaps, finding),
            None => add_block(&mut groups.blocks, finding),
        }
    }
    groups
}

fn add_block<'a>(blocks: &mut Vec<Block<'a>>, finding: &'a Finding) {
    if let Some(block) = blocks.iter_mut().find(|block| says_the_same(block.first, finding)) {
        block.others.push(finding);
        return;
    }
    let last = blocks.iter().rposition(|block| is_about_the_same(block.first, finding));
    let place = last.map_or(blocks.len(), |last| last + 1);
    blocks.insert(place, Block { first: finding, others: Vec::new() });
}

fn add_gap<'a>(gaps: &mut Vec<Gap<'a>>, finding: &'a Finding) {
    let reason = finding.reason.as_deref().unwrap_or("no reason is known");
    // `a message to somebody: no source` and `no source` lack the same.
    let reason = reason.split_once(": ").map_or(reason, |(_, reason)| reason);
    match gaps.iter_mut().find(|gap| gap.reason == reason) {
        Some(gap) => gap.findings.push(finding),
        None => gaps.push(Gap { reason, findings: vec![finding] }),
    }
}

fn add_aftermath<'a>(aftermaths: &mut Vec<Aftermath<'a>>, finding: &'a Finding, after: &'a str) {
    match aftermaths.iter_mut().find(|aftermath| aftermath.flow == finding.flow && aftermath.after == after) {
        Some(aftermath) => aftermath.findings.push(finding),
        None => aftermaths.push(Aftermath { flow: &finding.flow, after, findings: vec![finding] }),
    }
}

/// Whether two findings are about one requirement, and equally grave.
pub(super) fn is_about_the_same(left: &Finding, right: &Finding) -> bool {
    left.requirement.is_some() && left.requirement == right.requirement && left.verdict == right.verdict
}

fn says_the_same(left: &Finding, right: &Finding) -> bool {
    let said = |finding: &Finding| {
        let mismatch = finding.mismatch.clone();
        mismatch.map(|mismatch| (mismatch.expected, mismatch.actual))
    };
    left.verdict == right.verdict
        && left.requirement == right.requirement
        && left.reason == right.reason
        && said(left) == said(right)
}

#[cfg(test)]
mod tests {
    use super::super::sample;
    use super::*;

    #[test]
    fn no_finding_is_lost_or_shown_twice() {
        let result = sample::every_verdict();
        let groups = groups(&result.findings);
        let blocks = groups.blocks.iter().flat_map(|block| std::iter::once(block.first).chain(block.others.clone()));
        let gaps = groups.gaps.iter().flat_map(|gap| gap.findings.clone());
        let aftermaths = groups.aftermaths.iter().flat_map(|aftermath| aftermath.findings.clone());
        let mut shown: Vec<&str> = blocks.chain(gaps).chain(aftermaths).map(|finding| finding.id.as_str()).collect();
        let mut all: Vec<&str> = result.findings.iter().map(|finding| finding.id.as_str()).collect();
        shown.sort_unstable();
        all.sort_unstable();
        assert_eq!(shown, all);
    }

    #[test]
    fn the_blocks_of_a_requirement_stand_together() {
        let [first, other] = [0, 4].map(|number| sample::every_verdict().findings.swap_remove(number));
        let mut later = first.clone();
        later.mismatch = None;
        let findings = [first, other, later];
        let order: Vec<&str> = groups(&findings).blocks.iter().map(|block| block.first.id.as_str()).collect();
        assert_eq!(order, [&*findings[0].id, &*findings[2].id, &*findings[1].id]);
    }

    #[test]
    fn one_lack_is_one_gap() {
        let blocked = sample::every_verdict().findings.into_iter().find(|finding| finding.verdict == Verdict::Blocked);
        let lacking = |reason: &str| Finding { reason: Some(reason.to_owned()), ..blocked.clone().unwrap() };
        let findings = [lacking("a code for 1: no source"), lacking("no source"), lacking("a code for 2: no time")];
        let gaps = groups(&findings).gaps;
        let reasons: Vec<(&str, usize)> = gaps.iter().map(|gap| (gap.reason, gap.findings.len())).collect();
        assert_eq!(reasons, [("no source", 2), ("no time", 1)]);
    }

    #[test]
    fn what_differs_in_more_than_the_place_stands_apart() {
        let result = sample::every_verdict();
        let first = &result.findings[0];
        let mut other = first.clone();
        other.step = "9".to_owned();
        assert!(says_the_same(first, &other));
        other.mismatch = None;
        assert!(!says_the_same(first, &other));
        let other = Finding { requirement: None, ..first.clone() };
        assert!(!says_the_same(first, &other));
    }
}
