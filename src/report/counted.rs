//! What was counted, in words. Nothing here counts.

use super::plain;
use crate::judge::result::{AccountResult, RunResult, Tally};
use crate::judge::several;
use crate::verdict::Verdict;

/// The verdicts that occurred, the worst first.
pub(super) fn tally(tally: &Tally) -> String {
    let occurred = Verdict::ALL.into_iter().rev().filter(|verdict| tally.get(*verdict) > 0);
    let words: Vec<_> = occurred.map(|verdict| format!("{} {verdict}", tally.get(verdict))).collect();
    if words.is_empty() { "none".to_owned() } else { words.join(", ") }
}

/// What an account is known as.
pub(super) fn known_as(account: &AccountResult) -> String {
    let names: Vec<_> = account.known_as.iter().map(|(name, value)| format!("{name} {value}")).collect();
    if names.is_empty() { "no name".to_owned() } else { names.join(", ") }
}

/// How many sessions of an account there were, and how many of them were ended.
pub(super) fn sessions(account: &AccountResult) -> String {
    let all = several(account.sessions as usize, "session", "sessions");
    format!("{} of {all} ended", account.sessions_ended)
}

/// How many requests there were, and what was done about those that were not answered as such.
pub(super) fn requests(result: &RunResult) -> String {
    let counts = &result.counts;
    let mut text = counts.requests.to_string();
    if counts.throttled > 0 {
        #[expect(clippy::cast_precision_loss, reason = "waits are far below 2^53 milliseconds")]
        let waits = plain::duration(counts.throttled_ms as f64);
        let answers = several(counts.throttled, "answer with 429 was", "answers with 429 were");
        text.push_str(&format!("; {answers} waited out ({waits} of waits)"));
    }
    if counts.reconnected > 0 {
        text.push_str(&format!("; {} sent again, as there was no connection before", counts.reconnected));
    }
    text
}
