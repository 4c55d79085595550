//! What a rule is about.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a rule is about, in a word: the columns of a picture of what was covered.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// What an operation does, and what that leads to.
    #[default]
    Behaviour,
    /// How an answer looks: status, body, headers.
    Answers,
    /// What is refused, and how.
    Refusals,
    /// Who may do what, and with which token.
    Access,
    /// Ends, waits and limits.
    Limits,
    /// What no answer shows, and what nobody else is given.
    Secrets,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 6] =
        [Self::Behaviour, Self::Answers, Self::Refusals, Self::Access, Self::Limits, Self::Secrets];

    /// The kind as files and reports spell it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Behaviour => "behaviour",
            Self::Answers => "answers",
            Self::Refusals => "refusals",
            Self::Access => "access",
            Self::Limits => "limits",
            Self::Secrets => "secrets",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

impl FromStr for Kind {
    type Err = ();

    fn from_str(name: &str) -> Result<Self, ()> {
        Self::ALL.into_iter().find(|kind| kind.name() == name).ok_or(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_read_as_it_is_written() {
        for kind in Kind::ALL {
            assert_eq!(kind.to_string().parse(), Ok(kind));
            assert_eq!(serde_json::to_value(kind).unwrap(), kind.name());
        }
        assert_eq!("things".parse::<Kind>(), Err(()));
    }
}
