//! What became of a requirement.

use serde::{Deserialize, Serialize};

use super::counts::Tally;
use crate::contract::{Kind, Level, Source};

/// What became of one requirement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct RequirementResult {
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
    /// Standards that it rests on.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub refs: Vec<String>,
    /// What became of it.
    pub status: Status,
    /// Why it was not judged, or what was seen of an `observe`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Its checks by verdict.
    pub checks: Tally,
}

/// What became of a requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// Judged, and every check held.
    Held,
    /// Judged, and at least one check failed.
    Broken,
    /// Broken, or not judged after what is broken, and all of that is waived.
    Waived,
    /// No check could be judged, or one that counts could not.
    NotJudged,
    /// It could not be judged, wholly or in part, and the profile says so and why.
    Gap,
    /// It does not apply to a choice that the target made.
    NotApplicable,
    /// Nothing in the run gave an occasion to look at it.
    NoOccasion,
    /// The run's selection left it out.
    NotSelected,
    /// HTTP cannot show it.
    Unobservable,
    /// An `observe`: recorded, never judged.
    Observed,
}

impl Status {
    /// All of them.
    pub const ALL: [Status; 10] = [
        Status::Held,
        Status::Broken,
        Status::Waived,
        Status::NotJudged,
        Status::Gap,
        Status::NotApplicable,
        Status::NoOccasion,
        Status::NotSelected,
        Status::Unobservable,
        Status::Observed,
    ];

    /// The words that stand for it in every report.
    pub fn words(self) -> &'static str {
        match self {
            Status::Held => "held",
            Status::Broken => "broken",
            Status::Waived => "waived",
            Status::NotJudged => "not judged",
            Status::Gap => "declared gap",
            Status::NotApplicable => "not applicable",
            Status::NoOccasion => "no occasion",
            Status::NotSelected => "not selected",
            Status::Unobservable => "unobservable",
            Status::Observed => "observed",
        }
    }
}
