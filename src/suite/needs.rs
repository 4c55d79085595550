//! What a flow takes, derived from its steps and its fixtures': for the plan, which sends nothing.

use std::collections::{BTreeSet, HashSet};

use super::answer::is_refusal;
use super::scope::CLIENT;
use super::{Action, Call, Claim, Fixture, Flow, Given, Payload, Recipe, Step, Suites, Wait};
use crate::contract::keywords::TOKEN;
use crate::contract::{Contract, Success};

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
    /// Sessions that are opened, where the contract has an operation that ends them.
    pub sessions: u32,
}

/// How often a flow waits at most. The more it waits the greater: how long each wait is, only the target tells, and
/// the lives of tokens are longer than anything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct Waits {
    /// Waits for a share or the end of a stated life.
    pub lives: u32,
    /// Other waits, and requests that may have to be sent again after one.
    pub others: u32,
}

/// How often a flow waits at most, its fixtures included.
pub fn waits(flow: &Flow, suites: &Suites) -> Waits {
    let mut waits = Waits::default();
    walk(&flow.given, &flow.steps, suites, &mut |step, times| match &step.action {
        Action::Wait(Wait::Past { .. } | Wait::Share { .. }) => add(&mut waits.lives, times, 1),
        Action::Wait(Wait::Seconds(_)) => add(&mut waits.others, times, 1),
        Action::Call(call) => add(&mut waits.others, times, call.retry.as_ref().map_or(0, |retry| retry.at_most)),
        Action::Together { .. }
        | Action::Repeat { .. }
        | Action::Code { .. }
        | Action::Mail { .. }
        | Action::Block { .. }
        | Action::Make(_)
        | Action::Check(_) => {}
    });
    waits
}

/// How long the single waits of a flow are.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct LongestWait {
    /// The longest that the suite itself states, seconds.
    pub stated_seconds: Option<f64>,
    /// Whether there are waits whose length only the target tells.
    pub up_to_the_target: bool,
}

