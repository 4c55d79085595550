//! The JUnit report: a suite is a test suite, a flow a test case (see [`case`]).

use std::time::Duration;

use quick_junit::{NonSuccessKind, Property, Report, TestCase, TestCaseStatus, TestSuite};

use super::case::{self, Case, Outcome};
use super::plain;
use crate::judge::result::RunResult;

/// A run as JUnit XML.
pub fn render(result: &RunResult) -> String {
    let mut report = Report::new("conformance");
    report.set_time(duration(result.elapsed_ms));
    for cases in case::all(result).chunk_by(|left, right| left.suite == right.suite) {
        if let Some(first) = cases.first() {
            let mut suite = TestSuite::new(first.suite);
            describe(&mut suite, result);
            suite.add_test_cases(cases.iter().map(test_case));
            report.add_test_suite(suite);
        }
    }
    let text = report.to_string().expect("a report is written to memory, and holds only what XML allows");
    let mut text = without_sum_of_skips(&text);
    if !text.ends_with('\n') {
        text.push('\n');
    }
    text
}

/// No schema of JUnit knows how many were skipped of all suites; each suite says it.
fn without_sum_of_skips(text: &str) -> String {
    let (before, root) = text.split_once("<testsuites ").unwrap_or((text, ""));
    let (root, after) = root.split_once('>').unwrap_or((root, ""));
    let kept: Vec<&str> = root.split(' ').filter(|attribute| !attribute.starts_with("skipped=\"")).collect();
    format!("{before}<testsuites {}>{after}", kept.join(" "))
}

fn describe(suite: &mut TestSuite, result: &RunResult) {
    suite.add_properties([
        Property::new("target", &result.target.name),
        Property::new("target.url", &result.target.url),
        Property::new("target.build", plain::line(&result.target.build().unwrap_or_default())),
        Property::new("target.certificate", plain::line(result.target.certificate.as_deref().unwrap_or_default())),
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

fn test_case(case: &Case<'_>) -> TestCase {
    let mut shown = TestCase::new(case.name, status(case));
    shown.set_classname(case.suite).set_time(duration(case.elapsed_ms));
    if let Some(place) = case.place {
        shown.extra.insert("file".into(), format!("suites/{}", place.file).into());
        shown.extra.insert("line".into(), place.line.to_string().into());
    }
    if !case.warnings.is_empty() {
        shown.set_system_out(case.warnings.clone());
    }
    shown
}

fn status(case: &Case<'_>) -> TestCaseStatus {
    let mut status = match case.outcome {
        Outcome::Passed => TestCaseStatus::success(),
        Outcome::Failed => TestCaseStatus::non_success(NonSuccessKind::Failure),
        Outcome::Undecided => TestCaseStatus::non_success(NonSuccessKind::Error),
        Outcome::Skipped => TestCaseStatus::skipped(),
    };
    status.set_type(case.word).set_message(case.message.clone());
    if !case.told.is_empty() {
        status.set_description(case.told.clone());
    }
    status
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
    use crate::judge::result::Conclusion;

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
        let green = |it: &Conclusion| it.exit_code() == 0;
        for conclusion in Conclusion::ALL.into_iter().filter(|it| !green(it)) {
            let report = parsed(&RunResult { conclusion, ..sample::clean() });
            assert_eq!((report.tests, report.errors), (2, 1), "{conclusion:?}");
            let empty = parsed(&RunResult { conclusion, flows: Vec::new(), ..sample::clean() });
            assert_eq!((empty.tests, empty.errors), (1, 1), "{conclusion:?}");
        }
    }
}
