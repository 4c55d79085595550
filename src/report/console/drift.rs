//! Drift: in what the answers differ from the accepted ones, those that differ alike together.

use super::super::drift::{Group, groups};
use super::super::page::{ADDED, Page, REMOVED, STRONG, styled, verdict_style};
use super::super::plain;
use crate::judge::result::RunResult;
use crate::judge::several;
use crate::verdict::Verdict;

/// How many places of a group are listed.
const PLACES: usize = 3;

/// All drift.
pub(super) fn all(page: &mut Page, result: &RunResult, verbose: bool) {
    let Some(drift) = &result.drift else { return };
    let groups = groups(drift);
    if groups.is_empty() {
        page.labelled("drift", &format!("none: {} answered as accepted", several(drift.compared, "flow", "flows")));
        return;
    }
    page.line(&styled(STRONG, "drift from the accepted answers"));
    for group in &groups {
        one(page, group, verbose);
    }
    let denied = if drift.denied { "which is denied" } else { "which fails nothing without --deny drift" };
    page.labelled("", &format!("{}, {denied}", several(drift.drifts.len(), "answer differs", "answers differ")));
    page.blank();
}

/// A line for each group.
pub(super) fn headlines(page: &mut Page, result: &RunResult) {
    let found = result.drift.as_ref().map(groups).unwrap_or_default();
    for group in &found {
        page.line(&headline(group));
    }
}

fn headline(group: &Group<'_>) -> String {
    let word = styled(verdict_style(Verdict::Warn), "drift");
    let times = if group.places.len() == 1 { String::new() } else { format!(" ({} times)", group.places.len()) };
    format!("{word}  {}{times}", plain::line(&group.title()))
}

fn one(page: &mut Page, group: &Group<'_>, verbose: bool) {
    page.line(&format!("  {}", headline(group)));
    for (label, style, value) in [("accepted", REMOVED, &group.first.accepted), ("now", ADDED, &group.first.actual)] {
        // Wrapped first: what came from a target is made harmless, and the colours are not.
        let lines = value.iter().flat_map(|value| plain::wrapped(&plain::line(value), page.text_width()));
        let lines: Vec<String> = lines.map(|line| styled(style, &line)).collect();
        page.labelled_lines(label, lines);
    }
    let shown = if verbose { group.places.len() } else { PLACES };
    for drift in group.places.iter().take(shown) {
        page.whole("", &format!("{} step {} (suites/{})", drift.flow, drift.step, drift.place));
    }
    if group.places.len() > shown {
        page.whole("", &format!("… and {} more, listed with -v", group.places.len() - shown));
    }
}
