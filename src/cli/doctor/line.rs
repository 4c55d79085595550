//! One thing that was looked at: how it is, whose fault that is, and what to do.

use serde::Serialize;

/// Whose a problem is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Whose {
    /// The profile, or the options in its place.
    Profile,
    /// What lies between.
    Network,
    /// The deployment.
    Target,
    /// This tool.
    Tool,
}

impl Whose {
    pub(super) const fn words(self) -> &'static str {
        match self {
            Self::Profile => "your profile",
            Self::Network => "the network",
            Self::Target => "the target",
            Self::Tool => "this tool",
        }
    }
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Line {
    /// What was looked at.
    pub(super) check: &'static str,
    /// `ok`, `note` where it may become a problem, `problem`, or `left-out` where there was no occasion.
    pub(super) state: State,
    /// What was seen.
    pub(super) says: String,
    /// Whose a problem is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) whose: Option<Whose>,
    /// What to do about it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) advice: Option<String>,
}

/// How something is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum State {
    Ok,
    Note,
    Problem,
    LeftOut,
}

impl Line {
    pub(super) fn ok(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, state: State::Ok, says: says.into(), whose: None, advice: None }
    }

    pub(super) fn note(check: &'static str, whose: Whose, says: impl Into<String>, advice: &str) -> Self {
        Self { check, state: State::Note, says: says.into(), whose: Some(whose), advice: Some(advice.to_owned()) }
    }

    pub(super) fn left_out(check: &'static str, says: impl Into<String>) -> Self {
        Self { check, state: State::LeftOut, says: says.into(), whose: None, advice: None }
    }

    pub(super) fn problem(check: &'static str, whose: Whose, says: impl Into<String>, advice: &str) -> Self {
        Self { check, state: State::Problem, says: says.into(), whose: Some(whose), advice: Some(advice.to_owned()) }
    }

    pub(super) fn is_problem(&self) -> bool {
        self.state == State::Problem
    }
}
