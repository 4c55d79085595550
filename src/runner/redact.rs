//! Replaces secrets by their placeholders before anything is stored, and notes where an answer held one.

use std::sync::OnceLock;

use data_encoding::{BASE64_NOPAD, BASE64URL_NOPAD};
use hashbrown::HashSet;
use serde_json::Value;

use super::forms::{self, Finder, SHORT, encodings, escapes};
use super::secrets::Secret;
use crate::exchange::{HASH_BEGINNINGS, HASH_KIND, Sighting, SightingForm};
use crate::pointer::walk;

/// Finds the secrets of one flow in texts.
#[derive(Debug)]
pub struct Redactor {
    /// Longer ones first, so that one that holds another is replaced whole.
    long: Vec<Secret>,
    /// Those that are only replaced where they stand apart: four digits are anywhere.
    short: Vec<Secret>,
    own: HashSet<String>,
    /// The long ones in every form in which not each character is escaped, then the short ones as they are, but for those
    /// that are too short for it.
    finder: Finder,
    /// The long ones in the other forms; made for the first text that may hold one, as few do.
    escaped: OnceLock<Finder>,
}

/// What stands in a text, longer secrets first.
struct Found<'r> {
    /// Forms of long secrets, each with the place of the secret.
    long: Vec<(usize, &'r str)>,
    /// Short secrets.
    short: Vec<&'r Secret>,
}

impl Redactor {
    /// Knows these secrets, and these texts in which digits are no code.
    pub(super) fn new(mut known: Vec<Secret>, own: HashSet<String>) -> Self {
        known.sort_by_key(|secret| std::cmp::Reverse(secret.value.len()));
        let short = known.split_off(known.partition_point(|secret| secret.value.len() >= SHORT));
        let long = forms_of(&known, |value| encodings(value).into_iter().chain([value.to_owned()]));
        let as_they_are = short.iter().map(|secret| secret.value.clone());
        let finder = long.chain((known.len()..).zip(as_they_are)).collect();
        Self { long: known, short, own, finder, escaped: OnceLock::new() }
    }

    /// Replaces every secret in a JSON value, numbers that are a whole code included where `numbers`.
    pub fn value(&self, value: &mut Value, numbers: bool) {
        match value {
            Value::String(text) => self.text(text),
            Value::Array(items) => items.iter_mut().for_each(|item| self.value(item, numbers)),
            Value::Object(fields) => fields.values_mut().for_each(|field| self.value(field, numbers)),
            Value::Number(number) if numbers => {
                let digits = number.to_string();
                let code = |secret: &&Secret| secret.kind.ends_with("code") && same_digits(&secret.value, &digits);
                if let Some(secret) = self.secrets().find(code) {
                    *value = Value::String(secret.placeholder.clone());
                }
            }
            Value::Number(_) | Value::Bool(_) | Value::Null => {}
        }
    }

    /// Replaces every secret in a text.
    pub fn text(&self, text: &mut String) {
        let Found { long, mut short } = self.found_in(text);
        if !short.is_empty() && self.own.contains(text) {
            short.clear();
        }
        self.replace(text, long);
        for secret in short {
            *text = replace_apart(text, &secret.value, &secret.placeholder);
        }
    }

    /// Replaces long secrets that were found in a text.
    fn replace(&self, text: &mut String, long: Vec<(usize, &str)>) {
        for (owner, form) in long {
            if text.contains(form) {
                *text = text.replace(form, &self.long[owner].placeholder);
            }
        }
    }

    /// Replaces every secret in the body of a request: leaf by leaf where it is JSON with a short secret, which is one where
    /// it stands apart in its leaf, with a number, which may be one, or with an escape, which may hide one.
    pub fn request(&self, text: &mut String) {
        let Found { long, short } = self.found_in(text);
        if short.is_empty() && !text.contains('\\') && !has_numbers(text) {
            return self.replace(text, long);
        }
        match serde_json::from_str::<Value>(text) {
            Ok(mut value) => {
                self.value(&mut value, true);
                *text = json_text(&value, text.len());
            }
            Err(_) => self.text(text),
        }
    }

    /// Replaces every secret in a body, leaf by leaf where it is JSON and that is needed, so that it stays what it was.
    pub fn body(&self, text: &mut String, json: Option<&mut Value>) {
        let Found { long, short } = self.found_in(text);
        if long.is_empty() && short.is_empty() {
            return;
        }
        match json {
            Some(value) => {
                self.value(value, false);
                *text = json_text(value, text.len());
            }
            None => self.text(text),
        }
    }

