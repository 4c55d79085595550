//! The comparison of two runs, for people and for tools: pure functions of a [`Comparison`].

mod console;
pub(super) mod markdown;

use super::{group_of_drifts, plain};
use crate::judge::comparison::{Change, Comparison, Side};
use crate::judge::several;

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

/// The results that changed, by how, with the title of each kind.
pub(super) fn results(comparison: &Comparison) -> [(&'static str, &[Change]); 3] {
    [
        ("worse", &comparison.worse),
        ("better", &comparison.better),
        ("wrong where the earlier run did not look", &comparison.fresh),
    ]
}

/// What else changed, by how, a line each. What a run that is partial did not do has not come or gone.
pub(super) fn lists(comparison: &Comparison) -> [(&'static str, Vec<String>); 4] {
    let slower = comparison.slower.iter();
    let slower =
        slower.map(|it| format!("{}: {}, now {}", it.flow, plain::duration(it.was_ms), plain::duration(it.is_ms)));
    [
        ("slower", slower.collect()),
        ("drifted", group_of_drifts(&comparison.drifts)),
        (
            if comparison.old.partial { "flows that the earlier run, a part, did not do" } else { "new flows" },
            comparison.new_flows.clone(),
        ),
        (
            if comparison.new.partial { "flows that the later run, a part, did not do" } else { "flows gone" },
            comparison.gone_flows.clone(),
        ),
    ]
}

/// The earlier run, in a sentence.
pub(super) fn against(comparison: &Comparison) -> String {
    format!("The earlier run: {}, {}", plain::moment(comparison.old.started_ms), side(&comparison.old))
}

/// What became of a result: `pass, now fail`.
fn verdicts(change: &Change) -> String {
    let word = |verdict: Option<crate::verdict::Verdict>| verdict.map_or("not done", |verdict| verdict.word());
    format!("{}, now {}", word(change.was), word(change.is))
}

/// A run in a few words.
fn side(side: &Side) -> String {
    let part = if side.partial { ", in part" } else { "" };
    let fails = several(side.failures, "check fails", "checks fail");
    format!("{} ({}{part}, {fails})", side.target, side.conclusion.word())
}
