//! One finding, or a group of them that say the same, with all that is needed to understand and reproduce it.

use super::super::difference::{self, Side};
use super::super::group::{Aftermath, Block, Gap, is_about_the_same};
use super::super::page::{ADDED, FAINT, Page, REMOVED, STRONG, styled, verdict_style};
use super::super::{curl, plain, rerun};
use crate::exchange::{Exchange, Outcome};
use crate::judge::result::{Finding, RequirementResult, RunResult};
use crate::verdict::{Mismatch, Verdict};

/// How many other places are listed where not everything is.
const PLACES: usize = 10;
/// How many requirements are named that a flow did not come to.
const LOST: usize = 3;
/// How many lines of a body are shown.
const BODY_LINES: usize = 16;

/// Verdict, requirement and place in one line.
pub(super) fn headline(page: &mut Page, result: &RunResult, block: &Block<'_>) {
    let more = match block.others.len() {
        0 => String::new(),
        others => format!(" and {others} more"),
    };
    page.line(&format!("{}  {}{more}", title(result, block.first), plain::line(&position(block.first))));
}

/// Everything about a finding and those that say the same; what its requirement says only where the block before
/// it has not just said so.
pub(super) fn block(
    page: &mut Page,
    result: &RunResult,
    block: &Block<'_>,
    before: Option<&Block<'_>>,
    all_places: bool,
) {
    let finding = block.first;
    page.line(&title(result, finding));
    let said = before.is_some_and(|before| is_about_the_same(before.first, finding));
    if let Some(requirement) = requirement(result, finding).filter(|_| !said) {
        page.labelled("rule", &requirement.says);
        let refs = requirement.refs.iter().map(|reference| format!("; {reference}")).collect::<String>();
        page.labelled("source", &format!("{}{refs}", requirement.source));
    }
    page.labelled("flow", &format!("{} / {}, step {}: {}", finding.suite, finding.flow, finding.step, finding.does));
    if let Some(about) = &finding.about {
        page.labelled("about", about);
    }
    page.whole("place", &format!("suites/{}", finding.place));
    if let Some(exchange) = &finding.exchange {
        page.whole("request", &format!("{} {}", exchange.request.method, exchange.request.url));
    }
    if let Some(mismatch) = &finding.mismatch {
        expected_and_actual(page, mismatch);
    }
    if let Some(reason) = &finding.reason {
        page.labelled("because", reason);
    }
    if let Some(exchange) = &finding.exchange {
        answer(page, exchange);
        page.whole("curl", &curl::line(&exchange.request));
        page.whole("repro", &rerun::repro(result, &finding.id));
    }
    other_places(page, &block.others, all_places);
    page.blank();
}

/// All that was not obtained for one reason.
pub(super) fn gap(page: &mut Page, gap: &Gap<'_>, all_places: bool) {
    let Some(first) = gap.findings.first() else { return };
    gap_headline(page, gap);
    let requirements = distinct(gap.findings.iter().filter_map(|finding| finding.requirement.as_deref()));
    if !requirements.is_empty() {
        page.labelled("lost", &requirements.join(", "));
    }
    page.whole("step", &format!("{}: {}", position(first), first.does));
    let others: Vec<&Finding> = gap.findings.iter().skip(1).copied().collect();
    other_places(page, &others, all_places);
    page.blank();
}

/// What was not obtained, in one line.
pub(super) fn gap_headline(page: &mut Page, gap: &Gap<'_>) {
    page.line(&format!("{}  {}", word(Verdict::Blocked), styled(STRONG, &plain::line(gap.reason))));
}

