//! Judged runs for the tests of the formats, made by hand: one with every verdict and hostile text, one clean.

use crate::contract::{Kind, Level, Source};
use crate::event::TargetIdentity;
use crate::exchange::{Body, Exchange, FailureKind, Outcome, Request, Response, TransportFailure};
use crate::judge::result::{
    AccountResult, Attempt, CheckResult, Conclusion, Counts, Coverage, Drift, DriftResult, Finding, FlowResult,
    RequirementResult, RunResult, Speed, Status, StepResult, Tally, Unstable, WaiverResult, WaiverState,
};
use crate::snapshot::DriftKind;
use crate::verdict::{Mismatch, Place, Verdict};
use crate::waiver::{Lines, Waiver};

/// Control characters, terminal escapes, directional marks and markup, as a target could answer them.
const HOSTILE: &str = "\u{1b}[2J\u{7}\u{9b}31m\u{202e}<script>alert('x')</script> ]]> & \u{0} é 日本\r\nsecond line";

/// A run in which every verdict, every status and every kind of outcome occurs.
pub(crate) fn every_verdict() -> RunResult {
    let flows = flows();
    RunResult {
        format: 1,
        tool: "0.1.0".to_owned(),
        contract_digest: "c0ffee".to_owned(),
        suites_digest: "facade".to_owned(),
        target: TargetIdentity {
            name: "staging".to_owned(),
            url: "https://staging.example.test/api/v1".to_owned(),
            embedded: false,
            fixed_codes: false,
            insecure: false,
            gaps: Vec::new(),
            profile_digest: String::new(),
            reached_by: Vec::new(),
        },
        seed: 18_446_744_073_709_551_615,
        strict: false,
        partial: true,
        started_ms: 1_700_000_000_000,
        elapsed_ms: 75_400.25,
        speed: Some(Speed {
            critical_path_ms: 60_320.2,
            critical_flow: "end-the-others".to_owned(),
            critical_requests: 21,
            efficiency: 0.8,
        }),
        conclusion: Conclusion::NonConformant,
        summary: "2 requirements are broken: thing-ends-others, thing-model.".to_owned(),
        counts: Counts {
            requests: 9,
            throttled: 1,
            throttled_ms: 2_000,
            reconnected: 1,
            checks: flows.iter().fold(Tally::default(), |sum, flow| added(sum, &flow.checks)),
            flows: flows.iter().fold(Tally::default(), |mut sum, flow| {
                sum.add(flow.verdict);
                sum
            }),
            requirements: Coverage {
                observable: 9,
                judged: 5,
                held: 1,
                broken: 3,
                waived: 1,
                not_judged: 4,
                not_applicable: 1,
                gaps: 0,
            },
        },
        requirements: requirements(),
        findings: findings(),
        waivers: waivers(),
        accounts: vec![AccountResult {
            flow: "take-things".to_owned(),
            operation: "POST /things".to_owned(),
            known_as: [("name".to_owned(), "mine\u{7}".to_owned())].into(),
            sessions: 2,
            sessions_ended: 1,
        }],
        drift: Some(drift()),
        attempts: attempts(),
        unstable: unstable(),
        flows,
    }
}

/// A run that is conformant.
pub(crate) fn clean() -> RunResult {
    let mut result = every_verdict();
    result.flows.retain(|flow| flow.verdict == Verdict::Pass);
    result.requirements.retain(|requirement| requirement.status == Status::Held);
    result.findings.clear();
    result.waivers.clear();
    result.attempts.clear();
    result.unstable.clear();
    result.drift = Some(DriftResult { denied: false, compared: 1, drifts: Vec::new() });
    result.partial = false;
    result.conclusion = Conclusion::Conformant;
    result.summary = "1 of 1 requirements was judged and held.".to_owned();
    let tally = Tally { pass: 1, ..Tally::default() };
    result.counts = Counts {
        requests: 1,
        throttled: 0,
        throttled_ms: 0,
        reconnected: 0,
        checks: Tally { pass: 12, ..Tally::default() },
        flows: tally,
        requirements: Coverage { observable: 1, judged: 1, held: 1, ..Coverage::default() },
    };
    result
}

