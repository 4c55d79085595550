//! Every verdict and every conclusion from events made by hand, and recordings, whole and damaged.

use std::sync::{Arc, LazyLock, Mutex};

use rstest::rstest;
use serde_json::{Value, json};

use super::result::{CheckResult, Conclusion, Status};
use super::*;
use crate::contract::Level;
use crate::deployments::Embedded;
use crate::event::{Blocked, Longest, PlannedFlow, RunStarted, StepEvent, TargetIdentity};
use crate::exchange::{Body, Exchange, FailureKind, Outcome, Request, Response, TransportFailure};
use crate::expect::{Assertion, Kind, Test, ValueTest};
use crate::generate::with_generated;
use crate::plan::{Plan, Selection};
use crate::recording::Chain;
use crate::runner::{self, Observer, Settings};
use crate::suite::Suites;
use crate::verdict::{Place, Verdict};

mod attempts;
mod comparison;
mod conclusions;
mod drift;
mod gaps;
mod outlived;
mod recordings;
mod verdicts;
mod waivers;

static CONTRACT: LazyLock<Arc<Contract>> = LazyLock::new(|| Arc::new(Contract::embedded().unwrap()));

const MUST: &str = "logout-succeeds";
const SHOULD: &str = "logout-ends-refresh";
const OBSERVE: &str = "logout-other-sessions";

fn start(flows: &[&str], proves: &[&str]) -> Event {
    let planned = |id: &&str| PlannedFlow {
        id: (*id).to_owned(),
        suite: "hand".to_owned(),
        about: format!("about {id}"),
        place: Place::default(),
        proves: proves.iter().map(|id| (*id).to_owned()).collect(),
        accepted: None,
    };
    Event::RunStarted(Box::new(RunStarted {
        format: FORMAT,
        tool: "0.0.0".to_owned(),
        contract_digest: CONTRACT.digest().to_owned(),
        suites_digest: "made by hand".to_owned(),
        target: TargetIdentity { name: "t".to_owned(), url: "http://t/api/v1".to_owned(), ..TargetIdentity::default() },
        seed: 7,
        strict: false,
        partial: true,
        started_ms: 1_700_000_000_000,
        waivers: Vec::new(),
        attempt: None,
        drift: None,
        accounts_before: Vec::new(),
        flows: flows.iter().map(planned).collect(),
        part: None,
    }))
}

fn end() -> Event {
    Event::RunEnded { interrupted: false, stopped_at_failure: false, elapsed_ms: 12.5 }
}

fn begun(flow: &str) -> Event {
    Event::FlowStarted { flow: flow.to_owned() }
}

fn ended(flow: &str) -> Event {
    Event::FlowEnded {
        flow: flow.to_owned(),
        elapsed_ms: 1.25,
        longest: Longest::default(),
        fault_of_tool: None,
        ended: Vec::new(),
    }
}

/// A logout, which documents no body.
fn exchange(outcome: Outcome) -> Exchange {
    let request = Request {
        operation: "POST /auth/logout".to_owned(),
        method: "POST".to_owned(),
        url: "http://t/api/v1/auth/logout".to_owned(),
        headers: Vec::new(),
        body: None,
    };
    Exchange { request, outcome, sightings: Vec::new(), elapsed_ms: 1.5, at_ms: 1_700_000_000_000 }
}

fn answered(status: u16) -> Exchange {
    let body = match status {
        400..=499 => {
            json!({"code": status, "error": "auth_bad_credentials", "message": "Could not validate credentials"})
        }
        _ => json!({}),
    };
    let headers = vec![("content-type".to_owned(), "application/json".to_owned())];
    exchange(Outcome::Answer(Response::new(status, headers, Body::Text(body.to_string()))))
}

fn failed(kind: FailureKind) -> Exchange {
    exchange(Outcome::Failure(TransportFailure { kind, message: "it broke".to_owned() }))
}

fn asserts(test: Test, proves: &[&str]) -> Assertion {
    Assertion::new(test, proves.iter().map(|id| (*id).to_owned()).collect(), Place::default())
}

fn accepted(proves: &[&str]) -> Assertion {
    asserts(Test::Answer(vec![Kind::Ok]), proves)
}

fn came(missing: Option<&str>, proven: bool, proves: &[&str]) -> Assertion {
    asserts(Test::Came { what: "a code".to_owned(), missing: missing.map(str::to_owned), proven }, proves)
}

fn step(flow: &str, exchanges: Vec<Exchange>, assertions: Vec<Assertion>) -> StepEvent {
    StepEvent {
        flow: flow.to_owned(),
        step: "1".to_owned(),
        id: None,
        about: None,
        does: "POST /auth/logout".to_owned(),
        place: Place::default(),
        exchanges,
        assertions,
        inapplicable: Vec::new(),
        blocked: None,
        wrong_field: None,
        may_close: false,
    }
}

fn blocked(proves: &[&str]) -> StepEvent {
    let proves = proves.iter().map(|id| (*id).to_owned()).collect();
    let blocked =
        Some(Blocked { reason: "it was never obtained".to_owned(), proves, after: Some("1".to_owned()), lacks: None });
    StepEvent { step: "2".to_owned(), blocked, ..step("a", Vec::new(), Vec::new()) }
}

/// A run of one flow, `a`, with these steps.
fn run_of(steps: Vec<StepEvent>) -> Vec<Event> {
    let steps = steps.into_iter().map(|step| Event::Step(Box::new(step)));
    [start(&["a"], &[]), begun("a")].into_iter().chain(steps).chain([ended("a"), end()]).collect()
}

fn judged(events: Vec<Event>) -> RunResult {
    judge(events, &CONTRACT, false).unwrap()
}

/// The checks that the flow asked for.
fn expected(result: &RunResult) -> Vec<&CheckResult> {
    let steps = result.flows.iter().flat_map(|flow| &flow.steps);
    steps.flat_map(|step| &step.checks).filter(|check| check.check == steps::EXPECT).collect()
}

fn lines(events: &[Event]) -> String {
    let mut chain = Chain::default();
    events.iter().map(|event| format!("{}\n", chain.seal(event).unwrap())).collect()
}

fn read(text: &str) -> Result<Vec<Event>, String> {
    read_recording(text.as_bytes(), &CONTRACT).map_err(|error| error.to_string())
}
