//! What a check can say, and a finding: requirement, expected, actual, where.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What became of one check. The order is the order of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// It was judged and held.
    Pass,
    /// Its condition does not hold on this target (a choice that the contract leaves open).
    NotApplicable,
    /// Not selected, or a declared gap.
    Skipped,
    /// A waived failure.
    Waived,
    /// A `should` is broken.
    Warn,
    /// What it needs was never obtained.
    Blocked,
    /// There was no usable answer.
    Broken,
    /// A `must` is broken, or a `should` under `--strict`.
    Fail,
}

impl Verdict {
    /// All verdicts, from the best to the worst.
    pub const ALL: [Verdict; 8] = [
        Verdict::Pass,
        Verdict::NotApplicable,
        Verdict::Skipped,
        Verdict::Waived,
        Verdict::Warn,
        Verdict::Blocked,
        Verdict::Broken,
        Verdict::Fail,
    ];

    /// The word that stands for it in every report.
    pub fn word(self) -> &'static str {
        match self {
            Verdict::Pass => "pass",
            Verdict::NotApplicable => "not-applicable",
            Verdict::Skipped => "skipped",
            Verdict::Waived => "waived",
            Verdict::Warn => "warn",
            Verdict::Blocked => "blocked",
            Verdict::Broken => "broken",
            Verdict::Fail => "fail",
        }
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.word())
    }
}

/// What is wrong, in the words of the contract: expected before actual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mismatch {
    /// What the contract wants.
    pub expected: String,
    /// What was there.
    pub actual: String,
    /// Where: a JSON Pointer into the body, `status`, `header NAME`, or empty for the whole answer.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
}

impl Mismatch {
    /// A mismatch at a place of the answer.
    pub fn new(place: impl Into<String>, expected: impl Into<String>, actual: impl Into<String>) -> Self {
        Self { expected: expected.into(), actual: actual.into(), place: place.into() }
    }
}

/// A place in a suite file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Place {
    /// Path relative to the suites folder, such as `refresh.yaml`.
    pub file: String,
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.file, self.line, self.column)
    }
}
