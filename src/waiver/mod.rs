//! Waivers: failures that somebody has answered for until a day.
//!
//! Holds what a waiver is, reads and writes `waivers.toml`, and says which results a waiver names. It decides no
//! verdict and knows no clock: the day is told to it.

mod file;
mod glob;
mod write;

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use file::parse;
pub use glob::matches;
pub use write::{Entry, append};

/// The longest that a waiver may hold, in days from the day on which it is read.
pub const LONGEST_DAYS: i32 = 180;

/// One failure, or several of a kind, that somebody has answered for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// The requirements that it is about, as a glob; all where it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub requirement: Option<String>,
    /// The flows that it is about, as a glob; all where it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub flow: Option<String>,
    /// The results that it is about (`flow/step/requirement`), as a glob; all where it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<String>,
    /// Why this may be so for a while.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Where it is worked on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// The last day on which it holds, in UTC.
    pub expires: Date,
    /// Where it stands.
    pub place: Lines,
}

/// Whole lines of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Lines {
    /// The file as the user named it.
    pub file: String,
    /// The first line, from 1.
    pub first: u32,
    /// The last line.
    pub last: u32,
}

impl fmt::Display for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.first == self.last {
            true => write!(f, "{}:{}", self.file, self.first),
            false => write!(f, "{}:{}-{}", self.file, self.first, self.last),
        }
    }
}

impl Waiver {
    /// Whether it is about this result.
    pub fn names(&self, flow: &str, step: &str, requirement: &str) -> bool {
        let is = |pattern: &Option<String>, text: &dyn Fn() -> String| {
            pattern.as_ref().is_none_or(|pattern| matches(pattern, &text()))
        };
        is(&self.flow, &|| flow.to_owned())
            && is(&self.requirement, &|| requirement.to_owned())
            && is(&self.result, &|| format!("{flow}/{step}/{requirement}"))
    }

    /// The single flow that it is about, where it names one without a wildcard.
    pub fn only_flow(&self) -> Option<&str> {
        let literal = |text: &str| !text.contains(['*', '?']);
        let of_result = self.result.as_deref().and_then(|result| Some(result.split_once('/')?.0));
        [self.flow.as_deref(), of_result].into_iter().flatten().find(|flow| literal(flow))
    }

    /// What it names, in words: `requirement token-*, flow sign-in`.
    pub fn subject(&self) -> String {
        let parts = [("requirement", &self.requirement), ("flow", &self.flow), ("result", &self.result)];
        let parts = parts.into_iter().filter_map(|(kind, name)| Some(format!("{kind} `{}`", name.as_ref()?)));
        parts.collect::<Vec<_>>().join(", ")
    }

    /// Who answers for it, why and until when, in words.
    pub fn words(&self) -> String {
        let ticket = self.ticket.as_ref().map(|ticket| format!(" ({ticket})")).unwrap_or_default();
        format!("waived by {} until {}: {}{ticket}", self.owner, self.expires, self.reason)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn waiver(requirement: Option<&str>, flow: Option<&str>, result: Option<&str>) -> Waiver {
        Waiver {
            requirement: requirement.map(str::to_owned),
            flow: flow.map(str::to_owned),
            result: result.map(str::to_owned),
            reason: "it is old".to_owned(),
            owner: "ann".to_owned(),
            ticket: Some("A-1".to_owned()),
            expires: jiff::civil::date(2026, 12, 24),
            place: Lines { file: "waivers.toml".to_owned(), first: 3, last: 7 },
        }
    }

    #[rstest]
    #[case::requirement(waiver(Some("thing-*"), None, None), true)]
    #[case::other_requirement(waiver(Some("thing"), None, None), false)]
    #[case::flow(waiver(None, Some("make-?-thing"), None), true)]
    #[case::result(waiver(None, None, Some("make-a-thing/alice.2/thing-made")), true)]
    #[case::results(waiver(None, None, Some("make-a-thing/*")), true)]
    #[case::all_must_match(waiver(Some("thing-*"), Some("other"), None), false)]
    fn names_what_all_of_its_patterns_match(#[case] waiver: Waiver, #[case] named: bool) {
        assert_eq!(waiver.names("make-a-thing", "alice.2", "thing-made"), named);
    }

    #[rstest]
    #[case(waiver(Some("a"), None, None), None)]
    #[case(waiver(None, Some("a*"), None), None)]
    #[case(waiver(None, Some("a"), None), Some("a"))]
    #[case(waiver(None, None, Some("a/1/*")), Some("a"))]
    #[case(waiver(None, Some("a*"), Some("ab/1/c")), Some("ab"))]
    fn knows_its_only_flow(#[case] waiver: Waiver, #[case] flow: Option<&str>) {
        assert_eq!(waiver.only_flow(), flow);
    }

    #[test]
    fn says_what_it_is() {
        let waiver = waiver(Some("a"), Some("b"), None);
        assert_eq!(waiver.subject(), "requirement `a`, flow `b`");
        assert_eq!(waiver.words(), "waived by ann until 2026-12-24: it is old (A-1)");
        assert_eq!(waiver.place.to_string(), "waivers.toml:3-7");
    }
}
