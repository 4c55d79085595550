//! Negative and boundary cases, derived from the request schemas and sent in live states.
//!
//! A stage gives an accepted request and the state in which it is accepted. Each case differs from it in
//! one thing. The cases that must be refused come first, then the accepted request itself, which shows
//! both that the refusals were about that one thing and that they changed nothing. What the contract
//! leaves open comes last, where an acceptance does no harm.

mod bearers;
mod bodies;
mod fields;
pub mod fuzz;
mod methods;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::contract::{Contract, Level, Operation};
use crate::expect::Kind;
use crate::suite::{
    Action, Call, Cases, Claim, ClaimTest, Condition, Flow, Payload, Recipe, Stage, Step, Suite, Suites, in_parallel,
};
use crate::verdict::Place;

/// The suite that generated flows are listed under.
pub const SUITE: &str = "generated";

/// So many cases share one state, unless a few more are all there are.
const CASES_PER_FLOW: usize = 24;

/// One request that differs from an accepted one in one thing.
#[derive(Debug, Clone)]
pub struct Case {
    /// Stable id: `stage/field/wrong` or `stage/thing`.
    pub id: String,
    /// What is wrong with it.
    pub about: String,
    /// The request.
    pub call: Call,
    /// Whether it must be refused; otherwise its answer is open.
    pub refused: bool,
    /// The field that alone is wrong, where it is one.
    pub field: Option<String>,
    /// What must hold for it to apply to a target.
    pub when: Vec<Condition>,
}

/// The suites with one more, which holds the generated flows.
#[must_use]
pub fn with_generated(mut suites: Suites, contract: &Contract) -> Suites {
    let flows = flows(contract, &suites);
    if !flows.is_empty() {
        let about = "Bad and unusual requests, derived from the request schemas and sent in live states.".to_owned();
        suites.suites.push(Suite { id: SUITE.to_owned(), about, flows });
    }
    suites
}

/// The flows of all stages.
fn flows(contract: &Contract, suites: &Suites) -> Vec<Arc<Flow>> {
    let writing = writing(suites, contract);
    let of = |stage: &Stage| {
        let path = contract.operation(&stage.twin.operation).map(|operation| operation.path.as_str());
        of_stage(stage, contract, path.and_then(|path| writing.get(path)).is_some_and(|chosen| chosen.id == stage.id))
    };
    in_parallel(&suites.stages, of).into_iter().flatten().map(Arc::new).collect()
}

/// The stage of each path whose request goes with the methods that are not documented: the first, or the first that puts
/// something, as a method that is taken by mistake mostly does what PUT does.
fn writing<'a>(suites: &'a Suites, contract: &'a Contract) -> BTreeMap<&'a str, &'a Stage> {
    let mut chosen: BTreeMap<&str, &Stage> = BTreeMap::new();
    let puts = |stage: &Stage| stage.twin.operation.starts_with("PUT ");
    for stage in &suites.stages {
        let Some(operation) = contract.operation(&stage.twin.operation) else { continue };
        let of_path = chosen.entry(&operation.path).or_insert(stage);
        if puts(stage) && !puts(of_path) {
            *of_path = stage;
        }
    }
    chosen
}

fn of_stage(stage: &Stage, contract: &Contract, with_methods: bool) -> Vec<Flow> {
    let Some(operation) = contract.operation(&stage.twin.operation) else { return Vec::new() };
    let mut cases = fields::cases(stage, operation, contract);
    cases.extend(bodies::cases(stage, operation, contract));
    cases.extend(bearers::cases(stage, operation));
    if with_methods {
        cases.extend(methods::cases(stage, operation, contract));
    }
    let (spending, cases): (Vec<Case>, Vec<Case>) = cases
        .into_iter()
        .partition(|case| case.refused && case.field.as_ref().is_some_and(|field| stage.spends.contains(field)));
    let parts = parts(stage, operation, cases);
    // A bad value that may use up the state needs a state of its own.
    let apart = spending.into_iter().map(|case| Flow {
        suite: SUITE.to_owned(),
        id: format!("case-{}", case.id.replace('/', "-")),
        about: format!("{} The state may be used up by it. {}", case.about, stage.about),
        given: stage.given.clone(),
        steps: stage.before.iter().cloned().chain([step(case)]).collect(),
        cases: None,
        place: stage.place.clone(),
    });
    parts.into_iter().chain(apart).collect()
}

/// The cases of a stage that share a state, in as many flows as keep each of them short: they do not build on each
/// other, so a run need not wait for one before it sends another.
fn parts(stage: &Stage, operation: &Operation, cases: Vec<Case>) -> Vec<Flow> {
    let count = cases.len().div_ceil(CASES_PER_FLOW).max(1);
    let (mut refused, mut open): (Vec<Case>, Vec<Case>) = cases.into_iter().partition(|case| case.refused);
    let share =
        |cases: &mut Vec<Case>, left: usize| -> Vec<Case> { cases.drain(..cases.len().div_ceil(left)).collect() };
    (1..=count)
        .map(|number| {
            let left = count + 1 - number;
            part(stage, operation, number, share(&mut refused, left), share(&mut open, left))
        })
        .collect()
}

