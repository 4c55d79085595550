//! The attempts of a run that was done several times, and what was not the same in all of them.

use super::super::page::{Page, STRONG, conclusion_style, styled, verdict_style};
use super::super::plain;
use crate::judge::result::{RunResult, Unstable};
use crate::verdict::Verdict;

/// Each attempt, then each unstable result.
pub(super) fn all(page: &mut Page, result: &RunResult) {
    if result.attempts.is_empty() {
        return;
    }
    page.line(&styled(STRONG, "attempts"));
    for attempt in &result.attempts {
        let word = styled(conclusion_style(attempt.conclusion), attempt.conclusion.word());
        let checks = &attempt.checks;
        let told = format!("{} pass, {} fail, {} warn", checks.pass, checks.fail, checks.warn);
        let time = plain::duration(attempt.elapsed_ms);
        page.line(&format!("  {}  {word}: {told}, seed {}, {time}", attempt.number, attempt.seed));
    }
    for unstable in &result.unstable {
        one(page, unstable);
    }
    page.blank();
}

/// A line for each unstable result.
pub(super) fn headlines(page: &mut Page, result: &RunResult) {
    for unstable in &result.unstable {
        page.line(&headline(unstable));
    }
}

fn headline(unstable: &Unstable) -> String {
    let word = styled(verdict_style(Verdict::Broken), "unstable");
    let waived = if unstable.waived { ", waived" } else { "" };
    let (passes, judged) = (unstable.passes, unstable.judged);
    format!("{word}  {}: passes {passes} of {judged} times{waived}", plain::line(&unstable.id))
}

fn one(page: &mut Page, unstable: &Unstable) {
    page.line(&format!("  {}", headline(unstable)));
    let word = |verdict: &Option<Verdict>| verdict.map_or("not done", Verdict::word);
    page.labelled("verdicts", &unstable.verdicts.iter().map(word).collect::<Vec<_>>().join(", "));
    let Some(finding) = &unstable.finding else { return };
    page.whole("place", &format!("suites/{}", finding.place));
    if let Some(mismatch) = &finding.mismatch {
        page.labelled("expected", &mismatch.expected);
        page.labelled("actual", &mismatch.actual);
    }
    if let Some(reason) = &finding.reason {
        page.labelled("because", reason);
    }
}
