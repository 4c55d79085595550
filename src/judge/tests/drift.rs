//! Drift: what differs from the accepted snapshots, however a recording is judged.

use super::*;
use crate::event::Comparing;
use crate::judge::drift::taken;

fn answering(flow: &str, body: &str) -> StepEvent {
    let mut exchange = answered(200);
    let Outcome::Answer(response) = &mut exchange.outcome else { unreachable!() };
    response.replace_body(Body::Text(body.to_owned()));
    step(flow, vec![exchange], vec![accepted(&[MUST])])
}

/// A run of two flows side by side, in which the second ends first.
fn run(of_a: &str, of_b: &str) -> Vec<Event> {
    let step = |flow: &str, body: &str| Event::Step(Box::new(answering(flow, body)));
    vec![
        start(&["a", "b"], &[]),
        begun("a"),
        begun("b"),
        step("a", of_a),
        step("b", of_b),
        ended("b"),
        ended("a"),
        end(),
    ]
}

/// A run in which both flows differ from what was accepted of them.
fn drifted(denied: bool) -> Vec<Event> {
    let accepted: Vec<String> = judged(run("{}", "{}")).flows.iter().map(|flow| taken(flow).unwrap().text()).collect();
    let mut events = run("{\"more\":1}", "{\"other\":true}");
    let Event::RunStarted(start) = &mut events[0] else { unreachable!() };
    start.drift = Some(Comparing { denied });
    for (flow, accepted) in start.flows.iter_mut().zip(accepted) {
        flow.accepted = Some(accepted);
    }
    events
}

#[test]
fn drift_is_told_in_the_order_of_the_flows_and_fails_only_where_it_is_denied() {
    let result = judged(drifted(false));
    let drift = result.drift.unwrap();
    let places: Vec<(&str, &str)> = drift.drifts.iter().map(|it| (it.flow.as_str(), it.at.as_str())).collect();
    assert_eq!((drift.compared, places), (2, vec![("a", "/more"), ("b", "/other")]));
    assert_eq!(result.conclusion, Conclusion::Conformant, "{}", result.summary);
    assert_eq!(judged(drifted(true)).conclusion, Conclusion::NonConformant);
    assert_eq!(judged(run("{}", "{}")).drift, None);
}

#[test]
fn line_by_line_drift_is_the_same_and_what_passed_is_not_held() {
    let events = drifted(true);
    let at_once = judged(events.clone());
    let text = lines(&events);
    for keep in [Keep::Everything, Keep::Findings] {
        let (result, _) = judge_recording(std::io::Cursor::new(text.as_bytes()), &CONTRACT, false, keep).unwrap();
        assert_eq!((&result.drift, &result.summary), (&at_once.drift, &at_once.summary));
        let held = result.flows.iter().flat_map(|flow| &flow.steps).any(|step| !step.exchanges.is_empty());
        assert_eq!(held, keep == Keep::Everything);
    }
}

#[test]
fn of_a_run_that_was_killed_what_was_done_is_compared() {
    let mut events = drifted(false);
    events.truncate(6);
    let text = lines(&events);
    let (result, _) = judge_recording(std::io::Cursor::new(text.as_bytes()), &CONTRACT, false, Keep::Findings).unwrap();
    assert_eq!(result.conclusion, Conclusion::Interrupted);
    assert_eq!(result.drift, judged(events).drift);
    assert_eq!(result.drift.map(|drift| drift.drifts.len()), Some(2));
}
