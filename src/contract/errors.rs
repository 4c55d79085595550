//! `errors.yaml`: the errors that the documentation lists.

use std::collections::HashSet;
use std::fmt;

use serde_json::json;

use super::error::ContractError;
use super::files::{Document, Table};
use super::formats::regex;
use crate::yaml::{Node, Tree};

const KEYS: &[&str] = &["error", "status", "message", "pattern", "operations", "wait"];

/// One error of the catalogue.
#[derive(Debug, Clone)]
pub struct ErrorSpec {
    /// Its name, as the field `error` of a refusal gives it.
    pub error: String,
    /// The HTTP status that it arrives with.
    pub status: u16,
    /// The message that it arrives with.
    pub message: Message,
    /// Ids of the operations that list it.
    pub operations: Vec<String>,
    /// Whether it goes away by itself after a while.
    pub wait: bool,
}

/// The message that an error arrives with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Message {
    /// This text.
    Exact(String),
    /// Any text that this regular expression matches from end to end.
    Pattern(String),
}

impl Message {
    /// Whether a message is the documented one.
    pub fn matches(&self, message: &str) -> bool {
        match self {
            Self::Exact(expected) => expected == message,
            Self::Pattern(pattern) => regex(pattern).is_some_and(|regex| regex.is_valid(&json!(message))),
        }
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exact(text) => write!(f, "`{text}`"),
            Self::Pattern(pattern) => write!(f, "a text like `{pattern}`"),
        }
    }
}

/// Reads the errors in the order of the file.
pub(super) fn parse(document: &Document) -> Result<Vec<ErrorSpec>, ContractError> {
    let Tree::List(items) = &document.root.tree else {
        return Err(document.wrong(&document.root, "a list of errors"));
    };
    let mut seen = HashSet::new();
    let mut errors = Vec::with_capacity(items.len());
    for item in items {
        let table = document.table(item, "an error", KEYS)?;
        let error = error(document, table)?;
        if !seen.insert(error.error.clone()) {
            let place = document.at(&table.required("error")?.span, format!("`{}` is here twice", error.error));
            return Err(ContractError::Duplicate(Box::new(place)));
        }
        errors.push(error);
    }
    Ok(errors)
}

fn error(document: &Document, table: Table<'_>) -> Result<ErrorSpec, ContractError> {
    let operations = table.required("operations")?;
    let names = document.names(operations, "a list of operations")?;
    if names.is_empty() {
        let place = document.at(&operations.span, "expected at least one operation, found none");
        return Err(ContractError::WrongValue(Box::new(place)));
    }
    Ok(ErrorSpec {
        error: table.text("error")?.to_string(),
        status: status(document, table.required("status")?)?,
        message: message(document, table)?,
        operations: names.iter().map(|named| named.name.to_string()).collect(),
        wait: match table.optional("wait").map(|node| (&node.tree, node)) {
            None => false,
            Some((Tree::Bool(wait), _)) => *wait,
            Some((_, node)) => return Err(document.wrong(node, "true or false")),
        },
    })
}

fn status(document: &Document, node: &Node) -> Result<u16, ContractError> {
    let number = if let Tree::Number(number) = &node.tree { number.as_u64() } else { None };
    number
        .and_then(|number| u16::try_from(number).ok())
        .filter(|status| (400..500).contains(status))
        .ok_or_else(|| document.wrong(node, "a status from 400 to 499"))
}

fn message(document: &Document, table: Table<'_>) -> Result<Message, ContractError> {
    match (table.optional("message"), table.optional("pattern")) {
        (Some(_), None) => Ok(Message::Exact(table.text("message")?.to_string())),
        (None, Some(node)) => {
            let pattern = table.text("pattern")?;
            let anchored = pattern.starts_with('^') && pattern.ends_with('$');
            if anchored && regex(pattern).is_some() {
                return Ok(Message::Pattern(pattern.to_string()));
            }
            let expected = "expected a regular expression from `^` to `$`";
            let place = document.at(&node.span, format!("{expected}, found `{pattern}`"));
            Err(ContractError::WrongValue(Box::new(place)))
        }
        (message, _) => {
            let found = if message.is_some() { "both" } else { "neither" };
            let message = format!("expected either `message` or `pattern`, found {found}");
            let place = document.at(&table.node.span, message);
            Err(ContractError::WrongValue(Box::new(place)))
        }
    }
}
