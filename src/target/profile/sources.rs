//! Sources of codes and mails, the clock and blocking, from their tables.
//!
//! The kind of a table decides its keys, so that a key of another kind is told at its place.

use std::path::Path;
use std::time::Duration;

use super::document::{Document, Kind, Node, Table};
use super::secrets::{Allowed, headers};
use super::settings::phones;
use super::{MAX_WAIT, ProfileError, Surroundings, WITHIN, parse_duration};
use crate::diagnostic::suggest;
use crate::target::secret::{credentials_in, is_telling};
use crate::target::{Block, Clock, Find, HttpAction, Newest, Source};

/// What the tables of one target are read with.
pub(super) struct Reading<'a> {
    pub(super) document: &'a Document,
    pub(super) secrets: &'a [String],
    pub(super) folder: &'a Path,
    pub(super) surroundings: &'a Surroundings<'a>,
}

/// How the two sources differ.
pub(super) struct Inbox {
    /// The table's name.
    name: &'static str,
    /// The key of the value.
    value: &'static str,
    /// The reference to the address.
    address: &'static str,
}

/// Codes by phone.
pub(super) const SMS: Inbox = Inbox { name: "sms", value: "code", address: "phone" };
/// Links by email address.
pub(super) const MAIL: Inbox = Inbox { name: "mail", value: "link", address: "email" };

/// The keys of an action over HTTP.
const ACTION: [&str; 4] = ["url", "method", "headers", "body"];

/// The kind of a table, and the table with the keys of that kind.
fn kind<'a>(
    document: &'a Document,
    node: &'a Node,
    name: &str,
    tag: &str,
    kinds: &[(&'static str, Vec<&'static str>)],
) -> Result<(&'static str, Table<'a>), ProfileError> {
    let what = format!("`{name}`");
    let open = document.open(node, &what)?;
    let tagged = open.required(tag, &what)?;
    let named = document.text(tagged, tag)?;
    let Some((kind, keys)) = kinds.iter().find(|(kind, _)| *kind == named) else {
        let mistake = document.at(&tagged.span, format!("{what} knows no {tag} `{named}`"));
        let help = suggest(named, kinds.iter().map(|(kind, _)| *kind)).unwrap_or_default();
        return Err(ProfileError::Mistake(Box::new(mistake.help(help))));
    };
    let keys: Vec<&str> = std::iter::once(tag).chain(keys.iter().copied()).collect();
    Ok((kind, document.table(node, &format!("{what} with {tag} `{kind}`"), &keys)?))
}

/// A source of codes or links.
pub(super) fn source(reading: &Reading<'_>, node: &Node, inbox: &Inbox) -> Result<Source, ProfileError> {
    let document = reading.document;
    let found = [inbox.value, "pattern", "newest", "within"];
    let kinds = [
        ("fixed", vec![inbox.value]),
        ("http", ACTION.into_iter().chain(found).collect()),
        ("command", std::iter::once("argv").chain(found).collect()),
        ("file", std::iter::once("path").chain(found).collect()),
        ("prompt", Vec::new()),
    ];
    let (kind, table) = kind(document, node, inbox.name, "source", &kinds)?;
    let what = format!("`{}`", inbox.name);
    let within = || Ok::<Duration, ProfileError>(table.read("within", parse_duration)?.unwrap_or(WITHIN));
    Ok(match kind {
        "fixed" => {
            let node = table.required(inbox.value, &what)?;
            Source::Fixed(document.text(node, inbox.value)?.to_owned())
        }
        "http" => Source::Http {
            request: action(reading, table, &what, "GET", &[inbox.address])?,
            find: find(table, inbox)?,
            within: within()?,
        },
        "command" => Source::Command {
            argv: argv(reading, table, &what, inbox.address)?,
            find: find(table, inbox)?,
            within: within()?,
        },
        "file" => {
            let path = document.text(table.required("path", &what)?, "path")?;
            let find = find(table, inbox)?;
            if !find.names_address() {
                // Flows run side by side, and a log has the messages of all of them.
                let place = table.get("pattern").unwrap_or(table.node);
                let message = format!(
                    "what is read of a file wants `${{{}}}` in its pattern, as it holds messages to others, too",
                    inbox.address
                );
                return Err(document.wrong(&place.span, message));
            }
            Source::File { path: reading.folder.join(path), find, within: within()? }
        }
        _ => Source::Prompt,
    })
}

fn find(table: Table<'_>, inbox: &Inbox) -> Result<Find, ProfileError> {
    let document = table.document;
    let newest = |text: &str| match text {
        "first" => Ok(Newest::First),
        "last" => Ok(Newest::Last),
        other => Err(format!("the newest message is the `first` or the `last`, not `{other}`")),
    };
    let newest = table.read("newest", newest)?.unwrap_or_default();
    let path = table.text(inbox.value)?;
    let pattern = table.text("pattern")?;
    let allowed = Allowed { names: &[inbox.address], secrets: &[] };
    for (node, text) in path.iter().chain(&pattern) {
        allowed.check(document, node, text)?;
    }
    if path.is_none() && pattern.is_none() {
        let message =
            format!("`{}` wants `{}` (a JSONPath), `pattern` (a regular expression) or both", inbox.name, inbox.value);
        return Err(document.wrong(&table.node.span, message));
    }
    let owned = |text: Option<(&Node, &str)>| text.map(|(_, text)| text.to_owned());
    if let Some((node, _)) = path {
        Find::new(owned(path), None, newest).map_err(|message| document.wrong(&node.span, message))?;
    }
    let place = pattern.map_or(table.node, |(node, _)| node);
    Find::new(owned(path), owned(pattern), newest).map_err(|message| document.wrong(&place.span, message))
}

