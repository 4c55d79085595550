//! Where the value of a message stands: a JSONPath (RFC 9535), a regular expression, or the one within the other.
//!
//! Pure: it is given a text and reads nothing.

use regex::Regex;
use serde_json::Value;
use serde_json_path::JsonPath;

use crate::suite::template::{Piece, as_text, pieces};

/// How a value is found in the text of a source. `${phone}` or `${email}` in it stand for the address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Find {
    path: Option<String>,
    /// The path, read, where it is the same for every address.
    fixed: Option<JsonPath>,
    pattern: Option<String>,
    newest: Newest,
}

/// Which of several matches is the newest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Newest {
    /// The first.
    First,
    /// The last.
    #[default]
    Last,
}

/// A value, and what tells its message from another one with the same value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    /// The value.
    pub value: String,
    /// The message that it stands in, with its place.
    pub mark: String,
}

impl Find {
    /// A way to find a value: by a JSONPath, by a pattern, or by a pattern in what a JSONPath finds.
    ///
    /// # Errors
    /// What is wrong with one of them, in words.
    pub fn new(path: Option<String>, pattern: Option<String>, newest: Newest) -> Result<Self, String> {
        let mut find = Self { path, fixed: None, pattern, newest };
        if let Some(path) = &find.path {
            let read = json_path(path, "+1").map_err(|error| format!("`{path}` is no JSONPath (RFC 9535): {error}"))?;
            find.fixed = Some(read).filter(|_| !is_template(path));
        }
        if let Some(pattern) = &find.pattern {
            regex(pattern, "+1").map_err(|error| format!("`{pattern}` is no regular expression: {error}"))?;
        }
        Ok(find)
    }

    /// Whether the pattern or path names the address, so that messages to others are told apart.
    pub fn names_address(&self) -> bool {
        let texts = [&self.path, &self.pattern];
        texts.into_iter().flatten().any(|text| is_template(text))
    }

    /// What it is made of: the JSONPath, the pattern, and which match is the newest.
    pub fn described(&self) -> (Option<&str>, Option<&str>, &'static str) {
        let newest = match self.newest {
            Newest::First => "first",
            Newest::Last => "last",
        };
        (self.path.as_deref(), self.pattern.as_deref(), newest)
    }

    /// The newest value in a text; none where there is none.
    pub fn newest(&self, text: &str, address: &str) -> Option<Found> {
        let Some(path) = &self.path else {
            let value = self.by_pattern(text, address)?;
            return Some(Found { value, mark: text.to_owned() });
        };
        let document: Value = serde_json::from_str(text).ok()?;
        let of_address = if self.fixed.is_none() { json_path(path, address).ok() } else { None };
        let located = self.fixed.as_ref().or(of_address.as_ref())?.query_located(&document);
        let mut nodes = located.iter().filter(|node| !node.node().is_null());
        let newest = match self.newest {
            Newest::First => nodes.next(),
            Newest::Last => nodes.next_back(),
        }?;
        let pointer = newest.location().to_json_pointer();
        let message = pointer.rsplit_once('/').and_then(|(parent, _)| document.pointer(parent)).unwrap_or(&document);
        let value = as_text(newest.node());
        let value = if self.pattern.is_some() { self.by_pattern(&value, address)? } else { value };
        Some(Found { value, mark: format!("{pointer} {message}") })
    }

    fn by_pattern(&self, text: &str, address: &str) -> Option<String> {
        let regex = regex(self.pattern.as_deref()?, address).ok()?;
        let mut matches = regex.captures_iter(text);
        let newest = match self.newest {
            Newest::First => matches.next(),
            Newest::Last => matches.last(),
        }?;
        // The first group where there is one, else all of it.
        newest.iter().skip(1).flatten().next().or_else(|| newest.get(0)).map(|found| found.as_str().to_owned())
    }
}

/// Whether a text names the address.
fn is_template(text: &str) -> bool {
    pieces(text).into_iter().any(|piece| matches!(piece, Piece::Reference(_)))
}

