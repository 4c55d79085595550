//! The waivers of a run: what each waives, until when, and which must go.

use super::super::page::{Page, REMOVED, STRONG, styled, verdict_style};
use super::super::plain;
use crate::judge::result::{RunResult, WaiverResult, WaiverState};
use crate::verdict::Verdict;

/// How many results are named for each waiver.
const RESULTS: usize = 10;

/// Every waiver.
pub(super) fn all(page: &mut Page, result: &RunResult) {
    if result.waivers.is_empty() {
        return;
    }
    page.line(&styled(STRONG, "waivers"));
    for waiver in &result.waivers {
        one(page, waiver);
    }
    page.blank();
}

/// The waivers that a run fails for, one line each.
pub(super) fn wrong(page: &mut Page, result: &RunResult) {
    for waiver in result.waivers.iter().filter(|waiver| waiver.state.fails()) {
        page.line(&headline(waiver));
    }
}

fn headline(result: &WaiverResult) -> String {
    let style = match result.state {
        WaiverState::Applied | WaiverState::Untold => verdict_style(Verdict::Waived),
        WaiverState::Expired | WaiverState::Stale | WaiverState::Unmatched => REMOVED,
    };
    let subject = plain::line(&result.waiver.subject());
    format!("{}  {subject}: {}", styled(style, result.state.word()), plain::line(&result.advice))
}

fn one(page: &mut Page, result: &WaiverResult) {
    page.line(&format!("  {}", headline(result)));
    page.labelled("", &result.waiver.words());
    page.whole("", &result.waiver.place.to_string());
    for id in result.results.iter().take(RESULTS) {
        page.whole("waives", id);
    }
    if result.results.len() > RESULTS {
        page.whole("", &format!("… and {} more", result.results.len() - RESULTS));
    }
}
