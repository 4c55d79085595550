//! Every verdict and every conclusion from events made by hand, and recordings, whole and damaged.

mod gaps;

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
mod drift;
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
    Event::RunStarted(RunStarted {
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
    })
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
    Assertion { test, proves: proves.iter().map(|id| (*id).to_owned()).collect(), place: Place::default() }
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
#[case::undecided(blocked(&[MUST]), MUST, Status::NotJudged, Some("1 checks could not be judged, and none was"))]
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

fn lines(events: &[Event]) -> String {
    let mut chain = Chain::default();
    events.iter().map(|event| format!("{}\n", chain.seal(event).unwrap())).collect()
}

fn read(text: &str) -> Result<Vec<Event>, String> {
    read_recording(text.as_bytes(), &CONTRACT).map_err(|error| error.to_string())
}

#[test]
fn a_recording_is_judged_line_by_line_as_it_is_at_once() {
    let mut events = varied();
    let at_once = judge(events.clone(), &CONTRACT, true).unwrap();
    // As they ended: the last one first, and lines of flows between those of others.
    let last = events.len() - 1;
    events[1..last].reverse();
    events[1..last].sort_by_key(|event| !matches!(event, Event::FlowStarted { .. }));
    let text = lines(&events);
    let judged = |keep| judge_recording(std::io::Cursor::new(text.as_bytes()), &CONTRACT, true, keep).unwrap();
    let (whole, cut_off) = judged(Keep::Everything);
    assert_eq!((whole.counts.clone(), cut_off), (at_once.counts.clone(), None));
    assert_eq!(whole.requirements, at_once.requirements);
    let (brief, _) = judged(Keep::Findings);
    assert_eq!((&brief.findings, &brief.counts, &brief.summary), (&whole.findings, &whole.counts, &whole.summary));
    assert!(
        brief
            .flows
            .iter()
            .flat_map(|flow| &flow.steps)
            .all(|step| step.verdict != Verdict::Pass || step.exchanges.is_empty())
    );
}

#[test]
fn where_a_recording_was_cut_off_is_told() {
    let text = lines(&varied());
    let killed = &text[..text.len() - 9];
    let (result, cut_off) =
        judge_recording(std::io::Cursor::new(killed.as_bytes()), &CONTRACT, false, Keep::Everything).unwrap();
    assert_eq!(result.conclusion, Conclusion::Interrupted);
    let cut_off = cut_off.unwrap();
    assert_eq!(cut_off.line, text.lines().count());
    assert!(cut_off.flow.is_some());
}

/// A run of three flows with text that is not ASCII, and all kinds of assertions.
fn varied() -> Vec<Event> {
    let at = |value: ValueTest| Test::At { pointer: "/é".to_owned(), value };
    let tests = vec![
        at(ValueTest::Is { value: json!({"ü": [1, 2.5, null]}), except: vec!["/x*".to_owned()] }),
        at(ValueTest::Isnt(Value::Null)),
        at(ValueTest::In(vec![json!(1)])),
        at(ValueTest::Holds(json!({}))),
        at(ValueTest::Above(0.0)),
        at(ValueTest::Filled),
        Test::Same(json!(1), json!(1.0)),
        Test::Differ(json!("日本"), json!("x")),
        Test::AcceptedAtMost(1),
    ];
    let tests = tests.into_iter().map(|test| asserts(test, &[MUST, SHOULD, OBSERVE])).collect();
    let throttled = Event::Throttled { flow: "b".to_owned(), operation: "POST /auth/logout".to_owned(), seconds: 1.0 };
    let of = |step: StepEvent| Event::Step(Box::new(step));
    vec![
        start(&["a", "b", "c"], &[MUST]),
        begun("a"),
        of(step("a", vec![answered(200)], tests)),
        of(blocked(&[SHOULD])),
        ended("a"),
        begun("b"),
        throttled,
        of(step("b", vec![answered(401), failed(FailureKind::Timeout)], vec![came(Some("日本"), false, &[MUST])])),
        ended("b"),
        begun("c"),
        of(step("c", vec![answered(200)], vec![accepted(&[MUST])])),
        ended("c"),
        end(),
    ]
}

#[test]
fn a_recording_gives_back_what_was_written() {
    assert_eq!(read(&lines(&varied())).unwrap(), varied());
}

#[test]
fn a_recording_that_ends_anywhere_is_read_up_to_its_last_whole_line() {
    let whole = lines(&varied()).into_bytes();
    let first = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
    for end in first..whole.len() {
        let events = read_recording(&whole[..end], &CONTRACT).unwrap_or_else(|error| panic!("at {end}: {error}"));
        // A line whose end alone is missing is whole.
        let complete = whole[..end].iter().filter(|byte| **byte == b'\n').count();
        assert!(events.len() == complete || events.len() == complete + 1, "at {end}");
    }
}

#[test]
fn a_recording_without_its_end_is_of_an_interrupted_run() {
    for end in 1..varied().len() {
        assert_eq!(judged(varied()[..end].to_vec()).conclusion, Conclusion::Interrupted, "{end} lines");
    }
    assert_eq!(judged(varied()).conclusion, Conclusion::NonConformant);
}

#[rstest]
#[case::in_the_middle(2, "line 3 of the recording is no event: ")]
#[case::at_the_end(12, "line 13 of the recording is no event: ")]
#[case::at_the_beginning(0, "line 1 of the recording is no event: ")]
fn a_malformed_line_is_named(#[case] line: usize, #[case] message: &str) {
    let text = lines(&varied());
    let damaged: String =
        text.lines().enumerate().map(|(at, text)| format!("{}\n", if at == line { "{oops" } else { text })).collect();
    let error = read(&damaged).unwrap_err();
    assert!(error.starts_with(message), "{error}");
}

