//! The Common Test Report Format (<https://ctrf.io>): a flow is a test (see [`case`]), with its steps.

use serde::Serialize;
use serde_json::{Value, json};

use super::case::{self, Case, Outcome};
use super::plain;
use crate::judge::result::{FlowResult, RunResult};
use crate::verdict::Verdict;

/// The version of the format.
const VERSION: &str = "0.0.0";

#[derive(Debug, Default, Serialize)]
struct Summary {
    tests: usize,
    passed: usize,
    failed: usize,
    skipped: usize,
    pending: usize,
    other: usize,
    /// Tests with a result that was not the same in all attempts; nothing, where there was one attempt.
    #[serde(skip_serializing_if = "Option::is_none")]
    flaky: Option<usize>,
    start: i64,
    stop: i64,
}

/// A run as CTRF.
pub fn render(result: &RunResult) -> String {
    let cases = case::all(result);
    let report = json!({
        "reportFormat": "CTRF",
        "specVersion": VERSION,
        "generatedBy": "conformance",
        "results": {
            "tool": { "name": "conformance", "version": plain::line(&result.tool) },
            "summary": summary(&cases, result),
            "tests": cases.iter().map(|case| test(case, result)).collect::<Vec<_>>(),
            "environment": {
                "testEnvironment": plain::line(&result.target.name),
                "extra": {
                    "url": plain::line(&result.target.url),
                    "build": result.target.build().as_deref().map(plain::line),
                    "certificate": result.target.certificate.as_deref().map(plain::line),
                    "conclusion": result.conclusion.word(),
                    "summary": plain::line(&result.summary),
                    "contractDigest": plain::line(&result.contract_digest),
                    "suitesDigest": plain::line(&result.suites_digest),
                    // 64 bits are more than a number of JSON keeps.
                    "seed": result.seed.to_string(),
                    "strict": result.strict,
                    "partial": result.partial,
                },
            },
        },
    });
    let mut text = serde_json::to_string_pretty(&report).expect("a report is plain data with string keys");
    text.push('\n');
    text
}

/// The sums that the format wants beside its tests.
fn summary(cases: &[Case<'_>], result: &RunResult) -> Summary {
    let mut summary = Summary {
        tests: cases.len(),
        flaky: (!result.attempts.is_empty()).then(|| cases.iter().filter(|case| !case.unstable.is_empty()).count()),
        start: result.started_ms,
        stop: result.started_ms.saturating_add(whole(result.elapsed_ms)),
        ..Summary::default()
    };
    for case in cases {
        match case.outcome {
            Outcome::Passed => summary.passed += 1,
            Outcome::Failed => summary.failed += 1,
            Outcome::Undecided => summary.other += 1,
            Outcome::Skipped => summary.skipped += 1,
        }
    }
    summary
}

fn test(case: &Case<'_>, result: &RunResult) -> Value {
    let mut test = json!({
        "name": plain::line(case.name),
        "status": status(case.outcome),
        "duration": whole(case.elapsed_ms),
        "suite": [plain::line(case.suite)],
        "message": case.message,
        "rawStatus": case.word,
        "type": "conformance",
    });
    if !result.attempts.is_empty() {
        test["retries"] = (result.attempts.len() - 1).into();
        test["flaky"] = (!case.unstable.is_empty()).into();
    }
    let told = format!("{}{}", case.told, case.warnings);
    if !told.is_empty() {
        test["trace"] = told.into();
    }
    if !case.requirements.is_empty() {
        test["tags"] = case.requirements.iter().map(|id| plain::line(id)).collect();
    }
    if let Some(place) = case.place {
        test["filePath"] = plain::line(&format!("suites/{}", place.file)).into();
        test["line"] = place.line.into();
        let flow = result.flows.iter().find(|flow| flow.id == case.name);
        test["steps"] = flow.map(steps).unwrap_or_default().into();
    }
    test
}

fn steps(flow: &FlowResult) -> Vec<Value> {
    let step = |name: String, verdict| json!({ "name": plain::line(&name), "status": step_status(verdict) });
    flow.steps.iter().map(|it| step(format!("{} {}", it.step, it.does), it.verdict)).collect()
}

fn step_status(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Pass | Verdict::Warn => "passed",
        Verdict::Fail => "failed",
        Verdict::Blocked | Verdict::Broken => "other",
        Verdict::Skipped | Verdict::Waived | Verdict::NotApplicable => "skipped",
    }
}

fn status(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::Undecided => "other",
        Outcome::Skipped => "skipped",
    }
}

/// Whole milliseconds; a number that is none is nothing.
fn whole(milliseconds: f64) -> i64 {
    milliseconds.max(0.0).round() as i64
}

#[cfg(test)]
mod tests {
    use super::super::{sample, schemas};
    use super::*;

    #[test]
    fn holds_every_verdict() {
        insta::assert_snapshot!("ctrf", render(&sample::every_verdict()));
    }

    #[test]
    fn is_valid() {
        let validator = schemas::ctrf();
        for result in [sample::every_verdict(), sample::clean()] {
            let report: Value = serde_json::from_str(&render(&result)).unwrap();
            assert_eq!(schemas::violations(&validator, &report), Vec::<String>::new());
        }
    }
}