    /// Where an answer holds secrets.
    pub fn sightings(&self, headers: &[(String, String)], body: &str, json: Option<&Value>) -> Vec<Sighting> {
        let mut found = Vec::new();
        let mut note = |seen: Vec<Seen>, place: &dyn Fn() -> String| {
            found.extend(seen.into_iter().map(|(secret, form)| sighting(secret, form, place())));
        };
        for (name, value) in headers.iter().filter(|(name, _)| !PLAIN_HEADERS.contains(&name.as_str())) {
            note(self.seen_in(value, &self.found_in(value), None), &|| format!("header {name}"));
        }
        match json {
            Some(json) => {
                walk(json, &mut |path, value| note(self.seen_at(value), &|| path.to_string()));
            }
            None => note(self.seen_in(body, &self.found_in(body), None), &|| "body".to_owned()),
        }
        found.extend(json.map(hashed_claims).unwrap_or_default());
        found
    }

    /// The secrets that stand in a text.
    fn found_in(&self, text: &str) -> Found<'_> {
        let mut long = self.finder.found_in(text);
        let near = long.split_off(long.partition_point(|(owner, _)| *owner < self.long.len()));
        if forms::has_escapes(text) {
            long.extend(self.escaped.get_or_init(|| forms_of(&self.long, escapes).collect()).found_in(text));
            forms::sort(&mut long);
        }
        let near = near.into_iter().map(|(owner, _)| &self.short[owner - self.long.len()]);
        let shortest = self.short.partition_point(|secret| secret.value.len() >= forms::LENGTH);
        let short = near.chain(self.short[shortest..].iter().filter(|secret| text.contains(&secret.value))).collect();
        Found { long, short }
    }

    /// All secrets, longer ones first.
    fn secrets(&self) -> impl Iterator<Item = &Secret> {
        self.long.iter().chain(&self.short)
    }

    /// The secrets of those found in a text that count there: short ones where they stand apart, unless the text is of a
    /// leaf that was sent as it is. They are there by chance.
    fn seen_in<'r>(&'r self, text: &str, found: &Found<'r>, leaf: Option<&str>) -> Vec<Seen<'r>> {
        let form = |secret: &Secret| match text == secret.value {
            true if text.len() <= SHORT_BYTES => SightingForm::Short,
            true => SightingForm::Whole,
            false => SightingForm::Part,
        };
        let mut owners: Vec<usize> = found.long.iter().map(|(owner, _)| *owner).collect();
        owners.dedup();
        let long = owners.into_iter().map(|owner| &self.long[owner]);
        let apart = found.short.iter().copied().filter(|secret| stands_apart(text, &secret.value));
        let apart = apart.filter(|_| !self.sent(leaf));
        long.chain(apart).map(|secret| (secret, form(secret))).collect()
    }

    fn sent(&self, leaf: Option<&str>) -> bool {
        leaf.is_some_and(|leaf| self.own.contains(leaf))
    }

    /// The secrets that a value which is neither an object nor an array holds, also where they are hidden in base64.
    fn seen_at(&self, leaf: &Value) -> Vec<Seen<'_>> {
        match leaf {
            Value::String(text) => {
                let found = self.found_in(text);
                let mut seen = self.seen_in(text, &found, Some(text));
                let ends = found.short.iter().copied();
                let ends = ends.filter(|secret| is_answer(secret) && at_an_end(text, &secret.value));
                seen.extend(ends.filter(|_| !self.sent(Some(text))).map(|secret| (secret, SightingForm::Part)));
                let hidden = decoded(text);
                for (secret, _) in hidden.iter().flat_map(|it| self.seen_in(it, &self.found_in(it), Some(text))) {
                    if is_answer(secret) && !seen.iter().any(|(known, _)| std::ptr::eq(*known, secret)) {
                        seen.push((secret, SightingForm::Part));
                    }
                }
                seen
            }
            // Small numbers are anywhere, and a code that lost two zeros is one.
            Value::Number(number) => {
                let digits = number.to_string();
                let here =
                    |secret: &&Secret| digits.len() > 2 && is_answer(secret) && same_digits(&secret.value, &digits);
                self.secrets().filter(here).map(|secret| (secret, SightingForm::Number)).collect()
            }
            _ => Vec::new(),
        }
    }
}

/// A value as JSON, for which so many bytes will do: much is written so, and kept to the end.
fn json_text(value: &Value, bytes: usize) -> String {
    let mut text = Vec::with_capacity(bytes);
    match serde_json::to_writer(&mut text, value) {
        Ok(()) => String::from_utf8(text).unwrap_or_default(),
        Err(_) => value.to_string(),
    }
}

/// Whether JSON may hold a number: digits stand where a value begins.
fn has_numbers(json: &str) -> bool {
    let begins = |before: u8, here: u8| b":[, \n\t".contains(&before) && (here == b'-' || here.is_ascii_digit());
    let bytes = json.as_bytes();
    bytes.first().is_some_and(|first| begins(b' ', *first)) || bytes.windows(2).any(|pair| begins(pair[0], pair[1]))
}

