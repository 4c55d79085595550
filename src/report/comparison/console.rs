//! A comparison for a terminal.

use super::super::page::{Page, STRONG, styled, verdict_style};
use super::super::plain;
use super::{lists, results, side, verdicts};
use crate::judge::comparison::{Change, Comparison};
use crate::verdict::Verdict;

/// How many of a kind are listed.
const LISTED: usize = 30;

/// Each kind of change, then the sentence.
pub(super) fn render(comparison: &Comparison, width: usize) -> String {
    let mut page = Page::new(width);
    page.labelled("old", &format!("{}, {}", plain::moment(comparison.old.started_ms), side(&comparison.old)));
    page.labelled("new", &format!("{}, {}", plain::moment(comparison.new.started_ms), side(&comparison.new)));
    page.blank();
    let verdicts = [Verdict::Fail, Verdict::Pass, Verdict::Warn];
    for ((title, found), verdict) in results(comparison).into_iter().zip(verdicts) {
        changes(&mut page, title, verdict, found);
    }
    for (title, lines) in lists(comparison) {
        list(&mut page, title, &lines);
    }
    let (word, verdict) = if comparison.is_worse() { ("WORSE", Verdict::Fail) } else { ("NOT WORSE", Verdict::Pass) };
    page.line(&format!("{}: {}", styled(verdict_style(verdict).bold(), word), plain::line(&comparison.summary)));
    page.into_text()
}

fn changes(page: &mut Page, title: &str, verdict: Verdict, changes: &[Change]) {
    if changes.is_empty() {
        return;
    }
    page.line(&styled(verdict_style(verdict), &format!("{title} ({})", changes.len())));
    for change in changes.iter().take(LISTED) {
        page.line(&format!("  {}  {}", plain::line(&change.id), plain::line(&verdicts(change))));
        page.labelled("step", &change.does);
        if !change.why.is_empty() {
            page.labelled("why", &change.why);
        }
    }
    if changes.len() > LISTED {
        page.labelled("", &format!("… and {} more", changes.len() - LISTED));
    }
    page.blank();
}

fn list(page: &mut Page, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    page.line(&styled(STRONG, &format!("{title} ({})", items.len())));
    for item in items.iter().take(LISTED) {
        page.line(&format!("  {}", plain::line(item)));
    }
    if items.len() > LISTED {
        page.labelled("", &format!("… and {} more", items.len() - LISTED));
    }
    page.blank();
}
