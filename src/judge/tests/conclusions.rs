//! What a requirement and a whole run come to by their checks.

use super::*;

/// How a run comes to each conclusion.
fn runs() -> Vec<(&'static str, Vec<Event>, Conclusion)> {
    let held = || step("a", vec![answered(200)], vec![accepted(&[MUST])]);
    let broken = || step("a", vec![answered(401)], vec![accepted(&[MUST])]);
    let warned = || step("a", vec![answered(401)], vec![accepted(&[SHOULD])]);
    let lost = || step("a", vec![failed(FailureKind::Connect)], vec![accepted(&[MUST])]);
    let fault = || Event::FlowEnded {
        flow: "a".to_owned(),
        elapsed_ms: 0.0,
        longest: Longest::default(),
        fault_of_tool: Some("oops".to_owned()),
        ended: Vec::new(),
    };
    let stopped = || Event::RunEnded { interrupted: true, stopped_at_failure: false, elapsed_ms: 1.0 };
    let enough = || Event::RunEnded { interrupted: false, stopped_at_failure: true, elapsed_ms: 1.0 };
    let with = |steps: Vec<StepEvent>, last: [Event; 2]| -> Vec<Event> {
        let mut events = run_of(steps);
        events.truncate(events.len() - 2);
        events.into_iter().chain(last).collect()
    };
    let planned = |proves: &[&str]| {
        let mut events = run_of(vec![held()]);
        events[0] = start(&["a"], proves);
        events
    };
    let mut unfinished = run_of(vec![held()]);
    unfinished[0] = start(&["a", "b"], &[]);
    let mut endless = run_of(vec![held()]);
    endless.truncate(4);
    vec![
        ("held", run_of(vec![held()]), Conclusion::Conformant),
        ("only warned", run_of(vec![held(), warned()]), Conclusion::Conformant),
        ("a blocked should", run_of(vec![held(), blocked(&[SHOULD])]), Conclusion::Conformant),
        ("a broken must", run_of(vec![held(), broken()]), Conclusion::NonConformant),
        ("broken and blocked", run_of(vec![broken(), blocked(&[MUST])]), Conclusion::NonConformant),
        ("no request", run_of(vec![blocked(&[MUST])]), Conclusion::NothingSent),
        ("no step", run_of(Vec::new()), Conclusion::NothingSent),
        ("a blocked must", run_of(vec![held(), blocked(&[SHOULD, MUST])]), Conclusion::Inconclusive),
        ("no answer", run_of(vec![lost()]), Conclusion::Inconclusive),
        ("a planned must that was not reached", planned(&["refresh-works"]), Conclusion::Inconclusive),
        ("a planned should that was not reached", planned(&[SHOULD]), Conclusion::Conformant),
        ("stopped", with(vec![held()], [ended("a"), stopped()]), Conclusion::Interrupted),
        ("stopped after a failure", with(vec![broken()], [ended("a"), stopped()]), Conclusion::Interrupted),
        ("stopped before anything", with(Vec::new(), [ended("a"), stopped()]), Conclusion::Interrupted),
        ("stopped at its first failure", with(vec![broken()], [ended("a"), enough()]), Conclusion::NonConformant),
        ("without its end", endless, Conclusion::Interrupted),
        ("without the end of a flow", unfinished, Conclusion::Interrupted),
        ("a fault of the tool", with(vec![held()], [fault(), end()]), Conclusion::Internal),
        ("only a fault of the tool", with(Vec::new(), [fault(), end()]), Conclusion::Internal),
        ("a fault and a failure", with(vec![broken()], [fault(), end()]), Conclusion::NonConformant),
    ]
}

#[test]
fn a_run_comes_to_the_conclusion_of_its_events() {
    for (name, events, conclusion) in runs() {
        let result = judged(events);
        assert_eq!(result.conclusion, conclusion, "{name}: {}", result.summary);
        assert!(!result.summary.is_empty(), "{name}");
    }
}

#[test]
fn every_conclusion_is_reached_and_has_an_exit_code_and_a_word_of_its_own() {
    let mut all: Vec<(u8, &str)> = runs().iter().map(|(.., it)| (it.exit_code(), it.word())).collect();
    all.sort_unstable();
    all.dedup();
    let wanted = [
        (0, "conformant"),
        (1, "non-conformant"),
        (2, "nothing sent"),
        (3, "inconclusive"),
        (4, "internal error"),
        (130, "interrupted"),
    ];
    assert_eq!(all, wanted);
}

