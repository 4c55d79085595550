//! Waivers: what they turn, what follows from it, and which of them fail a run.

use jiff::civil::{Date, date};
use rstest::rstest;

use super::*;
use crate::judge::result::WaiverState;
use crate::waiver::{Lines, Waiver};

/// The day on which the runs of these tests began.
const TODAY: Date = date(2023, 11, 14);
const OTHER: &str = "logout-ends-access";

fn waiver(requirement: Option<&str>, result: Option<&str>) -> Waiver {
    Waiver {
        requirement: requirement.map(str::to_owned),
        flow: None,
        result: result.map(str::to_owned),
        reason: "known".to_owned(),
        owner: "ann".to_owned(),
        ticket: None,
        expires: TODAY,
        place: Lines { file: "waivers.toml".to_owned(), first: 3, last: 6 },
    }
}

/// The result of a run of flow `a` with these steps under these waivers.
fn under(waivers: Vec<Waiver>, partial: bool, steps: Vec<StepEvent>) -> RunResult {
    let mut events = run_of(steps);
    let Event::RunStarted(start) = &mut events[0] else { unreachable!() };
    (start.waivers, start.partial) = (waivers, partial);
    judged(events)
}

fn held() -> StepEvent {
    step("a", vec![answered(200)], vec![accepted(&[MUST])])
}

fn broken() -> StepEvent {
    step("a", vec![answered(401)], vec![accepted(&[MUST])])
}

fn states(result: &RunResult) -> Vec<WaiverState> {
    result.waivers.iter().map(|waiver| waiver.state).collect()
}

#[rstest]
#[case::requirement(waiver(Some(MUST), None))]
#[case::glob(waiver(Some("logout-*"), None))]
#[case::result(waiver(None, Some("a/1/logout-succeeds")))]
#[case::results(waiver(None, Some("a/*/logout-succeeds")))]
fn a_waived_failure_fails_no_more_and_says_so(#[case] waiver: Waiver) {
    let result = under(vec![waiver], true, vec![broken()]);
    assert_eq!(result.conclusion, Conclusion::ConformantWithWaivers);
    assert_eq!((result.conclusion.exit_code(), result.counts.checks.fail), (0, 0));
    assert!(result.summary.contains("1 is waived, in 1 check"), "{}", result.summary);
    assert_eq!(result.counts.requirements.waived, 1);
    assert_eq!(result.flows[0].verdict, Verdict::Waived);
    let [finding] = result.findings.as_slice() else { panic!("{:#?}", result.findings) };
    assert_eq!((finding.verdict, finding.id.as_str()), (Verdict::Waived, "a/1/logout-succeeds"));
    assert_eq!(finding.reason.as_deref(), Some("waived by ann until 2023-11-14: known"));
    assert!(finding.mismatch.is_some(), "what is wrong is still told");
    assert_eq!((states(&result), &result.waivers[0].results), (vec![WaiverState::Applied], &vec![finding.id.clone()]));
}

#[test]
fn a_waiver_turns_nothing_else() {
    let result = under(vec![waiver(Some(SHOULD), None)], true, vec![broken()]);
    assert_eq!((result.conclusion, result.counts.checks.waived), (Conclusion::NonConformant, 0));
    let result =
        under(vec![waiver(Some(MUST), None)], true, vec![step("a", vec![answered(500)], vec![accepted(&[MUST])])]);
    let failed: Vec<_> = result.findings.iter().filter(|it| it.verdict == Verdict::Fail).collect();
    assert!(!failed.is_empty() && failed.iter().all(|it| it.requirement.as_deref() != Some(MUST)), "{failed:#?}");
    assert_eq!(result.conclusion, Conclusion::NonConformant);
}

#[test]
fn what_could_not_be_judged_is_not_waived() {
    let result = under(vec![waiver(Some(SHOULD), None)], false, vec![held(), blocked(&[SHOULD])]);
    assert_eq!((result.counts.checks.blocked, result.counts.checks.waived), (1, 0));
    assert_eq!(states(&result), [WaiverState::Untold]);
}

#[test]
fn what_is_not_done_after_a_waived_failure_is_waived_with_it() {
    let result = under(vec![waiver(Some(MUST), None)], true, vec![broken(), blocked(&[OTHER])]);
    assert_eq!(result.conclusion, Conclusion::ConformantWithWaivers, "{}", result.summary);
    assert_eq!(result.waivers[0].results, ["a/1/logout-succeeds", "a/2/logout-ends-access"]);
    let after = result.findings.iter().find(|finding| finding.step == "2").unwrap();
    assert_eq!(after.verdict, Verdict::Waived);
    assert!(after.reason.as_ref().unwrap().ends_with("that is waived (a/1/logout-succeeds)"), "{:?}", after.reason);
    // Not waived, the same failure leaves it open.
    let result = under(Vec::new(), true, vec![broken(), blocked(&[OTHER])]);
    assert_eq!((result.counts.checks.fail, result.counts.checks.blocked), (1, 1));
}

