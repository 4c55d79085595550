//! What keeps a value from being of a model, told without repeating the value.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{JsonType, ValidationError};
use serde_json::Value;

use super::formats::FORMATS;

/// One thing that is wrong with a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where in the value, as a JSON Pointer; for a missing key, the object that lacks it.
    pub pointer: String,
    /// What the model wants there: `a string`, `one of guest|client`, ``key `sid` present``.
    pub expected: String,
    /// What is there instead, by type and size only, so that no secret is repeated.
    pub actual: String,
    /// The keyword of the schema that says so.
    pub keyword: String,
}

/// Words for an error of the validator.
pub(super) fn violation(error: &ValidationError<'_>) -> Violation {
    let missing = matches!(error.kind(), ValidationErrorKind::Required { .. });
    Violation {
        pointer: error.instance_path().to_string(),
        expected: expected(error),
        actual: if missing { "no such key".to_string() } else { describe(error.instance()) },
        keyword: error.kind().keyword().to_string(),
    }
}

fn expected(error: &ValidationError<'_>) -> String {
    match error.kind() {
        ValidationErrorKind::Required { property } => format!("key `{}` present", plain(property)),
        ValidationErrorKind::Type { kind: TypeKind::Single(kind) } => type_words(*kind).to_string(),
        ValidationErrorKind::Type { kind: TypeKind::Multiple(kinds) } => {
            // Null comes last in speech, whatever the order of the validator.
            let (null, others): (Vec<_>, Vec<_>) = kinds.iter().partition(|kind| *kind == JsonType::Null);
            let words: Vec<&str> = others.into_iter().chain(null).map(type_words).collect();
            words.join(" or ")
        }
        ValidationErrorKind::Enum { options } => {
            let options = options.as_array().map_or(&[][..], Vec::as_slice);
            format!("one of {}", options.iter().map(plain).collect::<Vec<_>>().join("|"))
        }
        ValidationErrorKind::Constant { expected_value } => format!("`{}`", plain(expected_value)),
        ValidationErrorKind::Format { format } => {
            let known = FORMATS.iter().find(|(name, _)| name == format);
            known.map_or_else(|| format!("a value of the format {format}"), |(_, words)| (*words).to_string())
        }
        ValidationErrorKind::MinLength { limit } => format!("a string of {limit} or more characters"),
        ValidationErrorKind::MaxLength { limit } => format!("a string of {limit} or fewer characters"),
        ValidationErrorKind::Pattern { pattern } => format!("text that matches `{pattern}`"),
        ValidationErrorKind::Minimum { limit } => format!("{limit} or more"),
        ValidationErrorKind::Maximum { limit } => format!("{limit} or less"),
        // No schema of the contract uses the rest today; the validator's own words name the limit, never the value.
        _ => error.masked_with("the value").to_string(),
    }
}

fn type_words(kind: JsonType) -> &'static str {
    match kind {
        JsonType::Array => "an array",
        JsonType::Boolean => "a boolean",
        JsonType::Integer => "an integer",
        JsonType::Null => "null",
        JsonType::Number => "a number",
        JsonType::Object => "an object",
        JsonType::String => "a string",
    }
}

/// The type of a value and how large it is.
fn describe(value: &Value) -> String {
    match value {
        Value::Null => "null".to_string(),
        Value::Bool(_) => "a boolean".to_string(),
        Value::Number(number) if number.is_f64() => "a number".to_string(),
        Value::Number(_) => "an integer".to_string(),
        Value::String(text) if text.is_empty() => "an empty string".to_string(),
        Value::String(text) => format!("a string of {}", counted(text.chars().count(), "character")),
        Value::Array(items) => format!("an array of {}", counted(items.len(), "item")),
        Value::Object(map) => format!("an object of {}", counted(map.len(), "key")),
    }
}

fn counted(number: usize, noun: &str) -> String {
    if number == 1 { format!("1 {noun}") } else { format!("{number} {noun}s") }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_string)
}
