//! The reports: one file per format, each a pure function of a [`RunResult`].
//!
//! Nothing here counts, judges, prints, or reads an old report.

pub mod badge;
mod case;
pub mod comparison;
pub mod console;
mod counted;
pub mod ctrf;
pub mod curl;
mod difference;
mod drift;
pub mod github;
mod group;
pub mod har;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub(crate) mod page;
pub(crate) mod plain;
pub mod rerun;
#[cfg(test)]
pub(crate) mod sample;
pub mod sarif;
#[cfg(test)]
mod schemas;
pub mod side_by_side;
pub mod tap;

use std::io::{self, Write};

use crate::judge::result::{Drift, RunResult};

/// The formats that a report can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text for people, as on the terminal.
    Console,
    /// A page for people.
    Html,
    /// Everything, for other tools.
    Json,
    /// Test cases, for CI systems.
    Junit,
    /// A summary for people, where CI shows Markdown.
    Markdown,
    /// Results at their places in the suites, for code scanning.
    Sarif,
    /// Annotations of a GitHub workflow.
    Github,
    /// The Test Anything Protocol.
    Tap,
    /// The Common Test Report Format.
    Ctrf,
    /// Every exchange, for a browser's developer tools.
    Har,
    /// The conclusion as a small picture.
    Badge,
}

/// What is known of a format.
struct Described {
    id: &'static str,
    file: &'static str,
    about: &'static str,
    render: fn(&RunResult) -> String,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 11] = [
        Format::Console,
        Format::Html,
        Format::Json,
        Format::Junit,
        Format::Markdown,
        Format::Sarif,
        Format::Github,
        Format::Tap,
        Format::Ctrf,
        Format::Har,
        Format::Badge,
    ];

    /// The table of the formats: name, file in a set, what it is for, how it is made.
    const fn described(self) -> Described {
        let (id, file, about, render): (_, _, _, fn(&RunResult) -> String) = match self {
            Format::Console => ("console", "console.txt", "text for people, as on the terminal", plain_console),
            Format::Html => ("html", "report.html", "one page with everything, that needs nothing else", html::render),
            Format::Json => ("json", "report.json", "everything, for other tools", json::render),
            Format::Junit => ("junit", "junit.xml", "test cases, for CI systems", junit::render),
            Format::Markdown => {
                ("markdown", "summary.md", "a summary for a CI step or a pull request", markdown::render)
            }
            Format::Sarif => ("sarif", "results.sarif", "SARIF 2.1.0, for code scanning", sarif::render),
            Format::Github => ("github", "annotations.txt", "annotations of a GitHub workflow", github::render),
            Format::Tap => ("tap", "results.tap", "TAP 14, for other test tools", tap::render),
            Format::Ctrf => ("ctrf", "ctrf.json", "CTRF, for other test tools", ctrf::render),
            Format::Har => ("har", "exchanges.har", "HAR 1.2, every exchange, for a browser", har::render),
            Format::Badge => ("badge", "badge.svg", "the conclusion as a small picture", badge::render),
        };
        Described { id, file, about, render }
    }

    /// The name by which a user asks for it.
    pub fn id(self) -> &'static str {
        self.described().id
    }

    /// The name of its file where every format is written.
    pub fn file(self) -> &'static str {
        self.described().file
    }

    /// What it is for, in a few words.
    pub fn about(self) -> &'static str {
        self.described().about
    }

    /// The format of a name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.id() == id)
    }

    /// A run in this format, as it stands in a file.
    pub fn render(self, result: &RunResult) -> String {
        (self.described().render)(result)
    }

    /// Writes what [`Format::render`] gives, without holding all of it where it may be long.
    ///
    /// # Errors
    /// What became of the writing.
    pub fn write(self, result: &RunResult, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Format::Json => json::write(result, out),
            Format::Console
            | Format::Html
            | Format::Junit
            | Format::Markdown
            | Format::Sarif
            | Format::Github
            | Format::Tap
            | Format::Ctrf
            | Format::Har
            | Format::Badge => out.write_all(self.render(result).as_bytes()),
        }
    }
}

/// The console report without its colours.
fn plain_console(result: &RunResult) -> String {
    anstream::adapter::strip_str(&console::render(result, &console::Options::default())).to_string()
}

