//! What a file does out of band: codes and links that are read, time that passes, users that are blocked.

use super::entry::Entry;
use super::steps::as_body;
use super::text::{Text, key, pattern};
use super::values::Bound;
use super::{File, Stop};
use crate::suite::template::{Piece, pieces};
use crate::target::{Block, Find, Header, HttpAction, Source, secret};

/// How a UUID looks.
const UUID: &str = "/(?i)[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}/";
/// The last UUID of a text, and what stands before it.
const LAST_UUID: &str = "/(?i)(?P<before>.*)[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}/";

impl File<'_> {
    /// Reads the newest code that was sent to a phone.
    pub(super) fn read_code(&mut self, phone: &Text, keep: &str) -> Result<(), Stop> {
        let found = match &self.case.target.sms {
            Some(Source::Fixed(value)) => {
                let notation = self.case.target.code_notation;
                self.bind(&format!("{keep}.code"), Bound::Fixed(notation.value(value)));
                self.bind(&format!("{keep}.text"), Bound::Fixed(value.as_str().into()));
                let last = if value.ends_with('0') { "1" } else { "0" };
                let wrong = format!("{}{last}", &value[..value.len().saturating_sub(1)]);
                self.bind(&format!("{keep}.wrong"), Bound::Fixed(notation.value(&wrong)));
                return Ok(());
            }
            source => self.newest(source.clone().as_ref(), phone, keep, "a code")?,
        };
        let query = format!("variable \"{found}\"");
        let code = self.noted(&format!("{found}_code"), &query);
        // Another last digit: none of the three filters meets what the one before made.
        let other = "replaceRegex /0$/ \"x\" replaceRegex /[1-9]$/ \"0\" replaceRegex /x$/ \"1\"";
        let wrong = self.noted(&format!("{found}_wrong"), &format!("{query} toString {other}"));
        self.bind(&format!("{keep}.code"), code);
        self.bind(&format!("{keep}.wrong"), wrong);
        self.bind(&format!("{keep}.text"), Bound::variable(&found));
        Ok(())
    }

    /// Reads the newest link that was mailed.
    pub(super) fn read_link(&mut self, email: &Text, keep: &str) -> Result<(), Stop> {
        let source = self.case.target.mail.clone();
        let found = self.newest(source.as_ref(), email, keep, "a mailed link")?;
        let [forged, garbled, emptied] = ["forged", "garbled", "emptied"].map(|kind| format!("{found}_{kind}"));
        let uuid = self.uuid(&format!("{found}_uuid"));
        self.last().captures.push(format!("{forged}: variable \"{found}\" replaceRegex {UUID} \"{{{{{uuid}}}}}\""));
        self.last().captures.push(format!("{garbled}: variable \"{found}\" replaceRegex {UUID} \"no-uuid\""));
        self.last().captures.push(format!("{emptied}: variable \"{found}\" replaceRegex {LAST_UUID} \"$before\""));
        let fields = [("link", &found), ("forged", &forged), ("garbled", &garbled), ("emptied", &emptied)];
        for (field, variable) in fields {
            self.bind(&format!("{keep}.{field}"), Bound::variable(variable));
        }
        Ok(())
    }

    /// An entry that asks an inbox until something new is there; gives the variable that holds it.
    fn newest(&mut self, source: Option<&Source>, address: &Text, keep: &str, what: &str) -> Result<String, Stop> {
        let impossible = |why: &str| Err(Stop::Impossible(format!("{what} is read {why}, which Hurl does not do")));
        let (request, find, within) = match source {
            None => return Err(Stop::Impossible(format!("the profile gives no source of {what}"))),
            Some(Source::Fixed(_) | Source::Prompt) => return impossible("by asking somebody"),
            Some(Source::Command { .. }) => return impossible("by a command"),
            Some(Source::File { .. }) => return impossible("from a file"),
            Some(Source::Http { request, find, within }) => (request, find, within),
        };
        let mut found = self.name(keep);
        while self.entries.iter().any(|entry| entry.captures.iter().any(|line| line.starts_with(&format!("{found}: "))))
        {
            found.push_str("_again");
        }
        let inbox = format!("{what} {}", address.quoted());
        let before = self.read.insert(inbox, found.clone());
        let query = query(find, address);
        self.action(request, &Bound::Text(address.clone()));
        let tries = within.as_secs().max(1);
        let last = self.last();
        last.options.extend([format!("retry: {tries}"), "retry-interval: 1s".to_owned()]);
        last.captures.push(format!("{found}: {query}"));
        if let Some(before) = before {
            last.assert(format!("{query} != {{{{{before}}}}}"));
        }
        Ok(found)
    }

    /// Blocks the user of a phone.
    pub(super) fn block(&mut self, phone: &Text) -> Result<(), Stop> {
        match &self.case.target.block {
            None => Err(Stop::Impossible("the profile says no way to block a user".to_owned())),
            Some(Block::Phones(_)) => Ok(()),
            Some(Block::Command(_)) => {
                Err(Stop::Impossible("users are blocked by a command, which Hurl does not run".to_owned()))
            }
            Some(Block::Http(action)) => {
                let action = action.clone();
                self.action(&action, &Bound::Text(phone.clone()));
                Ok(())
            }
        }
    }

    /// A request of the profile about one value.
    pub(super) fn action(&mut self, action: &HttpAction, value: &Bound) {
        let (url, query) = action.url.split_once('?').unwrap_or((&action.url, ""));
        let mut entry = Entry::new(&action.method, &self.address(url, value));
        // Hurl encodes what stands in a section of its own.
        for (name, text) in url::form_urlencoded::parse(query.as_bytes()) {
            let text = self.filled(&text, value);
            entry.query.push(format!("{}: {}", key(&name), text.bare()));
        }
        for header in &action.headers {
            let text = self.header_value(header);
            entry.headers.push(format!("{}: {text}", key(&header.name)));
        }
        if let Some(body) = &action.body {
            if !action.headers.iter().any(|header| header.name.eq_ignore_ascii_case("content-type")) {
                entry.headers.push("Content-Type: application/json".to_owned());
            }
            let body = self.body(body, value);
            entry.body = Some(as_body(&body).unwrap_or(body));
        }
        entry.assert("status < 400");
        self.add(entry);
    }

    fn address(&mut self, url: &str, value: &Bound) -> String {
        let origin = self.case.target.base.origin().ascii_serialization();
        match url.strip_prefix(&origin) {
            Some(rest) => format!("{{{{origin}}}}{}", self.filled(rest, value).bare()),
            None => self.filled(url, value).bare(),
        }
    }

    /// A text of the profile: secrets are variables, and every other reference is the value.
    fn filled(&mut self, text: &str, value: &Bound) -> Text {
        let mut whole = Text::default();
        for piece in pieces(text) {
            whole.push(match piece {
                Piece::Text(text) => Text::literal(text),
                Piece::Reference(name) => match name.strip_prefix("secret.") {
                    Some(secret) => Text::variable(&self.secret(&format!("secret_{secret}"))),
                    None => match value {
                        Bound::Text(text) => text.clone(),
                        Bound::Json(name) => Text::variable(name),
                        Bound::Fixed(value) => Text::literal(&crate::suite::template::as_text(value)),
                    },
                },
            });
        }
        whole
    }

    fn body(&mut self, body: &serde_json::Value, value: &Bound) -> String {
        use serde_json::Value;
        match body {
            Value::String(text) => match (pieces(text).as_slice(), value) {
                ([Piece::Reference(_)], Bound::Json(name)) => format!("{{{{{name}}}}}"),
                ([Piece::Reference(_)], Bound::Fixed(value)) => value.to_string(),
                _ => self.filled(text, value).json(),
            },
            Value::Array(items) => {
                let items: Vec<String> = items.iter().map(|item| self.body(item, value)).collect();
                format!("[{}]", items.join(", "))
            }
            Value::Object(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(key, field)| format!("{}: {}", Text::literal(key).json(), self.body(field, value)))
                    .collect();
                format!("{{{}}}", fields.join(", "))
            }
            other => other.to_string(),
        }
    }

    /// The value of a header; one that may be secret is a variable.
    pub(super) fn header_value(&mut self, header: &Header) -> String {
        match &header.value {
            secret::Text::Plain(text) if !secret::is_telling(&header.name) && !text.contains("${") => {
                Text::literal(text).bare()
            }
            secret::Text::Plain(_) | secret::Text::Secret(_) => {
                format!("{{{{{}}}}}", self.secret(&format!("header_{}", header.name)))
            }
        }
    }

    fn secret(&mut self, name: &str) -> String {
        let name: String =
            name.chars().map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '_' }).collect();
        if !self.secrets.contains(&name) {
            self.secrets.push(name.clone());
        }
        name
    }
}

