//! What a flow takes, derived from its steps and its fixtures': for the plan, which sends nothing.

use std::collections::{BTreeSet, HashSet};

use super::answer::is_refusal;
use super::{Action, Call, Claim, Condition, Fixture, Flow, Fresh, Given, Payload, Recipe, Step, Suites};
use crate::contract::Contract;

/// What a target must offer for a flow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Needs {
    /// Codes sent to phones can be read.
    pub sms: bool,
    /// Links sent to addresses can be read.
    pub mail: bool,
    /// A user can be blocked.
    pub block: bool,
    /// Time can pass: a step waits.
    pub clock: bool,
    /// Time may have to pass: a request is sent again after a wait that the target asks for.
    pub may_wait: bool,
}

/// What a flow does to a target at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Estimate {
    /// Requests that are sent, those that are sent again included.
    pub requests: u32,
    /// SMS and mails that the target sends.
    pub messages: u32,
    /// Accounts that come to be.
    pub accounts: u32,
}

/// What a flow needs, its fixtures included.
pub fn needs(flow: &Flow, suites: &Suites) -> Needs {
    let mut needs = Needs::default();
    walk(&flow.given, &flow.steps, suites, &mut |step, _| match &step.action {
        Action::Code { .. } => needs.sms = true,
        Action::Mail { .. } => needs.mail = true,
        Action::Block { .. } => needs.block = true,
        Action::Wait(_) => needs.clock = true,
        Action::Call(call) => needs.may_wait |= call.retry.is_some(),
        Action::Together { .. } | Action::Repeat { .. } | Action::Make(_) | Action::Check(_) => {}
    });
    needs
}

/// The requirements that a flow's own steps show; what its fixtures show is not its own.
pub fn proves(flow: &Flow) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk_steps(&flow.steps, 1, &mut |step, _| {
        let (own, claims): (&[String], &[Claim]) = match &step.action {
            Action::Call(call) => {
                found.extend(call.proves.iter().cloned());
                (&[], &call.also)
            }
            Action::Together { calls, also } => {
                let of_calls = calls.iter().flat_map(|call| call.proves.iter().chain(of_claims(&call.also)));
                found.extend(of_calls.cloned());
                (&[], also)
            }
            Action::Repeat { proves, .. } | Action::Code { proves, .. } | Action::Mail { proves, .. } => (proves, &[]),
            Action::Check(claims) => (&[], claims),
            Action::Wait(_) | Action::Block { .. } | Action::Make(_) => (&[], &[]),
        };
        found.extend(own.iter().chain(of_claims(claims)).cloned());
    });
    found
}

fn of_claims(claims: &[Claim]) -> impl Iterator<Item = &String> {
    claims.iter().flat_map(|claim| &claim.proves)
}

/// The operations that a flow calls, its fixtures included.
pub fn calls(flow: &Flow, suites: &Suites) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    walk(&flow.given, &flow.steps, suites, &mut |step, _| {
        found.extend(calls_of(step).iter().map(|call| call.operation.clone()));
    });
    found
}

/// What a flow does to a target at most: every repetition to its end, every request sent again as often
/// as it may be.
///
/// What a request does is told from the contract and from what it refers to, without knowing any
/// operation. An accepted request makes the target send a message if its operation documents an error
/// that goes away after a wait, which is how sending is limited. An accepted request without a token
/// makes an account if it refers to no value but fresh ones that no such request carried before.
pub fn estimate(flow: &Flow, suites: &Suites, contract: &Contract) -> Estimate {
    let mut estimate = Estimate::default();
    let limited = |call: &Call| {
        let operation = contract.operation(&call.operation);
        let mut errors = operation.iter().flat_map(|operation| &operation.errors);
        errors.any(|error| contract.error(error).is_some_and(|error| error.wait))
    };
    walk(&flow.given, &flow.steps, suites, &mut |step, times| {
        for call in calls_of(step) {
            let again = call.retry.as_ref().map_or(0, |retry| retry.at_most);
            add(&mut estimate.requests, times, again.saturating_add(1));
            if !is_refusal(&call.expect) && limited(call) {
                add(&mut estimate.messages, times, 1);
            }
        }
    });
    estimate.accounts = accounts(&flow.given, &flow.steps, suites);
    estimate
}

fn add(count: &mut u32, times: u32, each: u32) {
    *count = count.saturating_add(times.saturating_mul(each));
}

/// The accounts made by steps and by the fixtures that they build on.
fn accounts(given: &[Given], steps: &[Step], suites: &Suites) -> u32 {
    let mut count = 0;
    for fixture in given.iter().filter_map(|given| suites.fixture(&given.fixture)) {
        add(&mut count, 1, accounts(&fixture.given, &fixture.steps, suites));
    }
    // Names of fresh values; those that an account was made with are taken.
    let mut fresh: HashSet<&str> = HashSet::new();
    let mut known: HashSet<String> = HashSet::new();
    let mut taken: HashSet<String> = HashSet::new();
    walk_steps(steps, 1, &mut |step, times| {
        if let Action::Make(made) = &step.action {
            for (name, recipe) in made {
                if let Recipe::Fresh(Fresh::Phone | Fresh::Email | Fresh::Username | Fresh::Password) = recipe {
                    known.insert(name.clone());
                    taken.remove(name);
                }
            }
        }
        for call in calls_of(step).into_iter().filter(|call| makes_account(call, &known, &taken)) {
            taken.extend(references(call).into_iter().map(str::to_owned));
            add(&mut count, times, 1);
        }
    });
    fresh.clear();
    count
}

fn makes_account(call: &Call, fresh: &HashSet<String>, taken: &HashSet<String>) -> bool {
    let has_token = call.bearer.is_some() || call.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("authorization"));
    let has_body = !matches!(call.payload, Payload::None | Payload::Raw { .. });
    let own = |path: &str| path.starts_with("client.") || (fresh.contains(path) && !taken.contains(path));
    !has_token && has_body && !is_refusal(&call.expect) && references(call).into_iter().all(own)
}

fn references(call: &Call) -> Vec<&str> {
    match &call.payload {
        Payload::Json(body) | Payload::Form(body) => body.references(),
        Payload::None | Payload::Raw { .. } => Vec::new(),
    }
}
