//! The verdict on a run.

use serde::{Deserialize, Serialize};

/// The verdict on a run; each has its exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conclusion {
    /// Every selected `must` (and `should` under `--strict`) was judged and held.
    Conformant,
    /// As conformant, but for failures that are waived: nothing that may be signed off without naming them.
    ConformantWithWaivers,
    /// At least one failed, or a waiver is no longer right.
    NonConformant,
    /// Nothing was sent, so nothing is known: a usage error.
    NothingSent,
    /// None failed, but something that counts could not be judged.
    Inconclusive,
    /// The run was stopped before its end.
    Interrupted,
    /// The tool itself failed.
    Internal,
}

impl Conclusion {
    /// All of them.
    pub const ALL: [Conclusion; 7] = [
        Conclusion::Conformant,
        Conclusion::ConformantWithWaivers,
        Conclusion::NonConformant,
        Conclusion::NothingSent,
        Conclusion::Inconclusive,
        Conclusion::Interrupted,
        Conclusion::Internal,
    ];

    /// The exit code of the process.
    pub fn exit_code(self) -> u8 {
        match self {
            Conclusion::Conformant | Conclusion::ConformantWithWaivers => 0,
            Conclusion::NonConformant => 1,
            Conclusion::NothingSent => 2,
            Conclusion::Inconclusive => 3,
            Conclusion::Internal => 4,
            Conclusion::Interrupted => 130,
        }
    }

    /// The word that stands for it in every report.
    pub fn word(self) -> &'static str {
        match self {
            Conclusion::Conformant => "conformant",
            Conclusion::ConformantWithWaivers => "conformant with waivers",
            Conclusion::NonConformant => "non-conformant",
            Conclusion::NothingSent => "nothing sent",
            Conclusion::Inconclusive => "inconclusive",
            Conclusion::Interrupted => "interrupted",
            Conclusion::Internal => "internal error",
        }
    }
}