/// Where the newest value stands in what an inbox answers.
fn query(find: &Find, address: &Text) -> String {
    let (path, regex, newest) = find.described();
    let filled = |text: &str, escape: bool| {
        let mut whole = Text::default();
        for piece in pieces(text) {
            whole.push(match piece {
                Piece::Text(text) => Text::literal(text),
                Piece::Reference(_) if escape => Text::literal(".*"),
                Piece::Reference(_) => address.clone(),
            });
        }
        whole
    };
    let mut query = match path {
        Some(path) => {
            let several = path.contains(['*', '?', ':', ',']) || path.contains("..");
            let choice = if several { format!(" {newest}") } else { String::new() };
            format!("jsonpath {}{choice}", filled(path, false).quoted())
        }
        None => "body".to_owned(),
    };
    if let Some(regex) = regex {
        let grouped = if has_group(regex) { regex.to_owned() } else { format!("({regex})") };
        // The first match counts; of several the last is found by going over the others.
        let over = if newest == "last" { "(?s:.*)" } else { "" };
        let plain: String = pieces(&grouped)
            .into_iter()
            .map(|piece| match piece {
                Piece::Text(text) => text.to_owned(),
                Piece::Reference(_) => {
                    address.only_variable().map_or_else(|| ".*".to_owned(), |name| format!("{{{{{name}}}}}"))
                }
            })
            .collect();
        let pattern = match plain.contains("{{") {
            // Between quotes variables are put in, which a pattern between slashes does not do.
            true => format!("\"{}\"", format!("{over}{plain}").replace('\\', "\\\\").replace('"', "\\\"")),
            false => pattern(&format!("{over}{plain}")),
        };
        query.push_str(&format!(" regex {pattern}"));
    }
    query
}

/// Whether a regular expression has a group that captures.
fn has_group(regex: &str) -> bool {
    regex::Regex::new(&regex.replace("${", "x{").replace("x{phone}", "x").replace("x{email}", "x"))
        .is_ok_and(|regex| regex.captures_len() > 1)
}
