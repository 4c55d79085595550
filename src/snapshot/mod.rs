//! Snapshots: what a flow was answered, without what differs from run to run, to be compared with what was accepted.
//!
//! Holds the normal form, its file and its comparison. It reads no folders, judges nothing and knows no clock.

mod difference;
mod embedded;
mod file;
mod normal;

use serde_json::{Map, Value, json};

pub use difference::{Difference, DriftKind, compare};
pub use embedded::{EMBEDDED, EmbeddedFile, embedded_files, embedded_texts};
pub use file::{About, ENDING, PENDING, contents, write};

use crate::exchange::{Exchange, Outcome};

/// How the description of a race begins: which of its calls wins is chance.
const RACE: &str = "at once: ";

/// A step of a flow, as far as a snapshot shows it.
#[derive(Debug, Clone, Copy)]
pub struct Step<'a> {
    /// Its number, or the id of a generated case.
    pub label: &'a str,
    /// What it does, in a few words.
    pub does: &'a str,
    /// What was sent and what came back; only the last counts, for those before it were waited out.
    pub exchanges: &'a [Exchange],
}

/// The normal form of all answers of one flow, step after step.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Snapshot {
    /// By label and what the step does: `status`, `headers` and `body`.
    answers: Map<String, Value>,
}

impl Snapshot {
    /// The snapshot of the steps of one flow.
    pub fn of(steps: &[Step<'_>]) -> Self {
        let sent = normal::Sent::new(steps.iter().flat_map(|step| step.exchanges).map(|exchange| &exchange.request));
        let mut answers = Map::new();
        for step in steps.iter().filter(|step| !step.does.starts_with(RACE)) {
            let Some(Outcome::Answer(response)) = step.exchanges.last().map(|exchange| &exchange.outcome) else {
                continue;
            };
            let answer = json!({
                "status": response.status,
                "headers": normal::headers(&response.headers),
                "body": sent.body(response.body()),
            });
            answers.insert(format!("{} {}", step.label, step.does), answer);
        }
        Self { answers }
    }

    /// Whether there is no answer in it.
    pub fn is_empty(&self) -> bool {
        self.answers.is_empty()
    }

    /// The text of the snapshot, as it stands in a file below the head.
    pub fn text(&self) -> String {
        let mut text = String::from("{");
        for (number, (step, answer)) in self.answers.iter().enumerate() {
            let comma = if number == 0 { "" } else { "," };
            // One line for each part: short enough to read, long enough that thousands of answers stay few lines.
            text.push_str(&format!("{comma}\n  {}: {{", Value::from(step.as_str())));
            for (at, part) in ["status", "headers", "body"].into_iter().enumerate() {
                let comma = if at == 0 { "" } else { "," };
                text.push_str(&format!("{comma}\n    \"{part}\": {}", answer.get(part).unwrap_or(&Value::Null)));
            }
            text.push_str("\n  }");
        }
        text.push_str("\n}");
        text
    }

    /// Reads what [`Snapshot::text`] wrote.
    ///
    /// # Errors
    /// It is no object of answers.
    pub fn parse(text: &str) -> Result<Self, String> {
        let answers = serde_json::from_str(text).map_err(|error| format!("it is no snapshot: {error}"))?;
        Ok(Self { answers })
    }
}

#[cfg(test)]
mod tests;
