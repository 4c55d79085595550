//! Recordings, whole and damaged.

use super::*;

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

#[rstest]
#[case::all_in_another_order(&["c", "a", "b"])]
#[case::not_all(&["b"])]
#[case::one_twice(&["a", "a"])]
fn what_was_told_while_a_run_went_on_changes_nothing(#[case] heard: &[&str]) {
    let events = varied();
    let of_flow = |flow: &str| -> Vec<Event> {
        let of = |event: &&Event| matches!(event, Event::Step(step) if step.flow == flow);
        events.iter().filter(of).cloned().collect()
    };
    let mut told = Told::default();
    heard.iter().for_each(|flow| told.append(Told::of(&of_flow(flow), &CONTRACT)));
    let result = judge_told(events.clone(), told, &CONTRACT, true).unwrap();
    assert_eq!(result, judge(events, &CONTRACT, true).unwrap());
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
pub(super) struct Recorder(Mutex<(String, Chain)>);

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
