//! The schema files, checked before they are compiled: keywords, formats, references and property names.

use std::collections::BTreeMap;

use super::error::ContractError;
use super::files::{Document, with_help};
use super::formats::{FORMATS, regex};
use super::keywords::{
    CLIENT_CREDENTIAL, CLIENT_CREDENTIALS, Holds, KEYWORDS, OPEN, OPEN_ASPECTS, OPEN_VALUES, REQUIREMENT, SENSITIVE,
    holds,
};
use super::tree::describe;
use crate::diagnostic::suggest;
use crate::yaml::{Entry, Node, Tree};

/// All schema files by path.
pub(super) struct Schemas(BTreeMap<String, Document>);

impl Schemas {
    /// Checks every file on its own and every reference between them.
    pub(super) fn check(documents: Vec<Document>) -> Result<Self, ContractError> {
        let schemas = Self(documents.into_iter().map(|document| (document.path.clone(), document)).collect());
        for document in schemas.0.values() {
            schemas.schema(document, &document.root)?;
            meta_schema(document)?;
        }
        Ok(schemas)
    }

    /// The files, sorted by path.
    pub(super) fn documents(&self) -> impl Iterator<Item = &Document> {
        self.0.values()
    }

    /// The place that a `$ref` standing in `from` leads to.
    pub(super) fn resolve(&self, from: &str, reference: &str) -> Option<(&Document, &Node)> {
        let (file, pointer) = reference.split_once('#').unwrap_or((reference, ""));
        let path = if file.is_empty() { from.to_string() } else { join(from, file)? };
        let document = self.0.get(&path)?;
        Some((document, document.root.pointer(pointer)?))
    }

    fn schema(&self, document: &Document, node: &Node) -> Result<(), ContractError> {
        match &node.tree {
            Tree::Bool(_) => return Ok(()),
            Tree::Map(_) => {}
            _ => return Err(document.wrong(node, "a schema")),
        }
        // Keywords come first: a misspelt one makes what the others say look wrong.
        if let Some(entry) = node.entries().iter().find(|entry| holds(&entry.key).is_none()) {
            let place = document.at(&entry.key_span, format!("no schema keyword is named `{}`", entry.key));
            let help = suggest(&entry.key, KEYWORDS.iter().map(|(name, _)| *name));
            return Err(ContractError::BrokenSchema(Box::new(with_help(place, help))));
        }
        for entry in node.entries() {
            let Some(holds) = holds(&entry.key) else { continue };
            match holds {
                Holds::Schema => self.schema(document, &entry.value)?,
                Holds::Schemas => entry.value.items().iter().try_for_each(|item| self.schema(document, item))?,
                Holds::Named => {
                    entry.value.entries().iter().try_for_each(|named| self.schema(document, &named.value))?;
                }
                Holds::Data => self.data(document, node, entry)?,
            }
        }
        Ok(())
    }

    fn data(&self, document: &Document, schema: &Node, entry: &Entry) -> Result<(), ContractError> {
        let one_of = |node: &Node, what: &str, known: &[&str]| {
            let name = document.text(node, what)?;
            if known.contains(&name) {
                return Ok(());
            }
            let place = document.at(&node.span, format!("expected {what}, found `{name}`"));
            let help = suggest(name, known.iter().copied());
            Err(ContractError::BrokenSchema(Box::new(with_help(place, help))))
        };
        match entry.key.as_str() {
            "$ref" => self.reference(document, &entry.value),
            "format" => {
                let known: Vec<&str> = FORMATS.iter().map(|(name, _)| *name).collect();
                one_of(&entry.value, "a known format", &known)
            }
            "pattern" => match entry.value.text() {
                Some(pattern) if regex(pattern).is_none() => {
                    let place =
                        document.at(&entry.value.span, format!("expected a regular expression, found `{pattern}`"));
                    Err(ContractError::BrokenSchema(Box::new(place)))
                }
                _ => Ok(()),
            },
            "required" => required_are_properties(document, schema, &entry.value),
            OPEN if matches!(entry.value.tree, Tree::List(_)) => {
                entry.value.items().iter().try_for_each(|item| one_of(item, "an open aspect", OPEN_ASPECTS))
            }
            OPEN => Err(document.wrong(&entry.value, "a list of open aspects")),
            OPEN_VALUES if !matches!(entry.value.tree, Tree::List(_)) => {
                Err(document.wrong(&entry.value, "a list of open values"))
            }
            CLIENT_CREDENTIAL => one_of(&entry.value, "a client credential", CLIENT_CREDENTIALS),
            SENSITIVE => document.text(&entry.value, "a kind of secret").map(drop),
            REQUIREMENT if std::ptr::eq(schema, &document.root) => {
                document.text(&entry.value, "the id of a requirement").map(drop)
            }
            REQUIREMENT => {
                let place = document.at(&entry.key_span, format!("`{REQUIREMENT}` stands only at the top of a model"));
                Err(ContractError::BrokenSchema(Box::new(place)))
            }
            _ => Ok(()),
        }
    }

