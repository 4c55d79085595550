//! What one value of an answer must be, and where it first differs.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{equal, show};
use crate::pointer;

/// What one value must be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueTest {
    /// Equal to this, but for the JSON Pointers in `except`.
    Is {
        /// The wanted value.
        value: Value,
        /// JSON Pointers that may differ; a pattern `/*Url` at its last part matches by suffix.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        except: Vec<String>,
    },
    /// Anything but this. A missing value holds it.
    Isnt(Value),
    /// One of these.
    In(Vec<Value>),
    /// An object that has at least these keys with these values.
    Holds(Value),
    /// An object with these keys and no others.
    Keys(Vec<String>),
    /// A number above this.
    Above(f64),
    /// A string that is not empty.
    Filled,
}

/// Expected, actual, and the place below the value that was looked at.
pub(super) fn mismatch(test: &ValueTest, found: Option<&Value>) -> Option<(String, String, String)> {
    let actual = found.map_or_else(|| "nothing".to_owned(), show);
    let wrong = |expected: String| Some((expected, actual.clone(), String::new()));
    match (test, found) {
        (ValueTest::Is { value, except }, Some(found)) => difference(value, found, except, ""),
        (ValueTest::Is { value, .. }, None) => wrong(show(value)),
        (ValueTest::Isnt(value), Some(found)) if equal(found, value) => wrong(format!("anything but {}", show(value))),
        (ValueTest::Isnt(_), _) => None,
        (ValueTest::In(values), Some(found)) if values.iter().any(|value| equal(value, found)) => None,
        (ValueTest::In(values), _) => {
            wrong(format!("one of {}", values.iter().map(show).collect::<Vec<_>>().join(", ")))
        }
        (ValueTest::Holds(wanted), found) => missing_key(wanted, found),
        (ValueTest::Keys(keys), found) => other_keys(keys, found),
        (ValueTest::Above(bound), Some(found)) if found.as_f64().is_some_and(|number| number > *bound) => None,
        (ValueTest::Above(bound), _) => wrong(format!("a number above {bound}")),
        (ValueTest::Filled, Some(Value::String(text))) if !text.is_empty() => None,
        (ValueTest::Filled, _) => wrong("a string that is not empty".to_owned()),
    }
}

fn other_keys(keys: &[String], found: Option<&Value>) -> Option<(String, String, String)> {
    let there: Vec<&String> = found.and_then(Value::as_object).map(|found| found.keys().collect()).unwrap_or_default();
    let missing = keys.iter().find(|key| !there.contains(key)).map(|key| (format!("a key `{key}`"), "none".to_owned()));
    let more = there.iter().find(|key| !keys.contains(key)).map(|key| ("no other keys".to_owned(), format!("`{key}`")));
    missing.or(more).map(|(expected, actual)| (expected, actual, String::new()))
}

fn missing_key(wanted: &Value, found: Option<&Value>) -> Option<(String, String, String)> {
    let wanted = wanted.as_object()?;
    wanted.iter().find_map(|(key, value)| {
        let actual = found.and_then(|found| found.get(key));
        let below = pointer::below("", key);
        match actual {
            Some(actual) => difference(value, actual, &[], &below),
            None => Some((show(value), "nothing".to_owned(), below)),
        }
    })
}

/// The first difference between two values, objects key by key.
fn difference(wanted: &Value, found: &Value, except: &[String], at: &str) -> Option<(String, String, String)> {
    if except.iter().any(|pattern| excepted(pattern, at)) {
        return None;
    }
    if let (Value::Object(left), Value::Object(right)) = (wanted, found) {
        let keys = left.keys().chain(right.keys().filter(|key| !left.contains_key(*key)));
        return keys.into_iter().find_map(|key| {
            let at = pointer::below(at, key);
            match (left.get(key), right.get(key)) {
                (Some(left), Some(right)) => difference(left, right, except, &at),
                (left, right) if !except.iter().any(|pattern| excepted(pattern, &at)) => {
                    let show = |side: Option<&Value>| side.map_or_else(|| "nothing".to_owned(), show);
                    Some((show(left), show(right), at))
                }
                _ => None,
            }
        });
    }
    (!equal(wanted, found)).then(|| (show(wanted), show(found), at.to_owned()))
}

fn excepted(pattern: &str, at: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => at.len() >= start.len() + end.len() && at.starts_with(start) && at.ends_with(end),
        None => pattern == at,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case::whole("/a", "/a", true)]
    #[case::whole_of_another("/a", "/a/b", false)]
    #[case::suffix("/*Url", "/mediaUrl", true)]
    #[case::suffix_below("/*Url", "/media/previewUrl", true)]
    #[case::suffix_in_other_case("/*Url", "/mediaurl", false)]
    #[case::suffix_alone("/*Url", "/Url", true)]
    #[case::prefix("/media*", "/mediaType", true)]
    #[case::both_ends("/a*z", "/a/b/z", true)]
    #[case::ends_do_not_overlap("/aba*aba", "/aba", false)]
    #[case::everything("*", "/a", true)]
    fn a_pattern_excepts(#[case] pattern: &str, #[case] at: &str, #[case] wanted: bool) {
        assert_eq!(excepted(pattern, at), wanted);
    }
}
