//! In what the answers of a run differ from the accepted snapshots.

use serde::{Deserialize, Serialize};

use crate::snapshot::DriftKind;
use crate::verdict::Place;

/// In what the answers of a run differ from the accepted snapshots.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DriftResult {
    /// Whether the run fails for it.
    pub denied: bool,
    /// Flows that were compared.
    pub compared: usize,
    /// What differs, in the order of the flows.
    pub drifts: Vec<Drift>,
}

/// One thing in which an answer differs from the accepted one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Drift {
    /// The suite.
    pub suite: String,
    /// The flow's id.
    pub flow: String,
    /// The step.
    pub step: String,
    /// What the step does.
    pub does: String,
    /// Where the step stands in the suite.
    pub place: Place,
    /// How it differs.
    pub kind: DriftKind,
    /// Where: `status`, `header NAME`, a JSON Pointer into the body, or empty for the whole.
    pub at: String,
    /// What was accepted, as compact JSON in its normal form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub accepted: Option<String>,
    /// What is there now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
}
