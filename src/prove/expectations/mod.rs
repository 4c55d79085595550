//! Expectation mutants: for everything that a flow asks of an answer, an answer for which exactly that turns red.
//!
//! None is written by hand. Each is derived from what a run without any wrong recorded: the answer is replaced by
//! another one that the same operation gives, or one value in it by another. Judging is a function of what was recorded,
//! so nothing is sent. It tells which expectations can turn red at all, and which would be missed if they were deleted.

mod answers;
mod changes;
mod inventory;
mod ledger;
mod trial;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use ledger::Ledger;

/// What came of one expectation of the suites.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Expectation {
    /// `file:line:column` in the suites.
    pub place: String,
    /// The id of the generated case that it belongs to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub case: Option<String>,
    /// The word for what it asks; see [`Expectation::kind`].
    pub asks: String,
    /// The requirements that it shows; nothing for an answer that is only on the way.
    pub requirements: BTreeSet<String>,
    /// The flow or fixture that holds it.
    pub within: String,
    /// What came of it.
    pub fate: ExpectationFate,
    /// The change by which this was found.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub change: String,
    /// What else turns red for every change that turns it red.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub overlapped_by: BTreeSet<String>,
    /// How many changes must turn it red.
    pub mutants: usize,
    /// How many of them did.
    pub caught: usize,
}

/// What came of an expectation, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ExpectationFate {
    /// No run got as far as to ask for it.
    NeverMet,
    /// Nothing turns it red.
    Dead,
    /// It is for some servers only, and the reference server plays none of them.
    Untried,
    /// It turns red, but whatever turns it red turns something else red that shows the same.
    Overlapped,
    /// Without it, a change would go unseen.
    Live,
}

impl ExpectationFate {
    /// The words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::NeverMet => "never met",
            Self::Dead => "dead",
            Self::Untried => "untried",
            Self::Overlapped => "overlapped",
            Self::Live => "live",
        }
    }
}

impl Expectation {
    /// What it asks, whether it belongs to a generated case, and whether it is only on the way to what is shown.
    pub fn kind(&self) -> String {
        let case = if self.case.is_some() { "case-" } else { "" };
        let way = if self.requirements.is_empty() { "-on-the-way" } else { "" };
        format!("{case}{}{way}", self.asks)
    }

    /// Whether it does what it is for.
    pub fn is_well(&self) -> bool {
        self.fate >= ExpectationFate::Untried && self.caught == self.mutants
    }
}

/// How many expectations of each kind would be missed if they were deleted.
pub fn live_by_kind(expectations: &[Expectation]) -> BTreeMap<String, usize> {
    count_by_kind(expectations.iter().filter(|one| one.fate == ExpectationFate::Live))
}

/// How many expectations of each kind there are.
pub fn all_by_kind(expectations: &[Expectation]) -> BTreeMap<String, usize> {
    count_by_kind(expectations.iter())
}

fn count_by_kind<'e>(expectations: impl Iterator<Item = &'e Expectation>) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for one in expectations {
        *counts.entry(one.kind()).or_insert(0) += 1;
    }
    counts
}

#[cfg(test)]
mod tests;
