//! A comparison as Markdown. What came from a target stands in code only.

use super::super::markdown::code;
use super::super::plain;
use super::{group_of_drifts, side, verdicts};
use crate::judge::comparison::{Change, Comparison};

/// How many of a kind are listed.
const LISTED: usize = 20;
/// How many characters of one text are shown.
const CHARACTERS: usize = 300;

/// The sentence, then each kind of change.
pub(super) fn render(comparison: &Comparison) -> String {
    let mark = if comparison.is_worse() { "❌ Worse" } else { "✅ Not worse" };
    let mut text = format!("## {mark}: {}\n\n", comparison.summary);
    text.push_str(&format!("- old: {}\n- new: {}\n", code(&side(&comparison.old)), code(&side(&comparison.new))));
    changes(&mut text, "Worse", &comparison.worse);
    changes(&mut text, "Better", &comparison.better);
    changes(&mut text, "Wrong where the earlier run did not look", &comparison.fresh);
    let slower = comparison.slower.iter();
    let slower: Vec<String> = slower
        .map(|it| format!("{}: {}, now {}", it.flow, plain::duration(it.was_ms), plain::duration(it.is_ms)))
        .collect();
    list(&mut text, "Slower", &slower);
    list(&mut text, "Drifted", &group_of_drifts(&comparison.drifts));
    list(&mut text, "New flows", &comparison.new_flows);
    list(&mut text, "Flows gone", &comparison.gone_flows);
    text
}

fn changes(text: &mut String, title: &str, changes: &[Change]) {
    let line = |change: &Change| {
        let why = if change.why.is_empty() { String::new() } else { format!(": {}", change.why) };
        format!("{} {}{why}", change.id, verdicts(change))
    };
    list(text, title, &changes.iter().map(line).collect::<Vec<_>>());
}

fn list(text: &mut String, title: &str, items: &[String]) {
    if items.is_empty() {
        return;
    }
    text.push_str(&format!("\n### {title} ({})\n\n", items.len()));
    for item in items.iter().take(LISTED) {
        text.push_str(&format!("- {}\n", code(&plain::shortened(&plain::line(item), CHARACTERS))));
    }
    if items.len() > LISTED {
        text.push_str(&format!("- and {} more\n", items.len() - LISTED));
    }
}
