//! What a step expects of an answer, as data, and whether an answer holds it.
//!
//! An [`Assertion`] here is resolved: every reference was replaced by the (redacted) value that it
//! stood for when the step ran. The runner uses [`holds`] to decide whether a flow can go on, the
//! judge uses the same function for the verdict, so that both see the same thing.

mod values;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::exchange::{Exchange, Outcome as Transport, Response};
use crate::verdict::{Mismatch, Place};
pub use values::ValueTest;
use values::mismatch;

/// Something that an answer, or the values kept so far, must hold.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Assertion {
    /// What must hold.
    pub test: Test,
    /// The requirements that it shows.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub proves: Vec<String>,
    /// Where it stands in the suite.
    pub place: Place,
    /// Target time, milliseconds since the Unix epoch, until which it is asked for: an answer that came later and does
    /// not hold it tells nothing. `None` where it is asked for at any time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until_ms: Option<i64>,
    /// Target time, milliseconds since the Unix epoch, until which the code or link that was sent surely lives: a refusal
    /// that came later may be for its end, and tells nothing. `None` where nothing is known of that, or where it is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lives_until_ms: Option<i64>,
}

impl Assertion {
    /// What is asked for at any time.
    pub const fn new(test: Test, proves: Vec<String>, place: Place) -> Self {
        Self { test, proves, place, until_ms: None, lives_until_ms: None }
    }
}

/// What an assertion looks at.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Test {
    /// The answer is of one of these kinds.
    Answer(Vec<Kind>),
    /// The value at a JSON Pointer of the answer's body.
    At {
        /// JSON Pointer; empty for the whole body.
        pointer: String,
        /// What that value must be.
        value: ValueTest,
    },
    /// Two values are equal.
    Same(Value, Value),
    /// Two values differ.
    Differ(Value, Value),
    /// Of concurrent calls at most so many were accepted.
    AcceptedAtMost(usize),
    /// A code or link came, or an end was reached, within what was allowed.
    Came {
        /// What was waited for.
        what: String,
        /// Why it did not come; `None` where it came.
        missing: Option<String>,
        /// Whether the target is to blame where it did not: the way by which it comes has worked
        /// in this run. Otherwise nothing can be told.
        proven: bool,
    },
}

/// The kinds of answer that a flow can expect.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Accepted (2xx), with this model as documented body; the model itself is judged by the universal checks.
    Model(String),
    /// Accepted (2xx), whatever the body.
    Ok,
    /// Refused (4xx); the body is judged by the universal checks.
    Refused,
    /// The same, for what the request says and not for its bearer token, which is good: so the body is documented, too,
    /// where the status is one of those for tokens.
    RefusedInput,
    /// Refused with an HTTPValidationError: an object with `detail`.
    Validation,
    /// Refused with this error of the catalogue.
    Error(String),
    /// Refused for its bearer token: 4xx; 401, the error and the challenge are judged by the universal checks.
    Unauthorized,
    /// Refused with this status.
    Status(u16),
    /// Anything: only the universal checks judge.
    Open,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Kind::Model(model) => write!(f, "{model}"),
            Kind::Ok => f.write_str("accepted (2xx)"),
            Kind::Refused | Kind::RefusedInput => f.write_str("refused (4xx)"),
            Kind::Validation => f.write_str("a validation error"),
            Kind::Error(error) => write!(f, "refused with `{error}`"),
            Kind::Unauthorized => f.write_str("refused for its bearer token (4xx)"),
            Kind::Status(status) => write!(f, "{status}"),
            Kind::Open => f.write_str("anything"),
        }
    }
}

/// What came of looking.
#[derive(Debug, Clone, PartialEq)]
pub enum Held {
    /// It holds.
    Yes,
    /// It does not.
    No(Mismatch),
    /// It cannot be told: there was no usable answer, or one that judges nothing (429), or a 5xx,
    /// which has its own requirement.
    Unknown(String),
}

