//! Which fixtures there are, known before any flow is read: their fields, and that none needs itself.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::yaml::{Mistake, Node};

/// The fixtures by id.
#[derive(Debug, Default)]
pub(super) struct Index {
    fixtures: BTreeMap<String, Outline>,
    /// Set when the file could not be read: any fixture may be in it.
    unreadable: bool,
}

#[derive(Debug, Default)]
struct Outline {
    yields: BTreeSet<String>,
    /// The fixtures that it builds on, and where it says so.
    given: Vec<(String, Range<usize>)>,
    /// The operations that its steps call.
    calls: BTreeSet<String>,
}

impl Index {
    /// The fixtures of a file that could not be read.
    pub(super) fn unreadable() -> Self {
        Self { fixtures: BTreeMap::new(), unreadable: true }
    }

    /// Reads the outlines out of the tree of the fixtures file.
    pub(super) fn new(root: &Node) -> Self {
        let mut index = Self::default();
        for node in root.get("fixtures").map(Node::items).unwrap_or_default() {
            let Some(id) = node.get("id").and_then(Node::text) else { continue };
            let yields = node.get("yields").map(Node::entries).unwrap_or_default();
            let given = node.get("given").map(Node::entries).unwrap_or_default();
            let given =
                given.iter().filter_map(|entry| Some((entry.value.text()?.to_owned(), entry.value.span.clone())));
            let outline = Outline {
                yields: yields.iter().map(|entry| entry.key.clone()).collect(),
                given: given.collect(),
                calls: calls(node),
            };
            index.fixtures.entry(id.to_owned()).or_insert(outline);
        }
        index
    }

    /// The ids of all fixtures.
    pub(super) fn ids(&self) -> impl Iterator<Item = &str> {
        self.fixtures.keys().map(String::as_str)
    }

    /// Whether there is such a fixture.
    pub(super) fn has(&self, fixture: &str) -> bool {
        self.unreadable || self.fixtures.contains_key(fixture)
    }

    /// The fields of the record that a fixture makes.
    pub(super) fn yields(&self, fixture: &str) -> Option<&BTreeSet<String>> {
        self.fixtures.get(fixture).map(|outline| &outline.yields)
    }

    /// Adds the operations that a fixture calls, those that it builds on included.
    pub(super) fn calls<'i>(&'i self, fixture: &str, calls: &mut BTreeSet<&'i str>) {
        let mut left = vec![fixture];
        let mut done = BTreeSet::new();
        while let Some(id) = left.pop() {
            if let Some(outline) = self.fixtures.get(id).filter(|_| done.insert(id)) {
                calls.extend(outline.calls.iter().map(String::as_str));
                left.extend(outline.given.iter().map(|(needed, _)| needed.as_str()));
            }
        }
    }

    /// Fixtures that need themselves, one mistake per circle.
    pub(super) fn circles(&self) -> Vec<Mistake> {
        let mut mistakes = Vec::new();
        let mut done = BTreeSet::new();
        for id in self.fixtures.keys() {
            self.walk(id, &mut Vec::new(), &mut done, &mut mistakes);
        }
        mistakes
    }

    fn walk<'i>(
        &'i self,
        id: &'i str,
        path: &mut Vec<&'i str>,
        done: &mut BTreeSet<&'i str>,
        mistakes: &mut Vec<Mistake>,
    ) {
        let Some(outline) = self.fixtures.get(id).filter(|_| !done.contains(id)) else { return };
        path.push(id);
        for (needed, span) in &outline.given {
            match path.iter().position(|step| step == needed) {
                Some(start) => {
                    let circle = [&path[start..], &[needed.as_str()]].concat().join("` needs `");
                    let message = format!("a fixture needs itself: `{circle}`");
                    mistakes.push(Mistake { span: span.clone(), message, help: None });
                }
                None => self.walk(needed, path, done, mistakes),
            }
        }
        path.pop();
        done.insert(id);
    }
}

/// Every operation named by a `call` below a node.
fn calls(node: &Node) -> BTreeSet<String> {
    let mut found: BTreeSet<String> = node.items().iter().flat_map(calls).collect();
    for entry in node.entries() {
        match entry.value.text() {
            Some(operation) if entry.key == "call" => {
                found.insert(operation.to_owned());
            }
            _ => found.extend(calls(&entry.value)),
        }
    }
    found
}