#[test]
fn a_run_that_ended_early_is_partial() {
    for (interrupted, stopped_at_failure, partial) in [(false, false, false), (true, false, true), (false, true, true)]
    {
        let mut events = run_of(vec![step("a", vec![answered(200)], vec![accepted(&[MUST])])]);
        let Event::RunStarted(start) = &mut events[0] else { unreachable!() };
        start.partial = false;
        let last = events.len() - 1;
        events[last] = Event::RunEnded { interrupted, stopped_at_failure, elapsed_ms: 1.0 };
        assert_eq!(judged(events).partial, partial);
    }
}

#[test]
fn a_should_that_could_not_be_judged_counts_under_strict() {
    let events = run_of(vec![step("a", vec![answered(200)], vec![accepted(&[MUST])]), blocked(&[SHOULD])]);
    assert_eq!(judge(events, &CONTRACT, true).unwrap().conclusion, Conclusion::Inconclusive);
}

#[rstest]
#[case::held(step("a", vec![answered(200)], vec![accepted(&[MUST])]), MUST, Status::Held, None)]
#[case::broken(step("a", vec![answered(401)], vec![accepted(&[MUST])]), MUST, Status::Broken, None)]
#[case::only_warned(step("a", vec![answered(401)], vec![accepted(&[SHOULD])]), SHOULD, Status::Broken, None)]
#[case::undecided(blocked(&[MUST]), MUST, Status::NotJudged, Some("1 check could not be judged, and none was"))]
#[case::other_choice(
    StepEvent { inapplicable: vec![MUST.to_owned()], ..step("a", Vec::new(), Vec::new()) },
    MUST, Status::NotApplicable, Some("the target made another choice that the contract leaves open")
)]
#[case::observed(
    step("a", vec![answered(401)], vec![accepted(&[OBSERVE])]),
    OBSERVE, Status::Observed, Some("401 `auth_bad_credentials`")
)]
#[case::unobservable(step("a", Vec::new(), Vec::new()), "password-stored-hashed", Status::Unobservable, None)]
#[case::left_out(step("a", Vec::new(), Vec::new()), "refresh-works", Status::NotSelected, None)]
#[case::universal(step("a", vec![answered(200)], Vec::new()), "no-server-error", Status::Held, None)]
fn a_requirement_has_the_status_of_its_checks(
    #[case] step: StepEvent,
    #[case] id: &str,
    #[case] status: Status,
    #[case] note: Option<&str>,
) {
    let result = judged(run_of(vec![step]));
    let requirement = result.requirements.iter().find(|requirement| requirement.id == id).unwrap();
    assert_eq!(requirement.status, status);
    if status != Status::Unobservable {
        assert_eq!(requirement.note.as_deref(), note);
    }
}

#[test]
fn what_a_whole_run_does_not_show_is_not_judged_or_had_no_occasion() {
    let mut events = run_of(vec![step("a", vec![answered(200)], vec![accepted(&[MUST])])]);
    let Event::RunStarted(start) = &mut events[0] else { unreachable!() };
    start.partial = false;
    let result = judged(events);
    let status = |id: &str| result.requirements.iter().find(|requirement| requirement.id == id).unwrap().status;
    assert_eq!(status("refresh-works"), Status::NotJudged);
    assert_eq!(status("token-model"), Status::NoOccasion);
    assert_eq!(result.conclusion, Conclusion::Inconclusive);
}

#[test]
fn every_requirement_is_counted_once() {
    let result = judged(run_of(vec![
        step("a", vec![answered(200)], vec![accepted(&[MUST])]),
        step("a", vec![answered(401)], vec![accepted(&[SHOULD])]),
    ]));
    let coverage = result.counts.requirements;
    let counted = CONTRACT.requirements().iter().filter(|it| it.level != Level::Observe && it.unobservable.is_none());
    assert_eq!(coverage.observable, counted.count());
    assert_eq!(coverage.judged + coverage.not_judged, coverage.observable);
    assert_eq!(coverage.held + coverage.broken, coverage.judged);
    assert_eq!(result.requirements.len(), CONTRACT.requirements().len());
    let of_flows = result.flows.iter().map(|flow| flow.checks.pass + flow.checks.warn).sum::<usize>();
    assert_eq!(result.counts.checks.pass + result.counts.checks.warn, of_flows);
}
