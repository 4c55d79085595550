//! `requirements.yaml`: every rule, its level and where it comes from.

use std::collections::HashSet;

use super::error::ContractError;
use super::files::{Document, Table, with_help};
use super::kind::Kind;
use super::{Level, Requirement, Source};
use crate::diagnostic::suggest;
use crate::yaml::{Node, Tree};

const KEYS: &[&str] =
    &["id", "level", "kind", "operation", "says", "source", "refs", "unobservable", "fixed-code", "leeway"];

/// How `operation` says that a rule holds everywhere.
const EVERYWHERE: &str = "all";

/// Reads the rules in the order of the file.
pub(super) fn parse(document: &Document) -> Result<Vec<Requirement>, ContractError> {
    let Tree::List(items) = &document.root.tree else {
        return Err(document.wrong(&document.root, "a list of requirements"));
    };
    let mut seen = HashSet::new();
    let mut requirements = Vec::with_capacity(items.len());
    for item in items {
        let table = document.table(item, "a requirement", KEYS)?;
        let requirement = requirement(document, table)?;
        if !seen.insert(requirement.id.clone()) {
            let place = document.at(&table.required("id")?.span, format!("the id `{}` is here twice", requirement.id));
            return Err(ContractError::Duplicate(Box::new(place)));
        }
        requirements.push(requirement);
    }
    Ok(requirements)
}

fn requirement(document: &Document, table: Table<'_>) -> Result<Requirement, ContractError> {
    let id = table.text("id")?;
    if !id.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-') {
        let place = document.at(&table.required("id")?.span, format!("expected a kebab-case id, found `{id}`"));
        return Err(ContractError::WrongValue(Box::new(place)));
    }
    let operation = table.text("operation")?;
    let refs = match table.optional("refs") {
        Some(node) => {
            document.names(node, "a list of references")?.iter().map(|named| named.name.to_string()).collect()
        }
        None => Vec::new(),
    };
    let reason = |key: &str, what: &str| match table.optional(key) {
        Some(node) => document.text(node, what).map(|reason| Some(reason.to_string())),
        None => Ok(None),
    };
    let unobservable = reason("unobservable", "the reason why HTTP cannot show it")?;
    let fixed_code = reason("fixed-code", "the reason why a fixed code cannot show it")?;
    let leeway = reason("leeway", "the reason why it does not hold at once")?;
    Ok(Requirement {
        id: id.to_string(),
        level: level(document, table.required("level")?)?,
        kind: table.optional("kind").map_or(Ok(Kind::default()), |node| kind(document, node))?,
        operation: (operation != EVERYWHERE).then(|| operation.to_string()),
        says: table.text("says")?.to_string(),
        source: source(document, table.required("source")?)?,
        refs,
        unobservable,
        fixed_code,
        leeway,
    })
}

/// Reads `must`, `should` or `observe`.
pub(super) fn level(document: &Document, node: &Node) -> Result<Level, ContractError> {
    let name = document.text(node, "a level")?;
    name.parse().map_err(|()| {
        let place = document.at(&node.span, format!("no level is named `{name}`"));
        let help = suggest(name, Level::ALL.map(Level::name));
        ContractError::WrongValue(Box::new(with_help(place, help)))
    })
}

/// Reads what a rule is about.
fn kind(document: &Document, node: &Node) -> Result<Kind, ContractError> {
    let name = document.text(node, "a kind")?;
    name.parse().map_err(|()| {
        let place = document.at(&node.span, format!("no kind is named `{name}`"));
        let help = suggest(name, Kind::ALL.map(Kind::name));
        ContractError::WrongValue(Box::new(with_help(place, help)))
    })
}

/// Reads `{ heading, line }`.
pub(super) fn source(document: &Document, node: &Node) -> Result<Source, ContractError> {
    let table = document.table(node, "a source", &["heading", "line"])?;
    let line = table.required("line")?;
    let number = match &line.tree {
        Tree::Number(number) => number.as_u64().and_then(|line| u32::try_from(line).ok()).filter(|line| *line > 0),
        _ => None,
    };
    match number {
        Some(number) => Ok(Source { heading: table.text("heading")?.to_string(), line: number }),
        None => Err(document.wrong(line, "a line number from 1")),
    }
}
