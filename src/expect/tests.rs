//! What holds, what does not, and what cannot be told.

use rstest::rstest;
use serde_json::json;

use super::*;
use crate::exchange::{Body, FailureKind, Request, TransportFailure};

fn exchange(outcome: Transport) -> Exchange {
    let request = Request {
        operation: "GET /things".to_owned(),
        method: "GET".to_owned(),
        url: "http://t/things".to_owned(),
        headers: Vec::new(),
        body: None,
    };
    Exchange { request, outcome, sightings: Vec::new(), elapsed_ms: 1.0, at_ms: 0 }
}

fn answer(status: u16, body: &str) -> Exchange {
    exchange(Transport::Answer(Response::new(status, Vec::new(), Body::Text(body.to_owned()))))
}

fn failure() -> Exchange {
    let failure = TransportFailure { kind: FailureKind::Timeout, message: "too slow".to_owned() };
    exchange(Transport::Failure(failure))
}

fn held(test: Test, exchanges: &[Exchange]) -> Held {
    holds(&Assertion::new(test, Vec::new(), Place::default()), exchanges)
}

/// Yes, `place: expected, not actual`, or `unknown: reason`.
fn said(held: Held) -> String {
    match held {
        Held::Yes => "yes".to_owned(),
        Held::No(wrong) => format!("{}: {}, not {}", wrong.place, wrong.expected, wrong.actual),
        Held::Unknown(reason) => format!("unknown: {reason}"),
    }
}

fn error(name: &str) -> Kind {
    Kind::Error(name.to_owned())
}

const REFUSAL: &str = r#"{"error": "thing_lost", "code": 400}"#;
const INVALID: &str = r#"{"detail": []}"#;

#[rstest]
#[case::model(vec![Kind::Model("Thing".to_owned())], 200, "<html>", "yes")]
#[case::no_model(vec![Kind::Model("Thing".to_owned())], 400, REFUSAL, "status: Thing, not 400 `thing_lost`")]
#[case::ok(vec![Kind::Ok], 204, "", "yes")]
#[case::redirected(vec![Kind::Ok], 302, "", "status: accepted (2xx), not 302 with no body")]
#[case::informed(vec![Kind::Ok], 199, "x", "status: accepted (2xx), not 199")]
#[case::refused(vec![Kind::Refused], 404, "<html>", "yes")]
#[case::not_refused(vec![Kind::Refused], 200, "{}", "status: refused (4xx), not 200")]
#[case::redirected_is_not_refused(vec![Kind::Refused], 399, "{}", "status: refused (4xx), not 399")]
#[case::bearer(vec![Kind::Unauthorized], 403, "", "yes")]
#[case::bearer_taken(vec![Kind::Unauthorized], 200, "{}", "status: refused for its bearer token (4xx), not 200")]
#[case::validation(vec![Kind::Validation], 400, INVALID, "yes")]
#[case::another_refusal(vec![Kind::Validation], 422, REFUSAL, "status: a validation error, not 422 `thing_lost`")]
#[case::validation_accepted(vec![Kind::Validation], 200, INVALID, "status: a validation error, not 200")]
#[case::error(vec![error("thing_lost")], 409, REFUSAL, "yes")]
#[case::another_error(
    vec![error("thing_found")], 400, REFUSAL, "status: refused with `thing_found`, not 400 `thing_lost`"
)]
#[case::error_in_a_success(
    vec![error("thing_lost")], 200, REFUSAL, "status: refused with `thing_lost`, not 200 `thing_lost`"
)]
#[case::error_that_is_no_text(
    vec![error("1")], 400, r#"{"error": 1}"#, "status: refused with `1`, not 400"
)]
#[case::status(vec![Kind::Status(405)], 405, "", "yes")]
#[case::another_status(vec![Kind::Status(405)], 404, "", "status: 405, not 404 with no body")]
#[case::one_of_two(vec![Kind::Validation, error("thing_lost")], 400, REFUSAL, "yes")]
#[case::none_of_two(
    vec![Kind::Validation, error("thing_found")], 400, REFUSAL,
    "status: a validation error, or refused with `thing_found`, not 400 `thing_lost`"
)]
#[case::open(vec![Kind::Open], 302, "", "yes")]
#[case::open_to_a_server_error(vec![Kind::Open], 500, "", "yes")]
#[case::server_error(vec![Kind::Refused], 500, "", "unknown: the target failed with 500")]
#[case::server_error_where_ok(vec![Kind::Ok], 599, "", "unknown: the target failed with 599")]
#[case::throttled(vec![Kind::Refused], 429, "", "unknown: 429: the target limits the rate of requests")]
#[case::throttled_where_open(vec![Kind::Open], 429, "", "unknown: 429: the target limits the rate of requests")]
fn an_answer_is_of_a_kind(#[case] kinds: Vec<Kind>, #[case] status: u16, #[case] body: &str, #[case] wanted: &str) {
    assert_eq!(said(held(Test::Answer(kinds), &[answer(status, body)])), wanted);
}

