//! Attempts and what is not the same in both, drift of several kinds, a waiver in each state.

use super::HOSTILE;
use super::exchanges::place;
use super::findings;
use crate::judge::result::{Attempt, Conclusion, Drift, DriftResult, Tally, Unstable, WaiverResult, WaiverState};
use crate::snapshot::DriftKind;
use crate::verdict::Verdict;
use crate::waiver::{Lines, Waiver};

/// Two attempts, of which the second is the worse.
pub(super) fn attempts() -> Vec<Attempt> {
    let attempt = |number, conclusion| Attempt {
        number,
        seed: u64::from(number),
        conclusion,
        checks: Tally { pass: 17, ..Tally::default() },
        elapsed_ms: 37_700.5,
    };
    vec![attempt(1, Conclusion::Conformant), attempt(2, Conclusion::NonConformant)]
}

/// A result that failed in one of two attempts.
pub(super) fn unstable() -> Vec<Unstable> {
    let finding = findings::all().swap_remove(0);
    vec![Unstable {
        id: finding.id.clone(),
        passes: 1,
        judged: 2,
        waived: false,
        verdicts: vec![Some(Verdict::Pass), Some(Verdict::Fail)],
        finding: Some(finding),
    }]
}

/// Drift of several kinds, with hostile text.
pub(super) fn drift() -> DriftResult {
    let one = |flow: &str, kind, at: &str, accepted: Option<&str>, actual: Option<&str>| Drift {
        suite: "things".to_owned(),
        flow: flow.to_owned(),
        step: "1".to_owned(),
        does: if kind == DriftKind::NewFlow { "" } else { "POST /things" }.to_owned(),
        place: place(12),
        kind,
        at: at.to_owned(),
        accepted: accepted.map(str::to_owned),
        actual: actual.map(str::to_owned),
    };
    let drifts = vec![
        one("make-a-thing", DriftKind::NewField, "/colour", None, Some("\"red\"")),
        one("make-a-thing", DriftKind::GoneHeader, "header cache-control", Some("\"no-store\""), None),
        one("warn-of-a-thing", DriftKind::NewField, "/colour", None, Some("\"red\"")),
        one("warn-of-a-thing", DriftKind::Type, "/id", Some("\"[uuid]\""), Some(HOSTILE)),
        one("keep-a-thing", DriftKind::NewFlow, "", None, None),
    ];
    DriftResult { denied: false, compared: 2, drifts }
}

/// A waiver in each state.
pub(super) fn waivers() -> Vec<WaiverResult> {
    let waiver = |at: u32, state: WaiverState, results: &[&str], advice: &str| WaiverResult {
        waiver: Waiver {
            requirement: Some("thing-*".to_owned()),
            flow: None,
            result: results.first().map(|_| "waive-a-thing/*".to_owned()),
            reason: "the store is moved <b>this</b> month".to_owned(),
            owner: "ann@example.test".to_owned(),
            ticket: Some("THING-7".to_owned()),
            expires: jiff::civil::date(2023, 12, 24),
            place: Lines { file: "waivers.toml".to_owned(), first: at, last: at + 5 },
        },
        state,
        results: results.iter().map(|id| (*id).to_owned()).collect(),
        advice: advice.to_owned(),
    };
    vec![
        waiver(1, WaiverState::Applied, &["waive-a-thing/1/thing-kept"], "holds until 2023-12-24"),
        waiver(
            8,
            WaiverState::Expired,
            &[],
            "it expired on 2023-11-01: delete lines waivers.toml:8-13, or decide anew",
        ),
        waiver(15, WaiverState::Stale, &[], "nothing that it names fails any more: delete lines waivers.toml:15-20"),
        waiver(
            22,
            WaiverState::Unmatched,
            &[],
            "it names nothing that this run judged: delete lines waivers.toml:22-27",
        ),
        waiver(29, WaiverState::Untold, &[], "this run cannot tell whether it is still needed"),
    ]
}
