//! What a run came to: the one value that every report is a function of.

mod attempts;
mod conclusion;
mod counts;
mod drift;
mod flow;
mod requirement;
mod waivers;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use attempts::{Attempt, Unstable};
pub use conclusion::Conclusion;
pub use counts::{Counts, Coverage, Tally};
pub use drift::{Drift, DriftResult};
pub use flow::{CheckResult, Finding, FlowResult, StepResult};
pub use requirement::{RequirementResult, Status};
pub use waivers::{WaiverResult, WaiverState};

use super::comparison::Comparison;
use crate::event::TargetIdentity;

/// The version of the JSON report.
pub const FORMAT: u32 = 1;

/// A judged run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RunResult {
    /// [`FORMAT`].
    pub format: u32,
    /// The tool's version.
    pub tool: String,
    /// Identity of the contract, hex.
    pub contract_digest: String,
    /// Identity of the suites, hex.
    pub suites_digest: String,
    /// What was tested.
    pub target: TargetIdentity,
    /// The seed of everything random.
    pub seed: u64,
    /// Whether broken `should` requirements fail.
    pub strict: bool,
    /// Whether flows were selected, or the run ended early.
    pub partial: bool,
    /// Milliseconds since the Unix epoch.
    pub started_ms: i64,
    /// Milliseconds.
    pub elapsed_ms: f64,
    /// How near the run came to the shortest time that was possible; nothing, where a recording does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speed: Option<Speed>,
    /// The verdict on the whole.
    pub conclusion: Conclusion,
    /// The conclusion in a sentence.
    pub summary: String,
    /// What was counted.
    pub counts: Counts,
    /// Every requirement of the contract, in the order of the contract.
    pub requirements: Vec<RequirementResult>,
    /// Everything that is not as it should be: failures first, then warnings, broken, blocked, waived.
    pub findings: Vec<Finding>,
    /// The waivers that the run began with, in the order of their file, and what became of each.
    #[serde(default)]
    pub waivers: Vec<WaiverResult>,
    /// The accounts that the run created on its target; none of the embedded server, whose accounts end with it.
    #[serde(default)]
    pub accounts: Vec<AccountResult>,
    /// In what the answers differ from the accepted snapshots; null where they were not compared.
    #[serde(default)]
    pub drift: Option<DriftResult>,
    /// Each attempt, where the run was done several times; everything else is of the worst of them.
    #[serde(default)]
    pub attempts: Vec<Attempt>,
    /// Results that passed in some attempts and not in others. They are never green.
    #[serde(default)]
    pub unstable: Vec<Unstable>,
    /// What changed since an earlier run; nothing where it was held against none, which a recording does not tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub changed: Option<Box<Comparison>>,
    /// The flows, in the order of the suites.
    pub flows: Vec<FlowResult>,
}

/// An account that the run created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountResult {
    /// The flow that created it; `doctor` where it was made before the first one.
    pub flow: String,
    /// The operation that did.
    pub operation: String,
    /// What it is known as, by the names of fields: its phone, its email, its username.
    pub known_as: BTreeMap<String, String>,
    /// Sessions that were opened for it, by signing up, signing in and the like.
    #[serde(default)]
    pub sessions: u32,
    /// Those of them that the run had ended.
    #[serde(default)]
    pub sessions_ended: u32,
}

/// How near a run came to the shortest time that was possible.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Speed {
    /// The longest chain of requests and waits of which each had to wait for the one before, milliseconds.
    pub critical_path_ms: f64,
    /// The flow at its end.
    pub critical_flow: String,
    /// That flow's requests on it.
    pub critical_requests: usize,
    /// The critical path as a share of the time that the run took, at most 1.
    pub efficiency: f64,
}