#[rstest]
#[case::in_time(0, "status: refused (4xx), not 200")]
#[case::at_the_end(7, "status: refused (4xx), not 200")]
#[case::too_late(8, &format!("unknown: {TOO_LATE}"))]
fn an_answer_that_came_too_late_tells_nothing_unless_it_holds(#[case] at_ms: i64, #[case] wanted: &str) {
    let asked = |kind| {
        let assertion = Assertion::new(Test::Answer(vec![kind]), Vec::new(), Place::default());
        let came = Exchange { at_ms, ..answer(200, "{}") };
        said(holds(&Assertion { until_ms: Some(7), ..assertion }, &[came]))
    };
    assert_eq!(asked(Kind::Refused), wanted);
    assert_eq!(asked(Kind::Ok), "yes");
}

#[rstest]
#[case::refused_in_time(Test::Answer(vec![Kind::Refused]), &[(400, 7)], "yes")]
#[case::refused_too_late(Test::Answer(vec![Kind::Refused]), &[(400, 8)], OUTLIVED)]
#[case::not_taken_in_time(Test::Answer(vec![Kind::Ok]), &[(400, 7)], "status: accepted (2xx), not 400")]
#[case::not_taken_too_late(Test::Answer(vec![Kind::Ok]), &[(400, 8)], OUTLIVED)]
#[case::taken_too_late(Test::Answer(vec![Kind::Ok]), &[(200, 8)], "yes")]
#[case::wrongly_taken_too_late(Test::Answer(vec![Kind::Refused]), &[(200, 8)], "status: refused (4xx), not 200")]
#[case::one_winner(Test::AcceptedAtMost(1), &[(200, 6), (400, 7)], "yes")]
#[case::too_late_to_win(Test::AcceptedAtMost(1), &[(200, 6), (400, 8)], OUTLIVED)]
#[case::two_winners_all_the_same(Test::AcceptedAtMost(1), &[(200, 6), (200, 8), (400, 8)], "status: at most 1 of 3 accepted, not 2 accepted")]
fn a_refusal_after_the_life_of_what_was_sent_tells_nothing(
    #[case] test: Test,
    #[case] answers: &[(u16, i64)],
    #[case] wanted: &str,
) {
    let assertion = Assertion::new(test, Vec::new(), Place::default());
    let assertion = Assertion { lives_until_ms: Some(7), ..assertion };
    let came = |(status, at_ms): &(u16, i64)| Exchange { at_ms: *at_ms, ..answer(*status, "{}") };
    let exchanges: Vec<_> = answers.iter().map(came).collect();
    let wanted = if wanted == OUTLIVED { format!("unknown: {OUTLIVED}") } else { wanted.to_owned() };
    assert_eq!(said(holds(&assertion, &exchanges)), wanted);
}

#[rstest]
#[case::both_in_time(7, "status: at most 1 of 2 accepted, not 2 accepted")]
#[case::the_second_when_it_was_over(8, &format!("unknown: {TOO_LATE}"))]
fn whoever_is_accepted_after_a_stated_wait_is_no_second_winner(#[case] second_ms: i64, #[case] wanted: &str) {
    let assertion = Assertion::new(Test::AcceptedAtMost(1), Vec::new(), Place::default());
    let exchanges = [6, second_ms].map(|at_ms| Exchange { at_ms, ..answer(200, "{}") });
    assert_eq!(said(holds(&Assertion { until_ms: Some(7), ..assertion }, &exchanges)), wanted);
}

