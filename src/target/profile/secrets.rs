//! Secrets of a profile: where they come from, and the refusal of those that stand in the file.

use std::path::PathBuf;

use super::document::{Document, Kind, Node, Table};
use super::{ProfileError, Surroundings};
use crate::suite::template::{Piece, pieces};
use crate::target::secret::is_telling;
use crate::target::{Header, Secret, Text};

/// Where a secret comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecretSource {
    /// An environment variable.
    Env(String),
    /// A file, relative to the profile; a line end at its end is left out.
    File(PathBuf),
    /// What a command prints; a line end at its end is left out.
    Command(Vec<String>),
}

const LITERAL: &str = "a secret does not stand in a profile, which is committed and shared";
const INSTEAD: &str = "name where it comes from: { env = \"VARIABLE\" }, { file = \"secret.txt\" } or { command = [\"pass\", \"show\", \"it\"] }";

/// A secret by its source.
pub(super) fn secret(
    document: &Document,
    node: &Node,
    what: &str,
    surroundings: &Surroundings<'_>,
) -> Result<Secret, ProfileError> {
    let source = source(document, node, what)?;
    let text = (surroundings.secret)(&source).map_err(|message| document.wrong(&node.span, message))?;
    if text.is_empty() {
        return Err(document.wrong(&node.span, format!("the secret `{what}` is empty")));
    }
    Ok(Secret::new(text))
}

/// The source of a secret, which is not asked.
pub(super) fn source(document: &Document, node: &Node, what: &str) -> Result<SecretSource, ProfileError> {
    let Kind::Table(entries) = &node.kind else { return Err(literal(document, node)) };
    let table = document.table(node, &format!("`{what}`"), &["env", "file", "command"])?;
    match entries.as_slice() {
        [entry] if entry.key == "command" => Ok(SecretSource::Command(document.texts(&entry.value, "command")?)),
        [_] => match (table.text("env")?, table.text("file")?) {
            (Some((_, name)), _) => Ok(SecretSource::Env(name.to_owned())),
            (None, Some((_, path))) => Ok(SecretSource::File(PathBuf::from(path))),
            (None, None) => Err(document.wrong(&node.span, format!("`{what}` wants one of env, file and command"))),
        },
        _ => Err(document.wrong(&node.span, format!("`{what}` wants one of env, file and command"))),
    }
}

fn literal(document: &Document, node: &Node) -> ProfileError {
    ProfileError::Mistake(Box::new(document.at(&node.span, LITERAL).help(INSTEAD)))
}

/// The table `secrets`.
pub(super) fn named(table: Table<'_>, surroundings: &Surroundings<'_>) -> Result<Vec<(String, Secret)>, ProfileError> {
    let document = table.document;
    let one = |entry: &super::document::Entry| {
        Ok((entry.key.clone(), secret(document, &entry.value, &entry.key, surroundings)?))
    };
    table.entries.iter().map(one).collect()
}

/// What may be referred to at a place: names, and secrets.
#[derive(Debug, Clone, Copy)]
pub(super) struct Allowed<'a> {
    pub(super) names: &'a [&'a str],
    pub(super) secrets: &'a [String],
}

impl Allowed<'_> {
    /// Whether every reference of a text is one of them.
    pub(super) fn check(&self, document: &Document, node: &Node, text: &str) -> Result<(), ProfileError> {
        for piece in pieces(text) {
            let Piece::Reference(name) = piece else { continue };
            let known = match name.strip_prefix("secret.") {
                Some(secret) => self.secrets.iter().any(|known| known == secret),
                None => self.names.contains(&name),
            };
            if !known {
                let all: Vec<String> = self.names.iter().map(|name| format!("`${{{name}}}`")).collect();
                let secrets = self.secrets.iter().map(|name| format!("`${{secret.{name}}}`"));
                let all: Vec<String> = all.into_iter().chain(secrets).collect();
                let there = if all.is_empty() {
                    "none may stand here".to_owned()
                } else {
                    format!("there is {}", all.join(", "))
                };
                return Err(document.wrong(&node.span, format!("unknown reference `${{{name}}}`; {there}")));
            }
        }
        Ok(())
    }
}

/// A table of headers; a value is a text, or the source of a secret.
pub(super) fn headers(
    table: Table<'_>,
    allowed: Allowed<'_>,
    surroundings: Option<&Surroundings<'_>>,
) -> Result<Vec<Header>, ProfileError> {
    let document = table.document;
    let mut headers = Vec::new();
    for entry in table.entries {
        let name = entry.key.to_ascii_lowercase();
        let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
        if name.is_empty() || !name.bytes().all(token) {
            return Err(document.wrong(&entry.span, format!("`{name}` is no name of a header")));
        }
        let value = match &entry.value.kind {
            Kind::Table(_) => match surroundings {
                Some(surroundings) => Text::Secret(secret(document, &entry.value, &name, surroundings)?),
                None => {
                    source(document, &entry.value, &name)?;
                    continue;
                }
            },
            Kind::Text(text) => {
                allowed.check(document, &entry.value, text)?;
                let refers = pieces(text)
                    .iter()
                    .any(|piece| matches!(piece, Piece::Reference(name) if name.starts_with("secret.")));
                if is_telling(&name) && !refers {
                    return Err(literal(document, &entry.value));
                }
                if text.chars().any(char::is_control) {
                    return Err(
                        document.wrong(&entry.value.span, format!("the value of header `{name}` cannot be sent"))
                    );
                }
                Text::Plain(text.clone())
            }
            other => {
                let message =
                    format!("the value of a header is a text or the source of a secret, and this is {}", other.word());
                return Err(document.wrong(&entry.value.span, message));
            }
        };
        headers.push(Header { name, value });
    }
    Ok(headers)
}
