//! Typed flows: what the YAML of a suite says, with the place of each step.
//!
//! Everything here was checked by the loader: operations, models, errors, requirements, fixtures and
//! references exist. Nothing here sends, waits or judges.

mod answer;
mod call;
mod claim;
mod condition;
mod flow;
mod index;
mod load;
mod names;
pub mod needs;
mod reader;
mod scope;
mod step;
pub mod template;
mod value;

use std::sync::Arc;

use crate::expect::Kind;
use crate::verdict::Place;
pub use load::{Parsed, SuiteErrors};
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

/// What a step does.
#[derive(Debug, Clone)]
pub enum Action {
    /// Sends one request.
    Call(Box<Call>),
    /// Sends several at once: a race.
    Together {
        /// The requests.
        calls: Vec<Call>,
        /// What they must hold together.
        also: Vec<Claim>,
    },
    /// Runs steps again and again.
    Repeat {
        /// How often at most; 1 or more.
        at_most: u32,
        /// The steps.
        steps: Vec<Step>,
        /// Ends the repetition when it holds after a round.
        until: Condition,
        /// What reaching `until` shows; not reaching it breaks them.
        proves: Vec<String>,
    },
    /// Lets time pass on the target's clock.
    Wait(Wait),
    /// Reads the newest code sent to a phone, and keeps `code` (as the target wants it sent), `text`
    /// (its digits) and `wrong` (another code of the same length and notation) below the name.
    Code {
        /// The phone.
        phone: Template,
        /// The name.
        keep: String,
        /// Whether none needs to come: the values are then null, and the flow goes on.
        if_sent: bool,
        /// What obtaining it shows.
        proves: Vec<String>,
    },
    /// Reads the newest link mailed to an address, and keeps `link`, `forged` (the same link with every UUID in it
    /// replaced by one that was never issued), `garbled` (by what is no UUID) and `emptied` (with nothing where its last
    /// UUID stood) below the name.
    Mail {
        /// The address.
        email: Template,
        /// The name.
        keep: String,
        /// What obtaining it shows.
        proves: Vec<String>,
    },
    /// Blocks the user of a phone by the target's means.
    Block {
        /// The phone.
        phone: Template,
    },
    /// Makes values.
    Make(Vec<(String, Recipe)>),
    /// Claims about values that were kept, without a request.
    Check(Vec<Claim>),
}

/// One request, and what its answer must hold.
#[derive(Debug, Clone)]
pub struct Call {
    /// The operation's id, such as `POST /auth/token`; for a method that is not documented, that
    /// method and path.
    pub operation: String,
    /// The bearer token.
    pub bearer: Option<Template>,
    /// Headers beyond what the body needs; `authorization` here replaces the bearer token.
    pub headers: Vec<(String, Template)>,
    /// The body.
    pub payload: Payload,
    /// A whole URL in place of the operation's (a mailed link).
    pub link: Option<Template>,
    /// What the answer must be; one of these.
    pub expect: Vec<Kind>,
    /// What `expect` shows; empty on a success that is only a step on the way, which then counts
    /// for the operation's own success requirement.
    pub proves: Vec<String>,
    /// More that the answer must hold.
    pub also: Vec<Claim>,
    /// Values kept from the answer: name (dotted for a field of a record) and JSON Pointer.
    pub keep: Vec<(String, String)>,
    /// Waits out an error that is not the subject.
    pub retry: Option<Retry>,
    /// Whether the target may close the connection instead of answering (a body over its limits).
    pub may_close: bool,
    /// The field that alone is wrong, in a generated case.
    pub wrong_field: Option<String>,
    /// Where it stands.
    pub place: Place,
}

/// The body of a request.
#[derive(Debug, Clone)]
pub enum Payload {
    /// None.
    None,
    /// A JSON document.
    Json(Template),
    /// A form of flat fields.
    Form(Template),
    /// Bytes as they are.
    Raw {
        /// The bytes.
        bytes: Arc<[u8]>,
        /// The content type, if one is sent.
        content_type: Option<String>,
    },
}

/// Waits out an error that is not the subject of the flow, then sends the request again.
#[derive(Debug, Clone)]
pub struct Retry {
    /// Errors of the catalogue.
    pub on: Vec<String>,
    /// Seconds to wait.
    pub after: Template,
    /// How often at most.
    pub at_most: u32,
}

/// Time that passes on the target's clock.
#[derive(Debug, Clone)]
pub enum Wait {
    /// So many seconds, and a little more.
    Seconds(Template),
    /// Until a share of a life has passed, counted from the answer that stated it. The life is
    /// seconds to live, or epoch seconds from 1,000,000,000 on.
    Share {
        /// The stated expiry, as it was kept.
        life: Template,
        /// 0 to 1.
        share: f64,
    },
    /// Until a stated life is over, and a little more.
    Past {
        /// The stated expiry, as it was kept.
        life: Template,
    },
}

/// How a value is made.
#[derive(Debug, Clone)]
pub enum Recipe {
    /// A value that was never used: see [`Fresh`].
    Fresh(Fresh),
    /// Never issued, but of the same shape as this value.
    Forge(Template),
    /// This value with one character changed, away from its ends.
    Tamper(Template),
    /// This value without so many of its last characters.
    Shorten(Template, usize),
    /// This value with every letter in the other case.
    Recase(Template),
    /// This token with every letter in the other case. Nothing is made of one that is hexadecimal, as a UUID is, where
    /// the case of letters need not count.
    RecaseToken(Template),
    /// This token with its signature taken away and the algorithm `none` declared (RFC 8725 section 3.1). Nothing is
    /// made of a token that is no JSON Web Token.
    Unsign(Template),
    /// These digits, as the target wants codes sent.
    Code(Template),
    /// Varied text of so many characters.
    Text(usize),
    /// This value as it is.
    Value(Template),
}

/// Kinds of fresh values.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fresh {
    /// A phone of the target's range.
    Phone,
    /// An email address of the target's domain.
    Email,
    /// A user name: lower-case letters and digits.
    Username,
    /// A strong password.
    Password,
    /// A random UUID.
    Uuid,
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