fn is(value: Value, except: &[&str]) -> ValueTest {
    ValueTest::Is { value, except: except.iter().map(|pattern| (*pattern).to_owned()).collect() }
}

#[rstest]
#[case::equal("/n", is(json!(3), &[]), "yes")]
#[case::equal_as_a_fraction("/n", is(json!(3.0), &[]), "yes")]
#[case::other("/n", is(json!("3"), &[]), "/n: \"3\", not 3")]
#[case::missing("/m", is(json!(3), &[]), "/m: 3, not nothing")]
#[case::null_is_not_missing("/none", is(json!(null), &[]), "yes")]
#[case::missing_is_not_null("/m", is(json!(null), &[]), "/m: null, not nothing")]
#[case::whole_body_differs("", is(json!({}), &[]), "/n: nothing, not 3")]
#[case::list_in_order("/list", is(json!([1.0, {"a": 1}]), &[]), "yes")]
#[case::list_in_other_order("/list", is(json!([{"a": 1}, 1]), &[]), "/list: [{\"a\":1},1], not [1,{\"a\":1}]")]
#[case::first_difference_below("/deep", is(json!({"a": {"b/c": 2}, "x": 1}), &[]), "/deep/a/b~1c: 2, not 1")]
#[case::key_too_many("/deep", is(json!({"a": {"b/c": 1}}), &[]), "/deep/x: nothing, not 1")]
#[case::key_too_few("/deep", is(json!({"a": {"b/c": 1}, "x": 1, "y": 2}), &[]), "/deep/y: 2, not nothing")]
#[case::excepted("/deep", is(json!({"a": 7, "x": 1}), &["/a"]), "yes")]
#[case::excepted_below("/deep", is(json!({"a": {"b/c": 7}, "x": 1}), &["/a/b~1c"]), "yes")]
#[case::excepted_and_missing("/deep", is(json!({"a": {"b/c": 1}}), &["/x"]), "yes")]
#[case::not_excepted("/deep", is(json!({"a": 7, "x": 1}), &["/x"]), "/deep/a: 7, not {\"b/c\":1}")]
#[case::isnt("/n", ValueTest::Isnt(json!(4)), "yes")]
#[case::isnt_missing("/m", ValueTest::Isnt(json!(4)), "yes")]
#[case::is_after_all("/n", ValueTest::Isnt(json!(3.0)), "/n: anything but 3.0, not 3")]
#[case::one_of("/n", ValueTest::In(vec![json!(1), json!(3)]), "yes")]
#[case::none_of("/n", ValueTest::In(vec![json!(1), json!("3")]), "/n: one of 1, \"3\", not 3")]
#[case::none_of_missing("/m", ValueTest::In(vec![json!(null)]), "/m: one of null, not nothing")]
#[case::has("/deep", ValueTest::Holds(json!({"x": 1})), "yes")]
#[case::has_other("/deep", ValueTest::Holds(json!({"x": 2})), "/deep/x: 2, not 1")]
#[case::has_not("/deep", ValueTest::Holds(json!({"a/b": 2})), "/deep/a~1b: 2, not nothing")]
#[case::has_nothing_missing("/m", ValueTest::Holds(json!({"x": 1})), "/m/x: 1, not nothing")]
#[case::above("/n", ValueTest::Above(2.9), "yes")]
#[case::not_above("/n", ValueTest::Above(3.0), "/n: a number above 3, not 3")]
#[case::no_number("/text", ValueTest::Above(0.0), "/text: a number above 0, not \"x\"")]
#[case::filled("/text", ValueTest::Filled, "yes")]
#[case::not_filled("/empty", ValueTest::Filled, "/empty: a string that is not empty, not \"\"")]
#[case::filled_with_another_type("/n", ValueTest::Filled, "/n: a string that is not empty, not 3")]
fn a_value_is_what_it_must_be(#[case] pointer: &str, #[case] value: ValueTest, #[case] wanted: &str) {
    let body = json!({
        "n": 3, "none": null, "text": "x", "empty": "", "list": [1, {"a": 1}], "deep": {"a": {"b/c": 1}, "x": 1},
    });
    let test = Test::At { pointer: pointer.to_owned(), value };
    assert_eq!(said(held(test, &[answer(200, &body.to_string())])), wanted);
}

