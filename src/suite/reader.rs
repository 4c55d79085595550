//! Reading a tree while collecting every mistake: which keys there are, which are missing, what kind a value is.
//!
//! It knows shapes, not flows. Whatever cannot be read is `None`, and its mistake is already noted.

use std::cell::RefCell;
use std::ops::Range;
use std::sync::Arc;

use super::index::Index;
use super::names::Names;
use crate::diagnostic::{Diagnostic, suggest};
use crate::verdict::Place;
use crate::yaml::{Entry, Mistake, Node, Tree};

/// One file that is being read.
pub(super) struct Reader<'a> {
    /// The name of the file below the suites folder.
    file: &'a str,
    /// The name of the file as it is shown.
    shown: String,
    source: Arc<str>,
    /// Where its lines begin, but for the first.
    lines: Vec<usize>,
    pub(super) names: &'a Names,
    pub(super) index: &'a Index,
    mistakes: RefCell<Vec<Diagnostic>>,
}

/// A mapping whose keys are known.
#[derive(Clone, Copy)]
pub(super) struct Fields<'n> {
    node: &'n Node,
    what: &'n str,
}

impl<'a> Reader<'a> {
    pub(super) fn new(file: &'a str, shown: String, source: Arc<str>, names: &'a Names, index: &'a Index) -> Self {
        let lines = source.match_indices('\n').map(|(end, _)| end + 1).collect();
        Self { file, shown, source, lines, names, index, mistakes: RefCell::default() }
    }

    /// The mistakes in the order of the file.
    pub(super) fn finish(self) -> Vec<Diagnostic> {
        let mut mistakes = self.mistakes.into_inner();
        mistakes.sort_by_key(|mistake| mistake.span.start);
        mistakes
    }

    pub(super) fn note(&self, mistake: Mistake) {
        self.report(mistake.span, mistake.message, mistake.help);
    }

    pub(super) fn mistake(&self, span: &Range<usize>, message: impl Into<String>) {
        self.report(span.clone(), message.into(), None);
    }

    pub(super) fn mistake_with(&self, span: &Range<usize>, message: impl Into<String>, help: impl Into<String>) {
        self.report(span.clone(), message.into(), Some(help.into()));
    }

