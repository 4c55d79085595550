//! What differs between an accepted snapshot and a new one.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Snapshot;
use crate::pointer;

/// Longer values are cut here, in characters.
const LONGEST: usize = 200;

/// How an answer differs from the accepted one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DriftKind {
    /// Another status.
    Status,
    /// A field that was not there.
    NewField,
    /// A field that is there no more.
    GoneField,
    /// A value of another JSON type.
    Type,
    /// Another value of the same type.
    Value,
    /// A header that was not there.
    NewHeader,
    /// A header that is there no more.
    GoneHeader,
    /// A header with another value.
    Header,
    /// A step that was answered for the first time.
    NewStep,
    /// A step that was not done any more.
    GoneStep,
    /// A flow of which nothing was accepted yet.
    NewFlow,
}

impl DriftKind {
    /// The words that stand for it in every report.
    pub fn words(self) -> &'static str {
        match self {
            DriftKind::Status => "another status",
            DriftKind::NewField => "a new field",
            DriftKind::GoneField => "a vanished field",
            DriftKind::Type => "another type",
            DriftKind::Value => "another value",
            DriftKind::NewHeader => "a new header",
            DriftKind::GoneHeader => "a vanished header",
            DriftKind::Header => "another header",
            DriftKind::NewStep => "a new step",
            DriftKind::GoneStep => "a vanished step",
            DriftKind::NewFlow => "a new flow",
        }
    }
}

/// One thing in which an answer differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The step's label.
    pub step: String,
    /// What the step does.
    pub does: String,
    /// How it differs.
    pub kind: DriftKind,
    /// Where: `status`, `header NAME`, a JSON Pointer into the body, or empty for the whole.
    pub at: String,
    /// What was accepted; `None` where nothing was.
    pub accepted: Option<String>,
    /// What is there now; `None` where nothing is.
    pub actual: Option<String>,
}

/// Everything in which a snapshot differs from the accepted one, in the order of its steps; what is gone comes last.
pub fn compare(accepted: &Snapshot, actual: &Snapshot) -> Vec<Difference> {
    let mut found = Vec::new();
    for (key, answer) in &actual.answers {
        let mut differences = Differences { key, found: &mut found };
        match accepted.answers.get(key) {
            Some(known) => differences.answer(known, answer),
            None => differences.add(DriftKind::NewStep, "", None, Some(&answer["status"])),
        }
    }
    for (key, answer) in accepted.answers.iter().filter(|(key, _)| !actual.answers.contains_key(*key)) {
        Differences { key, found: &mut found }.add(DriftKind::GoneStep, "", Some(&answer["status"]), None);
    }
    found
}

struct Differences<'a> {
    key: &'a str,
    found: &'a mut Vec<Difference>,
}

impl Differences<'_> {
    fn add(&mut self, kind: DriftKind, at: &str, accepted: Option<&Value>, actual: Option<&Value>) {
        let (step, does) = self.key.split_once(' ').unwrap_or((self.key, ""));
        self.found.push(Difference {
            step: step.to_owned(),
            does: does.to_owned(),
            kind,
            at: at.to_owned(),
            accepted: accepted.map(shown),
            actual: actual.map(shown),
        });
    }

    fn answer(&mut self, accepted: &Value, actual: &Value) {
        // Under another status everything else is another, too.
        if accepted["status"] != actual["status"] {
            return self.add(DriftKind::Status, "status", Some(&accepted["status"]), Some(&actual["status"]));
        }
        let fields = |answer: &Value| answer["headers"].as_object().cloned().unwrap_or_default();
        let (known, now) = (fields(accepted), fields(actual));
        for (name, value) in &now {
            let at = format!("header {name}");
            match known.get(name) {
                None => self.add(DriftKind::NewHeader, &at, None, Some(value)),
                Some(was) if was != value => self.add(DriftKind::Header, &at, Some(was), Some(value)),
                Some(_) => {}
            }
        }
        for (name, was) in known.iter().filter(|(name, _)| !now.contains_key(*name)) {
            self.add(DriftKind::GoneHeader, &format!("header {name}"), Some(was), None);
        }
        self.body("", &accepted["body"], &actual["body"]);
    }

    fn body(&mut self, at: &str, accepted: &Value, actual: &Value) {
        match (accepted, actual) {
            (Value::Object(known), Value::Object(now)) => {
                for (name, value) in now {
                    let at = pointer::below(at, name);
                    match known.get(name) {
                        None => self.add(DriftKind::NewField, &at, None, Some(value)),
                        Some(was) => self.body(&at, was, value),
                    }
                }
                for (name, was) in known.iter().filter(|(name, _)| !now.contains_key(*name)) {
                    let at = pointer::below(at, name);
                    self.add(DriftKind::GoneField, &at, Some(was), None);
                }
            }
            (Value::Array(known), Value::Array(now)) => {
                for (number, pair) in known.iter().zip(now).enumerate() {
                    self.body(&format!("{at}/{number}"), pair.0, pair.1);
                }
                for (number, value) in now.iter().enumerate().skip(known.len()) {
                    self.add(DriftKind::NewField, &format!("{at}/{number}"), None, Some(value));
                }
                for (number, was) in known.iter().enumerate().skip(now.len()) {
                    self.add(DriftKind::GoneField, &format!("{at}/{number}"), Some(was), None);
                }
            }
            (was, now) if was == now => {}
            (was, now) if kind_of(was) == kind_of(now) => self.add(DriftKind::Value, at, Some(was), Some(now)),
            (was, now) => self.add(DriftKind::Type, at, Some(was), Some(now)),
        }
    }
}

fn kind_of(value: &Value) -> u8 {
    match value {
        Value::Null => 0,
        Value::Bool(_) => 1,
        Value::Number(_) => 2,
        Value::String(_) => 3,
        Value::Array(_) => 4,
        Value::Object(_) => 5,
    }
}

/// A value as compact JSON, cut where it is long.
fn shown(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}