fn json_path(template: &str, address: &str) -> Result<JsonPath, String> {
    let quoted = address.replace('\\', "\\\\").replace('\'', "\\'").replace('"', "\\\"");
    JsonPath::parse(&filled(template, &quoted)).map_err(|error| error.to_string())
}

fn regex(template: &str, address: &str) -> Result<Regex, String> {
    let quoted = regex::escape(address);
    regex::RegexBuilder::new(&filled(template, &quoted))
        .multi_line(true)
        .size_limit(1 << 20)
        .build()
        .map_err(|error| error.to_string().lines().last().unwrap_or_default().trim().to_owned())
}

fn filled(template: &str, value: &str) -> String {
    let filled = |piece| match piece {
        Piece::Text(text) => text,
        Piece::Reference(_) => value,
    };
    pieces(template).into_iter().map(filled).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    const INBOX: &str = r#"{"messages": [{"to": "+1", "code": "1111"}, {"to": "+2", "code": 2222}, {"to": "+1", "code": "3333"}], "asked_at": 7}"#;

    #[rstest]
    #[case::the_last("$.messages[-1].code", None, Newest::Last, Some("3333"))]
    #[case::of_one_address("$.messages[?@.to == '${phone}'].code", None, Newest::First, Some("1111"))]
    #[case::newest_of_one_address("$.messages[?@.to == '${phone}'].code", None, Newest::Last, Some("3333"))]
    #[case::a_number("$.messages[1].code", None, Newest::Last, Some("2222"))]
    #[case::within("$.messages[-1].code", Some("^(..)"), Newest::Last, Some("33"))]
    #[case::nothing_there("$.mails[0]", None, Newest::Last, None)]
    fn json_is_searched_by_path(
        #[case] path: &str,
        #[case] pattern: Option<&str>,
        #[case] newest: Newest,
        #[case] wanted: Option<&str>,
    ) {
        let find = Find::new(Some(path.to_owned()), pattern.map(str::to_owned), newest).expect("right");
        assert_eq!(find.newest(INBOX, "+1").map(|found| found.value).as_deref(), wanted);
    }

    #[rstest]
    #[case("to ${phone}: (\\d+)", Newest::Last, Some("22"))]
    #[case("to ${phone}: (\\d+)", Newest::First, Some("11"))]
    #[case("\\d{3}", Newest::Last, Some("333"))]
    fn text_is_searched_by_pattern(#[case] pattern: &str, #[case] newest: Newest, #[case] wanted: Option<&str>) {
        let find = Find::new(None, Some(pattern.to_owned()), newest).expect("right");
        let log = "to +1: 11\nto +1: 22\nto +19: 333\n";
        assert_eq!(find.newest(log, "+1").map(|found| found.value).as_deref(), wanted);
    }

    #[test]
    fn a_message_is_known_by_itself_and_not_by_what_stands_around_it() {
        let find = Find::new(Some("$.messages[-1].code".to_owned()), None, Newest::Last).expect("right");
        let mark = |text: &str| find.newest(text, "+1").expect("found").mark;
        assert_eq!(mark(INBOX), mark(&INBOX.replace("\"asked_at\": 7", "\"asked_at\": 8")));
        assert_ne!(mark(INBOX), mark(&INBOX.replace("}], ", "}, {\"to\": \"+1\", \"code\": \"3333\"}], ")));
    }

    #[rstest]
    #[case(Some("x"), None, "`x` is no JSONPath (RFC 9535): ")]
    #[case(None, Some("("), "`(` is no regular expression: error: unclosed group")]
    fn what_is_wrong_is_said(#[case] path: Option<&str>, #[case] pattern: Option<&str>, #[case] start: &str) {
        let error = Find::new(path.map(str::to_owned), pattern.map(str::to_owned), Newest::Last).unwrap_err();
        assert!(error.starts_with(start), "{error}");
    }
}
