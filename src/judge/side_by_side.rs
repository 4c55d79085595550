//! Several targets side by side: what became of each requirement at each of them.
//!
//! Unlike a comparison of two runs, there is no earlier and no later, so nothing is worse: it only differs.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::result::{Conclusion, Counts, RequirementResult, RunResult, Status, Tally};
use crate::contract::{Contract, Kind, Level, Source};
use crate::verdict::Verdict;

/// The version of the JSON form.
pub const FORMAT: u32 = 1;

/// Exit codes from the gravest on: one that surely failed outweighs one of which nothing is known.
const GRAVEST: [u8; 5] = [130, 4, 1, 2, 3];

/// Targets, and the requirements at each.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SideBySide {
    /// [`FORMAT`].
    pub format: u32,
    /// The tool's version.
    pub tool: String,
    /// Identity of the contract, hex.
    pub contract_digest: String,
    /// The seed of everything random, the same for all.
    pub seed: u64,
    /// The targets, in the order in which they were named.
    pub targets: Vec<Column>,
    /// Every requirement of the contract, in the order of the contract.
    pub requirements: Vec<Row>,
    /// All in a sentence.
    pub summary: String,
    /// The gravest of the targets' exit codes.
    pub exit_code: u8,
}

/// A target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Column {
    /// The name of its profile.
    pub name: String,
    /// Its base URL.
    pub url: String,
    /// Where its own reports are, relative to this one; nothing where they are not kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folder: Option<String>,
    /// What became of its run.
    pub fate: Fate,
}

/// What became of the run of one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It was judged.
    Judged(Box<Judged>),
    /// It was not run.
    NotRun {
        /// Why not.
        why: String,
        /// The exit code that a run of it alone would have had.
        exit_code: u8,
    },
}

/// A judged run, in short.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Judged {
    /// The verdict on the whole.
    pub conclusion: Conclusion,
    /// The conclusion in a sentence.
    pub summary: String,
    /// Whether flows were selected, or it ended early.
    pub partial: bool,
    /// Milliseconds since the Unix epoch.
    pub started_ms: i64,
    /// Milliseconds.
    pub elapsed_ms: f64,
    /// What was counted.
    pub counts: Counts,
}

/// A requirement at each target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The requirement's id.
    pub id: String,
    /// Its level.
    pub level: Level,
    /// What it is about.
    pub kind: Kind,
    /// Its operation; `None` for all.
    pub operation: Option<String>,
    /// Its sentence.
    pub says: String,
    /// Where the documentation says so.
    pub source: Source,
    /// Whether it is not the same at all targets that were run.
    pub differs: bool,
    /// One for each target, in their order; null where it was not run.
    pub cells: Vec<Option<Cell>>,
}

/// What became of a requirement at one target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Cell {
    /// What became of it.
    pub status: Status,
    /// The worst verdict of its checks; null where there was none.
    pub worst: Option<Verdict>,
    /// Its checks by verdict.
    pub checks: Tally,
    /// The gravest finding, in words; or why it was not judged; or what was observed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// The id of that finding, `flow/step/requirement`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<String>,
    /// Whether it was only not reached, as an earlier step had failed.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub aftermath: bool,
}

impl Cell {
    /// The word that stands for it in every report.
    pub fn word(&self) -> &'static str {
        self.worst.map_or(self.status.words(), Verdict::word)
    }

    /// The same choice is seen in whatever order.
    fn likeness(&self) -> (Status, Option<Verdict>, BTreeSet<&str>) {
        let seen = self.why.as_deref().filter(|_| self.status == Status::Observed).unwrap_or_default();
        (self.status, self.worst, seen.split("; ").collect())
    }
}

/// The run of one target, and what became of each requirement there.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    column: Column,
    cells: BTreeMap<String, Cell>,
}

impl Seen {
    /// A run that was judged.
    pub fn judged(name: &str, url: &str, folder: Option<String>, result: &RunResult) -> Self {
        let judged = Judged {
            conclusion: result.conclusion,
            summary: result.summary.clone(),
            partial: result.partial,
            started_ms: result.started_ms,
            elapsed_ms: result.elapsed_ms,
            counts: result.counts.clone(),
        };
        let cells = result.requirements.iter().map(|it| (it.id.clone(), cell(it, result))).collect();
        let fate = Fate::Judged(Box::new(judged));
        Self { column: Column { name: name.to_owned(), url: url.to_owned(), folder, fate }, cells }
    }

    /// A run that came to nothing.
    pub fn not_run(name: &str, url: &str, why: String, exit_code: u8) -> Self {
        let fate = Fate::NotRun { why, exit_code };
        let column = Column { name: name.to_owned(), url: url.to_owned(), folder: None, fate };
        Self { column, cells: BTreeMap::new() }
    }

    /// The target.
    pub fn column(&self) -> &Column {
        &self.column
    }
}

