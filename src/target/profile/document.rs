//! TOML with the place of every key and value, and the mistakes that are told with them.
//!
//! It knows no setting. A secret that stands in the file is hidden before a line of it is shown.

use std::ops::Range;
use std::path::Path;
use std::sync::{Arc, LazyLock};

use regex::Regex;
use serde_json::Value;
use toml::de::{DeTable, DeValue};

use super::ProfileError;
use crate::diagnostic::{Diagnostic, suggest};
use crate::target::secret::{credentials_in, is_telling};

/// A value and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) span: Range<usize>,
    pub(super) kind: Kind,
}

/// The kinds of value.
#[derive(Debug, Clone)]
pub(super) enum Kind {
    Text(String),
    Whole(i64),
    Number(f64),
    Flag(bool),
    Date(String),
    List(Vec<Node>),
    Table(Vec<Entry>),
}

/// A key and its value.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) span: Range<usize>,
    pub(super) value: Node,
}

/// A profile file.
#[derive(Debug, Clone)]
pub(super) struct Document {
    file: String,
    /// The text as it may be shown.
    shown: Arc<str>,
    pub(super) root: Node,
}

/// `key = "value"` where the key tells a secret; an unfinished value, too.
static TELLING: LazyLock<Regex> = LazyLock::new(|| {
    let text = r#"(?m)(["']?[A-Za-z0-9_.\x{80}-\x{10FFFF}-]+["']?)[[:space:]]*=[[:space:]]*("""(?s:.*?)(?:"""|\z)|'''(?s:.*?)(?:'''|\z)|"(?:\\.|[^"\\\n])*"?|'[^'\n]*'?)"#;
    Regex::new(text).expect("a regular expression that is tested")
});

/// `?name=value` of a URL.
static QUERY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"[?&]([A-Za-z0-9_.\x{80}-\x{10FFFF}-]+)=([^&"'[:space:]]+)"#)
        .expect("a regular expression that is tested")
});

impl Document {
    /// Parses a text.
    ///
    /// # Errors
    /// The first place where it is no TOML.
    pub(super) fn parse(path: &Path, text: &str) -> Result<Self, ProfileError> {
        let file = path.display().to_string();
        let hidden = hidden(text);
        let parsed = DeTable::parse(text).map_err(|error| {
            let span = error.span().unwrap_or_default();
            let message = error.message().trim_end().to_owned();
            ProfileError::Mistake(Box::new(Diagnostic::new(file.clone(), hidden.as_str().into(), span, message)))
        })?;
        let span = parsed.span();
        let root = Node { span, kind: Kind::Table(entries(parsed.into_inner())) };
        let mut bytes = hidden.into_bytes();
        hide_secrets(&root, &mut bytes);
        // Only whole texts were replaced, by as many bytes of ASCII.
        let shown = String::from_utf8_lossy(&bytes).into_owned().into();
        Ok(Self { file, shown, root })
    }

    /// A mistake at a place.
    pub(super) fn at(&self, span: &Range<usize>, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(self.file.clone(), self.shown.clone(), span.clone(), message)
    }

    /// A mistake at a place, as an error.
    pub(super) fn wrong(&self, span: &Range<usize>, message: impl Into<String>) -> ProfileError {
        ProfileError::Mistake(Box::new(self.at(span, message)))
    }

    /// A table with these keys and no others.
    pub(super) fn table<'a>(&'a self, node: &'a Node, what: &str, keys: &[&str]) -> Result<Table<'a>, ProfileError> {
        let table = self.open(node, what)?;
        for entry in table.entries {
            if !keys.contains(&entry.key.as_str()) {
                let mistake = self.at(&entry.span, format!("{what} has no key `{}`", entry.key));
                let help =
                    suggest(&entry.key, keys.iter().copied()).unwrap_or_else(|| format!("it has: {}", keys.join(", ")));
                return Err(ProfileError::Mistake(Box::new(mistake.help(help))));
            }
        }
        Ok(table)
    }

    /// A table with any keys.
    pub(super) fn open<'a>(&'a self, node: &'a Node, what: &str) -> Result<Table<'a>, ProfileError> {
        match &node.kind {
            Kind::Table(entries) => Ok(Table { document: self, node, entries }),
            _ => Err(self.wrong(&node.span, format!("{what} is a table, and this is {}", node.kind.word()))),
        }
    }
}

