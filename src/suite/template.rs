//! Values with references: `${name.field}` refers, it does not compute.

use serde_json::{Map, Value};

/// A JSON value in which strings may refer to values that are kept while a flow runs.
///
/// A string that is one whole reference keeps the type of what it refers to; within a longer string
/// the text of the value is put in its place. YAML was parsed before anything is replaced, so no value
/// can change the structure.
#[derive(Debug, Clone, PartialEq)]
pub struct Template(Value);

/// A piece of a string with references.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text as it is.
    Text(&'a str),
    /// A reference: the dotted path inside `${…}`.
    Reference(&'a str),
}

impl Template {
    /// Wraps a value as it was written.
    pub fn new(value: Value) -> Self {
        Self(value)
    }

    /// The value as it was written.
    pub fn source(&self) -> &Value {
        &self.0
    }

    /// Every reference in it, in order.
    pub fn references(&self) -> Vec<&str> {
        let mut found = Vec::new();
        collect(&self.0, &mut found);
        found
    }

    /// The value with every reference replaced.
    ///
    /// # Errors
    /// The first reference that `lookup` does not know.
    pub fn resolve(&self, lookup: &impl Fn(&str) -> Option<Value>) -> Result<Value, String> {
        resolve(&self.0, lookup)
    }
}

/// A value without the fields and items, at any depth, that are nothing but a reference to something absent.
pub fn without(value: &Value, absent: &impl Fn(&str) -> bool) -> Value {
    let kept = |value: &&Value| !whole(value).is_some_and(absent);
    match value {
        Value::Array(items) => items.iter().filter(kept).map(|item| without(item, absent)).collect(),
        Value::Object(fields) => {
            let fields = fields.iter().filter(|(_, field)| kept(field));
            Value::Object(fields.map(|(key, field)| (key.clone(), without(field, absent))).collect())
        }
        other => other.clone(),
    }
}

/// The reference that a value is, where it is nothing else.
pub fn whole(value: &Value) -> Option<&str> {
    match pieces(value.as_str()?).as_slice() {
        [Piece::Reference(path)] => Some(*path),
        _ => None,
    }
}

/// Splits a string into text and references. An unclosed `${` is text.
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let mut rest = text;
    // One character is found faster than two, and most texts have none.
    let start = |rest: &str| rest.match_indices('$').map(|(at, _)| at).find(|at| rest[at + 1..].starts_with('{'));
    while let Some(start) = start(rest) {
        let Some(length) = rest[start..].find('}') else { break };
        if start > 0 {
            pieces.push(Piece::Text(&rest[..start]));
        }
        pieces.push(Piece::Reference(rest[start + 2..start + length].trim()));
        rest = &rest[start + length + 1..];
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// The text that stands for a value inside a longer string.
pub fn as_text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn collect<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) => found.extend(pieces(text).into_iter().filter_map(|piece| match piece {
            Piece::Reference(path) => Some(path),
            Piece::Text(_) => None,
        })),
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(fields) => fields.values().for_each(|field| collect(field, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn resolve(value: &Value, lookup: &impl Fn(&str) -> Option<Value>) -> Result<Value, String> {
    Ok(match value {
        Value::String(text) => resolve_text(text, lookup)?,
        Value::Array(items) => Value::Array(items.iter().map(|item| resolve(item, lookup)).collect::<Result<_, _>>()?),
        Value::Object(fields) => {
            let fields = fields.iter().map(|(key, field)| Ok((key.clone(), resolve(field, lookup)?)));
            Value::Object(fields.collect::<Result<Map<_, _>, String>>()?)
        }
        other => other.clone(),
    })
}

fn resolve_text(text: &str, lookup: &impl Fn(&str) -> Option<Value>) -> Result<Value, String> {
    let pieces = pieces(text);
    if let [Piece::Reference(path)] = pieces.as_slice() {
        return lookup(path).ok_or_else(|| (*path).to_owned());
    }
    let mut resolved = String::new();
    for piece in pieces {
        match piece {
            Piece::Text(text) => resolved.push_str(text),
            Piece::Reference(path) => resolved.push_str(&as_text(&lookup(path).ok_or_else(|| path.to_owned())?)),
        }
    }
    Ok(Value::String(resolved))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_refers_to_something_absent_is_left_out_at_any_depth() {
        let value = json!([{"id": ["${a.b}"], "b": "${c}", "a": "${a.b}", "text": "x ${a.b}"}, "${a.b}"]);
        let kept = json!([{"id": [], "b": "${c}", "text": "x ${a.b}"}]);
        assert_eq!(without(&value, &|path: &str| path == "a.b"), kept);
    }

    fn lookup(path: &str) -> Option<Value> {
        match path {
            "n" => Some(json!(7)),
            "alice.phone" => Some(json!("+971")),
            _ => None,
        }
    }

    #[test]
    fn a_whole_reference_keeps_its_type_and_a_part_becomes_text() {
        let template = Template::new(json!({"a": "${n}", "b": ["x ${n} ${alice.phone}", 1], "c": "${"}));
        assert_eq!(template.resolve(&lookup), Ok(json!({"a": 7, "b": ["x 7 +971", 1], "c": "${"})));
        assert_eq!(template.references(), ["n", "n", "alice.phone"]);
    }

    #[test]
    fn an_unknown_reference_is_named() {
        assert_eq!(Template::new(json!(["${alice.mail}"])).resolve(&lookup), Err("alice.mail".to_owned()));
    }
}
