//! What a check comes to by what happened.

use super::*;

#[rstest]
#[case::must_held(step("a", vec![answered(200)], vec![accepted(&[MUST])]), Verdict::Pass)]
#[case::must_broken(step("a", vec![answered(401)], vec![accepted(&[MUST])]), Verdict::Fail)]
#[case::should_broken(step("a", vec![answered(401)], vec![accepted(&[SHOULD])]), Verdict::Warn)]
#[case::observed(step("a", vec![answered(401)], vec![accepted(&[OBSERVE])]), Verdict::Pass)]
#[case::unknown_requirement(step("a", vec![answered(401)], vec![accepted(&["made-up"])]), Verdict::Fail)]
#[case::nothing_shown(step("a", vec![answered(200)], vec![accepted(&[])]), Verdict::Pass)]
#[case::nothing_shown_and_not_held(step("a", vec![answered(401)], vec![accepted(&[])]), Verdict::Blocked)]
#[case::no_connection(step("a", vec![failed(FailureKind::Connect)], vec![accepted(&[MUST])]), Verdict::Broken)]
#[case::no_answer_in_time(step("a", vec![failed(FailureKind::Timeout)], vec![accepted(&[MUST])]), Verdict::Broken)]
#[case::no_http(step("a", vec![failed(FailureKind::Broken)], vec![accepted(&[SHOULD])]), Verdict::Broken)]
#[case::too_large(step("a", vec![failed(FailureKind::TooLarge)], vec![accepted(&[MUST])]), Verdict::Broken)]
#[case::unsendable(step("a", vec![failed(FailureKind::Unsendable)], vec![accepted(&[MUST])]), Verdict::Broken)]
#[case::closed_where_it_may(
    StepEvent { may_close: true, ..step("a", vec![failed(FailureKind::Broken)], vec![accepted(&[MUST])]) },
    Verdict::NotApplicable
)]
#[case::slow_where_it_may_close(
    StepEvent { may_close: true, ..step("a", vec![failed(FailureKind::Timeout)], vec![accepted(&[MUST])]) },
    Verdict::NotApplicable
)]
#[case::unreachable_where_it_may_close(
    StepEvent { may_close: true, ..step("a", vec![failed(FailureKind::Connect)], vec![accepted(&[MUST])]) },
    Verdict::Broken
)]
#[case::throttled(step("a", vec![answered(429)], vec![accepted(&[MUST])]), Verdict::Blocked)]
#[case::server_error(step("a", vec![answered(500)], vec![accepted(&[MUST])]), Verdict::Blocked)]
#[case::nothing_sent(step("a", Vec::new(), vec![accepted(&[MUST])]), Verdict::Blocked)]
#[case::code_came(step("a", Vec::new(), vec![came(None, true, &[MUST])]), Verdict::Pass)]
#[case::code_did_not_come(step("a", Vec::new(), vec![came(Some("none"), true, &[MUST])]), Verdict::Fail)]
#[case::code_may_not_have_come(step("a", Vec::new(), vec![came(Some("none"), false, &[MUST])]), Verdict::Blocked)]
#[case::not_done(blocked(&[MUST]), Verdict::Blocked)]
#[case::not_done_and_nothing_shown(blocked(&[]), Verdict::Blocked)]
#[case::other_choice(
    StepEvent { inapplicable: vec![MUST.to_owned()], ..step("a", Vec::new(), Vec::new()) },
    Verdict::NotApplicable
)]
fn a_check_has_the_verdict_of_what_happened(#[case] step: StepEvent, #[case] verdict: Verdict) {
    let result = judged(run_of(vec![step]));
    let checks = expected(&result);
    assert_eq!(checks.iter().map(|check| check.verdict).collect::<Vec<_>>(), [verdict]);
    let counted = result.counts.checks.get(verdict);
    assert!(counted >= 1, "{:?}", result.counts);
    let found = matches!(verdict, Verdict::Fail | Verdict::Warn | Verdict::Broken | Verdict::Blocked);
    assert_eq!(result.findings.iter().any(|finding| finding.verdict == verdict), found);
}

#[test]
fn a_step_that_was_waited_out_is_blocked_and_not_broken_once() {
    let mut step = step("a", vec![answered(401)], vec![accepted(&[MUST])]);
    step.blocked = Some(Blocked {
        reason: "it said so 3 times".to_owned(),
        proves: vec![MUST.to_owned()],
        after: None,
        lacks: None,
    });
    let result = judged(run_of(vec![step]));
    let checks = expected(&result);
    assert_eq!(checks.len(), 1);
    assert_eq!((checks[0].verdict, checks[0].note.as_deref()), (Verdict::Blocked, Some("it said so 3 times")));
}

#[test]
fn a_should_fails_under_strict_whenever_that_was_asked_for() {
    let events = run_of(vec![step("a", vec![answered(401)], vec![accepted(&[SHOULD])])]);
    let later = judge(events.clone(), &CONTRACT, true).unwrap();
    let mut strict = events;
    let Event::RunStarted(start) = &mut strict[0] else { unreachable!() };
    start.strict = true;
    let then = judged(strict);
    assert_eq!((later.conclusion, later.strict), (Conclusion::NonConformant, true));
    assert_eq!(then, later);
}

#[test]
fn a_universal_check_counts_where_no_flow_asked() {
    let result = judged(run_of(vec![step("a", vec![answered(500)], Vec::new())]));
    let finding = &result.findings[0];
    assert_eq!((finding.id.as_str(), finding.verdict), ("a/1/no-server-error", Verdict::Fail));
    assert_eq!(result.flows[0].verdict, Verdict::Fail);
    assert_eq!(result.conclusion, Conclusion::NonConformant);
}

#[test]
fn values_are_compared_within_a_flow_on_the_embedded_server_and_across_flows_elsewhere() {
    let tokens = || {
        let mut exchange = answered(200);
        exchange.request.operation = "POST /auth/token".to_owned();
        let Outcome::Answer(response) = &mut exchange.outcome else { unreachable!() };
        let body = json!({"access_token": "[access_token 1]", "refresh_token": "[refresh_token 1]"});
        response.replace_body(Body::Text(body.to_string()));
        exchange
    };
    let of = |flow: &str| Event::Step(Box::new(step(flow, vec![tokens()], Vec::new())));
    let mut events =
        vec![start(&["a", "b"], &[]), begun("a"), of("a"), ended("a"), begun("b"), of("b"), ended("b"), end()];
    let reused = |events: &[Event]| {
        let result = judged(events.to_vec());
        result.findings.iter().filter(|finding| finding.requirement.as_deref() == Some("tokens-unique")).count()
    };
    assert_eq!(reused(&events), 2);
    let Event::RunStarted(start) = &mut events[0] else { unreachable!() };
    start.target.embedded = true;
    assert_eq!(reused(&events), 0);
}
