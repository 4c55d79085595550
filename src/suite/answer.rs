//! What an answer may be: the kinds of `expect`, held against what the operation documents.

use super::names::Operation;
use super::reader::{Reader, or};
use crate::diagnostic::suggest;
use crate::expect::Kind;
use crate::yaml::{Node, Tree};

const WORDS: [(&str, Kind); 6] = [
    ("ok", Kind::Ok),
    ("refused", Kind::Refused),
    ("refused-input", Kind::RefusedInput),
    ("validation", Kind::Validation),
    ("unauthorized", Kind::Unauthorized),
    ("open", Kind::Open),
];

impl Reader<'_> {
    /// One kind or a list of them. Without an operation, which was not understood, any documented
    /// model and error will do.
    pub(super) fn kinds(&self, node: &Node, operation: Option<&Operation>) -> Option<Vec<Kind>> {
        if !matches!(node.tree, Tree::List(_)) {
            return Some(vec![self.kind(node, operation)?]);
        }
        let items = self.list(node, "a list of kinds of answer")?;
        // Where anything may come, naming an error says that this operation may answer it here, though it does not list it.
        let open = items.iter().any(|item| matches!(&item.tree, Tree::Text(text) if text == "open"));
        let kinds: Vec<Option<Kind>> = items
            .iter()
            .map(|item| match &item.tree {
                Tree::Text(text) if open && self.names.errors.iter().any(|error| error == text) => {
                    Some(Kind::Error(text.clone()))
                }
                _ => self.kind(item, operation),
            })
            .collect();
        kinds.into_iter().collect()
    }

    fn kind(&self, node: &Node, operation: Option<&Operation>) -> Option<Kind> {
        let text = self.text(node, "a kind of answer")?;
        if let Some((_, kind)) = WORDS.iter().find(|(word, _)| *word == text) {
            let needless = *kind == Kind::Unauthorized && operation.is_some_and(|operation| !operation.bearer);
            if let Some(operation) = operation.filter(|_| needless) {
                self.mistake(&node.span, format!("`{}` takes no bearer token to refuse", operation.id));
                return None;
            }
            return Some(kind.clone());
        }
        if self.names.errors.iter().any(|error| error == text) {
            return self.error(node, operation).map(Kind::Error);
        }
        if self.names.models().any(|model| model == text) {
            return self.model(node, text, operation);
        }
        let words = WORDS.iter().map(|(word, _)| *word);
        match operation {
            Some(operation) => {
                let known =
                    words.chain(operation.success.as_deref()).chain(operation.errors.iter().map(String::as_str));
                self.unknown(&node.span, "kind of answer", text, known);
            }
            None => {
                let known = words.chain(self.names.models()).chain(self.names.errors.iter().map(String::as_str));
                self.unknown(&node.span, "kind of answer", text, known);
            }
        }
        None
    }

    fn model(&self, node: &Node, model: &str, operation: Option<&Operation>) -> Option<Kind> {
        match operation {
            Some(operation) if operation.success.as_deref() != Some(model) => {
                let help = match &operation.success {
                    Some(success) => format!("expected `{success}`"),
                    None => "its success body is free: expected `ok`".to_owned(),
                };
                self.mistake_with(&node.span, format!("`{}` does not answer with `{model}`", operation.id), help);
                None
            }
            _ => Some(Kind::Model(model.to_owned())),
        }
    }

    /// An error of the catalogue, documented at the operation.
    pub(super) fn error(&self, node: &Node, operation: Option<&Operation>) -> Option<String> {
        let error = self.text(node, "an error")?;
        if !self.names.errors.iter().any(|known| known == error) {
            let known = operation.map_or(&self.names.errors, |operation| &operation.errors);
            self.unknown(&node.span, "error", error, known.iter().map(String::as_str));
            return None;
        }
        if let Some(operation) = operation.filter(|operation| operation.errors.iter().all(|known| known != error)) {
            let message = format!("`{error}` is not documented at `{}`", operation.id);
            let documented: Vec<&str> = operation.errors.iter().map(String::as_str).collect();
            match suggest(error, documented.iter().copied()) {
                Some(help) => self.mistake_with(&node.span, message, help),
                None => self.mistake_with(&node.span, message, format!("documented there: {}", or(&documented))),
            }
            return None;
        }
        Some(error.to_owned())
    }
}

/// Whether an answer of these kinds can only be a refusal.
pub(super) fn is_refusal(kinds: &[Kind]) -> bool {
    kinds.iter().all(|kind| match kind {
        Kind::Refused
        | Kind::RefusedInput
        | Kind::Status(_)
        | Kind::Validation
        | Kind::Error(_)
        | Kind::Unauthorized => true,
        Kind::Model(_) | Kind::Ok | Kind::Open => false,
    })
}