/// Puts runs of one contract side by side.
pub fn side_by_side(seen: Vec<Seen>, contract: &Contract, tool: &str, seed: u64) -> SideBySide {
    let (columns, cells): (Vec<Column>, Vec<_>) = seen.into_iter().map(|seen| (seen.column, seen.cells)).unzip();
    let row = |requirement: &crate::contract::Requirement| {
        let cells: Vec<Option<Cell>> = cells.iter().map(|cells| cells.get(&requirement.id).cloned()).collect();
        let kinds: Vec<_> = cells.iter().flatten().map(Cell::likeness).collect();
        Row {
            id: requirement.id.clone(),
            level: requirement.level,
            kind: requirement.kind,
            operation: requirement.operation.clone(),
            says: requirement.says.clone(),
            source: requirement.source.clone(),
            differs: kinds.windows(2).any(|pair| pair[0] != pair[1]),
            cells,
        }
    };
    let requirements: Vec<Row> = contract.requirements().iter().map(row).collect();
    let codes: Vec<u8> = columns.iter().map(Column::exit_code).collect();
    SideBySide {
        format: FORMAT,
        tool: tool.to_owned(),
        contract_digest: contract.digest().to_owned(),
        seed,
        summary: summary(&columns, &requirements),
        exit_code: gravest(&codes),
        targets: columns,
        requirements,
    }
}

impl Column {
    /// The exit code that a run of it alone would have had.
    pub fn exit_code(&self) -> u8 {
        match &self.fate {
            Fate::Judged(judged) => judged.conclusion.exit_code(),
            Fate::NotRun { exit_code, .. } => *exit_code,
        }
    }

    /// The word for what became of its run.
    pub fn word(&self) -> &'static str {
        match &self.fate {
            Fate::Judged(judged) => judged.conclusion.word(),
            Fate::NotRun { .. } => "not run",
        }
    }

    /// What became of its run, in a sentence.
    pub fn sentence(&self) -> &str {
        match &self.fate {
            Fate::Judged(judged) => &judged.summary,
            Fate::NotRun { why, .. } => why,
        }
    }
}

fn cell(requirement: &RequirementResult, result: &RunResult) -> Cell {
    let is_of = |finding: &&super::result::Finding| finding.requirement.as_deref() == Some(requirement.id.as_str());
    let finding = result.findings.iter().filter(is_of).max_by_key(|finding| finding.verdict);
    let told = finding.map(|finding| match (&finding.mismatch, &finding.reason) {
        (Some(mismatch), _) => format!("expected {}, found {}", mismatch.expected, mismatch.actual),
        (None, reason) => reason.clone().unwrap_or_default(),
    });
    Cell {
        status: requirement.status,
        worst: requirement.checks.worst(),
        checks: requirement.checks,
        why: told.filter(|told| !told.is_empty()).or(requirement.note.clone()),
        finding: finding.map(|finding| finding.id.clone()),
        aftermath: finding.is_some_and(|finding| finding.after.is_some()),
    }
}

fn gravest(codes: &[u8]) -> u8 {
    GRAVEST.into_iter().find(|code| codes.contains(code)).unwrap_or(0)
}

fn summary(columns: &[Column], rows: &[Row]) -> String {
    let green = columns.iter().filter(|column| column.exit_code() == 0).count();
    let differing = rows.iter().filter(|row| row.differs).count();
    let judged = columns.iter().filter(|column| matches!(column.fate, Fate::Judged(_))).count();
    let alike = match (judged, differing) {
        (0 | 1, _) => "there are no two to be held against each other".to_owned(),
        (_, 0) => format!("all {} requirements are alike", rows.len()),
        (_, 1) => format!("1 of {} requirements differs", rows.len()),
        (_, differing) => format!("{differing} of {} requirements differ", rows.len()),
    };
    let be = if green == 1 { "is" } else { "are" };
    format!("{green} of {} targets {be} conformant; {alike}", columns.len())
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::all_well(&[0, 0], 0)]
    #[case::open(&[0, 3], 3)]
    #[case::wrong_use_is_surer_than_open(&[3, 2], 2)]
    #[case::failed_is_surer_than_both(&[3, 1, 2], 1)]
    #[case::a_bug_of_the_tool(&[1, 4], 4)]
    #[case::stopped(&[1, 130, 4], 130)]
    #[case::nothing(&[], 0)]
    fn the_gravest_code_counts(#[case] codes: &[u8], #[case] gravest_code: u8) {
        assert_eq!(gravest(codes), gravest_code);
    }

    #[test]
    fn every_exit_code_has_its_gravity() {
        for conclusion in Conclusion::ALL {
            assert_eq!(gravest(&[conclusion.exit_code()]), conclusion.exit_code(), "{}", conclusion.word());
        }
    }

    #[test]
    fn what_was_observed_differs_only_by_what_was_seen() {
        let cell = |why: &str| Cell {
            status: Status::Observed,
            worst: Some(Verdict::Pass),
            checks: Tally { pass: why.len(), ..Tally::default() },
            why: Some(why.to_owned()),
            finding: None,
            aftermath: false,
        };
        assert_eq!(cell("a; b").likeness(), cell("b; a").likeness());
        assert_ne!(cell("a").likeness(), cell("b").likeness());
        let held = |why: &str| Cell { status: Status::Held, ..cell(why) };
        assert_eq!(held("3 checks").likeness(), held("4 checks").likeness());
    }
}
