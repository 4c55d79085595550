//! What became of one wrong: which requirements turned red for it, and whether they are those that it names.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// What kind of wrong a server was told to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// A fault in what the reference server does.
    Fault,
    /// A change of its answers on the wire, derived from the contract.
    Mutant,
}

impl Kind {
    /// The word for it.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Fault => "fault",
            Self::Mutant => "mutant",
        }
    }
}

/// One place where a requirement was seen broken.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Red {
    /// The flow.
    pub flow: String,
    /// The step of that flow.
    pub step: String,
    /// `expect` for what the flow asked for, else the universal check.
    pub check: String,
    /// Expected and actual, in one line.
    pub seen: String,
}

/// What came of a wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// What it names stayed green, whatever else turned red.
    Survived,
    /// No flow gets the answer that it changes.
    NeverMet,
    /// It was caught, and something turned red that it does not name.
    Imprecise,
    /// What it names turned red, and nothing else.
    Caught,
}

impl Fate {
    /// The words for it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Survived => "survived",
            Self::NeverMet => "never met",
            Self::Imprecise => "imprecise",
            Self::Caught => "caught",
        }
    }
}

/// One wrong, tried.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Trial {
    /// Stable name.
    pub id: String,
    /// Fault or mutant.
    pub kind: Kind,
    /// What it is about.
    pub area: String,
    /// The operation that shows it, or `all`.
    pub operation: String,
    /// What a server that has it does.
    pub about: String,
    /// The requirements that may turn red for it. Of a fault, the first one has to; of a mutant, any.
    pub names: Vec<String>,
    /// What came of it.
    pub fate: Fate,
    /// How many flows were run.
    pub flows: usize,
    /// What turned red, and where.
    pub red: BTreeMap<String, BTreeSet<Red>>,
}

impl Trial {
    /// The requirement that a fault has to turn red, or those of which a mutant has to turn one red.
    pub fn wanted(&self) -> &[String] {
        match self.kind {
            Kind::Fault => &self.names[..self.names.len().min(1)],
            Kind::Mutant => &self.names,
        }
    }

    /// Whether one of what it names turned red.
    pub fn is_caught(&self) -> bool {
        matches!(self.fate, Fate::Caught | Fate::Imprecise)
    }

    /// What turned red without being named.
    pub fn unnamed(&self) -> impl Iterator<Item = (&String, &BTreeSet<Red>)> {
        self.red.iter().filter(|(requirement, _)| !self.names.contains(requirement))
    }

    /// Decides its fate from what turned red.
    pub(super) fn decide(&mut self) {
        let caught = self.wanted().iter().any(|named| self.red.contains_key(named));
        let more = self.unnamed().next().is_some();
        self.fate = match (caught, self.kind) {
            (false, _) if self.flows == 0 => Fate::NeverMet,
            (false, _) => Fate::Survived,
            (true, Kind::Fault) if more => Fate::Imprecise,
            (true, _) => Fate::Caught,
        };
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::the_first(Kind::Fault, &["a", "b"], &["a"], Fate::Caught)]
    #[case::with_what_follows(Kind::Fault, &["a", "b"], &["a", "b"], Fate::Caught)]
    #[case::only_what_follows(Kind::Fault, &["a", "b"], &["b"], Fate::Survived)]
    #[case::nothing(Kind::Fault, &["a"], &[], Fate::Survived)]
    #[case::too_much(Kind::Fault, &["a"], &["a", "c"], Fate::Imprecise)]
    #[case::any_of_a_mutant(Kind::Mutant, &["a", "b"], &["b"], Fate::Caught)]
    #[case::consequences_of_a_mutant(Kind::Mutant, &["a"], &["a", "c"], Fate::Caught)]
    #[case::only_consequences(Kind::Mutant, &["a"], &["c"], Fate::Survived)]
    fn decides(#[case] kind: Kind, #[case] names: &[&str], #[case] red: &[&str], #[case] fate: Fate) {
        let mut trial = Trial {
            id: "x".to_owned(),
            kind,
            area: "y".to_owned(),
            operation: "all".to_owned(),
            about: String::new(),
            names: names.iter().map(|&name| name.to_owned()).collect(),
            fate: Fate::Survived,
            flows: 1,
            red: red.iter().map(|&name| (name.to_owned(), BTreeSet::new())).collect(),
        };
        trial.decide();
        assert_eq!(trial.fate, fate);
        trial.red.clear();
        trial.flows = 0;
        trial.decide();
        assert_eq!(trial.fate, Fate::NeverMet);
    }
}
