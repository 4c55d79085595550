//! What a recording says of a failure: how each step was answered, and of the target all that is no secret.
//!
//! A recording holds no secret, no source of codes and no clock: what a script needs of them, it asks for.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use serde_json::Value;
use url::Url;

use crate::exchange::Exchange;
use crate::generate::fuzz;
use crate::judge::result::RunResult;
use crate::suite::{Action, Payload, Step, Suites};
use crate::target::{Clock, Phones, Secret, Source, Target};

/// A wait in a script that is made from a recording has no limit.
const MAX_WAIT: Duration = Duration::from_secs(u64::MAX);

/// What a run did in a flow.
#[derive(Debug, Clone, Default)]
pub struct Recorded {
    /// The answers of every step that was done, by its label; none of a step that sends nothing.
    pub answers: BTreeMap<String, Vec<Answer>>,
}

/// An answer of a recorded run.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The status; 0 where there was no answer.
    pub status: u16,
    /// The error of a refusal.
    pub error: Option<String>,
    /// The body, where it is JSON.
    pub body: Option<Value>,
}

impl Recorded {
    /// What a run did in a flow; `None` where it did not come to it.
    pub fn of(result: &RunResult, flow: &str) -> Option<Self> {
        let flow = result.flows.iter().find(|result| result.id == flow)?;
        let answers = flow.steps.iter().map(|step| (step.step.clone(), step.exchanges.iter().map(answer).collect()));
        Some(Self { answers: answers.collect() })
    }
}

fn answer(exchange: &Exchange) -> Answer {
    let body = exchange.response().and_then(|response| response.json()).cloned();
    let error = body.as_ref().and_then(|body| body.get("error")?.as_str().map(str::to_owned));
    Answer { status: exchange.status().unwrap_or_default(), error, body }
}

/// How many random cases for each stage a run was given, as far as it came.
pub fn random_cases(result: &RunResult) -> u32 {
    let steps = result.flows.iter().filter(|flow| flow.suite == fuzz::SUITE).flat_map(|flow| &flow.steps);
    steps.filter_map(|step| step.step.rsplit('/').next()?.parse().ok()).max().unwrap_or_default()
}

/// The target of a run, as far as its recording tells: where it is, its client, and numbers that it used.
///
/// # Errors
/// The URL that was recorded is none.
pub fn target(result: &RunResult, suites: &Suites, flow: &str) -> Result<Target, String> {
    let url = &result.target.url;
    let base = Url::parse(url).map_err(|error| format!("the recording names `{url}` as its target: {error}"))?;
    let bodies: Vec<Value> =
        result.flows.iter().flat_map(|flow| &flow.steps).flat_map(|step| &step.exchanges).filter_map(sent).collect();
    let mut target = Target::bare(&result.target.name, base);
    target.client_id = most_frequent(&bodies, &keys_of(suites, "${client.id}"));
    let secret = most_frequent(&bodies, &keys_of(suites, "${client.secret}"));
    target.client_secret = secret.map(|_| Secret::new("not recorded".to_owned()));
    target.connection.insecure = result.target.insecure;
    (target.sms, target.mail) = (Some(Source::Prompt), Some(Source::Prompt));
    target.clock = Some(Clock::Wait { max_wait: MAX_WAIT });
    if target.phones.count() == 0 {
        let used = numbers(result, flow);
        target.phones = Phones::list(used).unwrap_or(target.phones);
    }
    Ok(target)
}

/// The body of a request as an object, whether it was JSON or a form.
fn sent(exchange: &Exchange) -> Option<Value> {
    let text = exchange.request.body.as_ref()?.text()?;
    if let Ok(body) = serde_json::from_str(text) {
        return Some(body);
    }
    let fields = url::form_urlencoded::parse(text.as_bytes());
    Some(Value::Object(fields.map(|(key, value)| (key.into_owned(), value.into_owned().into())).collect()))
}

/// The names of the fields that stand for this reference in any suite.
fn keys_of(suites: &Suites, reference: &str) -> BTreeSet<String> {
    let steps = suites.flows().flat_map(|flow| &flow.steps);
    let steps = steps.chain(suites.fixtures.iter().flat_map(|fixture| &fixture.steps));
    let body = |step: &Step| match &step.action {
        Action::Call(call) => match &call.payload {
            Payload::Json(template) | Payload::Form(template) => template.source().as_object().cloned(),
            Payload::None | Payload::Raw { .. } => None,
        },
        Action::Together { .. }
        | Action::Repeat { .. }
        | Action::Wait(_)
        | Action::Code { .. }
        | Action::Mail { .. }
        | Action::Block { .. }
        | Action::Make(_)
        | Action::Check(_) => None,
    };
    let fields = steps.filter_map(body).flatten();
    fields.filter(|(_, value)| value.as_str() == Some(reference)).map(|(key, _)| key).collect()
}

/// The value that most requests gave; a few give a wrong one.
fn most_frequent(bodies: &[Value], keys: &BTreeSet<String>) -> Option<String> {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for value in bodies.iter().flat_map(|body| keys.iter().filter_map(|key| body.get(key)?.as_str())) {
        *counts.entry(value).or_default() += 1;
    }
    counts.into_iter().max_by_key(|(_, count)| *count).map(|(value, _)| value.to_owned())
}

/// Numbers that the run used, those of the flow in question first: its profile let it use them.
fn numbers(result: &RunResult, flow: &str) -> Vec<String> {
    let (own, others): (Vec<_>, Vec<_>) = result.flows.iter().partition(|result| result.id == flow);
    let mut numbers: Vec<String> = Vec::new();
    let exchanges = own.into_iter().chain(others).flat_map(|flow| &flow.steps).flat_map(|step| &step.exchanges);
    for body in exchanges.filter(|exchange| exchange.response().is_some_and(|it| it.is_success())).filter_map(sent) {
        for value in body.as_object().into_iter().flatten().filter_map(|(_, value)| value.as_str()) {
            let digits = value.strip_prefix('+').unwrap_or_default();
            let number = (7..=15).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
            if number && !numbers.iter().any(|known| known == value) {
                numbers.push(value.to_owned());
            }
        }
    }
    numbers
}