#[test]
fn empty_lines_say_nothing() {
    let text = lines(&varied()).replace('\n', "\n\n  \r\n");
    assert_eq!(read(&format!("\n{text}")).unwrap(), varied());
}

#[rstest]
#[case::nothing("", "the recording does not begin with the start of a run")]
#[case::blank("\n\n", "the recording does not begin with the start of a run")]
#[case::another_event(
    "{\"event\":\"flow-started\",\"flow\":\"a\"}\n",
    "the recording does not begin with the start of a run"
)]
#[case::another_format(
    "{\"event\":\"run-started\",\"format\":1,\"more\":true}\n",
    "the recording has format 1, and this tool reads format 2"
)]
#[case::cut_off_start("{\"event\":\"run-sta", "line 1 of the recording is no event: ")]
#[case::no_recording("<html>", "line 1 of the recording is no event: ")]
fn what_is_no_recording_is_refused(#[case] text: &str, #[case] message: &str) {
    let error = read(text).unwrap_err();
    assert!(error.starts_with(message), "{error}");
}

#[test]
fn a_recording_of_another_format_or_contract_is_refused() {
    let changed = |change: &dyn Fn(&mut RunStarted)| {
        let mut events = varied();
        let Event::RunStarted(start) = &mut events[0] else { unreachable!() };
        change(start);
        read(&lines(&events)).unwrap_err()
    };
    let format = changed(&|start| start.format = 99);
    assert_eq!(format, "the recording has format 99, and this tool reads format 2");
    let contract = changed(&|start| start.contract_digest = "c0ffee".to_owned());
    assert!(
        contract.starts_with("the recording was made with another contract (c0ffee) than this one ("),
        "{contract}"
    );
}

#[rstest]
#[case::left_out(&|lines: &mut Vec<String>| { lines.remove(5); }, "line 6 ", "event 6 is expected here, and this is event 7: ")]
#[case::moved(&|lines: &mut Vec<String>| lines.swap(3, 4), "line 4 ", "event 4 is expected here, and this is event 5: ")]
#[case::changed(&|lines: &mut Vec<String>| lines[6] = lines[6].replace("1.0", "2.0"), "line 7 ", "event 7 or one before it was changed ")]
#[case::unsealed(&|lines: &mut Vec<String>| {
    let at = lines[6].find(",\"seq\"").unwrap();
    lines[6].replace_range(at.., "}");
}, "line 7 ", "it has no number and seal")]
fn an_event_that_was_tampered_with_is_named(
    #[case] tamper: &dyn Fn(&mut Vec<String>),
    #[case] line: &str,
    #[case] cause: &str,
) {
    let text = lines(&varied());
    let mut tampered: Vec<String> = text.lines().map(str::to_owned).collect();
    tamper(&mut tampered);
    let error = read(&format!("{}\n", tampered.join("\n"))).unwrap_err();
    assert!(error.starts_with(line) && error.contains(cause), "{error}");
}

#[test]
fn events_that_do_not_begin_with_a_start_are_not_judged() {
    let error = judge(vec![begun("a")], &CONTRACT, false).unwrap_err();
    assert!(matches!(error, RecordingError::NoStart));
}

#[test]
fn the_order_in_which_flows_ended_does_not_show() {
    let events = varied();
    let wanted = judged(events.clone());
    // Flow by flow, as a recording holds them.
    let orders = [[1..5, 5..9, 9..12], [5..9, 1..5, 9..12], [9..12, 5..9, 1..5], [9..12, 1..5, 5..9]];
    for order in orders {
        let mut recorded = vec![events[0].clone()];
        recorded.extend(order.into_iter().flat_map(|flow| events[flow].to_vec()));
        recorded.push(end());
        assert_eq!(judged(read(&lines(&recorded)).unwrap()), wanted);
    }
    assert_eq!(wanted.flows.iter().map(|flow| flow.id.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
}

/// Writes down what it hears, as `--record` does.
#[derive(Default)]
struct Recorder(Mutex<(String, Chain)>);

impl Observer for Recorder {
    fn heard(&self, events: &[Event]) -> bool {
        let (text, chain) = &mut *self.0.lock().unwrap();
        events.iter().for_each(|event| text.push_str(&format!("{}\n", chain.seal(event).unwrap())));
        true
    }
}

#[test]
fn a_recording_of_a_real_run_gives_the_result_of_the_run() {
    let suites = Arc::new(with_generated(Suites::embedded(&CONTRACT).unwrap(), &CONTRACT));
    let only = ["logout", "races", "verify-phone", "profile", "generated"].map(str::to_owned).to_vec();
    let plan = Plan::new(CONTRACT.clone(), suites, &Selection { suites: only, ..Selection::default() }).unwrap();
    let settings = Settings { jobs: 8, seed: 11, fail_fast: false, strict: true, ..Settings::default() };
    let deployments = Arc::new(Embedded::new(Default::default(), settings.seed, None).unwrap());
    let recorder = Arc::new(Recorder::default());
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap();
    let run = runner::run(Arc::new(plan), deployments, settings, recorder.clone(), Arc::default());
    let result = judged(runtime.block_on(run));
    assert_eq!(result.conclusion, Conclusion::Conformant, "{:#?}", result.findings);
    assert!(result.counts.requests > 500, "{:?}", result.counts);
    let recording = recorder.0.lock().unwrap();
    assert_eq!(judged(read(&recording.0).unwrap()), result);
}
