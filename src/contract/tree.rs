//! YAML and JSON as a tree in which every key and value knows its bytes.
//!
//! It knows nothing of contracts: what a key means is for its readers to say.

use std::fmt;
use std::ops::Range;

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use serde_saphyr::{Error as YamlError, Location, Spanned};

/// A value and its place. A list or map stands at its key, or else at its first entry.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) kind: Kind,
    pub(super) span: Range<usize>,
}

/// What a node holds.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Null,
    Bool(bool),
    Number(Number),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// One key of a map and its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_span: Range<usize>,
    pub(super) value: Node,
}

/// Why a text is no tree.
#[derive(Debug)]
pub(super) struct SyntaxError {
    pub(super) message: String,
    pub(super) span: Range<usize>,
}

impl Node {
    /// The entries of a map, none for anything else.
    pub(super) fn entries(&self) -> &[Entry] {
        if let Kind::Map(entries) = &self.kind { entries } else { &[] }
    }

    /// The items of a list, none for anything else.
    pub(super) fn items(&self) -> &[Node] {
        if let Kind::List(items) = &self.kind { items } else { &[] }
    }

    /// The text of a string.
    pub(super) fn text(&self) -> Option<&str> {
        if let Kind::Text(text) = &self.kind { Some(text) } else { None }
    }

    /// The value of a key.
    pub(super) fn get(&self, key: &str) -> Option<&Node> {
        self.entries().iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The node at a JSON Pointer.
    pub(super) fn pointer(&self, pointer: &str) -> Option<&Node> {
        let steps = match pointer.strip_prefix('/') {
            Some(rest) => rest.split('/'),
            None if pointer.is_empty() => return Some(self),
            None => return None,
        };
        steps.map(|step| step.replace("~1", "/").replace("~0", "~")).try_fold(self, |node, step| match &node.kind {
            Kind::List(items) => items.get(step.parse::<usize>().ok()?),
            Kind::Map(_) => node.get(&step),
            Kind::Null | Kind::Bool(_) | Kind::Number(_) | Kind::Text(_) => None,
        })
    }

    /// What is there, as a message names it.
    pub(super) fn describe(&self) -> String {
        match &self.kind {
            Kind::Null => "null".to_string(),
            Kind::Bool(value) => format!("`{value}`"),
            Kind::Number(value) => format!("`{value}`"),
            Kind::Text(value) => format!("`{value}`"),
            Kind::List(_) => "a list".to_string(),
            Kind::Map(_) => "a map".to_string(),
        }
    }

    /// The value without places.
    pub(super) fn to_json(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Number(value) => Value::Number(value.clone()),
            Kind::Text(value) => Value::String(value.clone()),
            Kind::List(items) => items.iter().map(Node::to_json).collect(),
            Kind::Map(entries) => {
                let pairs = entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json()));
                Value::Object(pairs.collect::<Map<_, _>>())
            }
        }
    }
}

/// Reads YAML; the same key twice is an error at any depth.
pub(super) fn parse_yaml(text: &str) -> Result<Node, SyntaxError> {
    let options = serde_saphyr::options! {
        strict_booleans: true,
        leading_zero_numbers_as_strings: true,
        underscored_numbers_as_strings: true,
        merge_keys: serde_saphyr::options::MergeKeyPolicy::Error,
        with_snippet: false,
    };
    let root: Spanned<Kind> = serde_saphyr::from_str_with_options(text, options).map_err(|error| {
        let span = error.location().map_or(0..0, |location| error_span(text, location));
        SyntaxError { message: yaml_message(&error), span }
    })?;
    Ok(node(root))
}

/// Reads JSON. It is parsed as JSON first, then, being YAML too, once more for the places.
pub(super) fn parse_json(text: &str) -> Result<Node, SyntaxError> {
    if let Err(error) = serde_json::from_str::<serde::de::IgnoredAny>(text) {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message).to_string();
        let start = offset(text, error.line(), error.column());
        return Err(SyntaxError { message: format!("broken JSON: {message}"), span: start..start });
    }
    parse_yaml(text)
}

fn yaml_message(error: &YamlError) -> String {
    match error.without_snippet() {
        YamlError::DuplicateMappingKey { key: Some(key), .. } => format!("the key `{key}` is here twice"),
        YamlError::MultipleDocuments { .. } => "expected one YAML document, found several".to_string(),
        YamlError::MergeKeyNotAllowed { .. } => "expected a plain key, found the merge key `<<`".to_string(),
        other => {
            let message = other.to_string();
            let message = message.split(" at line ").next().unwrap_or(&message);
            format!("broken YAML: {message}")
        }
    }
}

/// The parser itself counts in characters only; what comes later has bytes as well.
fn error_span(text: &str, location: Location) -> Range<usize> {
    if location.span().byte_offset().is_some() {
        return bytes(location);
    }
    let characters = usize::try_from(location.span().offset()).unwrap_or(usize::MAX);
    let start = text.char_indices().nth(characters).map_or(text.len(), |(at, _)| at);
    start..start
}

