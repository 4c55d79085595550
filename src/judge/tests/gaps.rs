//! Declared gaps: what could not be judged is skipped with its reason, and a failure stays one.

use super::*;
use crate::event::DeclaredGap;

/// A run that held something, and could not do a step for want of this.
fn run_lacking(lacks: Option<&str>, gap: &str) -> RunResult {
    let mut undone = blocked(&[MUST]);
    if let Some(blocked) = &mut undone.blocked {
        blocked.after = None;
        blocked.lacks = lacks.map(str::to_owned);
    }
    let held = step("a", vec![answered(200)], vec![accepted(&[SHOULD])]);
    let mut events = run_of(vec![held, undone]);
    if let Some(Event::RunStarted(start)) = events.first_mut() {
        start.partial = true;
        start.target.gaps = vec![DeclaredGap { name: gap.to_owned(), reason: "nobody may".to_owned() }];
    }
    judged(events)
}

#[rstest]
#[case::of_the_capability(Some("clock"), "clock", Verdict::Skipped)]
#[case::of_the_requirement(None, MUST, Verdict::Skipped)]
#[case::of_another_capability(Some("clock"), "mail", Verdict::Blocked)]
#[case::of_another_requirement(Some("clock"), SHOULD, Verdict::Blocked)]
#[case::of_nothing_that_was_lacking(None, "clock", Verdict::Blocked)]
fn what_could_not_be_judged_is_skipped_where_that_was_declared(
    #[case] lacks: Option<&str>,
    #[case] gap: &str,
    #[case] verdict: Verdict,
) {
    let result = run_lacking(lacks, gap);
    let undone = expected(&result)[1].clone();
    assert_eq!(undone.verdict, verdict);
    let status = result.requirements.iter().find(|it| it.id == MUST).unwrap().status;
    let (wanted, conclusion) = match verdict {
        Verdict::Skipped => (Status::Gap, Conclusion::Conformant),
        _ => (Status::NotJudged, Conclusion::Inconclusive),
    };
    assert_eq!((status, result.conclusion), (wanted, conclusion), "{}", result.summary);
    assert!(result.summary.contains(&format!("declares {gap} to be out of reach")), "{}", result.summary);
    if verdict == Verdict::Skipped {
        assert!(undone.note.unwrap().contains("nobody may"));
        assert!(result.summary.contains(&format!("but for declared gaps (must: {MUST})")), "{}", result.summary);
    }
}

#[test]
fn a_failure_is_no_gap() {
    let mut events = run_of(vec![step("a", vec![answered(401)], vec![accepted(&[MUST])])]);
    if let Some(Event::RunStarted(start)) = events.first_mut() {
        start.target.gaps = vec![DeclaredGap { name: MUST.to_owned(), reason: "nobody may".to_owned() }];
    }
    assert_eq!(judged(events).conclusion, Conclusion::NonConformant);
}

#[rstest]
#[case::learned(&[], None, Status::Held)]
#[case::of_another_kind(&["mail"], None, Status::Held)]
#[case::never_learned(&["sms"], None, Status::NotSelected)]
#[case::never_learned_and_declared(&["sms"], Some("sms"), Status::Gap)]
fn a_secret_that_is_never_learned_is_not_known_to_be_hidden(
    #[case] learns_no: &[&str],
    #[case] gap: Option<&str>,
    #[case] status: Status,
) {
    let mut events = run_of(vec![step("a", vec![answered(200)], vec![accepted(&[MUST])])]);
    if let Some(Event::RunStarted(start)) = events.first_mut() {
        start.target.learns_no = learns_no.iter().map(|name| (*name).to_owned()).collect();
        let gap = gap.map(|name| DeclaredGap { name: name.to_owned(), reason: "nobody may".to_owned() });
        start.target.gaps = gap.into_iter().collect();
    }
    let result = judged(events);
    let found = result.requirements.iter().find(|it| it.id == "code-never-shown").unwrap();
    assert_eq!(found.status, status, "{:?}", found.note);
}
