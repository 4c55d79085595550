//! The files of a contract as trees: YAML, and JSON, which is YAML too. The first mistake is all that is told.
//!
//! It knows nothing of contracts: what a key means is for its readers to say.

use serde::de::IgnoredAny;

use crate::yaml::{self, Mistake, Node, Tree};

/// Reads YAML.
pub(super) fn parse_yaml(text: &str) -> Result<Node, Mistake> {
    let (tree, mistakes) = yaml::parse(text);
    match (tree, mistakes.into_iter().next()) {
        (Some(mut root), None) => {
            stand_at_keys(&mut root);
            Ok(root)
        }
        (_, Some(mistake)) => Err(mistake),
        (None, None) => Err(Mistake { span: 0..0, message: "broken YAML".to_owned(), help: None }),
    }
}

/// Reads JSON. It is parsed as JSON first, then, being YAML too, once more for the places.
pub(super) fn parse_json(text: &str) -> Result<Node, Mistake> {
    if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
        let message = error.to_string();
        let message = message.split(" at line ").next().unwrap_or(&message).to_string();
        let start = offset(text, error.line(), error.column());
        return Err(Mistake { span: start..start, message: format!("broken JSON: {message}"), help: None });
    }
    parse_yaml(text)
}

/// What is there, as a message names it.
pub(super) fn describe(node: &Node) -> String {
    match &node.tree {
        Tree::Null | Tree::Broken => "null".to_string(),
        Tree::Bool(value) => format!("`{value}`"),
        Tree::Number(value) => format!("`{value}`"),
        Tree::Text(value) => format!("`{value}`"),
        Tree::List(_) => "a list".to_string(),
        Tree::Map(_) => "a map".to_string(),
    }
}

/// In JSON the first line of a list or map is a bracket, so each stands at its key, or else at its first entry.
fn stand_at_keys(node: &mut Node) {
    match &mut node.tree {
        Tree::List(items) => {
            items.iter_mut().for_each(stand_at_keys);
            if let Some(first) = items.first() {
                node.span = first.span.clone();
            }
        }
        Tree::Map(entries) => {
            for entry in &mut *entries {
                stand_at_keys(&mut entry.value);
                if matches!(entry.value.tree, Tree::List(_) | Tree::Map(_)) {
                    entry.value.span = entry.key_span.clone();
                }
            }
            if let Some(first) = entries.first() {
                node.span = first.key_span.clone();
            }
        }
        Tree::Null | Tree::Bool(_) | Tree::Number(_) | Tree::Text(_) | Tree::Broken => {}
    }
}

/// Byte offset of a line and column, both counted from 1, the column in bytes, as serde_json counts.
fn offset(text: &str, line: usize, column: usize) -> usize {
    let before: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    before + column.saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use std::ops::Range;

    use rstest::rstest;
    use serde_json::{Value, json};

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
    #[case::two_documents("a: 1\n---\nb: 2\n", "a second document begins here", 9..9)]
    #[case::merge("a: &x { b: 1 }\nc: { <<: *x }\n", "anchors are not part of the language", 3..5)]
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