/// Secrets in these forms, by their places in the list.
fn forms_of<'s, F: IntoIterator<Item = String> + 's>(
    secrets: &'s [Secret],
    forms: impl Fn(&str) -> F + 's,
) -> impl Iterator<Item = (usize, String)> + 's {
    let all = secrets.iter().enumerate();
    all.flat_map(move |(owner, secret)| forms(&secret.value).into_iter().map(move |form| (owner, form)))
}

/// Length up to which a whole text may be a secret by chance, in bytes: a counter has four digits for long.
const SHORT_BYTES: usize = 4;

/// Headers whose numbers mean something else.
const PLAIN_HEADERS: [&str; 5] = ["content-length", "date", "expires", "last-modified", "age"];

/// A secret, and how it stands somewhere.
type Seen<'s> = (&'s Secret, SightingForm);

/// Whether it is what a target alone knew, or too long to be anything else: a code that was sent may be a wrong one.
fn is_answer(secret: &Secret) -> bool {
    secret.kind == "code" || secret.value.len() >= SHORT
}

fn sighting(secret: &Secret, form: SightingForm, place: String) -> Sighting {
    Sighting { kind: secret.kind.clone(), placeholder: secret.placeholder.clone(), place, form }
}

/// What stands in a text as base64, whole or between dots, as in a JSON Web Token.
fn decoded(text: &str) -> Vec<String> {
    let decode = |part: &str| {
        let part = part.trim_end_matches('=');
        let bytes = BASE64URL_NOPAD.decode(part.as_bytes()).or_else(|_| BASE64_NOPAD.decode(part.as_bytes())).ok()?;
        String::from_utf8(bytes).ok().filter(|text| !text.chars().any(char::is_control))
    };
    text.split('.').filter(|part| part.len() >= SHORT).filter_map(decode).collect()
}

/// Where a JSON Web Token of the body has a claim that begins like a password hash.
fn hashed_claims(body: &Value) -> Vec<Sighting> {
    let mut found = Vec::new();
    walk(body, &mut |path, leaf| {
        let texts = leaf.as_str().filter(|text| text.contains('.')).map(decoded).unwrap_or_default();
        for claims in texts.iter().filter_map(|text| serde_json::from_str::<Value>(text).ok()) {
            walk(&claims, &mut |_, claim| {
                let hashed = |text: &str| HASH_BEGINNINGS.iter().any(|beginning| text.starts_with(beginning));
                if claim.as_str().is_some_and(hashed) {
                    found.push(Sighting {
                        kind: HASH_KIND.to_owned(),
                        placeholder: format!("[{HASH_KIND}]"),
                        place: path.to_string(),
                        form: SightingForm::Part,
                    });
                }
            });
        }
    });
    found
}

fn same_digits(code: &str, number: &str) -> bool {
    code.bytes().all(|byte| byte.is_ascii_digit()) && code.trim_start_matches('0') == number && number.len() > 1
}

/// Whether a piece of a text stands for itself. Digits beside a hyphen are a part of a UUID, a date or another id.
fn apart(text: &str, start: usize, length: usize) -> bool {
    let word = |c: char| c.is_alphanumeric() || matches!(c, '-' | '_');
    !text[..start].ends_with(word) && !text[start + length..].starts_with(word)
}

fn stands_apart(text: &str, value: &str) -> bool {
    text.match_indices(value).any(|(start, _)| apart(text, start, value.len()))
}

/// Whether a text begins or ends with a piece that a hyphen or underscore parts from the rest. The ends of a UUID are too
/// long to be one.
fn at_an_end(text: &str, value: &str) -> bool {
    let parted = |rest: &str, by: fn(&str) -> Option<char>| by(rest).is_some_and(|c| matches!(c, '-' | '_'));
    text.strip_prefix(value).is_some_and(|rest| parted(rest, |rest| rest.chars().next()))
        || text.strip_suffix(value).is_some_and(|rest| parted(rest, |rest| rest.chars().next_back()))
}

fn replace_apart(text: &str, value: &str, placeholder: &str) -> String {
    let mut replaced = String::new();
    let mut from = 0;
    for (start, _) in text.match_indices(value) {
        // Not inside a placeholder, such as `[code 12]`.
        let inside = text[..start].rfind('[').is_some_and(|open| !text[open..start].contains(']'));
        if start >= from && apart(text, start, value.len()) && !inside {
            replaced.push_str(&text[from..start]);
            replaced.push_str(placeholder);
            from = start + value.len();
        }
    }
    replaced.push_str(&text[from..]);
    replaced
}

#[cfg(test)]
mod tests;