/// One line for all that a flow did not come to.
pub(super) fn aftermath(page: &mut Page, aftermath: &Aftermath<'_>, all: bool) {
    let Some(first) = aftermath.findings.first() else { return };
    let mut lost = distinct(aftermath.findings.iter().filter_map(|finding| finding.requirement.as_deref()));
    let hidden = if all { 0 } else { lost.len().saturating_sub(LOST) };
    lost.truncate(lost.len() - hidden);
    let lost = match (lost.is_empty(), hidden) {
        (true, _) => String::new(),
        (false, 0) => format!(" (not judged there: {})", lost.join(", ")),
        (false, hidden) => format!(" (not judged there: {} and {hidden} more)", lost.join(", ")),
    };
    let reason = first.reason.clone().unwrap_or_else(|| format!("step {} failed", aftermath.after));
    let text = format!("{} / {}: ended early, as {reason}{lost}", first.suite, aftermath.flow);
    page.line(&format!("{}  {}", word(first.verdict), plain::line(&text)));
}

fn word(verdict: Verdict) -> String {
    styled(verdict_style(verdict), verdict.word())
}

/// Names in the order in which they come, each once.
fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut distinct: Vec<&str> = Vec::new();
    for name in names {
        if !distinct.contains(&name) {
            distinct.push(name);
        }
    }
    distinct
}

fn title(result: &RunResult, finding: &Finding) -> String {
    let word = word(finding.verdict);
    let id = finding.requirement.as_deref().unwrap_or("(no requirement)");
    let level = requirement(result, finding).map(|requirement| format!("  {}", requirement.level)).unwrap_or_default();
    format!("{word}  {}{}", styled(STRONG, &plain::line(id)), styled(FAINT, &level))
}

fn requirement<'a>(result: &'a RunResult, finding: &Finding) -> Option<&'a RequirementResult> {
    let id = finding.requirement.as_ref()?;
    result.requirements.iter().find(|requirement| requirement.id == *id)
}

fn position(finding: &Finding) -> String {
    format!("{} step {} (suites/{})", finding.flow, finding.step, finding.place)
}

fn expected_and_actual(page: &mut Page, mismatch: &Mismatch) {
    if let Some(lines) = difference::of_documents(&mismatch.expected, &mismatch.actual) {
        page.labelled_lines("diff", [format!("{} {}", styled(REMOVED, "- expected"), styled(ADDED, "+ actual"))]);
        page.labelled_lines("", lines.into_iter().map(|(side, line)| shown(side, &line)));
    } else {
        page.labelled("expected", &mismatch.expected);
        page.labelled("actual", &mismatch.actual);
    }
    if !mismatch.place.is_empty() {
        page.whole("at", &mismatch.place);
    }
}

fn shown(side: Side, line: &str) -> String {
    let line = format!("{} {line}", side.sign());
    match side {
        Side::Both => line,
        Side::Expected => styled(REMOVED, &line),
        Side::Actual => styled(ADDED, &line),
    }
}

/// What came back, shortened.
fn answer(page: &mut Page, exchange: &Exchange) {
    let elapsed = plain::duration(exchange.elapsed_ms);
    match &exchange.outcome {
        Outcome::Failure(failure) => page.labelled("answer", &format!("none after {elapsed}: {}", failure.message)),
        Outcome::Answer(response) => {
            let kind = response.header("content-type").unwrap_or("no content type");
            page.labelled("answer", &format!("{}, {kind}, {elapsed}", response.status));
            page.labelled_lines("", plain::body(response.body(), BODY_LINES, page.text_width()));
        }
    }
}

fn other_places(page: &mut Page, others: &[&Finding], all: bool) {
    let places = match others.len() {
        0 => return,
        1 => "place".to_owned(),
        _ => "places".to_owned(),
    };
    page.line(&format!("  and {} more {places}:", others.len()));
    let shown = if all { others.len() } else { PLACES };
    for finding in others.iter().take(shown) {
        let at = match &finding.mismatch {
            Some(mismatch) if !mismatch.place.is_empty() => format!(", at {}", mismatch.place),
            _ => String::new(),
        };
        page.whole("", &format!("{}: {}{at}", position(finding), finding.does));
    }
    if others.len() > shown {
        page.whole("", &format!("… and {} more, listed with -v", others.len() - shown));
    }
}
