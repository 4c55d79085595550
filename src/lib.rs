//! Decides whether a deployment of the auth API may be released.
//!
//! The modules stand in import order: each may import only from those above it.

/// What this branch needs of the contract until that module is here.
pub mod contract {
    use std::fmt;

    use serde::{Deserialize, Serialize};

    /// How hard a rule is.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
    #[serde(rename_all = "lowercase")]
    pub enum Level {
        /// Broken is a failure.
        Must,
        /// Broken is a warning.
        Should,
        /// Recorded only.
        Observe,
    }

    impl fmt::Display for Level {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.pad(match self {
                Level::Must => "must",
                Level::Should => "should",
                Level::Observe => "observe",
            })
        }
    }

    /// Where the documentation says it.
    #[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
    pub struct Source {
        /// Heading.
        pub heading: String,
        /// Line.
        pub line: u32,
    }

    impl fmt::Display for Source {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            write!(f, "{}, line {} of the published text", self.heading, self.line)
        }
    }
}
pub mod exchange;
pub mod verdict;
pub mod expect;
pub mod suite;
pub mod event;
pub mod judge {
    //! What a run came to.
    pub mod result;
}
pub mod report;
pub mod reference;
pub mod cli;
