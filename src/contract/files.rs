//! The files of a contract as read, and how a part of one is taken or refused with its place.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use super::error::ContractError;
use super::tree;
use crate::diagnostic::{Diagnostic, suggest};
use crate::yaml::{Entry, Node, Tree};

/// One parsed file.
#[derive(Debug)]
pub(super) struct Document {
    /// Relative to the folder of the contract, with forward slashes.
    pub(super) path: String,
    pub(super) text: Arc<str>,
    pub(super) root: Node,
}

impl Document {
    /// Parses a `.yaml` or `.json` file.
    pub(super) fn parse(path: &str, text: &str) -> Result<Self, ContractError> {
        let parsed = if has_extension(path, "json") { tree::parse_json(text) } else { tree::parse_yaml(text) };
        match parsed {
            Ok(root) => Ok(Self { path: path.to_string(), text: text.into(), root }),
            Err(error) => {
                let place = Diagnostic::new(path, text.into(), error.span, error.message);
                Err(ContractError::Syntax(Box::new(with_help(place, error.help))))
            }
        }
    }

    /// A mistake at a place of this file.
    pub(super) fn at(&self, span: &Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(&self.path, Arc::clone(&self.text), span.clone(), message)
    }

    /// A value that is not what its place wants.
    pub(super) fn wrong(&self, node: &Node, expected: &str) -> ContractError {
        let message = format!("expected {expected}, found {}", tree::describe(node));
        ContractError::WrongValue(Box::new(self.at(&node.span, message)))
    }

    /// A name that is none of the known ones.
    pub(super) fn unknown<'a>(
        &self,
        span: &Range<usize>,
        kind: &str,
        name: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> ContractError {
        let message = format!("no {kind} is named `{name}`");
        ContractError::UnknownName(Box::new(with_help(self.at(span, message), suggest(name, known))))
    }

    /// The text of a string.
    pub(super) fn text<'a>(&self, node: &'a Node, expected: &str) -> Result<&'a str, ContractError> {
        match node.text() {
            Some(text) if !text.is_empty() => Ok(text),
            _ => Err(self.wrong(node, expected)),
        }
    }

    /// The items of a list of names, each with its place.
    pub(super) fn names<'a>(&self, node: &'a Node, expected: &str) -> Result<Vec<Named<'a>>, ContractError> {
        if !matches!(node.tree, Tree::List(_)) {
            return Err(self.wrong(node, expected));
        }
        let named = |item: &'a Node| Ok(Named { name: self.text(item, expected)?, span: item.span.clone() });
        node.items().iter().map(named).collect()
    }

    /// A map with only known keys, or also any that the caller did not list if `keys` is empty.
    pub(super) fn table<'a>(
        &'a self,
        node: &'a Node,
        what: &'static str,
        keys: &[&str],
    ) -> Result<Table<'a>, ContractError> {
        if !matches!(node.tree, Tree::Map(_)) {
            return Err(self.wrong(node, &format!("{what} as a map")));
        }
        let unknown = node.entries().iter().find(|entry| !keys.is_empty() && !keys.contains(&&*entry.key));
        if let Some(Entry { key, key_span, .. }) = unknown {
            let place = self.at(key_span, format!("{what} has no key `{key}`"));
            let help = suggest(key, keys.iter().copied());
            return Err(ContractError::UnknownKey(Box::new(with_help(place, help))));
        }
        Ok(Table { document: self, node, what })
    }
}

/// A name and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Named<'a> {
    pub(super) name: &'a str,
    pub(super) span: Range<usize>,
}

/// A map whose keys are known.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table<'a> {
    document: &'a Document,
    pub(super) node: &'a Node,
    what: &'static str,
}

impl<'a> Table<'a> {
    /// The value of a key that may be missing.
    pub(super) fn optional(&self, key: &str) -> Option<&'a Node> {
        self.node.get(key)
    }

    /// The value of a key that has to be there.
    pub(super) fn required(&self, key: &str) -> Result<&'a Node, ContractError> {
        self.node.get(key).ok_or_else(|| {
            let message = format!("expected {} with the key `{key}`, found none", self.what);
            ContractError::WrongValue(Box::new(self.document.at(&self.node.span, message)))
        })
    }

    /// The text of a key that has to be there.
    pub(super) fn text(&self, key: &str) -> Result<&'a str, ContractError> {
        self.document.text(self.required(key)?, &format!("text for `{key}`"))
    }
}

/// Adds a help line if there is one.
pub(super) fn with_help(diagnostic: Diagnostic, help: Option<String>) -> Diagnostic {
    match help {
        Some(help) => diagnostic.help(help),
        None => diagnostic,
    }
}

/// Whether a path ends in `.extension`, in any case.
pub(super) fn has_extension(path: &str, extension: &str) -> bool {
    Path::new(path).extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}

/// Reads every file below a folder as (relative path, text), sorted; hidden files are none of ours.
pub(super) fn read_folder(folder: &Path) -> Result<Vec<(String, String)>, ContractError> {
    let mut files = Vec::new();
    collect(folder, "", &mut files)?;
    files.sort();
    Ok(files)
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, String)>) -> Result<(), ContractError> {
    let unreadable = |cause: io::Error| ContractError::Unreadable { path: folder.to_path_buf(), cause };
    for entry in fs::read_dir(folder).map_err(unreadable)? {
        let entry = entry.map_err(unreadable)?;
        let (path, name) = (entry.path(), entry.file_name().to_string_lossy().into_owned());
        if name.starts_with('.') {
            continue;
        }
        if path.is_dir() {
            collect(&path, &format!("{prefix}{name}/"), files)?;
        } else if has_extension(&name, "yaml") || has_extension(&name, "json") {
            let text = fs::read_to_string(&path).map_err(|cause| ContractError::Unreadable { path, cause })?;
            files.push((format!("{prefix}{name}"), text));
        }
    }
    Ok(())
}