fn added(mut sum: Tally, more: &Tally) -> Tally {
    for verdict in Verdict::ALL {
        for _ in 0..more.get(verdict) {
            sum.add(verdict);
        }
    }
    sum
}

fn requirements() -> Vec<RequirementResult> {
    let requirement = |id: &str, level, says: &str, status, note: Option<&str>, checks| RequirementResult {
        id: id.to_owned(),
        level,
        kind: if id.contains("code") { Kind::Limits } else { Kind::default() },
        operation: id.starts_with("thing").then(|| "POST /things".to_owned()),
        says: says.to_owned(),
        source: Source { heading: "Things".to_owned(), line: 40 },
        refs: if id == "thing-ends-others" {
            vec!["RFC 9110 15.5".to_owned(), "OWASP ASVS 5.0 7.4.3".to_owned()]
        } else {
            Vec::new()
        },
        status,
        note: note.map(str::to_owned),
        checks,
    };
    let none = Tally::default();
    let pass = Tally { pass: 12, ..none };
    let fail = Tally { pass: 1, fail: 2, ..none };
    let warn = Tally { warn: 1, ..none };
    let waived = Tally { waived: 1, ..none };
    let blocked = Tally { blocked: 2, ..none };
    vec![
        requirement("thing-made", Level::Must, "A thing that is asked for is made.", Status::Held, None, pass),
        requirement(
            "thing-ends-others",
            Level::Must,
            "Making a thing ends every other thing of the same owner, whatever their state was before it was made.",
            Status::Broken,
            None,
            fail,
        ),
        requirement("thing-model", Level::Must, "A thing has every field.", Status::Broken, None, fail),
        requirement("no-cache", Level::Should, "An answer with a thing is not stored.", Status::Broken, None, warn),
        requirement("thing-kept", Level::Must, "A thing is kept.", Status::Waived, Some("1 checks are waived"), waived),
        requirement(
            "thing-code",
            Level::Must,
            "A thing is confirmed by a code.",
            Status::NotJudged,
            Some("no source of codes is declared"),
            blocked,
        ),
        requirement(
            "thing-code-expires",
            Level::Must,
            "A code has an end.",
            Status::NotJudged,
            Some("no source of codes is declared"),
            blocked,
        ),
        requirement(
            "thing-rotates",
            Level::Must,
            "A thing that was replaced is dead.",
            Status::NotApplicable,
            Some("the target keeps its things"),
            Tally { not_applicable: 1, ..none },
        ),
        requirement(
            "thing-limit",
            Level::Should,
            "Things are limited.",
            Status::NoOccasion,
            Some("nothing gave an occasion"),
            none,
        ),
        requirement("other", Level::Must, "Others are there.", Status::NotSelected, None, none),
        requirement(
            "hashed",
            Level::Must,
            "Nothing is stored in the clear.",
            Status::Unobservable,
            Some("no answer shows how a thing is stored"),
            none,
        ),
        requirement(
            "thing-order",
            Level::Observe,
            "Things come in some order.",
            Status::Observed,
            Some("the newest first"),
            Tally { pass: 1, ..none },
        ),
    ]
}

fn place(line: u32) -> Place {
    Place { file: "things.yaml".to_owned(), line, column: 9 }
}

