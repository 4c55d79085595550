//! Random cases beyond the fixed table: seeded, so that a run can be repeated, and shrinkable.
//!
//! What a random request is answered is open; the universal checks judge it. A finding is worth its
//! smallest form, which [`smaller`] leads to.

use std::sync::Arc;

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use serde_json::{Map, Number, Value, json};

use super::{body, fresh, open};
use crate::suite::{Action, Call, Flow, Payload, Stage, Step, Suite, Suites, Template};

/// The suite that random cases are listed under.
pub const SUITE: &str = "fuzz";
/// So many cases share one state; an accepted one may change what the next ones meet.
const CASES_PER_FLOW: u32 = 25;

/// The suites with one more: `count` random cases for each stage with a JSON body.
#[must_use]
pub fn with_random_cases(mut suites: Suites, seed: u64, count: u32) -> Suites {
    let flows: Vec<Arc<Flow>> =
        suites.stages.iter().flat_map(|stage| flows(stage, seed, count)).map(Arc::new).collect();
    if !flows.is_empty() {
        let about = format!("Random requests in live states, {count} for each, by the seed {seed}.");
        suites.suites.push(Suite { id: SUITE.to_owned(), about, flows });
    }
    suites
}

fn flows(stage: &Stage, seed: u64, count: u32) -> Vec<Flow> {
    let (Some(twin), Payload::Json(_)) = (body(stage), &stage.twin.payload) else { return Vec::new() };
    let mut random = Random::new(seed, &stage.id);
    let cases: Vec<(u32, Value)> = (1..=count).map(|number| (number, random.body(twin))).collect();
    let chunk = |(index, cases): (usize, &[(u32, Value)])| {
        let step = |(number, body): &(u32, Value)| case(stage, &format!("{}/fuzz/{number}", stage.id), body.clone());
        let steps = cases.iter().flat_map(|one| fresh(stage).into_iter().chain([step(one)]));
        flow(stage, format!("fuzz-{}-{}", stage.id, index + 1), steps.collect())
    };
    cases.chunks(CASES_PER_FLOW as usize).enumerate().map(chunk).collect()
}

/// A flow of its own for one body, in a fresh state: an attempt to say the same with less.
pub fn attempt(stage: &Stage, number: usize, body: Value) -> Flow {
    let id = format!("fuzz-{}-smaller-{number}", stage.id);
    let step = case(stage, &format!("{}/fuzz/smaller-{number}", stage.id), body);
    flow(stage, id, vec![step])
}

fn flow(stage: &Stage, id: String, steps: Vec<Step>) -> Flow {
    Flow {
        suite: SUITE.to_owned(),
        id,
        about: format!("Random requests are answered as documented. {}", stage.about),
        given: stage.given.clone(),
        steps: stage.before.iter().cloned().chain(steps).collect(),
        cases: None,
        place: stage.place.clone(),
    }
}

fn case(stage: &Stage, id: &str, body: Value) -> Step {
    let call = Call { place: stage.place.clone(), ..open(stage, Payload::Json(Template::new(body))) };
    let about = Some("a random request, whose answer is open".to_owned());
    Step {
        id: Some(id.to_owned()),
        about,
        when: Vec::new(),
        action: Action::Call(Box::new(call)),
        place: stage.place.clone(),
    }
}

/// The random body that a step of a random case sends, as it was written.
pub fn body_of(step: &Step) -> Option<&Value> {
    match &step.action {
        Action::Call(call) => match &call.payload {
            Payload::Json(template) => Some(template.source()),
            Payload::None | Payload::Form(_) | Payload::Raw { .. } => None,
        },
        _ => None,
    }
}

