//! Two runs compared: each kind of change, and that nothing else is one.

use rstest::rstest;

use super::*;
use crate::judge::comparison::{Comparison, compare};

fn run(steps: Vec<StepEvent>) -> RunResult {
    judged(run_of(steps))
}

fn of(was: StepEvent, is: StepEvent) -> Comparison {
    compare(&run(vec![was]), &run(vec![is]))
}

fn answering(status: u16, requirement: &str) -> StepEvent {
    step("a", vec![answered(status)], vec![accepted(&[requirement])])
}

#[rstest]
#[case::same(answering(200, MUST), answering(200, MUST), 0, 0)]
#[case::still_broken(answering(401, MUST), answering(401, MUST), 0, 0)]
#[case::broken_now(answering(200, MUST), answering(401, MUST), 1, 0)]
#[case::mended(answering(401, MUST), answering(200, MUST), 0, 1)]
#[case::warning_now(answering(200, SHOULD), answering(401, SHOULD), 1, 0)]
#[case::unknown_now(answering(200, MUST), step("a", vec![failed(FailureKind::Timeout)], vec![accepted(&[MUST])]), 1, 0)]
fn a_verdict_gets_worse_or_better(
    #[case] was: StepEvent,
    #[case] is: StepEvent,
    #[case] worse: usize,
    #[case] better: usize,
) {
    let comparison = of(was, is);
    assert_eq!((comparison.worse.len(), comparison.better.len()), (worse, better), "{comparison:#?}");
    assert_eq!(comparison.is_worse(), worse > 0);
    assert_eq!(comparison.fresh, []);
}

#[test]
fn a_universal_check_passes_where_it_is_not_listed() {
    let comparison = of(answering(200, MUST), step("a", vec![answered(500)], vec![accepted(&[])]));
    let worse: Vec<&str> = comparison.worse.iter().filter_map(|it| it.requirement.as_deref()).collect();
    assert!(worse.contains(&"no-server-error"), "{comparison:#?}");
    let change = comparison.worse.iter().find(|it| it.requirement.as_deref() == Some("no-server-error")).unwrap();
    assert_eq!((change.was, change.is), (Some(Verdict::Pass), Some(Verdict::Fail)));
    assert!(!change.why.is_empty());
}

#[test]
fn what_the_earlier_run_did_not_do_is_told_apart() {
    let both = vec![
        start(&["a", "b"], &[]),
        begun("b"),
        Event::Step(Box::new(step("b", vec![answered(401)], vec![accepted(&[MUST])]))),
        ended("b"),
        end(),
    ];
    let (mut old, mut new) = (run(vec![answering(200, MUST)]), judged(both));
    let [new_flow, gone_flow] =
        ["1 flow that the earlier run, a part, did not do", "1 flow that the later run, a part, did not do"];
    for (partial, told) in [
        ((false, false), "1 new flow, 1 flow gone".to_owned()),
        ((false, true), format!("1 new flow, {gone_flow}")),
        ((true, false), format!("{new_flow}, 1 flow gone")),
    ] {
        (old.partial, new.partial) = partial;
        let comparison = compare(&old, &new);
        assert_eq!((comparison.worse.len(), comparison.fresh.len()), (0, 1));
        assert_eq!((comparison.new_flows, comparison.gone_flows), (vec!["b".to_owned()], vec!["a".to_owned()]));
        let looked = "nothing is worse: 1 wrong where the earlier run did not look";
        assert_eq!(comparison.summary, format!("{looked}, {told}"));
    }
}

#[rstest]
#[case::noise(10.0, 240.0, false)]
#[case::long_but_alike(1_000.0, 1_900.0, false)]
#[case::slower(200.0, 460.0, true)]
fn only_what_is_far_slower_is_slower(#[case] was: f64, #[case] is: f64, #[case] slower: bool) {
    let lasting = |elapsed_ms| {
        let mut exchange = answered(200);
        exchange.elapsed_ms = elapsed_ms;
        step("a", vec![exchange], vec![accepted(&[MUST])])
    };
    assert_eq!(of(lasting(was), lasting(is)).slower.len(), usize::from(slower));
}

#[test]
fn answers_that_differ_have_drifted() {
    let answer = |body: &str| {
        let mut exchange = answered(200);
        let Outcome::Answer(response) = &mut exchange.outcome else { unreachable!() };
        response.replace_body(Body::Text(body.to_owned()));
        step("a", vec![exchange], vec![accepted(&[MUST])])
    };
    let comparison = of(answer("{}"), answer("{\"more\":1}"));
    let [drift] = comparison.drifts.as_slice() else { panic!("{comparison:#?}") };
    assert_eq!((drift.at.as_str(), drift.actual.as_deref(), comparison.is_worse()), ("/more", Some("1"), false));
}
