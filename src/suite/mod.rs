//! Typed flows: what the YAML of a suite says, with the place of each step.
//!
//! Everything here was checked by the loader: operations, models, errors, requirements, fixtures and
//! references exist. Nothing here sends, waits or judges.

mod action;
mod answer;
mod call;
mod claim;
mod condition;
pub mod estimate;
mod flow;
mod index;
mod load;
mod names;
pub mod needs;
mod parallel;
mod reader;
mod scope;
mod step;
pub mod template;
mod value;

use std::sync::Arc;

use crate::expect::Kind;
use crate::verdict::Place;
pub use action::{Action, Call, Fresh, Payload, Recipe, Retry, Wait};
pub use load::{Parsed, SuiteErrors};
pub(crate) use parallel::in_parallel;
pub use template::Template;

/// Every suite and fixture.
#[derive(Debug, Clone, Default)]
pub struct Suites {
    /// The suites, sorted by file name.
    pub suites: Vec<Suite>,
    /// Shared beginnings.
    pub fixtures: Vec<Arc<Fixture>>,
    /// Accepted requests from which negative cases are generated.
    pub stages: Vec<Stage>,
    /// Identity of all files, hex.
    pub digest: String,
}

impl Suites {
    /// The fixture with an id.
    pub fn fixture(&self, id: &str) -> Option<&Fixture> {
        self.fixtures.iter().find(|fixture| fixture.id == id).map(Arc::as_ref)
    }

    /// Every flow, suite by suite.
    pub fn flows(&self) -> impl Iterator<Item = &Arc<Flow>> {
        self.suites.iter().flat_map(|suite| &suite.flows)
    }
}

/// One file of flows.
#[derive(Debug, Clone)]
pub struct Suite {
    /// Kebab-case id, equal to the file's stem.
    pub id: String,
    /// What the suite is about, one sentence.
    pub about: String,
    /// The flows in file order.
    pub flows: Vec<Arc<Flow>>,
}

/// A scripted flow: shared beginnings, then steps in order.
#[derive(Debug, Clone)]
pub struct Flow {
    /// The suite that holds it.
    pub suite: String,
    /// Kebab-case id, unique over all suites.
    pub id: String,
    /// What the user does and what must come of it.
    pub about: String,
    /// Records by name, each made by a fixture of its own.
    pub given: Vec<Given>,
    /// The steps.
    pub steps: Vec<Step>,
    /// The steps that are generated cases, which do not build on each other.
    pub cases: Option<Cases>,
    /// Where it stands.
    pub place: Place,
}

/// Which steps of a flow are cases that must be refused: a broken one does not stop the others, but what comes after
/// them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cases {
    /// Index of the first.
    pub first: usize,
    /// How many there are.
    pub count: usize,
}

/// A name and the fixture that makes it.
#[derive(Debug, Clone)]
pub struct Given {
    /// The name by which steps refer to the record.
    pub name: String,
    /// The fixture's id.
    pub fixture: String,
}

/// A shared beginning.
#[derive(Debug, Clone)]
pub struct Fixture {
    /// Kebab-case id.
    pub id: String,
    /// What it leaves behind, one sentence.
    pub about: String,
    /// Fixtures that it builds on.
    pub given: Vec<Given>,
    /// The steps.
    pub steps: Vec<Step>,
    /// The fields of the record that it makes.
    pub yields: Vec<(String, Template)>,
    /// Where it stands.
    pub place: Place,
}

/// Where cases for one operation are sent: a live state, and the accepted twin of every case.
#[derive(Debug, Clone)]
pub struct Stage {
    /// Kebab-case id, the first part of the ids of its cases.
    pub id: String,
    /// What state the cases meet.
    pub about: String,
    /// Shared beginnings.
    pub given: Vec<Given>,
    /// Steps that lead to the state.
    pub before: Vec<Step>,
    /// The accepted request. Its `proves` are what the twin shows when it is sent.
    pub twin: Call,
    /// A token of the other kind, which the operation does not take.
    pub other_token: Option<Template>,
    /// Fields whose bad values may use up the state, so that each of their cases gets a state of its own.
    pub spends: Vec<String>,
    /// Steps after the twin that show what the refused cases must not have changed.
    pub after: Vec<Step>,
    /// Where it stands.
    pub place: Place,
}

/// One step.
#[derive(Debug, Clone)]
pub struct Step {
    /// The name by which conditions refer to it.
    pub id: Option<String>,
    /// Why it is there.
    pub about: Option<String>,
    /// All must hold, else the step does not apply to this target.
    pub when: Vec<Condition>,
    /// What it does.
    pub action: Action,
    /// Where it stands.
    pub place: Place,
}

/// An assertion whose references are not yet resolved.
#[derive(Debug, Clone)]
pub struct Claim {
    /// What must hold.
    pub test: ClaimTest,
    /// The requirements that it shows.
    pub proves: Vec<String>,
    /// All must hold, else the claim does not apply to this target.
    pub when: Vec<Condition>,
    /// Where it stands.
    pub place: Place,
}

/// What a claim looks at: [`crate::expect::Test`] with references.
#[derive(Debug, Clone)]
pub enum ClaimTest {
    /// The answer is of one of these kinds.
    Answer(Vec<Kind>),
    /// Equal to this, but for the excepted JSON Pointers.
    Is {
        /// JSON Pointer into the body.
        at: String,
        /// The wanted value.
        value: Template,
        /// JSON Pointers below `at` that may differ.
        except: Vec<String>,
    },
    /// Anything but this.
    Isnt {
        /// JSON Pointer into the body.
        at: String,
        /// The unwanted value.
        value: Template,
    },
    /// One of these.
    In {
        /// JSON Pointer into the body.
        at: String,
        /// The allowed values.
        values: Vec<Template>,
    },
    /// At least these keys.
    Holds {
        /// JSON Pointer into the body.
        at: String,
        /// The wanted keys and values.
        value: Template,
    },
    /// The same keys as another object.
    Like {
        /// JSON Pointer into the body.
        at: String,
        /// The other object.
        value: Template,
    },
    /// A number above a bound.
    Above {
        /// JSON Pointer into the body.
        at: String,
        /// The bound.
        bound: f64,
    },
    /// A string that is not empty.
    Filled {
        /// JSON Pointer into the body.
        at: String,
    },
    /// Two values are equal.
    Same(Template, Template),
    /// Two values differ.
    Differ(Template, Template),
    /// Of the concurrent calls at most so many were accepted.
    AcceptedAtMost {
        /// So many.
        most: usize,
        /// JSON Pointer to what an accepted one states, in seconds, as the time in which no other is: it is asked for
        /// only that long.
        within: Option<String>,
    },
}

/// A condition on what was seen so far.
#[derive(Debug, Clone)]
pub enum Condition {
    /// Two values are equal.
    Same(Template, Template),
    /// Two values differ.
    Differ(Template, Template),
    /// The step was accepted (2xx).
    Accepted(String),
    /// The step was refused (4xx).
    Refused(String),
    /// The step was answered with this error.
    Answered {
        /// The step's id.
        step: String,
        /// The error.
        error: String,
    },
    /// The value exists and is not null.
    Known(Template),
    /// The text of a value begins so.
    Begins(Template, String),
    /// A stated life will be over within so many seconds from now.
    Due {
        /// The stated expiry, as it was kept.
        life: Template,
        /// Seconds.
        within: Template,
    },
    /// A stated life is neither over nor nearly over. What a call expects is then asked for only as long as that is so:
    /// where its answer came too late and is another one, nothing can be told, and the flow ends.
    Lasts(Template),
}

#[cfg(test)]
mod tests;
