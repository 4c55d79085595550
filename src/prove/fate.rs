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
    /// How many steps of that flow came before.
    pub at: usize,
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
    /// It was caught, and something turned red that it does not name, or a fault names something that did not.
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
    /// The requirements that it breaks. Of a fault, all turn red, the first one above all; of a mutant, any.
    pub names: Vec<String>,
    /// What came of it.
    pub fate: Fate,
    /// How many flows were run.
    pub flows: usize,
    /// How many answers were changed; of a fault, this is not counted.
    pub changed: usize,
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

    /// What turned red without being named, and where.
    ///
    /// What turns red in a flow in which something named was red before follows from that, and is left out: a flow
    /// goes on after much that is wrong, and then meets what it has led to.
    pub fn unnamed(&self) -> BTreeMap<&str, Vec<&Red>> {
        let mut first: BTreeMap<&str, usize> = BTreeMap::new();
        for red in self.names.iter().filter_map(|named| self.red.get(named)).flatten() {
            let at = first.entry(&red.flow).or_insert(red.at);
            *at = red.at.min(*at);
        }
        let mut unnamed: BTreeMap<&str, Vec<&Red>> = BTreeMap::new();
        for (requirement, places) in self.red.iter().filter(|(requirement, _)| !self.names.contains(requirement)) {
            let follows = |red: &&Red| first.get(red.flow.as_str()).is_some_and(|first| *first <= red.at);
            let own: Vec<&Red> = places.iter().filter(|red| !follows(red)).collect();
            if !own.is_empty() {
                unnamed.insert(requirement, own);
            }
        }
        unnamed
    }

    /// What a fault names and did not turn red. A mutant names all that may, and is over when one does.
    pub fn unseen(&self) -> Vec<&str> {
        let unseen = |named: &&String| self.kind == Kind::Fault && !self.red.contains_key(*named);
        self.names.iter().filter(unseen).map(String::as_str).collect()
    }

    /// Takes in what turned red in one flow.
    pub(super) fn take(&mut self, reds: BTreeMap<String, BTreeSet<Red>>) {
        for (requirement, places) in reds {
            self.red.entry(requirement).or_default().extend(places);
        }
    }

    /// Decides its fate from what turned red.
    pub(super) fn decide(&mut self) {
        let caught = self.wanted().iter().any(|named| self.red.contains_key(named));
        let otherwise = !self.unnamed().is_empty() || !self.unseen().is_empty();
        self.fate = match (caught, self.kind) {
            (false, Kind::Fault) if self.flows == 0 => Fate::NeverMet,
            (false, Kind::Mutant) if self.changed == 0 => Fate::NeverMet,
            (false, _) => Fate::Survived,
            (true, Kind::Fault) if otherwise => Fate::Imprecise,
            (true, _) => Fate::Caught,
        };
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn trial(kind: Kind, names: &[&str], red: &[(&str, &str, usize)]) -> Trial {
        let mut trial = Trial {
            id: "x".to_owned(),
            kind,
            area: "y".to_owned(),
            operation: "all".to_owned(),
            about: String::new(),
            names: names.iter().map(|&name| name.to_owned()).collect(),
            fate: Fate::Survived,
            flows: 1,
            changed: 1,
            red: BTreeMap::new(),
        };
        for &(requirement, flow, at) in red {
            let (flow, step, check) = (flow.to_owned(), at.to_string(), "expect".to_owned());
            let red = Red { flow, at, step, check, seen: String::new() };
            trial.red.entry(requirement.to_owned()).or_default().insert(red);
        }
        trial.decide();
        trial
    }

    #[rstest]
    #[case::the_only_one(Kind::Fault, &["a"], &[("a", "f", 1)], Fate::Caught)]
    #[case::less_than_a_fault_names(Kind::Fault, &["a", "b"], &[("a", "f", 1)], Fate::Imprecise)]
    #[case::with_what_is_named(Kind::Fault, &["a", "b"], &[("a", "f", 1), ("b", "g", 1)], Fate::Caught)]
    #[case::only_what_is_named_later(Kind::Fault, &["a", "b"], &[("b", "f", 1)], Fate::Survived)]
    #[case::nothing(Kind::Fault, &["a"], &[], Fate::Survived)]
    #[case::what_follows(Kind::Fault, &["a"], &[("a", "f", 1), ("c", "f", 1), ("c", "f", 2)], Fate::Caught)]
    #[case::what_came_before(Kind::Fault, &["a"], &[("a", "f", 1), ("c", "f", 0)], Fate::Imprecise)]
    #[case::in_another_flow(Kind::Fault, &["a"], &[("a", "f", 1), ("c", "g", 2)], Fate::Imprecise)]
    #[case::any_of_a_mutant(Kind::Mutant, &["a", "b"], &[("b", "f", 1)], Fate::Caught)]
    #[case::more_than_a_mutant_names(Kind::Mutant, &["a"], &[("a", "f", 1), ("c", "g", 1)], Fate::Caught)]
    #[case::only_what_a_mutant_does_not_name(Kind::Mutant, &["a"], &[("c", "f", 1)], Fate::Survived)]
    fn decides(#[case] kind: Kind, #[case] names: &[&str], #[case] red: &[(&str, &str, usize)], #[case] fate: Fate) {
        assert_eq!(trial(kind, names, red).fate, fate);
    }

    #[test]
    fn what_never_acted_was_never_met() {
        for kind in [Kind::Fault, Kind::Mutant] {
            let mut trial = trial(kind, &["a"], &[]);
            (trial.flows, trial.changed) = (0, 0);
            trial.decide();
            assert_eq!(trial.fate, Fate::NeverMet);
        }
    }
}