fn exchange(answer: Outcome) -> Exchange {
    Exchange {
        request: Request {
            operation: "POST /things".to_owned(),
            method: "POST".to_owned(),
            url: "https://staging.example.test/api/v1/things".to_owned(),
            headers: vec![
                ("authorization".to_owned(), "Bearer [access_token 3]".to_owned()),
                ("content-type".to_owned(), "application/json".to_owned()),
            ],
            body: Some(Body::Text(r#"{"owner":"it's <me>","password":"[password 1]"}"#.to_owned())),
        },
        outcome: answer,
        sightings: Vec::new(),
        elapsed_ms: 12.4,
        at_ms: 1_700_000_001_000,
    }
}

fn answer(status: u16, content_type: &str, body: &str) -> Exchange {
    exchange(Outcome::Answer(Response {
        status,
        headers: vec![("content-type".to_owned(), content_type.to_owned())],
        body: Body::Text(body.to_owned()),
        repeated: Vec::new(),
    }))
}

fn refused() -> Exchange {
    exchange(Outcome::Failure(TransportFailure {
        kind: FailureKind::Connect,
        message: "connection refused (os error 111)".to_owned(),
    }))
}

const LONG: &str = concat!(
    r#"{"id":"7b0e1f6c-0000-4000-8000-000000000001","owner":"me","state":"fresh","tags":["a","b"],"#,
    r#""nested":{"deep":{"deeper":null}},"note":"[code 4]"}"#
);

fn finding(verdict: Verdict, requirement: Option<&str>, flow: &str, step: &str, exchange: Option<Exchange>) -> Finding {
    Finding {
        id: format!("{flow}/{step}/{}", requirement.unwrap_or("step")),
        verdict,
        requirement: requirement.map(str::to_owned),
        suite: if ["block-a-thing", "lose-a-thing", "waive-a-thing"].contains(&flow) { "losses" } else { "things" }
            .to_owned(),
        flow: flow.to_owned(),
        step: step.to_owned(),
        about: None,
        does: "POST /things".to_owned(),
        place: place(10 + u32::try_from(step.len()).unwrap_or_default()),
        mismatch: None,
        reason: None,
        after: None,
        exchange,
    }
}

fn findings() -> Vec<Finding> {
    let hostile = answer(200, "text/html", HOSTILE);
    let ends = |step: &str| Finding {
        about: Some("the other thing is gone".to_owned()),
        mismatch: Some(Mismatch::new("status", "refused (4xx)", "200")),
        ..finding(
            Verdict::Fail,
            Some("thing-ends-others"),
            "end-a-thing",
            step,
            Some(answer(200, "application/json", LONG)),
        )
    };
    vec![
        ends("3"),
        ends("alice.2"),
        Finding {
            mismatch: Some(Mismatch::new(
                "/nested",
                r#"{"deep":{"deeper":1},"more":true}"#,
                r#"{"deep":{"deeper":null}}"#,
            )),
            ..finding(
                Verdict::Fail,
                Some("thing-model"),
                "end-a-thing",
                "4",
                Some(answer(200, "application/json", LONG)),
            )
        },
        Finding {
            mismatch: Some(Mismatch::new("", "a body in JSON", HOSTILE)),
            ..finding(Verdict::Fail, Some("thing-model"), "end-a-thing", "5", Some(hostile))
        },
        Finding {
            mismatch: Some(Mismatch::new("header cache-control", "`no-store`", "nothing")),
            ..finding(
                Verdict::Warn,
                Some("no-cache"),
                "warn-of-a-thing",
                "1",
                Some(answer(200, "application/json", "{}")),
            )
        },
        Finding {
            reason: Some("connection refused (os error 111)".to_owned()),
            ..finding(Verdict::Broken, None, "lose-a-thing", "1", Some(refused()))
        },
        Finding {
            does: "code".to_owned(),
            reason: Some("no source of codes is declared".to_owned()),
            ..finding(Verdict::Blocked, Some("thing-code"), "block-a-thing", "2", None)
        },
        Finding {
            does: "code".to_owned(),
            reason: Some("no source of codes is declared".to_owned()),
            ..finding(Verdict::Blocked, Some("thing-code-expires"), "block-a-thing", "2", None)
        },
        Finding {
            reason: Some("step 5 failed".to_owned()),
            after: Some("5".to_owned()),
            ..finding(Verdict::Blocked, Some("thing-code-expires"), "end-a-thing", "6", None)
        },
        Finding {
            reason: Some("step 5 failed".to_owned()),
            after: Some("5".to_owned()),
            ..finding(Verdict::Blocked, None, "end-a-thing", "7", None)
        },
        Finding {
            mismatch: Some(Mismatch::new("status", "200", "404")),
            reason: Some(waivers()[0].waiver.words()),
            ..finding(
                Verdict::Waived,
                Some("thing-kept"),
                "waive-a-thing",
                "1",
                Some(answer(404, "text/plain", "gone")),
            )
        },
    ]
}

/// Two attempts, of which the second is the worse.
fn attempts() -> Vec<Attempt> {
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
fn unstable() -> Vec<Unstable> {
    let finding = findings().swap_remove(0);
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
fn drift() -> DriftResult {
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
fn waivers() -> Vec<WaiverResult> {
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

fn flows() -> Vec<FlowResult> {
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
