//! The top-level keys of a model, with references followed and included schemas taken in.

use std::collections::HashSet;
use std::ops::Range;

use serde_json::{Map, Value};

use super::files::Document;
use super::keywords::{Holds, SENSITIVE, holds};
use super::schemas::Schemas;
use crate::yaml::Node;

/// One top-level key of a model.
#[derive(Debug, Clone, PartialEq)]
pub struct Field {
    /// The key.
    pub name: String,
    /// Whether it has to be there.
    pub required: bool,
    /// The JSON types that its value may have; empty if any.
    pub types: Vec<String>,
    /// The only values that it may have, from `enum` or `const`; empty if not listed.
    pub values: Vec<Value>,
    /// The format of its text.
    pub format: Option<String>,
    /// What kind of secret it holds.
    pub sensitive: Option<String>,
    /// Its `x-…` keys.
    pub extension: Map<String, Value>,
}

/// A chain of references longer than this runs in a circle.
const LONGEST_CHAIN: usize = 16;

/// The fields of a schema file.
pub(super) fn fields(schemas: &Schemas, document: &Document) -> Vec<Field> {
    let mut found = Vec::new();
    collect(schemas, document, &document.root, LONGEST_CHAIN, &mut found);
    found
}

fn collect(schemas: &Schemas, document: &Document, schema: &Node, depth: usize, found: &mut Vec<Field>) {
    if depth == 0 {
        return;
    }
    if let Some((target, node)) = follow(schemas, document, schema) {
        collect(schemas, target, node, depth - 1, found);
    }
    for part in schema.get("allOf").map_or(&[][..], Node::items) {
        collect(schemas, document, part, depth - 1, found);
    }
    for entry in schema.get("properties").map_or(&[][..], Node::entries) {
        if found.iter().all(|field| field.name != entry.key) {
            found.push(Field::named(&entry.key));
        }
        if let Some(field) = found.iter_mut().find(|field| field.name == entry.key) {
            field.take(schemas, document, &entry.value, LONGEST_CHAIN);
        }
    }
    let required: Vec<&str> =
        schema.get("required").map_or(&[][..], Node::items).iter().filter_map(Node::text).collect();
    for field in found.iter_mut().filter(|field| required.contains(&&*field.name)) {
        field.required = true;
    }
}

/// Every property at any depth that holds a secret: its name, the kind of secret, and where it stands.
pub(super) fn secrets<'a>(schemas: &'a Schemas, document: &'a Document) -> Vec<Secret<'a>> {
    let mut found = Vec::new();
    collect_secrets(schemas, document, &document.root, &mut HashSet::new(), &mut found);
    found
}

/// A property that holds a secret.
pub(super) struct Secret<'a> {
    pub(super) name: &'a str,
    pub(super) kind: String,
    pub(super) document: &'a Document,
    pub(super) span: &'a Range<usize>,
}

fn collect_secrets<'a>(
    schemas: &'a Schemas,
    document: &'a Document,
    schema: &'a Node,
    seen: &mut HashSet<*const Node>,
    found: &mut Vec<Secret<'a>>,
) {
    // A schema may refer to itself.
    if !seen.insert(std::ptr::from_ref(schema)) {
        return;
    }
    if let Some((target, node)) = follow(schemas, document, schema) {
        collect_secrets(schemas, target, node, seen, found);
    }
    for entry in schema.get("properties").map_or(&[][..], Node::entries) {
        let mut field = Field::named(&entry.key);
        field.take(schemas, document, &entry.value, LONGEST_CHAIN);
        if let Some(kind) = field.sensitive {
            found.push(Secret { name: &entry.key, kind, document, span: &entry.value.span });
        }
    }
    for entry in schema.entries() {
        let parts: Vec<&Node> = match holds(&entry.key) {
            // Definitions count where they are referred to.
            Some(Holds::Named) if entry.key != "$defs" => entry.value.entries().iter().map(|e| &e.value).collect(),
            Some(Holds::Schema) => vec![&entry.value],
            Some(Holds::Schemas) => entry.value.items().iter().collect(),
            Some(Holds::Data | Holds::Named) | None => Vec::new(),
        };
        parts.into_iter().for_each(|part| collect_secrets(schemas, document, part, seen, found));
    }
}

fn follow<'a>(schemas: &'a Schemas, document: &Document, schema: &Node) -> Option<(&'a Document, &'a Node)> {
    schemas.resolve(&document.path, schema.get("$ref")?.text()?)
}

impl Field {
    fn named(name: &str) -> Self {
        Self {
            name: name.to_string(),
            required: false,
            types: Vec::new(),
            values: Vec::new(),
            format: None,
            sensitive: None,
            extension: Map::new(),
        }
    }

    /// Takes in what a schema says, the target of its reference first.
    fn take(&mut self, schemas: &Schemas, document: &Document, schema: &Node, depth: usize) {
        if depth == 0 {
            return;
        }
        if let Some((target, node)) = follow(schemas, document, schema) {
            self.take(schemas, target, node, depth - 1);
        }
        for part in schema.get("allOf").map_or(&[][..], Node::items) {
            self.take(schemas, document, part, depth - 1);
        }
        for entry in schema.entries() {
            let value = entry.value.to_json();
            match (entry.key.as_str(), value) {
                ("type", Value::String(name)) => self.types = vec![name],
                ("type", Value::Array(names)) => {
                    self.types = names.iter().filter_map(Value::as_str).map(str::to_string).collect();
                }
                ("enum", Value::Array(values)) => self.values = values,
                ("const", value) => self.values = vec![value],
                ("format", Value::String(name)) => self.format = Some(name),
                (key, value) if key.starts_with("x-") => {
                    if key == SENSITIVE {
                        self.sensitive = value.as_str().map(str::to_string);
                    }
                    self.extension.insert(key.to_string(), value);
                }
                _ => {}
            }
        }
        if self.types.is_empty() {
            for value in &self.values {
                let name = type_name(value).to_string();
                if !self.types.contains(&name) {
                    self.types.push(name);
                }
            }
        }
    }
}

/// The JSON Schema type of a value.
fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}
