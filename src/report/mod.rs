//! The reports: one file per format, each a pure function of a [`RunResult`].
//!
//! Nothing here counts, judges, prints, or reads an old report.

pub mod console;
pub mod curl;
pub mod json;
pub mod junit;
pub(crate) mod page;
mod plain;
#[cfg(test)]
mod sample;

use crate::judge::result::RunResult;

/// The formats that a report can be written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// Text for people, as on the terminal.
    Console,
    /// Everything, for other tools.
    Json,
    /// Test cases, for CI systems.
    Junit,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 3] = [Format::Console, Format::Json, Format::Junit];

    /// The name by which a user asks for it.
    pub fn id(self) -> &'static str {
        match self {
            Format::Console => "console",
            Format::Json => "json",
            Format::Junit => "junit",
        }
    }

    /// The format of a name.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.id() == id)
    }

    /// A run in this format. Text for people holds colours, which its writer strips where they are not wanted.
    pub fn render(self, result: &RunResult) -> String {
        match self {
            Format::Console => console::render(result, &console::Options::default()),
            Format::Json => json::render(result),
            Format::Junit => junit::render(result),
        }
    }
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
        assert_eq!(Format::from_id("html"), None);
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
            let second = |line: &str| line.split('|').nth(1).map(|cell| cell.trim().to_owned());
            let rows = |verdict: Verdict| {
                console.lines().filter(|line| second(line).as_deref() == Some(verdict.word())).count()
            };
            for verdict in Verdict::ALL {
                assert_eq!(rows(verdict), flows.get(verdict), "rows of {verdict}");
            }
        }
    }
}
