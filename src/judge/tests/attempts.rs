//! Runs that were done several times: what is unstable, and what that comes to.

use rstest::rstest;

use super::*;
use crate::event::Numbered;
use crate::judge::result::WaiverState;
use crate::waiver::{Lines, Waiver};

/// A run of flow `a` for each list of steps.
fn attempts(of: u32, waivers: &[Waiver], all: Vec<Vec<StepEvent>>) -> Vec<Event> {
    let mut events = Vec::new();
    for (steps, number) in all.into_iter().zip(1..) {
        let mut attempt = run_of(steps);
        let Event::RunStarted(start) = &mut attempt[0] else { unreachable!() };
        start.attempt = Some(Numbered { number, of });
        start.waivers = waivers.to_vec();
        events.extend(attempt);
    }
    events
}

fn answering(status: u16, requirement: &str) -> Vec<StepEvent> {
    vec![step("a", vec![answered(status)], vec![accepted(&[requirement])])]
}

#[rstest]
#[case::all_pass(&[200, 200, 200], MUST, Conclusion::Conformant, None)]
#[case::all_fail(&[401, 401], MUST, Conclusion::NonConformant, None)]
#[case::sometimes(&[200, 401, 200], MUST, Conclusion::NonConformant, Some((2, 3)))]
#[case::sometimes_a_warning(&[401, 200], SHOULD, Conclusion::NonConformant, Some((1, 2)))]
fn what_passes_only_sometimes_is_never_green(
    #[case] statuses: &[u16],
    #[case] requirement: &str,
    #[case] conclusion: Conclusion,
    #[case] unstable: Option<(usize, usize)>,
) {
    let all = statuses.iter().map(|status| answering(*status, requirement)).collect();
    let events = attempts(u32::try_from(statuses.len()).unwrap(), &[], all);
    let result = judged(events.clone());
    assert_eq!(result.conclusion, conclusion, "{}", result.summary);
    assert_eq!(result.attempts.len(), statuses.len());
    assert_eq!(result.unstable.first().map(|it| (it.passes, it.judged)), unstable);
    if let Some(first) = result.unstable.first() {
        assert_eq!(first.id, format!("a/1/{requirement}"));
        assert!(first.finding.as_ref().is_some_and(|finding| finding.mismatch.is_some()));
        let said = format!("1 result is unstable over {} attempts", statuses.len());
        assert!(result.summary.starts_with(&said), "{}", result.summary);
    }
    assert_eq!(judged(read(&lines(&events)).unwrap()), result);
    let line_by_line = |keep| {
        let text = lines(&events);
        judge_recording(std::io::Cursor::new(text.as_bytes()), &CONTRACT, false, keep).unwrap().0
    };
    assert_eq!(line_by_line(Keep::Everything), result);
    let brief = line_by_line(Keep::Findings);
    assert_eq!(
        (&brief.unstable, &brief.attempts, &brief.summary),
        (&result.unstable, &result.attempts, &result.summary)
    );
    let steps = brief.flows.iter().flat_map(|flow| &flow.steps);
    assert!(steps.filter(|step| step.verdict == Verdict::Pass).all(|step| step.exchanges.is_empty()));
}

#[test]
fn what_could_sometimes_not_be_judged_leaves_it_open() {
    let broken = || vec![step("a", vec![failed(FailureKind::Timeout)], vec![accepted(&[MUST])])];
    let result = judged(attempts(2, &[], vec![answering(200, MUST), broken()]));
    assert_eq!((result.conclusion, result.conclusion.exit_code()), (Conclusion::Inconclusive, 3));
    assert_eq!(result.unstable.len(), 1);
}

#[test]
fn what_follows_from_an_unstable_step_is_not_told_apart() {
    let then = |status, next: StepEvent| [answering(status, MUST), vec![next]].concat();
    let done = StepEvent { step: "2".to_owned(), ..step("a", vec![answered(200)], vec![accepted(&[SHOULD])]) };
    let result = judged(attempts(2, &[], vec![then(200, done), then(401, blocked(&[SHOULD]))]));
    let ids: Vec<&str> = result.unstable.iter().map(|it| it.id.as_str()).collect();
    assert_eq!(ids, ["a/1/logout-succeeds"]);
}

#[test]
fn a_left_out_attempt_is_noticed() {
    let result = judged(attempts(3, &[], vec![answering(200, MUST), answering(200, MUST)]));
    assert_eq!((result.conclusion, result.partial), (Conclusion::Interrupted, true));
    assert_eq!(result.summary, "2 of 3 attempts were done, in each of 2 attempts alike".split(", in").next().unwrap());
    let result = judged(attempts(2, &[], vec![answering(200, MUST)]));
    assert_eq!(result.conclusion, Conclusion::Interrupted);
}

#[test]
fn a_waiver_that_one_attempt_needs_is_not_stale() {
    let waiver = Waiver {
        requirement: Some(MUST.to_owned()),
        flow: Some("a".to_owned()),
        result: None,
        reason: "it flickers".to_owned(),
        owner: "ann".to_owned(),
        ticket: None,
        expires: jiff::civil::date(2023, 12, 24),
        place: Lines { file: "waivers.toml".to_owned(), first: 1, last: 5 },
    };
    let run = |statuses: [u16; 2]| {
        judged(attempts(2, std::slice::from_ref(&waiver), statuses.map(|status| answering(status, MUST)).to_vec()))
    };
    let needed = run([401, 200]);
    assert_eq!(needed.conclusion, Conclusion::ConformantWithWaivers, "{}", needed.summary);
    assert_eq!(needed.waivers[0].state, WaiverState::Applied);
    assert!(needed.unstable[0].waived);
    let stale = run([200, 200]);
    assert_eq!((stale.conclusion, stale.waivers[0].state), (Conclusion::NonConformant, WaiverState::Stale));
}
