//! A flow as a test case, for the formats that know test cases.
//!
//! What could not be judged is an error, never a skip: a reader of such a format takes a skip for green. A
//! conclusion that is not green although every flow is (a requirement without occasion) gets a test case of its own
//! for the same reason.

use std::fmt::Write as _;

use super::{curl, plain};
use crate::exchange::Outcome as Answered;
use crate::judge::result::{Drift, Finding, FlowResult, RunResult, Unstable};
use crate::verdict::{Place, Verdict};

/// What a test case can come to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Outcome {
    /// It held; perhaps with warnings.
    Passed,
    /// The target is wrong.
    Failed,
    /// It could not be judged.
    Undecided,
    /// It was left out, is waived, or does not apply.
    Skipped,
}

/// A flow, or the conclusion that no flow shows.
#[derive(Debug)]
pub(super) struct Case<'a> {
    /// The suite.
    pub(super) suite: &'a str,
    /// The flow's id.
    pub(super) name: &'a str,
    /// What became of it.
    pub(super) outcome: Outcome,
    /// The word of its verdict, or of the conclusion.
    pub(super) word: &'static str,
    /// One line that says what is wrong, or what it is about.
    pub(super) message: String,
    /// The requirements that its worst findings are about.
    pub(super) requirements: Vec<&'a str>,
    /// Its findings, without the warnings; empty where there are none.
    pub(super) told: String,
    /// Its warnings, and in what its answers differ from the accepted ones.
    pub(super) warnings: String,
    /// Its results that were not the same in all attempts.
    pub(super) unstable: Vec<&'a Unstable>,
    /// Where it stands; `None` for the conclusion.
    pub(super) place: Option<&'a Place>,
    /// Milliseconds.
    pub(super) elapsed_ms: f64,
}

/// The name of the suite and of the case of a conclusion that no flow shows.
const OWN: (&str, &str) = ("conformance", "conclusion");

/// Every flow, in the order of the suites, and the conclusion where no flow shows it.
pub(super) fn all(result: &RunResult) -> Vec<Case<'_>> {
    let mut cases: Vec<Case<'_>> = result.flows.iter().map(|flow| case(flow, result)).collect();
    let shown = cases.iter().any(|case| matches!(case.outcome, Outcome::Failed | Outcome::Undecided));
    if result.conclusion.exit_code() != 0 && !shown {
        cases.push(conclusion(result));
    }
    cases
}

fn case<'a>(flow: &'a FlowResult, result: &'a RunResult) -> Case<'a> {
    let findings = || result.findings.iter().filter(|finding| finding.flow == flow.id);
    let told = |warnings: bool| -> String {
        findings().filter(|finding| (finding.verdict == Verdict::Warn) == warnings).map(paragraph).collect()
    };
    let unstable: Vec<&Unstable> = result.unstable.iter().filter(|it| flow_of(&it.id) == flow.id).collect();
    let drifted = result.drift.iter().flat_map(|drift| &drift.drifts).filter(|drift| drift.flow == flow.id);
    let beside: String = drifted.map(drift).chain(unstable.iter().map(|it| changing(it))).collect();
    let mut requirements: Vec<&str> = Vec::new();
    for finding in findings().filter(|finding| finding.verdict == flow.verdict) {
        requirements.extend(finding.requirement.as_deref().filter(|id| !requirements.contains(id)));
    }
    let about = if requirements.is_empty() { flow.about.clone() } else { requirements.join(", ") };
    Case {
        suite: &flow.suite,
        name: &flow.id,
        outcome: outcome(flow.verdict),
        word: flow.verdict.word(),
        message: format!("{}: {}", flow.verdict, plain::line(&about)),
        requirements,
        told: told(false),
        warnings: told(true) + &beside,
        unstable,
        place: Some(&flow.place),
        elapsed_ms: flow.elapsed_ms,
    }
}

fn outcome(verdict: Verdict) -> Outcome {
    match verdict {
        Verdict::Pass | Verdict::Warn => Outcome::Passed,
        Verdict::Fail => Outcome::Failed,
        Verdict::Blocked | Verdict::Broken => Outcome::Undecided,
        Verdict::Skipped | Verdict::Waived | Verdict::NotApplicable => Outcome::Skipped,
    }
}

/// The test case of a conclusion that no flow shows.
fn conclusion(result: &RunResult) -> Case<'_> {
    Case {
        suite: OWN.0,
        name: OWN.1,
        outcome: Outcome::Undecided,
        word: result.conclusion.word(),
        message: plain::line(&result.summary),
        requirements: Vec::new(),
        told: String::new(),
        warnings: String::new(),
        unstable: Vec::new(),
        place: None,
        elapsed_ms: 0.0,
    }
}

/// The flow of a result: `flow/step/requirement`.
fn flow_of(id: &str) -> &str {
    id.split_once('/').map_or(id, |(flow, _)| flow)
}

/// Drift as text.
fn drift(drift: &Drift) -> String {
    let part = |value: &Option<String>| value.as_deref().map_or_else(|| "nothing".to_owned(), plain::line);
    let at = if drift.at.is_empty() { String::new() } else { format!(" at {}", plain::line(&drift.at)) };
    let mut text = format!("drift: {}{at}\n", drift.kind.words());
    let mut add = |label: &str, value: &str| {
        writeln!(text, "  {label}: {value}").expect("a string takes any text");
    };
    add("step", &plain::line(&format!("{} {}", drift.step, drift.does)));
    add("place", &plain::line(&format!("suites/{}", drift.place)));
    if drift.accepted.is_some() || drift.actual.is_some() {
        add("accepted", &part(&drift.accepted));
        add("now", &part(&drift.actual));
    }
    text.push('\n');
    text
}

/// A result that was not the same in all attempts, in a line.
pub(super) fn changing(result: &Unstable) -> String {
    let waived = if result.waived { ", waived" } else { "" };
    format!("unstable {}: passes {} of {} times{waived}\n", plain::line(&result.id), result.passes, result.judged)
}

/// A finding as text.
pub(super) fn paragraph(finding: &Finding) -> String {
    let mut text = format!("{} {}\n", finding.verdict, finding.requirement.as_deref().unwrap_or("(no requirement)"));
    let mut add = |label: &str, value: &str| {
        writeln!(text, "  {label}: {}", plain::line(value)).expect("a string takes any text");
    };
    add("step", &format!("{} {}", finding.step, finding.does));
    add("place", &format!("suites/{}", finding.place));
    if let Some(mismatch) = &finding.mismatch {
        add("expected", &mismatch.expected);
        add("actual", &mismatch.actual);
        if !mismatch.place.is_empty() {
            add("at", &mismatch.place);
        }
    }
    if let Some(reason) = &finding.reason {
        add("because", reason);
    }
    if let Some(exchange) = &finding.exchange {
        match &exchange.outcome {
            Answered::Answer(response) => add("answer", &response.status.to_string()),
            Answered::Failure(failure) => add("answer", &format!("none: {}", failure.message)),
        }
        add("curl", &curl::line(&exchange.request));
    }
    text.push('\n');
    text
}
