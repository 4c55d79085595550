//! Wire mutants: every way in which an answer can differ from what the contract documents, derived from the contract
//! alone. None is written by hand, and none is one that the contract allows.
//!
//! Each names the requirements of which one has to turn red.

mod answers;
mod change;
mod fields;
mod refusals;
mod spelling;

use std::sync::Arc;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::contract::{Contract, Operation, Success};
use crate::exchange::Response;
use crate::reference::Rewrite;

pub use change::Change;

/// One change of one kind of answer.
#[derive(Debug, Clone)]
pub struct Mutant {
    /// Stable name: operation, kind of answer, change.
    pub id: String,
    /// What kind of change it is.
    pub area: &'static str,
    /// What an answer that has it is like.
    pub about: String,
    /// The operation whose answers are changed.
    pub operation: String,
    /// Which of its answers.
    pub when: When,
    /// What is done to them, in this order.
    pub changes: Vec<Change>,
    /// The requirements of which one has to turn red.
    pub names: Vec<String>,
}

/// Which answers of an operation are changed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum When {
    /// Those that accept.
    Accepted,
    /// Refusals with this error.
    Error(String),
    /// Refusals with a detail.
    Invalid,
}

impl When {
    /// The kind of an answer, if it is one that is ever changed.
    fn of(status: u16, body: Option<&Value>) -> Option<Self> {
        match status {
            200..300 => Some(Self::Accepted),
            400..500 => match body.and_then(|body| body.get("error")).and_then(Value::as_str) {
                Some(error) => Some(Self::Error(error.to_owned())),
                None => body.filter(|body| body.get("detail").is_some_and(Value::is_array)).map(|_| Self::Invalid),
            },
            _ => None,
        }
    }

    /// The kind of an answer as a recording has it.
    pub(super) fn of_response(response: &Response) -> Option<Self> {
        Self::of(response.status, response.json())
    }

    /// The part of an id.
    fn word(&self) -> &str {
        match self {
            Self::Accepted => "accepted",
            Self::Error(error) => error,
            Self::Invalid => "invalid",
        }
    }
}

impl Mutant {
    /// What changes the answers of one server, and counts how many it has changed.
    pub(super) fn rewrite(&self, changed: Arc<AtomicUsize>) -> Rewrite {
        let (operation, when, changes) = (self.operation.clone(), self.when.clone(), self.changes.clone());
        let given: Mutex<Option<Value>> = Mutex::new(None);
        Rewrite::new(move |called, answer| {
            let body: Option<Value> = serde_json::from_slice(&answer.body).ok();
            if called != operation || When::of(answer.status, body.as_ref()).as_ref() != Some(&when) {
                return;
            }
            let before = answer.clone();
            let mut given = given.lock().unwrap_or_else(PoisonError::into_inner);
            changes.iter().for_each(|change| change.apply(answer, &mut given));
            if *answer != before {
                changed.fetch_add(1, Ordering::Relaxed);
            }
        })
    }
}

/// All mutants, operation by operation.
pub fn all(contract: &Contract) -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for operation in contract.operations() {
        let mut maker = Maker { contract, operation, when: When::Accepted, area: "", mutants: &mut mutants };
        answers::accepted(&mut maker);
        if let Success::Model(name) = &operation.success
            && let Some(model) = contract.model(name)
        {
            fields::accepted(&mut maker, model);
        }
        refusals::errors(&mut maker);
        refusals::invalid(&mut maker);
    }
    mutants
}

/// Makes the mutants of one kind of answer of one operation.
struct Maker<'a> {
    contract: &'a Contract,
    operation: &'a Operation,
    when: When,
    area: &'static str,
    mutants: &'a mut Vec<Mutant>,
}

impl Maker<'_> {
    /// Adds a mutant; one that names nothing is one that the contract allows.
    fn add(&mut self, id: &str, about: &str, changes: Vec<Change>, names: &[&str]) {
        if names.is_empty() {
            return;
        }
        let operation = self.operation.id.to_ascii_lowercase().replace([' ', '/'], "-").replace("--", "-");
        self.mutants.push(Mutant {
            id: format!("{operation}/{}/{id}", self.when.word()),
            area: self.area,
            about: format!("{}: {about}.", subject(&self.when)),
            operation: self.operation.id.clone(),
            when: self.when.clone(),
            changes,
            names: names.iter().map(|&name| name.to_owned()).collect(),
        });
    }

    /// The rules of the operation itself: what shows a refusal that is not of its kind any more.
    fn own_rules(&self) -> Vec<&str> {
        let rules = self.contract.requirements().iter();
        let own = rules.filter(|rule| rule.operation.as_deref() == Some(&self.operation.id));
        own.map(|rule| rule.id.as_str()).collect()
    }
}

fn subject(when: &When) -> String {
    match when {
        When::Accepted => "An accepted request is answered".to_owned(),
        When::Error(error) => format!("A refusal with {error}"),
        When::Invalid => "A refusal of invalid input".to_owned(),
    }
}

#[cfg(test)]
mod tests;
