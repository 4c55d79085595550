//! Values in flows: templates whose references are known, JSON Pointers, names of requirements.

use std::ops::Range;

use super::reader::Reader;
use super::scope::{CLIENT, Scope};
use super::template::{Piece, Template, pieces};
use crate::yaml::{Node, Tree};

/// A reference and its bytes in the file.
struct Reference {
    path: String,
    span: Range<usize>,
}

impl Reader<'_> {
    /// Any value, with references to what was bound before.
    pub(super) fn template(&self, node: &Node, scope: &Scope) -> Template {
        self.check_references(node, &mut |path, span| scope.refer(self, path, span));
        Template::new(node.to_json())
    }

    /// Text, with references.
    pub(super) fn text_template(&self, node: &Node, wanted: &str, scope: &Scope) -> Option<Template> {
        self.text(node, wanted)?;
        Some(self.template(node, scope))
    }

    /// A value that is one whole reference.
    pub(super) fn reference(&self, node: &Node, wanted: &str, scope: &Scope) -> Option<Template> {
        let wanted = format!("{wanted}, a reference such as `${{alice.phone}}`");
        let text = self.text(node, &wanted)?;
        if !is_whole_reference(text) {
            self.mistake(&node.span, format!("expected {wanted}, found `{text}`"));
            return None;
        }
        Some(self.template(node, scope))
    }

    /// A number, or one whole reference to one.
    pub(super) fn seconds(&self, node: &Node, scope: &Scope) -> Option<Template> {
        match &node.tree {
            Tree::Number(number) if number.as_f64().is_some_and(|seconds| seconds < 0.0) => {
                self.mistake(&node.span, format!("expected seconds from now on, found {number}"));
                None
            }
            Tree::Number(_) => Some(Template::new(node.to_json())),
            Tree::Text(text) if is_whole_reference(text) => Some(self.template(node, scope)),
            Tree::Text(text) => {
                self.mistake(&node.span, format!("expected seconds, a number or one reference, found `{text}`"));
                None
            }
            _ => {
                self.wrong_kind(node, "seconds, a number or one reference");
                None
            }
        }
    }

    /// A value of which a condition asks whether there is one.
    pub(super) fn asked(&self, node: &Node, scope: &mut Scope) -> Option<Template> {
        let text = self.text(node, "a reference, which is text")?;
        if !is_whole_reference(text) {
            self.mistake(&node.span, format!("expected one reference such as `${{alice.phone}}`, found `{text}`"));
            return None;
        }
        self.check_references(node, &mut |path, span| scope.ask(self, path, span));
        Some(Template::new(node.to_json()))
    }

    fn check_references(&self, node: &Node, refer: &mut dyn FnMut(&str, &Range<usize>)) {
        match &node.tree {
            Tree::Text(text) => {
                for reference in self.references(text, &node.span) {
                    refer(&reference.path, &reference.span);
                }
            }
            Tree::List(items) => items.iter().for_each(|item| self.check_references(item, refer)),
            Tree::Map(entries) => {
                for entry in entries {
                    if entry.key.contains("${") {
                        let message = format!("the key `{}` holds a reference", entry.key);
                        self.mistake_with(&entry.key_span, message, "references stand in values only");
                    }
                    self.check_references(&entry.value, refer);
                }
            }
            Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::Broken => {}
        }
    }

    /// The well-formed references of a text; the others are mistakes.
    fn references(&self, text: &str, span: &Range<usize>) -> Vec<Reference> {
        let mut found = Vec::new();
        let mut from = span.start;
        let mut locate = |part: &str| match self.written(&(from..span.end)).find(part) {
            Some(start) => {
                let start = from + start;
                from = start + part.len();
                start..from
            }
            None => span.clone(),
        };
        let mut rest = text;
        while let Some(start) = rest.find("${") {
            rest = &rest[start..];
            let Some(end) = rest.find('}') else {
                self.mistake_with(&locate("${"), "`${` is not closed", "write `${name.field}`");
                break;
            };
            let span = locate(&rest[..=end]);
            let path = rest[2..end].trim();
            if is_path(path) {
                found.push(Reference { path: path.to_owned(), span });
            } else {
                let message = format!("`${{{path}}}` is no reference");
                self.mistake_with(&span, message, "write `${name.field}`: it refers, it does not compute");
            }
            rest = &rest[end + 1..];
        }
        found
    }

    /// A JSON Pointer.
    pub(super) fn pointer(&self, node: &Node) -> Option<String> {
        let Tree::Text(text) = &node.tree else {
            self.wrong_kind(node, "a JSON Pointer, which is text");
            return None;
        };
        if is_pointer(text) {
            return Some(text.clone());
        }
        let message = format!("`{text}` is no JSON Pointer");
        let help = if text.starts_with("$.") || text.starts_with('.') || !text.starts_with('/') {
            let parts: Vec<&str> = text.split(['.', '/']).filter(|part| !matches!(*part, "" | "$")).collect();
            format!("write `/{}`, or `\"\"` for the whole body", parts.join("/"))
        } else {
            "`~` is written `~0`, and `/` inside a key `~1`".to_owned()
        };
        self.mistake_with(&node.span, message, help);
        None
    }

    /// A name that a value is bound to: of a value, or of a field of a record where `dotted`.
    pub(super) fn binding(&self, name: &str, span: &Range<usize>, dotted: bool) -> bool {
        let head = name.split('.').next().unwrap_or(name);
        if head == CLIENT {
            let help = "it holds the client credentials of the target";
            self.mistake_with(span, format!("the name `{CLIENT}` is taken"), help);
            return false;
        }
        let parts = name.split('.').count();
        if !is_path(name) || parts > 2 || (parts > 1 && !dotted) {
            let help = if dotted {
                "letters, digits and `_`, with one dot before a field of a record"
            } else {
                "letters, digits and `_`"
            };
            self.mistake_with(span, format!("`{name}` is no name"), help);
            return false;
        }
        true
    }

    /// Ids of requirements, one or a list.
    pub(super) fn proves(&self, node: &Node, scope: &mut Scope) -> Vec<String> {
        let Some(items) = self.list(node, "a list of requirement ids") else { return Vec::new() };
        let mut proves: Vec<String> = Vec::new();
        for item in items {
            let Some(id) = self.text(item, "a requirement id") else { continue };
            if !self.names.requirements.contains_key(id) {
                self.unknown(&item.span, "requirement", id, self.names.requirements.keys().map(String::as_str));
            } else if proves.iter().any(|known| known == id) {
                self.mistake(&item.span, format!("`{id}` is here twice"));
            } else {
                scope.proves.push((id.to_owned(), item.span.clone()));
                proves.push(id.to_owned());
            }
        }
        proves
    }
}

fn is_whole_reference(text: &str) -> bool {
    matches!(pieces(text).as_slice(), [Piece::Reference(_)])
}

fn is_path(path: &str) -> bool {
    path.split('.').all(|part| {
        part.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
            && part.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-')
    })
}

/// RFC 6901 section 3.
pub(super) fn is_pointer(text: &str) -> bool {
    let escapes = || text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    text.is_empty() || (text.starts_with('/') && escapes())
}
