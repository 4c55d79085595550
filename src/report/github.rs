//! Annotations for a workflow of GitHub: one line for each finding, at its place in the suites, and the conclusion.

use super::drift::{self, Group};
use super::{case, plain};
use crate::judge::result::{Conclusion, Finding, RunResult, Unstable, WaiverResult};
use crate::verdict::Verdict;

/// How many characters of a text of the target are shown.
const CHARACTERS: usize = 600;

/// A run as workflow commands.
pub fn render(result: &RunResult) -> String {
    let mut text: String = result.findings.iter().map(annotation).collect();
    let level = match result.conclusion {
        Conclusion::Conformant => "notice",
        Conclusion::ConformantWithWaivers => "warning",
        Conclusion::NonConformant
        | Conclusion::NothingSent
        | Conclusion::Inconclusive
        | Conclusion::Interrupted
        | Conclusion::Internal => "error",
    };
    text.extend(result.waivers.iter().map(waiver));
    if let Some(drift) = &result.drift {
        text.extend(drift::groups(drift).iter().map(|group| drifted(group, drift.denied)));
    }
    text.extend(result.unstable.iter().map(unstable));
    let title = property(&format!("conformance: {}", result.conclusion.word()));
    text.push_str(&format!("::{level} title={title}::{}\n", data(&plain::line(&result.summary))));
    text
}

/// A waiver, at its place in its file.
fn waiver(result: &WaiverResult) -> String {
    let level = if result.state.fails() { "error" } else { "notice" };
    let place = &result.waiver.place;
    let title = property(&format!("waiver: {}", result.state.word()));
    let message = format!("{}: {}; {}", result.waiver.subject(), result.advice, result.waiver.words());
    let (file, first, last) = (property(&place.file), place.first, place.last);
    format!("::{level} file={file},line={first},endLine={last},title={title}::{}\n", data(&plain::line(&message)))
}

/// Answers that differ alike from the accepted ones, at the first place where they do.
fn drifted(group: &Group<'_>, denied: bool) -> String {
    let level = if denied { "error" } else { "warning" };
    let first = group.first;
    let (file, line) = (property(&format!("suites/{}", first.place.file)), first.place.line);
    let (title, times, became) = (group.title(), group.times(), group.became());
    let message = format!("{title} ({times}, first in {} step {}){became}", first.flow, first.step);
    let message = plain::line(&plain::shortened(&message, CHARACTERS));
    format!("::{level} file={file},line={line},title=drift::{}\n", data(&message))
}

/// A result that was not the same in all attempts, which is never green.
fn unstable(result: &Unstable) -> String {
    let level = if result.waived { "notice" } else { "error" };
    let place = result.finding.as_ref().map(|finding| {
        let file = property(&format!("suites/{}", finding.place.file));
        format!("file={file},line={},", finding.place.line)
    });
    let message = case::changing(result);
    format!("::{level} {}title=unstable::{}\n", place.unwrap_or_default(), data(message.trim_end()))
}

fn annotation(finding: &Finding) -> String {
    let level = match finding.verdict {
        // What could not be judged is as bad as what failed, until somebody looks.
        Verdict::Fail | Verdict::Broken | Verdict::Blocked => "error",
        Verdict::Warn => "warning",
        Verdict::Pass | Verdict::NotApplicable | Verdict::Skipped | Verdict::Waived => "notice",
    };
    let file = property(&format!("suites/{}", finding.place.file));
    let id = finding.requirement.as_deref().unwrap_or("no requirement");
    let title = property(&format!("{}: {id}", finding.verdict));
    let (line, column) = (finding.place.line, finding.place.column);
    format!("::{level} file={file},line={line},col={column},title={title}::{}\n", data(&message(finding)))
}

fn message(finding: &Finding) -> String {
    let mut lines = vec![format!("{} / {}, step {}: {}", finding.suite, finding.flow, finding.step, finding.does)];
    if let Some(mismatch) = &finding.mismatch {
        let at = if mismatch.place.is_empty() { String::new() } else { format!(" at {}", mismatch.place) };
        lines.push(format!("expected{at}: {}", mismatch.expected));
        lines.push(format!("actual: {}", mismatch.actual));
    }
    lines.extend(finding.reason.as_ref().map(|reason| format!("because {reason}")));
    lines.iter().map(|line| plain::line(line)).collect::<Vec<_>>().join("\n")
}

/// The text of a command, which may have several lines.
fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of a property, which a comma or colon would end.
fn property(text: &str) -> String {
    data(&plain::line(text)).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::sample;
    use super::*;

    #[test]
    fn holds_every_verdict() {
        insta::assert_snapshot!("github", render(&sample::every_verdict()));
    }

    #[rstest]
    #[case("a\n::error::b", "a%0A::error::b", "a\\n%3A%3Aerror%3A%3Ab")]
    #[case("50%, c", "50%25, c", "50%25%2C c")]
    fn no_text_is_a_command(#[case] text: &str, #[case] as_data: &str, #[case] as_property: &str) {
        assert_eq!((data(text).as_str(), property(text).as_str()), (as_data, as_property));
    }

    #[test]
    fn every_line_is_one_command() {
        let text = render(&sample::every_verdict());
        assert!(text.lines().all(|line| line.starts_with("::") && line[2..].contains("::")), "{text}");
        let sample = sample::every_verdict();
        let drifts = drift::groups(sample.drift.as_ref().unwrap()).len();
        let told = sample.findings.len() + sample.waivers.len() + drifts + sample.unstable.len();
        assert_eq!(text.lines().count(), told + 1);
    }
}
