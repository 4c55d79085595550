//! What a flow takes, derived from its steps and its fixtures': for the plan, which sends nothing.

use std::collections::BTreeSet;

use super::{Action, Call, Claim, Fixture, Flow, Given, Step, Suites, Wait};

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

pub(super) fn add(count: &mut u32, times: u32, each: u32) {
    *count = count.saturating_add(times.saturating_mul(each));
}

pub(super) fn calls_of(step: &Step) -> Vec<&Call> {
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
pub(super) fn walk<'s>(given: &[Given], steps: &'s [Step], suites: &'s Suites, visit: &mut impl FnMut(&'s Step, u32)) {
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

pub(super) fn walk_steps<'s>(steps: &'s [Step], times: u32, visit: &mut impl FnMut(&'s Step, u32)) {
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
}