impl Kind {
    /// What it is, in words.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Kind::Text(_) => "a text",
            Kind::Whole(_) | Kind::Number(_) => "a number",
            Kind::Flag(_) => "true or false",
            Kind::Date(_) => "a date",
            Kind::List(_) => "a list",
            Kind::Table(_) => "a table",
        }
    }
}

impl Node {
    /// The value as JSON.
    pub(super) fn json(&self) -> Value {
        match &self.kind {
            Kind::Text(text) | Kind::Date(text) => Value::from(text.as_str()),
            Kind::Whole(number) => Value::from(*number),
            Kind::Number(number) => Value::from(*number),
            Kind::Flag(flag) => Value::from(*flag),
            Kind::List(items) => items.iter().map(Node::json).collect(),
            Kind::Table(entries) => {
                Value::Object(entries.iter().map(|entry| (entry.key.clone(), entry.value.json())).collect())
            }
        }
    }
}

/// A table of a document.
#[derive(Debug, Clone, Copy)]
pub(super) struct Table<'a> {
    pub(super) document: &'a Document,
    pub(super) node: &'a Node,
    pub(super) entries: &'a [Entry],
}

impl<'a> Table<'a> {
    /// The value of a key, if it is there.
    pub(super) fn get(&self, key: &str) -> Option<&'a Node> {
        self.entries.iter().find(|entry| entry.key == key).map(|entry| &entry.value)
    }

    /// The value of a key that has to be there.
    pub(super) fn required(&self, key: &str, what: &str) -> Result<&'a Node, ProfileError> {
        let missing = || self.document.wrong(&self.node.span, format!("{what} wants the key `{key}`"));
        self.get(key).ok_or_else(missing)
    }

    /// A text that is not empty.
    pub(super) fn text(&self, key: &str) -> Result<Option<(&'a Node, &'a str)>, ProfileError> {
        self.get(key).map(|node| self.document.text(node, key).map(|text| (node, text))).transpose()
    }

    /// True or false; false where it is not there.
    pub(super) fn flag(&self, key: &str) -> Result<bool, ProfileError> {
        match self.get(key).map(|node| (node, &node.kind)) {
            None => Ok(false),
            Some((_, Kind::Flag(flag))) => Ok(*flag),
            Some((node, _)) => Err(self.document.wrong(&node.span, format!("`{key}` is `true` or `false`"))),
        }
    }

    /// A whole number from `least` on.
    pub(super) fn whole(&self, key: &str, least: u32) -> Result<Option<u32>, ProfileError> {
        let Some(node) = self.get(key) else { return Ok(None) };
        let number = match node.kind {
            Kind::Whole(number) => u32::try_from(number).ok().filter(|number| *number >= least),
            _ => None,
        };
        let wrong = || self.document.wrong(&node.span, format!("`{key}` is a whole number from {least} on"));
        number.map(Some).ok_or_else(wrong)
    }

    /// What a reading of a text gives, with its mistake at the text.
    pub(super) fn read<T>(
        &self,
        key: &str,
        read: impl FnOnce(&str) -> Result<T, String>,
    ) -> Result<Option<T>, ProfileError> {
        let Some((node, text)) = self.text(key)? else { return Ok(None) };
        read(text).map(Some).map_err(|message| self.document.wrong(&node.span, message))
    }
}

impl Document {
    /// A text that is not empty.
    pub(super) fn text<'a>(&self, node: &'a Node, what: &str) -> Result<&'a str, ProfileError> {
        match &node.kind {
            Kind::Text(text) if !text.is_empty() => Ok(text),
            Kind::Text(_) => Err(self.wrong(&node.span, format!("`{what}` is empty"))),
            other => Err(self.wrong(&node.span, format!("`{what}` is a text, and this is {}", other.word()))),
        }
    }

    /// A list of texts with at least one in it.
    pub(super) fn texts(&self, node: &Node, what: &str) -> Result<Vec<String>, ProfileError> {
        match &node.kind {
            Kind::List(items) if !items.is_empty() => {
                items.iter().map(|item| self.text(item, what).map(str::to_owned)).collect()
            }
            _ => Err(self.wrong(&node.span, format!("`{what}` is a list of texts"))),
        }
    }
}

