//! What a flow does to a target at most, derived from its steps and its fixtures': for the plan, which sends nothing.

use std::collections::HashSet;

use super::answer::is_refusal;
use super::needs::{add, calls_of, walk, walk_steps};
use super::scope::CLIENT;
use super::{Action, Call, Flow, Given, Payload, Recipe, Step, Suites};
use crate::contract::keywords::TOKEN;
use crate::contract::{Contract, Success};

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

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::tests::good;
    use super::*;

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
