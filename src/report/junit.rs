//! The JUnit report: a suite is a test suite, a flow a test case.
//!
//! What could not be judged is an error, never a skip: a reader of JUnit takes a skip for green. A
//! conclusion that is not green although every flow is (a requirement without occasion) gets a test
//! case of its own for the same reason.

use std::fmt::Write as _;
use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::{curl, plain};
use crate::exchange::Outcome;
use crate::judge::result::{Conclusion, Finding, FlowResult, RunResult};
use crate::verdict::Verdict;

/// A run as JUnit XML.
pub fn render(result: &RunResult) -> String {
    let mut report = Report::new("conformance");
    report.set_time(duration(result.elapsed_ms));
    for flows in result.flows.chunk_by(|left, right| left.suite == right.suite) {
        if let Some(first) = flows.first() {
            let mut suite = TestSuite::new(&first.suite);
            describe(&mut suite, result);
            suite.add_test_cases(flows.iter().map(|flow| test_case(flow, result)));
            report.add_test_suite(suite);
        }
    }
    if result.conclusion != Conclusion::Conformant && report.failures + report.errors == 0 {
        report.add_test_suite(conclusion(result));
    }
    let mut text = report.to_string().expect("a report is written to memory, and holds only what XML allows");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

fn describe(suite: &mut TestSuite, result: &RunResult) {
    suite.add_properties([
        Property::new("target", &result.target.name),
        Property::new("target.url", &result.target.url),
        Property::new("seed", result.seed.to_string()),
        Property::new("strict", result.strict.to_string()),
        Property::new("partial", result.partial.to_string()),
        Property::new("conclusion", result.conclusion.word()),
        Property::new("summary", plain::line(&result.summary)),
    ]);
    if let Ok(started) = jiff::Timestamp::from_millisecond(result.started_ms) {
        suite.extra.insert("timestamp".into(), started.to_string().into());
    }
}

fn test_case(flow: &FlowResult, result: &RunResult) -> TestCase {
    let findings = || result.findings.iter().filter(|finding| finding.flow == flow.id);
    let told = |warnings: bool| -> String {
        findings().filter(|finding| (finding.verdict == Verdict::Warn) == warnings).map(paragraph).collect()
    };
    let mut broken: Vec<&str> = Vec::new();
    for finding in findings().filter(|finding| finding.verdict == flow.verdict) {
        let requirement = finding.requirement.as_deref();
        broken.extend(requirement.filter(|id| !broken.contains(id)));
    }
    let mut case = TestCase::new(&flow.id, status(flow, &broken.join(", "), &told(false)));
    case.set_classname(&flow.suite).set_time(duration(flow.elapsed_ms));
    case.extra.insert("file".into(), format!("suites/{}", flow.place.file).into());
    case.extra.insert("line".into(), flow.place.line.to_string().into());
    let warnings = told(true);
    if !warnings.is_empty() {
        case.set_system_out(warnings);
    }
    case
}

fn status(flow: &FlowResult, broken: &str, told: &str) -> TestCaseStatus {
    let mut status = match flow.verdict {
        Verdict::Pass | Verdict::Warn => TestCaseStatus::success(),
        Verdict::Fail => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Verdict::Blocked | Verdict::Broken => TestCaseStatus::non_success(NonSuccessKind::Error),
        Verdict::Skipped | Verdict::Waived | Verdict::NotApplicable => TestCaseStatus::skipped(),
    };
    let about = if broken.is_empty() { &flow.about } else { broken };
    status.set_type(flow.verdict.word()).set_message(format!("{}: {}", flow.verdict, plain::line(about)));
    if !told.is_empty() {
        status.set_description(told);
    }
    status
}

/// The test case of a conclusion that no flow shows.
fn conclusion(result: &RunResult) -> TestSuite {
    let mut status = TestCaseStatus::non_success(NonSuccessKind::Error);
    status.set_type(result.conclusion.word()).set_message(plain::line(&result.summary));
    let mut case = TestCase::new("conclusion", status);
    case.set_classname("conformance");
    let mut suite = TestSuite::new("conformance");
    describe(&mut suite, result);
    suite.add_test_case(case);
    suite
}

/// A finding as text.
fn paragraph(finding: &Finding) -> String {
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
            Outcome::Answer(response) => add("answer", &response.status.to_string()),
            Outcome::Failure(failure) => add("answer", &format!("none: {}", failure.message)),
        }
        add("curl", &curl::line(&exchange.request));
    }
    text.push('\n');
    text
}

/// Negative or absurd numbers in a recording are no reason to fail.
fn duration(milliseconds: f64) -> Duration {
    Duration::try_from_secs_f64(milliseconds / 1_000.0).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use quick_junit::Report;

    use super::super::sample;
    use super::*;

    fn parsed(result: &RunResult) -> Report {
        Report::deserialize_from_str(&render(result)).unwrap()
    }

    #[test]
    fn holds_every_verdict() {
        insta::assert_snapshot!("junit", render(&sample::every_verdict()));
    }

    #[test]
    fn a_clean_run_has_no_case_but_its_flows() {
        let report = parsed(&sample::clean());
        assert_eq!((report.tests, report.failures, report.errors), (1, 0, 0));
    }

    #[test]
    fn a_conclusion_that_no_flow_shows_is_an_error() {
        for conclusion in [
            Conclusion::NonConformant,
            Conclusion::NothingSent,
            Conclusion::Inconclusive,
            Conclusion::Interrupted,
            Conclusion::Internal,
        ] {
            let report = parsed(&RunResult { conclusion, ..sample::clean() });
            assert_eq!((report.tests, report.errors), (2, 1), "{conclusion:?}");
            let empty = parsed(&RunResult { conclusion, flows: Vec::new(), ..sample::clean() });
            assert_eq!((empty.tests, empty.errors), (1, 1), "{conclusion:?}");
        }
    }
}