/// Bodies that are a little smaller than this one, the smallest first.
pub fn smaller(body: &Value) -> Vec<Value> {
    let mut all = Vec::new();
    match body {
        Value::Object(fields) => {
            for name in fields.keys() {
                let mut fewer = fields.clone();
                fewer.remove(name);
                all.push(Value::Object(fewer));
            }
            for (name, value) in fields {
                all.extend(smaller(value).into_iter().map(|value| {
                    let mut changed = fields.clone();
                    changed.insert(name.clone(), value);
                    Value::Object(changed)
                }));
            }
        }
        Value::Array(items) => {
            all.extend((0..items.len()).map(|at| {
                let mut fewer = items.clone();
                fewer.remove(at);
                Value::Array(fewer)
            }));
            all.extend(items.first().filter(|_| items.len() == 1).cloned());
        }
        Value::String(text) if !text.is_empty() && !text.contains("${") => {
            let half: String = text.chars().take(text.chars().count() / 2).collect();
            let rest: String = text.chars().skip(text.chars().count().div_ceil(2)).collect();
            all.extend([json!(""), json!(half), json!(rest)]);
        }
        Value::Number(number) if number.as_f64().is_some_and(|number| number != 0.0) => {
            all.push(json!(0));
            all.extend(number.as_i64().map(|number| json!(number / 2)));
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {}
    }
    all.retain(|smaller| smaller != body);
    all.sort_by_key(|smaller| smaller.to_string().len());
    all
}

/// Makes random bodies. The same seed and stage make the same ones.
struct Random(ChaCha8Rng);

impl Random {
    fn new(seed: u64, stage: &str) -> Self {
        let mix = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        Self(ChaCha8Rng::seed_from_u64(stage.bytes().fold(seed, mix)))
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.0.next_u64() % bound.max(1) as u64).unwrap_or(0)
    }

    fn one_of<T: Clone>(&mut self, items: &[T]) -> Option<T> {
        let at = self.below(items.len());
        items.get(at).cloned()
    }

    /// The accepted body with some fields changed, left out or added; now and then something else altogether.
    fn body(&mut self, twin: &Map<String, Value>) -> Value {
        if self.below(20) == 0 {
            return self.value(3);
        }
        let mut fields = twin.clone();
        let names: Vec<String> = twin.keys().cloned().collect();
        for _ in 0..=self.below(3) {
            let Some(name) = self.one_of(&names) else { break };
            match self.below(6) {
                0 => {
                    fields.remove(&name);
                }
                1 => {
                    let (strange, value) = (self.text(), self.value(2));
                    fields.insert(strange, value);
                }
                _ => {
                    let value = self.value(2);
                    fields.insert(name, value);
                }
            }
        }
        Value::Object(fields)
    }

    fn value(&mut self, depth: usize) -> Value {
        match self.below(if depth == 0 { 5 } else { 7 }) {
            0 => Value::Null,
            1 => Value::Bool(self.below(2) == 0),
            2 => self.number(),
            3 | 4 => Value::String(self.text()),
            5 => (0..self.below(4)).map(|_| self.value(depth - 1)).collect(),
            _ => Value::Object((0..self.below(4)).map(|_| (self.text(), self.value(depth - 1))).collect()),
        }
    }

    fn number(&mut self) -> Value {
        let edges = [0, 1, -1, 255, 65_536, i64::from(i32::MAX) + 1, i64::MAX, i64::MIN];
        match self.below(4) {
            0 => json!(self.one_of(&edges)),
            1 => json!(u64::MAX),
            2 => Number::from_f64(1e300).map_or(Value::Null, Value::Number),
            _ => json!(self.0.next_u32()),
        }
    }

    /// Text of the kinds at which servers fall over. Never a reference.
    fn text(&mut self) -> String {
        const PIECES: [&str; 24] = [
            "",
            " ",
            "\t",
            "\n",
            "\u{0}",
            "\u{7f}",
            "\u{feff}",
            "\u{202e}",
            "\u{fffd}",
            "é",
            "e\u{301}",
            "👩‍🚀",
            "𝔘",
            "ß",
            "İ",
            "'",
            "\"",
            "\\",
            "%00",
            "<b>",
            "../",
            "' OR 1=1 --",
            "{{7*7}}",
            "null",
        ];
        let pieces = 1 + self.below(4);
        let mut text = String::new();
        for _ in 0..pieces {
            match self.below(4) {
                0 => text.push_str(&"a".repeat(self.below(300))),
                1 => text.push_str(&self.0.next_u32().to_string()),
                _ => text.push_str(self.one_of(&PIECES).unwrap_or_default()),
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_bodies_and_another_makes_others() {
        let twin = json!({"phone": "${phone}", "type": "client"});
        let twin = twin.as_object().expect("an object");
        let bodies = |seed| {
            let mut random = Random::new(seed, "stage");
            (0..50).map(|_| random.body(twin)).collect::<Vec<_>>()
        };
        assert_eq!(bodies(7), bodies(7));
        assert_ne!(bodies(7), bodies(8));
    }

    #[test]
    fn shrinking_ends_at_the_smallest_body_that_still_fails() {
        let fails = |body: &Value| body.get("age").and_then(Value::as_i64).is_some_and(|age| age > 137);
        let mut body = json!({"name": "a long name", "age": 4711, "tags": ["x", ["y"]]});
        while let Some(next) = smaller(&body).into_iter().find(fails) {
            body = next;
        }
        let keys: Vec<_> = body.as_object().expect("an object").keys().collect();
        assert_eq!(keys, ["age"]);
        assert!((138..=275).contains(&body["age"].as_i64().expect("a number")), "halving once more would pass");
    }

    #[test]
    fn a_smaller_body_is_never_the_same() {
        for body in [json!({}), json!([1]), json!("x"), json!(0), json!(null), json!({"a": [{}]})] {
            assert!(!smaller(&body).contains(&body), "{body}");
        }
    }
}