/// The clock.
pub(super) fn clock(reading: &Reading<'_>, node: &Node) -> Result<Clock, ProfileError> {
    let kinds = [("wait", vec!["max_wait"]), ("http", ACTION.to_vec())];
    let (kind, table) = kind(reading.document, node, "clock", "control", &kinds)?;
    Ok(match kind {
        "wait" => Clock::Wait { max_wait: table.read("max_wait", parse_duration)?.unwrap_or(MAX_WAIT) },
        _ => Clock::Http(action(reading, table, "`clock`", "POST", &["seconds"])?),
    })
}

/// How a user is blocked.
pub(super) fn block(reading: &Reading<'_>, node: &Node) -> Result<Block, ProfileError> {
    let kinds = [("http", ACTION.to_vec()), ("command", vec!["argv"]), ("phone", vec!["phones"])];
    let (kind, table) = kind(reading.document, node, "block", "action", &kinds)?;
    Ok(match kind {
        "http" => Block::Http(action(reading, table, "`block`", "POST", &["phone"])?),
        "command" => Block::Command(argv(reading, table, "`block`", "phone")?),
        _ => {
            table.required("phones", "`block`")?;
            let phones = phones(table, "phones")?;
            Block::Phones(phones.ok_or_else(|| reading.document.wrong(&table.node.span, "`phones` is missing"))?)
        }
    })
}

fn argv(reading: &Reading<'_>, table: Table<'_>, what: &str, address: &str) -> Result<Vec<String>, ProfileError> {
    let node = table.required("argv", what)?;
    let argv = reading.document.texts(node, "argv")?;
    let allowed = Allowed { names: &[address], secrets: reading.secrets };
    argv.iter().try_for_each(|argument| allowed.check(reading.document, node, argument))?;
    Ok(argv)
}

fn action(
    reading: &Reading<'_>,
    table: Table<'_>,
    what: &str,
    default_method: &str,
    names: &[&str],
) -> Result<HttpAction, ProfileError> {
    let document = reading.document;
    let allowed = Allowed { names, secrets: reading.secrets };
    let node = table.required("url", what)?;
    let url = document.text(node, "url")?;
    allowed.check(document, node, url)?;
    action_url(url).map_err(|message| document.wrong(&node.span, message))?;
    let method = table.read("method", |method| {
        let right = method.bytes().all(|byte| byte.is_ascii_alphabetic());
        if right { Ok(method.to_uppercase()) } else { Err(format!("`{method}` is no HTTP method")) }
    })?;
    let headers = match table.get("headers") {
        Some(node) => headers(document.open(node, "`headers`")?, allowed, Some(reading.surroundings))?,
        None => Vec::new(),
    };
    if let Some(body) = table.get("body") {
        references(document, body, allowed)?;
    }
    Ok(HttpAction {
        method: method.unwrap_or_else(|| default_method.to_owned()),
        url: url.to_owned(),
        headers,
        body: table.get("body").map(Node::json),
    })
}

/// Every text of a body refers only to what is known.
fn references(document: &Document, node: &Node, allowed: Allowed<'_>) -> Result<(), ProfileError> {
    match &node.kind {
        Kind::Text(text) => allowed.check(document, node, text),
        Kind::List(items) => items.iter().try_for_each(|item| references(document, item, allowed)),
        Kind::Table(entries) => entries.iter().try_for_each(|entry| references(document, &entry.value, allowed)),
        Kind::Whole(_) | Kind::Number(_) | Kind::Flag(_) | Kind::Date(_) => Ok(()),
    }
}

/// The URL of an action: with references in it, and without a secret.
fn action_url(text: &str) -> Result<(), String> {
    if credentials_in(text).is_some() {
        return Err("a secret does not stand in a profile: leave user name and password out of the URL, and give a header `authorization`".to_owned());
    }
    let url = url::Url::parse(&text.replace("${", "").replace('}', ""))
        .map_err(|error| format!("`{text}` is no URL: {error}"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(format!("`{text}` is no http or https URL"));
    }
    let query = text.split_once('?').map(|(_, query)| query).unwrap_or_default();
    for pair in query.split('&') {
        if let Some((name, value)) = pair.split_once('=')
            && is_telling(name)
            && !value.is_empty()
            && !value.contains("${")
        {
            return Err(format!(
                "a secret does not stand in a profile: name the source of `{name}` in the table `secrets`, and put `${{secret.NAME}}` here"
            ));
        }
    }
    Ok(())
}
