//! What a text says, as a tree in which every key and value knows its bytes.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use serde_json::{Number, Value};

/// A value and its place. A block list or mapping below a key stands at that key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Node {
    pub(crate) tree: Tree,
    pub(crate) span: Range<usize>,
}

/// What a node holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) enum Tree {
    Null,
    Bool(bool),
    #[serde(with = "digits")]
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
    /// A mistake that was already reported.
    Broken,
}

/// One key of a mapping and its value.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Range<usize>,
    pub(crate) value: Node,
}

impl Node {
    /// The entries of a mapping, none for anything else.
    pub(crate) fn entries(&self) -> &[Entry] {
        if let Tree::Map(entries) = &self.tree { entries } else { &[] }
    }

    /// The items of a list, none for anything else.
    pub(crate) fn items(&self) -> &[Node] {
        if let Tree::List(items) = &self.tree { items } else { &[] }
    }

    /// The text of a string.
    pub(crate) fn text(&self) -> Option<&str> {
        if let Tree::Text(text) = &self.tree { Some(text) } else { None }
    }

    /// The value of a key.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The node at a JSON Pointer.
    pub(crate) fn pointer(&self, pointer: &str) -> Option<&Node> {
        let steps = match pointer.strip_prefix('/') {
            Some(rest) => rest.split('/'),
            None if pointer.is_empty() => return Some(self),
            None => return None,
        };
        steps.map(|step| step.replace("~1", "/").replace("~0", "~")).try_fold(self, |node, step| match &node.tree {
            Tree::List(items) => items.get(step.parse::<usize>().ok()?),
            Tree::Map(_) => node.get(&step),
            Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::Text(_) | Tree::Broken => None,
        })
    }

    /// The kind of value as a person calls it.
    pub(crate) fn kind(&self) -> &'static str {
        match self.tree {
            Tree::Null | Tree::Broken => "nothing",
            Tree::Bool(_) => "true or false",
            Tree::Number(_) => "a number",
            Tree::Text(_) => "text",
            Tree::List(_) => "a list",
            Tree::Map(_) => "a mapping",
        }
    }

    /// The value without places.
    pub(crate) fn to_json(&self) -> Value {
        match &self.tree {
            Tree::Null | Tree::Broken => Value::Null,
            Tree::Bool(value) => Value::Bool(*value),
            Tree::Number(number) => Value::Number(number.clone()),
            Tree::Text(text) => Value::String(text.clone()),
            Tree::List(items) => items.iter().map(Node::to_json).collect(),
            Tree::Map(entries) => entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect(),
        }
    }
}

/// A number as its digits: what packs a tree does not tell by itself what comes next.
mod digits {
    use serde::{Deserialize as _, Deserializer, Serializer, de};
    use serde_json::Number;

    pub(super) fn serialize<S: Serializer>(number: &Number, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(number)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        let digits = String::deserialize(deserializer)?;
        serde_json::from_str(&digits).map_err(de::Error::custom)
    }
}
