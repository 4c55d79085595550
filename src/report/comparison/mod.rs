//! The comparison of two runs, for people and for tools: pure functions of a [`Comparison`].

mod console;
mod markdown;

use super::group_of_drifts;
use crate::judge::comparison::{Change, Comparison, Side};

/// A comparison for a terminal, so many characters wide.
pub fn console(comparison: &Comparison, width: usize) -> String {
    console::render(comparison, width)
}

/// A comparison as Markdown.
pub fn markdown(comparison: &Comparison) -> String {
    markdown::render(comparison)
}

/// A comparison as JSON.
pub fn json(comparison: &Comparison) -> String {
    let mut text = serde_json::to_string_pretty(comparison).expect("a comparison is plain data with string keys");
    text.push('\n');
    text
}

/// What became of a result: `pass, now fail`.
fn verdicts(change: &Change) -> String {
    let word = |verdict: Option<crate::verdict::Verdict>| verdict.map_or("not done", |verdict| verdict.word());
    format!("{}, now {}", word(change.was), word(change.is))
}

/// A run in a few words.
fn side(side: &Side) -> String {
    let part = if side.partial { ", in part" } else { "" };
    format!("{} ({}{part}, {} checks fail)", side.target, side.conclusion.word(), side.failures)
}
