//! Judged runs for the tests of the formats, made by hand: one with every verdict and hostile text, one clean.

mod exchanges;
mod findings;
mod flows;
mod requirements;
mod rest;

use crate::event::TargetIdentity;
use crate::judge::comparison::{self, Comparison};
use crate::judge::result::{AccountResult, Conclusion, Counts, Coverage, DriftResult, RunResult, Speed, Status, Tally};
use crate::verdict::Verdict;

/// Control characters, terminal escapes, directional marks and markup, as a target could answer them.
const HOSTILE: &str = "\u{1b}[2J\u{7}\u{9b}31m\u{202e}<script>alert('x')</script> ]]> & \u{0} é 日本\r\nsecond line";

/// A run in which every verdict, every status and every kind of outcome occurs.
pub(crate) fn every_verdict() -> RunResult {
    let flows = flows::all();
    RunResult {
        format: 1,
        tool: "0.1.0".to_owned(),
        contract_digest: "c0ffee".to_owned(),
        suites_digest: "facade".to_owned(),
        target: TargetIdentity {
            name: "staging".to_owned(),
            url: "https://staging.example.test/api/v1".to_owned(),
            certificate: Some("0A:1B:2C".to_owned()),
            build_header: Some("x-build".to_owned()),
            builds: vec!["1.4.2".to_owned(), "1.4.3\u{202e}".to_owned()],
            ..TargetIdentity::default()
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
        requirements: requirements::all(),
        findings: findings::all(),
        waivers: rest::waivers(),
        accounts: vec![AccountResult {
            flow: "take-things".to_owned(),
            operation: "POST /things".to_owned(),
            known_as: [("name".to_owned(), "mine\u{7}".to_owned())].into(),
            sessions: 2,
            sessions_ended: 1,
        }],
        drift: Some(rest::drift()),
        attempts: rest::attempts(),
        unstable: rest::unstable(),
        changed: None,
        flows,
    }
}

/// What changed from the clean run to the one with every verdict.
pub(crate) fn changed() -> Comparison {
    comparison::compare(&clean_before(), &every_verdict())
}

/// A clean run of the same flows, in which every step was answered.
fn clean_before() -> RunResult {
    let mut before = every_verdict();
    before.started_ms -= 86_400_000;
    before.conclusion = Conclusion::Conformant;
    for step in before.flows.iter_mut().flat_map(|flow| &mut flow.steps) {
        step.verdict = Verdict::Pass;
        step.checks.iter_mut().for_each(|check| check.verdict = Verdict::Pass);
        step.exchanges.iter_mut().for_each(|exchange| exchange.elapsed_ms /= 2.0);
    }
    before.flows.retain(|flow| flow.id != "lose-a-thing");
    before
}

/// A run that is conformant.
pub(crate) fn clean() -> RunResult {
    let mut result = every_verdict();
    result.flows.retain(|flow| flow.verdict == Verdict::Pass);
    result.requirements.retain(|requirement| requirement.status == Status::Held);
    result.findings.clear();
    result.waivers.clear();
    result.target.builds.truncate(1);
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
