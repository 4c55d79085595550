//! A comparison as Markdown. What came from a target stands in code only.

use super::super::markdown::code;
use super::super::plain;
use super::{lists, results, side, verdicts};
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
    kinds(&mut text, "###", comparison, LISTED);
    text
}

/// Each kind of change below a heading, at most so many of each.
pub(in crate::report) fn kinds(text: &mut String, heading: &str, comparison: &Comparison, listed: usize) {
    for (title, found) in results(comparison) {
        changes(text, &format!("{heading} {}", upper(title)), found, listed);
    }
    for (title, lines) in lists(comparison) {
        list(text, &format!("{heading} {}", upper(title)), &lines, listed);
    }
}

fn upper(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

fn changes(text: &mut String, title: &str, changes: &[Change], listed: usize) {
    let line = |change: &Change| {
        let why = if change.why.is_empty() { String::new() } else { format!(": {}", change.why) };
        format!("{} {}{why}", change.id, verdicts(change))
    };
    list(text, title, &changes.iter().map(line).collect::<Vec<_>>(), listed);
}

fn list(text: &mut String, title: &str, items: &[String], listed: usize) {
    if items.is_empty() {
        return;
    }
    text.push_str(&format!("\n{title} ({})\n\n", items.len()));
    for item in items.iter().take(listed) {
        text.push_str(&format!("- {}\n", code(&plain::shortened(&plain::line(item), CHARACTERS))));
    }
    if items.len() > listed {
        text.push_str(&format!("- and {} more\n", items.len() - listed));
    }
}
