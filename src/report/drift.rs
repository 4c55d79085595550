//! Drifts that say the same thing, put together. Their order is kept.

use crate::judge::result::{Drift, DriftResult};
use crate::snapshot::DriftKind;

/// Answers that differ from the accepted ones in the same way.
pub(super) struct Group<'a> {
    /// The first.
    pub(super) first: &'a Drift,
    /// All of them.
    pub(super) places: Vec<&'a Drift>,
}

impl Group<'_> {
    /// What it is about, in one line.
    pub(super) fn title(&self) -> String {
        if self.first.kind == DriftKind::NewFlow {
            return "flows of which nothing was accepted yet".to_owned();
        }
        let at = if self.first.at.is_empty() { String::new() } else { format!(" at {}", self.first.at) };
        format!("{}: {}{at}", self.first.does, self.first.kind.words())
    }
}

impl Group<'_> {
    /// How often it is there.
    pub(super) fn times(&self) -> String {
        match self.places.len() {
            1 => "once".to_owned(),
            times => format!("{times} times"),
        }
    }

    /// What was and what is, in words; empty where all of it is new.
    pub(super) fn became(&self) -> String {
        let part = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        match (&self.first.accepted, &self.first.actual) {
            (None, None) => String::new(),
            (accepted, actual) => format!(": {} became {}", part(accepted), part(actual)),
        }
    }
}

/// Groups drifts by what the step does, where they are, and what was and is there.
pub(super) fn groups(drift: &DriftResult) -> Vec<Group<'_>> {
    grouped(&drift.drifts)
}

/// A line for each group: where, how often, what was and what is.
pub(super) fn lines(drifts: &[Drift]) -> Vec<String> {
    let line = |group: &Group<'_>| {
        let part = |value: &Option<String>| value.clone().unwrap_or_else(|| "nothing".to_owned());
        let times = if group.places.len() == 1 { String::new() } else { format!(" ({} times)", group.places.len()) };
        format!("{}{times}: {}, now {}", group.title(), part(&group.first.accepted), part(&group.first.actual))
    };
    grouped(drifts).iter().map(line).collect()
}

fn grouped(drifts: &[Drift]) -> Vec<Group<'_>> {
    let alike = |left: &Drift, right: &Drift| {
        (left.kind, &left.does, &left.at, &left.accepted, &left.actual)
            == (right.kind, &right.does, &right.at, &right.accepted, &right.actual)
    };
    let mut groups: Vec<Group<'_>> = Vec::new();
    for drift in drifts {
        match groups.iter_mut().find(|group| alike(group.first, drift)) {
            Some(group) => group.places.push(drift),
            None => groups.push(Group { first: drift, places: vec![drift] }),
        }
    }
    groups
}