/// Whether the exchanges of one step hold an assertion.
///
/// A step has one exchange, but for concurrent calls; what is not about concurrency looks at the
/// last one.
pub fn holds(assertion: &Assertion, exchanges: &[Exchange]) -> Held {
    match tested(&assertion.test, exchanges) {
        Held::No(_) if is_late(assertion, exchanges) => Held::Unknown(TOO_LATE.to_owned()),
        Held::Yes | Held::No(_) if is_outlived(assertion, exchanges) => Held::Unknown(OUTLIVED.to_owned()),
        held => held,
    }
}

/// Whether the answer came after the time in which it was to hold an assertion; in a race, whether no more were accepted
/// in that time than may be.
fn is_late(assertion: &Assertion, exchanges: &[Exchange]) -> bool {
    let Some(until_ms) = assertion.until_ms else { return false };
    match &assertion.test {
        Test::AcceptedAtMost(most) => {
            let in_time = exchanges.iter().filter(|exchange| exchange.at_ms <= until_ms);
            in_time.filter_map(Exchange::response).filter(|response| response.is_success()).count() <= *most
        }
        Test::Answer(_) | Test::At { .. } | Test::Same(..) | Test::Differ(..) | Test::Came { .. } => {
            exchanges.last().is_some_and(|exchange| exchange.at_ms > until_ms)
        }
    }
}

/// Whether a refusal came after the surely stated life of what was sent. Whoever accepted too many in a race did so.
fn is_outlived(assertion: &Assertion, exchanges: &[Exchange]) -> bool {
    let Some(until_ms) = assertion.lives_until_ms else { return false };
    let too_many = matches!(assertion.test, Test::AcceptedAtMost(most) if accepted(exchanges) > most);
    let refused = |exchange: &Exchange| exchange.response().is_some_and(Response::is_refusal);
    !too_many && exchanges.iter().any(|exchange| exchange.at_ms > until_ms && refused(exchange))
}

fn tested(test: &Test, exchanges: &[Exchange]) -> Held {
    match test {
        Test::Same(left, right) => same(left, right),
        Test::Differ(left, right) if equal(left, right) => {
            Held::No(Mismatch::new("", "two different values", format!("`{}` twice", show(left))))
        }
        Test::Differ(..) => Held::Yes,
        Test::Came { missing: None, .. } => Held::Yes,
        Test::Came { what, missing: Some(reason), proven: true } => {
            Held::No(Mismatch::new("", what.clone(), reason.clone()))
        }
        Test::Came { missing: Some(reason), .. } => Held::Unknown(reason.clone()),
        Test::AcceptedAtMost(most) => accepted_at_most(*most, exchanges),
        Test::Answer(kinds) => with_answer(exchanges, |response| answer_is(kinds, response)),
        Test::At { pointer, value } => with_answer(exchanges, |response| value_at(pointer, value, response)),
    }
}

/// How an answer reads in one line: status, and the error where the body names one.
pub fn describe(response: &Response) -> String {
    let error = response.json().and_then(|body| body.get("error")).and_then(Value::as_str);
    match error {
        Some(error) => format!("{} `{error}`", response.status),
        None if response.body().is_empty() => format!("{} with no body", response.status),
        None => format!("{}", response.status),
    }
}