#[rstest]
#[case::no_json(answer(200, "<html>"), "/n: 3, not nothing")]
#[case::refusals_have_values_too(answer(400, r#"{"n": 3}"#), "yes")]
#[case::redirected(answer(302, r#"{"n": 3}"#), "unknown: the target answered 302")]
#[case::server_error(answer(503, r#"{"n": 3}"#), "unknown: the target answered 503")]
#[case::throttled(answer(429, r#"{"n": 3}"#), "unknown: 429: the target limits the rate of requests")]
#[case::no_answer(failure(), "unknown: too slow")]
fn a_value_is_looked_for_in_answers_that_say_something(#[case] exchange: Exchange, #[case] wanted: &str) {
    let test = Test::At { pointer: "/n".to_owned(), value: is(json!(3), &[]) };
    assert_eq!(said(held(test, &[exchange])), wanted);
}

#[rstest]
#[case::same(Test::Same(json!(1), json!(1.0)), "yes")]
#[case::not_same(Test::Same(json!(1), json!("1")), ": 1, not \"1\"")]
#[case::differ(Test::Differ(json!(1), json!("1")), "yes")]
#[case::not_differ(Test::Differ(json!("a"), json!("a")), ": two different values, not `\"a\"` twice")]
#[case::not_differ_as_numbers(Test::Differ(json!(1), json!(1.0)), ": two different values, not `1` twice")]
#[case::came(Test::Came { what: "a code".to_owned(), missing: None, proven: false }, "yes")]
#[case::did_not_come(
    Test::Came { what: "a code".to_owned(), missing: Some("none".to_owned()), proven: true },
    ": a code, not none"
)]
#[case::may_not_have_come(
    Test::Came { what: "a code".to_owned(), missing: Some("no inbox".to_owned()), proven: false },
    "unknown: no inbox"
)]
fn kept_values_need_no_answer(#[case] test: Test, #[case] wanted: &str) {
    assert_eq!(said(held(test.clone(), &[])), wanted);
    assert_eq!(said(held(test, &[failure()])), wanted);
}

#[rstest]
#[case::one(&[200, 400], "yes")]
#[case::none(&[400, 400], "yes")]
#[case::both(&[200, 201], "status: at most 1 of 2 accepted, not 2 accepted")]
#[case::one_unanswered(&[200, 0], "unknown: too slow")]
#[case::both_and_one_unanswered(&[200, 0, 200], "status: at most 1 of 3 accepted, not 2 accepted")]
#[case::one_failed(&[200, 500], "unknown: the target failed with 500")]
#[case::one_throttled(&[200, 429], "unknown: 429: the target limits the rate of requests")]
#[case::nothing(&[], "unknown: nothing was sent")]
fn a_race_has_so_many_winners(#[case] statuses: &[u16], #[case] wanted: &str) {
    let one = |status: &u16| if *status == 0 { failure() } else { answer(*status, "{}") };
    let exchanges: Vec<_> = statuses.iter().map(one).collect();
    assert_eq!(said(held(Test::AcceptedAtMost(1), &exchanges)), wanted);
}

#[test]
fn the_last_answer_counts_for_what_is_no_race() {
    let exchanges = [answer(400, REFUSAL), answer(200, "{}")];
    assert_eq!(held(Test::Answer(vec![Kind::Ok]), &exchanges), Held::Yes);
    assert_eq!(said(held(Test::Answer(vec![Kind::Ok]), &[])), "unknown: nothing was sent");
    assert_eq!(said(held(Test::Answer(vec![Kind::Open]), &[failure()])), "unknown: too slow");
}

#[test]
fn a_long_value_is_shortened_between_characters() {
    let shown = show(&json!("é".repeat(200)));
    assert_eq!(shown.chars().count(), 121);
    assert!(shown.ends_with("é…"));
}