    /// A name that does not exist, with the nearest one that does.
    pub(super) fn unknown<'n>(
        &self,
        span: &Range<usize>,
        what: &str,
        name: &str,
        known: impl IntoIterator<Item = &'n str>,
    ) {
        self.report(span.clone(), format!("unknown {what} `{name}`"), suggest(name, known));
    }

    /// A mistake, with what would be right where that is known.
    pub(super) fn report(&self, span: Range<usize>, message: String, help: Option<String>) {
        let diagnostic = Diagnostic::new(self.shown.clone(), self.source.clone(), span, message);
        let diagnostic = help.into_iter().fold(diagnostic, Diagnostic::help);
        self.mistakes.borrow_mut().push(diagnostic);
    }

    /// Line and column of a node.
    pub(super) fn place(&self, span: &Range<usize>) -> Place {
        let before = self.lines.partition_point(|begin| *begin <= span.start);
        let begin = before.checked_sub(1).map_or(0, |last| self.lines[last]);
        let column = self.source.get(begin..span.start).unwrap_or_default().chars().count() + 1;
        let line = before + 1;
        let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        Place { file: self.file.to_owned(), line: number(line), column: number(column) }
    }

    /// The text of a node as it stands in the file.
    pub(super) fn written(&self, span: &Range<usize>) -> &str {
        self.source.get(span.clone()).unwrap_or_default()
    }

    /// A value of another kind than wanted.
    pub(super) fn wrong_kind(&self, node: &Node, wanted: &str) {
        let message = format!("expected {wanted}, found {}", node.kind());
        match &node.tree {
            Tree::Broken => {}
            Tree::Bool(_) | Tree::Number(_) if wanted.contains("text") => {
                self.mistake_with(&node.span, message, format!("quote it: `\"{}\"`", self.written(&node.span)));
            }
            _ => self.mistake(&node.span, message),
        }
    }

    /// A mapping with no keys but these.
    pub(super) fn fields<'n>(&self, node: &'n Node, what: &'n str, known: &[&str]) -> Option<Fields<'n>> {
        let Tree::Map(entries) = &node.tree else {
            self.wrong_kind(node, &format!("{what}, which is a mapping"));
            return None;
        };
        for entry in entries.iter().filter(|entry| !known.contains(&entry.key.as_str())) {
            let message = format!("unknown key `{}` in {what}", entry.key);
            self.report(entry.key_span.clone(), message, suggest(&entry.key, known.iter().copied()));
        }
        Some(Fields { node, what })
    }

    /// A mapping of names to values.
    pub(super) fn named<'n>(&self, node: &'n Node, wanted: &str) -> Option<&'n [Entry]> {
        match &node.tree {
            Tree::Map(entries) => Some(entries),
            _ => {
                self.wrong_kind(node, wanted);
                None
            }
        }
    }

    /// A list; an empty one is a mistake.
    pub(super) fn list<'n>(&self, node: &'n Node, wanted: &str) -> Option<&'n [Node]> {
        match &node.tree {
            Tree::List(items) if items.is_empty() => {
                self.mistake(&node.span, format!("expected {wanted}, found an empty list"));
                None
            }
            Tree::List(items) => Some(items),
            _ => {
                self.wrong_kind(node, wanted);
                None
            }
        }
    }

    /// Two values.
    pub(super) fn pair<'n>(&self, node: &'n Node, wanted: &str) -> Option<(&'n Node, &'n Node)> {
        match &node.tree {
            Tree::List(items) if let [left, right] = items.as_slice() => Some((left, right)),
            Tree::List(items) => {
                let message = format!("expected {wanted}, found {} values", items.len());
                self.mistake(&node.span, message);
                None
            }
            _ => {
                self.wrong_kind(node, wanted);
                None
            }
        }
    }

    /// Text that is not empty.
    pub(super) fn text<'n>(&self, node: &'n Node, wanted: &str) -> Option<&'n str> {
        match &node.tree {
            Tree::Text(text) if !text.is_empty() => Some(text),
            Tree::Text(_) => {
                self.mistake(&node.span, format!("expected {wanted}, found empty text"));
                None
            }
            _ => {
                self.wrong_kind(node, wanted);
                None
            }
        }
    }

    /// An id of words in lower case, joined by hyphens.
    pub(super) fn id(&self, node: &Node) -> Option<String> {
        let id = self.text(node, "an id")?;
        if !is_kebab(id) {
            let fixed: String =
                id.chars().map(|c| if c.is_alphanumeric() { c.to_ascii_lowercase() } else { '-' }).collect();
            let help = if is_kebab(&fixed) {
                format!("write `{fixed}`")
            } else {
                "lower-case letters and digits, words joined by one hyphen".to_owned()
            };
            self.mistake_with(&node.span, format!("the id `{id}` is not kebab-case"), help);
        }
        Some(id.to_owned())
    }

    /// A whole number of at least 1.
    pub(super) fn count(&self, node: &Node) -> Option<u32> {
        let count = self.whole(node)?;
        if count == 0 {
            self.mistake(&node.span, "expected 1 or more, found 0");
            return None;
        }
        Some(count)
    }

    /// A whole number.
    pub(super) fn whole(&self, node: &Node) -> Option<u32> {
        match &node.tree {
            Tree::Number(number) => {
                let whole = number.as_u64().and_then(|number| u32::try_from(number).ok());
                if whole.is_none() {
                    self.mistake(&node.span, format!("expected a whole number, found {number}"));
                }
                whole
            }
            _ => {
                self.wrong_kind(node, "a whole number");
                None
            }
        }
    }

    /// Any number.
    pub(super) fn number(&self, node: &Node) -> Option<f64> {
        match &node.tree {
            Tree::Number(number) => number.as_f64(),
            _ => {
                self.wrong_kind(node, "a number");
                None
            }
        }
    }

    /// `true`, and nothing else: leaving the key out says the contrary.
    pub(super) fn yes(&self, node: &Node) -> Option<()> {
        match node.tree {
            Tree::Bool(true) => Some(()),
            Tree::Bool(false) => {
                self.mistake_with(&node.span, "expected `true`, found `false`", "leave the key out");
                None
            }
            _ => {
                self.wrong_kind(node, "`true`");
                None
            }
        }
    }
}

impl<'n> Fields<'n> {
    /// A mapping whose keys somebody else checks.
    pub(super) fn unchecked(node: &'n Node, what: &'n str) -> Self {
        Self { node, what }
    }

    /// The value of a key that may be missing.
    pub(super) fn get(&self, key: &str) -> Option<&'n Node> {
        self.node.get(key)
    }

    /// The place of a key.
    pub(super) fn key_span(&self, key: &str) -> &'n Range<usize> {
        let entry = self.node.entries().iter().find(|entry| entry.key == key);
        entry.map_or(&self.node.span, |entry| &entry.key_span)
    }

    /// The value of a key that must be there.
    pub(super) fn need(&self, reader: &Reader<'_>, key: &str) -> Option<&'n Node> {
        let value = self.node.get(key);
        if value.is_none() {
            reader.mistake(&self.node.span, format!("missing key `{key}` in {}", self.what));
        }
        value
    }

    /// The one key of these that is there, and its value.
    pub(super) fn one_of<'k>(&self, reader: &Reader<'_>, keys: &[&'k str]) -> Option<(&'k str, &'n Node)> {
        let found: Vec<&'k str> = keys.iter().copied().filter(|key| self.get(key).is_some()).collect();
        match found.as_slice() {
            [key] => Some((key, self.get(key)?)),
            [] => {
                // A misspelt key was already reported as unknown.
                if self.node.entries().iter().all(|entry| !near(&entry.key, keys)) {
                    reader.mistake(&self.node.span, format!("expected one of {} in {}", or(keys), self.what));
                }
                None
            }
            [first, second, ..] => {
                let message = format!("expected one of `{first}` and `{second}` in {}, found both", self.what);
                reader.mistake(self.key_span(second), message);
                None
            }
        }
    }
}

/// Names in backticks with commas.
pub(super) fn or(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn near(key: &str, keys: &[&str]) -> bool {
    !keys.contains(&key) && suggest(key, keys.iter().copied()).is_some_and(|help| help.starts_with("did you mean"))
}

fn is_kebab(id: &str) -> bool {
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && id
            .split('-')
            .all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()))
}
