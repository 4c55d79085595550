//! Expected against actual, line by line.

use serde_json::Value;
use similar::{ChangeTag, TextDiff};

use super::plain;
use crate::verdict::Mismatch;

/// Where a line of a difference comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    /// Both have it.
    Both,
    /// Only what was expected has it.
    Expected,
    /// Only what was there has it.
    Actual,
}

impl Side {
    /// The sign before the line.
    pub(super) fn sign(self) -> &'static str {
        match self {
            Side::Both => " ",
            Side::Expected => "-",
            Side::Actual => "+",
        }
    }
}

/// The lines in which two JSON documents differ, where both are objects or arrays.
pub(super) fn of_documents(expected: &str, actual: &str) -> Option<Vec<(Side, String)>> {
    let indented = |text: &str| {
        let value: Value = serde_json::from_str(text).ok()?;
        let pretty = serde_json::to_string_pretty(&value).ok()?;
        pretty.contains('\n').then_some(pretty)
    };
    let (expected, actual) = (indented(expected)?, indented(actual)?);
    let diff = TextDiff::from_lines(&expected, &actual);
    let lines = diff.iter_all_changes().map(|change| {
        let side = match change.tag() {
            ChangeTag::Equal => Side::Both,
            ChangeTag::Delete => Side::Expected,
            ChangeTag::Insert => Side::Actual,
        };
        (side, plain::line(change.value().trim_end_matches('\n')))
    });
    Some(lines.collect())
}

/// The same for any two texts: those that are no documents differ as a whole.
pub(super) fn of(mismatch: &Mismatch) -> Vec<(Side, String)> {
    of_documents(&mismatch.expected, &mismatch.actual).unwrap_or_else(|| {
        vec![(Side::Expected, plain::line(&mismatch.expected)), (Side::Actual, plain::line(&mismatch.actual))]
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn signed(lines: Vec<(Side, String)>) -> Vec<String> {
        lines.into_iter().map(|(side, line)| format!("{} {line}", side.sign())).collect()
    }

    #[rstest]
    #[case::texts("a string", "null", None)]
    #[case::one_line("{}", "[]", None)]
    #[case::one_side("{\"a\":1}", "nothing", None)]
    #[case::both("{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":3}", Some(vec!["  {", "    \"a\": 1,", "-   \"b\": 2", "+   \"b\": 3", "  }"]))]
    fn compares_documents(#[case] expected: &str, #[case] actual: &str, #[case] lines: Option<Vec<&str>>) {
        let lines = lines.map(|lines| lines.into_iter().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(of_documents(expected, actual).map(signed), lines);
    }

    #[test]
    fn other_texts_differ_as_a_whole() {
        let mismatch = Mismatch::new("status", "200", "a\n\u{202e}b");
        assert_eq!(signed(of(&mismatch)), ["- 200", "+ a\\n\\u{202e}b"]);
    }
}
