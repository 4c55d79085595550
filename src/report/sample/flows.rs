//! A flow for each verdict.

use super::HOSTILE;
use super::exchanges::{LONG, answer, place, refused};
use crate::judge::result::{CheckResult, FlowResult, StepResult, Tally};
use crate::verdict::{Mismatch, Verdict};

pub(super) fn all() -> Vec<FlowResult> {
    let none = Tally::default();
    let flow = |suite: &str, id: &str, verdict, checks, steps| FlowResult {
        suite: suite.to_owned(),
        id: id.to_owned(),
        about: format!("What becomes of it: {id}."),
        place: place(4),
        verdict,
        elapsed_ms: 120.5,
        checks,
        steps,
    };
    let step = |number: &str, verdict, exchanges, checks| StepResult {
        step: number.to_owned(),
        about: (number == "1").then(|| "first of all".to_owned()),
        does: "POST /things".to_owned(),
        place: place(12),
        verdict,
        exchanges,
        checks,
    };
    let check = |requirement: Option<&str>, verdict, mismatch, note: Option<&str>| CheckResult {
        check: "expect".to_owned(),
        requirement: requirement.map(str::to_owned),
        verdict,
        mismatch,
        note: note.map(str::to_owned),
    };
    let fine = || answer(200, "application/json", "{\"id\":\"[sid 1]\"}");
    vec![
        flow(
            "things",
            "make-a-thing",
            Verdict::Pass,
            Tally { pass: 12, ..none },
            vec![step("1", Verdict::Pass, vec![fine()], vec![check(Some("thing-made"), Verdict::Pass, None, None)])],
        ),
        flow(
            "things",
            "end-a-thing",
            Verdict::Fail,
            Tally { pass: 3, fail: 4, blocked: 2, ..none },
            vec![
                step(
                    "alice.2",
                    Verdict::Fail,
                    vec![answer(200, "application/json", LONG)],
                    vec![check(
                        Some("thing-ends-others"),
                        Verdict::Fail,
                        Some(Mismatch::new("status", "refused (4xx)", "200")),
                        None,
                    )],
                ),
                step("5", Verdict::Fail, vec![answer(200, "text/html", HOSTILE)], vec![]),
                step(
                    "6",
                    Verdict::Blocked,
                    vec![],
                    vec![check(Some("thing-code-expires"), Verdict::Blocked, None, Some("step 5 failed"))],
                ),
            ],
        ),
        flow(
            "things",
            "warn-of-a-thing",
            Verdict::Warn,
            Tally { pass: 2, warn: 1, ..none },
            vec![step("1", Verdict::Warn, vec![fine()], vec![])],
        ),
        flow("things", "keep-a-thing", Verdict::NotApplicable, Tally { not_applicable: 1, ..none }, vec![]),
        flow(
            "losses",
            "lose-a-thing",
            Verdict::Broken,
            Tally { broken: 1, ..none },
            vec![step("1", Verdict::Broken, vec![refused()], vec![])],
        ),
        flow("losses", "block-a-thing", Verdict::Blocked, Tally { blocked: 2, ..none }, vec![]),
        flow("losses", "skip-a-thing", Verdict::Skipped, Tally { skipped: 1, ..none }, vec![]),
        flow("losses", "waive-a-thing", Verdict::Waived, Tally { waived: 1, ..none }, vec![]),
    ]
}