/// How long the single waits of a flow are, its fixtures included.
pub fn longest_wait(flow: &Flow, suites: &Suites) -> LongestWait {
    let mut longest = LongestWait::default();
    walk(&flow.given, &flow.steps, suites, &mut |step, _| {
        let seconds = match &step.action {
            Action::Wait(Wait::Past { .. } | Wait::Share { .. }) => return longest.up_to_the_target = true,
            Action::Wait(Wait::Seconds(seconds)) => Some(seconds),
            Action::Call(call) => call.retry.as_ref().map(|retry| &retry.after),
            Action::Together { .. }
            | Action::Repeat { .. }
            | Action::Code { .. }
            | Action::Mail { .. }
            | Action::Block { .. }
            | Action::Make(_)
            | Action::Check(_) => None,
        };
        match seconds.map(|seconds| seconds.source().as_f64()) {
            Some(Some(stated)) => {
                longest.stated_seconds = longest.stated_seconds.into_iter().chain([stated]).reduce(f64::max);
            }
            Some(None) => longest.up_to_the_target = true,
            None => {}
        }
    });
    longest
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
    let ends = contract.ending_operation().is_some();
    walk(&flow.given, &flow.steps, suites, &mut |step, times| {
        for call in calls_of(step) {
            let again = call.retry.as_ref().map_or(0, |retry| retry.at_most);
            add(&mut estimate.requests, times, again.saturating_add(1));
            if !is_refusal(&call.expect) && limited(call) {
                add(&mut estimate.messages, times, 1);
            }
            if !is_refusal(&call.expect) && ends && !has_token(call) && gives_token(call, contract) {
                add(&mut estimate.sessions, times, 1);
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
    // Fresh values that no account has yet.
    let mut fresh: HashSet<&str> = HashSet::new();
    walk_steps(steps, 1, &mut |step, times| {
        if let Action::Make(made) = &step.action {
            let made = made.iter().filter(|(_, recipe)| matches!(recipe, Recipe::Fresh(_)));
            fresh.extend(made.map(|(name, _)| name.as_str()));
        }
        for call in calls_of(step).into_iter().filter(|call| !is_refusal(&call.expect)) {
            if makes_account(call, &fresh) {
                add(&mut count, times, 1);
            }
            for path in references(call) {
                fresh.remove(path);
            }
        }
    });
    count
}

fn makes_account(call: &Call, fresh: &HashSet<&str>) -> bool {
    let has_fields = matches!(call.payload, Payload::Json(_) | Payload::Form(_));
    let is_own = |path: &str| fresh.contains(path) || path.split('.').next() == Some(CLIENT);
    !has_token(call) && has_fields && references(call).into_iter().all(is_own)
}

fn has_token(call: &Call) -> bool {
    let mut names = call.headers.iter().map(|(name, _)| name);
    call.bearer.is_some() || names.any(|name| name.eq_ignore_ascii_case("authorization"))
}

/// Whether the success of a call carries a token.
fn gives_token(call: &Call, contract: &Contract) -> bool {
    let Some(Success::Model(model)) = contract.operation(&call.operation).map(|operation| &operation.success) else {
        return false;
    };
    let fields = contract.model(model).map(|model| model.fields()).unwrap_or_default();
    fields.iter().any(|field| field.extension.contains_key(TOKEN))
}

fn references(call: &Call) -> Vec<&str> {
    match &call.payload {
        Payload::Json(body) | Payload::Form(body) => body.references(),
        Payload::None | Payload::Raw { .. } => Vec::new(),
    }
}

fn calls_of(step: &Step) -> Vec<&Call> {
    match &step.action {
        Action::Call(call) => vec![call],
        Action::Together { calls, .. } => calls.iter().collect(),
        Action::Repeat { .. }
        | Action::Wait(_)
        | Action::Code { .. }
        | Action::Mail { .. }
        | Action::Block { .. }
        | Action::Make(_)
        | Action::Check(_) => Vec::new(),
    }
}

/// Visits the steps of the fixtures, then the steps themselves, each with how often it is taken at most.
fn walk<'s>(given: &[Given], steps: &'s [Step], suites: &'s Suites, visit: &mut impl FnMut(&'s Step, u32)) {
    let mut beginnings = Vec::new();
    collect(given, suites, &mut beginnings);
    for fixture in beginnings {
        walk_steps(&fixture.steps, 1, visit);
    }
    walk_steps(steps, 1, visit);
}

/// Every use of a fixture, those that a fixture builds on before it. The loader refused circles.
fn collect<'s>(given: &[Given], suites: &'s Suites, beginnings: &mut Vec<&'s Fixture>) {
    for fixture in given.iter().filter_map(|given| suites.fixture(&given.fixture)) {
        collect(&fixture.given, suites, beginnings);
        beginnings.push(fixture);
    }
}

fn walk_steps<'s>(steps: &'s [Step], times: u32, visit: &mut impl FnMut(&'s Step, u32)) {
    for step in steps {
        visit(step, times);
        if let Action::Repeat { at_most, steps, .. } = &step.action {
            walk_steps(steps, times.saturating_mul(*at_most), visit);
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::tests::good;
    use super::*;

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[rstest]
    #[case::nothing("- { call: POST /auth/logout, expect: ok }", Needs::default())]
    #[case::sms("- code: { phone: \"1\", keep: v }", Needs { sms: true, ..Needs::default() })]
    #[case::mail("- mail: { email: \"1\", keep: v }", Needs { mail: true, ..Needs::default() })]
    #[case::block("- block: \"1\"", Needs { block: true, ..Needs::default() })]
    #[case::clock("- wait: { seconds: 1 }", Needs { clock: true, ..Needs::default() })]
    #[case::may_wait(
        "- { call: POST /auth/verify/email, expect: EmailOut, retry: { on: [auth_user_attempt_please_wait], after: 1, at-most: 1 } }",
        Needs { may_wait: true, ..Needs::default() }
    )]
    #[case::inside_a_repetition(
        "- repeat: { at-most: 2, until: { same: [1, 1] }, steps: [{ block: \"1\" }, { wait: { seconds: 1 } }] }",
        Needs { block: true, clock: true, ..Needs::default() }
    )]
    fn a_flow_needs_what_its_steps_need(#[case] steps: &str, #[case] expected: Needs) {
        let suites = good(steps);
        assert_eq!(needs(&suites.suites[0].flows[0], &suites), expected);
    }

    #[rstest]
    #[case::nothing("- block: \"1\"", (0, 0))]
    #[case::seconds("- wait: { seconds: 1 }", (0, 1))]
    #[case::life("- wait: { life: \"${alice.access}\", past: true }\n- wait: { life: \"${alice.access}\", share: 0.5 }", (2, 0))]
    #[case::in_rounds("- repeat: { at-most: 3, until: { same: [1, 1] }, steps: [{ wait: { seconds: 1 } }] }", (0, 3))]
    #[case::sent_again(
        "- { call: POST /auth/verify/email, expect: EmailOut, retry: { on: [auth_user_attempt_please_wait], after: 1, at-most: 2 } }",
        (0, 2)
    )]
    fn a_flow_waits_as_often_as_its_steps_do(#[case] steps: &str, #[case] (lives, others): (u32, u32)) {
        let suites = good(steps);
        assert_eq!(waits(&suites.suites[0].flows[0], &suites), Waits { lives, others });
    }

    #[test]
    fn a_flow_needs_and_calls_what_its_fixtures_do() {
        let fixtures = "fixtures:\n  - { id: inner, about: Inner., steps: [{ code: { phone: \"1\", keep: v } }], yields: {} }\n  - { id: account, about: Outer., given: { it: inner }, steps: [{ call: POST /auth/logout, expect: ok, proves: [logout-succeeds] }], yields: {} }\n";
        let one = super::super::tests::flow("- { call: POST /auth/refresh, expect: Token, proves: [refresh-works] }");
        let suites = super::super::tests::read(&[("fixtures.yaml", fixtures), ("one.yaml", &one)]).unwrap();
        let flow = &suites.suites[0].flows[0];
        assert_eq!(needs(flow, &suites), Needs { sms: true, ..Needs::default() });
        assert_eq!(calls(flow, &suites), set(&["POST /auth/logout", "POST /auth/refresh"]));
        assert_eq!(proves(flow), set(&["refresh-works"]));
    }

    #[test]
    fn a_flow_proves_what_its_steps_and_claims_do() {
        let suites = good(
            r#"
- { call: POST /auth/refresh, expect: Token, proves: [refresh-works], also: [{ at: "", isnt: 1, proves: [token-model] }] }
- repeat:
    at-most: 2
    until: { same: [1, 1] }
    proves: [tokens-unique]
    steps: [{ check: [{ same: [1, 1], proves: [no-server-error] }] }]
- together: [{ call: GET /auth/user, expect: open }, { call: GET /auth/user, expect: open }]
  also: [{ accepted-at-most: 1, proves: [error-response-model] }]
"#,
        );
        let expected = ["refresh-works", "token-model", "tokens-unique", "no-server-error", "error-response-model"];
        assert_eq!(proves(&suites.suites[0].flows[0]), set(&expected));
    }

    #[rstest]
    #[case::the_fixture_signs_up("- block: \"1\"", (1, 0, 1))]
    #[case::a_request("- { call: GET /auth/user, as: \"${alice.access}\", expect: UserProfileOut }", (2, 0, 1))]
    #[case::a_message("- { call: POST /auth/verify/email, as: \"${alice.access}\", expect: EmailOut }", (2, 1, 1))]
    #[case::no_message_for_a_refusal(
        "- { call: POST /auth/verify/email, expect: unauthorized, proves: [email-start-succeeds] }",
        (2, 0, 1)
    )]
    #[case::sent_again(
        "- { call: POST /auth/verify/email, as: \"${alice.access}\", expect: EmailOut, retry: { on: [auth_user_attempt_please_wait], after: 1, at-most: 2 } }",
        (4, 1, 1)
    )]
    #[case::repeated(
        "- repeat: { at-most: 21, until: { same: [1, 1] }, steps: [{ call: POST /auth/verify/email, as: \"${alice.access}\", expect: open }] }",
        (22, 21, 1)
    )]
    #[case::a_guest("- { call: POST /auth/guest, send: { client_id: \"${client.id}\" }, expect: UserSignupOut }", (2, 0, 2))]
    #[case::signing_in_makes_no_account("- { call: POST /auth/token, form: { phone: \"${alice.phone}\" }, expect: Token }", (2, 0, 1))]
    #[case::signing_up_then_in(
        "- make: { p: { fresh: phone } }\n- { call: POST /auth/signup, send: { phone: \"${p}\" }, expect: UserSignupOut }\n- { call: POST /auth/token, form: { phone: \"${p}\" }, expect: Token }",
        (3, 0, 2)
    )]
    #[case::a_refused_signup(
        "- make: { p: { fresh: phone } }\n- { call: POST /auth/signup, send: { phone: \"${p}\" }, expect: validation, proves: [signup-succeeds] }",
        (2, 0, 1)
    )]
    #[case::two_at_once(
        "- together: [{ call: POST /auth/guest, send: {}, expect: open }, { call: POST /auth/guest, send: {}, expect: open }]",
        (3, 0, 3)
    )]
    fn estimates_requests_messages_and_accounts(#[case] steps: &str, #[case] expected: (u32, u32, u32)) {
        let suites = good(steps);
        let contract = Contract::embedded().unwrap();
        let Estimate { requests, messages, accounts, .. } = estimate(&suites.suites[0].flows[0], &suites, &contract);
        assert_eq!((requests, messages, accounts), expected);
    }

    #[rstest]
    #[case::of_the_fixture("- block: \"1\"", 1)]
    #[case::signing_in("- { call: POST /auth/token, form: { phone: \"${alice.phone}\" }, expect: Token }", 2)]
    #[case::refused(
        "- { call: POST /auth/token, form: { phone: \"1\" }, expect: refused, proves: [token-by-phone] }",
        1
    )]
    #[case::carried_on("- { call: POST /auth/refresh, as: \"${alice.access}\", expect: Token }", 1)]
    fn estimates_the_sessions_that_are_opened(#[case] steps: &str, #[case] expected: u32) {
        let suites = good(steps);
        let contract = Contract::embedded().unwrap();
        assert_eq!(estimate(&suites.suites[0].flows[0], &suites, &contract).sessions, expected);
    }
}
