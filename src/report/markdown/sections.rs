//! The parts of the summary that not every run has: what changed, waivers, attempts, drift, accounts, time.

use super::super::comparison::{self, markdown::kinds};
use super::super::drift::{self, Group};
use super::super::{counted, plain};
use super::{BLOCKS, CHARACTERS, add, code, prose};
use crate::judge::result::{Attempt, RunResult, WaiverResult};
use crate::judge::several;
use crate::verdict::Verdict;

/// How many places of a group are named.
const PLACES: usize = 3;

/// What changed since an earlier run.
pub(super) fn changed(text: &mut String, result: &RunResult) {
    let Some(changed) = &result.changed else { return };
    let mark = if changed.is_worse() { "❌ Worse" } else { "✅ Not worse" };
    add(text, &format!("\n### What changed\n\n**{mark}**: {}. ", prose(&changed.summary)));
    add(text, &format!("{}\n", prose(&comparison::against(changed))));
    kinds(text, "####", changed, BLOCKS);
}

/// What somebody answers for until a day.
pub(super) fn waivers(text: &mut String, result: &RunResult) {
    if result.waivers.is_empty() {
        return;
    }
    add(text, "\n### Waivers\n\n");
    result.waivers.iter().for_each(|waiver| add(text, &waived(waiver)));
}

fn waived(waiver: &WaiverResult) -> String {
    let what = format!("{}: {}", waiver.waiver.subject(), waiver.advice);
    let results = if waiver.results.len() == 1 { "result" } else { "results" };
    format!(
        "- **{}** {} ({} {results}; {})\n",
        waiver.state.word(),
        code(&what),
        waiver.results.len(),
        code(&waiver.waiver.words())
    )
}

/// Each attempt, and what was not the same in all of them.
pub(super) fn attempts(text: &mut String, result: &RunResult) {
    if result.attempts.is_empty() {
        return;
    }
    add(text, "\n### Attempts\n\n| attempt | conclusion | checks | took |\n|---|---|---|---|\n");
    let row = |it: &Attempt| {
        let (checks, took) = (counted::tally(&it.checks), plain::duration(it.elapsed_ms));
        format!("| {} | {} | {checks} | {took} |\n", it.number, it.conclusion.word())
    };
    result.attempts.iter().take(BLOCKS).for_each(|attempt| add(text, &row(attempt)));
    if result.attempts.len() > BLOCKS {
        add(text, &format!("\nand {}\n", several(result.attempts.len() - BLOCKS, "more attempt", "more attempts")));
    }
    if result.unstable.is_empty() {
        add(text, "\nEvery result was the same in all attempts.\n");
        return;
    }
    add(text, "\nUnstable, and never green:\n\n");
    for it in result.unstable.iter().take(BLOCKS) {
        let word = |verdict: &Option<Verdict>| verdict.map_or("not done", Verdict::word);
        let verdicts: Vec<&str> = it.verdicts.iter().take(BLOCKS).map(word).collect();
        let waived = if it.waived { ", waived" } else { "" };
        add(
            text,
            &format!(
                "- {} passes {} of {} times{waived} ({})\n",
                code(&it.id),
                it.passes,
                it.judged,
                verdicts.join(", ")
            ),
        );
    }
    if result.unstable.len() > BLOCKS {
        add(text, &format!("- and {} more\n", result.unstable.len() - BLOCKS));
    }
}

/// In what the answers differ from those that were accepted, and at which steps.
pub(super) fn drift(text: &mut String, result: &RunResult) {
    let Some(drift) = &result.drift else { return };
    let groups = drift::groups(drift);
    if groups.is_empty() {
        return;
    }
    let denied = if drift.denied { "which is denied" } else { "which fails nothing without `--deny drift`" };
    add(text, "\n### Drift from the accepted answers\n\n");
    add(text, &format!("{}, {denied}.\n\n", several(drift.drifts.len(), "answer differs", "answers differ")));
    groups.iter().take(BLOCKS).for_each(|group| add(text, &drifted(group)));
    if groups.len() > BLOCKS {
        add(text, &format!("- and {}\n", several(groups.len() - BLOCKS, "other kind", "other kinds")));
    }
}

fn drifted(group: &Group<'_>) -> String {
    let part = |value: &Option<String>| {
        value.as_ref().map_or_else(|| "nothing".to_owned(), |value| code(&plain::shortened(value, CHARACTERS)))
    };
    let times = group.times();
    let change = match (&group.first.accepted, &group.first.actual) {
        (None, None) => String::new(),
        (accepted, actual) => format!(": {} became {}", part(accepted), part(actual)),
    };
    let places = group.places.iter().take(PLACES).map(|drift| code(&format!("{} step {}", drift.flow, drift.step)));
    let more = group.places.len().saturating_sub(PLACES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!("- {} ({times}){change}; in {}{more}\n", code(&group.title()), places.collect::<Vec<_>>().join(", "))
}

/// What the run left behind on its target, and how long it had to take.
pub(super) fn rest(text: &mut String, result: &RunResult) {
    if !result.accounts.is_empty() {
        let created = several(result.accounts.len(), "account was created", "accounts were created");
        add(text, &format!("\n<details><summary>{created}</summary>\n\n"));
        for account in result.accounts.iter().take(BLOCKS * 2) {
            add(text, &format!("- {} in {}\n", code(&counted::known_as(account)), code(&account.flow)));
        }
        if result.accounts.len() > BLOCKS * 2 {
            add(text, &format!("- and {} more, in the JSON report\n", result.accounts.len() - BLOCKS * 2));
        }
        add(text, "\n</details>\n");
    }
}