fn bytes(location: Location) -> Range<usize> {
    let number = |value: Option<u64>| value.and_then(|value| usize::try_from(value).ok()).unwrap_or(0);
    let start = number(location.span().byte_offset());
    start..start + number(location.span().byte_len())
}

/// Byte offset of a line and column, both counted from 1, the column in bytes, as serde_json counts.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    before + column.saturating_sub(1)
}

fn node(spanned: Spanned<Kind>) -> Node {
    let span = match &spanned.value {
        Kind::Map(entries) if !entries.is_empty() => entries[0].key_span.clone(),
        Kind::List(items) if !items.is_empty() => items[0].span.clone(),
        _ => bytes(spanned.referenced),
    };
    Node { kind: spanned.value, span }
}

fn entry(key: Spanned<String>, value: Spanned<Kind>) -> Entry {
    let key_span = bytes(key.referenced);
    let mut value = node(value);
    if matches!(value.kind, Kind::List(_) | Kind::Map(_)) {
        value.span = key_span.clone();
    }
    Entry { key: key.value, key_span, value }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(KindVisitor)
    }
}

struct KindVisitor;

impl<'de> Visitor<'de> for KindVisitor {
    type Value = Kind;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_none<E>(self) -> Result<Kind, E> {
        Ok(Kind::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Kind, E> {
        Ok(Kind::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Kind, E> {
        Ok(Kind::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Kind, E> {
        Ok(Kind::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Kind, E> {
        Number::from_f64(value).map(Kind::Number).ok_or_else(|| E::custom("expected a finite number"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Kind, E> {
        Ok(Kind::Text(value.to_string()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Kind, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element::<Spanned<Kind>>()? {
            list.push(node(item));
        }
        Ok(Kind::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut pairs: A) -> Result<Kind, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = pairs.next_entry::<Spanned<String>, Spanned<Kind>>()? {
            entries.push(entry(key, value));
        }
        Ok(Kind::Map(entries))
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;

    #[rstest]
    #[case::types("{a: 1, b: -2, c: 1.5, d: true, e: null, f: text, g: [x], h: {}}",
        json!({ "a": 1, "b": -2, "c": 1.5, "d": true, "e": null, "f": "text", "g": ["x"], "h": {} }))]
    #[case::no_guessed_types("[yes, no, 007, 1_000, 2000-07-08]", json!(["yes", "no", "007", "1_000", "2000-07-08"]))]
    #[case::json("{\"a\\n\": [1, 2.5e1, \"\\u00e9\"]}", json!({ "a\n": [1, 25.0, "é"] }))]
    #[case::empty("", json!(null))]
    fn values_are_read(#[case] text: &str, #[case] expected: Value) {
        assert_eq!(parse_yaml(text).unwrap().to_json(), expected);
    }

    #[rstest]
    #[case::scalar("/a/0", "one")]
    #[case::after_wide_characters("/ä", "två")]
    #[case::list_stands_at_its_key("/a", "a")]
    #[case::map_stands_at_its_key("/b", "b")]
    #[case::escaped("/b/c~1d", "true")]
    fn every_node_knows_its_place(#[case] pointer: &str, #[case] expected: &str) {
        let text = "a: [one]\nä: två\nb:\n  c/d: true\n";
        let root = parse_yaml(text).unwrap();
        assert_eq!(&text[root.pointer(pointer).unwrap().span.clone()], expected);
        assert!(root.pointer("/a/1").is_none() && root.pointer("a").is_none() && root.pointer("/b/c").is_none());
    }

    #[rstest]
    #[case::duplicate("a: 1\na: 2\n", "the key `a` is here twice", 5..6)]
    #[case::duplicate_below("a: { é: 1, é: 2 }\n", "the key `é` is here twice", 12..14)]
    #[case::colon("é: b: c\n", "broken YAML: mapping values are not allowed in this context", 5..5)]
    #[case::unclosed("a: [1\n", "broken YAML: unclosed bracket '['", 3..3)]
    #[case::two_documents("a: 1\n---\nb: 2\n", "expected one YAML document, found several", 9..9)]
    #[case::merge("a: &x { b: 1 }\nc: { <<: *x }\n", "expected a plain key, found the merge key `<<`", 20..22)]
    fn broken_yaml_is_refused(#[case] text: &str, #[case] message: &str, #[case] span: Range<usize>) {
        let error = parse_yaml(text).unwrap_err();
        assert_eq!((error.message.as_str(), error.span), (message, span));
    }

    #[rstest]
    #[case::comma("{\n  \"a\": 1\n  \"b\": 2\n}", "broken JSON: expected `,` or `}`", 13)]
    #[case::yaml("a: 1", "broken JSON: expected value", 0)]
    #[case::trailing("{} {}", "broken JSON: trailing characters", 3)]
    #[case::cut("{\"a\": ", "broken JSON: EOF while parsing a value", 5)]
    #[case::duplicate("{\"a\": 1, \"a\": 2}", "the key `a` is here twice", 9)]
    fn broken_json_is_refused(#[case] text: &str, #[case] message: &str, #[case] start: usize) {
        let error = parse_json(text).unwrap_err();
        assert_eq!((error.message.as_str(), error.span.start), (message, start));
    }
}
