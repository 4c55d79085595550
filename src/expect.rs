//! What a step expects of an answer, as data, and whether an answer holds it.
//!
//! An [`Assertion`] here is resolved: every reference was replaced by the (redacted) value that it
//! stood for when the step ran. The runner uses [`holds`] to decide whether a flow can go on, the
//! judge uses the same function for the verdict, so that both see the same thing.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::exchange::{Exchange, Outcome as Transport, Response};
use crate::pointer;
use crate::verdict::{Mismatch, Place};

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

/// What one value must be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueTest {
    /// Equal to this, but for the JSON Pointers in `except`.
    Is {
        /// The wanted value.
        value: Value,
        /// JSON Pointers that may differ; a pattern `/*Url` at its last part matches by suffix.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        except: Vec<String>,
    },
    /// Anything but this. A missing value holds it.
    Isnt(Value),
    /// One of these.
    In(Vec<Value>),
    /// An object that has at least these keys with these values.
    Holds(Value),
    /// An object with these keys and no others.
    Keys(Vec<String>),
    /// A number above this.
    Above(f64),
    /// A string that is not empty.
    Filled,
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
            Kind::Refused => f.write_str("refused (4xx)"),
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
    match &assertion.test {
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
        Kind::Refused | Kind::Unauthorized => response.is_refusal(),
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

/// Expected, actual, and the place below the value that was looked at.
fn mismatch(test: &ValueTest, found: Option<&Value>) -> Option<(String, String, String)> {
    let actual = found.map_or_else(|| "nothing".to_owned(), show);
    let wrong = |expected: String| Some((expected, actual.clone(), String::new()));
    match (test, found) {
        (ValueTest::Is { value, except }, Some(found)) => difference(value, found, except, ""),
        (ValueTest::Is { value, .. }, None) => wrong(show(value)),
        (ValueTest::Isnt(value), Some(found)) if equal(found, value) => wrong(format!("anything but {}", show(value))),
        (ValueTest::Isnt(_), _) => None,
        (ValueTest::In(values), Some(found)) if values.iter().any(|value| equal(value, found)) => None,
        (ValueTest::In(values), _) => {
            wrong(format!("one of {}", values.iter().map(show).collect::<Vec<_>>().join(", ")))
        }
        (ValueTest::Holds(wanted), found) => missing_key(wanted, found),
        (ValueTest::Keys(keys), found) => other_keys(keys, found),
        (ValueTest::Above(bound), Some(found)) if found.as_f64().is_some_and(|number| number > *bound) => None,
        (ValueTest::Above(bound), _) => wrong(format!("a number above {bound}")),
        (ValueTest::Filled, Some(Value::String(text))) if !text.is_empty() => None,
        (ValueTest::Filled, _) => wrong("a string that is not empty".to_owned()),
    }
}

fn other_keys(keys: &[String], found: Option<&Value>) -> Option<(String, String, String)> {
    let there: Vec<&String> = found.and_then(Value::as_object).map(|found| found.keys().collect()).unwrap_or_default();
    let missing = keys.iter().find(|key| !there.contains(key)).map(|key| (format!("a key `{key}`"), "none".to_owned()));
    let more = there.iter().find(|key| !keys.contains(key)).map(|key| ("no other keys".to_owned(), format!("`{key}`")));
    missing.or(more).map(|(expected, actual)| (expected, actual, String::new()))
}

fn missing_key(wanted: &Value, found: Option<&Value>) -> Option<(String, String, String)> {
    let wanted = wanted.as_object()?;
    wanted.iter().find_map(|(key, value)| {
        let actual = found.and_then(|found| found.get(key));
        let below = pointer::below("", key);
        match actual {
            Some(actual) => difference(value, actual, &[], &below),
            None => Some((show(value), "nothing".to_owned(), below)),
        }
    })
}

/// The first difference between two values, objects key by key.
fn difference(wanted: &Value, found: &Value, except: &[String], at: &str) -> Option<(String, String, String)> {
    if except.iter().any(|pattern| excepted(pattern, at)) {
        return None;
    }
    if let (Value::Object(left), Value::Object(right)) = (wanted, found) {
        let keys = left.keys().chain(right.keys().filter(|key| !left.contains_key(*key)));
        return keys.into_iter().find_map(|key| {
            let at = pointer::below(at, key);
            match (left.get(key), right.get(key)) {
                (Some(left), Some(right)) => difference(left, right, except, &at),
                (left, right) if !except.iter().any(|pattern| excepted(pattern, &at)) => {
                    let show = |side: Option<&Value>| side.map_or_else(|| "nothing".to_owned(), show);
                    Some((show(left), show(right), at))
                }
                _ => None,
            }
        });
    }
    (!equal(wanted, found)).then(|| (show(wanted), show(found), at.to_owned()))
}

fn excepted(pattern: &str, at: &str) -> bool {
    match pattern.split_once('*') {
        Some((start, end)) => at.len() >= start.len() + end.len() && at.starts_with(start) && at.ends_with(end),
        None => pattern == at,
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

fn accepted_at_most(most: usize, exchanges: &[Exchange]) -> Held {
    let accepted = exchanges.iter().filter_map(Exchange::response).filter(|response| response.is_success()).count();
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
mod tests {
    use rstest::rstest;
    use serde_json::json;

    use super::*;
    use crate::exchange::{Body, FailureKind, Request, TransportFailure};

    fn exchange(outcome: Transport) -> Exchange {
        let request = Request {
            operation: "GET /things".to_owned(),
            method: "GET".to_owned(),
            url: "http://t/things".to_owned(),
            headers: Vec::new(),
            body: None,
        };
        Exchange { request, outcome, sightings: Vec::new(), elapsed_ms: 1.0, at_ms: 0 }
    }

    fn answer(status: u16, body: &str) -> Exchange {
        exchange(Transport::Answer(Response::new(status, Vec::new(), Body::Text(body.to_owned()))))
    }

    fn failure() -> Exchange {
        let failure = TransportFailure { kind: FailureKind::Timeout, message: "too slow".to_owned() };
        exchange(Transport::Failure(failure))
    }

    fn held(test: Test, exchanges: &[Exchange]) -> Held {
        holds(&Assertion { test, proves: Vec::new(), place: Place::default() }, exchanges)
    }

    /// Yes, `place: expected, not actual`, or `unknown: reason`.
    fn said(held: Held) -> String {
        match held {
            Held::Yes => "yes".to_owned(),
            Held::No(wrong) => format!("{}: {}, not {}", wrong.place, wrong.expected, wrong.actual),
            Held::Unknown(reason) => format!("unknown: {reason}"),
        }
    }

    fn error(name: &str) -> Kind {
        Kind::Error(name.to_owned())
    }

    const REFUSAL: &str = r#"{"error": "thing_lost", "code": 400}"#;
    const INVALID: &str = r#"{"detail": []}"#;

    #[rstest]
    #[case::model(vec![Kind::Model("Thing".to_owned())], 200, "<html>", "yes")]
    #[case::no_model(vec![Kind::Model("Thing".to_owned())], 400, REFUSAL, "status: Thing, not 400 `thing_lost`")]
    #[case::ok(vec![Kind::Ok], 204, "", "yes")]
    #[case::redirected(vec![Kind::Ok], 302, "", "status: accepted (2xx), not 302 with no body")]
    #[case::informed(vec![Kind::Ok], 199, "x", "status: accepted (2xx), not 199")]
    #[case::refused(vec![Kind::Refused], 404, "<html>", "yes")]
    #[case::not_refused(vec![Kind::Refused], 200, "{}", "status: refused (4xx), not 200")]
    #[case::redirected_is_not_refused(vec![Kind::Refused], 399, "{}", "status: refused (4xx), not 399")]
    #[case::bearer(vec![Kind::Unauthorized], 403, "", "yes")]
    #[case::bearer_taken(vec![Kind::Unauthorized], 200, "{}", "status: refused for its bearer token (4xx), not 200")]
    #[case::validation(vec![Kind::Validation], 400, INVALID, "yes")]
    #[case::another_refusal(vec![Kind::Validation], 422, REFUSAL, "status: a validation error, not 422 `thing_lost`")]
    #[case::validation_accepted(vec![Kind::Validation], 200, INVALID, "status: a validation error, not 200")]
    #[case::error(vec![error("thing_lost")], 409, REFUSAL, "yes")]
    #[case::another_error(
        vec![error("thing_found")], 400, REFUSAL, "status: refused with `thing_found`, not 400 `thing_lost`"
    )]
    #[case::error_in_a_success(
        vec![error("thing_lost")], 200, REFUSAL, "status: refused with `thing_lost`, not 200 `thing_lost`"
    )]
    #[case::error_that_is_no_text(
        vec![error("1")], 400, r#"{"error": 1}"#, "status: refused with `1`, not 400"
    )]
    #[case::status(vec![Kind::Status(405)], 405, "", "yes")]
    #[case::another_status(vec![Kind::Status(405)], 404, "", "status: 405, not 404 with no body")]
    #[case::one_of_two(vec![Kind::Validation, error("thing_lost")], 400, REFUSAL, "yes")]
    #[case::none_of_two(
        vec![Kind::Validation, error("thing_found")], 400, REFUSAL,
        "status: a validation error, or refused with `thing_found`, not 400 `thing_lost`"
    )]
    #[case::open(vec![Kind::Open], 302, "", "yes")]
    #[case::open_to_a_server_error(vec![Kind::Open], 500, "", "yes")]
    #[case::server_error(vec![Kind::Refused], 500, "", "unknown: the target failed with 500")]
    #[case::server_error_where_ok(vec![Kind::Ok], 599, "", "unknown: the target failed with 599")]
    #[case::throttled(vec![Kind::Refused], 429, "", "unknown: 429: the target limits the rate of requests")]
    #[case::throttled_where_open(vec![Kind::Open], 429, "", "unknown: 429: the target limits the rate of requests")]
    fn an_answer_is_of_a_kind(#[case] kinds: Vec<Kind>, #[case] status: u16, #[case] body: &str, #[case] wanted: &str) {
        assert_eq!(said(held(Test::Answer(kinds), &[answer(status, body)])), wanted);
    }

    fn is(value: Value, except: &[&str]) -> ValueTest {
        ValueTest::Is { value, except: except.iter().map(|pattern| (*pattern).to_owned()).collect() }
    }

    #[rstest]
    #[case::equal("/n", is(json!(3), &[]), "yes")]
    #[case::equal_as_a_fraction("/n", is(json!(3.0), &[]), "yes")]
    #[case::other("/n", is(json!("3"), &[]), "/n: \"3\", not 3")]
    #[case::missing("/m", is(json!(3), &[]), "/m: 3, not nothing")]
    #[case::null_is_not_missing("/none", is(json!(null), &[]), "yes")]
    #[case::missing_is_not_null("/m", is(json!(null), &[]), "/m: null, not nothing")]
    #[case::whole_body_differs("", is(json!({}), &[]), "/n: nothing, not 3")]
    #[case::list_in_order("/list", is(json!([1.0, {"a": 1}]), &[]), "yes")]
    #[case::list_in_other_order("/list", is(json!([{"a": 1}, 1]), &[]), "/list: [{\"a\":1},1], not [1,{\"a\":1}]")]
    #[case::first_difference_below("/deep", is(json!({"a": {"b/c": 2}, "x": 1}), &[]), "/deep/a/b~1c: 2, not 1")]
    #[case::key_too_many("/deep", is(json!({"a": {"b/c": 1}}), &[]), "/deep/x: nothing, not 1")]
    #[case::key_too_few("/deep", is(json!({"a": {"b/c": 1}, "x": 1, "y": 2}), &[]), "/deep/y: 2, not nothing")]
    #[case::excepted("/deep", is(json!({"a": 7, "x": 1}), &["/a"]), "yes")]
    #[case::excepted_below("/deep", is(json!({"a": {"b/c": 7}, "x": 1}), &["/a/b~1c"]), "yes")]
    #[case::excepted_and_missing("/deep", is(json!({"a": {"b/c": 1}}), &["/x"]), "yes")]
    #[case::not_excepted("/deep", is(json!({"a": 7, "x": 1}), &["/x"]), "/deep/a: 7, not {\"b/c\":1}")]
    #[case::isnt("/n", ValueTest::Isnt(json!(4)), "yes")]
    #[case::isnt_missing("/m", ValueTest::Isnt(json!(4)), "yes")]
    #[case::is_after_all("/n", ValueTest::Isnt(json!(3.0)), "/n: anything but 3.0, not 3")]
    #[case::one_of("/n", ValueTest::In(vec![json!(1), json!(3)]), "yes")]
    #[case::none_of("/n", ValueTest::In(vec![json!(1), json!("3")]), "/n: one of 1, \"3\", not 3")]
    #[case::none_of_missing("/m", ValueTest::In(vec![json!(null)]), "/m: one of null, not nothing")]
    #[case::has("/deep", ValueTest::Holds(json!({"x": 1})), "yes")]
    #[case::has_other("/deep", ValueTest::Holds(json!({"x": 2})), "/deep/x: 2, not 1")]
    #[case::has_not("/deep", ValueTest::Holds(json!({"a/b": 2})), "/deep/a~1b: 2, not nothing")]
    #[case::has_nothing_missing("/m", ValueTest::Holds(json!({"x": 1})), "/m/x: 1, not nothing")]
    #[case::above("/n", ValueTest::Above(2.9), "yes")]
    #[case::not_above("/n", ValueTest::Above(3.0), "/n: a number above 3, not 3")]
    #[case::no_number("/text", ValueTest::Above(0.0), "/text: a number above 0, not \"x\"")]
    #[case::filled("/text", ValueTest::Filled, "yes")]
    #[case::not_filled("/empty", ValueTest::Filled, "/empty: a string that is not empty, not \"\"")]
    #[case::filled_with_another_type("/n", ValueTest::Filled, "/n: a string that is not empty, not 3")]
    fn a_value_is_what_it_must_be(#[case] pointer: &str, #[case] value: ValueTest, #[case] wanted: &str) {
        let body = json!({
            "n": 3, "none": null, "text": "x", "empty": "", "list": [1, {"a": 1}], "deep": {"a": {"b/c": 1}, "x": 1},
        });
        let test = Test::At { pointer: pointer.to_owned(), value };
        assert_eq!(said(held(test, &[answer(200, &body.to_string())])), wanted);
    }

    #[rstest]
    #[case::no_json(answer(200, "<html>"), "/n: 3, not nothing")]
    #[case::refusals_have_values_too(answer(400, r#"{"n": 3}"#), "yes")]
    #[case::redirected(answer(302, r#"{"n": 3}"#), "unknown: the target answered 302")]
    #[case::server_error(answer(503, r#"{"n": 3}"#), "unknown: the target answered 503")]
    #[case::throttled(answer(429, r#"{"n": 3}"#), "unknown: 429: the target limits the rate of requests")]
    #[case::no_answer(failure(), "unknown: too slow")]
    fn a_value_is_looked_for_in_answers_that_say_something(#[case] exchange: Exchange, #[case] wanted: &str) {
        let test = Test::At { pointer: "/n".to_owned(), value: is(json!(3), &[]) };
        assert_eq!(said(held(test, &[exchange])), wanted);
    }

    #[rstest]
    #[case::whole("/a", "/a", true)]
    #[case::whole_of_another("/a", "/a/b", false)]
    #[case::suffix("/*Url", "/mediaUrl", true)]
    #[case::suffix_below("/*Url", "/media/previewUrl", true)]
    #[case::suffix_in_other_case("/*Url", "/mediaurl", false)]
    #[case::suffix_alone("/*Url", "/Url", true)]
    #[case::prefix("/media*", "/mediaType", true)]
    #[case::both_ends("/a*z", "/a/b/z", true)]
    #[case::ends_do_not_overlap("/aba*aba", "/aba", false)]
    #[case::everything("*", "/a", true)]
    fn a_pattern_excepts(#[case] pattern: &str, #[case] at: &str, #[case] wanted: bool) {
        assert_eq!(excepted(pattern, at), wanted);
    }

    #[rstest]
    #[case::same(Test::Same(json!(1), json!(1.0)), "yes")]
    #[case::not_same(Test::Same(json!(1), json!("1")), ": 1, not \"1\"")]
    #[case::differ(Test::Differ(json!(1), json!("1")), "yes")]
    #[case::not_differ(Test::Differ(json!("a"), json!("a")), ": two different values, not `\"a\"` twice")]
    #[case::not_differ_as_numbers(Test::Differ(json!(1), json!(1.0)), ": two different values, not `1` twice")]
    #[case::came(Test::Came { what: "a code".to_owned(), missing: None, proven: false }, "yes")]
    #[case::did_not_come(
        Test::Came { what: "a code".to_owned(), missing: Some("none".to_owned()), proven: true },
        ": a code, not none"
    )]
    #[case::may_not_have_come(
        Test::Came { what: "a code".to_owned(), missing: Some("no inbox".to_owned()), proven: false },
        "unknown: no inbox"
    )]
    fn kept_values_need_no_answer(#[case] test: Test, #[case] wanted: &str) {
        assert_eq!(said(held(test.clone(), &[])), wanted);
        assert_eq!(said(held(test, &[failure()])), wanted);
    }

    #[rstest]
    #[case::one(&[200, 400], "yes")]
    #[case::none(&[400, 400], "yes")]
    #[case::both(&[200, 201], "status: at most 1 of 2 accepted, not 2 accepted")]
    #[case::one_unanswered(&[200, 0], "unknown: too slow")]
    #[case::both_and_one_unanswered(&[200, 0, 200], "status: at most 1 of 3 accepted, not 2 accepted")]
    #[case::one_failed(&[200, 500], "unknown: the target failed with 500")]
    #[case::one_throttled(&[200, 429], "unknown: 429: the target limits the rate of requests")]
    #[case::nothing(&[], "unknown: nothing was sent")]
    fn a_race_has_so_many_winners(#[case] statuses: &[u16], #[case] wanted: &str) {
        let one = |status: &u16| if *status == 0 { failure() } else { answer(*status, "{}") };
        let exchanges: Vec<_> = statuses.iter().map(one).collect();
        assert_eq!(said(held(Test::AcceptedAtMost(1), &exchanges)), wanted);
    }

    #[test]
    fn the_last_answer_counts_for_what_is_no_race() {
        let exchanges = [answer(400, REFUSAL), answer(200, "{}")];
        assert_eq!(held(Test::Answer(vec![Kind::Ok]), &exchanges), Held::Yes);
        assert_eq!(said(held(Test::Answer(vec![Kind::Ok]), &[])), "unknown: nothing was sent");
        assert_eq!(said(held(Test::Answer(vec![Kind::Open]), &[failure()])), "unknown: too slow");
    }

    #[test]
    fn a_long_value_is_shortened_between_characters() {
        let shown = show(&json!("é".repeat(200)));
        assert_eq!(shown.chars().count(), 121);
        assert!(shown.ends_with("é…"));
    }
}