/// Drifts as lines, those that say the same together.
fn group_of_drifts(drifts: &[Drift]) -> Vec<String> {
    drift::lines(drifts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::verdict::Verdict;

    #[test]
    fn every_format_has_a_name_of_its_own() {
        for format in Format::ALL {
            assert_eq!(Format::from_id(format.id()), Some(format));
        }
        assert_eq!(Format::from_id("htm"), None);
        let mut files = Format::ALL.map(Format::file).to_vec();
        files.sort_unstable();
        files.dedup();
        assert_eq!(files.len(), Format::ALL.len(), "two formats share a file");
    }

    #[test]
    fn the_readme_lists_every_format() {
        let readme = include_str!("../../README.md");
        let rows: Vec<&str> = readme.lines().skip_while(|line| !line.starts_with("| format |")).skip(2).collect();
        for (format, row) in Format::ALL.into_iter().zip(rows) {
            assert_eq!(row, format!("| `{}` | `{}` | {} |", format.id(), format.file(), format.about()));
        }
    }

    /// The flows of a verdict, as each format shows them.
    #[test]
    fn the_counts_agree_among_formats() {
        for result in [sample::every_verdict(), sample::clean()] {
            let flows = &result.counts.flows;
            let junit = quick_junit::Report::deserialize_from_str(&junit::render(&result)).unwrap();
            let skipped: usize = junit.test_suites.iter().map(|suite| suite.skipped).sum();
            assert_eq!(junit.tests, result.flows.len());
            assert_eq!(junit.failures, flows.fail);
            assert_eq!(junit.errors, flows.blocked + flows.broken);
            assert_eq!(skipped, flows.skipped + flows.waived + flows.not_applicable);

            let json: serde_json::Value = serde_json::from_str(&json::render(&result)).unwrap();
            let console = console::render(&result, &console::Options { width: 400, ..Default::default() });
            let console = anstream::adapter::strip_str(&console).to_string();
            let line = |label: &str| {
                let line = console.lines().find_map(|line| line.trim().strip_prefix(label));
                format!("{},", line.unwrap_or_else(|| panic!("no line `{label}` in {console}")).trim())
            };
            for verdict in Verdict::ALL {
                for (label, tally) in [("checks", &result.counts.checks), ("flows", flows)] {
                    let number = tally.get(verdict);
                    let shown = line(label).contains(&format!("{number} {verdict},"));
                    assert_eq!(shown, number > 0, "{label}: {verdict}");
                    assert_eq!(json["counts"][label][verdict.word()], number);
                }
            }
            the_counts_agree_in_other_formats(&result);
            let second = |line: &str| line.split('|').nth(1).map(|cell| cell.trim().to_owned());
            let rows = |verdict: Verdict| {
                console.lines().filter(|line| second(line).as_deref() == Some(verdict.word())).count()
            };
            for verdict in Verdict::ALL {
                assert_eq!(rows(verdict), flows.get(verdict), "rows of {verdict}");
            }
        }
    }

    fn the_counts_agree_in_other_formats(result: &RunResult) {
        let parsed = |text: String| serde_json::from_str::<serde_json::Value>(&text).unwrap();
        let flows = &result.counts.flows;
        let (passed, failed) = (flows.pass + flows.warn, flows.fail);
        let (undecided, skipped) = (flows.blocked + flows.broken, flows.skipped + flows.waived + flows.not_applicable);

        let tap = tap::render(result);
        let points = |start: &str| tap.lines().filter(|line| line.starts_with(start)).count();
        assert_eq!(points("not ok "), failed + undecided + flows.waived);
        assert_eq!(points("ok "), passed + skipped - flows.waived);
        assert_eq!(tap.matches(" # SKIP ").count(), skipped - flows.waived);
        assert_eq!(tap.matches(" # TODO ").count(), flows.waived);

        let ctrf = parsed(ctrf::render(result));
        let summary = &ctrf["results"]["summary"];
        for (key, number) in [("passed", passed), ("failed", failed), ("other", undecided), ("skipped", skipped)] {
            assert_eq!(summary[key], number, "ctrf: {key}");
            let tests = ctrf["results"]["tests"].as_array().unwrap();
            assert_eq!(tests.iter().filter(|test| test["status"] == key).count(), number, "ctrf: tests that are {key}");
        }

        let sarif = parsed(sarif::render(result));
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        let github = github::render(result);
        for verdict in Verdict::ALL {
            let number = result.findings.iter().filter(|finding| finding.verdict == verdict).count();
            let shown = results.iter().filter(|it| it["properties"]["verdict"] == verdict.word()).count();
            assert_eq!(shown, number, "sarif: {verdict}");
            assert_eq!(github.matches(&format!("title={verdict}%3A")).count(), number, "github: {verdict}");
        }

        let har = parsed(har::render(result));
        let exchanges: usize = result.flows.iter().flat_map(|flow| &flow.steps).map(|step| step.exchanges.len()).sum();
        assert_eq!(har["log"]["entries"].as_array().unwrap().len(), exchanges);
        assert_eq!(har["log"]["pages"].as_array().unwrap().len(), result.flows.len());

        let coverage = &result.counts.requirements;
        let held = format!("{} held, {} broken, {} not judged", coverage.held, coverage.broken, coverage.not_judged);
        assert!(markdown::render(result).contains(&held));
        assert!(html::render(result).contains(&held));
        assert!(badge::render(result).contains(&format!("{} of {}", coverage.held, coverage.observable)));
        for verdict in Verdict::ALL.into_iter().filter(|verdict| result.counts.checks.get(*verdict) > 0) {
            let number = format!("{} {verdict}", result.counts.checks.get(verdict));
            assert!(markdown::render(result).contains(&number), "markdown: {number}");
            assert!(html::render(result).contains(&number), "html: {number}");
        }
    }
}