/// A value in one line, shortened where it is long.
pub fn show(value: &Value) -> String {
    let text = value.to_string();
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

const TOO_LATE: &str = "the answer came when the stated time in which this is asked for was over, or as good as over";
const OUTLIVED: &str = "the refusal came when the stated life of the code or link was over, or as good as over";
const NOTHING_SENT: &str = "nothing was sent";
const THROTTLED: &str = "429: the target limits the rate of requests";

fn failed_with(response: &Response) -> String {
    format!("the target failed with {}", response.status)
}

fn with_answer(exchanges: &[Exchange], look: impl Fn(&Response) -> Held) -> Held {
    match exchanges.last().map(|exchange| &exchange.outcome) {
        None => Held::Unknown(NOTHING_SENT.to_owned()),
        Some(Transport::Failure(failure)) => Held::Unknown(failure.message.clone()),
        Some(Transport::Answer(response)) if response.status == 429 => Held::Unknown(THROTTLED.to_owned()),
        Some(Transport::Answer(response)) => look(response),
    }
}

fn answer_is(kinds: &[Kind], response: &Response) -> Held {
    if kinds.contains(&Kind::Open) {
        return Held::Yes;
    }
    if response.status >= 500 {
        return Held::Unknown(failed_with(response));
    }
    if kinds.iter().any(|kind| is_kind(kind, response)) {
        return Held::Yes;
    }
    let expected = kinds.iter().map(ToString::to_string).collect::<Vec<_>>().join(", or ");
    Held::No(Mismatch::new("status", expected, describe(response)))
}

fn is_kind(kind: &Kind, response: &Response) -> bool {
    let field = |name: &str| response.json().and_then(|body| body.get(name));
    match kind {
        Kind::Model(_) | Kind::Ok => response.is_success(),
        Kind::Refused | Kind::RefusedInput | Kind::Unauthorized => response.is_refusal(),
        // With these, frameworks answer any refused token, and a detail of theirs is a text.
        Kind::Validation if matches!(response.status, 401 | 403) => field("detail").is_some_and(Value::is_array),
        Kind::Validation => response.is_refusal() && field("detail").is_some(),
        Kind::Error(error) => response.is_refusal() && field("error").and_then(Value::as_str) == Some(error),
        Kind::Status(status) => response.status == *status,
        Kind::Open => true,
    }
}

fn value_at(pointer: &str, test: &ValueTest, response: &Response) -> Held {
    if !response.is_success() && !response.is_refusal() {
        return Held::Unknown(format!("the target answered {}", response.status));
    }
    let found = response.json().and_then(|body| body.pointer(pointer));
    match mismatch(test, found) {
        None => Held::Yes,
        Some((expected, actual, below)) => Held::No(Mismatch::new(format!("{pointer}{below}"), expected, actual)),
    }
}

/// Equality of JSON values, where 3 and 3.0 are one number (RFC 8259 section 6).
pub fn equal(left: &Value, right: &Value) -> bool {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left == right || left.as_f64() == right.as_f64(),
        (Value::Array(left), Value::Array(right)) => {
            left.len() == right.len() && left.iter().zip(right).all(|(left, right)| equal(left, right))
        }
        (Value::Object(left), Value::Object(right)) => {
            left.len() == right.len()
                && left.iter().all(|(key, value)| right.get(key).is_some_and(|other| equal(value, other)))
        }
        _ => left == right,
    }
}

fn same(left: &Value, right: &Value) -> Held {
    if equal(left, right) { Held::Yes } else { Held::No(Mismatch::new("", show(left), show(right))) }
}

fn accepted(exchanges: &[Exchange]) -> usize {
    exchanges.iter().filter_map(Exchange::response).filter(|response| response.is_success()).count()
}

fn accepted_at_most(most: usize, exchanges: &[Exchange]) -> Held {
    let accepted = accepted(exchanges);
    if accepted > most {
        return Held::No(Mismatch::new(
            "status",
            format!("at most {most} of {} accepted", exchanges.len()),
            format!("{accepted} accepted"),
        ));
    }
    // Who was not answered may have won all the same, and who was not let in did not take part.
    let undecided = exchanges.iter().find_map(|exchange| match &exchange.outcome {
        Transport::Failure(failure) => Some(failure.message.clone()),
        Transport::Answer(response) if response.status == 429 => Some(THROTTLED.to_owned()),
        Transport::Answer(response) if response.status >= 500 => Some(failed_with(response)),
        Transport::Answer(_) => None,
    });
    match undecided {
        Some(reason) => Held::Unknown(reason),
        None if exchanges.is_empty() => Held::Unknown(NOTHING_SENT.to_owned()),
        None => Held::Yes,
    }
}

/// From this value on a stated expiry is a moment (epoch seconds), below it is seconds to live.
pub const EPOCH_SECONDS: f64 = 1_000_000_000.0;

#[cfg(test)]
mod tests;