    fn reference(&self, document: &Document, node: &Node) -> Result<(), ContractError> {
        let reference = document.text(node, "a reference")?;
        if self.resolve(&document.path, reference).is_some() {
            return Ok(());
        }
        Err(self.dangling(document, node, reference))
    }

    /// A `$ref` that leads nowhere.
    fn dangling(&self, document: &Document, node: &Node, reference: &str) -> ContractError {
        let place = document.at(&node.span, format!("expected a reference to a schema, `{reference}` leads nowhere"));
        let mut known = Vec::new();
        for path in self.0.keys() {
            let relative = relative(&document.path, path);
            let definitions = self.0[path].root.get("$defs").map_or(&[][..], Node::entries);
            known.extend(definitions.iter().map(|entry| format!("{relative}#/$defs/{}", entry.key)));
            known.push(relative);
        }
        let help = suggest(reference, known.iter().map(String::as_str));
        ContractError::DanglingReference(Box::new(with_help(place, help)))
    }
}

/// A `required` name that is no property is a misspelling of one.
fn required_are_properties(document: &Document, schema: &Node, required: &Node) -> Result<(), ContractError> {
    let properties = schema.get("properties").map_or(&[][..], Node::entries);
    for item in required.items() {
        let Some(name) = item.text() else { continue };
        if properties.iter().all(|entry| entry.key != name) {
            let place = document.at(&item.span, format!("`{name}` is required but no property beside it"));
            let help = suggest(name, properties.iter().map(|entry| entry.key.as_str()));
            return Err(ContractError::BrokenSchema(Box::new(with_help(place, help))));
        }
    }
    Ok(())
}

/// Keyword values, as the meta-schema of 2020-12 wants them.
fn meta_schema(document: &Document) -> Result<(), ContractError> {
    let schema = document.root.to_json();
    let meta = jsonschema::draft202012::meta::validator();
    let Err(error) = meta.validate(&schema) else { return Ok(()) };
    let pointer = error.instance_path().to_string();
    let node = document.root.pointer(&pointer).unwrap_or(&document.root);
    let message = format!("expected what JSON Schema allows at `{pointer}`, found {}", describe(node));
    let place = document.at(&node.span, message);
    Err(ContractError::BrokenSchema(Box::new(place)))
}

/// The path of `file` seen from the folder of `from`; none if it leaves the contract.
pub(super) fn join(from: &str, file: &str) -> Option<String> {
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in file.split('/') {
        match part {
            "." => {}
            ".." => drop(parts.pop()?),
            name => parts.push(name),
        }
    }
    Some(parts.join("/"))
}

/// How a file in a folder would write the path of `to`; folders are one deep here.
fn relative(from: &str, to: &str) -> String {
    let folder = from.split_inclusive('/').next().unwrap_or_default();
    to.strip_prefix(folder).map_or_else(|| format!("../{to}"), str::to_string)
}
