//! The changes of a step for which one of its expectations does not hold any more.

use serde_json::{Map, Value, json};

use super::answers::Answers;
use crate::event::StepEvent;
use crate::exchange::{Body, Outcome, Response};
use crate::expect::{Assertion, Held, Test, ValueTest, holds};

/// A step with one change in it.
#[derive(Debug, Clone)]
pub(super) struct Changed {
    /// The change in words.
    pub(super) about: String,
    /// The step as it is with it.
    pub(super) event: StepEvent,
}

/// Every change of a step that breaks the expectation of this index.
pub(super) fn changes(event: &StepEvent, index: usize, answers: &Answers) -> Vec<Changed> {
    let Some(assertion) = event.assertions.get(index) else { return Vec::new() };
    let all = match &assertion.test {
        Test::Answer(_) => answered_otherwise(event, answers),
        Test::At { pointer, value } => valued_otherwise(event, pointer, value),
        Test::Same(left, right) => {
            vec![compared(event, index, "the two values differ", Test::Same(left.clone(), other(right)))]
        }
        Test::Differ(left, _) => {
            vec![compared(event, index, "the two values are equal", Test::Differ(left.clone(), left.clone()))]
        }
        Test::AcceptedAtMost(_) => vec![all_accepted(event, answers)],
        Test::Came { what, .. } => {
            let missing = Some("nothing came".to_owned());
            vec![compared(event, index, "it does not come", Test::Came { what: what.clone(), missing, proven: true })]
        }
    };
    let breaks = |changed: &Changed| {
        let assertion = &changed.event.assertions[index];
        matches!(holds(assertion, &changed.event.exchanges), Held::No(_))
    };
    all.into_iter().filter(breaks).collect()
}

/// The last answer of the step is another that the operation gives.
fn answered_otherwise(event: &StepEvent, answers: &Answers) -> Vec<Changed> {
    let Some(exchange) = event.exchanges.last() else { return Vec::new() };
    let all = answers.of(&exchange.request.operation).into_iter();
    all.map(|(about, response)| Changed { about, event: with_answer(event, response) }).collect()
}

fn all_accepted(event: &StepEvent, answers: &Answers) -> Changed {
    let mut event = event.clone();
    for exchange in &mut event.exchanges {
        exchange.outcome = Outcome::Answer(answers.accepted(&exchange.request.operation));
    }
    Changed { about: "all are accepted".to_owned(), event }
}

/// What was compared has other values.
fn compared(event: &StepEvent, index: usize, about: &str, test: Test) -> Changed {
    let mut event = event.clone();
    event.assertions[index] = Assertion { test, ..event.assertions[index].clone() };
    Changed { about: about.to_owned(), event }
}

/// The last answer of the step has another value, or none, where the expectation looks.
fn valued_otherwise(event: &StepEvent, pointer: &str, test: &ValueTest) -> Vec<Changed> {
    let answer = event.exchanges.last().and_then(|exchange| exchange.response());
    let Some(answer) = answer else { return Vec::new() };
    let body = answer.json().cloned().unwrap_or_default();
    let found = body.pointer(pointer).cloned().unwrap_or_default();
    let at = if pointer.is_empty() { "the body" } else { pointer };
    let mut bodies: Vec<(String, Value)> = Vec::new();
    for value in wrong(test, &found) {
        let about = format!("{at} is {}", crate::expect::show(&value));
        bodies.extend(set(&body, pointer, value).map(|body| (about, body)));
    }
    bodies.extend(removed(&body, pointer).map(|body| (format!("{at} is missing"), body)));
    let changed = |(about, body): (String, Value)| {
        let mut response = answer.clone();
        response.replace_body(Body::Text(body.to_string()));
        Changed { about, event: with_answer(event, response) }
    };
    bodies.into_iter().map(changed).collect()
}

/// Values that may be wrong for a test, where one that is right was found.
fn wrong(test: &ValueTest, found: &Value) -> Vec<Value> {
    match test {
        ValueTest::Is { .. } | ValueTest::Holds(_) | ValueTest::In(_) => match found {
            Value::Object(object) => with_one_other(object),
            value => vec![other(value)],
        },
        ValueTest::Isnt(unwanted) => vec![unwanted.clone()],
        ValueTest::Keys(_) => {
            let mut more = found.as_object().cloned().unwrap_or_default();
            more.insert("one_more".to_owned(), json!(true));
            vec![Value::Object(more)]
        }
        ValueTest::Above(bound) => vec![json!(bound)],
        ValueTest::Filled => vec![json!(""), Value::Null],
    }
}

/// The object with one value changed, once for each of its keys.
fn with_one_other(object: &Map<String, Value>) -> Vec<Value> {
    let one = |key: &String| {
        let mut changed = object.clone();
        let value = other(&object[key]);
        changed.insert(key.clone(), value);
        Value::Object(changed)
    };
    object.keys().map(one).collect()
}

/// Another value of the same type.
fn other(value: &Value) -> Value {
    match value {
        Value::Null => json!("other"),
        Value::Bool(value) => json!(!value),
        Value::Number(number) => {
            number.as_i64().map_or_else(|| json!(number.as_f64().unwrap_or_default() + 1.0), |number| json!(number + 1))
        }
        Value::String(text) => json!(format!("{text}x")),
        Value::Array(items) => match items.split_last() {
            Some((_, rest)) => json!(rest),
            None => json!(["other"]),
        },
        Value::Object(object) => {
            let mut more = object.clone();
            more.insert("other".to_owned(), json!(true));
            Value::Object(more)
        }
    }
}

fn with_answer(event: &StepEvent, response: Response) -> StepEvent {
    let mut event = event.clone();
    if let Some(exchange) = event.exchanges.last_mut() {
        exchange.outcome = Outcome::Answer(response);
    }
    event
}

/// A body with a value at a place; `None` where there is no such place.
fn set(body: &Value, pointer: &str, value: Value) -> Option<Value> {
    let mut body = body.clone();
    if let Some(place) = body.pointer_mut(pointer) {
        *place = value;
    } else {
        let (parent, key) = parent(pointer)?;
        body.pointer_mut(parent)?.as_object_mut()?.insert(key, value);
    }
    Some(body)
}

fn removed(body: &Value, pointer: &str) -> Option<Value> {
    let (parent, key) = parent(pointer)?;
    let mut body = body.clone();
    body.pointer_mut(parent)?.as_object_mut()?.shift_remove(&key)?;
    Some(body)
}

/// The pointer of the object, and the key in it.
fn parent(pointer: &str) -> Option<(&str, String)> {
    let (parent, key) = pointer.rsplit_once('/')?;
    Some((parent, key.replace("~1", "/").replace("~0", "~")))
}