fn entries(table: DeTable<'_>) -> Vec<Entry> {
    let entry = |(key, value): (toml::Spanned<std::borrow::Cow<'_, str>>, toml::Spanned<DeValue<'_>>)| Entry {
        span: key.span(),
        key: key.into_inner().into_owned(),
        value: node(value),
    };
    table.into_iter().map(entry).collect()
}

fn node(value: toml::Spanned<DeValue<'_>>) -> Node {
    let span = value.span();
    let kind = match value.into_inner() {
        DeValue::String(text) => Kind::Text(text.into_owned()),
        DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
            Ok(number) => Kind::Whole(number),
            Err(_) => Kind::Number(number.as_str().parse().unwrap_or(f64::INFINITY)),
        },
        DeValue::Float(number) => Kind::Number(number.as_str().parse().unwrap_or(f64::NAN)),
        DeValue::Boolean(flag) => Kind::Flag(flag),
        DeValue::Datetime(date) => Kind::Date(date.to_string()),
        DeValue::Array(items) => Kind::List(items.into_iter().map(node).collect()),
        DeValue::Table(table) => Kind::Table(entries(table)),
    };
    Node { span, kind }
}

/// The text with what its keys say is a secret replaced by as many stars.
fn hidden(text: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    for found in TELLING.captures_iter(text).chain(QUERY.captures_iter(text)) {
        if let (Some(key), Some(value)) = (found.get(1), found.get(2))
            && is_telling(key.as_str())
            && !value.as_str().contains("${")
        {
            hide(&mut bytes, value.range());
        }
    }
    for (at, _) in text.match_indices("://") {
        if let Some(credentials) = credentials_in(&text[at..]) {
            hide(&mut bytes, at + credentials.start..at + credentials.end);
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Hides the texts of every table of secrets, whatever their keys are.
fn hide_secrets(node: &Node, bytes: &mut [u8]) {
    match &node.kind {
        Kind::Table(entries) => {
            for entry in entries {
                match (&entry.value.kind, entry.key.as_str()) {
                    (Kind::Table(secrets), "secrets") => {
                        let texts = secrets.iter().filter(|secret| matches!(secret.value.kind, Kind::Text(_)));
                        texts.for_each(|secret| hide(bytes, secret.value.span.clone()));
                    }
                    _ => hide_secrets(&entry.value, bytes),
                }
            }
        }
        Kind::List(items) => items.iter().for_each(|item| hide_secrets(item, bytes)),
        Kind::Text(_) | Kind::Whole(_) | Kind::Number(_) | Kind::Flag(_) | Kind::Date(_) => {}
    }
}

fn hide(bytes: &mut [u8], span: Range<usize>) {
    if let Some(bytes) = bytes.get_mut(span) {
        // Lines stay lines, so that places stay what they are.
        bytes.iter_mut().filter(|byte| !matches!(byte, b'\n' | b'"' | b'\'')).for_each(|byte| *byte = b'*');
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rstest::rstest;

    #[rstest]
    #[case("client_secret = \"hunter2\"", "client_secret = \"*******\"")]
    #[case("client_secret = 'hunter2", "client_secret = '*******")]
    #[case("h = { x-api-key = \"hunter2\", a = \"b\" }", "h = { x-api-key = \"*******\", a = \"b\" }")]
    #[case("\"authorization\" = \"hü\\\"r2\"", "\"authorization\" = \"****\"**\"")]
    #[case("a = \"http://x\"\nurl = \"http://a:hunter2@x/\"", "a = \"http://x\"\nurl = \"http://*********@x/\"")]
    #[case("url = \"http://x/?api_key=hunter2&p=1\"", "url = \"http://x/?api_key=*******&p=1\"")]
    #[case("authorization = \"Bearer ${secret.a}\"", "authorization = \"Bearer ${secret.a}\"")]
    #[case("client_secret = { env = \"A\" }", "client_secret = { env = \"A\" }")]
    fn what_a_key_says_is_a_secret_is_hidden(#[case] text: &str, #[case] shown: &str) {
        assert_eq!(hidden(text), shown);
    }
}
