//! How hard a rule is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// How hard a rule is, the hardest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Level {
    /// Legitimate deployments differ: recorded, never a failure.
    Observe,
    /// Broken, it is a warning; under `--strict`, a failure.
    Should,
    /// Broken, it is a failure.
    Must,
}

impl Level {
    /// All levels, the hardest first.
    pub const ALL: [Self; 3] = [Self::Must, Self::Should, Self::Observe];

    /// The level as files and reports spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Must => "must",
            Self::Should => "should",
            Self::Observe => "observe",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Level {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|level| level.name() == name).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_level_is_read_as_it_is_written() {
        for level in Level::ALL {
            assert_eq!(level.to_string().parse(), Ok(level));
            assert_eq!(serde_json::to_value(level).unwrap(), level.name());
        }
        assert_eq!("may".parse::<Level>(), Err(()));
    }

    #[test]
    fn a_harder_level_is_greater() {
        assert!(Level::Must > Level::Should && Level::Should > Level::Observe);
    }
}
