//! What became of a flow, its steps and their checks, and what of it is not as it should be.

use serde::{Deserialize, Serialize};

use super::counts::Tally;
use crate::exchange::Exchange;
use crate::verdict::{Mismatch, Place, Verdict};

/// One thing that is not as it should be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Finding {
    /// Stable id: `flow/step/requirement`.
    pub id: String,
    /// Fail, warn, broken, blocked or waived.
    pub verdict: Verdict,
    /// The requirement; `None` where a step is blocked or broken that shows none.
    pub requirement: Option<String>,
    /// The suite.
    pub suite: String,
    /// The flow's id.
    pub flow: String,
    /// The step.
    pub step: String,
    /// Why the step is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What the step does.
    pub does: String,
    /// Where it stands in the suite.
    pub place: Place,
    /// Expected and actual, for a failure or warning.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mismatch: Option<Mismatch>,
    /// Why it could not be judged, for what is broken or blocked; by whom it is waived, for what is waived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The earlier step of the flow whose failure is the only reason why this one was not done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// The exchange that shows it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Exchange>,
}

/// What became of a flow.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FlowResult {
    /// Its suite.
    pub suite: String,
    /// Its id.
    pub id: String,
    /// What it is about.
    pub about: String,
    /// Where it stands.
    pub place: Place,
    /// Its worst verdict.
    pub verdict: Verdict,
    /// Milliseconds.
    pub elapsed_ms: f64,
    /// Its checks by verdict, with the universal ones that passed.
    pub checks: Tally,
    /// Its steps.
    pub steps: Vec<StepResult>,
}

/// What became of a step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StepResult {
    /// Its number, see [`crate::event::StepEvent::step`].
    pub step: String,
    /// Why it is there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// What it does.
    pub does: String,
    /// Where it stands in the suite.
    pub place: Place,
    /// Its worst verdict.
    pub verdict: Verdict,
    /// What was sent and what came back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub exchanges: Vec<Exchange>,
    /// Its checks: all that the flow asked for, and of the universal ones those that did not pass.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub checks: Vec<CheckResult>,
}

/// One requirement looked at on one step.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CheckResult {
    /// The check's id: `expect` for what a flow asked for, else a universal check.
    pub check: String,
    /// The requirement; `None` for an expectation that shows none.
    pub requirement: Option<String>,
    /// What became of it.
    pub verdict: Verdict,
    /// Expected and actual, where it did not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mismatch: Option<Mismatch>,
    /// Why it could not be judged, what was observed, or by whom it is waived.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
