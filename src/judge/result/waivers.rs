//! What became of a waiver.

use serde::{Deserialize, Serialize};

use crate::waiver::Waiver;

/// What became of a waiver.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaiverResult {
    /// The waiver.
    #[serde(flatten)]
    pub waiver: Waiver,
    /// What became of it.
    pub state: WaiverState,
    /// The ids of the results that it waives (`flow/step/requirement`), in the order of the flows: failures, and what
    /// was not done after them.
    pub results: Vec<String>,
    /// What is to be done about it, in words.
    pub advice: String,
}

/// What became of a waiver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WaiverState {
    /// It waives at least one failure.
    Applied,
    /// Its last day is over, so it waives nothing. It fails the run.
    Expired,
    /// What it names does not fail any more. It fails the run.
    Stale,
    /// It names nothing that the run judged. It fails the run.
    Unmatched,
    /// The run did not do, or could not judge, all that it names.
    Untold,
}

impl WaiverState {
    /// The word that stands for it in every report.
    pub fn word(self) -> &'static str {
        match self {
            WaiverState::Applied => "applied",
            WaiverState::Expired => "expired",
            WaiverState::Stale => "stale",
            WaiverState::Unmatched => "unmatched",
            WaiverState::Untold => "untold",
        }
    }

    /// Whether a run fails for it.
    pub fn fails(self) -> bool {
        match self {
            WaiverState::Expired | WaiverState::Stale | WaiverState::Unmatched => true,
            WaiverState::Applied | WaiverState::Untold => false,
        }
    }
}
