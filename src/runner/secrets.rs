//! The secrets that a flow meets, each with the placeholder that stands for it.
//!
//! A secret is what a profile declares, what the schemas mark as sensitive, and what a source of codes
//! or mails yields. Equal values get equal placeholders, so equality can be judged without the values.
//! Where secrets stand in a text is not told here.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use hashbrown::{HashMap, HashSet};
use serde_json::Value;

use super::redact::Redactor;
use crate::target::Target;

/// The placeholders of a run, shared by its flows.
#[derive(Debug, Default)]
pub struct Placeholders(Mutex<Numbered>);

#[derive(Debug, Default)]
struct Numbered {
    by_value: HashMap<(String, String), String>,
    counts: HashMap<String, usize>,
    /// Where the numbers begin.
    before: usize,
}

/// How far the numbers of two parts of a run are apart: no part meets so many secrets.
const NUMBERS_OF_A_PART: usize = 1_000_000;

impl Placeholders {
    /// Placeholders of one part of a run, which differ from those of the other parts.
    pub fn of_part(number: usize) -> Self {
        Self(Mutex::new(Numbered { before: number * NUMBERS_OF_A_PART, ..Numbered::default() }))
    }

    fn of(&self, kind: &str, value: &str) -> String {
        let mut numbered = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let named = (kind.to_owned(), value.to_owned());
        if let Some(placeholder) = numbered.by_value.get(&named) {
            return placeholder.clone();
        }
        let before = numbered.before;
        let count = numbered.counts.entry(kind.to_owned()).or_insert(before);
        *count += 1;
        let placeholder = format!("[{kind} {count}]");
        numbered.by_value.insert(named, placeholder.clone());
        placeholder
    }
}

/// One secret.
#[derive(Debug, Clone)]
pub(super) struct Secret {
    /// What it is: a code, a password, a token.
    pub kind: String,
    /// What nobody may see.
    pub value: String,
    /// What stands for it.
    pub placeholder: String,
}

/// The secrets that one flow has met.
#[derive(Debug)]
pub struct Secrets {
    placeholders: Arc<Placeholders>,
    known: Vec<Secret>,
    /// The places in `known` of those with a value.
    places: HashMap<String, Vec<usize>>,
    own: HashSet<String>,
}

impl Secrets {
    /// Nothing is known yet.
    pub fn new(placeholders: Arc<Placeholders>) -> Self {
        Self { placeholders, known: Vec::new(), places: HashMap::new(), own: HashSet::new() }
    }

    /// Learns a secret. An empty one is none.
    pub fn learn(&mut self, kind: &str, value: &str) {
        let of_value = self.places.get(value).into_iter().flatten();
        if value.is_empty() || of_value.map(|&place| &self.known[place]).any(|known| known.kind == kind) {
            return;
        }
        let placeholder = self.placeholders.of(kind, value);
        self.places.entry(value.to_owned()).or_default().push(self.known.len());
        self.known.push(Secret { kind: kind.to_owned(), value: value.to_owned(), placeholder });
    }

    /// Learns every secret that a profile declares.
    pub fn learn_declared(&mut self, target: &Target) {
        target.declared_secrets().iter().for_each(|(kind, secret)| self.learn(kind, secret.reveal()));
    }

    /// Learns the secrets in a JSON object by the names of its keys.
    pub fn learn_fields(&mut self, body: &Value, sensitive: &BTreeMap<String, String>) {
        let Value::Object(fields) = body else { return };
        for (name, kind) in sensitive {
            if let Some(Value::String(value)) = fields.get(name) {
                self.learn(kind, value);
            }
        }
    }

    /// Whether a value is known as a secret of any kind.
    pub fn knows(&self, value: &str) -> bool {
        self.places.contains_key(value)
    }

    /// Notes the texts of a request that are no secrets: where a target gives one back, digits in it that are those
    /// of a code are there by chance.
    pub fn own(&mut self, fields: &Value, sensitive: &BTreeMap<String, String>) {
        match fields {
            Value::Object(fields) => {
                fields
                    .iter()
                    .filter(|(name, _)| !sensitive.contains_key(*name))
                    .for_each(|(_, field)| self.own(field, sensitive));
            }
            Value::Array(items) => items.iter().for_each(|item| self.own(item, sensitive)),
            Value::String(text) => {
                self.own.insert(text.clone());
            }
            _ => {}
        }
    }

    /// Learns all that a part of the flow learned, in its order, so that placeholders are numbered as if nothing had
    /// been done side by side.
    pub fn take_in(&mut self, part: Self) {
        part.known.iter().for_each(|secret| self.learn(&secret.kind, &secret.value));
        self.own.extend(part.own);
    }

    /// What finds and replaces them, but for those that were sent as plain text, too: an answer that gives one of these
    /// back repeats no secret.
    pub fn redactor(self) -> Redactor {
        let Self { mut known, own, .. } = self;
        known.retain(|secret| !own.contains(&secret.value));
        Redactor::new(known, own)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn redacted(secrets: Secrets, text: &str) -> String {
        let mut text = text.to_owned();
        secrets.redactor().text(&mut text);
        text
    }

    #[test]
    fn equal_values_have_equal_placeholders_in_every_flow() {
        let shared = Arc::new(Placeholders::default());
        let mut one = Secrets::new(shared.clone());
        one.learn("sid", "sid-000001");
        let mut two = Secrets::new(shared);
        two.learn("sid", "sid-000002");
        two.learn("sid", "sid-000001");
        assert_eq!(
            (redacted(one, "sid-000001"), redacted(two, "sid-000001 sid-000002")),
            ("[sid 1]".into(), "[sid 1] [sid 2]".into())
        );
    }

    #[test]
    fn what_was_learned_apart_is_numbered_when_it_is_taken_in() {
        let (mut alice, mut bob) = (Secrets::new(Arc::default()), Secrets::new(Arc::default()));
        // Bob is faster.
        bob.learn("token", "token-of-bob");
        alice.learn("token", "token-of-alice");
        let mut flow = Secrets::new(Arc::default());
        flow.take_in(alice);
        flow.take_in(bob);
        assert_eq!(redacted(flow, "token-of-alice, token-of-bob"), "[token 1], [token 2]");
    }

    #[test]
    fn what_was_sent_as_plain_text_too_is_no_secret() {
        let mut secrets = Secrets::new(Arc::default());
        secrets.learn("password", "my own words");
        secrets.own(&serde_json::json!({"name": ["my own words"]}), &BTreeMap::new());
        assert_eq!(redacted(secrets, "my own words"), "my own words");
    }
}