#[test]
fn the_values_of_an_answer_whose_kind_is_waived_are_waived_with_it() {
    let value = || asserts(Test::At { pointer: "/x".to_owned(), value: ValueTest::Filled }, &[OTHER]);
    let step = || vec![step("a", vec![answered(401)], vec![accepted(&[MUST]), value()])];
    let result = under(vec![waiver(Some(MUST), None)], true, step());
    assert_eq!((result.conclusion, result.counts.checks.waived), (Conclusion::ConformantWithWaivers, 2));
    let result = under(vec![waiver(Some(OTHER), None)], true, step());
    assert_eq!((result.counts.checks.fail, result.counts.checks.waived), (1, 0));
    assert_eq!(states(&result), [WaiverState::Untold]);
}

#[test]
fn after_a_failure_that_is_not_waived_nothing_is() {
    let mixed = step("a", vec![answered(401)], vec![accepted(&[MUST]), accepted(&[OTHER])]);
    let result = under(vec![waiver(Some(MUST), None)], true, vec![mixed, blocked(&[SHOULD])]);
    let checks = result.counts.checks;
    assert_eq!((checks.fail, checks.waived, checks.blocked), (1, 1, 1));
}

#[rstest]
#[case::stale(waiver(Some(MUST), None), false, vec![held()], WaiverState::Stale)]
#[case::unmatched(waiver(Some("made-up"), None), false, vec![held()], WaiverState::Unmatched)]
#[case::expired(Waiver { expires: date(2023, 11, 13), ..waiver(Some(MUST), None) }, false, vec![broken()], WaiverState::Expired)]
#[case::expired_and_stale(Waiver { expires: date(2023, 11, 13), ..waiver(Some(MUST), None) }, true, vec![held()], WaiverState::Expired)]
#[case::stale_in_its_own_flow(waiver(None, Some("a/1/logout-succeeds")), true, vec![held()], WaiverState::Stale)]
#[case::unmatched_in_its_own_flow(waiver(None, Some("a/9/logout-succeeds")), true, vec![held()], WaiverState::Unmatched)]
fn a_waiver_that_is_no_longer_right_fails_the_run(
    #[case] waiver: Waiver,
    #[case] partial: bool,
    #[case] steps: Vec<StepEvent>,
    #[case] state: WaiverState,
) {
    let result = under(vec![waiver], partial, steps);
    assert_eq!((states(&result), result.counts.checks.waived), (vec![state], 0));
    assert_eq!((result.conclusion, result.conclusion.exit_code()), (Conclusion::NonConformant, 1));
    let said = format!("1 waiver must go: waivers.toml:3-6 is {}", state.word());
    assert!(result.summary.ends_with(&said), "{}", result.summary);
    assert!(result.waivers[0].advice.contains("delete lines waivers.toml:3-6"), "{}", result.waivers[0].advice);
}

#[rstest]
#[case::another_flow(waiver(None, Some("b/1/logout-succeeds")), vec![held()])]
#[case::any_flow(waiver(Some(MUST), None), vec![held()])]
#[case::nothing_here(waiver(Some("made-up"), None), vec![held()])]
fn a_part_cannot_tell_what_the_rest_needs(#[case] waiver: Waiver, #[case] steps: Vec<StepEvent>) {
    let result = under(vec![waiver], true, steps);
    assert_eq!((states(&result), result.conclusion), (vec![WaiverState::Untold], Conclusion::Conformant));
}

#[test]
fn a_run_that_was_cut_short_cannot_tell_either() {
    let mut events = run_of(vec![held()]);
    let Event::RunStarted(start) = &mut events[0] else { unreachable!() };
    (start.waivers, start.partial) = (vec![waiver(Some(MUST), None), waiver(Some("made-up"), None)], false);
    events.pop();
    assert_eq!(states(&judged(events)), [WaiverState::Untold, WaiverState::Untold]);
}

#[test]
fn a_universal_check_is_waived_by_its_requirement() {
    let failing = || step("a", vec![answered(500)], vec![accepted(&[])]);
    let broken: Vec<String> = under(Vec::new(), true, vec![failing()])
        .findings
        .iter()
        .filter(|finding| finding.verdict == Verdict::Fail)
        .filter_map(|finding| finding.requirement.clone())
        .collect();
    assert!(!broken.is_empty());
    let waivers = broken.iter().map(|id| waiver(Some(id), None)).collect();
    let result = under(waivers, true, vec![failing()]);
    assert_eq!((result.counts.checks.fail, result.counts.checks.waived), (0, broken.len()));
}

#[test]
fn the_day_is_that_of_the_recording() {
    let events = |started_ms| {
        let mut events = run_of(vec![broken()]);
        let Event::RunStarted(start) = &mut events[0] else { unreachable!() };
        (start.waivers, start.started_ms) = (vec![waiver(Some(MUST), None)], started_ms);
        events
    };
    let last_moment = date(2023, 11, 14).at(23, 59, 59, 999_000_000).to_zoned(jiff::tz::TimeZone::UTC).unwrap();
    let last_moment = last_moment.timestamp().as_millisecond();
    assert_eq!(states(&judged(events(last_moment))), [WaiverState::Applied]);
    assert_eq!(states(&judged(events(last_moment + 1))), [WaiverState::Expired]);
    assert_eq!(judged(read(&lines(&events(last_moment))).unwrap()), judged(events(last_moment)));
}