fn part(stage: &Stage, operation: &Operation, number: usize, refused: Vec<Case>, open: Vec<Case>) -> Flow {
    // The first keeps the name that it has where it is the only one.
    let suffix = if number == 1 { String::new() } else { format!("-{number}") };
    let mut steps = stage.before.clone();
    steps.extend(bearers::preparation(stage));
    let (first, count) = (steps.len(), refused.len());
    steps.extend(refused.into_iter().map(step));
    steps.push(twin(stage, operation, &suffix));
    steps.extend(stage.after.iter().cloned());
    steps.extend(open.into_iter().flat_map(|case| fresh(stage).into_iter().chain([step(case)])));
    Flow {
        suite: SUITE.to_owned(),
        id: format!("cases-{}{suffix}", stage.id),
        about: format!("Bad requests are refused and change nothing. {}", stage.about),
        given: stage.given.clone(),
        steps,
        cases: Some(Cases { first, count }),
        place: stage.place.clone(),
    }
}

fn step(case: Case) -> Step {
    let place = case.call.place.clone();
    let call = Call { wrong_field: case.field, ..case.call };
    Step { id: Some(case.id), about: Some(case.about), when: case.when, action: Action::Call(Box::new(call)), place }
}

/// The accepted request, after everything that must have been refused.
fn twin(stage: &Stage, operation: &Operation, suffix: &str) -> Step {
    let mut call = stage.twin.clone();
    let notation = match (&call.payload, &operation.request) {
        (Payload::Json(_), Some(request)) => Some((request.json, Some("json-input-accepted"))),
        (Payload::Form(_), Some(request)) => Some((request.form, None)),
        (Payload::None | Payload::Raw { .. } | Payload::Json(_) | Payload::Form(_), _) => None,
    };
    // What an operation answers without a documented success is open.
    if operation.success_requirement.is_none() {
        call.expect = vec![Kind::Open];
        let about = "the request itself, whose answer is open".to_owned();
        let id = Some(format!("{}/accepted{suffix}", stage.id));
        return Step {
            id,
            about: Some(about),
            when: Vec::new(),
            place: call.place.clone(),
            action: Action::Call(Box::new(call)),
        };
    }
    // Where the notation itself is no `must`, its refusal says nothing about the cases.
    if notation.is_none_or(|(level, _)| level == Level::Must) {
        call.proves
            .extend(operation.success_requirement.iter().filter(|own| !stage.twin.proves.contains(own)).cloned());
        call.proves.push("refusal-changes-nothing".to_owned());
        call.proves.extend(notation.and_then(|(_, requirement)| requirement).map(str::to_owned));
    }
    let about = "the accepted request, in the state that every refused one met".to_owned();
    let id = Some(format!("{}/accepted{suffix}", stage.id));
    Step { id, about: Some(about), when: Vec::new(), place: call.place.clone(), action: Action::Call(Box::new(call)) }
}

/// Makes the fresh values of a stage anew, so that a request that is taken does not stand in the way of the next.
fn fresh(stage: &Stage) -> Option<Step> {
    let recipes: Vec<_> = stage
        .before
        .iter()
        .filter_map(|step| match &step.action {
            Action::Make(recipes) => Some(recipes),
            _ => None,
        })
        .flatten()
        .filter(|(_, recipe)| matches!(recipe, Recipe::Fresh(_)))
        .cloned()
        .collect();
    let step = Step {
        id: None,
        about: None,
        when: Vec::new(),
        action: Action::Make(recipes.clone()),
        place: stage.place.clone(),
    };
    (!recipes.is_empty()).then_some(step)
}

/// A request that must be refused for its input: never accepted, and with a documented answer.
fn refused(stage: &Stage, operation: &Operation, contract: &Contract, requirement: &str, payload: Payload) -> Call {
    let mut documented = vec![Kind::Validation];
    documented.extend(operation.errors.iter().cloned().map(Kind::Error));
    if operation.client_credentials {
        documented.push(Kind::Error(contract.client_refusal().to_owned()));
    }
    let claim = Claim {
        test: ClaimTest::Answer(documented),
        proves: vec!["input-refusal-documented".to_owned()],
        when: Vec::new(),
        place: stage.place.clone(),
    };
    let proves = vec![requirement.to_owned()];
    Call {
        payload,
        expect: vec![Kind::RefusedInput],
        proves,
        also: vec![claim],
        keep: Vec::new(),
        retry: None,
        ..stage.twin.clone()
    }
}

/// A request whose answer is open: no 5xx, and what is answered is documented.
fn open(stage: &Stage, payload: Payload) -> Call {
    let (expect, proves) = (vec![Kind::Open], Vec::new());
    Call { payload, expect, proves, also: Vec::new(), keep: Vec::new(), retry: None, ..stage.twin.clone() }
}

/// The fields of the accepted request, where it has any.
fn body(stage: &Stage) -> Option<&serde_json::Map<String, serde_json::Value>> {
    match &stage.twin.payload {
        Payload::Json(template) | Payload::Form(template) => template.source().as_object(),
        Payload::None | Payload::Raw { .. } => None,
    }
}

/// The same kind of body with other content.
fn like(payload: &Payload, value: serde_json::Value) -> Payload {
    match payload {
        Payload::Form(_) => Payload::Form(crate::suite::Template::new(value)),
        Payload::None | Payload::Json(_) | Payload::Raw { .. } => Payload::Json(crate::suite::Template::new(value)),
    }
}

/// Where generated steps stand: at their stage.
fn place(stage: &Stage) -> Place {
    stage.place.clone()
}

#[cfg(test)]
mod tests;
