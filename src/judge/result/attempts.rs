//! The attempts of a run that was done several times.

use serde::{Deserialize, Serialize};

use super::conclusion::Conclusion;
use super::counts::Tally;
use super::flow::Finding;
use crate::verdict::Verdict;

/// One of several attempts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// The seed of everything random.
    pub seed: u64,
    /// The verdict on this attempt.
    pub conclusion: Conclusion,
    /// Its checks by verdict.
    pub checks: Tally,
    /// Milliseconds.
    pub elapsed_ms: f64,
}

/// A result that was not the same in all attempts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unstable {
    /// `flow/step/requirement`.
    pub id: String,
    /// Attempts in which it passed.
    pub passes: usize,
    /// Attempts in which it was looked at.
    pub judged: usize,
    /// Whether every attempt in which it did not pass is waived.
    pub waived: bool,
    /// Its verdict in each attempt; null where it was not looked at.
    pub verdicts: Vec<Option<Verdict>>,
    /// The gravest finding among the attempts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
}
