//! The table of answers, tried, and what must hold of it and of the checks themselves.

mod answers;
mod rows;

use std::collections::BTreeSet;

use rstest::rstest;
use serde_json::json;

use self::answers::*;
use self::rows::ROWS;
use super::*;
use crate::check::reused_values::Given;
use crate::check::shown_codes::Seen;
use crate::contract::Level;
use crate::exchange::SightingForm;

fn row_holds(name: &str) {
    let (_, answers, wanted) = ROWS.iter().find(|(known, ..)| *known == name).unwrap();
    assert_eq!(shown(&found(&answers())), *wanted);
}

/// All that the checks find, in the way of the judge.
fn found(answers: &[Answer]) -> Vec<(&'static str, Judged<'_>)> {
    let (mut given, mut seen) = (Given::default(), Seen::default());
    let mut all = Vec::new();
    for answer in answers {
        let Some(looked) = Looked::new(&CONTRACT, &answer.exchange, answer.sent, answer.wrong_field) else {
            continue;
        };
        all.extend(look(&looked));
        all.extend(given.look(&looked).into_iter().map(|judged| (reused_values::CHECK.id, judged)));
        all.extend(seen.look(&looked).into_iter().map(|judged| (shown_codes::CHECK.id, judged)));
    }
    all
}

fn shown(found: &[(&'static str, Judged)]) -> Vec<String> {
    let one = |(check, judged): &(&str, Judged)| {
        let wrong = judged.mismatch.as_ref()?;
        Some(format!("{check}: {} at [{}]: {}, not {}", judged.requirement, wrong.place, wrong.expected, wrong.actual))
    };
    found.iter().filter_map(one).collect()
}

#[test]
fn every_check_and_every_requirement_of_it_is_tripped() {
    let of_row = |answers: &[Answer]| -> Vec<(&str, String)> {
        let wrong = found(answers).into_iter().filter(|(_, judged)| judged.mismatch.is_some());
        wrong.map(|(check, judged)| (check, judged.requirement.to_owned())).collect()
    };
    let tripped: BTreeSet<(&str, String)> = ROWS.iter().flat_map(|(_, answers, _)| of_row(&answers())).collect();
    let listed = CHECKS.iter().flat_map(|check| check.requirements.iter().map(|id| (check.id, (*id).to_owned())));
    let never_wrong = |id: &str| CONTRACT.requirement(id).is_some_and(|it| it.level == Level::Observe);
    assert_eq!(tripped, listed.filter(|(_, id)| !never_wrong(id)).collect());
}

#[rstest]
#[case::in_one_of_twenty(40, true)]
#[case::in_fewer(41, false)]
fn codes_at_one_place_are_a_leak_where_they_are_no_rare_sight(#[case] of: usize, #[case] leak: bool) {
    let answers: Vec<Answer> = (1..=of)
        .map(|n| match n {
            1 => sent_code("1").shows("code", 1, "/n", SightingForm::Number),
            _ if n == of => sent_code("2").shows("code", 2, "/n", SightingForm::Number),
            _ => sent_code(&format!("x{n}")),
        })
        .collect();
    let found = found(&answers);
    let leaks = found.iter().any(|(check, judged)| *check == shown_codes::CHECK.id && judged.mismatch.is_some());
    assert_eq!(leaks, leak);
}

#[rstest]
#[case::no_extra_field(token(1), "response-fields-extra", &["none"])]
#[case::extra_fields(token(1).with("x", json!(1)).with("y", json!(1)), "response-fields-extra", &["x, y in Token"])]
#[case::lengths(token(1), "expiry-notation", &["access_expire in seconds to live", "refresh_expire in seconds to live"])]
#[case::moment(
    token(1).with("access_expire", json!(NOW_SECONDS + 900)).lacking("refresh_expire"),
    "expiry-notation", &["access_expire in epoch seconds"]
)]
fn what_is_open_is_noted(#[case] answer: Answer, #[case] requirement: &str, #[case] wanted: &[&str]) {
    let answers = [answer];
    let found = found(&answers);
    let seen = found.iter().filter(|(_, judged)| judged.requirement == requirement);
    assert_eq!(seen.filter_map(|(_, judged)| judged.seen.as_deref()).collect::<Vec<_>>(), wanted);
}

#[test]
fn every_requirement_of_a_check_is_one_of_the_contract() {
    let unknown: Vec<&str> = CHECKS
        .iter()
        .flat_map(|check| check.requirements.iter().copied())
        .filter(|id| CONTRACT.requirement(id).is_none_or(|requirement| requirement.unobservable.is_some()))
        .collect();
    assert_eq!(unknown, Vec::<&str>::new());
}

#[test]
fn a_check_has_an_id_of_its_own_and_says_what_it_looks_at() {
    let ids: BTreeSet<&str> = CHECKS.iter().map(|check| check.id).collect();
    assert_eq!(ids.len(), CHECKS.len());
    for check in CHECKS {
        assert!(check.id.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-'), "{}", check.id);
        assert!(check.about.starts_with("Looks "), "{}", check.id);
        assert!(!check.requirements.is_empty(), "{}", check.id);
    }
}

#[test]
fn every_row_has_a_name_of_its_own() {
    let names: BTreeSet<&str> = ROWS.iter().map(|(name, ..)| *name).collect();
    assert_eq!(names.len(), ROWS.len());
}

#[test]
fn what_holds_is_found_as_well() {
    let held = |answer: Answer| -> BTreeSet<String> {
        found(&[answer]).into_iter().map(|(_, judged)| judged.requirement.to_owned()).collect()
    };
    let of_tokens = held(token(1));
    for id in ["token-model", "json-content-type", "token-no-store", "tokens-unique", "password-never-shown"] {
        assert!(of_tokens.contains(id), "{id}");
    }
    assert!(held(html("GET /auth/user", 429)).is_empty());
}

#[test]
fn what_a_flow_lets_in_is_not_misplaced() {
    let answer = blocked("GET /auth/user");
    let misplaced = |errors: Vec<&str>| {
        let looked = Looked::new(&CONTRACT, &answer.exchange, Sent::Either, None).unwrap().letting_in(errors);
        look(&looked)
            .iter()
            .any(|(_, judged)| judged.requirement == "error-at-documented-operation" && judged.mismatch.is_some())
    };
    assert!(misplaced(Vec::new()));
    assert!(!misplaced(vec!["auth_user_blocked"]));
}
